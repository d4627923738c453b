"""What a report tells moment by moment: segments, how they were read, reactions, shifts."""

from typing import Literal

from pydantic import Field

from emer.tools.findings import Modality, Spanned
from emer.tools.readings import Frozen, Unit

Branch = Literal["V+A+T", "A+T", "V+T", "T", "V+A", "V", "A", "none"]
"""What a segment has to be read by: a face (V), a voice (A), words (T)."""


class Alternative(Frozen):
    """Another reading of a segment that the evidence also allows."""

    label: str
    score: Unit


class CaseInfluence(Frozen):
    """How a similar case moved the score of a label that the clip's own evidence carries."""

    case: str
    label: str
    before: Unit
    after: Unit


class SegmentReading(Frozen):
    """How the clues of one segment were read against each other."""

    segment: str
    branch: Branch | None = Field(
        default=None, description="what there was to read it by: face V, voice A, words T"
    )
    pattern: str = Field(description="'congruent', 'mixed', 'thin' or a named disagreement")
    pattern_score: Unit = Field(default=0.0, description="support by the evidence, not calibrated")
    abstained: bool
    reason: str = Field(description="why this reading, or why none; one sentence")
    speaks_for: tuple[str, ...] = ()
    speaks_against: tuple[str, ...] = ()
    labels: tuple[Alternative, ...] = Field(default=(), description="best first")
    alternatives: tuple[Alternative, ...] = ()
    influence: tuple[CaseInfluence, ...] = ()
    prior: dict[str, Unit] = Field(
        default={},
        description="what raters would take such a voice, face and words together for: shares of six "
        "emotions; empty where two of the three were not given categories",
    )


class Reaction(Spanned):
    """What a listener's face does while, or just after, somebody else speaks."""

    subject: str = Field(description="the listener")
    to: str = Field(description="who speaks: a person, or 'scene' if unknown")
    utterance: str
    segment: str = Field(description="the listener's segment")
    latency_s: float = Field(description="onset after the utterance's start; negative: before it")
    relation: Literal["shares", "opposes", "unclear"] = Field(
        description="of the listener's valence to that of the words"
    )
    face_valence: float | None = Field(default=None, ge=-1, le=1)
    words_valence: float | None = Field(default=None, ge=-1, le=1)
    evidence: tuple[str, ...] = Field(min_length=1, description="the listener's and the words'")


class Trigger(Frozen):
    """What came just before a shift, as its possible cause."""

    kind: Literal["words_of_other", "own_words", "face_of_other", "cut"]
    subject: str
    at_s: float
    utterance: str | None = None
    evidence: tuple[str, ...] = Field(min_length=1)


class Shift(Spanned):
    """What one person shows changes from one segment to a later one of theirs."""

    subject: str
    from_segment: str
    to_segment: str
    dimension: Literal["valence", "arousal"]
    before: float = Field(ge=-1, le=1)
    after: float = Field(ge=-1, le=1)
    trigger: Trigger | None = Field(default=None, description="a hypothesis; None: none was found")
    evidence: tuple[str, ...] = Field(min_length=1)


class Segment(Spanned):
    """The unit of alignment: one person during one utterance or one quiet window."""

    id: str
    subject: str
    role: Literal["speaking", "listening", "silent"]
    utterance: str | None = None
    face: tuple[str, ...] = Field(default=(), description="evidence ids")
    voice: tuple[str, ...] = Field(default=(), description="evidence ids")
    words: tuple[str, ...] = Field(default=(), description="evidence ids")
    around: tuple[str, ...] = Field(
        default=(), description="evidence ids of sounds that are not words, of nobody in particular"
    )


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
    clues: tuple[str, ...] = Field(
        default=(), description="of the case's own face, voice and words: names and numbers only"
    )
    pattern: str | None = Field(default=None, description="as the case's annotator named it")
    why: str
    provenance: str
    trust: str
