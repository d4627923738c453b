"""Find the files that are meant by paths, folders and patterns.

Reads    folders, never the files in them
Returns  ``Found``: regular files in natural order, each once, and what was left out and why
Costs    one look at each folder and file name; loops of links are walked once
"""

import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from emer.agent.batch import patterns
from emer.agent.batch.names import natural
from emer.agent.exports.formats import FORMATS
from emer.tools.media.subtitles import SIDECAR_SUFFIXES
from emer.tools.shown import shown

HOME: Final = ".emer-batch"
"""Folder in the results that holds the journal; whoever has one is never searched."""
MEDIA_SUFFIXES: Final = frozenset(
    [
        ".mp4",
        ".m4v",
        ".mov",
        ".mkv",
        ".webm",
        ".avi",
        ".mpg",
        ".mpeg",
        ".mpe",
        ".mts",
        ".m2ts",
        ".vob",
        ".wmv",
        ".asf",
        ".flv",
        ".f4v",
        ".3gp",
        ".3g2",
        ".ogv",
        ".mxf",
        ".wav",
        ".mp3",
        ".m4a",
        ".m4b",
        ".aac",
        ".flac",
        ".ogg",
        ".oga",
        ".opus",
        ".wma",
        ".aif",
        ".aiff",
        ".aifc",
        ".amr",
        ".caf",
        ".au",
        ".ac3",
        ".mka",
        ".jpg",
        ".jpeg",
        ".png",
        ".webp",
        ".bmp",
        ".tif",
        ".tiff",
    ]
)
"""What is taken for media in a folder; files that are named are tried whatever they are called.

Without ``.ts``, which is more often a program than a film.
"""
_OURS: Final = tuple(f.suffix for f in FORMATS.values())


@dataclass(frozen=True, slots=True)
class Item:
    """One file to analyse."""

    path: Path
    """Absolute, as it was found: subtitles lie beside it, even if it is a link."""
    source: bytes
    """Its real path, which identifies it."""
    base: Path
    """The folder that it was looked for in; absolute."""


@dataclass(slots=True)
class Found:
    """What there is to analyse."""

    items: list[Item] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    """How many files of which kind are not media or not ours to take; for people."""
    problems: list[str] = field(default_factory=list)
    """What was asked for and could not be looked at; for people."""
    bases: set[Path] = field(default_factory=set)


def find(paths: Sequence[str | Path], *, out: Path | None = None, recursive: bool = True) -> Found:
    """Find what ``paths`` mean.

    Args:
        paths: Files, folders, patterns. A file that is named is returned even if it is missing
            or no media: its failure is the answer about it.
        out: The folder of results, which is not searched.
        recursive: Whether folders in folders are searched.
    """
    search = _Search(out)
    for given in paths:
        text = os.fspath(given)
        path = Path(text)
        if os.path.isdir(path):  # a path that cannot be is no folder
            search.folder(path, None if recursive else 0)
        elif not os.path.lexists(path) and patterns.is_pattern(text):
            search.pattern(text)
        else:
            search.named(path)
    return search.result()


class _Search:
    def __init__(self, out: Path | None) -> None:
        self._out = None if out is None else os.path.realpath(out)
        self._found = Found()
        self._items: dict[bytes, Item] = {}
        self._subtitles: list[Path] = []

    def result(self) -> Found:
        stems = {(item.path.parent, item.path.stem) for item in self._items.values()}
        for path in self._subtitles:
            if any((path.parent, stem) in stems for stem in _stems(path)):
                self._found.left_out["subtitles, read beside their clip"] += 1
            else:
                self._add(path, path.parent)
        self._found.items = sorted(self._items.values(), key=lambda i: natural(str(i.path)))
        self._found.bases = {item.base for item in self._found.items}
        return self._found

    def named(self, path: Path) -> None:
        path = _absolute(path)
        if path.suffix.lower() in SIDECAR_SUFFIXES and path.is_file():
            self._subtitles.append(path)
        else:
            self._add(path, path.parent)

    def folder(self, folder: Path, levels: int | None) -> None:
        folder = _absolute(folder)
        for path in sorted(self._walk(folder, levels), key=lambda p: natural(str(p))):
            if path.suffix.lower() in MEDIA_SUFFIXES:
                self._add(path, folder)
            elif path.suffix.lower() in SIDECAR_SUFFIXES:
                self._found.left_out["subtitles, read beside their clip"] += 1
            else:
                self._found.left_out["not media by their endings"] += 1

    def pattern(self, pattern: str) -> None:
        start, wanted = patterns.split(pattern)
        base = _absolute(start)
        anything = patterns.names_its_kind(wanted)
        n = 0
        for path in sorted(self._walk(base, patterns.depth(wanted)), key=lambda p: natural(str(p))):
            if not patterns.matches(path.relative_to(base).parts, wanted):
                continue
            if anything or path.suffix.lower() in MEDIA_SUFFIXES:
                self._add(path, base)
                n += 1
        if not n:
            self._found.problems.append(f"nothing matches {shown(pattern)}")

    def _add(self, path: Path, base: Path) -> None:
        source = os.fsencode(os.path.realpath(path))
        if source in self._items:
            self._found.left_out["the same as another"] += 1
        else:
            self._items[source] = Item(path, source, base)

    def _walk(self, folder: Path, levels: int | None) -> Iterator[Path]:
        """Yield the regular files below ``folder``."""
        seen: set[tuple[int, int]] = set()
        waiting: list[tuple[Path, int]] = [(folder, 0)]
        while waiting:
            here, level = waiting.pop()
            try:
                status = os.stat(here)
                if (status.st_dev, status.st_ino) in seen or self._is_ours(here):
                    continue
                seen.add((status.st_dev, status.st_ino))
                with os.scandir(here) as entries:
                    listed = list(entries)
            except OSError as error:
                reason = error.strerror or str(error)
                # as it was named: the index, which others may read, tells no more
                name = shown(here.relative_to(folder.parent))
                self._found.problems.append(f"the folder {name} cannot be read ({reason})")
                continue
            for entry in listed:
                if entry.name.startswith("."):
                    self._found.left_out["hidden"] += entry.name != HOME
                elif _is_folder(entry):
                    if levels is None or level < levels:
                        waiting.append((Path(entry.path), level + 1))
                elif self._is_wanted(entry):
                    yield Path(entry.path)

    def _is_ours(self, folder: Path) -> bool:
        return os.path.realpath(folder) == self._out or (folder / HOME).is_dir()

    def _is_wanted(self, entry: "os.DirEntry[str]") -> bool:
        kind = ""
        try:
            if entry.name.endswith(_OURS):
                kind = "results of earlier runs"
            elif not stat.S_ISREG(entry.stat().st_mode):
                kind = "pipes, sockets or devices"
        except OSError:
            kind = "broken links"
        self._found.left_out.update([kind] if kind else [])
        return not kind


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _absolute(path: Path) -> Path:
    """Return ``path`` from the root, links kept."""
    return Path(os.path.abspath(path))


def _stems(subtitles: Path) -> Iterator[str]:
    """Yield the names of clips that subtitles may be for: of ``a.en.srt``, ``a.en`` and ``a``."""
    stem = subtitles.stem
    while stem:
        yield stem
        stem, dot, _ = stem.rpartition(".")
        if not dot:
            return
