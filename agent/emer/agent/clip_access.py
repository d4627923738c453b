"""Which files tools may read: by id, or by a path inside folders that the user has named.

Reads    a name from a caller who may have been talked into it by a clip
Returns  an open file, what it is and a stable id; refuses everything else with the reason
Cost     one read of the file for its id, once (about 1 s per GB)

A name is walked part by part below its root, each part opened without following links, and the file
is looked at only after it has been opened: nothing can be put in its place in between. Whoever reads
the path later compares the content's hash, see ``held_reports``.
"""

import errno
import hashlib
import os
import re
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from emer.agent.batch.inputs import MEDIA_SUFFIXES
from emer.agent.clip_names import objection_to
from emer.tools.errors import EmerError
from emer.tools.media.subtitles import content_of, sidecar_names
from emer.tools.shown import shown

ID: Final = re.compile(r"c[0-9a-f]{12}")
"""Ids of clips: the beginning of a hash of their content."""
MAX_LISTED: Final = 500
MAX_DEPTH: Final = 12
_BLOCK: Final = 1 << 22
_GIVE: Final = "Give a clip id, or the path of a file inside the folders that are open to tools."


class ClipRefused(EmerError):  # noqa: N818 - reads as what happened
    """A file that tools may not read, or that is not there."""


@dataclass(frozen=True, slots=True)
class ClipFile:
    """A file that may be read."""

    id: str
    path: Path
    """Where it is, absolute."""
    name: str
    """As people know it: relative to its root."""
    sha256: str
    beside: tuple[tuple[str, str], ...] = ()
    """Subtitle files that are read with it: name, and SHA-256 of what is read of it."""


class _Known(NamedTuple):
    status: tuple[int, int, int, int]
    sha256: str


class ClipAccess:
    """Reads of files below some folders; safe to use from several threads.

    Args:
        roots: Folders whose files, at any depth, may be read.

    Raises:
        ClipRefused: One of them is no folder, or there is none.
    """

    def __init__(self, roots: Sequence[str | Path]) -> None:
        if isinstance(roots, str | bytes | os.PathLike) or not roots:
            raise ClipRefused(
                "no folder is open to tools",
                remedy="Name at least one, as a list: roots=['clips'].",
            )
        self.roots: tuple[Path, ...] = tuple(_root(r) for r in roots)
        # a root may be named by a link of the user's own
        named = zip(roots, self.roots, strict=True)
        self._named = [(r, r) for r in self.roots]
        self._named += [(Path(given).expanduser().absolute(), root) for given, root in named]
        self._lock = threading.Lock()
        self._places: dict[str, tuple[Path, str]] = {}
        """Root and name of every clip that has an id."""
        self._hashes: dict[Path, _Known] = {}

    def find(self, reference: str, beat: Callable[[], None] | None = None) -> ClipFile:
        """Return the clip that an id or a path means.

        Args:
            reference: The id or the path.
            beat: Called while a file is read for its id; what it raises ends that.

        Raises:
            ClipRefused: It means none that may be read.
        """
        beat = beat or _go_on
        if ID.fullmatch(reference):
            return self._by_id(reference, beat)
        for root, name in self._candidates(reference):
            try:
                return self._take(root, name, beat)
            except FileNotFoundError:
                continue
        raise ClipRefused(f"there is no file {shown(reference)!r} in the folders", remedy=_GIVE)

    def clips(self) -> tuple[list[str], int]:
        """Return the names of media files below the roots, and how many were left out."""
        found: list[str] = []
        left_out = 0
        for root in self.roots:
            for name, fit in _walk(root):
                if fit and len(found) < MAX_LISTED:
                    found.append(name)
                else:
                    left_out += 1
        return found, left_out

    def _by_id(self, reference: str, beat: Callable[[], None]) -> ClipFile:
        place = self._places.get(reference)
        if place is None:
            raise ClipRefused(
                f"no clip {reference} has been opened", remedy="Give its path once; ids follow."
            )
        try:
            clip = self._take(*place, beat)
        except FileNotFoundError:
            clip = None
        if clip is None or clip.id != reference:
            raise ClipRefused(
                f"the file of clip {reference} is gone or has changed",
                remedy="Give its path again.",
            )
        return clip

    def _candidates(self, reference: str) -> Iterator[tuple[Path, str]]:
        """Yield where a path may lie: each root with a name below it.

        Raises:
            ClipRefused: It is no name that could lie below a root.
        """
        _check(reference)
        path = Path(reference)
        if not path.is_absolute():
            yield from ((root, reference) for root in self.roots)
            return
        for named, root in self._named:
            if path.is_relative_to(named) and path != named:
                yield root, str(path.relative_to(named))
                return
        raise ClipRefused(
            f"{shown(reference)!r} lies outside of the folders that are open to tools", remedy=_GIVE
        )

    def _take(self, root: Path, name: str, beat: Callable[[], None]) -> ClipFile:
        name = "/".join(p for p in name.split("/") if p)  # one file has one name
        with _opened(root, name) as (folder, handle):
            status = os.fstat(handle)
            same = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
            path = root / name
            known = self._hashes.get(path)
            if known is None or known.status != same:
                known = _Known(same, _sha256(handle, beat))
            beside = _beside(folder, path.name)
        clip = ClipFile(
            id=f"c{known.sha256[:12]}", path=path, name=name, sha256=known.sha256, beside=beside
        )
        with self._lock:
            self._hashes[path] = known
            self._places[clip.id] = (root, name)
        return clip


def _go_on() -> None:
    """Let the reading of a file go on."""


def _sha256(handle: int, beat: Callable[[], None]) -> str:
    digest = hashlib.sha256()
    place = 0
    while block := os.pread(handle, _BLOCK, place):
        beat()
        digest.update(block)
        place += len(block)
    return digest.hexdigest()


def _root(folder: str | Path) -> Path:
    try:
        path = Path(folder).expanduser().resolve(strict=True)
    except (OSError, ValueError, RuntimeError):
        path = None
    if path is None or not path.is_dir():
        raise ClipRefused(
            f"{shown(folder)!r} is no folder", remedy="Open a folder that exists to tools."
        )
    return path


def _check(name: str) -> None:
    """Refuse what is no plain name of a file, before the disk is asked.

    Raises:
        ClipRefused: With the reason.
    """
    why = objection_to(name)
    if why:
        raise ClipRefused(f"{shown(name[:100])!r} is refused: {why}", remedy=_GIVE)


@contextmanager
def _opened(root: Path, name: str) -> Iterator[tuple[int, int]]:
    """Open a regular file below ``root``, and its folder, without following any link.

    Both are closed afterwards.

    Raises:
        FileNotFoundError: It is not there.
        ClipRefused: It is no regular file, or cannot be read.
    """
    handles: list[int] = []
    *folders, last = [p for p in name.split("/") if p]
    try:
        here = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        handles.append(here)
        for folder in folders:
            how = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            here = os.open(folder, how, dir_fd=here)
            handles.append(here)
        # a pipe without a writer would wait for one
        how = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        handle = os.open(last, how, dir_fd=here)
        handles.append(handle)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ClipRefused(f"{shown(name)!r} is refused: it is no regular file", remedy=_GIVE)
        yield here, handle
    except FileNotFoundError:
        raise
    except OSError as error:
        raise ClipRefused(f"{shown(name)!r} is refused: {_why(error)}", remedy=_GIVE) from error
    finally:
        for handle in reversed(handles):
            os.close(handle)


def _beside(folder: int, name: str) -> tuple[tuple[str, str], ...]:
    """Return the subtitle files beside a clip, which are read with it.

    Args:
        folder: Handle of the folder of both.
        name: Of the clip.

    Raises:
        ClipRefused: One of them is a link: it could lead anywhere.
    """
    found = []
    for one in sidecar_names(name, os.listdir(folder)):
        try:
            kind = os.stat(one, dir_fd=folder, follow_symlinks=False).st_mode
            if stat.S_ISREG(kind):
                found.append((one, hashlib.sha256(content_of(one, folder)).hexdigest()))
        except FileNotFoundError:  # removed just now
            continue
        except PermissionError:  # who reads the clip cannot read it either
            continue
        if stat.S_ISLNK(kind):
            raise ClipRefused(
                f"{shown(name)!r} is refused: the subtitles beside it, {shown(one)!r}, are "
                "a link, and links are not followed",
                remedy="Put the file itself there, or move the link away.",
            )
    return tuple(found)


def _why(error: OSError) -> str:
    if error.errno in {errno.ELOOP, errno.EMLINK}:
        return "it is a link, and links are not followed"
    if error.errno == errno.ENOTDIR:
        return "a part of it is a link or no folder"
    if error.errno == errno.ENXIO:
        return "it is no regular file"
    return (error.strerror or "it cannot be opened").lower()


def _walk(root: Path) -> Iterator[tuple[str, bool]]:
    """Yield every media file below ``root``, and whether its name may be given to tools."""
    for folder, folders, files in os.walk(root, followlinks=False):
        depth = len(Path(folder).relative_to(root).parts)
        folders[:] = (
            sorted(f for f in folders if not f.startswith(".")) if depth < MAX_DEPTH else []
        )
        for file in sorted(files):
            path = Path(folder, file)
            if path.suffix.lower() not in MEDIA_SUFFIXES or path.is_symlink():
                continue
            name = str(path.relative_to(root))
            yield name, objection_to(name) is None
