"""The process that pulls one model: the only one of ours that goes online by itself.

Reads    ``{"entry", "models_dir", "cache", "update", "address"}``; the last is tried first
Returns  ``{"waiting": true}``, ``{"total", "done", "file"}`` in bytes, at last ``{"locked", "folder"}``
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emer.tools.models.network import reach
from emer.tools.worker_child import Message, serve

if TYPE_CHECKING:
    from emer.tools.models.entries import ModelEntry

EVERY_S: Final = 0.1
"""How often progress is told."""
WAIT_S: Final = 0.5


def handle(request: Message) -> Iterator[Message]:
    """Pull one model, telling how it goes."""
    reach(str(request["address"]))
    # after that: they take longer than to find out that there is no network
    from emer.tools.models import addresses, hub
    from emer.tools.models.entries import ModelEntry
    from emer.tools.models.fetching import make_room
    from emer.tools.models.lock import Locked, read_lock, remember
    from emer.tools.models.removing import drop

    entry = ModelEntry.model_validate(request["entry"])
    models_dir, cache = Path(request["models_dir"]), Path(request["cache"])
    old = read_lock(models_dir).get(entry.name)
    # a new revision is only asked for where the table pins none
    locked = None if request["update"] else old
    holder = models_dir if entry.repository is None else cache
    make_room(holder, 0)
    lock = _lock(holder, entry)
    yield from _alone(lock)
    try:
        parts = (
            addresses.pull(entry, models_dir, locked)
            if entry.repository is None
            else hub.pull(entry, cache, locked)
        )
        for told in _seldom(parts):
            if "locked" in told:
                new = Locked(**told["locked"])
                if old is not None and old.revision == new.revision:
                    new = replace(new, fetched=tuple({*old.fetched, *new.fetched}))
                elif old is not None:
                    drop(entry, models_dir, old, keep=new)
                remember(models_dir, entry.name, new)
            yield told
    finally:
        lock.release()


def _lock(holder: Path, entry: "ModelEntry") -> Any:  # noqa: ANN401 - a class that varies by system
    from filelock import FileLock

    from emer.tools.models.fetching import unwritable

    folder = holder / ".locks"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    return FileLock(folder / f"{entry.folder}.emer.lock")


def _alone(lock: Any) -> Iterator[Message]:  # noqa: ANN401 - see above
    """Wait until nobody else pulls this model."""
    from filelock import Timeout

    from emer.tools.models.fetching import unwritable

    while True:
        try:
            lock.acquire(timeout=WAIT_S)
            return
        except Timeout:
            yield {"waiting": True}
        except OSError as error:
            raise unwritable(Path(lock.lock_file), error) from error


def _seldom(parts: Iterator[Message]) -> Iterator[Message]:
    """Leave out progress that comes too fast, but never a new file or the end."""
    last_s, last_file = 0.0, ""
    for told in parts:
        file, now = str(told.get("file", "")), time.monotonic()
        if "locked" in told or file != last_file or now - last_s > EVERY_S:
            last_s, last_file = now, file
            yield told


if __name__ == "__main__":
    serve(handle)
