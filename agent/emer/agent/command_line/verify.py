"""``emer verify``: check a report against the evidence that it holds, trusting nobody."""

import json as json_module
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emer.agent.saying import OK, PARTIAL, USAGE, fail

if TYPE_CHECKING:
    from emer.graphs.report import Report
    from emer.graphs.verification.report import Objection

STDIN = Path("-")
_GIVE = "Give a report that `emer analyze FILE --json` has written."


def verify(
    report: Annotated[
        Path, typer.Argument(help="A JSON report; - reads it from stdin.", show_default=False)
    ],
    json: Annotated[bool, typer.Option("--json", help="The result as JSON, on stdout.")] = False,
) -> None:
    """Check every claim and label of a report against the evidence in it.

    Exit status: 0 all of it holds, 2 the file is no report, 3 something does not hold.
    """
    from emer.graphs.verification.report import objections

    read = read_report(report)
    found = objections(read)
    if json:
        typer.echo(json_module.dumps(_as_data(read, found), indent=2, ensure_ascii=False))
    else:
        _show(read, found)
    raise typer.Exit(PARTIAL if found else OK)


def read_report(path: Path) -> "Report":
    """Read a JSON report; ends the command if it is none."""
    from pydantic import ValidationError

    from emer.graphs.report import Report

    try:
        content = sys.stdin.buffer.read() if path == STDIN else path.read_bytes()
    except (OSError, ValueError) as error:  # a zero byte ends a name
        why = (getattr(error, "strerror", None) or str(error)).lower()
        fail(f"{path} cannot be read ({why}). {_GIVE}", status=USAGE)
    try:
        return Report.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        fail(f"{path} is no report of this version: {where}: {first['msg']}. {_GIVE}", status=USAGE)


def _as_data(report: "Report", found: "list[Objection]") -> dict[str, object]:
    return {
        "holds": not found,
        "n_claims": len(report.explanation.claims),
        "n_labels": len(report.labels),
        "objections": [o.model_dump() for o in found],
    }


def _show(report: "Report", found: "list[Objection]") -> None:
    from emer.tools.media.subtitles import clean

    n_claims, n_labels = len(report.explanation.claims), len(report.labels)
    if not found:
        typer.echo(f"All {n_claims} claim(s) and {n_labels} label(s) hold.")
        return
    typer.echo(f"{len(found)} objection(s) to {n_claims} claim(s) and {n_labels} label(s):")
    for objection in found:
        typer.echo(f"{clean(objection.about)}: {clean(objection.reason)}")
        if objection.text:
            typer.echo(f"    {clean(objection.text)}")
