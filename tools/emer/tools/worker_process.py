"""The process behind a ``Worker``: started, spoken to in lines, and ended without a trace.

Its group is its own, so that what it starts ends with it. Nothing here waits without a limit, and
no thread is needed: error output is taken in whenever an answer is waited for.
"""

import atexit
import json
import os
import select
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, Protocol

from emer.tools.quiet import SWITCHES

LAST_WORDS_BYTES: Final = 4096
"""How much of the end of the error output is kept."""
MAX_LINE_BYTES: Final = 64 << 20
KILLED_S: Final = 5.0
"""How long to wait for the end of a process that was killed."""
POLITE_S: Final = 0.5
"""How long a worker that is told to end may take before it is killed."""


class WorkerProcess:
    """One running worker."""

    alive = False
    began = False
    """Whether it has said anything."""

    def __init__(
        self,
        module: str,
        settings: dict[str, Any],
        environment: Mapping[str, str],
        pass_fds: tuple[int, ...],
    ) -> None:
        """Start ``python -m module``.

        Raises:
            OSError: No process could be started.
        """
        self._owner = os.getpid()
        life, self._life = os.pipe()
        settings = {**settings, "parent": self._owner, "life": life}
        try:
            self._popen = subprocess.Popen(
                # -P: what lies in the current folder is not importable
                [sys.executable, "-P", "-m", module, json.dumps(settings)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=_environment(environment),
                pass_fds=(*pass_fds, life),
                process_group=0,
            )
        except BaseException:
            os.close(self._life)
            raise
        finally:
            os.close(life)
        stdin, stdout, stderr = self._popen.stdin, self._popen.stdout, self._popen.stderr
        assert stdin is not None
        assert stdout is not None
        assert stderr is not None
        self._in, self._out, self._err = stdin.fileno(), stdout.fileno(), stderr.fileno()
        for descriptor in (self._in, self._out, self._err):
            os.set_blocking(descriptor, False)
        self._left = bytearray()
        self._scanned = 0
        self._errors = bytearray()
        self._open = {self._out, self._err}
        self.alive = True
        _RUNNING.add(self)

    @property
    def pid(self) -> int:
        """Its number, which is that of its group too."""
        return self._popen.pid

    @property
    def runs(self) -> bool:
        """Whether the process has not ended; if it has, its number is not yet anybody else's."""
        if not self.alive:
            return False
        if not hasattr(os, "waitid"):
            return self._popen.poll() is None
        try:
            look = os.WEXITED | os.WNOHANG | os.WNOWAIT
            return os.waitid(os.P_PID, self._popen.pid, look) is None
        except ChildProcessError:  # the host program waits for all children itself
            return False

    def read_line(self, patience_s: float) -> bytes | None:
        """Return the next line, ``None`` if the process has ended.

        Raises:
            TimeoutError: None came in time.
        """
        until_s = time.monotonic() + patience_s
        while True:
            end = self._left.find(b"\n", self._scanned)
            if end >= 0:
                line = bytes(self._left[:end])
                del self._left[: end + 1]
                self._scanned = 0
                return line
            self._scanned = len(self._left)
            if self._out not in self._open or len(self._left) > MAX_LINE_BYTES:
                return None
            self._take_in(max(0.0, until_s - time.monotonic()))

    def _take_in(self, patience_s: float) -> None:
        """Wait until something can be read, and read it."""
        waits = select.poll()
        for descriptor in self._open:
            waits.register(descriptor, select.POLLIN)
        ready = waits.poll(patience_s * 1000)
        if not ready:
            raise TimeoutError
        for descriptor, _ in ready:
            try:
                data = os.read(descriptor, 1 << 16)
            except BlockingIOError:
                continue
            except OSError:
                data = b""
            if not data:
                self._open.discard(descriptor)
            elif descriptor == self._out:
                self._left += data
            else:
                self._errors += data
                del self._errors[:-LAST_WORDS_BYTES]

    def write_line(self, line: bytes, patience_s: float) -> None:
        """Hand over one line.

        Raises:
            TimeoutError: It was not taken in time.
            OSError: The process has ended.
        """
        data = memoryview(line + b"\n")
        until_s = time.monotonic() + patience_s
        waits = select.poll()
        waits.register(self._in, select.POLLOUT)
        while data:
            try:
                data = data[os.write(self._in, data) :]
            except BlockingIOError:
                if not waits.poll(max(0.0, until_s - time.monotonic()) * 1000):
                    raise TimeoutError from None

    def epitaph(self) -> tuple[str, str]:
        """End the process, and return how it had ended and the last of its error output."""
        until_s = time.monotonic() + POLITE_S
        while self.runs and time.monotonic() < until_s:
            time.sleep(0.005)
        by_itself = not self.runs
        self._read_errors()
        self.kill()
        status = self._popen.returncode if by_itself else None
        words = self._errors.decode("utf-8", "replace").strip()
        if status is None:
            return "closed its answer and was ended", words
        if status >= 0:
            return f"ended with status {status}", words
        with suppress(ValueError):
            return f"killed by {signal.Signals(-status).name}", words
        return f"killed by signal {-status}", words

    def _read_errors(self) -> None:
        with suppress(TimeoutError):
            while self._err in self._open:
                self._open.discard(self._out)
                self._take_in(0.0)

    def end(self) -> None:
        """Tell the process to end, and see to it."""
        if self.alive and os.getpid() == self._owner:
            self._close_input()
            until_s = time.monotonic() + POLITE_S
            # it holds the other end of its output until it has ended
            with suppress(TimeoutError):
                while self._out in self._open and time.monotonic() < until_s:
                    self._take_in(POLITE_S)
        self.kill()

    def kill(self) -> None:
        """End the process and all that it started, at once, and leave nothing behind."""
        if not self.alive:
            return
        if os.getpid() != self._owner:
            forget(self)
            return
        self.alive = False
        # until it has been waited for, its number cannot belong to anybody else
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        # one that waits for a disk that does not answer ends when the system lets it
        with suppress(subprocess.TimeoutExpired):
            self._popen.wait(KILLED_S)
        self._close()

    def __del__(self) -> None:
        self.kill()

    def _close_input(self) -> None:
        if self._popen.stdin is not None:
            with suppress(OSError):
                self._popen.stdin.close()

    def _close(self) -> None:
        self._close_input()
        for pipe in (self._popen.stdout, self._popen.stderr):
            if pipe is not None:
                pipe.close()
        os.close(self._life)
        self._open.clear()


def forget(process: WorkerProcess) -> None:
    """Let go of a process that belongs to the one from which this one was forked."""
    if process.alive:
        process.alive = False
        process._popen.returncode = 0  # else it would be waited for
        process._close()


def _environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a worker, which finds modules where this process does."""
    places = [os.path.abspath(p) for p in sys.path if p and isinstance(p, str)]
    path = {"PYTHONPATH": os.pathsep.join(dict.fromkeys(places))} if places else {}
    return {**os.environ, **SWITCHES, **path, **extra}


class _Forgets(Protocol):
    def _forget(self) -> None: ...


_RUNNING: "weakref.WeakSet[WorkerProcess]" = weakref.WeakSet()
_FORGETFUL: "weakref.WeakSet[_Forgets]" = weakref.WeakSet()


def register(owner: _Forgets) -> None:
    """Have ``owner._forget`` called in every forked copy of this process."""
    _FORGETFUL.add(owner)


def _after_fork() -> None:
    for owner in list(_FORGETFUL):
        owner._forget()
    for process in list(_RUNNING):
        forget(process)
    _RUNNING.clear()


def _at_exit() -> None:
    for process in list(_RUNNING):
        process.kill()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)
