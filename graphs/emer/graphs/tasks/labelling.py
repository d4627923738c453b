"""Extracting open-vocabulary labels from claims that hold."""

from typing import Literal

from pydantic import Field

from emer.graphs.report import Claim, Perspective
from emer.graphs.tasks.answer import Answer
from emer.graphs.tasks.facts import Role
from emer.graphs.tasks.reading import ReadingDraft
from emer.tools.readings import Frozen, Unit


class LabelTask(Frozen):
    """Extract open-vocabulary labels from verified claims."""

    kind: Literal["label"] = "label"
    claims: tuple[Claim, ...]
    readings: tuple[ReadingDraft, ...]
    roles: dict[str, Role] = Field(description="by segment")
    main_subject: str | None = Field(
        default=None, description="the person with the most clues: whose labels matter most"
    )


class LabelDraft(Answer):
    """One emotion word for one segment."""

    segment: str
    label: str
    perspective: Perspective
    score: Unit
    evidence: list[str]
    intensity: Unit = 0.5


class LabelSet(Answer):
    """The labels of all segments; may be empty."""

    labels: list[LabelDraft]
