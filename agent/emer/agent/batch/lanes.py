"""Lanes: each has one worker process and gives it one file after the other.

A lane is a thread that waits for its worker. Whatever becomes of the worker, its end is a message
like any other, and the next file finds a new worker.
"""

import os
import queue
import shutil
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emer.agent.batch.task import Task
from emer.agent.batch.types import Trouble
from emer.tools.errors import (
    EmerError,
    MediaError,
    RecordError,
    StorageError,
    ToolUnavailable,
)
from emer.tools.worker import Message, Worker, WorkerDied, WorkerFailed, WorkerStuck, WorkerTrouble

MODULE: Final = "emer.agent.batch.worker"
FILES_PER_WORKER: Final = 200
"""A worker is replaced after so many: libraries leak."""
END_S: Final = 10.0
THREAD_VARIABLES: Final = (
    "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS", "OPENCV_FOR_THREADS_NUM",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a file has no results."""

    trouble: Trouble
    error: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """What a lane says: a message of its worker, or how the file ended."""

    lane: int
    message: Message | None = None
    failed: Failed | None = None


class Lane:
    """One job."""

    def __init__(
        self,
        number: int,
        told: "queue.SimpleQueue[Told | None]",
        *,
        threads: int,
        scratch: Path,
        memory_bytes: int | None,
        patience_s: float,
        limit_s: float | None,
    ) -> None:
        self.number = number
        self._told = told
        self._scratch = scratch / str(number)
        self._patience_s, self._limit_s = patience_s, limit_s
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._n_done = 0
        environment = {name: str(threads) for name in THREAD_VARIABLES if name not in os.environ}
        self._worker = Worker(
            MODULE, memory_bytes=memory_bytes, share_memory=False,
            environment={**environment, "TMPDIR": str(self._scratch)},
        )  # fmt: skip
        self._ended = False
        self._thread = threading.Thread(target=self._run, name=f"emer-lane-{number}", daemon=True)
        self._thread.start()

    def give(self, task: Task) -> None:
        """Have a file analysed; the lane must be free."""
        self._tasks.put(task)

    def end(self, *, now: bool) -> None:
        """End the lane and wait for it, killing what it does if ``now``."""
        self._ended = True
        self._tasks.put(None)
        until_s = time.monotonic() + END_S
        while self._thread.is_alive() and time.monotonic() < until_s:
            if now:
                self._kill()
            self._thread.join(timeout=0.05)

    def _worker_gets_ready(self) -> None:
        """Wait until a new worker answers: the time that it takes is not the file's."""
        for _ in self._worker.ask({"ready": True}, patience_s=self._patience_s):
            pass

    def _kill(self) -> None:
        """Kill the worker; the thread that waits for it learns of that and tidies up."""
        # that thread may be at just that while its number is asked for
        with suppress(AttributeError, ProcessLookupError, PermissionError):
            if (pid := self._worker.pid) is not None:
                os.killpg(pid, signal.SIGKILL)

    def _run(self) -> None:
        while (task := self._tasks.get()) is not None and not self._ended:
            self._told.put(self._done(task))
            self._n_done += 1
            if self._n_done % FILES_PER_WORKER == 0:
                self._worker.close()
        self._worker.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def _done(self, task: Task) -> Told:
        """Return the last message about ``task``, or why there is none."""
        last: Message | None = None
        began_s = time.monotonic()
        try:
            self._scratch.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self._worker.pid is None:
                self._worker_gets_ready()
                began_s = time.monotonic()
            asked = task.model_dump(mode="python")
            asked["options"] = task.options.model_dump(mode="json")
            for message in self._worker.ask(
                asked, patience_s=self._patience_s, limit_s=self._limit_s
            ):
                if "stage" in message:
                    self._told.put(Told(self.number, message))
                last = message
        except (EmerError, WorkerTrouble, OSError) as error:
            if isinstance(error, WorkerDied | WorkerStuck):
                shutil.rmtree(self._scratch, ignore_errors=True)
            took_s = time.monotonic() - began_s
            over = self._limit_s is not None and took_s >= self._limit_s
            return Told(self.number, failed=failure(error, self._limit_s if over else None))
        except Exception as error:  # of ours: it must not leave the run waiting for this lane
            text = f"internal error ({type(error).__name__}: {error})"
            return Told(self.number, failed=Failed("bug", text, _REPORT_IT))
        if last is None or "stage" in last:
            return Told(self.number, failed=Failed("bug", "the worker gave no answer", _REPORT_IT))
        return Told(self.number, last)


_REPORT_IT: Final = "Please report it, with the file if you may."


def failure(error: Exception, limit_s: float | None) -> Failed:
    """Say for a person why a file failed; ``limit_s`` is the limit that it reached, if it did."""
    match error:
        case MediaError():
            return Failed("media", error.message, error.remedy)
        case StorageError():
            return Failed("storage", error.message, error.remedy)
        case ToolUnavailable():
            return Failed("tool", error.message, error.remedy)
        case RecordError():
            return Failed("record", error.message, error.remedy)
        case EmerError():
            return Failed("bug", error.message, error.remedy or _REPORT_IT)
        case WorkerStuck() if limit_s is not None:
            return Failed(
                "timeout", f"it took longer than {limit_s:g} s and was ended",
                "Allow more with --file-timeout, or analyse a part with --start and --end.",
            )  # fmt: skip
        case WorkerStuck():
            return Failed(
                "timeout", f"nothing was heard of it for {error.waited_s:.0f} s; it was ended",
                "Try it again; a damaged file may need to be exported anew.",
            )  # fmt: skip
        case WorkerFailed(kind="MemoryError"):
            return _out_of_memory()
        case WorkerFailed():
            return Failed("bug", f"internal error ({error})", _REPORT_IT)
        case WorkerDied():
            return _died(error)
    return Failed(
        "storage", f"no process could be started for it ({error})",
        "Close other programs, or use fewer --jobs.",
    )  # fmt: skip


def _died(error: WorkerDied) -> Failed:
    if "SIGKILL" in error.how or "bad_alloc" in error.last_words:
        return _out_of_memory()
    if "MemoryError" in error.last_words or "annot allocate memory" in error.last_words:
        return _out_of_memory()
    return Failed(
        "crash", f"its analysis crashed ({error.how})",
        "The file may be damaged: export it anew. The others were not affected.",
    )  # fmt: skip


def _out_of_memory() -> Failed:
    return Failed(
        "memory", "its analysis ran out of memory and was ended",
        "Use fewer --jobs, allow more with --memory, or analyse a part with --start and --end.",
    )  # fmt: skip
