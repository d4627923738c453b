"""The process that analyses one file after the other for a batch, and may be killed for it.

Reads    ``Task`` values
Returns  ``{"stage": ...}`` while it works, then ``{"done": ...}``, ``{"same": ...}`` or
         ``{"changed": true}``
Costs    2 s to start, once; models stay loaded from file to file

Results are written under hidden names. The parent gives them their own once it has noted that they
are complete, so that a kill at any moment leaves whole files of one analysis, or none.
"""

import queue
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emer.agent.batch.task import HIDDEN, Task
from emer.tools.errors import StorageError
from emer.tools.worker_child import Message, serve

if TYPE_CHECKING:
    from emer.agent.settings import Settings
    from emer.graphs.report import Report
    from emer.graphs.state import Event

EVERY_S: Final = 0.25
"""How often the parent is told of progress within a stage."""


def handle(request: Message) -> Iterator[Message]:
    """Analyse one file, telling how it goes; a request ``{"ready": true}`` asks for nothing."""
    if "ready" in request:
        return
    task = Task.model_validate(request)
    told: queue.SimpleQueue[Message | None] = queue.SimpleQueue()
    outcome: list[Message | BaseException] = []

    def work() -> None:
        try:
            outcome.append(_work(task, _teller(told.put)))
        except BaseException as error:
            outcome.append(error)
        told.put(None)

    # the graph reports from threads of its own; this one passes on what they say
    threading.Thread(target=work, name="emer-analysis", daemon=True).start()
    while (message := told.get()) is not None:
        yield message
    if isinstance(outcome[0], BaseException):
        raise outcome[0]
    yield outcome[0]


def _teller(say: Callable[[Message], None]) -> "Callable[[Event], None]":
    last: dict[str, float] = {}

    def tell(event: "Event") -> None:
        now = time.monotonic()
        if event.status == "progress" and now - last.get(event.stage, 0.0) < EVERY_S:
            return
        last[event.stage] = now
        share = event.done / event.total if event.total else None
        say({"stage": event.stage, "status": event.status, "share": share,
             "detail": event.detail if event.status == "progress" else ""})  # fmt: skip

    return tell


def _work(task: Task, tell: "Callable[[Event], None]") -> Message:
    from emer.agent.analysis import analyze
    from emer.agent.batch.identity import Quick, content
    from emer.agent.settings import Settings

    path = Path(task.path)
    before = Quick()(path)
    formats = task.formats
    if task.unless:
        with suppress(OSError):
            if content(path) == task.unless:
                formats = task.formats_if_same
                if not formats:
                    return {"same": before}
    settings = Settings(**task.settings)
    # the file itself says what is wrong with it, before anything is made for it
    with _called(path, task) as called:
        report = analyze(called, settings=settings, on_event=tell, **_options(task))
    try:
        known_as = content(path, report.media.sha256)
    except OSError:
        return {"changed": True}
    if Quick()(path) != before:
        return {"changed": True}
    return {"done": _write(report, path, task, formats, settings, tell), "quick": before,
            "content": known_as}  # fmt: skip


def _write(
    report: "Report", path: Path, task: Task, formats: tuple[str, ...], settings: "Settings",
    tell: "Callable[[Event], None]",
) -> Message:  # fmt: skip
    from emer.agent.batch.summaries import summary_of
    from emer.agent.exports.formats import write
    from emer.agent.exports.material import Material
    from emer.graphs.state import Event

    class Hidden(Material):
        @property
        def stem(self) -> str:
            return f"{HIDDEN}{super().stem}"

    made: dict[str, Path] = {}
    not_made: dict[str, str] = {}
    folder = Path(task.folder)
    material = Hidden(report, path, settings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tell(Event("write", "started"))
        for name in formats:
            written, problems = write(material, folder, [name], tell)
            if written:
                made[name] = written[0]
            if problems:
                not_made[name] = str(problems[0])
        summary = summary_of(report, material)
    except StorageError as error:  # people know the name without what hides it
        text = error.message.replace(HIDDEN, "")
        raise StorageError(text, remedy=error.remedy) from error
    except OSError as error:
        raise StorageError(
            f"results cannot be written to {folder} ({error.strerror or error})",
            remedy="Free some space or choose another --out folder.",
        ) from error
    finally:
        material.close()
    return {
        "summary": summary.model_dump(mode="json"),
        "status": report.run.status,
        "notice": report.run.notice,
        "made": {name: p.name for name, p in made.items()},
        "not_made": not_made,
    }


def _options(task: Task) -> dict[str, Any]:
    return {name: getattr(task.options, name) for name in type(task.options).model_fields}


@contextmanager
def _called(path: Path, task: Task) -> Iterator[Path]:
    """Give the file a name that reports can carry, if its own is none."""
    if path.name == task.name:
        yield path
        return
    from emer.tools.media.subtitles import sidecars

    home = Path(task.work)
    try:
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        link = home / task.name
        link.symlink_to(path)
        for beside in sidecars(path):
            ending = beside.name[len(path.stem) :]
            # an ending that is itself no name is left out: it tells no language
            with suppress(OSError, UnicodeError):
                ending.encode()
                (home / f"{link.stem}{ending}").symlink_to(beside)
    except OSError as error:
        raise StorageError(
            f"no working folder can be made ({error.strerror or error})",
            remedy="Free some space or choose another --out folder.",
        ) from error
    try:
        yield link
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _get_ready() -> None:
    from emer.agent.doors import own_process

    own_process()
    # where memory runs out, the system should end this process, not the one that holds the journal
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")
    from emer.agent import analysis

    assert analysis is not None


if __name__ == "__main__":
    serve(handle, _get_ready)
