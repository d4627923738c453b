"""A batch's worker that does what the file says: quick, and able to crash, hang or fail."""

import ctypes
import hashlib
import time
from pathlib import Path

from emer.agent.batch.identity import Quick, content
from emer.agent.batch.task import HIDDEN, Task
from emer.tools.errors import MediaError, StorageError
from emer.tools.worker_child import serve


def handle(request):
    if "ready" in request:
        return
    task = Task.model_validate(request)
    path = Path(task.path)
    before = Quick()(path)
    yield {"stage": "faces", "status": "started", "share": None}
    formats = task.formats
    if task.unless and content(path) == task.unless:
        formats = task.formats_if_same
        if not formats:
            yield {"same": before}
            return
    word, _, rest = path.read_text().strip().partition(" ")
    if word == "slow":
        time.sleep(float(rest))
    if word == "crash":
        ctypes.string_at(0)
    if word == "memory":
        raise MemoryError
    if word == "bug":
        raise KeyError("oops")
    if word == "bad":
        raise MediaError("it is no media", remedy="Export it again.")
    if word == "full":
        raise StorageError("no space is left", remedy="Free some space.")
    if word == "changing":
        yield {"changed": True}
        return
    folder = Path(task.folder)
    folder.mkdir(parents=True, exist_ok=True)
    for form in formats:
        (folder / f"{HIDDEN}{task.name}.emer.{form}").write_text(
            f"{form} {word} {task.options.fps}"
        )
    summary = {
        "kind": "audio", "duration_s": 2.0, "n_persons": 1, "n_utterances": 1, "n_disagreements": 0,
        "labels": ["happy"], "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }  # fmt: skip
    yield {
        "done": {"summary": summary, "status": "partial" if word == "lossy" else "complete",
                 "notice": "Made by a machine.",
                 "made": {f: f"{HIDDEN}{task.name}.emer.{f}" for f in formats}, "not_made": {}},
        "quick": before, "content": content(path),
    }  # fmt: skip


if __name__ == "__main__":
    serve(handle)
