"""Action units of a text: asserted, and called by words that mean them."""

import re
from functools import cache
from typing import Final

from emer.graphs.report import Claim
from emer.graphs.rule.language import WORDINGS
from emer.graphs.rule.language.tables import Movement, Wording
from emer.graphs.verification.lexicon import FACS
from emer.graphs.verification.phrases import any_of
from emer.graphs.verification.scan import Mark, Scan

NEAR: Final = 40
"""An action unit within so many characters of words for a movement is the one they describe."""


def movement_problem(claim: Claim, scan: Scan) -> str | None:
    """Return the first action unit, or words for one, that the claim does not assert."""
    asserted = {
        a.quantity.split(".")[1] for a in claim.assertions if a.quantity.startswith("au.AU")
    }
    for unit in scan.units:
        if unit.what not in asserted:
            return f"its text names {unit.what}, which it does not assert"
    for words in movements_in(scan.prose):
        said = scan.prose[words.start : words.end]
        if words.what not in asserted:
            return f"its text says '{said}', which is {words.what}, which it does not assert"
        beside = [u for u in scan.units if _distance(u, words) <= NEAR]
        nearest = min(beside, key=lambda u: _distance(u, words), default=None)
        if nearest is not None and nearest.what != words.what:
            return f"its text calls {nearest.what} '{said}'"
    return None


def movements_in(prose: str) -> list[Mark]:
    """Return the words for movements of a face, each with the action unit that it means."""
    pattern, units = _words()
    found = pattern.finditer(prose)
    return [Mark(m.start(), m.end(), units[m.group().casefold()]) for m in found]


def _distance(unit: Mark, words: Mark) -> int:
    return max(unit.start - words.end, words.start - unit.end)


@cache
def _words() -> "tuple[re.Pattern[str], dict[str, str]]":
    units = dict(FACS)
    for wording in WORDINGS.values():
        for unit, movement in wording.movements.items():
            units |= {words.casefold(): unit for words in _of_movement(movement, wording)}
    return any_of(units), units


def _of_movement(movement: Movement, wording: Wording) -> list[str]:
    """Return the name of a movement, and what a face does, however strongly."""
    shown = [movement.phrase.format(degree=d) for d in ("", *wording.movement_degrees)]
    return [movement.name, *(s.strip() for s in shown)]
