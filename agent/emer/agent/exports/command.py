"""``emer export``: hand a finished report on in other formats, without analysing again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emer.agent.command_line import completion
from emer.agent.command_line.options import Quiet
from emer.agent.saying import OK, PARTIAL, USAGE, fail, notice

if TYPE_CHECKING:
    from emer.agent.settings import Settings
    from emer.graphs.report import Report

FormatNames = Annotated[
    str | None,
    typer.Option(
        "--format",
        autocompletion=completion.formats,
        help="E.g. html,csv,eaf, or all. [default: html,json,txt]",
    ),
]


def export(
    file: Annotated[Path, typer.Argument(help="A report, as --json or --out wrote it.")],
    media: Annotated[
        Path | None,
        typer.Option(help="The clip it is about. [default: where it was analysed, if unchanged]"),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path(),
    formats: FormatNames = None,
    quiet: Quiet = False,
) -> None:
    """Write a report as a page, pictures, tables or annotation files.

    Exit status: 0 done, 1 failed, 2 wrong usage, 3 some format could not be made of this clip.
    """
    from emer.agent.command_line.verify import read_report
    from emer.agent.output import check_folder
    from emer.agent.settings.command import settings_or_end
    from emer.tools.errors import EmerError

    settings = settings_or_end()
    names = format_names(formats, settings)
    report = read_report(file)
    try:
        check_folder(out)
        beside = file.parent / Path(report.media.name).name
        found = media or (beside if beside.is_file() else None)
        complete = export_report(report, found, out, names, settings, quiet=quiet)
    except EmerError as error:
        fail(str(error))
    raise typer.Exit(OK if complete else PARTIAL)


def format_names(text: str | None, settings: "Settings") -> tuple[str, ...]:
    """Read ``--format``, or what is set for it; ends the command if it is wrong."""
    from emer.agent.exports.formats import chosen

    try:
        return chosen(text if text is not None else settings.formats)
    except ValueError as error:
        fail(str(error), status=USAGE)


def export_report(
    report: "Report",
    media: Path | None,
    out: Path,
    names: tuple[str, ...],
    settings: "Settings",
    *,
    quiet: bool,
) -> bool:
    """Write all formats, saying where; return whether each could be made."""
    from emer.agent.exports.formats import write
    from emer.agent.exports.material import opened

    with opened(report, media, settings) as material:
        written, problems = write(material, out, names)
    for path in written:
        notice(f"wrote {path}", quiet=quiet)
    for problem in problems:
        notice(str(problem))
    return not problems
