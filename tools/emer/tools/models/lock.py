"""The lock file: revision and digests of every model as it was first pulled.

Reads    ``models_dir/lock.json``
Returns  ``Locked`` by name of the model
Raises   ``StorageError`` where it cannot be written; what cannot be read counts as empty
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from emer.tools.errors import StorageError

LOCK: Final = "lock.json"
BUSY_S: Final = 20.0
"""How long another process may take to write the file."""


@dataclass(frozen=True, slots=True)
class Locked:
    """What the lock file says of one model."""

    revision: str
    sha256: Mapping[str, str] = field(default_factory=dict)
    """By file."""
    fetched: tuple[str, ...] = ()
    """Those files that were not on the disk before; only they are ours to remove."""


def read_lock(models_dir: Path | None) -> dict[str, Locked]:
    """Return what was pulled, by name; empty where nothing can be read."""
    if models_dir is None:
        return {}
    try:
        told: Any = json.loads((models_dir / LOCK).read_text(encoding="utf-8"))
        return {
            str(name): Locked(
                str(e["revision"]),
                {str(k): str(v) for k, v in e["sha256"].items()},
                tuple(str(f) for f in e.get("fetched", ())),
            )
            for name, e in told["models"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def write_lock(models_dir: Path, locked: Mapping[str, Locked]) -> None:
    """Replace the lock file, wholly or not at all.

    Raises:
        StorageError: It cannot be written.
    """
    told = {
        "schema_version": "1.0",
        "models": {
            name: {
                "revision": e.revision,
                "sha256": dict(sorted(e.sha256.items())),
                "fetched": sorted(e.fetched),
            }
            for name, e in sorted(locked.items())
        },
    }
    draft = models_dir / f".{LOCK}.{os.getpid()}"
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        draft.replace(models_dir / LOCK)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise _unwritable(models_dir, error.strerror or str(error)) from error


def remember(models_dir: Path, name: str, locked: Locked | None) -> None:
    """Write one model's entry, or erase it (``None``), beside others that may do the same.

    Raises:
        StorageError: The file cannot be written.
    """
    from filelock import FileLock, Timeout

    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(models_dir / f".{LOCK}.lock", timeout=BUSY_S):
            told = read_lock(models_dir)
            if locked is None:
                told.pop(name, None)
            else:
                told[name] = locked
            write_lock(models_dir, told)
    except Timeout as error:
        raise _unwritable(models_dir, "another process holds it") from error
    except OSError as error:
        raise _unwritable(models_dir, error.strerror or str(error)) from error


def _unwritable(models_dir: Path, why: str) -> StorageError:
    return StorageError(
        f"{models_dir / LOCK} cannot be written ({why})",
        remedy="Free some space, or set EMER_MODELS_DIR to a folder that can be written.",
    )
