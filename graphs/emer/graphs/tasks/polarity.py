"""Which way the labels of a person point: positive, negative, neutral or mixed."""

from typing import Literal

from pydantic import Field

from emer.graphs.report import Side
from emer.graphs.tasks.answer import Answer
from emer.tools.readings import Frozen, Unit


class LabelFact(Frozen):
    """One label that holds; the words of the media and the texts of claims are not here."""

    segment: str
    subject: str
    label: str
    score: Unit
    claims: tuple[str, ...] = Field(description="ids of the claims that state it")


class PolarityTask(Frozen):
    """Say for each segment and each person which way their labels point."""

    kind: Literal["polarity"] = "polarity"
    labels: tuple[LabelFact, ...]


class SegmentPolarity(Answer):
    """Of one segment."""

    segment: str
    polarity: Side


class PersonPolarity(Answer):
    """Of one person, over all segments."""

    subject: str
    polarity: Side


class Polarities(Answer):
    """Of every segment and every person that has labels."""

    of_segments: list[SegmentPolarity]
    of_persons: list[PersonPolarity]
