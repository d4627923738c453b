"""Names from the file system, which may be anything, made fit for people and for our own files."""

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from emer.tools.shown import shown

MAX_NAME_BYTES: Final = 180
"""File systems allow 255; our endings and drafts need room."""
RESERVED: Final = frozenset({"index.html", "index.json", "index.csv", ".emer-batch"})


def safe(name: str) -> str:
    """Return a name for files of ours about ``name``: the same unless that could do harm.

    A changed one carries a part of a hash, so that different names stay different.
    """
    fits = len(os.fsencode(name)) <= MAX_NAME_BYTES and name not in RESERVED
    if fits and shown(name) == name:
        return name
    mark = hashlib.sha256(os.fsencode(name)).hexdigest()[:8]
    stem, ending = os.path.splitext(name)
    visible = re.sub(r"\\x[0-9a-f]{2}|\\u[0-9a-f]{4,8}", "_", shown(stem))
    short = visible.encode()[: MAX_NAME_BYTES - 40].decode(errors="ignore")
    return f"{short}~{mark}{ending if re.fullmatch(r'[.][A-Za-z0-9]{1,8}', ending) else ''}"


def natural(text: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts ``clip2`` before ``clip10``."""
    # digits of other scripts are letters here: not every one of them is a number to `int`
    parts = re.split(r"([0-9]{1,18})", text.casefold())
    return [(0, int(p), p) if p.isascii() and p.isdigit() else (1, 0, p) for p in parts if p]


def place_of(path: Path, top: Path) -> PurePosixPath:
    """Return where results about ``path`` go: where it lies below ``top``, in safe names."""
    return PurePosixPath(*(safe(part) for part in path.relative_to(top).parts))


def free_place(place: PurePosixPath, path: Path, taken: "set[str]") -> str:
    """Return ``place``, or if another file has it, one beside it that stays the same each time."""
    if str(place) not in taken:
        return str(place)
    mark = hashlib.sha256(os.fsencode(path.parent)).hexdigest()[:8]
    return str(place.parent / f"{safe(path.parent.name)}~{mark}" / place.name)


def top_of(bases: Sequence[Path]) -> Path:
    """Return the folder that all ``bases`` are in."""
    return Path(os.path.commonpath(bases))
