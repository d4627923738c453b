"""The vocabulary every layer speaks: spans, evidence, gaps, persons, model cards.

All times are float seconds from the start of the media and spans are half-open. All values are
frozen. What a specialist measured is a ``Reading`` (one class per kind, see ``readings``);
``Evidence`` says who measured it, with which model, when, and on whom.
"""

import hashlib
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Final, Literal, Self

from pydantic import Field, model_validator

from emer.tools.readings import Frozen, Reading

SCENE = "scene"
"""Subject of evidence that belongs to nobody: light, cuts, unattributed speech."""


class Modality(StrEnum):
    """Where a clue was perceived."""

    FACE = "face"
    VOICE = "voice"
    WORDS = "words"
    SCENE = "scene"


class Spanned(Frozen):
    """Anything with a place in time: ``[start_s, end_s)``, seconds from the media's start."""

    start_s: float = Field(ge=0)
    end_s: float

    @model_validator(mode="after")
    def _runs_forward(self) -> Self:
        if not self.end_s > self.start_s:
            raise ValueError(f"a span must end after it starts: {self.start_s} .. {self.end_s}")
        return self

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s

    @property
    def span(self) -> "TimeSpan":
        """Only the place in time."""
        return TimeSpan(start_s=self.start_s, end_s=self.end_s)

    def overlap_s(self, other: "Spanned") -> float:
        """Seconds shared with ``other``; 0.0 when they do not meet."""
        return max(0.0, min(self.end_s, other.end_s) - max(self.start_s, other.start_s))

    def overlaps(self, other: "Spanned") -> bool:
        """Whether the two share any time."""
        return self.overlap_s(other) > 0.0


class TimeSpan(Spanned):
    """A bare span."""


NOTHING_TRAINED: Final = "rules, nothing trained"


class ModelCard(Frozen):
    """What is needed to judge and to reproduce a model's answers."""

    name: str
    revision: str = Field(description="commit, version or content hash; never a branch name")
    purpose: str = Field(description="what it answers, one sentence")
    inputs: str = Field(description="shape, rate, range and units of what it reads")
    outputs: str = Field(description="shape, range and units of what it returns")
    licence: str
    commercial_use: bool = Field(description="whether the licence allows commercial use")
    source: str = Field(description="paper or project that describes it")
    trained_on: str = Field(description="data behind it, or 'nothing: a formula'")
    metrics: str = Field(description="what was measured and how, or 'not measured'")
    split: str = Field(default="", description="what was kept apart for measuring; empty: nothing")
    calibration: str = Field(default="", description="what its scores mean; empty: only scores")
    training: str = Field(
        default="",
        description="the command that made the weights, 'rules, nothing trained', or who did",
    )
    date: str = Field(default="", description="when the weights were made, ISO 8601")
    limits: tuple[str, ...]


class Evidence(Spanned):
    """One reading by one specialist over one span of one subject."""

    id: str
    tool: str
    engine: str
    modality: Modality
    model: str
    revision: str
    device: str = Field(default="cpu", description="where the engine ran: cpu, cuda:N, or a server")
    subject: str = Field(description="speaker, face track or 'scene'")
    score: float | None = Field(
        default=None, ge=0, le=1, description="the engine's own trust, 0..1, not calibrated"
    )
    confidence: float | None = Field(
        default=None, ge=0, le=1,
        description="probability that the leading category is right, where the engine was calibrated "
        "on the stated domain of the media; else null",
    )  # fmt: skip
    reading: Reading

    @classmethod
    def of(
        cls,
        *,
        tool: str,
        engine: str,
        modality: Modality,
        card: ModelCard,
        span: Spanned,
        reading: Reading,
        subject: str = SCENE,
        score: float | None = None,
    ) -> Self:
        """Build evidence with its stable id.

        The id depends on who measured what, where and on whom, not on the value: a float that
        differs in its last digit between machines keeps its id.
        """
        start_s, end_s = round(span.start_s, 3), round(span.end_s, 3)
        model = f"{tool}|{engine}|{card.name}@{card.revision}"
        return cls(
            id=_id_of(model, subject, start_s, end_s, reading),
            tool=tool,
            engine=engine,
            modality=modality,
            model=card.name,
            revision=card.revision,
            start_s=start_s,
            end_s=end_s,
            subject=subject,
            score=None if score is None else round(score, 4),
            reading=reading,
        )

    def named(self, subject: str) -> Self:
        """Return it as it would have been filed under another name of its subject."""
        model = f"{self.tool}|{self.engine}|{self.model}@{self.revision}"
        own = _id_of(model, subject, self.start_s, self.end_s, self.reading)
        return self.model_copy(update={"id": own, "subject": subject})


def _id_of(model: str, subject: str, start_s: float, end_s: float, reading: "Reading") -> str:
    place = f"{model}|{subject}|{start_s:.3f}|{end_s:.3f}"
    digest = hashlib.sha256(f"{place}|{reading.kind}|{reading.key}".encode()).hexdigest()
    return f"{reading.prefix}-{digest[:8]}"


class GapCode(StrEnum):
    """Why a span carries no reading. The last three mean that a result was lost."""

    NOTHING_THERE = "nothing_there"
    TOO_SHORT = "too_short"
    NO_STREAM = "no_stream"
    UNSUPPORTED = "unsupported"
    NOT_CREDIBLE = "not_credible"
    NOT_LOOKED_AT = "not_looked_at"
    TOOL_UNAVAILABLE = "tool_unavailable"
    MEDIA_DAMAGED = "media_damaged"
    TOOL_FAILED = "tool_failed"
    TIMED_OUT = "timed_out"
    BUDGET_SPENT = "budget_spent"

    @property
    def is_loss(self) -> bool:
        """Whether something that should have been measured was lost."""
        return self in {GapCode.TOOL_FAILED, GapCode.TIMED_OUT, GapCode.BUDGET_SPENT}


class Gap(Spanned):
    """A span that was asked about and holds no reading; the explanation must admit it."""

    tool: str
    code: GapCode
    reason: str = Field(description="why, one sentence for a person")
    remedy: str = Field(default="", description="what would close the gap; empty if nothing can")
    subject: str = SCENE


Finding = Evidence | Gap


class Link(Frozen):
    """Why two detections are taken for one person."""

    one: str = Field(description="speaker or face track")
    other: str = Field(description="face track")
    basis: Literal["speaking", "likeness"] = Field(
        description="its mouth moves with that voice; or the two faces look alike"
    )
    score: float = Field(ge=0, le=1, description="not calibrated")
    evidence: tuple[str, ...] = Field(min_length=1)


class Person(Frozen):
    """One human being of the clip: a voice, faces, or both, linked with a score.

    ``link_score`` is that of the weakest link (0..1, not calibrated); it is ``None`` when there
    is only one voice or face and nothing had to be linked.
    """

    id: str = Field(description="P1, P2, ... in order of first appearance")
    speaker: str | None = Field(default=None, description="SPK_01, ...")
    face_tracks: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    link_score: float | None = Field(default=None, ge=0, le=1)
    heard_s: float = Field(default=0.0, ge=0, description="seconds of speech")
    seen_s: float = Field(default=0.0, ge=0, description="seconds with a visible face")
    unseen_speech_s: float = Field(
        default=0.0, ge=0, description="seconds of speech with none of its faces in the picture"
    )

    @property
    def members(self) -> frozenset[str]:
        """Every subject name under which evidence about this person is filed."""
        own = {self.id, *self.face_tracks}
        return frozenset(own | {self.speaker} if self.speaker else own)


class Utterance(Spanned):
    """One person's stretch of speech."""

    id: str = Field(description="U1, U2, ... in time order")
    subject: str = Field(description="person id")
    speaker: str | None = None
    text: str | None = Field(default=None, description="None when there is no transcript")
    language: str | None = None
    evidence: tuple[str, ...] = ()


def select(
    findings: Iterable[Finding], *, tool: str | None = None, kind: str | None = None
) -> list[Evidence]:
    """Return the evidence of one tool and/or one kind of reading, in time order."""
    chosen = [
        f
        for f in findings
        if isinstance(f, Evidence)
        and (tool is None or f.tool == tool)
        and (kind is None or f.reading.kind == kind)
    ]
    return sorted(chosen, key=lambda e: (e.start_s, e.end_s, e.id))


def covering(span: Spanned, findings: Sequence[Evidence]) -> list[Evidence]:
    """Return those that share time with ``span``."""
    return [e for e in findings if e.overlaps(span)]
