"""A process for work that may crash, hang or eat memory: it can be killed, and nothing else is.

    worker = Worker("emer.tools.media.decoder", memory_bytes=4 << 30)
    for message in worker.ask({"probe": "clip.mp4"}, patience_s=30.0):
        ...

Reads    requests (JSON values); large arrays go through ``Worker.room``, which both sides map
Returns  the messages with which the worker's module answers, see ``emer.tools.worker_child``
Raises   what the worker raised on purpose, ``WorkerDied``, ``WorkerStuck``, ``WorkerFailed``
Costs    40 ms to start a bare worker, 0.25 s with av and numpy (of which ``start`` waits 2 ms),
         0.1 ms to ask one that runs

A worker is a fresh interpreter, not a copy: a host program without a main guard is not run again.
It starts when it is first asked (or by ``start``), is replaced when it is asked after it died, and
ends with this process even if that is killed. One question at a time; ``Pool`` has several.
"""

import itertools
import json
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, Self

from emer.tools.worker_child import Message, raised
from emer.tools.worker_process import WorkerProcess, forget, register
from emer.tools.worker_room import Room

GIVE_UP_S: Final = 2.0
"""How long a worker may take to stop answering a question that was given up."""
WRITE_S: Final = 10.0
"""How long a worker may take to accept a request; a thread of its own does nothing else."""


class WorkerTrouble(Exception):  # noqa: N818 - the base of three that read as what happened
    """A worker did not answer as it should have; callers say what that means for their task."""


class WorkerDied(WorkerTrouble):
    """The worker's process ended in the middle of an answer.

    Args:
        how: ``killed by SIGSEGV`` or ``ended with status 1``.
        last_words: End of its error output, for a person to read.
        began: Whether it had come as far as to listen; if not, the installation is at fault.
    """

    def __init__(self, how: str, last_words: str = "", *, began: bool = True) -> None:
        super().__init__(
            f"the worker was {how}" if how.startswith("killed") else f"the worker {how}"
        )
        self.how = how
        self.last_words = last_words
        self.began = began


class WorkerStuck(WorkerTrouble):
    """The worker was silent for too long, or took too long in all, and was killed."""

    def __init__(self, waited_s: float) -> None:
        super().__init__(f"the worker gave no answer in {waited_s:.0f} s and was killed")
        self.waited_s = waited_s


class WorkerFailed(WorkerTrouble):
    """The worker lives, but an error that nobody expected ended its answer.

    Args:
        kind: Name of the exception's class, e.g. ``MemoryError``.
        text: What the exception says.
    """

    def __init__(self, kind: str, text: str) -> None:
        super().__init__(f"{kind}: {text}" if text else kind)
        self.kind = kind
        self.text = text


class Worker:
    """One worker process of a module that calls ``worker_child.serve``."""

    def __init__(
        self,
        module: str,
        *,
        memory_bytes: int | None = None,
        arguments: Message | None = None,
        environment: Mapping[str, str] | None = None,
        pass_fds: tuple[int, ...] = (),
        share_memory: bool = True,
    ) -> None:
        """Prepare a worker; nothing is started yet.

        Args:
            module: Importable name of the module to run.
            memory_bytes: Address space it may use (where the system has such a limit).
            arguments: JSON values that the module reads with ``worker_child.arguments``.
            environment: Variables on top of those of this process and of
                ``emer.tools.quiet.SWITCHES``.
            pass_fds: Open descriptors that it inherits under the same numbers. They must stay
                open for as long as the worker may be started anew.
            share_memory: Whether both sides have ``room``.
        """
        self.module = module
        self._settings: Message = {"memory_bytes": memory_bytes, "arguments": arguments or {}}
        self._environment = dict(environment or {})
        self._pass_fds = pass_fds
        self._share = share_memory
        self._begin()
        register(self)

    def _begin(self) -> None:
        self._room: Room | None = None
        self._process: WorkerProcess | None = None
        self._numbers = itertools.count(1)
        self._number = 0
        self._asking = threading.Lock()
        self._writing = threading.Lock()

    @property
    def room(self) -> Room:
        """Memory shared with the worker; it outlives the process and serves its successor."""
        if not self._share:
            raise RuntimeError("this worker was made without shared memory")
        if self._room is None:
            self._room = Room()
        return self._room

    @property
    def has_room(self) -> bool:
        """Whether memory has been shared yet."""
        return self._room is not None

    @property
    def pid(self) -> int | None:
        """Number of the process, ``None`` if none runs."""
        return self._process.pid if self._process is not None and self._process.runs else None

    def start(self) -> None:
        """Start the process if none runs; it gets ready while this one goes on.

        Raises:
            OSError: No process could be started.
        """
        if self._process is not None and self._process.runs:
            return
        self._kill()
        room = self.room.descriptor if self._share else None
        self._process = WorkerProcess(
            self.module,
            {**self._settings, "room": room},
            self._environment,
            self._pass_fds + (() if room is None else (room,)),
        )

    def ask(
        self, request: Message, *, patience_s: float, limit_s: float | None = None
    ) -> Iterator[Message]:
        """Yield the messages with which the worker answers ``request``.

        An iterator that is closed early leaves the worker ready for the next question.

        Args:
            request: JSON values.
            patience_s: The longest silence to wait through. Messages and ``worker_child.beat``
                break it; the time that the caller spends between two messages does not count.
            limit_s: The longest time for the whole answer, the caller's included.

        Raises:
            EmerError: The worker raised it, with its class, message and remedy.
            WorkerDied: Its process ended.
            WorkerStuck: It was silent, or took, too long, and was killed.
            WorkerFailed: It raised something that was not meant to be raised.
            RuntimeError: It is still answering another question.
        """
        if not self._asking.acquire(blocking=False):
            raise RuntimeError("the worker is answering another question")
        lock, complete = self._asking, False
        try:
            self.start()
            process = self._process
            assert process is not None
            self._number = number = next(self._numbers)
            until_s = None if limit_s is None else time.monotonic() + limit_s
            self._write(process, {"n": number, "ask": request})
            while True:
                message = self._next(process, number, patience_s, until_s)
                if "say" in message:
                    yield message["say"]
                    continue
                complete = "beat" not in message
                if "error" in message:
                    raise raised(message["error"])
                if "failed" in message:
                    raise WorkerFailed(*message["failed"])
                if complete:
                    return
        except WorkerTrouble as trouble:
            # of one that ran out of memory, what is left is in pieces
            if not isinstance(trouble, WorkerFailed) or trouble.kind == "MemoryError":
                complete = True
                self._kill()
            raise
        finally:
            # after a fork in between, this is another process's question
            if lock is self._asking:
                number, self._number = self._number, 0
                if not complete:
                    self._give_up(number)
                lock.release()

    def send(self, message: Message) -> None:
        """Tell the worker something while it answers, to be read with ``worker_child.receive``.

        Ignored if no question is being answered, or the worker has died (``ask`` says so).
        """
        process, number = self._process, self._number
        if process is not None and number:
            try:
                self._write(process, {"n": number, "send": message})
            except WorkerTrouble:
                return

    def close(self) -> None:
        """End the process, politely and then by force. The worker can be asked again."""
        process, self._process = self._process, None
        if process is not None:
            process.end()
        room, self._room = self._room, None
        if room is not None:
            room.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _next(
        self, process: WorkerProcess, number: int, patience_s: float, until_s: float | None
    ) -> Message:
        """Return the next message to this question; older ones are left over and skipped."""
        began_s = time.monotonic()
        deadline_s = began_s + patience_s
        if until_s is not None:
            deadline_s = min(deadline_s, until_s)
        while True:
            try:
                line = process.read_line(max(0.0, deadline_s - time.monotonic()))
            except TimeoutError:
                raise WorkerStuck(time.monotonic() - began_s) from None
            if line is None:
                raise WorkerDied(*process.epitaph(), began=process.began)
            try:
                message: Any = json.loads(line)
                process.began = True
                if message["n"] == number:
                    return message  # type: ignore[no-any-return]
            except (ValueError, KeyError, TypeError):
                raise WorkerDied("answered in no known way") from None

    def _write(self, process: WorkerProcess, message: Message) -> None:
        with self._writing:
            try:
                process.write_line(json.dumps(message).encode(), WRITE_S)
            except TimeoutError:
                raise WorkerStuck(WRITE_S) from None
            except OSError:
                return  # its end is noticed, with the reason, where its answer is read

    def _give_up(self, number: int) -> None:
        """Stop the answer that nobody waits for; a worker that goes on regardless is killed."""
        process = self._process
        if process is None or not process.alive:
            return
        try:
            self._write(process, {"n": number, "drop": True})
            until_s = time.monotonic() + GIVE_UP_S
            while True:
                message = self._next(process, number, GIVE_UP_S, until_s)
                if not {"say", "beat"} & set(message):
                    return
        except WorkerTrouble:
            self._kill()

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()

    def _forget(self) -> None:
        """Be as new in a forked copy of the process; the worker belongs to the original."""
        if self._process is not None:
            forget(self._process)
        if self._room is not None:
            self._room.close()
        self._begin()


__all__ = ["Message", "Worker", "WorkerDied", "WorkerFailed", "WorkerStuck", "WorkerTrouble"]
