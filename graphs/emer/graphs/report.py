"""The canonical result of one analysis: a versioned schema that every door returns.

Everything that is said about a person is a ``Claim`` that cites evidence by id; what a claim says
is repeated in it as typed ``Assertion`` values, which is what verification checks.
"""

from typing import Final, Literal

from pydantic import Field

from emer.tools.findings import Evidence, Gap, Modality, Person, Spanned, Utterance
from emer.tools.media.info import MediaInfo
from emer.tools.readings import Frozen, Quantity, Unit

SCHEMA_VERSION: Final = "1.0"

Relation = Literal["eq", "gt", "ge", "lt", "le", "contains"]
Stage = Literal["attribute", "expression", "disagreement", "emotion", "whole"]
Perspective = Literal["speaker", "listener", "viewer", "self"]


class Assertion(Frozen):
    """One checkable statement: some cited evidence has a quantity that stands in a relation."""

    quantity: str = Field(description="name from Reading.quantities(), e.g. 'voice.arousal'")
    relation: Relation
    value: Quantity
    evidence: tuple[str, ...] = Field(min_length=1, description="ids; one of them must satisfy it")


class Claim(Spanned):
    """One sentence of the explanation."""

    id: str
    stage: Stage
    text: str
    subject: str
    evidence: tuple[str, ...] = Field(min_length=1)
    assertions: tuple[Assertion, ...] = Field(min_length=1)
    segment: str | None = Field(default=None, description="the segment it explains")


class Dropped(Frozen):
    """Something that verification refused, and why."""

    text: str
    reason: str


class Alternative(Frozen):
    """Another reading of a segment that the evidence also allows."""

    label: str
    score: Unit


class SegmentReading(Frozen):
    """How the clues of one segment were read against each other."""

    segment: str
    pattern: str = Field(description="'congruent', 'mixed', 'thin' or a named disagreement")
    abstained: bool
    reason: str = Field(description="why this reading, or why none; one sentence")
    alternatives: tuple[Alternative, ...] = ()


class Segment(Spanned):
    """The unit of alignment: one person during one utterance or one quiet window."""

    id: str
    subject: str
    role: Literal["speaking", "listening", "silent"]
    utterance: str | None = None
    face: tuple[str, ...] = Field(default=(), description="evidence ids")
    voice: tuple[str, ...] = Field(default=(), description="evidence ids")
    words: tuple[str, ...] = Field(default=(), description="evidence ids")


class Explanation(Frozen):
    """The staged account: attributes, then expressions, then emotion."""

    text: str = Field(description="the verified claims as prose, in order")
    answer: str | None = Field(default=None, description="to the question, from verified claims")
    segments: tuple[Segment, ...] = ()
    readings: tuple[SegmentReading, ...] = ()
    claims: tuple[Claim, ...] = ()
    abstained: bool = Field(description="no emotion could be named for anybody")
    limits: tuple[str, ...] = Field(default=(), description="what was not seen, heard or read")


class Label(Spanned):
    """One open-vocabulary emotion label."""

    label: str
    perspective: Perspective
    score: Unit = Field(description="support by the evidence, not calibrated")
    evidence: tuple[str, ...] = Field(min_length=1)
    subject: str
    segment: str


class Agreement(Spanned):
    """Whether two modalities tell the same about one person in one segment."""

    segment: str
    subject: str
    pair: tuple[Modality, Modality]
    verdict: Literal["agree", "conflict", "missing"]
    dimension: Literal["valence", "arousal"] | None = Field(
        default=None, description="on which they were compared; None when one is missing"
    )
    magnitude: float = Field(ge=0, le=2, description="distance on that dimension, both in -1..1")
    detail: str
    evidence: tuple[str, ...] = ()


class CaseShown(Frozen):
    """A similar annotated case: an analogy, never evidence about this clip."""

    case: str
    segment: str
    similarity: Unit
    situation: str
    words: str
    labels: tuple[str, ...]
    why: str
    provenance: str
    trust: str


class Decision(Frozen):
    """One thing that the planner decided, and why."""

    tool: str
    chosen: bool
    reason: str


class ToolRun(Frozen):
    """One specialist as it ran."""

    tool: str
    engine: str
    model: str
    revision: str
    licence: str
    commercial_use: bool
    status: Literal["done", "gap", "failed", "timed_out"]
    n_spans: int
    n_evidence: int
    n_gaps: int
    wall_s: float


class Run(Frozen):
    """How this result came about; the only part that differs between equal runs."""

    emer_version: str
    started_at: str = Field(description="ISO 8601, UTC")
    wall_s: float
    status: Literal["complete", "partial"]
    question: str | None
    llm: str
    prompts: str = Field(description="version of the prompts that a language model was given")
    language: str | None
    rate_hz: float
    span: tuple[float, float]
    plan: tuple[Decision, ...]
    tools: tuple[ToolRun, ...]
    dropped: tuple[Dropped, ...]
    notes: tuple[str, ...]
    purpose: str
    notice: str


class Report(Frozen):
    """The whole result."""

    schema_version: str = SCHEMA_VERSION
    media: MediaInfo
    subjects: tuple[Person, ...]
    utterances: tuple[Utterance, ...]
    evidence: tuple[Evidence, ...]
    gaps: tuple[Gap, ...]
    agreement: tuple[Agreement, ...]
    cases: tuple[CaseShown, ...]
    explanation: Explanation
    labels: tuple[Label, ...]
    run: Run
