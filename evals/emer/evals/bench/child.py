"""Run one measurement in a process of its own, and watch that process while it runs.

Reads    a command, or the name of a job in ``emer.evals.bench.jobs`` with its arguments
Returns  seconds from start to end, the peak memory of its process tree, and what it printed
Cost     one look at ``/proc`` every 50 ms
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from emer.evals.bench.memory import HAS_PROC, PeakWatch
from emer.evals.bench.results import without_folders
from emer.tools.errors import EmerError

JOBS: Final = "emer.evals.bench.jobs"
ANSWER, FAILURE = "emer-bench:", "emer-bench-failed:"
"""Begin the line of its output in which a job answers; libraries may print others."""
MAX_REASON: Final = 300
ENGINES: Final = {
    "EMER_DEVICE", "EMER_ENGINES", "EMER_MODELS", "EMER_MODELS_DIR", "EMER_GPU_MEMORY_MB",
}  # fmt: skip
"""Settings of the user's that hold for measured runs, too: which engines there are, and where."""


class NotMeasured(EmerError):  # noqa: N818 - reads as a row says it
    """One measurement failed; it becomes a row that says why."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One process that came to its end."""

    process_s: float
    peak_mb: float
    out: str


@dataclass(frozen=True, slots=True)
class Runner:
    """Starts measured processes.

    Attributes:
        home: Folder for the data and the cache of measured runs: the user's are left alone.
        timeout_s: After which a process is ended and counts as failed.
    """

    home: Path
    timeout_s: float

    def command(self, command: Sequence[str], **extra: str) -> Ran:
        """Run ``command``, with ``extra`` variables in its environment.

        Raises:
            NotMeasured: It could not be started, failed, or took too long.
        """
        with (
            tempfile.TemporaryFile(dir=self.home) as out,
            tempfile.TemporaryFile(dir=self.home) as log,
        ):
            began = time.perf_counter()
            try:
                process = subprocess.Popen(
                    list(command), stdin=subprocess.DEVNULL, stdout=out, stderr=log,
                    env=self._environment() | extra, start_new_session=True,
                )  # fmt: skip
            except OSError as error:
                raise NotMeasured(f"it could not be started ({error.strerror})") from error
            late = threading.Event()
            timer = threading.Timer(self.timeout_s, _end, (process, late))
            timer.start()
            try:
                with PeakWatch(process.pid) as memory:
                    largest_bytes = _wait(process)
                    took_s = time.perf_counter() - began
            finally:
                timer.cancel()
                _end(process)
            if late.is_set():
                raise NotMeasured(f"it took longer than {self.timeout_s:g} s")
            if process.returncode:
                raise NotMeasured(_reason(_text(log), process.returncode))
            peak_bytes = memory.peak_bytes if HAS_PROC else largest_bytes
            return Ran(took_s, peak_bytes / 1e6, _text(out))

    def job(self, job: str, /, **arguments: Any) -> tuple[list[dict[str, Any]], Ran]:  # noqa: ANN401 - JSON
        """Run one of our jobs and return the parts that it measured.

        Raises:
            NotMeasured: It failed or took too long.
        """
        arguments["started"] = time.monotonic()  # the same clock in every process
        ran = self.command([sys.executable, "-P", "-m", JOBS, job, json.dumps(arguments)])
        return answer_of(ran.out), ran

    def _environment(self) -> dict[str, str]:
        own = {k: v for k, v in os.environ.items() if not k.startswith("EMER_") or k in ENGINES}
        return own | {
            "EMER_DATA_DIR": str(self.home / "data"),
            "EMER_CACHE_DIR": str(self.home / "cache"),
            "EMER_PURPOSE": "research",
            "TMPDIR": str(self.home),
        }


def answer(parts: Sequence[Mapping[str, Any]]) -> str:
    """Return the line in which a measured process answers."""
    return ANSWER + json.dumps(list(parts), allow_nan=False)


def failure(error: Exception) -> str:
    """Return the line in which it says that it failed."""
    told = error if isinstance(error, EmerError) else None
    text = told.message if told else f"{type(error).__name__}: {error}"
    return FAILURE + json.dumps([text[:MAX_REASON], told.remedy if told else ""])


def answer_of(out: str) -> list[dict[str, Any]]:
    """Read that line.

    Raises:
        NotMeasured: There is none, or it says why nothing could be measured.
    """
    for line in reversed(out.splitlines()):
        if line.startswith(FAILURE):
            reason, remedy = json.loads(line.removeprefix(FAILURE))
            raise NotMeasured(without_folders(reason), remedy=without_folders(remedy))
        if line.startswith(ANSWER):
            parts: list[dict[str, Any]] = json.loads(line.removeprefix(ANSWER))
            return parts
    raise NotMeasured("it ended without an answer")


def _wait(process: "subprocess.Popen[bytes]") -> int:
    """Wait for the end and return the largest resident set that the system noted, in bytes."""
    if not hasattr(os, "wait4"):
        process.wait()
        return 0
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _end(process: "subprocess.Popen[bytes]", late: threading.Event | None = None) -> None:
    """End a process that is still there, and whatever it has left behind."""
    if late is not None:
        late.set()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if late is None and process.returncode is None:
        process.wait()


def _text(file: Any) -> str:  # noqa: ANN401 - a temporary file of the platform's kind
    file.seek(0)
    return bytes(file.read()).decode(errors="replace")


def _reason(log: str, status: int) -> str:
    """Return the last thing that a failed process said."""
    lines = [line.strip() for line in log.splitlines() if line.strip()]
    said = without_folders(lines[-1])[:MAX_REASON] if lines else ""
    ended = f"ended by signal {-status}" if status < 0 else f"exit status {status}"
    return f"{said} ({ended})" if said else ended
