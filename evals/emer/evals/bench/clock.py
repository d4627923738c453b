"""The clock of one measurement, inside the process that is measured."""

import time
from typing import Any

from emer.evals.bench.memory import work_s

Part = dict[str, Any]
"""What one job says about one figure: ``name`` and ``wall_s``, and any of ``group``, ``about``,
``cpu_s``, ``media_s``, ``in_run_s``, ``amount``, ``unit``, ``peak_mb``, and of engines ``model``,
``model_mb``, ``own``, ``stand_in``, ``device``, ``gpu_mb``, ``batch``. ``whole``: the peak memory of the
process belongs to it, if it does not tell its own."""


class Clock:
    """Takes the time and the processors' work of a block; a context manager."""

    def __enter__(self) -> "Clock":
        self._work_s, self._began = work_s(), time.perf_counter()
        return self

    def __exit__(self, *problem: object) -> None:
        self.wall_s = time.perf_counter() - self._began
        # the system counts work in steps of 10 ms
        self.cpu_s = max(0.0, work_s() - self._work_s)

    def part(self, name: str, **more: Any) -> Part:  # noqa: ANN401 - fields of a part
        """Return what was taken, under ``name``."""
        return {"name": name, "wall_s": self.wall_s, "cpu_s": self.cpu_s, **more}
