"""Words for sides (louder, negative, subdued): they must fit the sign of what is asserted."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from emer.graphs.report import Assertion, Claim, Language
from emer.graphs.rule.language import MIDDLES, meanings, wording
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.binding import Binding
from emer.graphs.verification.lexicon import BEYOND, DIRECTIONS, FALLING, NEUTRAL, NEUTRAL_WITHIN
from emer.graphs.verification.phrases import any_of
from emer.graphs.verification.scan import Number, Scan

AFFECT: Final = (".valence", ".arousal")
ROUNDING: Final = 0.005
"""What a value may be off for being stated with two decimals."""
LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")


class Side(NamedTuple):
    """A word for a side, where it stands, and which quantities it can be about."""

    start: int
    end: int
    word: str
    sides: frozenset[tuple[str, int]]
    """Endings of quantities' names and the side: 1 above the middle, -1 below, 0 neither."""

    def of(self, quantity: str) -> int | None:
        """Return the side that it says a quantity is on; ``None`` if it is not about it."""
        fits = [side for ending, side in self.sides if quantity.endswith(ending)]
        return fits[0] if fits else None

    @property
    def is_open(self) -> bool:
        """Whether it can be about more than one modality."""
        return len({ending.partition(".")[0] for ending, _ in self.sides}) > 1 or any(
            ending.startswith(".") for ending, _ in self.sides
        )


def sides_in(scan: Scan) -> list[Side]:
    """Return the words for sides in a text, in order."""
    pattern, table = _words()
    found = [
        Side(m.start(), m.end(), m.group(), table[m.group().casefold()])
        for m in pattern.finditer(scan.prose)
    ]
    return [_turned(word, scan) if _is_neutral(word) else word for word in found]


def direction_problem(claim: Claim, scan: Scan, basis: Basis) -> str | None:
    """Return the first word for a side that contradicts what is asserted, or has no ground."""
    words = sides_in(scan)
    bound = Binding(scan, basis)
    for place, word in enumerate(words):
        left = words[place - 1].end if place else 0
        right = words[place + 1].start if place + 1 < len(words) else len(scan.prose)
        if not _fits(claim, word, _beside(scan, word, left, right), bound):
            return f"its text says '{word.word}', which its assertions do not carry"
    return None


def sides_of(scan: Scan, number: Number) -> list[Side]:
    """Return the words for sides that a number goes with."""
    words = sides_in(scan)
    edges = [0, *(w.end for w in words)], [*(w.start for w in words), len(scan.prose)]
    return [
        word
        for left, word, right in zip(edges[0], words, edges[1][1:], strict=False)
        if number in _beside(scan, word, left, right)
    ]


def falls(scan: Scan, number: Number, asserted: Assertion) -> bool:
    """Whether the clause around an unsigned number says that it is below the middle."""
    start, end = scan.clause(number.start)
    words = [w.of(asserted.quantity) for w in sides_in(scan) if start <= w.start < end]
    return -1 in words or (1 not in words and bool(FALLING.search(scan.prose, start, end)))


def _beside(scan: Scan, word: Side, left: int, right: int) -> list[Number]:
    """Return the numbers that a word goes with: the one behind it, else those before it."""
    start, end = scan.clause(word.start)
    behind = [n for n in scan.numbers if word.end <= n.start < min(right, end)]
    return behind[:1] or [n for n in scan.numbers if max(left, start) <= n.start < word.start]


def _fits(claim: Claim, word: Side, numbers: Sequence[Number], bound: Binding) -> bool:
    meant = [a for a in claim.assertions if word.of(a.quantity) is not None]
    shown = [own for n in numbers if (own := [a for a in meant if _shows(n, a)])]
    if shown:
        return all(any(_agrees(word, a) for a in own) for own in shown)
    # louder is always a voice; what is positive depends on what was named
    family = bound.family(word.start, end=word.end) if word.is_open else None
    about = [a for a in meant if bound.is_about(a, word.start, family)]
    if not about and _is_neutral(word):
        return any(a.quantity.endswith(".neutral") for a in claim.assertions)
    return any(_agrees(word, a) for a in about)


def _shows(number: Number, asserted: Assertion) -> bool:
    if isinstance(asserted.value, str):
        return False
    return number.shows(asserted.value) or (not number.signed and number.shows(-asserted.value))


def _agrees(word: Side, asserted: Assertion) -> bool:
    if isinstance(asserted.value, str):
        return False
    side = word.of(asserted.quantity)
    off = asserted.value - MIDDLES.get(asserted.quantity, 0.0)
    if asserted.relation != "eq":
        rising = {"gt": 1, "ge": 1, "lt": -1, "le": -1}.get(asserted.relation)
        return side == rising and off * (side or 0) >= 0
    if side == 0:
        return abs(off) <= NEUTRAL_WITHIN + ROUNDING
    least = NEUTRAL_WITHIN - ROUNDING if asserted.quantity.endswith(AFFECT) else 0.0
    return off * (side or 0) >= least


def _turned(word: Side, scan: Scan) -> Side:
    """Return 'neutral' as a side where the text says 'below neutral' or 'above neutral'."""
    beyond = BEYOND.search(scan.prose, 0, word.start)
    if beyond is None:
        return word
    side = -1 if beyond[1] else 1
    return word._replace(sides=frozenset((ending, side) for ending, _ in word.sides))


def _is_neutral(word: Side) -> bool:
    return all(side == 0 for _, side in word.sides)


@cache
def _words() -> "tuple[re.Pattern[str], dict[str, frozenset[tuple[str, int]]]]":
    """Return what finds words for sides, and what each can mean; both languages together."""
    table: dict[str, set[tuple[str, int]]] = {}

    def add(words: str, quantities: Sequence[str], side: int) -> None:
        for word in words.split("|"):
            table.setdefault(word, set()).update((q, side) for q in quantities)

    for row in DIRECTIONS:
        add(row.up, row.quantities, 1)
        add(row.down, row.quantities, -1)
    for language in LANGUAGES:
        for word, sides in meanings(language).items():
            table.setdefault(word, set()).update(sides)
        add(wording(language).neutral, AFFECT, 0)
    add(NEUTRAL, AFFECT, 0)
    return any_of(table), {w: frozenset(s) for w, s in table.items()}
