"""Memory and work of a process with all its descendants, read from ``/proc``.

Where there is no ``/proc`` (macOS), the system's own account of the process is used, which counts
the largest of its children instead of their sum. ``METHOD`` says which of the two it was.
"""

import os
import threading
import time
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
EVERY_S: Final = 0.05
"""Between two looks at memory; a peak that is shorter may be missed."""
AT_FIRST_S, SOON_S = 0.5, 0.004
"""Processes that end soon are looked at more often: for so long, and so often."""
HAS_PROC: Final = (PROC / "self" / "status").is_file()
METHOD: Final = (
    "resident memory of the process and all its descendants, read from /proc every "
    f"{EVERY_S * 1000:.0f} ms (every {SOON_S * 1000:.0f} ms at first) and added up, the peak of the sum; "
    "memory that processes share to exchange data (RssShmem) counts once, files that several have "
    "mapped (RssFile: libraries) count in each; not less than the peak that the kernel noted for one "
    "of them (VmHWM)"
    if HAS_PROC
    else "largest resident set of the process plus that of its largest child (getrusage)"
)


class PeakWatch:
    """Watches a process tree until it is told to stop; a context manager.

    Args:
        pid: The root of the tree.
        ever: Whether to count what one of them held before, too.
    """

    def __init__(self, pid: int, *, ever: bool = True) -> None:
        self._pid, self._ever = pid, ever
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, name="bench-memory", daemon=True)
        self.peak_bytes = 0

    def __enter__(self) -> "PeakWatch":
        if HAS_PROC:
            self._thread.start()
        return self

    def __exit__(self, *problem: object) -> None:
        self._stop.set()
        if HAS_PROC:
            self._thread.join()

    def _look(self) -> None:
        began = time.monotonic()
        while True:
            now, largest = _now(self._pid)
            self.peak_bytes = max(self.peak_bytes, now, largest if self._ever else 0)
            if self._stop.wait(SOON_S if time.monotonic() - began < AT_FIRST_S else EVERY_S):
                return


class GrowthWatch:
    """Watches by how much this process and its descendants grow; a context manager, again and again.

    What they held when it was made is not counted. ``most_mb`` is the most so far (MB of 10^6
    bytes), ``None`` where there is no ``/proc``.
    """

    def __init__(self) -> None:
        self._before = _now(os.getpid())[0]
        self.most_mb: float | None = None

    def __enter__(self) -> "GrowthWatch":
        self._watch = PeakWatch(os.getpid(), ever=False).__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        self._watch.__exit__(*problem)
        if HAS_PROC:
            grown_mb = (self._watch.peak_bytes - self._before) / 1e6
            self.most_mb = max(self.most_mb or 0.0, grown_mb)


def _now(root: int) -> tuple[int, int]:
    """Return the bytes of a process tree now, and the most that one of them ever had."""
    everybody = [_resident(pid) for pid in tree(root)]
    apart = sum(r["RssAnon"] + r["RssFile"] for r in everybody)
    shared, largest = (
        max((r[name] for r in everybody), default=0) for name in ("RssShmem", "VmHWM")
    )
    return apart + shared, largest


def tree(root: int) -> list[int]:
    """Return ``root`` and its living descendants; empty where there is no ``/proc``."""
    found: list[int] = []
    waiting = [root] if HAS_PROC else []
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for task in _listed(PROC / str(pid) / "task"):
            children = _read(PROC / str(pid) / "task" / task / "children")
            waiting += [int(child) for child in children.split()]
    return found


def work_s() -> float:
    """Return seconds of processor time of this process and its descendants so far."""
    own = os.times()
    spent_s = own.user + own.system + own.children_user + own.children_system
    ticks = os.sysconf("SC_CLK_TCK")
    for pid in tree(os.getpid())[1:]:
        # the second field is the program's name in brackets, which may hold anything
        fields = _read(PROC / str(pid) / "stat").rpartition(")")[2].split()
        spent_s += sum(int(field) for field in fields[11:15]) / ticks
    return spent_s


def _resident(pid: int) -> dict[str, int]:
    """Return bytes now by kind, and at most; zeros for a process that has gone."""
    found = dict.fromkeys(("RssAnon", "RssFile", "RssShmem", "VmHWM"), 0)
    for line in _read(PROC / str(pid) / "status").splitlines():
        name, _, value = line.partition(":")
        if name in found:
            found[name] = int(value.split()[0]) * 1024
    return found


def _listed(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except OSError:
        return ""
