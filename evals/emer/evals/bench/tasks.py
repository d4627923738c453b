"""Which measurements one run takes: each a process of its own, described before any is started."""

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from emer.evals.bench import peer_deepface
from emer.evals.bench.child import NotMeasured, Ran, Runner, answer_of
from emer.evals.bench.clock import Part
from emer.evals.bench.results import Group

Answered = tuple[list[Part], Ran]

QUESTION: Final = "When does somebody smile?"
STARTS: Final = {
    "python, nothing else": "pass",
    "import emer.agent": "import emer.agent",
    "from emer.agent import analyze": "from emer.agent import analyze",
}
COMMANDS: Final = {"emer --version": "--version", "emer --help": "--help"}
DOOR: Final = "from emer.agent.cli import main; main()"
"""What the console script does; called like this, it needs not be found."""
ENGINE_S: Final = 900.0
"""How long one engine may take with all its batches."""
ONCE_S: Final = 1800.0
"""Media from this length is measured once."""
MAX_SIDE: Final = "scale='min(1280,iw)':'min(1280,ih)':force_original_aspect_ratio=decrease"


@dataclass(frozen=True, slots=True)
class Material:
    """A clip as it is measured on: one file, looped to a length."""

    name: str
    path: str
    seconds: float
    height_px: int = 0

    @property
    def subject(self) -> str:
        """How rows name it; the file's name may be anything."""
        pictures = f", {self.height_px} lines" if self.height_px else ", sound only"
        return f"{self.name} looped to {length(self.seconds)}{pictures}"


@dataclass(frozen=True, slots=True)
class Task:
    """One measurement, repeated in fresh processes."""

    group: Group
    name: str
    run: Callable[[], Answered]
    subject: str = ""
    about: str = ""
    repeats: int = 1
    remedy: str = ""
    problem: str = ""
    """Why it cannot be taken at all; then it is not run."""
    media_s: float | None = None


class Tasks:
    """Makes tasks for one run.

    Args:
        runner: Starts processes.
        rate_hz: Sampled pictures per second.
        repeats: Of each measurement.
    """

    def __init__(self, runner: Runner, *, rate_hz: float, repeats: int) -> None:
        self._runner = runner
        self._rate_hz = rate_hz
        self._repeats = repeats
        self._n_folders = 0

    def very_first(self, short: str) -> Task:
        """The first analysis on a machine, which builds the index of similar cases."""
        name = "whole report of a 2 s clip, the very first"
        about = "inside `analyze()`, when the index of similar cases is not there yet"
        run = self._job("analysed", path=short, rate_hz=self._rate_hz, name=name)
        return Task("start-up", name, run, about=about)

    def start_up(self, short: str) -> list[Task]:
        """Starting, importing, and the first finding of a clip of two seconds."""
        tasks = [
            self._command(name, [sys.executable, "-P", "-c", DOOR, option], "process, to its end")
            for name, option in COMMANDS.items()
        ]
        tasks += [
            self._command(name, [sys.executable, "-P", "-c", code], "process, to its end")
            for name, code in STARTS.items()
        ]
        name = "first finding of a 2 s clip"
        about = "from the start of the process until one specialist has found something"
        job = self._job("first_finding", path=short, rate_hz=self._rate_hz, name=name)
        whole = "whole report of a 2 s clip"
        done = self._job("analysed", path=short, rate_hz=self._rate_hz, name=whole)
        return [
            *tasks,
            Task("start-up", name, job, about=about, repeats=self._repeats),
            Task(
                "start-up", whole, done, about="inside `analyze()`",
                repeats=self._repeats,
            ),
        ]  # fmt: skip

    def floor(self, material: Material, ffmpeg: str | None) -> list[Task]:
        """Decoding with others' programs to the same pictures and the same sound."""
        name = "PyAV alone"
        job = self._job("floor", path=material.path, rate_hz=self._rate_hz, name=name)
        about = "same pictures as RGB, same sound at 16 kHz, nobody looks at them"
        tasks = [self._task("floor", name, job, material, about)]
        name, about = "ffmpeg, the program", "same pictures and sound, whole process"
        if ffmpeg is None:
            return [*tasks, self._missing("floor", name, material, "Put ffmpeg on the PATH.")]
        pictures = ["-map", "0:v:0?", "-vf", f"fps={self._rate_hz:g},{MAX_SIDE},format=rgb24"]
        sound = ["-map", "0:a:0?", "-ac", "1", "-ar", "16000"]
        command = [ffmpeg, "-v", "error", "-nostdin", "-i", material.path]
        if material.height_px:
            command += [*pictures, "-f", "null", "-"]
        command += [*sound, "-f", "null", "-"]
        return [*tasks, self._task("floor", name, self._program(command, name), material, about)]

    def decoding(self, material: Material, watchers: Sequence[str]) -> list[Task]:
        """Probing and decoding, by what is decoded and who looks on."""
        tasks = [self._task("decoding", "probe", self._job("probed", path=material.path), material)]
        kinds = [("sound and pictures", True, True), ("pictures alone", False, True)]
        for name, sound, pictures in [*kinds, ("sound alone", True, False)]:
            job = self._job(
                "decoded", path=material.path, rate_hz=self._rate_hz, sound=sound,
                pictures=pictures, name=name,
            )  # fmt: skip
            if material.height_px or not pictures:
                tasks.append(self._task("decoding", name, job, material, "nobody looks on"))
        if not material.height_px:
            return tasks
        looking: list[tuple[str, list[str] | None]] = [("with all who look on", None)]
        looking += [(f"with {tool} alone", [tool]) for tool in watchers]
        for name, tools in looking:
            run = self._in_folder("taken_in", material, watchers=tools, name=name)
            tasks.append(self._task("decoding", name, run, material, "sound and pictures"))
        return tasks

    def analysis(self, material: Material) -> list[Task]:
        """The steps of one analysis, and each specialist alone."""
        steps = self._in_folder("steps", material)
        tools = self._in_folder("tools", material)
        return [
            self._task("step", "all steps", steps, material),
            self._task("tool", "all specialists", tools, material),
        ]

    def engines(self, material: Material, entries: Sequence[str]) -> list[Task]:
        """Every engine alone; those that run models of others with batches of several sizes."""
        runner = replace(self._runner, timeout_s=ENGINE_S)
        tasks = []
        for entry in entries:
            run = self._in_folder("engine", material, runner, entry=entry)
            tasks.append(self._task("engine", entry, run, material))
        return tasks

    def exports(self, material: Material, report: str, formats: Sequence[str]) -> list[Task]:
        """Each format of a finished report, and a second question, with the cache at hand."""
        tasks = [
            self._task("export", form, self._export(form, report, material), material)
            for form in formats
        ]
        name = "second question"
        job = self._job(
            "analysed", path=material.path, rate_hz=self._rate_hz, name=name, question=QUESTION,
            cache=True,
        )  # fmt: skip
        return [*tasks, self._task("export", name, job, material, f"“{QUESTION}”, from the cache")]

    def chat(self, material: Material) -> Task:
        """A conversation about a clip whose findings are in the cache."""
        job = self._job("talked", path=material.path, rate_hz=self._rate_hz)
        task = self._task("chat", "looking at the clip", job, material)
        return replace(task, media_s=None)  # an answer takes no longer for a longer clip to be told

    def growth(self, material: Material) -> Task:
        """One whole analysis; an hour is measured once."""
        name = length(material.seconds)
        job = self._job("analysed", path=material.path, rate_hz=self._rate_hz, name=name)
        task = self._task("growth", name, job, material, "inside `analyze()`, no cache")
        return task if material.seconds < ONCE_S else replace(task, repeats=1)

    def faces(
        self, folder: str, subject: str, still: bool, peer: str | None, home: str
    ) -> list[Task]:
        """Our face specialists and DeepFace on the same pictures."""
        ours = self._job("faces", folder=folder, rate_hz=self._rate_hz, still=still)
        about = "finding, following, action units, expression; pictures in memory"
        tasks = [Task("faces", "emer", ours, subject, about, self._repeats)]
        if peer is None:
            remedy = "Name a Python that has deepface and onnx with --peer-python."
            nothing = Task("faces", "DeepFace", _never, subject, remedy=remedy)
            return [*tasks, replace(nothing, problem="not installed")]
        wanted = json.dumps({"folder": folder, "home": home})
        command = [peer, str(Path(peer_deepface.__file__)), wanted]

        def run() -> Answered:
            ran = self._runner.command(command, DEEPFACE_LOG_LEVEL="40")
            return answer_of(ran.out), ran

        remedy = "Install deepface, onnx, onnxruntime and werkzeug in the Python of --peer-python."
        return [*tasks, Task("faces", "DeepFace", run, subject, "", self._repeats, remedy)]

    def _command(self, name: str, command: list[str], about: str) -> Task:
        run = self._program(command, name)
        return Task("start-up", name, run, about=about, repeats=self._repeats)

    def _program(self, command: list[str], name: str) -> Callable[[], Answered]:
        def run() -> Answered:
            ran = self._runner.command(command)
            return [{"name": name, "wall_s": ran.process_s, "whole": True}], ran

        return run

    def _job(self, job: str, **arguments: Any) -> Callable[[], Answered]:  # noqa: ANN401 - JSON
        return lambda: self._runner.job(job, **arguments)

    def _in_folder(
        self,
        job: str,
        material: Material,
        by: Runner | None = None,
        **more: Any,  # noqa: ANN401 - JSON
    ) -> Callable[[], Answered]:
        """Give each repeat a working folder of its own, as each run of the program has."""

        def run() -> Answered:
            self._n_folders += 1
            workspace = str(self._runner.home / f"work-{self._n_folders}")
            return (by or self._runner).job(
                job, path=material.path, rate_hz=self._rate_hz, workspace=workspace, **more
            )

        return run

    def _export(self, form: str, report: str, material: Material) -> Callable[[], Answered]:
        folder = str(self._runner.home / "exports")
        return self._job("exported", report=report, media=material.path, folder=folder, form=form)

    def _task(
        self, group: Group, name: str, run: Callable[[], Answered], on: Material, about: str = ""
    ) -> Task:
        repeats, media_s = self._repeats, on.seconds
        return Task(group, name, run, on.subject, about, repeats, media_s=media_s)

    def _missing(self, group: Group, name: str, on: Material, remedy: str) -> Task:
        return Task(group, name, _never, on.subject, remedy=remedy, problem="not installed")


def length(seconds: float) -> str:
    """Return a length for people: ``36 s``, ``10 min``, ``1 h``."""
    for unit, one in (("h", 3600.0), ("min", 60.0)):
        if seconds >= one * 0.98:
            return f"{round(seconds / one, 1):g} {unit}"
    return f"{seconds:.0f} s"


def _never() -> Answered:
    raise NotMeasured("it cannot be measured here")
