"""Take measurements: fresh processes in alternating order, and rows from what they answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from emer.evals.bench.child import NotMeasured, Ran
from emer.evals.bench.clock import Part
from emer.evals.bench.results import Figure, Group, Spread, without_folders
from emer.evals.bench.tasks import Task

Key = tuple[Group, str, str]
OF_ENGINES: Final = ("model", "model_mb", "own", "stand_in", "device", "gpu_mb", "batch")


@dataclass(slots=True)
class _Row:
    """Repeats of one figure."""

    group: Group
    name: str
    subject: str
    about: str = ""
    parts: list[Part] = field(default_factory=list)
    peaks_mb: list[float] = field(default_factory=list)
    in_run_s: list[float] = field(default_factory=list)
    media_s: float | None = None
    problem: str = ""
    remedy: str = ""

    def figure(self) -> Figure:
        parts = self.parts
        wall_s = Spread.of([p["wall_s"] for p in parts]) if parts else None
        worked = [p["cpu_s"] for p in parts if "cpu_s" in p]
        amount = parts[-1].get("amount") if parts else None
        media_s = self.media_s
        took_s = wall_s.median if wall_s else 0.0
        return Figure(
            group=self.group, name=self.name, subject=self.subject, about=self.about,
            media_s=None if media_s is None else round(media_s, 2),
            wall_s=wall_s,
            cpu_s=round(median(worked), 3) if worked else None,
            per_media_s=_ratio(took_s, media_s) if wall_s else None,
            in_run_s=round(median(self.in_run_s), 4) if self.in_run_s else None,
            peak_mb=round(max(self.peaks_mb), 1) if self.peaks_mb else None,
            amount=amount, unit=parts[-1].get("unit", "") if parts else "",
            per_s=_ratio(amount, took_s, 2) if amount is not None else None,
            **{name: parts[-1][name] for name in OF_ENGINES if parts and name in parts[-1]},
            problem="" if parts or self.in_run_s else without_folders(self.problem),
            remedy="" if parts or self.in_run_s else without_folders(self.remedy),
        )  # fmt: skip


class Taken:
    """Collects what was measured; rows keep the order in which they first came."""

    def __init__(self, told: Callable[[str], None]) -> None:
        """``told`` is called with one line for every measurement, as it comes."""
        self._told = told
        self._rows: dict[Key, _Row] = {}
        self._failed: set[int] = set()

    def take(self, tasks: Sequence[Task]) -> None:
        """Run every task as often as it wants, in alternating order."""
        self._expect(tasks)
        for turn in range(max((t.repeats for t in tasks), default=0)):
            there = list(enumerate(tasks))
            for number, task in there if turn % 2 == 0 else reversed(there):
                if turn < task.repeats and number not in self._failed:
                    self._run(number, task, turn)
        self._failed.clear()

    def figures(self) -> tuple[Figure, ...]:
        """Return one row per figure; rows that nobody answered are left out."""
        rows = [r for r in self._rows.values() if r.parts or r.in_run_s or r.problem]
        return tuple(row.figure() for row in rows)

    def _expect(self, tasks: Sequence[Task]) -> None:
        for task in tasks:
            self._row(task, {"name": task.name})

    def _row(self, task: Task, part: Part) -> _Row:
        group = part.get("group", task.group)
        key = (group, str(part["name"]), task.subject)
        made = _Row(*key, media_s=task.media_s)
        row = self._rows.setdefault(key, made)
        row.about = part.get("about") or row.about or task.about
        row.media_s = part.get("media_s", row.media_s)
        return row

    def _run(self, number: int, task: Task, turn: int) -> None:
        try:
            if task.problem:
                raise NotMeasured(task.problem)
            parts, ran = task.run()
        except NotMeasured as error:
            self._failed.add(number)
            row = self._row(task, {"name": task.name})
            row.problem, row.remedy = error.message, error.remedy or task.remedy
            self._told(f"{_named(task)}: not measured: {without_folders(error.message)}")
            return
        for part in parts:
            self._file(self._row(task, part), part, ran)
        self._told(f"{_named(task)}: {_shown(parts, ran)} [{turn + 1} of {task.repeats}]")

    def _file(self, row: _Row, part: Part, ran: Ran) -> None:
        if part.get("problem"):
            row.problem, row.remedy = part["problem"], part.get("remedy", "")
        if "in_run_s" in part:
            row.in_run_s.append(part["in_run_s"])
        if "wall_s" in part:
            row.parts.append(part)
        if "peak_mb" in part:
            row.peaks_mb.append(part["peak_mb"])
        elif part.get("whole"):
            row.peaks_mb.append(ran.peak_mb)


def _ratio(above: Any, below: Any, digits: int = 6) -> float | None:  # noqa: ANN401 - numbers or None
    return round(above / below, digits) if below else None


def _named(task: Task) -> str:
    return " ".join(without_folders(f"{task.group} / {task.name} {_on(task)}").split())


def _on(task: Task) -> str:
    return f"({task.subject})" if task.subject else ""


def _shown(parts: Sequence[Part], ran: Ran) -> str:
    timed = [p for p in parts if "wall_s" in p]
    # the part that the process was about; of several, the largest
    whole = max(timed, key=lambda p: (bool(p.get("whole")), p["wall_s"]), default=None)
    if whole is None:
        return next((str(p["problem"]) for p in parts if p.get("problem")), "no figure")
    return f"{whole['wall_s']:.3f} s, {whole.get('peak_mb', ran.peak_mb):.0f} MB"
