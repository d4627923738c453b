"""What the graph carries: ids and small typed findings, never arrays.

Reducers are commutative and idempotent (keyed unions), so that parallel branches and repeated
ones lead to the same state.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypedDict

from langchain_core.language_models import BaseChatModel

from emer.graphs.report import (
    Agreement,
    Budget,
    CaseShown,
    Claim,
    Decision,
    Dropped,
    Label,
    Language,
    Reaction,
    Report,
    Segment,
    Shift,
    ToolRun,
)
from emer.graphs.tasks import ReadingDraft
from emer.memory.case import Query
from emer.memory.retrieval import RetrievedCase
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Finding, Gap, Person, TimeSpan, Utterance
from emer.tools.media.info import MediaInfo
from emer.tools.specialist import Clip, Specialist


def union(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    """Join two keyed collections; equal keys hold equal things, so the order cannot matter."""
    return {**left, **right}


class State(TypedDict, total=False):
    """The state of one analysis."""

    media: MediaInfo
    span: TimeSpan
    plan: list[Decision]
    evidence: Annotated[dict[str, Evidence], union]
    gaps: Annotated[dict[str, Gap], union]
    tools: Annotated[dict[str, ToolRun], union]
    notes: Annotated[dict[str, str], union]
    persons: list[Person]
    utterances: list[Utterance]
    segments: list[Segment]
    agreement: list[Agreement]
    cases: list[CaseShown]
    readings: list[ReadingDraft]
    reactions: list[Reaction]
    shifts: list[Shift]
    drafts: list[Claim]
    claims: list[Claim]
    labels: list[Label]
    dropped: list[Dropped]
    report: Report


class Errand(TypedDict):
    """What one branch of the fan-out is sent: a tool and where to look."""

    tool: str
    spans: list[TimeSpan]
    known: list[Finding]


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
    budget: Budget = field(default_factory=Budget)
    purpose: str = "unspecified"
    tool_timeout_s: float = 600.0


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
    clip: Clip | None = None


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
