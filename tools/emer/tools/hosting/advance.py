"""How far the models of others have come: told to whoever listens in this thread.

    with listening(tell):
        specialist.observe(...)   # every batch of its host calls tell(Advance(...))

Reads    nothing
Returns  nothing; engines know nothing of it, their ``Host`` tells
Cost     a call per batch
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple


class Advance(NamedTuple):
    """How far one piece of work has come."""

    done: int
    """Items answered so far, those that were lost included."""
    total: int | None
    """Items there are; ``None``: more were asked about than was known at first."""
    loading: bool = False
    """The model is being loaded; nothing is asked yet."""


Listener = Callable[[Advance], None]


class _Work:
    """What one listener heard of: several questions to hosts add up."""

    def __init__(self, tell: Listener) -> None:
        self.tell = tell
        self.before = 0
        """Items of earlier questions."""
        self.total = 0
        """Items of the question at hand."""
        self.n_asked = 0


class _Here(threading.local):
    work: _Work | None = None


_HERE = _Here()


@contextmanager
def listening(tell: Listener) -> Iterator[None]:
    """Have ``tell`` called while hosts are asked in this thread."""
    outer, _HERE.work = _HERE.work, _Work(tell)
    try:
        yield
    finally:
        _HERE.work = outer


def loading() -> None:
    """Tell that a model is being loaded."""
    if (work := _HERE.work) is not None:
        work.tell(Advance(work.before, None, loading=True))


def asked() -> None:
    """Note that a host is asked once more."""
    if (work := _HERE.work) is not None:
        work.n_asked += 1
        work.before, work.total = work.before + work.total, 0


def advanced(done: int, total: int) -> None:
    """Tell how far the question at hand has come; of a second question the whole is not known."""
    if (work := _HERE.work) is None:
        return
    work.total = total
    work.tell(Advance(work.before + done, total if work.n_asked == 1 else None))
