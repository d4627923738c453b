"""Named ways in which face, voice and words stand to each other, each defined by evidence."""

from typing import Final

from emer.graphs.rule.readings.patterns.clues import Clues
from emer.graphs.rule.readings.patterns.covered import (
    ANGRY_APOLOGY,
    ANXIETY_UNDER_CALM_WORDS,
    MASKING_DENIAL,
    MASKING_SMILE,
    POLITE_ANGER,
)
from emer.graphs.rule.readings.patterns.ironic import CONTEMPT, SARCASM, TEASING
from emer.graphs.rule.readings.patterns.mingled import FLAT_GOOD_NEWS, SMILING_THROUGH_TEARS
from emer.graphs.rule.readings.patterns.weighing import Definition, Pattern, weigh

__all__ = [
    "MIN_CONTESTED",
    "MIN_STRENGTH",
    "PATTERNS",
    "Clues",
    "Definition",
    "Pattern",
    "named_pattern",
    "ranked",
]

PATTERNS: Final[tuple[Definition, ...]] = (
    SARCASM, MASKING_SMILE, MASKING_DENIAL, SMILING_THROUGH_TEARS, POLITE_ANGER, ANGRY_APOLOGY, TEASING, FLAT_GOOD_NEWS, CONTEMPT,
    ANXIETY_UNDER_CALM_WORDS,
)  # fmt: skip
MIN_STRENGTH: Final = 0.16
"""Weaker patterns are not named. An assumption, looked over on clip descriptions."""
MIN_CONTESTED: Final = 0.12
"""Likewise where two modalities contradict each other: something has to explain that."""


def ranked(clues: Clues) -> list[Pattern]:
    """Return every pattern once, the best supported first."""
    found: dict[str, Pattern] = {}
    for pattern in (weigh(definition, clues) for definition in PATTERNS):
        if pattern.name not in found or pattern.strength > found[pattern.name].strength:
            found[pattern.name] = pattern
    return sorted(found.values(), key=lambda p: (-p.strength, p.name))


def named_pattern(clues: Clues) -> Pattern | None:
    """Return the best-supported named pattern of a segment, if any is supported enough."""
    best = ranked(clues)[0]
    least = MIN_CONTESTED if clues.contested else MIN_STRENGTH
    return best if best.strength >= least else None
