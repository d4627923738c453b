"""Take away what a pull brought, and nothing else: the hub's cache belongs to others too."""

import os
from contextlib import suppress
from pathlib import Path

from emer.tools.errors import StorageError
from emer.tools.models.entries import ModelEntry
from emer.tools.models.lock import Locked, read_lock, remember
from emer.tools.models.store import hub_cache


def remove(entry: ModelEntry, models_dir: Path) -> int:
    """Remove a model that was pulled, and forget it.

    Returns:
        How many bytes are free again.

    Raises:
        StorageError: A file or the lock file cannot be changed.
    """
    locked = read_lock(models_dir).get(entry.name)
    if locked is None:
        return 0
    freed = drop(entry, models_dir, locked)
    remember(models_dir, entry.name, None)
    return freed


def drop(entry: ModelEntry, models_dir: Path, locked: Locked, keep: Locked | None = None) -> int:
    """Remove the files that a pull had fetched; those of ``keep``, a newer one, stay."""
    if entry.repository is None:
        folder = models_dir / entry.folder
        names = [f for f in locked.fetched if keep is None or f not in keep.sha256]
    else:
        folder = hub_cache() / entry.folder / "snapshots" / locked.revision
        names = list(locked.fetched)
    freed = 0
    for name in names:
        path = folder / name
        # the name was written by us, into a file that others can change
        if ".." in Path(name).parts or Path(name).is_absolute():
            continue
        try:
            freed += _unlinked(path, None if entry.repository is None else folder.parent)
        except OSError as error:
            raise StorageError(
                f"{path} cannot be removed ({error.strerror or error})",
                remedy="Mend its permissions, or remove it yourself.",
            ) from error
    _empty_folders(folder, models_dir if entry.repository is None else folder.parents[1])
    return freed


def _unlinked(path: Path, snapshots: Path | None) -> int:
    """Remove a file, and the blob behind it unless another snapshot uses that; return its size."""
    if not os.path.lexists(path):
        return 0
    blob = path.resolve()
    size = blob.stat().st_size if blob.is_file() else 0
    path.unlink()
    if snapshots is None or blob == path:
        return size
    if any(p.is_symlink() and p.resolve() == blob for p in snapshots.rglob("*")):
        return 0
    if blob.parent.name == "blobs":
        blob.unlink(missing_ok=True)
    return size


def _empty_folders(folder: Path, root: Path) -> None:
    """Remove folders that are left empty, up to ``root``."""
    with suppress(OSError):
        for below, _, _ in os.walk(folder, topdown=False):
            with suppress(OSError):
                os.rmdir(below)
        for above in (folder, *folder.parents):
            if above == root:
                return
            os.rmdir(above)
