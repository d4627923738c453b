"""Which GPUs there are, as their driver tells; nothing that could initialise one is imported."""

import subprocess
from functools import cache
from pathlib import Path
from typing import Final

DRIVER_S: Final = 3.0
"""How long the driver may take to answer."""


@cache
def gpus_mb() -> tuple[int, ...]:
    """Return the memory of every NVIDIA GPU in MB, in the driver's order; empty if there is none."""
    if not Path("/dev/nvidiactl").exists():
        return ()
    try:
        told = subprocess.run(
            ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"],
            capture_output=True, text=True, timeout=DRIVER_S, check=True,
        ).stdout  # fmt: skip
        return tuple(int(line) for line in told.split())
    except (OSError, subprocess.SubprocessError, ValueError):
        return ()


def memory_mb(device: str) -> int | None:
    """Return the memory of ``cuda`` or ``cuda:N`` in MB, ``None`` if it is not known."""
    number = int(device.partition(":")[2] or 0)
    found = gpus_mb()
    return found[number] if number < len(found) else None


def settled(device: str) -> str:
    """Return where a model runs if ``device`` was asked for: ``cpu`` or ``cuda:N``.

    ``auto`` is the first GPU where there is one. A GPU that was asked for is returned even where
    none is: its model then says that it cannot run, instead of running elsewhere unasked.
    """
    if device == "auto":
        return "cuda:0" if gpus_mb() else "cpu"
    return f"{device}:0" if device == "cuda" else device
