"""Weighing the clues of each segment against each other."""

from typing import Literal

from pydantic import Field

from emer.graphs.report import Alternative, Branch, CaseInfluence, Language, SegmentReading
from emer.graphs.tasks.answer import Answer
from emer.graphs.tasks.facts import Clue, SegmentFacts
from emer.tools.readings import Frozen, Unit


class ReadTask(Frozen):
    """Weigh the clues of each segment against each other."""

    kind: Literal["read"] = "read"
    question: str | None
    language: Language = "en"
    branch: Branch = Field(default="V+A+T", description="what every segment has to be read by")
    segments: tuple[SegmentFacts, ...]
    clues: tuple[Clue, ...] = Field(default=(), description="claims that stand already")


class ReadingDraft(Answer):
    """How the clues of one segment fit together."""

    segment: str
    pattern: str = Field(description="congruent, mixed, thin, or a named disagreement")
    labels: list[Alternative] = Field(
        description="emotion words that the evidence carries, best first"
    )
    alternatives: list[Alternative] = Field(default=[], description="other possible emotion words")
    abstained: bool = Field(description="true when the evidence is too thin to name an emotion")
    reason: str
    pattern_score: Unit = 0.0
    intensity: Unit = Field(default=0.5, description="how strongly the emotion is shown")
    speaks_for: list[str] = Field(default=[])
    speaks_against: list[str] = Field(default=[])
    influence: list[CaseInfluence] = Field(default=[])
    prior: dict[str, Unit] = Field(default={})

    def summary(self) -> SegmentReading:
        """Return what the report keeps of it."""
        return SegmentReading(
            segment=self.segment,
            pattern=self.pattern,
            abstained=self.abstained,
            reason=self.reason,
            pattern_score=self.pattern_score,
            speaks_for=tuple(self.speaks_for),
            speaks_against=tuple(self.speaks_against),
            labels=tuple(self.labels),
            alternatives=tuple(self.alternatives),
            influence=tuple(self.influence),
            prior=self.prior,
        )


class Readings(Answer):
    """One reading per segment."""

    readings: list[ReadingDraft]
