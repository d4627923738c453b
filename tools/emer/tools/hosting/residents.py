"""Which models lie in the memory of a GPU, and who leaves when another needs the room."""

import threading
from typing import Protocol

from emer.tools.hosting.gpus import memory_mb


class Resident(Protocol):
    """A model that takes memory while its process runs."""

    device: str
    used_s: float

    @property
    def limits(self) -> "_Needs":
        """What it needs."""
        ...

    @property
    def pid(self) -> int | None:
        """Number of its process, ``None`` if none runs."""
        ...

    def leave(self) -> bool:
        """Leave the memory unless somebody asks it at this moment; return whether it did."""
        ...


class _Needs(Protocol):
    @property
    def needs_mb(self) -> int: ...


class Residents:
    """All models of this process."""

    def __init__(self) -> None:
        self._all: list[Resident] = []
        self._lock = threading.Lock()
        self.budget_mb: int | None = None
        """For one GPU; ``None``: four fifths of its memory."""

    def add(self, resident: Resident) -> None:
        """Take note of a model."""
        with self._lock:
            self._all.append(resident)

    def make_room(self, comer: Resident) -> None:
        """End idle models on the comer's GPU, those first that were not asked for longest.

        Where that is not enough it may load all the same: needs are estimates, and memory that
        really does not suffice is told by the model itself.
        """
        if not comer.device.startswith("cuda"):
            return
        with self._lock:
            budget = self.budget_mb
            if budget is None:
                whole = memory_mb(comer.device)
                budget = None if whole is None else whole * 4 // 5
            if budget is None:
                return
            here = [
                r for r in self._all
                if r is not comer and r.pid is not None and _same(r.device, comer.device)
            ]  # fmt: skip
            free = budget - sum(r.limits.needs_mb for r in here)
            for r in sorted(here, key=lambda r: r.used_s):
                if free >= comer.limits.needs_mb:
                    return
                if r.leave():
                    free += r.limits.needs_mb


def _same(one: str, other: str) -> bool:
    return (one.partition(":")[2] or "0") == (other.partition(":")[2] or "0") and one.startswith(
        "cuda"
    )


RESIDENTS = Residents()
