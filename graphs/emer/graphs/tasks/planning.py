"""Which specialists to run, where and how closely: the question and typed facts only.

What a plan is made of holds numbers, members of closed sets, and names, which their type keeps from
holding a sentence.
"""

from typing import Literal

from pydantic import Field

from emer.graphs.tasks.answer import Answer
from emer.graphs.tasks.facts import Name, Role
from emer.tools.findings import GapCode, Modality, Spanned
from emer.tools.media.info import MediaKind
from emer.tools.readings import Frozen, Unit


class ToolOffer(Frozen):
    """One specialist that could be run."""

    tool: Name
    purpose: str = Field(max_length=300, description="of the installed engine's card")
    modality: Modality
    needs: tuple[Name, ...]
    cost_s: float = Field(default=0.0, ge=0, description="seconds of work for the whole part")
    can_run: bool = True


class PlanTask(Frozen):
    """Decide which specialists to run."""

    kind: Literal["plan"] = "plan"
    question: str | None
    media_kind: MediaKind
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
    """A span without a reading, and why; the sentence that tells it is not here."""

    tool: Name
    code: GapCode
    start_s: float
    end_s: float


class PersonFact(Frozen):
    """One person, by the names under which they were found."""

    id: Name
    speaker: Name | None = None
    face_tracks: tuple[Name, ...] = ()
    heard_s: float = Field(ge=0)
    seen_s: float = Field(ge=0)


class ConflictFact(Spanned):
    """Two modalities of one segment that contradict each other."""

    segment: Name
    subject: Name
    pair: tuple[Modality, Modality]
    dimension: Literal["valence", "arousal"] | None
    magnitude: float = Field(ge=0, le=2)


class LookFact(Frozen):
    """Where and how densely one look has sampled pictures."""

    start_s: float
    end_s: float
    rate_hz: float


class SpeakingFact(Frozen):
    """Which face seemed to speak during one utterance."""

    speaker: Name
    track: Name
    score: Unit
    start_s: float
    end_s: float


class SegmentBrief(Frozen):
    """One segment without any words of the media."""

    id: Name
    subject: Name
    role: Role
    start_s: float
    end_s: float
    modalities: tuple[Modality, ...] = Field(description="those with any affect")


class ReplanTask(Frozen):
    """Decide whether to look again, where and how closely, now that first findings are there."""

    kind: Literal["replan"] = "replan"
    question: str | None
    plan: PlanTask
    look: int = Field(description="number of the look that would follow")
    tools_run: tuple[Name, ...]
    left_s: float | None = Field(
        default=None, description="seconds of work that the budget leaves; null: there is no budget"
    )
    persons: tuple[PersonFact, ...]
    segments: tuple[SegmentBrief, ...]
    conflicts: tuple[ConflictFact, ...]
    gaps: tuple[GapFact, ...]
    speaking: tuple[SpeakingFact, ...] = ()
    looks: tuple[LookFact, ...] = Field(description="what was looked at how densely so far")


class ToolChoice(Answer):
    """Whether to run one offered tool."""

    tool: str
    use: bool
    reason: str


class Plan(Answer):
    """Which of the offered tools to run, where, and why."""

    choices: list[ToolChoice]
    start_s: float | None = Field(default=None, description="the stretch that matters; None: all")
    end_s: float | None = None
    rate_hz: float | None = Field(default=None, gt=0, le=60, description="None: the usual rate")


class LookDraft(Answer):
    """One further look: some tools, over one stretch, perhaps more densely."""

    tools: list[str]
    start_s: float
    end_s: float
    rate_hz: float | None = Field(default=None, gt=0, le=60, description="None: the usual rate")
    n_speakers: int | None = Field(default=None, ge=1, le=20, description="at least so many voices")
    reason: str


class Replan(Answer):
    """The next look, or none."""

    look: LookDraft | None = None
    reason: str = Field(description="why so, or why no further look")
