"""What a benchmark found: a versioned schema, free of names of machines, people and folders."""

import re
import statistics
from collections.abc import Sequence
from typing import Final, Literal

from pydantic import Field

from emer.tools.readings import Frozen

SCHEMA_VERSION: Final = "1.1"

Group = Literal[
    "start-up",
    "floor",
    "decoding",
    "step",
    "tool",
    "engine",
    "export",
    "chat",
    "growth",
    "faces",
]
GROUPS: Final[dict[Group, str]] = {
    "start-up": "Start-up",
    "floor": "The floor: decoding alone",
    "decoding": "Decoding, with those who look on meanwhile",
    "step": "Steps of one analysis",
    "tool": "Specialists, each alone",
    "engine": "Engines, each alone, and how large a batch helps",
    "export": "Exports, and a second question",
    "chat": "A conversation: the first words of an answer",
    "growth": "Growth with the length of the media",
    "faces": "Faces per second, beside DeepFace",
}
"""Groups of figures in the order of the page."""

_FOLDERS: Final = re.compile(
    r"(?<![\w:/.<])(?:[A-Za-z]:)?(?:[\\/]+[^\\/\s:'\"<>|]+)+[\\/]+(?=[^\\/\s])"
)


class Spread(Frozen):
    """Repeats of one measurement."""

    median: float = Field(ge=0)
    least: float = Field(ge=0)
    most: float = Field(ge=0)
    n: int = Field(ge=1)

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Sum up at least one value."""
        low, high = min(values), max(values)
        middle = min(max(statistics.median(values), low), high)
        return cls(median=round(middle, 6), least=round(low, 6), most=round(high, 6), n=len(values))


class Figure(Frozen):
    """One row: what was measured, or why it could not be."""

    group: Group
    name: str
    subject: str = Field(default="", description="what it was measured on")
    about: str = Field(default="", description="what exactly the clock saw")
    media_s: float | None = Field(default=None, description="seconds of media worked on")
    wall_s: Spread | None = Field(default=None, description="seconds on the clock")
    cpu_s: float | None = Field(
        default=None, ge=0, description="seconds of work of all cores together, median"
    )
    per_media_s: float | None = Field(
        default=None, ge=0, description="median wall seconds per second of media"
    )
    in_run_s: float | None = Field(
        default=None, ge=0, description="a specialist's wall seconds in a whole run, median"
    )
    peak_mb: float | None = Field(
        default=None, ge=0, description="MB (10^6 bytes) of all processes together, largest repeat"
    )
    amount: float | None = Field(default=None, description="how many of ``unit`` came of it")
    unit: str = ""
    per_s: float | None = Field(default=None, ge=0, description="``amount`` per wall second")
    model: str = Field(default="", description="what an engine ran; empty for other rows")
    model_mb: float | None = Field(default=None, ge=0, description="of its weights on the disk")
    own: bool = Field(default=False, description="the model is one that the user named by its path")
    stand_in: bool = Field(
        default=False,
        description="the model is far smaller than the one that the engine is made for: a real one "
        "takes longer and needs more",
    )
    device: str = Field(default="", description="where an engine ran: cpu, cuda:N, or a server")
    gpu_mb: float | None = Field(
        default=None, ge=0, description="MB that a GPU held more than before"
    )
    batch: int | None = Field(default=None, ge=1, description="items of the largest batch")
    problem: str = Field(default="", description="why there is no figure; else empty")
    remedy: str = ""


class Environment(Frozen):
    """Where it was measured."""

    measured_on: str = Field(description="date, ISO 8601, UTC")
    cpu: str
    cores: int = Field(ge=1, description="that this process may use")
    memory_gb: float = Field(ge=0)
    system: str
    python: str
    versions: dict[str, str] = Field(description="by distribution; ffmpeg: the libraries of av")
    threads: dict[str, str] = Field(default={}, description="thread limits that were set")
    load: float | None = Field(default=None, description="load average of the last minute")
    busy: bool = Field(default=False, description="others were using the machine at the start")


class Benchmark(Frozen):
    """Everything that one run of ``emer bench`` found."""

    schema_version: str = SCHEMA_VERSION
    command: str = Field(description="how to do it again, without folders")
    complete: bool = Field(default=True, description="false: it was stopped before it was done")
    rate_hz: float = Field(gt=0, description="sampled pictures per second")
    repeats: int = Field(ge=1)
    seconds: float = Field(ge=0, description="how long all of it took")
    memory_method: str
    environment: Environment
    figures: tuple[Figure, ...]

    def find(self, group: Group, name: str, subject: str | None = None) -> Figure | None:
        """Return the first figure of that name which was measured."""
        for figure in self.figures:
            same = figure.group == group and figure.name == name
            if same and figure.wall_s and subject in {None, figure.subject}:
                return figure
        return None


def without_folders(text: str) -> str:
    """Return ``text`` in one line, with the folders of every path in it left out."""
    return _FOLDERS.sub("", " ".join(text.split()))
