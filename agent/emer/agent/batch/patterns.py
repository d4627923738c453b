"""Patterns such as ``clips/*.mp4`` or ``**/*.wav``, for shells that do not expand them."""

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

_MAGIC: Final = re.compile(r"[*?\[]")


def is_pattern(text: str) -> bool:
    """Whether ``text`` could be a pattern; a file of that name goes before."""
    return bool(_MAGIC.search(text))


def split(pattern: str) -> tuple[Path, tuple[str, ...]]:
    """Return the folder to start from, and the parts that follow below it."""
    parts = Path(pattern).parts
    first = next(i for i, part in enumerate(parts) if _MAGIC.search(part))
    return Path(*parts[:first]), parts[first:]


def matches(parts: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether a path of ``parts`` fits: ``**`` stands for any number of folders."""
    # which beginnings of `wanted` fit so far: no pattern makes this slow
    reached = _past_stars({0}, wanted)
    for part in parts:
        following = set()
        for i in reached:
            if i == len(wanted):
                continue
            if wanted[i] == "**":
                following.add(i)
            elif fnmatchcase(part, wanted[i]):
                following.add(i + 1)
        reached = _past_stars(following, wanted)
    return len(wanted) in reached


def depth(wanted: tuple[str, ...]) -> int | None:
    """Return how many folders deep matches can lie, ``None`` if anywhere."""
    return None if "**" in wanted else len(wanted) - 1


def names_its_kind(wanted: tuple[str, ...]) -> bool:
    """Whether the pattern says which ending it wants, as ``*.dat`` does."""
    _, dot, ending = wanted[-1].rpartition(".")
    return bool(dot) and bool(ending) and not _MAGIC.search(ending)


def _past_stars(reached: set[int], wanted: tuple[str, ...]) -> set[int]:
    found = set(reached)
    for i in sorted(reached):
        at = i
        while at < len(wanted) and wanted[at] == "**":
            at += 1
            found.add(at)
    return found
