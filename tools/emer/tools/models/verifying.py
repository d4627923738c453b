"""Hash a model's files again and hold them against the table and the first pull.

Costs    about a second per GB
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from emer.tools.models.entries import ModelEntry
from emer.tools.models.lock import read_lock
from emer.tools.models.pins import digest_of, pins
from emer.tools.models.store import installed

Verdict = Literal["matches", "differs", "missing", "not_pinned"]
"""``not_pinned``: nobody noted a digest, as it was not pulled by us."""


@dataclass(frozen=True, slots=True)
class Verified:
    """One file."""

    path: str
    verdict: Verdict
    why: str = ""


def verify(entry: ModelEntry, models_dir: Path | None) -> Iterator[Verified]:
    """Yield a verdict per file of a model; nothing if it was never here.

    Args:
        entry: Of the table of models.
        models_dir: Where the lock file lies.
    """
    locked = read_lock(models_dir).get(entry.name)
    found = installed(entry, models_dir)
    if found is None:
        if locked is not None:
            told = "it was pulled and is gone, wholly or in part"
            yield from (Verified(f.path, "missing", told) for f in entry.files)
        return
    if locked is not None and locked.revision != found.revision:
        locked = None  # what lies here is another revision than the one that was pulled
    for file in entry.files:
        try:
            digest = digest_of(found.folder / file.path)
        except OSError as error:
            yield Verified(file.path, "missing", error.strerror or str(error))
            continue
        held = list(pins(entry, file, locked))
        other = [who for who, wanted in held if wanted != digest]
        if other:
            yield Verified(file.path, "differs", f"it is not what {' and '.join(other)} pinned")
        elif held:
            yield Verified(file.path, "matches", f"as {' and '.join(w for w, _ in held)} pinned")
        else:
            yield Verified(file.path, "not_pinned", "it was not pulled by emer")
