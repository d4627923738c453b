"""What the graph carries: ids and small typed findings, never arrays.

Reducers are keyed unions, idempotent, and commutative for what runs side by side, so that parallel
branches and repeated ones lead to the same state. A later look replaces what it has seen better:
it files ``None`` under the keys of what it replaces.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langchain_core.language_models import BaseChatModel
from pydantic import Field

from emer.graphs.calls.ledger import Ledger
from emer.graphs.calls.line import Line
from emer.graphs.calls.rules import CallRules
from emer.graphs.model_use import ModelCall
from emer.graphs.refusals import Checks
from emer.graphs.report import (
    Agreement,
    Branch,
    Budget,
    CaseShown,
    Claim,
    Decision,
    Dropped,
    Label,
    Language,
    Polarity,
    Reaction,
    Report,
    Segment,
    Shift,
    ToolRun,
)
from emer.graphs.tasks.reading import ReadingDraft
from emer.memory.case import Query
from emer.memory.findings_cache import FindingsCache
from emer.memory.look_store import LookKey, LookStore
from emer.memory.retrieval import RetrievedCase
from emer.tools.calibration import Calibration
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Finding, Gap, Person, TimeSpan, Utterance
from emer.tools.media.info import MediaInfo
from emer.tools.readings import Frozen
from emer.tools.specialist import Clip, Specialist


def union(left: dict[Any, Any], right: dict[Any, Any]) -> dict[Any, Any]:
    """Join two keyed collections; what is ``None`` on the right is taken out."""
    joined = {**left, **right}
    return {key: value for key, value in joined.items() if value is not None}


class Look(Frozen):
    """One look at the clip: which tools, where, how densely, and why."""

    number: int = Field(ge=0, description="0 is the first; later ones are replans")
    span: TimeSpan = Field(description="the part that is taken in, with some context")
    part: TimeSpan | None = Field(description="what is decoded; None: the whole file")
    focus: TimeSpan = Field(description="the stretch that the look is about; inside the span")
    rate_hz: float = Field(gt=0, le=60, description="sampled pictures per second")
    tools: tuple[str, ...]
    min_speakers: int | None = None
    reason: str


class State(TypedDict, total=False):
    """The state of one analysis."""

    media: MediaInfo
    span: TimeSpan
    """The part of the media that may be looked at."""
    looks: list[Look]
    decoded_s: Annotated[dict[int, float], union]
    """Seconds of decoding, with who looked on, by look."""
    wave: list[str]
    """Tools to run next, all of the last look."""
    plan: list[Decision]
    evidence: Annotated[dict[str, Evidence], union]
    gaps: Annotated[dict[str, Gap], union]
    tools: Annotated[dict[str, ToolRun], union]
    notes: Annotated[dict[str, str], union]
    calls: Annotated[dict[str, ModelCall], union]
    """What was asked of a language model, in order."""
    persons: list[Person]
    utterances: list[Utterance]
    segments: list[Segment]
    agreement: list[Agreement]
    cases: list[CaseShown]
    clues: list[Claim]
    """What a language model tells of face and voice, and the words as they were said."""
    readings: list[ReadingDraft]
    branches: dict[str, Branch]
    """What each segment was read by."""
    label_words: Annotated[dict[str, str], union]
    """Labels that no table knows, by what they are called in the language of the account."""
    reactions: list[Reaction]
    shifts: list[Shift]
    fallen_clues: list[Claim]
    """What a model told of face and voice and was refused; it may be corrected."""
    drafts: list[Claim]
    claims: list[Claim]
    refuted: list[Claim]
    """What the model itself judged false, if its judgement is believed."""
    checks: Checks
    built_in: list[str]
    """Segments whose claims the built-in analyst wrote in a language model's place."""
    labels: list[Label]
    polarity: list[Polarity]
    dropped: list[Dropped]
    report: Report


class Errand(TypedDict):
    """What one branch of the fan-out is sent: a tool and where to look."""

    tool: str
    looks: list[Look]
    """All so far; the last one is the errand's."""
    media: MediaInfo
    spans: list[TimeSpan]
    known: list[Finding]
    replaces: list[str]
    """Evidence ids and gap keys of an earlier look that this one supersedes."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the user asked for."""

    path: Path
    question: str | None = None
    rate_hz: float = 5.0
    start_s: float | None = None
    end_s: float | None = None
    language: str | None = None
    """Spoken language (BCP 47), if known."""
    output_language: Language = "en"
    """Language of the explanation."""
    self_check: bool = True
    """Whether a language model judges once more what it wrote."""
    budget: Budget = field(default_factory=Budget)
    purpose: str = "unspecified"
    tool_timeout_s: float = 600.0
    speakers: tuple[int | None, int | None] = (None, None)
    """How many people speak at least and at most, if known."""
    domain: str | None = None
    """What kind of material this is, as a calibration calls it; ``None``: nobody said."""
    whole: bool = False
    """Whether the first look is at all of the part, whatever moment is asked about."""


@dataclass(slots=True)
class Context:
    """What nodes share beside the state: handles that no checkpoint may hold."""

    request: Request
    workspace: Path
    model: BaseChatModel
    model_name: str
    specialists: dict[str, Specialist]
    unavailable: dict[str, ToolUnavailable] = field(default_factory=dict)
    cases: Callable[[Query], list[RetrievedCase]] | None = None
    emit: Callable[["Event"], None] = lambda event: None
    calibrations: dict[str, Calibration] = field(default_factory=dict)
    """By tool, those for the domain of the request."""
    findings: FindingsCache | None = None
    looks: LookStore | None = None
    clips: dict[int, Clip] = field(default_factory=dict)
    """Clips that this process has open, by look."""
    not_kept: set[LookKey] = field(default_factory=set)
    """Passes that another try may not repeat, see ``clips``; nothing that comes of them is kept."""
    opening: threading.Lock = field(default_factory=threading.Lock)
    started: float = field(default_factory=time.monotonic)
    resumed: bool = False
    rules: CallRules = field(default_factory=CallRules)
    line: Line = field(init=False)
    """To the model; ``asking.ask`` is how nodes use it."""

    def __post_init__(self) -> None:
        ledger = Ledger(self.request.budget, self.rules.prices, self.started)
        self.line = Line(self.model, self.model_name, self.rules, ledger)


@dataclass(frozen=True, slots=True)
class Event:
    """Progress, in the one schema that every door shows."""

    stage: str
    status: str
    """``started``, ``progress``, ``finished``, ``gap`` or ``failed``."""
    detail: str = ""
    done: float = 0.0
    total: float = 0.0


def gap_key(gap: Gap) -> str:
    """Return what makes a gap the same gap."""
    return f"{gap.tool}|{gap.code}|{gap.subject}|{gap.start_s:.3f}|{gap.end_s:.3f}|{gap.reason}"


def filed(findings: list[Finding]) -> dict[str, dict[str, Any]]:
    """Return a state update that files ``findings``."""
    return {
        "evidence": {f.id: f for f in findings if isinstance(f, Evidence)},
        "gaps": {gap_key(f): f for f in findings if isinstance(f, Gap)},
    }
