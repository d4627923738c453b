"""Work done in order beside whoever hands it over: a thread with a short queue.

What looks at pictures spends its time in libraries that let other threads run meanwhile, so that
several onlookers share the cores. Each does its own work in the order of the pictures: results do
not depend on who is faster.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, Self

AHEAD: Final = 8
"""Pieces of work that may wait; as many pictures stay in memory."""


class Lane:
    """One thread that does what it is given, one piece after the other. Use it as a context."""

    def __init__(self, name: str) -> None:
        """Begin; ``name`` shows in lists of threads."""
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._waiting: deque[Future[None]] = deque()
        self._failed = False

    def do(self, work: Callable[[], None]) -> None:
        """Hand over a piece of work; waits while too many are ahead of it.

        Raises:
            Exception: What an earlier piece of work raised; nothing after it was done.
        """
        while len(self._waiting) >= AHEAD or (self._waiting and self._waiting[0].done()):
            self._take_first()
        self._waiting.append(self._thread.submit(self._done, work))

    def finish(self) -> None:
        """Wait until all is done.

        Raises:
            Exception: What a piece of work raised.
        """
        while self._waiting:
            self._take_first()

    def _done(self, work: Callable[[], None]) -> None:
        if self._failed:
            return
        try:
            work()
        except BaseException:
            self._failed = True
            raise

    def _take_first(self) -> None:
        self._waiting.popleft().result()

    def __enter__(self) -> Self:
        """Use the lane."""
        return self

    def __exit__(self, *_: object) -> None:
        """Drop what was not begun, and end."""
        self._failed = True
        self._thread.shutdown()
