"""Say on stderr how a run over many files goes: live lines at a terminal, one line a file elsewhere."""

import time
from typing import TYPE_CHECKING, Final

from emer.agent.batch.types import BatchEvent, BatchResult, Record
from emer.agent.progress import Live, Plain, suited
from emer.agent.saying import notice

if TYPE_CHECKING:
    from rich.progress import ProgressColumn, TaskID

MOST: Final = 5
"""Failed files named for each reason."""
HEARTBEAT_S: Final = 30.0
"""Seconds between two plain lines while no file ends: a long film is not taken for a standstill."""


def outcome_of(record: Record) -> str:
    """Say in a line how a file ended."""
    if record.state == "failed":
        return f"failed: {record.error}"
    words = [f"{record.state} in {record.took_s:.1f} s"]
    told = record.summary
    if told is not None:
        words.append(f"{told.n_persons} person{'' if told.n_persons == 1 else 's'}")
        words += told.labels[:2]
    return ", ".join(words)


class PlainTelling(Plain):
    """One line for each file that ends, for logs and pipes."""

    def __init__(self) -> None:
        self._n_known = 0
        self._said_s = time.monotonic()

    def __call__(self, event: BatchEvent) -> None:
        """Take one event."""
        if event.step == "found":
            self._line(found_line(event))
        elif event.step == "skipped":
            self._n_known += 1
        elif event.step == "notice":
            self._line(event.text)
        elif event.step in ("started", "finished") and self._n_known:
            self._line(f"{files(self._n_known)} settled by an earlier run")
            self._n_known = 0
        elif event.step == "stage" and time.monotonic() - self._said_s >= HEARTBEAT_S:
            self._line(f"at work on {event.shown}: {event.text.replace('_', ' ')}")
        if event.step == "finished" and event.record is not None:
            self._line(f"{event.n}/{event.total} {event.shown}: {outcome_of(event.record)}")

    def _line(self, text: str) -> None:
        notice(text)
        self._said_s = time.monotonic()


class LiveTelling(Live):
    """How many files are done, with the time left, and a line for each file at work, for people."""

    def __init__(self) -> None:
        self._overall: TaskID | None = None
        self._lanes: dict[int, TaskID] = {}
        self._n_failed = 0

    def columns(self) -> "tuple[str | ProgressColumn, ...]":
        """Return what a line consists of; details have a fixed width, so that nothing jumps."""
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
        from rich.table import Column

        name = Column(ratio=1, no_wrap=True, overflow="ellipsis")
        detail = Column(width=26, no_wrap=True, overflow="ellipsis")
        return (
            SpinnerColumn(finished_text="✓"),
            # names of files are text, never markup
            TextColumn("{task.description}", markup=False, table_column=name),
            TextColumn("{task.fields[detail]}", markup=False, style="dim", table_column=detail),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )

    def __call__(self, event: BatchEvent) -> None:
        """Take one event."""
        if event.step == "found":
            self._overall = self.bars.add_task("", total=event.total, detail="")
            self._count(0, event.total)
            if event.text:
                self.say(found_line(event))
        elif event.step == "notice":
            self.say(event.text)
        elif event.step == "started":
            if (old := self._lanes.pop(event.lane, None)) is not None:
                self.bars.remove_task(old)
            line = self.bars.add_task(f"  {event.shown}", total=None, detail="")
            self._lanes[event.lane] = line
        elif event.step == "stage":
            self.bars.update(self._lanes[event.lane], detail=event.text.replace("_", " "))
        elif event.step in ("finished", "skipped") and event.record is not None:
            self._settled(event, event.record)

    def _settled(self, event: BatchEvent, record: Record) -> None:
        if record.state == "failed":
            self._n_failed += 1
            if event.step == "finished":
                self.say(f"{event.shown}: {outcome_of(record)}", style="red")
        self._count(event.n, event.total)

    def _count(self, n: int, total: int) -> None:
        if self._overall is not None:
            failed = f"{self._n_failed} failed" if self._n_failed else ""
            text = f"{n} of {files(total)}"
            self.bars.update(self._overall, completed=n, description=text, detail=failed)


def telling() -> "PlainTelling | LiveTelling":
    """Return what suits where stderr goes."""
    return suited(PlainTelling, LiveTelling)


def found_line(event: BatchEvent) -> str:
    """Say how many files there are, and what was not taken for one."""
    return f"{files(event.total)} found" + (f"; left out: {event.text}" if event.text else "")


def summary_lines(result: BatchResult) -> list[str]:
    """Say how a run ended: counts, why files failed and what would help, where the index is."""
    counts = [
        (result.n("done"), "done"),
        (result.n("partial"), "done with a loss"),
        (result.n("failed"), "failed"),
        (result.n("pending", "running", "written"), "not done yet"),
    ]
    told = ", ".join(f"{n} {word}" for n, word in counts if n)
    again = len(result.records) - result.n("pending", "running", "written") - result.n_new
    earlier = f" ({again} of them by an earlier run)" if again > 0 else ""
    lines = [f"{files(len(result.records))}: {told}{earlier}"]
    groups: dict[tuple[str, str], list[Record]] = {}
    for record in result.records:
        if record.state == "failed":
            reason = "nothing usable in it" if record.trouble == "media" else record.error
            groups.setdefault((reason, record.remedy), []).append(record)
    for (reason, remedy), own in sorted(groups.items(), key=lambda g: -len(g[1])):
        names = ", ".join(r.shown for r in own[:MOST])
        more = f" and {len(own) - MOST} more" if len(own) > MOST else ""
        lines.append(f"failed, {reason}: {names}{more}. {remedy}".rstrip())
    if result.stopped:
        lines.append(f"stopped: {result.stopped.rstrip('.')}.")
    return lines


def files(n: int) -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{n} file{'' if n == 1 else 's'}"
