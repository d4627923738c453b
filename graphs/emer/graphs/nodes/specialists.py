"""Run the chosen specialists: in waves, as soon as what they need is there, side by side.

A specialist that fails, hangs or cannot run becomes a gap; the others go on.
"""

import threading
import time
from collections.abc import Sequence
from typing import Any, Literal

from langgraph.runtime import Runtime
from langgraph.types import Send

from emer.graphs.report import ToolRun
from emer.graphs.state import Context, Errand, Event, State, filed
from emer.graphs.windows import windows_of
from emer.tools.errors import EmerError, ToolUnavailable
from emer.tools.findings import Evidence, Finding, Gap, GapCode, TimeSpan, select
from emer.tools.specialist import Clip, Specialist

RUN, NEXT = "specialist", "align"
Status = Literal["done", "gap", "failed", "timed_out"]


def dispatch(state: State, runtime: Runtime[Context]) -> list[Send] | str:
    """Send out every chosen specialist whose needs are settled; go on when none is left."""
    chosen = {d.tool for d in state["plan"] if d.chosen}
    settled = set(state.get("tools", {}))
    waiting = chosen - settled
    ready = [
        runtime.context.specialists[tool]
        for tool in sorted(waiting)
        if not (set(runtime.context.specialists[tool].needs) & waiting)
    ]
    if waiting and not ready:  # a stranger's engines may need each other
        ready = [runtime.context.specialists[min(waiting)]]
    return [Send(RUN, _errand(s, state)) for s in ready] if ready else NEXT


def gather(state: State) -> dict[str, Any]:
    """Wait for a wave of specialists; what they found is in the state already."""
    return {}


def _errand(specialist: Specialist, state: State) -> Errand:
    evidence = list(state.get("evidence", {}).values())
    known: list[Finding] = [*evidence, *state.get("gaps", {}).values()]
    findings = [f for f in known if f.tool in specialist.needs]
    return Errand(
        tool=specialist.tool,
        spans=_spans(specialist, state["span"], evidence),
        known=sorted(findings, key=lambda f: (f.start_s, f.end_s, f.tool)),
    )


def _spans(specialist: Specialist, span: TimeSpan, evidence: list[Evidence]) -> list[TimeSpan]:
    if specialist.scope == "clip":
        return [span]
    utterances = select(evidence, kind="utterance")
    if specialist.scope == "utterances":
        return list(dict.fromkeys(u.span for u in utterances))
    return windows_of(span, utterances)


def run_specialist(state: Errand, runtime: Runtime[Context]) -> dict[str, Any]:
    """Run one specialist over its spans; ``state`` is the errand it was sent on."""
    errand = state
    context, tool = runtime.context, errand["tool"]
    specialist, clip = context.specialists[tool], context.clip
    assert clip is not None, "the pass runs before any specialist"
    spans = errand["spans"]
    context.emit(Event(tool, "started", f"{len(spans)} span(s)"))
    started = time.perf_counter()
    findings, status = _observe(specialist, clip, errand, context.request.tool_timeout_s)
    findings = [f for f in findings if f.overlaps(clip.span)]
    n_evidence = sum(isinstance(f, Evidence) for f in findings)
    run = ToolRun(
        tool=tool, engine=specialist.engine, model=specialist.card.name,
        revision=specialist.card.revision, licence=specialist.card.licence,
        commercial_use=specialist.card.commercial_use, status=status, n_spans=len(spans),
        n_evidence=n_evidence, n_gaps=len(findings) - n_evidence,
        wall_s=round(time.perf_counter() - started, 3),
    )  # fmt: skip
    ended = "finished" if status == "done" else "gap" if status == "gap" else "failed"
    context.emit(Event(tool, ended, f"{n_evidence} finding(s)"))
    return {"tools": {tool: run}, **filed(findings)}


def _observe(
    specialist: Specialist, clip: Clip, errand: Errand, timeout_s: float
) -> tuple[list[Finding], Status]:
    if not errand["spans"]:
        return [], "done"
    outcome: list[list[Finding] | BaseException] = []

    def work() -> None:
        try:
            outcome.append(specialist.observe(clip, errand["spans"], errand["known"]))
        except BaseException as error:
            outcome.append(error)

    # a thread cannot be killed, but it can be left behind: the report does not wait for it
    worker = threading.Thread(target=work, name=f"emer-{specialist.tool}", daemon=True)
    worker.start()
    worker.join(timeout=timeout_s)
    if not outcome:
        return [_timed_out(specialist, clip, timeout_s)], "timed_out"
    result = outcome[0]
    if isinstance(result, BaseException):
        return [_failed(specialist, clip, result)], _status_of(result)
    only_gaps = bool(result) and not any(isinstance(f, Evidence) for f in result)
    return result, "gap" if only_gaps else "done"


def _status_of(error: BaseException) -> Status:
    return "gap" if isinstance(error, ToolUnavailable) else "failed"


def _failed(specialist: Specialist, clip: Clip, error: BaseException) -> Gap:
    if isinstance(error, ToolUnavailable):
        code, reason, remedy = GapCode.TOOL_UNAVAILABLE, error.reason, error.remedy
    elif isinstance(error, EmerError):
        code, reason, remedy = GapCode.TOOL_FAILED, error.message, error.remedy
    else:
        code = GapCode.TOOL_FAILED
        reason = f"it failed ({type(error).__name__}: {str(error)[:200]})"
        remedy = "Run again; if it fails again, please report it with the file's properties."
    return _gap(specialist, clip, code, reason, remedy)


def _timed_out(specialist: Specialist, clip: Clip, timeout_s: float) -> Gap:
    return _gap(
        specialist, clip, GapCode.TIMED_OUT, f"it took longer than {timeout_s:.0f} s",
        "Analyse a shorter part with --start and --end, or raise EMER_TOOL_TIMEOUT_S.",
    )  # fmt: skip


def _gap(specialist: Specialist, clip: Clip, code: GapCode, reason: str, remedy: str) -> Gap:
    return Gap(
        tool=specialist.tool, code=code, reason=reason, remedy=remedy,
        start_s=clip.span.start_s, end_s=clip.span.end_s,
    )  # fmt: skip


def lost(tools: Sequence[ToolRun], gaps: Sequence[Gap]) -> bool:
    """Whether a crash, a timeout or a spent budget lost something."""
    return any(t.status in {"failed", "timed_out"} for t in tools) or any(
        g.code.is_loss for g in gaps
    )
