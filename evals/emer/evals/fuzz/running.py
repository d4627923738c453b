"""Try all cases in processes side by side, each of which is watched and can be killed.

Reads    an ``Order``
Returns  ``Result`` values as they come; a process that hangs, dies or takes too much memory costs
         one case, and another process goes on with the next
Cost     0.05-0.5 s of one core for a case
"""

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from emer.evals.fuzz.outcomes import Outcome, fault
from emer.evals.fuzz.processes import descendants, is_alive, kill_tree, memory_bytes

WATCH_S: Final = 0.05
_END_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be tried, and within which limits."""

    n_cases: int
    chance: int
    seeds: tuple[str, ...] = ()
    n_workers: int = 2
    limit_s: float = 60.0
    memory_bytes: int = 2 << 30
    start_s: float = 60.0
    """What a process that has just started may take longer: it imports first."""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one case."""

    number: int
    outcome: Outcome


SHARD: Final = (sys.executable, "-m", "emer.evals.fuzz.shard")


def run(order: Order, numbers: Sequence[int], *, shard: Sequence[str] = SHARD) -> Iterator[Result]:
    """Try cases in processes side by side.

    Args:
        order: What the numbers mean, and the limits.
        numbers: Of the cases.
        shard: The command that tries them, see ``emer.evals.fuzz.shard``.

    Yields:
        Results in the order in which they are ready.

    Raises:
        RuntimeError: A case could not be made.
    """
    folder = Path(tempfile.mkdtemp(prefix="emer-fuzz-"))
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    for number in numbers:
        waiting.put(number)
    ready: queue.SimpleQueue[Result | Exception | None] = queue.SimpleQueue()
    stop = threading.Event()
    lanes = [
        _Lane(order, shard, folder / f"lane-{i}", waiting, ready, stop)
        for i in range(order.n_workers)
    ]
    threads = [threading.Thread(target=lane.work, daemon=True) for lane in lanes]
    try:
        for thread in threads:
            thread.start()
        open_lanes = len(threads)
        while open_lanes:
            result = ready.get()
            if isinstance(result, Exception):
                raise result
            if result is None:
                open_lanes -= 1
            else:
                yield result
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        shutil.rmtree(folder, ignore_errors=True)


class _Lane:
    """One process at a time, and a thread that watches it."""

    def __init__(
        self, order: Order, shard: Sequence[str], folder: Path, waiting: "queue.SimpleQueue[int]",
        ready: "queue.SimpleQueue[Result | Exception | None]", stop: threading.Event,
    ) -> None:  # fmt: skip
        self._order, self._shard, self._folder = order, shard, folder
        self._waiting, self._ready, self._stop_asked = waiting, ready, stop
        self._process: subprocess.Popen[bytes] | None = None
        self._fresh = True
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

    def work(self) -> None:
        """Take numbers until there are none; what goes wrong here is handed to who waits."""
        last: Result | None = None
        try:
            (self._folder / "seeds").mkdir(parents=True)
            while not self._stop_asked.is_set():
                try:
                    number = self._waiting.get_nowait()
                except queue.Empty:
                    break
                if last is not None:
                    self._ready.put(last)
                last = Result(number, self._tried(number))
            left = self._end()
            if last is not None and left and last.outcome.status != "fault":
                last = Result(
                    last.number, fault("left behind", f"{left} processes outlived theirs")
                )
            if last is not None:
                self._ready.put(last)
        except Exception as error:
            self._ready.put(error)
        finally:
            self._kill()
            self._ready.put(None)

    def _tried(self, number: int) -> Outcome:
        process = self._started()
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(b"%d\n" % number)
            process.stdin.flush()
        began, peak = time.monotonic(), 0
        limit_s = self._order.limit_s + (self._order.start_s if self._fresh else 0.0)
        while True:
            try:
                answer = self._answers.get(timeout=WATCH_S)
            except queue.Empty:
                peak = max(peak, memory_bytes(process.pid))
                outcome = self._watched(time.monotonic() - began, limit_s, peak)
                if outcome is None:
                    continue
                self._kill()
                return replace(outcome, peak_bytes=peak, wall_s=round(time.monotonic() - began, 3))
            self._fresh = False
            if answer is None:
                status = process.wait()
                self._kill()
                return fault("death", f"the process ended with status {status}")
            if "broken" in answer:
                raise RuntimeError(f"case {number} could not be made:\n{answer['broken']}")
            outcome = Outcome.of(answer["outcome"])
            peak = max(peak, memory_bytes(process.pid))
            if peak > self._order.memory_bytes:
                outcome = fault("memory", f"{peak >> 20} MB", outcome.message)
            return replace(outcome, peak_bytes=peak)

    def _watched(self, waited_s: float, limit_s: float, peak: int) -> Outcome | None:
        if self._stop_asked.is_set():
            return fault("hang", "stopped before it was done")
        if waited_s > limit_s:
            return fault("hang", f"no answer in {waited_s:.0f} s")
        if peak > self._order.memory_bytes:
            return fault("memory", f"{peak >> 20} MB")
        return None

    def _started(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._kill()
        self._process = process = subprocess.Popen(
            list(self._shard),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={**os.environ, "SVT_LOG": "0"}, start_new_session=True,
        )  # fmt: skip
        assert process.stdin is not None
        order = {
            "n_cases": self._order.n_cases, "chance": self._order.chance,
            "seeds": list(self._order.seeds), "folder": str(self._folder),
            "seeds_in": str(self._folder / "seeds"),
        }  # fmt: skip
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.flush()
        self._answers, self._fresh = queue.SimpleQueue(), True
        threading.Thread(target=_listen, args=(process, self._answers), daemon=True).start()
        return process

    def _end(self) -> int:
        """Let the process end by itself; return how many of its children live on."""
        process = self._process
        if process is None or process.poll() is not None:
            return 0
        children = descendants(process.pid)
        assert process.stdin is not None
        process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END_S)
        deadline_s = time.monotonic() + _END_S
        while (left := [c for c in children if is_alive(c)]) and time.monotonic() < deadline_s:
            time.sleep(WATCH_S)
        for child in left:
            kill_tree(child)
        return len(left)

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            kill_tree(process.pid)
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(OSError):
                    if pipe is not None:
                        pipe.close()


def _listen(
    process: "subprocess.Popen[bytes]", answers: "queue.SimpleQueue[dict[str, Any] | None]"
) -> None:
    assert process.stdout is not None
    with suppress(ValueError, OSError):
        for line in process.stdout:
            answers.put(json.loads(line))
    answers.put(None)
