"""The choice of words: which open-vocabulary labels the clues of a segment carry, and how far.

A label's score says how well the evidence carries it, 0..1. It is support, not a probability.
"""

import math
from collections.abc import Mapping
from typing import Final

from emer.graphs.report import Alternative
from emer.graphs.rule.readings.kinds import carried, shown_affect
from emer.graphs.rule.readings.patterns import Clues, Pattern
from emer.graphs.rule.readings.shades import PALETTES, SHADES, Shade
from emer.tools import taxonomy

PLACE_WEIGHT: Final = 0.4
"""Share of a shade's score that depends on its place against what is shown."""
SPREAD: Final = 0.45
"""Distance on the plane at which that share has fallen to 1/e."""
UNACCOMPANIED: Final = 0.72
"""What is left of a shade without the further clue that it goes with."""
FOREIGN: Final = 0.45
"""Likewise if it belongs to another family of feelings than the kind's plain word."""
ACCOMPANIED: Final = 1.0
NEAR: Final = 0.12
"""Labels of one family that lie nearer than this on the plane count as one."""
ALONE: Final = 0.55
"""What is left of a label where nothing that can be trusted carries it; all at a trust of 1."""
KINDRED: Final = 0.7
"""What a further label counts that is of the best one's family: it adds less."""
OWN: Final = 0.88
"""A kind's plain word."""


def labels_of_kinds(clues: Clues) -> list[Alternative]:
    """Return the labels that the kinds of feeling carry, best first."""
    kinds = carried(clues)
    shown = shown_affect(clues.present)
    trust = min(1.0, ALONE + (1.0 - ALONE) * sum(m.trust for m in clues.present))
    scores: dict[str, float] = {}
    for kind, strength in kinds.items():
        shades = SHADES.get(kind, ())
        for shade in shades:
            score = trust * strength * _fit(shade, shades[0], clues, kinds, shown)
            scores[shade.label] = max(scores.get(shade.label, 0.0), score)
    return ordered(scores)


def labels_of_pattern(pattern: Pattern, clues: Clues) -> list[Alternative]:
    """Return the labels that a named pattern suggests, best first."""
    kinds = carried(clues)
    support = pattern.strength**0.5
    scores = {
        label: support * min(1.0, sum(w * _there(n, clues, kinds) for n, w in parts.items()))
        for label, parts in PALETTES[pattern.name].items()
    }
    return ordered(scores)


def ordered(scores: Mapping[str, float]) -> list[Alternative]:
    """Return scored labels, best first, ties by alphabet."""
    found = sorted(scores.items(), key=lambda item: (-round(item[1], 3), item[0]))
    return [Alternative(label=label, score=round(min(1.0, s), 3)) for label, s in found]


def of_families(labels: list[Alternative], *, share: float) -> list[Alternative]:
    """Keep one label per family, and none that is far weaker than the best.

    Args:
        labels: Best first, at least one.
        share: Of the best score; weaker labels go.
    """
    kept: dict[str, Alternative] = {}
    for a in labels:
        if a.score >= share * labels[0].score:
            kept.setdefault(taxonomy.LABELS[a.label].family, a)
    return list(kept.values())


def of_places(labels: list[Alternative], *, share: float) -> list[Alternative]:
    """Keep labels that say different things: of another family, or some way off on the plane.

    A pattern's words are near each other by nature; families would leave one of them.

    Args:
        labels: Best first, at least one.
        share: Of the best score; weaker labels go.
    """
    best = labels[0]
    family = taxonomy.LABELS[best.label].family

    def telling(a: Alternative) -> float:
        return a.score * (KINDRED if taxonomy.LABELS[a.label].family == family else 1.0)

    kept = [best]
    for a in sorted(labels[1:], key=lambda a: (-telling(a), a.label)):
        near = any(_synonyms(taxonomy.LABELS[a.label], taxonomy.LABELS[k.label]) for k in kept)
        if telling(a) >= share * best.score and not near:
            kept.append(a)
    return kept


def _synonyms(one: taxonomy.Label, other: taxonomy.Label) -> bool:
    return one.family == other.family and math.dist(one.affect, other.affect) < NEAR


def _fit(
    shade: Shade,
    plain: Shade,
    clues: Clues,
    kinds: Mapping[str, float],
    shown: taxonomy.Affect,
) -> float:
    label = taxonomy.LABELS[shade.label]
    distance = math.hypot(0.7 * (shown.valence - label.valence), shown.arousal - label.arousal)
    fit = 1.0 - PLACE_WEIGHT * (1.0 - math.exp(-((distance / SPREAD) ** 2)))
    if not shade.along:
        return OWN * fit
    beside = min(1.0, max(_there(name, clues, kinds) for name in shade.along) / 0.5)
    alike = label.family == taxonomy.LABELS[plain.label].family
    alone = UNACCOMPANIED if alike else FOREIGN
    return (alone + (ACCOMPANIED - alone) * beside) * fit


def _there(name: str, clues: Clues, kinds: Mapping[str, float]) -> float:
    """Return how strong a kind or a ground is; the empty name is the pattern itself."""
    if not name:
        return 1.0
    return kinds[name] if name in kinds else clues.strength(name)
