"""Show progress on stderr: live lines at a terminal, plain lines elsewhere.

``Plain`` and ``Live`` know how that is written; what is told is known by those who derive from
them: here for one file, in ``emer.agent.batch.telling`` for many.
"""

import sys
import threading
import time
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final, Self, TypeVar

from emer.agent.saying import notice

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID

    from emer.graphs.state import Event

STEP_S: Final = 5.0
"""Seconds between two plain lines about the same stage."""
_P = TypeVar("_P")
_L = TypeVar("_L")


class Plain:
    """Whole lines, for logs and pipes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        sys.stderr.flush()


class Live(ABC):
    """Lines that change, for people; they vanish at the end."""

    bars: "Progress"

    @abstractmethod
    def columns(self) -> "tuple[str | ProgressColumn, ...]":
        """Return what a line consists of."""

    def __enter__(self) -> Self:
        from rich.console import Console
        from rich.progress import Progress

        console = Console(stderr=True)
        self.bars = Progress(*self.columns(), console=console, transient=True, expand=True)
        self.bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.bars.stop()

    def say(self, text: str, style: str = "") -> None:
        """Print a line that stays, as text whatever is in it."""
        self.bars.console.print(f"emer: {text}", markup=False, highlight=False, style=style)


def suited(plain: type[_P], live: type[_L]) -> "_P | _L":
    """Return what suits where stderr goes."""
    return live() if sys.stderr.isatty() else plain()


def told_of(event: "Event") -> str:
    """Say how far a stage is: in its own words, else as a share; empty if it does not say."""
    if event.detail:
        return event.detail
    return f"{min(1.0, event.done / event.total):.0%}" if event.total else ""


class PlainProgress(Plain):
    """One line per stage of one file."""

    def __init__(self) -> None:
        self._started: dict[str, float] = {}
        self._shown: dict[str, float] = {}
        self._lock = threading.Lock()

    def __call__(self, event: "Event") -> None:
        """Take one event; called from several threads."""
        now = time.monotonic()
        with self._lock:
            if event.status == "started":
                self._started[event.stage] = self._shown[event.stage] = now
            elif event.status == "progress":
                told = told_of(event)
                if now - self._shown.get(event.stage, now) >= STEP_S and told:
                    self._shown[event.stage] = now
                    notice(f"{event.stage}: {told}")
            else:
                took_s = now - self._started.get(event.stage, now)
                took = f" ({took_s:.1f} s)" if took_s >= 0.05 else ""
                said = f": {event.detail}" if event.detail else ""
                failed = " failed" if event.status == "failed" else ""
                notice(f"{event.stage}{failed}{said}{took}")


class LiveProgress(Live):
    """A bar for each stage of one file."""

    def __init__(self) -> None:
        self._tasks: dict[str, TaskID] = {}
        self._lock = threading.Lock()

    def columns(self) -> "tuple[str | ProgressColumn, ...]":
        """Return what a line consists of."""
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.table import Column

        rest = Column(ratio=1, no_wrap=True, overflow="ellipsis")
        return (
            SpinnerColumn(finished_text="✓"), TextColumn("{task.description}"),
            BarColumn(bar_width=24), TimeElapsedColumn(),
            TextColumn("{task.fields[detail]}", markup=False, style="dim", table_column=rest),
        )  # fmt: skip

    def __call__(self, event: "Event") -> None:
        """Take one event; called from several threads."""
        with self._lock:
            if event.stage not in self._tasks:
                total = event.total or None
                name = event.stage.replace("_", " ")
                self._tasks[event.stage] = self.bars.add_task(name, total=total, detail="")
            task = self._tasks[event.stage]
            if event.status == "progress":
                total = event.total or None
                done = min(event.done, event.total) if total else event.done
                self.bars.update(task, total=total, completed=done, detail=event.detail)
            elif event.status in {"finished", "gap", "failed"}:
                detail = f"failed {event.detail}" if event.status == "failed" else event.detail
                self.bars.update(task, total=1.0, completed=1.0, detail=detail)


def progress(*, quiet: bool) -> "PlainProgress | LiveProgress | None":
    """Return what suits where stderr goes; ``None`` when it should be silent."""
    return None if quiet else suited(PlainProgress, LiveProgress)
