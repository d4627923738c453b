"""How a named pattern is defined, and how the grounds of one segment are weighed against it.

A definition has a core, without which the pattern does not exist; cues, which speak for it; and
grounds that speak against it. The strength 0..1 is the product of three graded terms:

    core      per group of alternatives, how clearly any of them is there; the groups multiply
    cues      each adds to what the others leave open
    against   each takes a share away

Grounds are graded, so that no single threshold decides. The weights are our own, chosen from the
literature named with each family and looked over on clip descriptions; not fitted to people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from emer.graphs.facial_units import either, ramp
from emer.graphs.rule.readings.grounds import Ground
from emer.graphs.rule.readings.patterns.clues import Clues

TOLD: Final = 0.1
"""A ground whose weight times strength stays below this is not worth a word."""
MAX_TOLD: Final = 6

Weights = Mapping[str, float]
"""Ground to weight 0..1: what it counts when it is fully there."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One named pattern, by its evidence."""

    name: str
    core: tuple[Weights, ...]
    """Groups of alternatives; of each group something must be there."""
    cues: Weights
    against: Weights
    barred_by: Weights = field(default_factory=dict)
    """Grounds that rule it out from that strength on; those half as strong leave all of it."""


class Pattern(NamedTuple):
    """One pattern as found in a segment: a hypothesis about what is shown."""

    name: str
    strength: float
    """0..1: support by the evidence, not calibrated."""
    speaks_for: tuple[Ground, ...]
    speaks_against: tuple[Ground, ...]


def weigh(definition: Definition, clues: Clues) -> Pattern:
    """Weigh the grounds of a segment against one definition."""
    core = 1.0
    for group in definition.core:
        core *= either(*_shares(group, clues).values())
    cues = either(*_shares(definition.cues, clues).values())
    against = 1.0 - either(*_shares(definition.against, clues).values())
    return Pattern(
        definition.name,
        round(core * cues * against * _unbarred(definition, clues), 4),
        _in_favour(definition, clues)[:MAX_TOLD],
        _told(definition.against, clues)[:MAX_TOLD],
    )


def _unbarred(definition: Definition, clues: Clues) -> float:
    marks = definition.barred_by.items()
    return 1.0 - max((ramp(clues.strength(n), 0.5 * mark, mark) for n, mark in marks), default=0.0)


def _shares(weights: Weights, clues: Clues) -> dict[str, float]:
    return {name: weight * clues.strength(name) for name, weight in weights.items()}


def _in_favour(definition: Definition, clues: Clues) -> tuple[Ground, ...]:
    """Return what speaks for a pattern: what carries each part of its core, then the rest."""
    parts = [_told(group, clues) for group in definition.core]
    leading = dict.fromkeys(part[0].name for part in parts if part)
    rest = (g.name for g in (*_told(definition.cues, clues), *(g for p in parts for g in p)))
    return tuple(clues.grounds[name] for name in dict.fromkeys((*leading, *rest)))


def _told(weights: Weights, clues: Clues) -> tuple[Ground, ...]:
    shares = _shares(weights, clues)
    named = sorted((n for n, s in shares.items() if s >= TOLD), key=lambda n: (-shares[n], n))
    grounds = (clues.telling(n) for n in named)
    return tuple({g.name: g for g in grounds if g is not None}.values())
