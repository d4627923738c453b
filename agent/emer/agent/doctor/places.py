"""The folders that analyses write to: are they there, writable, and how full?

Reads    the folders of caches and cases; a missing one is not made
Returns  ``Place`` values
Cost     milliseconds; the first look into a large cache takes as long as listing it
"""

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Final

from emer.agent.doctor.checkup import Place, Problem
from emer.agent.settings import Settings
from emer.agent.settings.config_file import one_line

MB: Final = 1_000_000
LITTLE_BYTES: Final = 500 * MB
"""An hour of clips leaves about 215 MB; below this a long analysis may fail."""


def places(settings: Settings, problems: list[Problem]) -> tuple[Place, ...]:
    """Describe the folders for the cache, the cases and working files."""
    described = (
        _place(
            "cache", settings.cache_dir, _cached(settings) if settings.cache else "switched off"
        ),
        _place("data", settings.data_dir, _cases(settings.data_dir / "memory")),
        _temporary(),
    )
    for place in described:
        if not place.writable:
            remedy = f"Mend its permissions, or choose another with {_variable(place.name)}."
            why = place.problem or "it cannot be written to"
            problems.append(
                Problem(about=f"{place.name} folder", problem=f"{place.path}: {why}", remedy=remedy)
            )
        elif place.free_bytes is not None and place.free_bytes < LITTLE_BYTES:
            said = f"only {place.free_bytes // MB} MB are free at {place.path}"
            remedy = f"Free some space, or choose another with {_variable(place.name)}."
            problems.append(Problem(about=f"{place.name} folder", problem=said, remedy=remedy))
    return described


def _variable(name: str) -> str:
    return {"cache": "EMER_CACHE_DIR", "data": "EMER_DATA_DIR"}.get(name, "TMPDIR")


def _temporary() -> Place:
    try:
        return _place("temporary", Path(tempfile.gettempdir()), "")
    except OSError as error:  # no usable folder at all
        return Place(
            name="temporary", path="", exists=False, writable=False, free_bytes=None,
            problem=one_line(error.strerror or error),
        )  # fmt: skip


def _place(name: str, folder: Path, holds: str) -> Place:
    problem = ""
    try:
        exists = folder.is_dir()
        there = next(p for p in (folder, *folder.absolute().parents) if os.path.lexists(p))
        if not there.is_dir():
            problem = f"{there} is no folder" if there == folder else f"{there} is in the way"
        free = shutil.disk_usage(there).free
        # a trial where the folder is there already; otherwise nothing is made
        writable = not problem and (_trial(folder) if exists else os.access(there, os.W_OK))
    except (OSError, StopIteration) as error:
        exists, free, writable = False, None, False
        problem = one_line(getattr(error, "strerror", None) or "it cannot be looked into")
    return Place(
        name=name, path=str(folder), exists=exists, writable=writable, free_bytes=free,
        holds=holds, problem=problem,
    )  # fmt: skip


def _trial(folder: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _cached(settings: Settings) -> str:
    try:
        if not settings.cache_dir.is_dir():
            return "nothing yet"
        from emer.memory.cache import open_cache

        findings, looks = open_cache(settings.cache_dir, max_bytes=settings.cache_mb * MB)
        with closing(findings):
            answers, clips, problem = findings.stats(), looks.stats(), findings.problem
    except Exception as error:  # told, whatever it is: people run this when something is broken
        return one_line(f"cannot be looked into ({type(error).__name__}: {error})", 200)
    if problem:
        return one_line(problem, 200)
    return (
        f"{answers.n_entries:,} answer(s) of tools and {clips.n_entries:,} decoded clip(s), "
        f"{(answers.n_bytes + clips.n_bytes) / MB:,.0f} of at most {settings.cache_mb:,} MB"
    )


def _cases(folder: Path) -> str:
    """Count the cases without opening the store for writing, which would make it."""
    file = folder / "cases.sqlite3"
    try:
        if not file.is_file():
            return "no cases of your own yet; the starter set comes with the package"
        query = "SELECT count(*), total(provenance != ?) FROM cases"
        from emer.memory.case import STARTER

        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=0.5)) as db:
            n, own = db.execute(query, (STARTER,)).fetchone()
    except Exception as error:
        return one_line(f"the cases cannot be read ({type(error).__name__}: {error})", 200)
    return f"{n:,} annotated case(s), {int(own):,} of them added here"
