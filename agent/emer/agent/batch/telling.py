"""Say on stderr how a run over many files goes: bars at a terminal, one line a file elsewhere."""

import sys
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Protocol, Self

from emer.agent.batch.types import BatchEvent, BatchResult, Record

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

MOST: Final = 5
"""Failed files named for each reason."""


class Telling(Protocol):
    """Takes events, between enter and exit."""

    def __call__(self, event: BatchEvent) -> None:
        """Take one event."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: Any) -> None: ...  # noqa: ANN401


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


class PlainTelling:
    """One line for each file that ends, for logs and pipes."""

    def __init__(self) -> None:
        self._n_known = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        sys.stderr.flush()

    def __call__(self, event: BatchEvent) -> None:
        """Take one event."""
        if event.step == "found":
            also = f" ({event.text})" if event.text else ""
            self._line(f"{files(event.total)} found{also}")
        elif event.step == "skipped":
            self._n_known += 1
        elif event.step == "notice":
            self._line(event.text)
        elif event.step in ("started", "finished") and self._n_known:
            self._line(f"{files(self._n_known)} settled by an earlier run")
            self._n_known = 0
        if event.step == "finished" and event.record is not None:
            self._line(f"{event.n}/{event.total} {event.shown}: {outcome_of(event.record)}")

    @staticmethod
    def _line(text: str) -> None:
        sys.stderr.write(f"emer: {text}\n")
        sys.stderr.flush()


class LiveTelling:
    """An overall bar with the time left, and a line for each file at work, for people."""

    def __init__(self) -> None:
        self._bars: Progress | None = None
        self._overall: TaskID | None = None
        self._lanes: dict[int, TaskID] = {}
        self._n_failed = 0

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            SpinnerColumn,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )
        from rich.table import Column

        self._bars = Progress(
            SpinnerColumn(finished_text="✓"),
            # names of files are text, never markup
            TextColumn("{task.description}", markup=False,
                       table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[detail]}", markup=False, style="dim"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True), transient=True, expand=True,
        )  # fmt: skip
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bars is not None:
            self._bars.stop()

    def __call__(self, event: BatchEvent) -> None:
        """Take one event."""
        if self._bars is None:
            return
        if event.step == "found":
            self._overall = self._bars.add_task("files", total=event.total, detail="")
        elif event.step == "notice":
            self._bars.console.print(f"emer: {event.text}", markup=False, highlight=False)
        elif event.step == "started":
            self._at_work(event, "")
        elif event.step == "stage":
            self._at_work(event, event.text.replace("_", " "))
        elif event.step in ("finished", "skipped") and event.record is not None:
            self._settled(event, event.record)

    def _at_work(self, event: BatchEvent, stage: str) -> None:
        assert self._bars is not None
        if event.lane not in self._lanes:
            self._lanes[event.lane] = self._bars.add_task("", total=None, detail="")
        self._bars.update(self._lanes[event.lane], description=f"  {event.shown}", detail=stage)

    def _settled(self, event: BatchEvent, record: Record) -> None:
        assert self._bars is not None
        if record.state == "failed":
            self._n_failed += 1
            if event.step == "finished":
                line = f"emer: {event.shown}: {outcome_of(record)}"
                self._bars.console.print(line, markup=False, highlight=False, style="red")
        if self._overall is not None:
            failed = f"{self._n_failed} failed" if self._n_failed else ""
            self._bars.update(self._overall, completed=event.n, detail=failed)


def telling() -> Telling:
    """Return what suits where stderr goes."""
    return LiveTelling() if sys.stderr.isatty() else PlainTelling()


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
    earlier = f" ({again} of them by an earlier run)" if again and result.n_new < again else ""
    lines = [f"{files(len(result.records))}: {told}{earlier}"]
    groups: dict[tuple[str, str], list[Record]] = {}
    for record in result.records:
        if record.state == "failed":
            reason = "no usable media" if record.trouble == "media" else record.error
            groups.setdefault((reason, record.remedy), []).append(record)
    for (reason, remedy), own in sorted(groups.items(), key=lambda g: -len(g[1])):
        names = ", ".join(r.shown for r in own[:MOST])
        more = f" and {len(own) - MOST} more" if len(own) > MOST else ""
        lines.append(f"failed, {reason}: {names}{more}. {remedy}".rstrip())
    if result.stopped:
        lines.append(f"stopped: {result.stopped}".rstrip("."))
    return lines


def files(n: int) -> str:
    """Return ``1 file``, ``2 files``."""
    return f"{n} file{'' if n == 1 else 's'}"
