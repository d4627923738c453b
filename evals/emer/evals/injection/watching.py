"""See what a run does to the machine: files written elsewhere, addresses called, programs started.

Reads    Python's audit events of this process, while watching
Returns  one line per thing that a run has no business doing
Cost     microseconds per event

Decoding happens in a process of its own, which is started before; what it may do is not seen here.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PATHS: Final = frozenset(
    {"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate",
     "os.chmod", "shutil.rmtree", "shutil.move"}
)  # fmt: skip
_PROGRAMS: Final = frozenset({"os.system", "os.exec", "os.posix_spawn", "subprocess.Popen"})
_NETWORK: Final = frozenset(
    {"socket.connect", "socket.sendto", "socket.getaddrinfo", "socket.bind"}
)


class _Watch:
    """One hook for the whole process: Python lets none be taken out again."""

    def __init__(self) -> None:
        self.told: Callable[[str, tuple[Any, ...]], None] | None = None
        self.hooked = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.told is not None:
            self.told(event, arguments)


_WATCH: Final = _Watch()


@contextmanager
def watched(*allowed: Path, network: bool = True) -> Iterator[list[str]]:
    """Collect what is done outside the folders ``allowed`` until the block ends.

    Args:
        allowed: Folders that may be written to.
        network: Whether calls of addresses count; not where a model is asked at one.
    """
    if not _WATCH.hooked:
        sys.addaudithook(_WATCH)
        _WATCH.hooked = True
    roots = tuple(str(p.resolve()) for p in allowed)
    found: list[str] = []

    def told(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _NETWORK and not network:
            return
        if trouble := _trouble(event, arguments, roots):
            found.append(trouble)

    _WATCH.told = told
    try:
        yield found
    finally:
        _WATCH.told = None


def _trouble(event: str, arguments: tuple[Any, ...], roots: tuple[str, ...]) -> str:
    if event in _NETWORK:
        address = arguments[0] if event == "socket.getaddrinfo" else arguments[-1]
        return (
            ""
            if isinstance(address, str) and event != "socket.getaddrinfo"
            else f"{event} {address}"
        )
    if event in _PROGRAMS:
        program = str(arguments[0])
        # a decoder that is started anew is our own
        return "" if program == sys.executable else f"{event} {program}"
    if event == "open":
        path, mode, flags = arguments
        writes = (isinstance(mode, str) and set(mode) & set("wax+")) or (
            isinstance(flags, int) and flags & _WRITES
        )
        return f"wrote {path}" if writes and _is_elsewhere(path, roots) else ""
    if event in _PATHS and _is_elsewhere(arguments[0], roots):
        return f"{event} {arguments[0]}"
    return ""


def _is_elsewhere(path: object, roots: tuple[str, ...]) -> bool:
    if not isinstance(path, str | bytes | os.PathLike):
        return False  # a descriptor that is open already
    whole = os.path.realpath(os.fsdecode(path))
    if whole == os.devnull or "__pycache__" in whole:
        return False
    return not any(whole == r or whole.startswith(r + os.sep) for r in roots)
