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
    CaseInfluence,
    CaseShown,
    Claim,
    Language,
    Perspective,
    Reaction,
    SegmentReading,
    Shift,
    Stage,
)
from emer.tools.findings import Modality, Person
from emer.tools.readings import Frozen, Quantity, Unit


class ToolOffer(Frozen):
    """One specialist that could be run."""

    tool: str
    purpose: str
    modality: Modality
    needs: tuple[str, ...]
    cost_s: float = Field(default=0.0, ge=0, description="seconds of work for the whole part")
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
    start_s: float = Field(description="the part of the media that may be looked at")
    end_s: float
    rate_hz: float = Field(description="usual pictures per second")
    budget_s: float | None = Field(default=None, description="seconds of work; None: no limit")
    tools: tuple[ToolOffer, ...]


class GapFact(Frozen):
    """A span without a reading."""

    tool: str
    code: str
    start_s: float
    end_s: float


class ReplanTask(Frozen):
    """Decide whether to look again, where and how closely, now that first findings are there."""

    kind: Literal["replan"] = "replan"
    question: str | None
    plan: PlanTask
    look: int = Field(description="number of the look that would follow")
    tools_run: tuple[str, ...]
    left_s: float | None = Field(
        default=None, description="seconds of work that the budget leaves; null: there is no budget"
    )
    persons: tuple[Person, ...]
    segments: tuple["SegmentBrief", ...]
    conflicts: tuple[Agreement, ...]
    gaps: tuple[GapFact, ...]
    speaking: tuple["SpeakingFact", ...] = ()
    looks: tuple["LookFact", ...] = Field(description="what was looked at how densely so far")


class LookFact(Frozen):
    """Where and how densely one look has sampled pictures."""

    start_s: float
    end_s: float
    rate_hz: float


class SpeakingFact(Frozen):
    """Which face seemed to speak during one utterance."""

    speaker: str
    track: str
    score: Unit
    start_s: float
    end_s: float


class SegmentBrief(Frozen):
    """One segment without any words of the media."""

    id: str
    subject: str
    role: Literal["speaking", "listening", "silent"]
    start_s: float
    end_s: float
    modalities: tuple[Modality, ...] = Field(description="those with any affect")


class Fact(Frozen):
    """One piece of evidence as the model sees it."""

    evidence: str
    tool: str
    kind: str
    modality: Modality
    subject: str
    start_s: float
    end_s: float
    score: float | None = Field(
        default=None,
        description="of the evidence, less where music plays over a voice; not calibrated",
    )
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
    language: Language = "en"
    segments: tuple[SegmentFacts, ...]


class ExplainTask(Frozen):
    """Write the explanation as claims that cite evidence."""

    kind: Literal["explain"] = "explain"
    question: str | None
    language: Language = "en"
    segments: tuple[SegmentFacts, ...]
    readings: tuple["ReadingDraft", ...]
    persons: tuple[Person, ...] = ()
    reactions: tuple[Reaction, ...] = Field(default=(), description="of these segments")
    shifts: tuple[Shift, ...] = Field(default=(), description="that end in these segments")


class LabelTask(Frozen):
    """Extract open-vocabulary labels from verified claims."""

    kind: Literal["label"] = "label"
    claims: tuple[Claim, ...]
    readings: tuple["ReadingDraft", ...]
    roles: dict[str, Literal["speaking", "listening", "silent"]] = Field(description="by segment")


Task = Annotated[
    PlanTask | ReplanTask | ReadTask | ExplainTask | LabelTask, Field(discriminator="kind")
]


# --- answers: what a model may return. Lenient about extra fields, strict about the rest. --------


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", allow_inf_nan=False)


class ToolChoice(_Answer):
    """Whether to run one offered tool."""

    tool: str
    use: bool
    reason: str


class Plan(_Answer):
    """Which of the offered tools to run, where, and why."""

    choices: list[ToolChoice]
    start_s: float | None = Field(default=None, description="the stretch that matters; None: all")
    end_s: float | None = None
    rate_hz: float | None = Field(default=None, gt=0, le=60, description="None: the usual rate")


class LookDraft(_Answer):
    """One further look: some tools, over one stretch, perhaps more densely."""

    tools: list[str]
    start_s: float
    end_s: float
    rate_hz: float | None = Field(default=None, gt=0, le=60, description="None: the usual rate")
    n_speakers: int | None = Field(default=None, ge=1, le=20, description="at least so many voices")
    reason: str


class Replan(_Answer):
    """The next look, or none."""

    look: LookDraft | None = None
    reason: str = Field(description="why so, or why no further look")


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
    pattern_score: Unit = 0.0
    intensity: Unit = Field(default=0.5, description="how strongly the emotion is shown")
    speaks_for: list[str] = []
    speaks_against: list[str] = []
    influence: list[CaseInfluence] = []
    prior: dict[str, Unit] = {}

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


class Readings(_Answer):
    """One reading per segment."""

    readings: list[ReadingDraft]


class ClaimDraft(_Answer):
    """One sentence, with the evidence it cites and what exactly it asserts."""

    segment: str
    stage: Stage
    text: str
    assertions: list[Assertion]
    labels: list[str] = Field(default=[], description="emotion words that it states")
    about: list[str] = Field(default=[], description="other persons that it names")
    rests_on: list[int] = Field(
        default=[], description="places (from 0) in this list of the claims it concludes from"
    )
    hypothesis: bool = False
    start_s: float | None = Field(default=None, description="None: the segment's own span")
    end_s: float | None = None


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
    intensity: Unit = 0.5


class LabelSet(_Answer):
    """The labels of all segments; may be empty."""

    labels: list[LabelDraft]
