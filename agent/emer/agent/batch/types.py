"""What a run over many files is asked for, what it says on the way, and what it ends with."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field

from emer.agent.settings import Settings
from emer.graphs.report import Budget, Language
from emer.tools.readings import Frozen

Status = Literal["pending", "running", "written", "done", "partial", "failed"]
"""``written``: the results are on disk under hidden names and get their own next."""
Trouble = Literal[
    "media", "record", "changed", "timeout", "memory", "crash", "bug", "storage", "tool"
]
"""Why a file failed (``record``: a replay lacks a call); the last two are not the file's fault and
stop the run."""
Step = Literal["found", "started", "stage", "finished", "skipped", "notice", "ended"]

FINISHED: Final[frozenset[str]] = frozenset({"done", "partial"})
HOPELESS: Final[frozenset[str]] = frozenset({"media", "record"})
"""Trouble that the same files and options bring again."""
STOPPING: Final[frozenset[str]] = frozenset({"storage", "tool"})
MAX_ATTEMPTS: Final = 3
"""How often a file is tried that fails for a reason that may pass."""


class Options(Frozen):
    """What every file is asked; each as in :func:`emer.agent.analyze`."""

    question: str | None = None
    fps: float | None = None
    start_s: float | None = None
    end_s: float | None = None
    language: str | None = None
    output_language: Language | None = None
    budget: Budget | None = None
    llm: str | None = None
    cache: bool | None = None
    resume: bool = True
    record: str | None = None
    replay: str | None = None


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """One run over many files."""

    paths: Sequence[str | Path]
    """Files, folders and patterns such as ``clips/**/*.mp4``."""
    out: Path
    """Folder for the results; it mirrors the folders of the files."""
    formats: tuple[str, ...] = ("html", "json", "txt")
    options: Options = field(default_factory=Options)
    settings: Settings | None = None
    jobs: int | None = None
    """Files at a time; default: half the processor's cores."""
    recursive: bool = True
    fresh: bool = False
    """Do everything anew."""
    retry_failed: bool = False
    """Also try what cannot be expected to get better, and what was done with a loss."""
    limit: int | None = None
    """Do so many files at most."""
    max_failures: int | None = None
    """Stop after so many."""
    file_timeout_s: float | None = None
    memory_bytes: int | None = None
    """Address space of each worker process."""


class Summary(Frozen):
    """What the index tells of a report."""

    kind: str
    duration_s: float
    n_persons: int
    n_utterances: int
    n_disagreements: int
    labels: tuple[str, ...] = Field(default=(), description="longest shown first")
    abstained: bool = False
    sha256: str
    thumbnail: str = Field(default="", description="a JPEG as data URL; empty without picture")


class Written(Frozen):
    """A file of ours, as it was when we wrote it."""

    name: str = Field(description="below the folder of results, with slashes")
    size: int
    mtime_ns: int


class Record(Frozen):
    """What is known about one file."""

    shown: str = Field(description="its name for people, below what was asked for")
    place: str = Field(description="where its results are, with slashes, without endings")
    state: Status = "pending"
    attempts: int = 0
    quick: str = Field(default="", description="size and times of the file and its subtitles")
    content: str = Field(default="", description="hash of the file and its subtitles")
    identity: str = Field(default="", description="hash of options, engines and versions")
    summary: Summary | None = None
    outputs: dict[str, Written] = Field(default={}, description="by format")
    staged: dict[str, Written] = Field(default={}, description="written, not yet in place")
    replaces: bool = Field(default=False, description="what is staged is of a new analysis")
    becomes: Literal["done", "partial"] = Field(default="done", description="once it is in place")
    not_made: dict[str, str] = Field(default={}, description="why, by format")
    trouble: Trouble | None = None
    error: str = ""
    remedy: str = ""
    took_s: float = 0.0
    finished_at: str = ""


@dataclass(frozen=True, slots=True)
class BatchEvent:
    """Something that happened during a run."""

    step: Step
    shown: str = ""
    """The file's name for people; free of control characters."""
    n: int = 0
    """How many files were settled so far, this one included."""
    total: int = 0
    text: str = ""
    record: Record | None = None
    lane: int = 0
    """Which of the jobs."""
    result: "BatchResult | None" = None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """How a run ended."""

    records: tuple[Record, ...]
    """Of all files that were asked for, in their order."""
    n_new: int
    """How many were finished by this run, those that failed included."""
    index: Path
    """The page that lists every file."""
    stopped: str = ""
    """Why it stopped before the end; empty if it did not."""
    signal: int | None = None
    """The signal that stopped it."""
    looked_over: tuple[str, ...] = ()
    """What in the folders was left out, with counts."""
    problems: tuple[str, ...] = ()
    """What was asked for and could not be looked at."""

    def n(self, *states: Status) -> int:
        """Count the files in one of ``states``."""
        return sum(r.state in states for r in self.records)


Listener = Callable[[BatchEvent], None]


def asdict(options: Options) -> dict[str, Any]:
    """Return the options as JSON values."""
    return options.model_dump(mode="json")
