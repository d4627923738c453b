"""Show progress on stderr: a live line at a terminal, plain lines elsewhere."""

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from emer.graphs.state import Event

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

STEP_S: Final = 5.0
"""Seconds between two plain lines about the same stage."""


class PlainProgress:
    """One line per stage, for logs and pipes."""

    def __init__(self) -> None:
        self._started: dict[str, float] = {}
        self._shown: dict[str, float] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        sys.stderr.flush()

    def __call__(self, event: Event) -> None:
        """Take one event; called from several threads."""
        now = time.monotonic()
        with self._lock:
            if event.status == "started":
                self._started[event.stage] = self._shown[event.stage] = now
            elif event.status == "progress":
                if now - self._shown.get(event.stage, now) >= STEP_S and event.total:
                    self._shown[event.stage] = now
                    share = min(1.0, event.done / event.total)
                    self._line(f"{event.stage}: {share:.0%}")
            else:
                took_s = now - self._started.get(event.stage, now)
                took = f" ({took_s:.1f} s)" if took_s >= 0.05 else ""
                said = f": {event.detail}" if event.detail else ""
                failed = " failed" if event.status == "failed" else ""
                self._line(f"{event.stage}{failed}{said}{took}")

    @staticmethod
    def _line(text: str) -> None:
        sys.stderr.write(f"emer: {text}\n")
        sys.stderr.flush()


class LiveProgress:
    """Spinners and a bar, for people."""

    def __init__(self) -> None:
        self._bars: RichProgress | None = None
        self._tasks: dict[str, TaskID] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[detail]}"),
        )
        self._bars = Progress(*columns, console=Console(stderr=True), transient=True)
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bars:
            self._bars.stop()

    def __call__(self, event: Event) -> None:
        """Take one event; called from several threads."""
        if self._bars is None:
            return
        with self._lock:
            if event.stage not in self._tasks:
                total = event.total or None
                name = event.stage.replace("_", " ")
                self._tasks[event.stage] = self._bars.add_task(name, total=total, detail="")
            task = self._tasks[event.stage]
            if event.status == "progress":
                self._bars.update(task, completed=min(event.done, event.total))
            elif event.status in {"finished", "gap", "failed"}:
                detail = f"failed {event.detail}" if event.status == "failed" else event.detail
                self._bars.update(task, total=1.0, completed=1.0, detail=detail)


def progress(*, quiet: bool) -> "PlainProgress | LiveProgress | None":
    """Return what suits where stderr goes; ``None`` when it should be silent."""
    if quiet:
        return None
    return LiveProgress() if sys.stderr.isatty() else PlainProgress()
