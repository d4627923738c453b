"""``emer analyze`` with many files: what it says, and its exit status."""

import json
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import typer

from emer.agent.saying import FAILED, OK, PARTIAL, USAGE, fail, notice

if TYPE_CHECKING:
    from emer.agent.batch.types import BatchEvent, BatchRequest

DEFAULT_OUT: Final = Path("emer-results")


def is_many(paths: Sequence[Path]) -> bool:
    """Whether ``paths`` mean more than one file: several, a folder, or a pattern."""
    import os

    from emer.agent.batch.patterns import is_pattern

    if len(paths) != 1:
        return True
    return os.path.isdir(paths[0]) or (is_pattern(str(paths[0])) and not os.path.lexists(paths[0]))


def analyze_many(
    paths: Sequence[Path],
    *,
    out: Path | None,
    formats: tuple[str, ...],
    as_json: bool,
    dry_run: bool,
    quiet: bool,
    options: dict[str, Any],
    **request: Any,  # noqa: ANN401 - of `BatchRequest`
) -> NoReturn:
    """Run a batch for the command line; ends the command.

    Args:
        paths: What was named.
        out: Folder of results, or the default one.
        formats: What to write.
        as_json: One report a line on stdout.
        dry_run: Only say what would be done.
        quiet: No progress, no notices.
        options: Those of ``emer.agent.analyze``.
        request: The rest of a ``BatchRequest``.
    """
    from emer.agent.batch.running import run_batch
    from emer.agent.batch.telling import summary_lines, telling
    from emer.agent.batch.types import BatchEvent, BatchRequest, Options
    from emer.agent.settings import SettingsError
    from emer.tools.errors import EmerError

    folder = out or DEFAULT_OUT
    if as_json and "json" not in formats:
        formats = (*formats, "json")
    asked = BatchRequest(
        paths=paths, out=folder, formats=formats, options=Options(**options), **request
    )
    try:
        if dry_run:
            _say_what_would_be_done(asked)
            raise typer.Exit(OK)
        if out is None:
            notice(f"results go to {folder}/ (--out chooses another folder)", quiet=quiet)
        with ExitStack() as stack:
            shown = None if quiet else telling()
            if shown is not None:
                stack.enter_context(shown)

            def listen(event: BatchEvent) -> None:
                if shown is not None:
                    shown(event)
                if as_json and event.record is not None:
                    _print_report(event, folder)

            result = run_batch(asked, listen)
    except SettingsError as error:
        fail(str(error), status=USAGE)
    except EmerError as error:
        fail(str(error))
    except BrokenPipeError:  # the reader of our output went away, e.g. `| head`
        sys.stderr.close()
        raise typer.Exit(OK) from None
    for line in summary_lines(result):
        # as with one file, what failed is said even to those who want no notices
        notice(line, quiet=quiet and not line.startswith(("failed", "stopped")))
    for problem in result.problems if quiet else ():
        notice(problem)
    if request.get("limit") and result.n("pending") and not result.stopped and not quiet:
        notice("--limit was reached; the same command goes on from here")
    if not as_json:
        typer.echo(str(result.index))
    if result.signal is not None:
        notice("stopped; the same command goes on from here")
        raise typer.Exit(128 + result.signal)
    n_good = result.n("done", "partial")
    if not n_good and (result.n("failed") or result.stopped):
        raise typer.Exit(FAILED)
    whole = n_good == result.n("done") and not result.n("failed") and not result.stopped
    raise typer.Exit(OK if whole and not result.problems else PARTIAL)


def _print_report(event: "BatchEvent", folder: Path) -> None:
    from emer.agent.batch.types import FINISHED

    record = event.record
    if event.step not in ("finished", "skipped") or record is None or record.state not in FINISHED:
        return
    kept = record.outputs.get("json")
    if kept is not None and (folder / kept.name).is_file():
        report = json.loads((folder / kept.name).read_text(encoding="utf-8"))
        sys.stdout.write(json.dumps(report, ensure_ascii=False, separators=(",", ":")) + "\n")
        sys.stdout.flush()


def _say_what_would_be_done(request: "BatchRequest") -> None:
    """Print a line for each file; nothing is written anywhere."""
    from emer.agent.batch.identity import Quick, identity_of
    from emer.agent.batch.journal import looked_into
    from emer.agent.batch.listing import default_jobs, records_of, search
    from emer.agent.batch.planning import decide
    from emer.agent.batch.telling import files
    from emer.agent.settings import Settings

    found = search(request)
    known = looked_into(request.out)
    places = {r.place for r in known.values()}
    identity = identity_of(request.options, request.settings or Settings())
    quick, n = Quick(), 0
    for item, record in records_of(found, known, places):
        todo = decide(record, quick(item.path), identity, request)
        would = not todo.is_settled and (request.limit is None or n < request.limit)
        n += would
        verb = "would analyse" if would else "would leave"
        why = todo.why if would or todo.is_settled else "beyond --limit"
        typer.echo(f"{verb} {record.shown}: {why}")
    for kind, count in found.left_out.items():
        notice(f"left out: {count} {kind}")
    for problem in found.problems:
        notice(problem)
    jobs = request.jobs or default_jobs()
    notice(f"{files(n)} of {len(found.items)} would be analysed, {jobs} at a time")
