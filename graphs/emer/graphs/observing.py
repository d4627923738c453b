"""Let one specialist look: for no longer than it may take, and whatever becomes of it.

A specialist that fails, hangs or cannot run becomes a gap; a file or a disk that is no good ends the
run.
"""

import threading
import time
from collections.abc import Sequence
from typing import Literal

from emer.graphs.clips import open_clip, required_by
from emer.graphs.state import Context, Errand, Event
from emer.tools.errors import EmerError, MediaError, StorageError, ToolUnavailable
from emer.tools.findings import Evidence, Finding, Gap, GapCode, TimeSpan
from emer.tools.hosting.advance import Advance, Listener, listening
from emer.tools.specialist import Specialist

Status = Literal["done", "gap", "failed", "timed_out"]


def observe(
    specialist: Specialist, context: Context, errand: Errand, spans: Sequence[TimeSpan]
) -> tuple[list[Finding], Status]:
    """Return what a specialist finds in ``spans``, or one gap in its place.

    Raises:
        MediaError: The clip cannot be decoded.
        StorageError: The disk cannot be used.
    """
    looks, timeout_s = errand["looks"], context.request.tool_timeout_s
    if context.request.budget.wall_s is not None:
        left_s = context.request.budget.wall_s - (time.monotonic() - context.started)
        timeout_s = max(0.1, min(timeout_s, left_s))
    outcome: list[list[Finding] | BaseException] = []
    left_behind = threading.Event()

    def work() -> None:
        try:
            needed = required_by(context, errand["media"], specialist.tool)
            clip, _ = open_clip(context, errand["media"], looks, looks[-1], needed)
            with listening(_telling(specialist, context, len(spans), left_behind)):
                outcome.append(specialist.observe(clip, spans, errand["known"]))
        except BaseException as error:
            outcome.append(error)

    # a thread cannot be killed, but it can be left behind: the report does not wait for it
    worker = threading.Thread(target=work, name=f"emer-{specialist.tool}", daemon=True)
    worker.start()
    worker.join(timeout=timeout_s)
    where = looks[-1].span
    if not outcome:
        left_behind.set()
        return [_timed_out(specialist, where, timeout_s)], "timed_out"
    result = outcome[0]
    if isinstance(result, MediaError | StorageError):
        raise result
    if isinstance(result, BaseException):
        return [_failed(specialist, where, result)], _status_of(result)
    only_gaps = bool(result) and not any(isinstance(f, Evidence) for f in result)
    return result, "gap" if only_gaps else "done"


def _telling(
    specialist: Specialist, context: Context, n_spans: int, left_behind: threading.Event
) -> Listener:
    """Return what turns the advance of a hosted model into events, until nobody waits for it."""

    def tell(at: Advance) -> None:
        if left_behind.is_set():
            return
        if at.loading:
            context.emit(Event(specialist.tool, "progress", "loading its model"))
            return
        by_span = at.total == n_spans and specialist.scope == "utterances"
        unit = "utterances" if by_span else "pieces"
        told = f"{at.done} of {at.total} {unit}" if at.total else f"{at.done} {unit}"
        context.emit(Event(specialist.tool, "progress", told, float(at.done), float(at.total or 0)))

    return tell


def _status_of(error: BaseException) -> Status:
    return "gap" if isinstance(error, ToolUnavailable) else "failed"


def _failed(specialist: Specialist, where: TimeSpan, error: BaseException) -> Gap:
    if isinstance(error, ToolUnavailable):
        code, reason, remedy = GapCode.TOOL_UNAVAILABLE, error.reason, error.remedy
    elif isinstance(error, EmerError):
        code, reason, remedy = GapCode.TOOL_FAILED, error.message, error.remedy
    else:
        code = GapCode.TOOL_FAILED
        reason = f"it failed ({type(error).__name__}: {str(error)[:200]})"
        remedy = "Run again; if it fails again, please report it with the file's properties."
    return _gap(specialist.tool, where, code, reason, remedy)


def _timed_out(specialist: Specialist, where: TimeSpan, timeout_s: float) -> Gap:
    return _gap(
        specialist.tool, where, GapCode.TIMED_OUT, f"it took longer than {timeout_s:.0f} s",
        "Analyse a shorter part with --start and --end, or raise EMER_TOOL_TIMEOUT_S.",
    )  # fmt: skip


def _gap(tool: str, where: TimeSpan, code: GapCode, reason: str, remedy: str) -> Gap:
    return Gap(
        tool=tool, code=code, reason=reason, remedy=remedy,
        start_s=where.start_s, end_s=where.end_s,
    )  # fmt: skip
