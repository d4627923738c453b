"""Whether what is offered, or what lies here, is what was pinned by the table or at the first pull."""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from emer.tools.errors import PullError
from emer.tools.models.entries import ModelEntry, ModelFile
from emer.tools.models.lock import Locked

BLOCK_BYTES: Final = 1 << 22
_OTHER: Final = (
    "Do not use it before you know why; emer models pull {name} --update accepts a new revision of "
    "what the table does not pin."
)


def pins(entry: ModelEntry, file: ModelFile, locked: Locked | None) -> Iterator[tuple[str, str]]:
    """Yield who pinned the file, and to which digest."""
    if file.sha256 is not None:
        yield "the table of models", file.sha256
    if locked is not None and file.path in locked.sha256:
        yield "your first pull", locked.sha256[file.path]


def hold(entry: ModelEntry, file: ModelFile, locked: Locked | None, found: str) -> None:
    """Check a digest against every pin.

    Raises:
        PullError: It is another one.
    """
    for who, wanted in pins(entry, file, locked):
        if found != wanted:
            raise PullError(
                f"{file.path} of {entry.name} is not what {who} pinned "
                f"(SHA-256 {found[:12]}..., not {wanted[:12]}...)",
                remedy=_OTHER.format(name=entry.name),
            )


def hold_revision(entry: ModelEntry, locked: Locked | None, found: str) -> None:
    """Check a revision against every pin.

    Raises:
        PullError: It is another one.
    """
    first = None if locked is None else locked.revision
    for who, revision in (("the table of models", entry.revision), ("your first pull", first)):
        if revision is not None and revision != found:
            raise PullError(
                f"the hub offers {entry.name} at {found[:12]}, and {who} pinned {revision[:12]}",
                remedy=_OTHER.format(name=entry.name),
            )


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_content(path: Path, tag: str) -> bool:
    """Whether the file is what the hub's tag says: a SHA-256, or git's digest of small files.

    A tag of another kind says nothing, and counts as held.
    """
    if len(tag) == 64:
        return digest_of(path) == tag
    if len(tag) != 40:
        return True
    git = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            git.update(block)
    return git.hexdigest() == tag


def revision_of(digests: Mapping[str, str]) -> str:
    """Return a revision for files that come from no repository, from their digests."""
    joined = "|".join(f"{name}:{digest}" for name, digest in sorted(digests.items()))
    return f"sha256-{hashlib.sha256(joined.encode()).hexdigest()[:12]}"


def most_bytes(entry: ModelEntry) -> int:
    """Return how large the whole may be at most: the table tells sizes roughly."""
    known = sum(f.n_bytes or 0 for f in entry.files)
    return max(known, entry.size_mb * 2_000_000) + 16_000_000
