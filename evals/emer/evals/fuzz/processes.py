"""What a process and its descendants are and use, as the system tells it under ``/proc``.

Reads    ``/proc``; where there is none, nothing is known and nothing is reported
Returns  numbers of processes and bytes
"""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc")


def descendants(pid: int) -> list[int]:
    """Return the numbers of all living processes that ``pid`` started, directly or not."""
    children: dict[int, list[int]] = {}
    for other, parent, state in _all():
        if state not in "ZX":
            children.setdefault(parent, []).append(other)
    found, queue = [], [pid]
    while queue:
        for child in children.get(queue.pop(), []):
            found.append(child)
            queue.append(child)
    return found


def memory_bytes(pid: int) -> int:
    """Return what ``pid`` and its descendants hold, shared pages counted once at most per process.

    Pages that a process shares with files (mapped seeds, libraries) are not counted.
    """
    return sum(_own_memory(p) for p in (pid, *descendants(pid)))


def is_alive(pid: int) -> bool:
    """Whether the process runs (one that has ended and is not waited for yet does not)."""
    stat = _stat(pid)
    return stat is not None and stat[1] not in "ZX"


def kill_tree(pid: int) -> None:
    """Kill ``pid`` and every process that it started."""
    for other in (*descendants(pid), pid):
        with suppress(ProcessLookupError):
            os.kill(other, signal.SIGKILL)


def _own_memory(pid: int) -> int:
    with suppress(OSError, ValueError, IndexError):
        lines = (_PROC / str(pid) / "status").read_text().splitlines()
        sizes = {
            k: v.split()[0] for k, _, v in (line.partition(":") for line in lines) if "Rss" in k
        }
        return 1024 * (int(sizes.get("RssAnon", 0)) + int(sizes.get("RssShmem", 0)))
    return 0


def _all() -> Iterator[tuple[int, int, str]]:
    if not _PROC.is_dir():
        return
    for entry in _PROC.iterdir():
        if entry.name.isdecimal() and (stat := _stat(int(entry.name))) is not None:
            yield int(entry.name), *stat


def _stat(pid: int) -> tuple[int, str] | None:
    try:
        # the name, in brackets, may hold spaces and brackets
        rest = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        return int(rest[1]), rest[0]
    except (OSError, ValueError, IndexError):
        return None
