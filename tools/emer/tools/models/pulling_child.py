"""The process that pulls one model: the only one of ours that goes online by itself.

Reads    ``{"entry": ..., "models_dir": ..., "cache": ..., "update": ...}``
Returns  ``{"waiting": true}``, ``{"total", "done", "file"}`` in bytes, at last ``{"locked", "folder"}``
"""

import os
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from emer.tools.models.entries import ModelEntry
from emer.tools.models.fetching import make_room, no_connection, unwritable
from emer.tools.models.lock import Locked, read_lock, remember
from emer.tools.models.removing import drop
from emer.tools.worker_child import Message, serve

EVERY_S: Final = 0.1
"""How often progress is told."""
WAIT_S: Final = 0.5
CONNECT_S: Final = 10.0
HUB: Final = "https://huggingface.co"


def handle(request: Message) -> Iterator[Message]:
    """Pull one model, telling how it goes."""
    from emer.tools.models import addresses, hub

    entry = ModelEntry.model_validate(request["entry"])
    models_dir, cache = Path(request["models_dir"]), Path(request["cache"])
    old = read_lock(models_dir).get(entry.name)
    # a new revision is only asked for where the table pins none
    locked = None if request["update"] else old
    _reach(entry)
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


def _reach(entry: ModelEntry) -> None:
    """Fail at once where there is no network: libraries take seconds to find out."""
    url = entry.files[0].url if entry.repository is None else os.environ.get("HF_ENDPOINT") or HUB
    parts = urlsplit(str(url))
    host = parts.hostname or ""
    if getproxies().get(parts.scheme) and not proxy_bypass(host):
        return
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        socket.create_connection((host, port), timeout=CONNECT_S).close()
    except OSError as error:
        raise no_connection(host, error.strerror or str(error)) from None


def _lock(holder: Path, entry: ModelEntry) -> Any:  # noqa: ANN401 - a class that varies by system
    from filelock import FileLock

    folder = holder / ".locks"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from error
    return FileLock(folder / f"{entry.folder}.emer.lock")


def _alone(lock: Any) -> Iterator[Message]:  # noqa: ANN401 - see above
    """Wait until nobody else pulls this model."""
    from filelock import Timeout

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
