"""The machine and the versions that figures belong to; no names of hosts, people or folders."""

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from emer.evals.bench.results import Environment

DISTRIBUTIONS: Final = (
    "emer", "av", "onnxruntime", "opencv-contrib-python-headless", "numpy", "langgraph", "chromadb",
    "faster-whisper",
)  # fmt: skip
THREADS: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_THREAD_LIMIT")
BUSY: Final = 0.25
"""Load average per core from which a machine counts as used by others."""


def environment(ffmpeg: str = "") -> Environment:
    """Describe this machine, now.

    Args:
        ffmpeg: Version of the FFmpeg libraries that ``av`` carries, if known.
    """
    versions = {name: found for name in DISTRIBUTIONS if (found := _version(name))}
    if ffmpeg:
        versions["ffmpeg"] = ffmpeg
    cores, load = _cores(), _load()
    return Environment(
        measured_on=datetime.now(UTC).date().isoformat(),
        cpu=_cpu(),
        cores=cores,
        memory_gb=round(_memory_bytes() / 1e9, 1),
        system=_system(),
        python=f"{platform.python_implementation()} {platform.python_version()}",
        versions=versions,
        threads={name: os.environ[name] for name in THREADS if name in os.environ},
        load=load,
        busy=load is not None and load > BUSY * cores,
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = f"{platform.system()} {platform.release()}"
    return f"{name}, {platform.machine()}"


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0)) or 1
    return os.cpu_count() or 1


def _load() -> float | None:
    try:
        return round(os.getloadavg()[0], 2)
    except (OSError, AttributeError):
        return None


def _cpu() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(errors="replace")
    except OSError:
        told = ""
    named = re.search(r"^model name\s*:\s*(.+)$", told, re.MULTILINE)
    return " ".join((named[1] if named else platform.processor() or platform.machine()).split())


def _memory_bytes() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return 0
