"""Pull several models for the command line: ask for consent, show how far it is, go on after one fails."""

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from emer.agent.progress import Live, Plain, suited
from emer.agent.saying import notice
from emer.tools.errors import EmerError, PullError
from emer.tools.models.entries import ModelEntry
from emer.tools.models.pulling import Progress, Pulled, pull, terms
from emer.tools.models.store import installed
from emer.tools.models.verifying import verify

if TYPE_CHECKING:
    from rich.progress import ProgressColumn, TaskID

STEP: Final = 0.1
"""Share of a model between two plain lines about it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one model."""

    entry: ModelEntry
    pulled: Pulled | None
    was_here: bool = False
    problem: EmerError | None = None


def pull_all(
    entries: Sequence[ModelEntry], models_dir: Path, *, accepted: bool, update: bool, quiet: bool
) -> list[Outcome]:
    """Pull one model after the other; a failure of one does not stop the rest."""
    outcomes = []
    for entry in entries:
        try:
            outcomes.append(_pulled(entry, models_dir, accepted, update, quiet))
        except EmerError as problem:
            outcomes.append(Outcome(entry, None, problem=problem))
            notice(str(problem))
    return outcomes


def _pulled(
    entry: ModelEntry, models_dir: Path, accepted: bool, update: bool, quiet: bool
) -> Outcome:
    found = installed(entry, models_dir)
    if found is not None and found.locked and not update and _is_whole(entry, models_dir):
        notice(f"{entry.name} is here already, unaltered: {found.folder}", quiet=quiet)
        return Outcome(entry, Pulled(entry.name, found.folder, found.revision, ""), was_here=True)
    if not accepted:
        _ask(entry)
    with ExitStack() as stack:
        shown = None if quiet else suited(_PlainPull, _LivePull)
        heard: Callable[[Progress], None] | None = None
        if shown is not None:
            stack.enter_context(shown)
            shown.begin(entry)
            heard = shown
        done = pull(entry, models_dir, accepted=True, update=update, heard=heard)
    notice(f"{entry.name} is here, revision {done.revision[:12]}: {done.folder}", quiet=quiet)
    if done.licence_told and not _same_licence(entry.licence, done.licence_told):
        notice(
            f"its page gives the licence as {done.licence_told}, our table as {entry.licence}: "
            f"read {entry.page}"
        )
    return Outcome(entry, done)


def _is_whole(entry: ModelEntry, models_dir: Path) -> bool:
    return all(v.verdict == "matches" for v in verify(entry, models_dir))


def _ask(entry: ModelEntry) -> None:
    """Have somebody at the terminal accept the terms, if there are any and somebody is there.

    Raises:
        PullError: They did not; where nobody is there, ``pull`` itself refuses.
    """
    wanted = terms(entry)
    if not wanted:
        return
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise PullError(
            f"{entry.name} needs your consent: {'; '.join(wanted)}",
            remedy=f"Read {entry.page}; to accept: emer models pull {entry.name} --accept-licence.",
        )
    for one in wanted:
        notice(f"{entry.name}: {one}")
    notice(f"its terms: {entry.page}")
    if not typer.confirm("Do you accept that?", err=True):
        raise PullError(f"{entry.name} was not fetched: not accepted")


def _same_licence(ours: str, told: str) -> bool:
    def plain(text: str) -> str:
        return "".join(c for c in text.lower() if c.isalnum())

    return plain(told) in plain(ours) or plain(told) == "other"


class _PlainPull(Plain):
    """Whole lines, for logs and pipes."""

    def begin(self, entry: ModelEntry) -> None:
        self._name, self._told, self._waits = entry.name, 0.0, False
        notice(f"fetching {entry.name}, about {entry.size_mb:,} MB")

    def __call__(self, progress: Progress) -> None:
        if progress.waiting:
            if not self._waits:
                notice(f"another emer is fetching {self._name}; waiting for it")
            self._waits = True
        elif progress.total and progress.done / progress.total >= self._told + STEP:
            self._told = progress.done / progress.total
            mb = f"{progress.done / 1e6:,.1f} of {progress.total / 1e6:,.1f} MB"
            notice(f"{self._name}: {min(self._told, 1.0):.0%}, {mb}")


class _LivePull(Live):
    """A bar with bytes, speed and time left."""

    _task: "TaskID"

    def columns(self) -> "tuple[str | ProgressColumn, ...]":
        """Return what a line consists of."""
        from rich.progress import (
            BarColumn,
            DownloadColumn,
            TextColumn,
            TimeRemainingColumn,
            TransferSpeedColumn,
        )

        return (
            TextColumn("{task.description}", markup=False), BarColumn(bar_width=24),
            DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn(),
            TextColumn("{task.fields[file]}", markup=False, style="dim"),
        )  # fmt: skip

    def begin(self, entry: ModelEntry) -> None:
        self._task = self.bars.add_task(entry.name, total=None, file="")

    def __call__(self, progress: Progress) -> None:
        if progress.waiting:
            self.bars.update(self._task, file="another emer is fetching it")
            return
        self.bars.update(
            self._task, total=progress.total or None, completed=progress.done, file=progress.file
        )
