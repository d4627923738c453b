"""Several workers of one module, kept warm and handed out one at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from emer.tools.worker import Worker
from emer.tools.worker_process import register


class Pool:
    """Workers that outlive the question: starting one costs more than many an answer."""

    def __init__(self, module: str, size: int, *, overflow: bool = False, **options: Any) -> None:  # noqa: ANN401
        """Prepare a pool; nothing is started yet.

        Args:
            module: What each worker runs.
            size: How many are kept, and unless ``overflow``, how many there are at most.
            overflow: Whether more are made while all are busy, instead of waiting for one; they
                end when they are handed back.
            options: Those of ``Worker``.
        """
        self._module, self._size, self._overflow = module, size, overflow
        self._options = options
        self._begin()
        register(self)

    def _begin(self) -> None:
        self._free = threading.Condition()
        self._idle: list[Worker] = []
        self._n_out = 0

    def warm_up(self) -> None:
        """Start one worker now, unless one runs; this waits a few milliseconds, not for it.

        Raises:
            OSError: No process could be started.
        """
        with self._free:
            if not self._idle and not self._n_out:
                self._idle.append(Worker(self._module, **self._options))
            if self._idle:
                self._idle[-1].start()

    @contextmanager
    def worker(self) -> Iterator[Worker]:
        """Lend a worker, preferably the one that was used last; it is handed back at the end."""
        worker, owner = self._take(), self._free
        try:
            yield worker
        finally:
            if owner is self._free:  # not in a forked copy
                self._hand_back(worker)

    def _take(self) -> Worker:
        with self._free:
            while not self._overflow and not self._idle and self._n_out >= self._size:
                self._free.wait()
            self._n_out += 1
            return self._idle.pop() if self._idle else Worker(self._module, **self._options)

    def _hand_back(self, worker: Worker) -> None:
        with self._free:
            self._n_out -= 1
            # one that has died starts anew when it is asked
            keeps = len(self._idle) + (0 if self._overflow else self._n_out) < self._size
            if keeps:
                self._idle.append(worker)
            self._free.notify()
        if not keeps:
            worker.close()

    def close(self) -> None:
        """End all workers that are not lent out."""
        with self._free:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.close()

    def _forget(self) -> None:
        self._begin()
