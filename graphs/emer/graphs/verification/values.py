"""The numbers and moments of a text: each must be one that is asserted, of the right thing."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from emer.graphs.report import Assertion, Claim
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.binding import Binding
from emer.graphs.verification.directions import falls, sides_of
from emer.graphs.verification.emotions import canonical
from emer.graphs.verification.lexicon import BOUND, FOR, SCORE, SIDED_UNIT, TITLES, UNIT_SAID, UNITS
from emer.graphs.verification.phrases import any_of
from emer.graphs.verification.scan import Number, Scan
from emer.tools import taxonomy

_SECONDS: Final = re.compile(r"\s*(s|sec|seconds?)\b|\s*秒")


def value_problem(claim: Claim, scan: Scan, basis: Basis, premises: Sequence[Claim]) -> str | None:
    """Return the first number or moment that the claim does not assert."""
    bound = Binding(scan, basis)
    for number in scan.numbers:
        if not _is_asserted(claim, number, bound) and not _is_length(claim, number):
            shown = scan.prose[number.start : number.end]
            return f"its text gives the number {shown}, which it does not assert there"
    moments = set(_moments(claim, basis, premises))
    for time in scan.times:
        unit = scan.unit_of(time)
        own = moments if unit is None else set(_asserted_times(claim, f"au.{unit}."))
        if not any(time.shows(m) for m in own):
            shown = scan.prose[time.start : time.end]
            return f"its text names {shown}, which nothing that it rests on states"
    return None


def _is_asserted(claim: Claim, number: Number, bound: Binding) -> bool:
    family, scored = bound.family(number.start), _scored(number, bound.scan)
    if scored is not None and family in {u.what for u in bound.scan.units}:
        family = None  # a score is none of the movement that was named before it
    sides = sides_of(bound.scan, number) if SIDED_UNIT.match(number.unit) else []
    return any(
        _accounts_for(asserted, number, bound)
        for asserted in claim.assertions
        if bound.is_about(asserted, number.start, family)
        and (scored is None or canonical(asserted.quantity.partition(".")[2]) in scored)
        and all(word.of(asserted.quantity) is not None for word in sides)
    )


def _scored(number: Number, scan: Scan) -> frozenset[str] | None:
    """Return what a number can score; ``None`` for anything: it is no score, or names nothing."""
    pattern = _categories()
    behind = FOR.match(scan.prose, number.end)
    named = pattern.match(scan.prose, behind.end()) if behind else None
    if named is None:
        if not SCORE.search(scan.prose, 0, number.start):
            return None
        start = scan.clause(number.start)[0]
        named = max(pattern.finditer(scan.prose, start, number.start), key=_end, default=None)
    return _meanings().get(named.group().casefold()) if named else None


def _end(found: "re.Match[str]") -> int:
    return found.end()


@cache
def _categories() -> "re.Pattern[str]":
    return any_of(_meanings())


@cache
def _meanings() -> dict[str, frozenset[str]]:
    """Return, per name of a category in any language, the emotions that it can stand for."""
    found: dict[str, frozenset[str]] = {}
    for category in {c for own in taxonomy.CATEGORY_SETS.values() for c in own}:
        for name in {taxonomy.category_word(category, x).casefold() for x in ("en", "zh")}:
            found[name] = found.get(name, frozenset()) | {canonical(category)}
    return found


def _accounts_for(asserted: Assertion, number: Number, bound: Binding) -> bool:
    """Whether a number is what an assertion states, down to its sign and its last digit."""
    value = asserted.value
    if isinstance(value, str) or not _is_measured_so(asserted.quantity, number, bound.scan):
        return False
    if number.shows(value):
        shown = value
    elif not number.signed and number.shows(-value) and falls(bound.scan, number, asserted):
        shown = -value
    else:
        return False
    if asserted.relation != "eq" and BOUND.search(bound.scan.prose, 0, number.start):
        return True
    actual = (bound.basis.evidence[i].reading.quantities() for i in asserted.evidence)
    sign = 1 if shown == value else -1
    numbers = [q.get(asserted.quantity) for q in actual]
    return all(not isinstance(n, str) and n is not None and number.shows(sign * n) for n in numbers)


def _is_measured_so(quantity: str, number: Number, scan: Scan) -> bool:
    """Whether the unit behind a number, and the name right before it, fit a quantity."""
    for unit, quantities in UNITS:
        if unit.match(number.unit):
            return bool(quantities.search(quantity))
    if quantity.endswith(UNIT_SAID):
        return False
    before = scan.prose[max(0, number.start - 16) : number.start]
    for title, quantities in TITLES:
        if title.search(before):
            return bool(quantities.search(quantity))
    return True


def _is_length(claim: Claim, number: Number) -> bool:
    """Whether a number is how long the claim's own span lasts."""
    return bool(_SECONDS.match(number.unit)) and number.shows(claim.duration_s)


def _moments(claim: Claim, basis: Basis, premises: Sequence[Claim]) -> Iterator[float]:
    """Yield the times that a claim may name: its own, its premises', and those it asserts."""
    for item in (claim, *premises):
        yield from (item.start_s, item.end_s)
    segment = basis.segments.get(claim.segment or "")
    if segment is not None:
        yield from (segment.start_s, segment.end_s)
    yield from _asserted_times(claim, "au.")
    for heard in (basis.evidence[i] for i in claim.evidence if basis.is_around(i)):
        yield from (heard.start_s, heard.end_s)
    for event in (basis.evidence[i] for i in claim.evidence if claim.stage == "cause"):
        yield from (event.start_s, event.end_s)
    for shift in basis.shifts_of(claim) if claim.stage == "shift" else ():
        yield from (m for s in (shift.from_segment,) for m in _edges(basis, s))
        if shift.trigger is not None:
            yield shift.trigger.at_s


def _asserted_times(claim: Claim, of: str) -> Iterator[float]:
    for asserted in claim.assertions:
        if asserted.quantity.startswith(of) and asserted.quantity.endswith("_s"):
            yield float(asserted.value)


def _edges(basis: Basis, segment: str) -> tuple[float, ...]:
    found = basis.segments.get(segment)
    return (found.start_s, found.end_s) if found else ()
