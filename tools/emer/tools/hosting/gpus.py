"""Which GPUs there are, as their driver tells; nothing that could initialise one is imported."""

import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Final

DRIVER: Final = Path("/dev/nvidiactl")
DRIVER_S: Final = 3.0
"""How long the driver may take to answer."""


@cache
def gpus_mb() -> tuple[int, ...]:
    """Return the MB of every NVIDIA GPU that libraries see, in their order; empty if there is none."""
    return _told("memory.total")


def memory_mb(device: str) -> int | None:
    """Return the memory of ``cuda`` or ``cuda:N`` in MB, ``None`` if it is not known."""
    return _of(device, gpus_mb())


def used_mb(device: str) -> int | None:
    """Return how many MB of ``cuda`` or ``cuda:N`` are taken now, by whomever.

    ``None`` if it is not known, and for ``cpu``.
    """
    return _of(device, _told("memory.used")) if device.startswith("cuda") else None


def _of(device: str, each: tuple[int, ...]) -> int | None:
    number = int(device.partition(":")[2] or 0)
    return each[number] if number < len(each) else None


def _told(field: str) -> tuple[int, ...]:
    if not DRIVER.exists():
        return ()
    try:
        told = subprocess.run(
            ["nvidia-smi", f"--query-gpu={field}", "--format=csv,noheader,nounits"],
            capture_output=True, text=True, timeout=DRIVER_S, check=True,
        ).stdout  # fmt: skip
        return _visible(tuple(int(line) for line in told.split()))
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()


def _visible(each: tuple[int, ...]) -> tuple[int, ...]:
    """Return those that libraries will see, in their order: CUDA hides and reorders them.

    Names of GPUs are not looked up; as many as are named are supposed to be the first ones.
    """
    shown = os.environ.get("CUDA_VISIBLE_DEVICES")
    if shown is None:
        return each
    kept: list[int] = []
    for k, name in enumerate(filter(None, map(str.strip, shown.split(",")))):
        number = int(name) if name.lstrip("-").isdecimal() else k
        if not 0 <= number < len(each):
            break  # as CUDA does: what follows is not seen either
        kept.append(each[number])
    return tuple(kept)


def settled(device: str) -> str:
    """Return where a model runs if ``device`` was asked for: ``cpu`` or ``cuda:N``.

    ``auto`` is the first GPU where there is one. A GPU that was asked for is returned even where
    none is: its model then says that it cannot run, instead of running elsewhere unasked.
    """
    if device == "auto":
        return "cuda:0" if gpus_mb() else "cpu"
    return f"{device}:0" if device == "cuda" else device
