"""Analyse many files: one thread leads, lanes work, a journal remembers, an index tells.

Reads    a ``BatchRequest``
Returns  a ``BatchResult``; on the way ``BatchEvent`` values, all in the calling thread
Raises   what concerns all files: ``StorageError``, ``ToolUnavailable``, ``MediaError`` if there is
         nothing to analyse. What concerns one file is noted, and the next goes on.
Costs    what the analyses cost; 2 s to start each job, some milliseconds to note each file
"""

import os
import queue
import shutil
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Final

from emer.agent.batch.index import Index
from emer.agent.batch.inputs import HOME, Found, Item
from emer.agent.batch.journal import Journal, held
from emer.agent.batch.lanes import Failed, Lane, Told
from emer.agent.batch.listing import default_jobs, left_out, records_of, search
from emer.agent.batch.names import safe
from emer.agent.batch.outcomes import Outcomes
from emer.agent.batch.placing import sweep
from emer.agent.batch.planning import Todo, decide
from emer.agent.batch.signals import Signals, catching
from emer.agent.batch.task import Task
from emer.agent.batch.types import (
    BatchEvent,
    BatchRequest,
    BatchResult,
    Listener,
    Record,
)
from emer.agent.output import check_folder
from emer.agent.settings import Settings
from emer.agent.workspace import new_workspace
from emer.tools.errors import StorageError

SILENCE_S: Final = 300.0
"""A worker may be silent for as long as one specialist may take, and this longer."""


def run_batch(request: BatchRequest, on_event: Listener | None = None) -> BatchResult:
    """Analyse every file that ``request`` means and is not done yet.

    Interrupted by Ctrl-C or a request to end, it keeps what is done, tidies up and returns with
    ``signal`` set (only in the main thread; elsewhere nobody is interrupted).

    Args:
        request: What to do.
        on_event: Called in this thread with everything that happens.

    Raises:
        MediaError: There is nothing to analyse.
        StorageError: The folder of results cannot be used, or another process uses it.
    """
    tell = on_event or (lambda event: None)
    found = search(request)
    check_folder(request.out)
    with ExitStack() as stack:
        stack.enter_context(held(request.out))
        journal = stack.enter_context(Journal(request.out))
        told: queue.SimpleQueue[Told | None] = queue.SimpleQueue()
        signals = stack.enter_context(catching(lambda: told.put(None)))
        scratch = stack.enter_context(_scratch())
        leader = _Leader(request, found, journal, told, signals, scratch, tell)
        result = leader.run()
    tell(BatchEvent("ended", result=result))
    return result


class _Leader:
    """One run, from the first file to the last."""

    def __init__(
        self,
        request: BatchRequest,
        found: Found,
        journal: Journal,
        told: "queue.SimpleQueue[Told | None]",
        signals: Signals,
        scratch: Path,
        tell: Listener,
    ) -> None:
        self._request, self._found, self._journal = request, found, journal
        self._told, self._signals, self._scratch, self._tell = told, signals, scratch, tell
        self._out = request.out
        self._settings = request.settings or Settings()
        self._outcomes = Outcomes(
            request, self._settings, journal, total=len(found.items), tell=tell
        )
        self._waiting: deque[tuple[Item, Todo]] = deque()
        self._at: dict[int, tuple[Item, Todo, float]] = {}
        self._free: list[Lane] = []
        self._lanes: list[Lane] = []
        self._index = Index(request.out, tuple(found.problems), left_out(found))

    def run(self) -> BatchResult:
        self._outcomes.recover({item.source for item in self._found.items})
        self._plan()
        try:
            self._work()
        except StorageError as error:  # of the journal or the index; what is done is kept
            self._outcomes.stopped = str(error)
        finally:
            self._wind_up()
        return BatchResult(
            records=tuple(self._journal.records[i.source] for i in self._found.items),
            n_new=self._outcomes.n_new, index=self._index.page, stopped=self._outcomes.stopped,
            signal=self._signals.caught, looked_over=left_out(self._found),
            problems=tuple(self._found.problems),
        )  # fmt: skip

    def _plan(self) -> None:
        pairs = records_of(self._found, self._journal.records, self._journal.places())
        new: list[tuple[bytes, Record]] = []
        settled: list[Record] = []
        todos = []
        for item, record in pairs:
            todo = decide(
                record, self._outcomes.quick(item.path), self._outcomes.identity, self._request
            )
            if todo.is_settled:
                settled.append(record)
                continue
            self._waiting.append((item, todo))
            todos.append(record)
            if record.state in ("running", "pending"):
                new.append((item.source, record.model_copy(update={"state": "pending"})))
        for folder in {(self._out / r.place).parent for r in todos} | {self._out}:
            sweep(folder)
        self._journal.put(new)
        total = len(pairs)
        self._tell(BatchEvent("found", total=total, text="; ".join(left_out(self._found))))
        for problem in self._found.problems:
            self._tell(BatchEvent("notice", text=problem))
        for record in settled:
            self._outcomes.skip(record)
        self._index.write(self._journal.records.values(), self._outcomes.notice)

    def _work(self) -> None:
        if self._request.limit is not None:
            while len(self._waiting) > self._request.limit:
                self._waiting.pop()
        self._open_lanes()
        while not self._has_to_stop():
            while self._free and self._waiting:
                self._give(self._free.pop(0))
            if not self._at:
                return
            message = self._told.get()
            if message is not None:
                self._take(message)
                self._index.refresh(self._journal.records.values(), self._outcomes.notice)

    def _has_to_stop(self) -> bool:
        limit = self._request.max_failures
        is_left = bool(self._waiting or self._at)
        if (
            not self._outcomes.stopped
            and is_left
            and limit is not None
            and self._outcomes.n_failed >= limit
        ):
            n = self._outcomes.n_failed
            self._outcomes.stopped = (
                f"{n} file{'' if n == 1 else 's'} failed, and --max-failures is {limit}"
            )
        return bool(self._outcomes.stopped) or self._signals.caught is not None

    def _open_lanes(self) -> None:
        jobs = max(1, min(self._request.jobs or default_jobs(), len(self._waiting)))
        if not self._waiting:
            return
        threads = max(1, (os.cpu_count() or 1) // jobs)
        side_by_side = min(self._settings.max_concurrency, max(1, threads))
        if jobs > 1:
            self._settings = self._settings.model_copy(update={"max_concurrency": side_by_side})
        self._lanes = [
            Lane(
                number, self._told, threads=threads, scratch=self._scratch,
                memory_bytes=self._request.memory_bytes,
                patience_s=self._settings.tool_timeout_s + SILENCE_S,
                limit_s=self._request.file_timeout_s,
            )
            for number in range(jobs)
        ]  # fmt: skip
        self._free = list(self._lanes)

    def _give(self, lane: Lane) -> None:
        item, todo = self._waiting.popleft()
        record = self._journal.records[item.source]
        self._outcomes.note(
            item.source, record, state="running" if not record.outputs else record.state
        )
        place = self._out / record.place
        options = self._request.options
        if self._request.fresh:
            options = options.model_copy(update={"resume": False})
        task = Task(
            path=str(item.path), name=safe(item.path.name), folder=str(place.parent),
            work=str(self._out / HOME / "work" / str(lane.number)), formats=todo.formats,
            options=options, settings=self._settings.model_dump(mode="json"),
            unless=todo.unless, formats_if_same=todo.formats_if_same,
        )  # fmt: skip
        self._at[lane.number] = item, todo, time.monotonic()
        lane.give(task)
        self._tell(BatchEvent("started", record.shown, lane=lane.number))

    def _take(self, told: Told) -> None:
        item, todo, began_s = self._at[told.lane]
        record = self._journal.records[item.source]
        message = told.message or {}
        if "stage" in message:
            text, share = str(message["stage"]), message.get("share")
            if message["status"] in ("started", "progress"):
                told_share = str(message.get("detail") or "") or (f"{share:.0%}" if share else "")
                shown_share = f"{text} {told_share}" if told_share else text
                self._tell(BatchEvent("stage", record.shown, text=shown_share, lane=told.lane))
            return
        del self._at[told.lane]
        self._free.append(self._lanes[told.lane])
        took_s = round(time.monotonic() - began_s, 3)
        if told.failed is not None:
            self._outcomes.fail(item, record, told.failed, took_s)
        elif "same" in message:
            self._outcomes.skip(self._outcomes.note(item.source, record, quick=message["same"]))
        elif "changed" in message:
            changed = Failed("changed", "the file changed while it was analysed",
                             "Run the same command again once it is complete.")  # fmt: skip
            self._outcomes.fail(item, record, changed, took_s)
        else:
            self._outcomes.finish(item, record, todo, message, took_s)

    def _wind_up(self) -> None:
        """End the lanes, keep what came in meanwhile, and leave a true index behind."""
        stopping = self._has_to_stop()
        for lane in self._lanes:
            lane.end(now=stopping or bool(self._at))
        while not self._told.empty():
            told = self._told.get_nowait()
            if told is not None and told.message is not None and "done" in told.message:
                self._take(told)
        for item, _, _ in self._at.values():
            record = self._journal.records[item.source]
            if record.state == "running":
                self._outcomes.note(item.source, record, state="pending")
                sweep((self._out / record.place).parent)
        with suppress(StorageError) if self._outcomes.stopped else nullcontext():
            self._index.write(
                self._journal.records.values(),
                self._outcomes.notice,
                ended=True,
                why=self._why_ended(),
            )

    def _why_ended(self) -> str:
        """Say why files are left, if any are and not by mistake."""
        if self._outcomes.stopped:
            return self._outcomes.stopped
        if self._signals.caught is not None:
            return "it was interrupted"
        return "--limit was reached" if self._request.limit is not None else ""


@contextmanager
def _scratch() -> Iterator[Path]:
    """Give a folder for working files; one that a killed run left is removed by the next."""
    folder = new_workspace()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
