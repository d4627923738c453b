"""The other words of a text: the analyst's own, or such as say nothing that was not measured."""

import re
from functools import cache
from typing import Final

from emer.graphs.report import Assertion, Claim, Language
from emer.graphs.rule.language import wording
from emer.graphs.rule.language.tables import SLOT
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.binding import nouns_in
from emer.graphs.verification.emotions import carried, emotion_words
from emer.graphs.verification.lexicon import DENIAL, DENIAL_SAID, FAMILIES
from emer.graphs.verification.observables import observed_problem
from emer.graphs.verification.phrases import any_of
from emer.graphs.verification.scan import Scan
from emer.tools import taxonomy

_TOKEN: Final = re.compile(r"[a-zà-ÿ]+(?:['’-][a-zà-ÿ]+)*|[\u3400-\u9fff]")  # noqa: RUF001
CATEGORIES: Final = frozenset(c for own in taxonomy.CATEGORY_SETS.values() for c in own)
SHORT: Final = 3
"""Pieces of wording of up to so many characters may stand anywhere."""

_SCALE: Final = "of 5"
"""Blanked out of a text with the number before it; so it is of the analyst's templates."""

Span = tuple[int, int]


def strange_words(claim: Claim, scan: Scan, basis: Basis) -> str:
    """Return the first words of a text that are not the built-in analyst's; empty if all are.

    A text wholly in its wording is held to it whoever is said to have written it: the built-in
    analyst takes over where a language model fails.
    """
    rest = scan.rest.casefold()
    return _strange(rest, _accounted(claim, rest, basis), basis.language)


def word_problem(claim: Claim, scan: Scan, basis: Basis, *, strange: bool) -> str | None:
    """Return the first word that has no ground in what the claim asserts.

    Args:
        claim: The claim.
        scan: Its text.
        basis: The facts.
        strange: Whether it holds words that are not the built-in analyst's.
    """
    rest = scan.rest.casefold()
    known = _accounted(claim, rest, basis)
    if strange:
        free = _without(rest, known)
        return observed_problem(claim, free) or _denial(claim, free)
    loose = _without(rest, [*known, *_phrases(rest, basis.language)])
    return observed_problem(claim, loose) or _unread(claim, scan.prose, basis)


def _accounted(claim: Claim, rest: str, basis: Basis) -> list[Span]:
    """Return the stretches that are checked elsewhere: emotions, names, asserted strings."""
    known = carried(claim, basis)
    found = [(w.start, w.end) for w in emotion_words(rest) if w.what in known]
    names = {x.casefold() for x in claim.labels}
    names |= {basis.label_words.get(x, "") for x in claim.labels}
    for asserted in claim.assertions:
        if isinstance(asserted.value, str):
            names.add(asserted.value.casefold())
        _, _, category = asserted.quantity.partition(".")
        if category in CATEGORIES:
            names.update(taxonomy.category_word(category, x).casefold() for x in ("en", "zh"))
    for name in names - {""}:
        word = re.escape(name)
        if name.isascii() and name.isalnum():
            word = rf"(?<![A-Za-z0-9_]){word}(?![A-Za-z0-9_])"
        found += [m.span() for m in re.finditer(word, rest)]
    return found


def _without(text: str, spans: list[Span]) -> str:
    for start, end in spans:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def _denial(claim: Claim, prose: str) -> str | None:
    """Return a denial that no assertion carries: nothing measured says that something is not.

    What can be denied is an expression of the face or the words that score as neutral, in the
    part of the sentence that speaks of them, and what is asserted to be less than something.
    """
    for part in re.split(r"[,;，；。]", DENIAL_SAID.sub(" ", prose)):
        found = DENIAL.search(part)
        if found is None:
            continue
        families = nouns_in(part)
        if not any(_is_denied(a, families) for a in claim.assertions):
            return f"its text denies something ('{found.group()}'), which no assertion carries"
    return None


def _is_denied(asserted: Assertion, families: set[str]) -> bool:
    about = {f for f, names in FAMILIES.items() if asserted.quantity.startswith(names)}
    small = asserted.relation in {"lt", "le"} or asserted.quantity.endswith(".neutral")
    return small and bool(about & families)


def _strange(rest: str, known: list[Span], language: Language) -> str:
    """Return the first stretch that cannot be put together from pieces of the analyst's wording.

    Pieces are what stands between the slots of its templates: the words of a sentence in their
    order, so that one word more or less does not pass, even if some other sentence has it. What
    is accounted for elsewhere may stand anywhere.
    """
    found = list(_TOKEN.finditer(rest))
    tokens = [m.group() for m in found]
    free = [any(a <= m.start() and m.end() <= b for a, b in known) for m in found]
    pieces = _pieces(language)
    longest = max(map(len, pieces))
    reached = [True] + [False] * len(tokens)
    for end in range(1, len(tokens) + 1):
        reached[end] = (free[end - 1] and reached[end - 1]) or any(
            reached[end - size] and tuple(tokens[end - size : end]) in pieces
            for size in range(1, min(longest, end) + 1)
        )
    if reached[-1]:
        return ""
    furthest = max(i for i, ok in enumerate(reached) if ok)
    glue = " " if tokens[furthest].isascii() else ""
    return glue.join(tokens[furthest : furthest + 4])


@cache
def _pieces(language: Language) -> frozenset[tuple[str, ...]]:
    texts = (t.casefold().replace(_SCALE, " ") for t in wording(language).templates())
    split = (p for t in texts for p in SLOT.split(t))
    return frozenset(tuple(_TOKEN.findall(p)) for p in split) - {()}


def _phrases(rest: str, language: Language) -> list[Span]:
    """Return where the analyst names patterns, grounds and movements, which are checked as such.

    Whatever else its sentences say that somebody does, must be asserted like anything else.
    """
    return [m.span() for m in _checked(language).finditer(rest)]


@cache
def _checked(language: Language) -> "re.Pattern[str]":
    words = wording(language)
    acts = [m.phrase for m in words.movements.values()]
    texts = [*words.patterns.values(), *words.grounds.values(), *acts]
    pieces = (p.casefold().strip(" ,，") for t in texts for p in SLOT.split(t))
    return any_of(p for p in pieces if len(p) > SHORT)


def _unread(claim: Claim, prose: str, basis: Basis) -> str | None:
    """Return a pattern or a ground in the analyst's wording that is not what was read."""
    words = wording(basis.language)
    reading = basis.readings.get(claim.segment or "")
    for name, text in words.patterns.items():
        if text and text in prose and (reading is None or reading.pattern != name):
            return f"its text names the pattern '{name}', which was not read in its segment"
    if claim.stage != "emotion" or reading is None:
        return None
    told, _, against = prose.partition(words.frames["against"].partition("{")[0])
    for part, read in ((told, reading.speaks_for), (against, reading.speaks_against)):
        strange = [g for g in _grounds_in(part, basis.language) if g not in read]
        if strange:
            return f"its text gives '{strange[0]}' as a ground, which was not read so"
    return None


def _grounds_in(text: str, language: Language) -> list[str]:
    return [m.group() for m in _grounds(language).finditer(text)]


@cache
def _grounds(language: Language) -> "re.Pattern[str]":
    longest = sorted(wording(language).grounds.values(), key=lambda g: (-len(g), g))
    found = (rf"\b{re.escape(g)}\b" if g.isascii() else re.escape(g) for g in longest)
    # with a number behind it, it is a measurement and not a ground that was read
    return re.compile(rf"(?:{'|'.join(found)})(?!\s*[（(])")
