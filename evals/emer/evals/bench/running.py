"""One run of the benchmark, from clips to figures.

Reads    clips (looped to several lengths without re-encoding), photos if there are any
Returns  a ``Benchmark``; what could not be measured is a row that says why
Cost     with the sample and three repeats about 3 minutes with ``quick``, 10 without, 30 with an hour
         of media (two cores of 2020)
"""

import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from emer.evals.bench.child import NotMeasured, Runner
from emer.evals.bench.environment import environment
from emer.evals.bench.memory import METHOD
from emer.evals.bench.results import GROUPS, Benchmark, Environment, Figure, Group
from emer.evals.bench.taking import Taken
from emer.evals.bench.tasks import ENGINE_S, Material, Task, Tasks, length
from emer.tools.errors import MediaError

MEDIA: Final = frozenset(
    {
        ".aac",
        ".avi",
        ".flac",
        ".m4a",
        ".m4v",
        ".mkv",
        ".mov",
        ".mp3",
        ".mp4",
        ".ogg",
        ".wav",
        ".webm",
    }
)
PHOTOS: Final = frozenset({".bmp", ".jpeg", ".jpg", ".png", ".webp"})
JOINS: Final = frozenset({".m4a", ".m4v", ".mkv", ".mov", ".mp4", ".webm"})
"""Containers in which rounds of a clip can follow each other; others become Matroska."""
ENOUGH: Final = 0.9
"""Share of the wanted length that a looped clip must reach."""
TIMEOUT_S: Final = 3 * 3600.0
SHORT_S: Final = 2.0
RECALLING: Final[frozenset[Group]] = frozenset({"step", "tool", "export", "chat", "growth"})
STAGES_S: Final = 60.0
"""Length on which stages are measured."""
QUICK: Final = (10.0, 60.0)
USUAL: Final = (*QUICK, 600.0)
FULL: Final = (*USUAL, 3600.0)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked of one run."""

    media: Sequence[Path]
    """Files, or folders of files. All stages are measured on the first, the rest once at 1 min."""
    faces: Path | None = None
    """Folder of photos on which faces are counted; without one, pictures of the first clip."""
    peer_python: Path | None = None
    """A Python that has DeepFace."""
    rate_hz: float = 5.0
    repeats: int = 3
    lengths_s: Sequence[float] = USUAL
    only: frozenset[Group] = frozenset(GROUPS) - {"engine"}
    engines: frozenset[str] = frozenset()
    """Those that are measured, as they are registered; none: all."""
    command: str = "emer bench"
    """How to do it again; shown in the results."""


def measure(order: Order, told: Callable[[str], None]) -> Benchmark:
    """Measure all of it.

    Args:
        order: What is asked.
        told: Called with a line for every measurement, as it comes, and for warnings.

    Raises:
        MediaError: There is no clip to measure on, or it cannot be copied.
    """
    began = time.perf_counter()
    clips = found(order.media, MEDIA)
    if not clips:
        raise MediaError("there is no clip to measure on", remedy="Name one with --media.")
    folder = Path(tempfile.mkdtemp(prefix="emer-bench-"))
    complete, taken = True, Taken(told)
    where: Environment | None = None
    try:
        where = environment()
        if where.busy:
            told(f"others use this machine (load {where.load}): figures will be too high")
        run = _Run(order, clips, Runner(folder, TIMEOUT_S), taken, told)
        where = where.model_copy(update={"versions": run.versions(where.versions)})
        run.all()
    except KeyboardInterrupt:
        complete = False
        told("stopped; what was measured until here is kept")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Benchmark(
        command=order.command, complete=complete, rate_hz=order.rate_hz, repeats=order.repeats,
        seconds=round(time.perf_counter() - began, 1), memory_method=METHOD,
        environment=where or environment(), figures=_sorted(taken.figures()),
    )  # fmt: skip


def found(paths: Sequence[Path], suffixes: frozenset[str]) -> list[Path]:
    """Return the files among ``paths``, and those with a fitting name in folders, in order."""
    files: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        wanted = suffixes if path.is_dir() else frozenset({path.suffix.lower()})
        files += [p for p in inside if p.is_file() and p.suffix.lower() in wanted]
    return files


def _sorted(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    order = list(GROUPS)

    def place(figure: Figure) -> tuple[int, bool, str]:
        engine = figure.name.partition(", ")[0] if figure.group == "engine" else ""
        return order.index(figure.group), bool(figure.problem), engine

    return tuple(sorted(figures, key=place))


class _Run:
    """What the parts of one run share."""

    def __init__(
        self,
        order: Order,
        clips: list[Path],
        runner: Runner,
        taken: Taken,
        told: Callable[[str], None],
    ) -> None:
        self._order, self._clips, self._runner = order, clips, runner
        self._taken, self._told = taken, told
        self._tasks = Tasks(runner, rate_hz=order.rate_hz, repeats=order.repeats)
        self._watchers: list[str] = []

    def versions(self, known: dict[str, str]) -> dict[str, str]:
        """Complete ``known`` by what only a process with everything loaded can tell."""
        parts, _ = self._runner.job("present")
        self._watchers = [p["about"] for p in parts if p["name"] == "watcher"]
        ffmpeg = next((p["about"] for p in parts if p["name"] == "ffmpeg"), "")
        return known | ({"ffmpeg": ffmpeg} if ffmpeg else {})

    def all(self) -> None:
        """Take everything that is asked for."""
        first = self._clips[0]
        short, stages = self._looped(first, SHORT_S), self._looped(first, STAGES_S)
        self._start_up(short)
        tasks = self._wanted(self._tasks.floor(stages, shutil.which("ffmpeg")))
        tasks += self._wanted(self._tasks.decoding(stages, self._watchers))
        tasks += self._wanted(self._tasks.analysis(stages))
        self._taken.take(tasks)
        if "engine" in self._order.only:
            self._engines(stages)
        if "export" in self._order.only:
            self._exports(stages)
        if "chat" in self._order.only:
            self._chat(stages)
        if "growth" in self._order.only:
            self._growth(stages)
        if "faces" in self._order.only:
            self._faces(stages)

    def _wanted(self, tasks: Sequence[Task]) -> list[Task]:
        return [t for t in tasks if t.group in self._order.only]

    def _start_up(self, short: Material) -> None:
        # all later measurements that recall cases find an index of them, as all later runs do
        self._taken.take(self._wanted([self._tasks.very_first(short.path)]))
        if "start-up" not in self._order.only and self._order.only & RECALLING:
            with suppress(NotMeasured):
                self._tasks.very_first(short.path).run()
        self._taken.take(self._wanted(self._tasks.start_up(short.path)))

    def _exports(self, material: Material) -> None:
        from emer.agent.exports.formats import FORMATS

        report = str(self._runner.home / "report.json")
        if not self._cached("export", material, report):
            return
        there = [name for name, form in FORMATS.items() if find_spec(form.module)]
        self._taken.take(self._tasks.exports(material, report, there))

    def _chat(self, material: Material) -> None:
        if self._cached("chat", material):
            self._taken.take([self._tasks.chat(material)])

    def _cached(self, group: Group, material: Material, report: str | None = None) -> bool:
        """Fill the cache with what is found in a clip; return whether that went well."""
        self._told(f"{group} / findings for the cache ...")
        try:
            self._runner.job(
                "analysed", path=material.path, rate_hz=self._order.rate_hz, name="report",
                cache=True, report_to=report,
            )  # fmt: skip
        except NotMeasured as error:
            self._told(f"{group}: not measured: {error.message}")
            return False
        return True

    def _engines(self, material: Material) -> None:
        try:
            parts, _ = self._runner.job("engines")
        except NotMeasured as error:
            self._told(f"engine: not measured: {error.message}")
            return
        named = self._order.engines
        entries = [str(p["name"]) for p in parts if not named or p["name"] in named]
        self._told(f"engine: {len(entries)} engines, each for {ENGINE_S / 60:.0f} minutes at most")
        self._taken.take(self._tasks.engines(material, entries))

    def _growth(self, stages: Material) -> None:
        first, *others = self._clips
        tasks = []
        for seconds in self._order.lengths_s:
            try:
                material = stages if seconds == STAGES_S else self._looped(first, seconds)
            except MediaError as error:
                self._told(f"growth: {error.message}")
                continue
            tasks.append(self._tasks.growth(material))
        self._taken.take(tasks)
        for clip in others:
            try:
                material = self._looped(clip, STAGES_S)
            except MediaError as error:
                self._told(f"growth: {error.message}")
                continue
            tasks = [self._tasks.growth(material), *self._tasks.floor(material, None)[:1]]
            self._taken.take(tasks)
            Path(material.path).unlink(missing_ok=True)

    def _faces(self, stages: Material) -> None:
        photos = found([self._order.faces], PHOTOS) if self._order.faces else []
        sources = [str(p) for p in photos] or [stages.path]
        folder = str(self._runner.home / "pictures")
        try:
            parts, _ = self._runner.job(
                "prepared", sources=sources, rate_hz=self._order.rate_hz, folder=folder
            )
        except NotMeasured as error:
            self._told(f"faces: not measured: {error.message}")
            return
        of = "photos" if photos else f"consecutive pictures of {stages.name}"
        subject = f"{parts[0]['amount']} {of}"
        peer = str(self._order.peer_python) if self._order.peer_python else _own_python()
        home = str(self._runner.home / "peer")
        self._taken.take(self._tasks.faces(folder, subject, bool(photos), peer, home))

    def _looped(self, clip: Path, seconds: float) -> Material:
        suffix = clip.suffix.lower()
        suffix = suffix if suffix in JOINS else ".mkv"
        target = self._runner.home / f"{seconds:g}-{self._clips.index(clip)}{suffix}"
        try:
            parts, _ = self._runner.job(
                "looped", source=str(clip), target=str(target), seconds=seconds
            )
            if parts[0]["media_s"] < ENOUGH * seconds:
                raise NotMeasured(f"a copy ends at {parts[0]['media_s']:g} s")
        except NotMeasured as error:
            with suppress(OSError):
                target.unlink()
            raise MediaError(
                f"{clip.name} cannot be looped to {length(seconds)}: {error.message}",
                remedy="Name another clip with --media.",
            ) from error
        made = parts[0]
        return Material(clip.name, str(target), made["media_s"], made["amount"])


def _own_python() -> str | None:
    """Return this Python if DeepFace is installed in it."""
    import sys

    return sys.executable if find_spec("deepface") else None
