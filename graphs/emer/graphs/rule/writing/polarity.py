"""Which way labels point: their places on valence, weighed by their scores."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from emer.graphs.report import Side
from emer.graphs.tasks.polarity import PersonPolarity, Polarities, PolarityTask, SegmentPolarity
from emer.tools import taxonomy

SIDED: Final = 0.15
"""Valence (-1..1) beyond which a label is positive or negative. An assumption."""
MIXED: Final = 0.25
"""Share of the weaker side in all that takes a side, from which labels are mixed. An assumption."""
LEAST: Final = 0.01
"""Weight of a label that scores nothing: it is given all the same."""
Weighed = Iterable[tuple[str, float]]
"""Labels with their scores."""


class Sides(NamedTuple):
    """What labels weigh on each side; words that no table knows weigh nothing."""

    positive: float
    negative: float
    neutral: float

    @classmethod
    def of(cls, labels: Weighed) -> "Sides":
        """Weigh labels."""
        weights = [0.0, 0.0, 0.0]
        for label, score in labels:
            known = taxonomy.find(label)
            if known is not None:
                place = 2 if abs(known.valence) <= SIDED else 0 if known.valence > 0 else 1
                weights[place] += max(LEAST, score)
        return cls(*weights)


def side_of(labels: Weighed) -> Side | None:
    """Return which way labels point; ``None`` if no table knows any of them."""
    positive, negative, neutral = Sides.of(labels)
    sided = positive + negative
    if sided + neutral == 0.0:
        return None
    if sided <= neutral:
        return "neutral"
    if min(positive, negative) >= MIXED * sided:
        return "mixed"
    return "positive" if positive > negative else "negative"


def polarities(task: PolarityTask) -> Polarities:
    """Return the polarity of every segment and person whose labels a table knows."""
    segments: dict[str, list[tuple[str, float]]] = {}
    persons: dict[str, list[tuple[str, float]]] = {}
    for x in task.labels:
        segments.setdefault(x.segment, []).append((x.label, x.score))
        persons.setdefault(x.subject, []).append((x.label, x.score))
    return Polarities(
        of_segments=[
            SegmentPolarity(segment=name, polarity=side)
            for name, own in segments.items()
            if (side := side_of(own)) is not None
        ],
        of_persons=[
            PersonPolarity(subject=name, polarity=side)
            for name, own in persons.items()
            if (side := side_of(own)) is not None
        ],
    )
