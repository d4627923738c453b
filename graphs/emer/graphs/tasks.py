"""The calls that are made to the model behind the analyst: what it is given, what it must answer.

Every task is one JSON document; every answer is bound to a schema. The planning task holds the
user's question and typed facts only. Words from the media, names and retrieved cases occur in
reading and explaining tasks alone, as quoted data, and those calls have no tools.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from emer.graphs.report import (
    Agreement,
    Alternative,
    Assertion,
    CaseShown,
    Claim,
    Perspective,
    SegmentReading,
    Stage,
)
from emer.tools.findings import Modality
from emer.tools.readings import Frozen, Quantity, Unit


class ToolOffer(Frozen):
    """One specialist that could be run."""

    tool: str
    purpose: str
    modality: Modality
    needs: tuple[str, ...]
    problem: str | None = Field(default=None, description="why it cannot run here; None if it can")


class PlanTask(Frozen):
    """Decide which specialists to run."""

    kind: Literal["plan"] = "plan"
    question: str | None
    media_kind: str
    duration_s: float
    has_sound: bool
    has_picture: bool
    n_subtitle_tracks: int
    tools: tuple[ToolOffer, ...]


class Fact(Frozen):
    """One piece of evidence as the model sees it."""

    evidence: str
    tool: str
    kind: str
    modality: Modality
    subject: str
    start_s: float
    end_s: float
    quantities: dict[str, Quantity] = Field(description="texts among them are quoted, untrusted")


class ModalityFact(Frozen):
    """What one modality amounts to in one segment."""

    modality: Modality
    valence: float | None
    arousal: float | None
    trust: Unit
    support: dict[str, Unit] = Field(description="labels its categories speak for")
    evidence: tuple[str, ...]


class SegmentFacts(Frozen):
    """One segment with everything known about it."""

    id: str
    subject: str
    role: Literal["speaking", "listening", "silent"]
    start_s: float
    end_s: float
    facts: tuple[Fact, ...]
    modalities: tuple[ModalityFact, ...]
    agreement: tuple[Agreement, ...]
    cases: tuple[CaseShown, ...] = ()


class ReadTask(Frozen):
    """Weigh the clues of each segment against each other."""

    kind: Literal["read"] = "read"
    question: str | None
    segments: tuple[SegmentFacts, ...]


class ExplainTask(Frozen):
    """Write the explanation as claims that cite evidence."""

    kind: Literal["explain"] = "explain"
    question: str | None
    segments: tuple[SegmentFacts, ...]
    readings: tuple["ReadingDraft", ...]


class LabelTask(Frozen):
    """Extract open-vocabulary labels from verified claims."""

    kind: Literal["label"] = "label"
    claims: tuple[Claim, ...]
    readings: tuple["ReadingDraft", ...]
    roles: dict[str, Literal["speaking", "listening", "silent"]] = Field(description="by segment")


Task = Annotated[PlanTask | ReadTask | ExplainTask | LabelTask, Field(discriminator="kind")]


# --- answers: what a model may return. Lenient about extra fields, strict about the rest. --------


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class ToolChoice(_Answer):
    """Whether to run one offered tool."""

    tool: str
    use: bool
    reason: str


class Plan(_Answer):
    """Which of the offered tools to run, and why."""

    choices: list[ToolChoice]


class ReadingDraft(_Answer):
    """How the clues of one segment fit together."""

    segment: str
    pattern: str = Field(description="congruent, mixed, thin, or a named disagreement")
    labels: list[Alternative] = Field(
        description="emotion words that the evidence carries, best first"
    )
    alternatives: list[Alternative] = Field(default=[], description="other possible emotion words")
    abstained: bool = Field(description="true when the evidence is too thin to name an emotion")
    reason: str

    def summary(self) -> SegmentReading:
        """Return what the report keeps of it."""
        return SegmentReading(
            segment=self.segment,
            pattern=self.pattern,
            abstained=self.abstained,
            reason=self.reason,
            alternatives=tuple(self.alternatives),
        )


class Readings(_Answer):
    """One reading per segment."""

    readings: list[ReadingDraft]


class ClaimDraft(_Answer):
    """One sentence, with the evidence it cites and what exactly it asserts."""

    segment: str
    stage: Stage
    text: str
    assertions: list[Assertion]


class Explanation(_Answer):
    """The explanation, claim by claim, in the order attribute, expression, disagreement, emotion."""

    claims: list[ClaimDraft]


class LabelDraft(_Answer):
    """One emotion word for one segment."""

    segment: str
    label: str
    perspective: Perspective
    score: Unit
    evidence: list[str]


class LabelSet(_Answer):
    """The labels of all segments; may be empty."""

    labels: list[LabelDraft]
