"""Pull a model whose files lie at addresses of their own into ``models_dir/NAME``."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from emer.tools.errors import PullError
from emer.tools.models.entries import ModelEntry, ModelFile
from emer.tools.models.fetching import (
    AGAIN,
    Refused,
    Source,
    fetch,
    forget,
    make_room,
    size_of,
    unwritable,
)
from emer.tools.models.lock import Locked
from emer.tools.models.pins import digest_of, hold, most_bytes, pins, revision_of

Message = dict[str, Any]


def pull(entry: ModelEntry, models_dir: Path, locked: Locked | None) -> Iterator[Message]:
    """Pull ``entry``; yield progress, at last ``{"locked": ...}``.

    Args:
        entry: One without a repository.
        models_dir: Where its folder lies.
        locked: What it is held to beside the table; ``None``: nothing.
    """
    folder = models_dir / entry.folder
    total = sum(f.n_bytes or 0 for f in entry.files) or entry.size_mb * 1_000_000
    done = 0
    digests: dict[str, str] = {}
    fetched: list[str] = []
    make_room(folder, total)
    for file in entry.files:
        place = folder / file.path
        if not _is_here(place, entry, file, locked):
            make_room(place.parent, 0)
            part = place.with_name(f"{place.name}.emer-part")
            try:
                for n in fetch(_source(entry, file, locked), part):
                    yield {"total": max(total, done + n), "done": done + n, "file": file.path}
            except Refused as refused:
                raise _refused(entry, refused) from None
            try:
                digest = digest_of(part)
                hold(entry, file, locked, digest)
                part.replace(place)
            except PullError:
                forget(part)
                raise
            except OSError as error:
                raise unwritable(place, error) from error
            forget(part)
            fetched.append(file.path)
        digests[file.path] = digest_of(place)
        done += size_of(place)
    yield {
        "locked": {
            "revision": revision_of(digests), "sha256": digests, "fetched": fetched,
        },
        "folder": str(folder),
    }  # fmt: skip


def _is_here(place: Path, entry: ModelEntry, file: ModelFile, locked: Locked | None) -> bool:
    """Whether the file lies there and is what is pinned; what nobody pinned is fetched anew."""
    if not place.is_file():
        return False
    wanted = {digest for _, digest in pins(entry, file, locked)}
    return bool(wanted) and wanted == {digest_of(place)}


def _source(entry: ModelEntry, file: ModelFile, locked: Locked | None) -> Source:
    assert file.url is not None
    return Source(
        file.url, most_bytes=file.n_bytes or most_bytes(entry), n_bytes=file.n_bytes,
        content_known=any(True for _ in pins(entry, file, locked)),
    )  # fmt: skip


def _refused(entry: ModelEntry, refused: Refused) -> PullError:
    if refused.status in (401, 403, 404, 410):
        return PullError(
            f"{refused.host} does not give a file of {entry.name} ({refused.status})",
            remedy=f"It was moved or withdrawn; look for it at {entry.source}, and give its new "
            "address in a models.toml of your own.",
        )
    return PullError(
        f"{refused.host} answered {refused.status}", remedy=f"The fault is there. Later: {AGAIN}"
    )
