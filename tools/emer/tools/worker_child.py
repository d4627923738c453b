"""The worker's side of ``emer.tools.worker``: answer questions until the parent is gone.

A worker's module defines a handler and ends with::

    if __name__ == "__main__":
        serve(handler)

The handler takes a request and yields messages (plain JSON values, large arrays go through
``room()``). It imports what is heavy in itself or in ``prepare``, not at the top of the module:
only then does memory that does not suffice, or a library that prints, do no harm.

Reads    requests as JSON lines from the parent
Returns  messages as JSON lines; what libraries print goes to the error output
Costs    about 40 ms to start, before what the handler imports
"""

import importlib
import json
import os
import queue
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, Final

from emer.tools.errors import EmerError
from emer.tools.worker_room import Room

Message = dict[str, Any]
Handler = Callable[[Message], Iterator[Message]]

BEAT_S: Final = 0.2
"""More beats than this are not sent."""
LOOK_UP_S: Final = 1.0
"""How often a worker looks whether its parent lives, beside being told at once by the system."""


class Dropped(BaseException):
    """Nobody waits for this answer any more. Handlers let it pass."""


class _Line:
    """The two pipes to the parent."""

    def __init__(self, settings: Message) -> None:
        self.settings = settings
        self.requests: queue.SimpleQueue[tuple[int, Message]] = queue.SimpleQueue()
        self.extras: queue.SimpleQueue[tuple[int, Message | None]] = queue.SimpleQueue()
        self.dropped = 0
        """Number of the latest question that was given up."""
        self.number = 0
        """Number of the question that is being answered."""
        # what a library prints must not get between the messages
        self._out = os.dup(1)
        os.dup2(2, 1)
        self._lock = threading.Lock()
        self.said_s = 0.0

    def say(self, message: Message) -> None:
        self.said_s = time.monotonic()
        data = memoryview(json.dumps(message).encode() + b"\n")
        with self._lock:
            try:
                while data:
                    data = data[os.write(self._out, data) :]
            except OSError:
                os._exit(0)  # nobody listens any more

    def listen(self) -> None:
        """Take in lines until there is no parent; then end, whatever is being done."""
        left = b""
        waits = select.poll()
        waits.register(0, select.POLLIN)
        while True:
            if not waits.poll(LOOK_UP_S * 1000):
                if os.getppid() != self.settings["parent"]:
                    os._exit(0)
                continue
            data = os.read(0, 1 << 16)
            if not data:
                os._exit(0)
            *lines, left = (left + data).split(b"\n")
            for line in lines:
                self._take(json.loads(line))

    def _take(self, message: Message) -> None:
        number = message["n"]
        if "ask" in message:
            self.requests.put((number, message["ask"]))
        elif "send" in message:
            self.extras.put((number, message["send"]))
        else:
            self.dropped = number
            self.extras.put((number, None))


_line: _Line | None = None
_room: Room | None = None


def serve(handler: Handler, prepare: Callable[[], None] | None = None) -> None:
    """Answer the parent's questions, one after the other. Does not return.

    Args:
        handler: Yields the messages that answer a request; is closed early if nobody waits for
            the rest. An ``EmerError`` crosses to the parent, any other exception is reported
            with its type and ends nothing but this answer. After ``MemoryError`` the worker
            ends, to be replaced.
        prepare: Imports what will be needed, while the parent still does something else.
    """
    global _line, _room
    _line = line = _Line(json.loads(sys.argv[1]))
    _limit(line.settings)
    if line.settings["room"] is not None:
        _room = Room(line.settings["room"])
    threading.Thread(target=line.listen, name="emer-listen", daemon=True).start()
    line.say({"n": 0})
    if prepare is not None:
        # what fails here fails again, and is reported, when it is needed
        with suppress(Exception):
            prepare()
    while True:
        line.number, request = line.requests.get()
        if line.dropped >= line.number:
            line.say({"n": line.number, "end": True})
            continue
        _answer(line, handler, request)


def _answer(line: _Line, handler: Handler, request: Message) -> None:
    number = line.number
    try:
        messages = handler(request)
        for message in messages:
            if line.dropped >= number:
                messages.close()  # type: ignore[attr-defined]
                break
            line.say({"n": number, "say": message})
    except Dropped:
        pass
    except MemoryError as error:
        line.say({"n": number, "failed": ["MemoryError", str(error)]})
        os._exit(0)  # what is left of the memory is in pieces
    except EmerError as error:
        line.say({"n": number, "error": _carried(error)})
        return
    except Exception as error:
        line.say({"n": number, "failed": [type(error).__name__, str(error)[:2000]]})
        return
    line.say({"n": number, "end": True})


def receive(timeout_s: float | None = None) -> Message | None:
    """Return what the parent sent with ``Worker.send`` for the question that is being answered.

    Args:
        timeout_s: How long to wait; default: until something comes.

    Returns:
        The message, ``None`` if none came in time.

    Raises:
        Dropped: The parent waits for the rest of the answer no more.
    """
    line = _own_line()
    while True:
        try:
            number, message = line.extras.get(timeout=timeout_s)
        except queue.Empty:
            return None
        if number == line.number:
            if message is None:
                raise Dropped
            return message


def beat() -> None:
    """Say that the work goes on, where nothing else is said for a while. Cheap: call it often.

    Raises:
        Dropped: The parent waits for the rest of the answer no more.
    """
    line = _own_line()
    if line.dropped >= line.number:
        raise Dropped
    if time.monotonic() - line.said_s > BEAT_S:
        line.say({"n": line.number, "beat": True})


def arguments() -> Message:
    """Return the ``arguments`` with which the parent started this worker."""
    found: Message = _own_line().settings["arguments"]
    return found


def room() -> Room:
    """Return the memory that is shared with the parent.

    Raises:
        RuntimeError: The parent gave none.
    """
    if _room is None:
        raise RuntimeError("this worker shares no memory with its parent")
    return _room


def _own_line() -> _Line:
    if _line is None:
        raise RuntimeError("this process is no worker")
    return _line


def _limit(settings: Message) -> None:
    """Bind this process to its parent, to its share of memory, and to keep its mess to itself."""
    import faulthandler
    import fcntl
    import resource

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable()
    # what was in the media must not be left behind as a memory dump
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    if settings["memory_bytes"] is not None:
        with suppress(OSError, ValueError):  # not every system can
            resource.setrlimit(resource.RLIMIT_AS, (settings["memory_bytes"],) * 2)
        with suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
            score.write("500")  # where the machine runs out, this goes before its parent
    if hasattr(signal, "SIGIO") and hasattr(os, "O_ASYNC"):
        # The system signals the end of this pipe, which ends the process even where the thread
        # that listens cannot run. Nothing is ever written into it.
        life = settings["life"]
        fcntl.fcntl(life, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(life, fcntl.F_SETFL, fcntl.fcntl(life, fcntl.F_GETFL) | os.O_ASYNC)
    if os.getppid() != settings["parent"]:
        os._exit(0)


def _carried(error: EmerError) -> Message:
    fields = {k: v for k, v in vars(error).items() if isinstance(v, str)}
    errors = importlib.import_module("emer.tools.errors")
    # a class of a higher layer crosses as the one that it is made from
    known = next(c for c in type(error).__mro__ if getattr(errors, c.__name__, None) is c)
    return {"kind": known.__name__, **fields}


def raised(carried: Message) -> EmerError:
    """Return the error that crossed from a worker, as the class that it was."""
    errors = importlib.import_module("emer.tools.errors")
    kind = getattr(errors, str(carried["kind"]), EmerError)
    if kind is errors.ToolUnavailable:
        unavailable: EmerError = kind(
            carried["tool"], carried["reason"], remedy=carried.get("remedy", "")
        )
        return unavailable
    plain = kind if isinstance(kind, type) and issubclass(kind, EmerError) else EmerError
    return plain(carried["message"], remedy=carried.get("remedy", ""))
