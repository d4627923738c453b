"""Ctrl-C and requests to end, taken as a wish that is looked at between two steps."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Final

CAUGHT: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(slots=True)
class Signals:
    """What has been asked from outside."""

    caught: int | None = None


@contextmanager
def catching(wake: Callable[[], None]) -> Iterator[Signals]:
    """Note signals instead of being torn out of the middle of something.

    Outside the main thread nothing is caught. What is ignored (``nohup``) stays ignored.
    """
    signals = Signals()

    def take(number: int, frame: FrameType | None) -> None:
        signals.caught = number
        wake()

    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in CAUGHT:
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, take)
    try:
        yield signals
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
