"""A specialist while it is watched: how long it takes, and what it does beside answering.

Python tells every file that is opened for writing and every address that is called; what a library
in C does by itself is not seen.
"""

import ipaddress
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from emer.tools.findings import Finding

LIMIT_S: Final = 120.0
"""For one look at a clip of 6 s, a model's loading included."""
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
_CHANGES: Final = frozenset(
    {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.symlink", "os.link"}
)
_DEVICES: Final = ("/dev/", "/proc/")


class NeverReturns(AssertionError):  # noqa: N818 - reads as what happened
    """It did not return in time; it is not asked again."""


@dataclass(slots=True)
class Watch:
    """What is done while somebody watches."""

    forbidden: Sequence[Path] = ()
    allowed: Sequence[Path] = ()
    """Of a folder in both, the inner one decides; a file in neither is not allowed."""
    seen: list[str] = field(default_factory=list)

    def see(self, event: str, arguments: tuple[Any, ...]) -> None:
        """Take note of what is not allowed."""
        if event == "open" and isinstance(arguments[0], str | bytes):
            if (arguments[2] or 0) & _WRITING:
                self._written(arguments[0])
        elif event in _CHANGES and isinstance(arguments[0], str | bytes | os.PathLike):
            self._written(arguments[0])
        elif event == "socket.getaddrinfo":
            self._called(arguments[0])
        elif event == "socket.connect" and isinstance(arguments[1], tuple):
            self._called(arguments[1][0])

    def _written(self, name: "str | bytes | os.PathLike[str]") -> None:
        path = Path(os.fsdecode(name)).absolute()
        if "__pycache__" in path.parts or str(path).startswith(_DEVICES):
            return
        bases = [p for p in (*self.forbidden, *self.allowed) if path.is_relative_to(p)]
        inner = max(bases, key=lambda p: len(p.parts), default=None)
        if inner is None or inner not in self.allowed:
            self.seen.append(f"writes {path}")

    def _called(self, host: object) -> None:
        name = host.decode(errors="replace") if isinstance(host, bytes) else str(host or "")
        try:
            here = ipaddress.ip_address(name).is_loopback
        except ValueError:
            here = name in {"", "localhost"}
        if not here:
            self.seen.append(f"calls {name}")


def places(workspace: Path) -> tuple[list[Path], list[Path]]:
    """Return where nothing may be written, and where it may: workspace, temporary and cache folders."""
    caches = [os.environ.get("XDG_CACHE_HOME"), os.environ.get("HF_HOME")]
    allowed = [workspace, Path(tempfile.gettempdir()), Path.home() / ".cache"]
    allowed += [Path(name) for name in caches if name]
    return [Path.cwd()], [path.absolute() for path in allowed]


def watched(
    observe: Callable[[], list[Finding]], watch: Watch, limit_s: float = LIMIT_S
) -> list[Finding]:
    """Return what ``observe`` returns.

    Raises:
        NeverReturns: It does not, within ``limit_s``.
        AssertionError: It raises something.
    """
    done: list[list[Finding]] = []
    failed: list[BaseException] = []

    def work() -> None:
        try:
            done.append(observe())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=work, daemon=True)
    with _LOCK:
        _WATCHES.append(watch)
    _hook_once()
    try:
        thread.start()
        thread.join(limit_s)
    finally:
        with _LOCK:
            _WATCHES.remove(watch)
    if failed:
        error = failed[0]
        told = f"it raises {type(error).__name__}: {error}"
        raise AssertionError(
            f"{told}. What it cannot tell it must return as a Gap that says why"
        ) from error
    if not done:
        raise NeverReturns(
            f"it has not returned after {limit_s:.0f} s. Give every wait in observe() an end; if it "
            "is only slow, allow it more with --limit SECONDS"
        )
    return done[0]


_LOCK: Final = threading.Lock()
_WATCHES: Final[list[Watch]] = []
_HOOKED: Final[list[bool]] = []


def _hook_once() -> None:
    """See what Python does from now on; a hook cannot be taken off again."""
    with _LOCK:
        if not _HOOKED:
            _HOOKED.append(True)
            sys.addaudithook(_tell)


def _tell(event: str, arguments: tuple[Any, ...]) -> None:
    for watch in tuple(_WATCHES):
        watch.see(event, arguments)
