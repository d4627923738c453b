"""How a report came about: what was decided, what ran, and what that cost."""

from typing import Literal

from pydantic import Field

from emer.graphs.model_use import ModelUse
from emer.graphs.refusals import Checks
from emer.graphs.report.claims import Dropped
from emer.tools.readings import Frozen


class Decision(Frozen):
    """One thing that the planner decided, and why."""

    tool: str
    chosen: bool
    reason: str
    look: int = Field(default=0, ge=0, description="0: the first look; then one per replan")
    start_s: float = Field(default=0.0, ge=0, description="where it looks")
    end_s: float = Field(default=0.0, ge=0)
    rate_hz: float | None = Field(default=None, description="pictures per second, if it sees them")
    cost_s: float = Field(default=0.0, ge=0, description="seconds of work expected")


class ToolRun(Frozen):
    """One specialist as it ran."""

    tool: str
    engine: str
    model: str
    revision: str
    licence: str
    commercial_use: bool
    status: Literal["done", "gap", "failed", "timed_out"]
    look: int = 0
    n_spans: int
    n_cached: int = Field(default=0, description="spans answered from the findings cache")
    n_evidence: int
    n_gaps: int
    wall_s: float


class Budget(Frozen):
    """What a run may spend and what it spent; ``None``: no limit."""

    tools_s: float | None = Field(default=None, gt=0, description="seconds of specialists' work")
    wall_s: float | None = Field(default=None, gt=0, description="seconds in all")
    spent_s: float = Field(default=0.0, ge=0, description="seconds of specialists' work")
    tokens: int | None = Field(default=None, gt=0, description="sent to and got from a model")
    cost: float | None = Field(
        default=None, gt=0, allow_inf_nan=False, description="by the prices that the user set"
    )


class Run(Frozen):
    """How this result came about; the only part that differs between equal runs."""

    emer_version: str
    started_at: str = Field(description="ISO 8601, UTC")
    wall_s: float
    status: Literal["complete", "partial"]
    question: str | None
    llm: str
    prompts: str = Field(description="highest version of the prompts")
    prompt_ids: tuple[str, ...] = Field(
        default=(), description="name, version and digest of each prompt that was used"
    )
    model_use: ModelUse | None = Field(
        default=None, description="what was asked of a language model; null: none was set"
    )
    language: str | None
    rate_hz: float
    span: tuple[float, float]
    plan: tuple[Decision, ...]
    budget: Budget
    resumed: bool = Field(description="an interrupted run was taken up again")
    tools: tuple[ToolRun, ...]
    dropped: tuple[Dropped, ...]
    checks: Checks | None = Field(
        default=None, description="of what a language model wrote; null: none was set"
    )
    notes: tuple[str, ...]
    purpose: str
    notice: str
