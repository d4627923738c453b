"""``emer cache``: what earlier analyses left for later ones, how much it is, and its removal."""

import json as json_module
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from emer.agent.saying import USAGE, fail, notice

if TYPE_CHECKING:
    from emer.memory.cache_stats import CacheStats
    from emer.memory.findings_cache import FindingsCache
    from emer.memory.look_store import LookStore

cache_app = typer.Typer(no_args_is_help=True, help="What earlier analyses left for later ones.")
MB: Final = 1_000_000
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")


class _Cache(NamedTuple):
    folder: Path
    findings: "FindingsCache"
    looks: "LookStore"


@cache_app.command()
def stats(
    json: Annotated[bool, typer.Option("--json", help="JSON on stdout.")] = False,
) -> None:
    """Say what is kept, where, and how much room it takes."""
    with _cache() as (folder, findings, looks):
        media = findings.media() | looks.media()
        parts = {"findings": findings.stats(), "looks": looks.stats()}
        problem = findings.problem
    if json:
        facts: dict[str, Any] = {"folder": str(folder), "n_media": len(media)}
        facts["n_bytes"] = sum(part.n_bytes for part in parts.values())
        facts["limit_bytes"] = sum(part.limit_bytes for part in parts.values())
        facts |= {name: _facts(part) for name, part in parts.items()}
        facts["problem"] = problem
        typer.echo(json_module.dumps(facts, indent=2))
        return
    typer.echo(f"{folder}: {len(media)} media file(s)")
    for part, name in zip(parts.values(), ("answers of tools", "decoded clips"), strict=True):
        room = f"{_mb(part.n_bytes)} of at most {_mb(part.limit_bytes)}"
        typer.echo(f"  {name:17} {part.n_entries:>9,}   {room:32} {_used(part)}".rstrip())
    if problem:
        notice(problem)


@cache_app.command()
def clear(
    files: Annotated[
        list[str] | None,
        typer.Argument(help="Media files, or their SHA-256 if they are gone. None: everything."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove what is kept: everything, or what belongs to some media files.

    Interrupted runs are forgotten in either case.
    """
    chosen = list(dict.fromkeys(_sha256_of(file) for file in files)) if files else [None]
    if not files and not yes:
        _ask()
    with _cache() as (folder, findings, looks):
        answers = [findings.clear(media) for media in chosen]
        clips = [looks.clear(media) for media in chosen]
        said = [x for x in (findings.problem, findings.note, looks.problem) if x]
        left = findings.media() | looks.media()
        runs = _forget_runs(folder)
    n_bytes = sum(part.n_bytes for part in (*answers, *clips))
    if runs:
        notice(f"removed {runs} interrupted run(s); they begin anew")
    notice(
        f"removed {sum(part.n_entries for part in answers):,} answer(s) and "
        f"{sum(part.n_entries for part in clips):,} decoded clip(s), {_mb(n_bytes)}"
    )
    for text in said:
        notice(text)
    if left and (None in chosen or left & set(chosen)):
        fail(f"some of it could not be removed. Check the permissions of {folder}.")


def _forget_runs(folder: Path) -> int:
    """Erase what interrupted runs had reached: it holds findings and words, of any file."""
    if not (folder / "runs").is_dir():
        return 0
    from emer.graphs.checkpoints import forget

    return forget(folder / "runs")


def _sha256_of(file: str) -> str:
    """Return the digest of a media file that is named, or the digest that is given for it."""
    import hashlib

    path = Path(file)
    try:
        if path.is_file():
            with path.open("rb") as handle:
                return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        fail(f"{file} cannot be read ({error.strerror or error})", status=USAGE)
    if _SHA256.fullmatch(file):
        return file.lower()
    problem = (
        f"{file} is a folder. Name media files."
        if path.is_dir()
        else (
            f"there is no file {file}. If it is gone, give its SHA-256, media.sha256 in its reports."
        )
    )
    return fail(problem, status=USAGE)


def _ask() -> None:
    if not _is_terminal():
        fail("this removes everything that is kept. Confirm with --yes.", status=USAGE)
    if not typer.confirm("Remove everything that earlier analyses left?", err=True):
        fail("nothing was removed")


def _is_terminal() -> bool:
    return sys.stdin.isatty()


def _facts(part: "CacheStats") -> dict[str, Any]:
    facts = part.model_dump(exclude={"oldest_use_s", "newest_use_s"})
    facts["oldest_use"] = _time(part.oldest_use_s)
    facts["newest_use"] = _time(part.newest_use_s)
    return facts


def _time(use_s: float | None) -> str | None:
    return None if use_s is None else datetime.fromtimestamp(use_s, UTC).isoformat("T", "seconds")


def _used(part: "CacheStats") -> str:
    if part.oldest_use_s is None or part.newest_use_s is None:
        return ""
    first, last = (
        datetime.fromtimestamp(s, UTC).astimezone().strftime("%Y-%m-%d %H:%M")
        for s in (part.oldest_use_s, part.newest_use_s)
    )
    return f"last used {first} to {last}"


def _mb(n_bytes: int) -> str:
    return f"{n_bytes / MB:,.1f} MB"


@contextmanager
def _cache() -> Iterator[_Cache]:
    from emer.agent.settings.command import settings_or_end
    from emer.memory.cache import open_cache

    settings = settings_or_end()
    findings, looks = open_cache(
        settings.cache_dir, max_bytes=settings.cache_mb * MB, max_age_days=settings.cache_days
    )
    try:
        yield _Cache(settings.cache_dir, findings, looks)
    finally:
        findings.close()
