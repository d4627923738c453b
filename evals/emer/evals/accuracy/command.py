"""``emer eval``: how right it is."""

import json as json_format
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from emer.agent.command_line.options import Quiet
from emer.agent.saying import USAGE, fail, notice
from emer.evals.accuracy.subjects import SUBJECTS
from emer.evals.branches.command import branches
from emer.evals.faithfulness.command import faithfulness
from emer.evals.injection.command import injection

if TYPE_CHECKING:
    from emer.evals.tables import Table

app: Final = typer.Typer(help="Measure how right the specialists and explanations are.")


app.command("injection")(injection)
app.command("branches")(branches)
app.command("faithfulness")(faithfulness)


@app.callback()
def evaluate() -> None:
    """Measure how right the specialists and explanations are."""


@app.command("tools")
def tools(
    subjects: Annotated[
        list[str] | None,
        typer.Argument(help=f"Any of: {', '.join(SUBJECTS)}. [default: all]", show_default=False),
    ] = None,
    data: Annotated[
        Path, typer.Option(help="Folder of data sets.", exists=True, file_okay=False)
    ] = Path("data"),
    folds: Annotated[
        bool, typer.Option("--folds", help="Train anew for each fold; takes long, needs torch.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="Folder for one page and one JSON file per subject.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Measure the embedded specialists on data that they were not trained on.

    Every table states its regime: which data, what was kept apart, what was known.

    Exit status: 0 done, 1 failed, 2 wrong usage.
    """
    from emer.evals.accuracy.subjects import measure_of
    from emer.evals.tables import as_data, as_markdown
    from emer.tools.errors import EmerError

    wanted = subjects or list(SUBJECTS)
    unknown = [s for s in wanted if s not in SUBJECTS]
    if unknown:
        known = ", ".join(SUBJECTS)
        fail(f"There is nothing called {unknown[0]!r} to measure: give {known}.", status=USAGE)
    everything: list[Table] = []
    try:
        for subject in wanted:
            tables = measure_of(subject)(
                data, folds=folds, tell=lambda line: notice(f"eval: {line}", quiet=quiet)
            )
            everything += tables
            if out is not None:
                _write(out, subject, tables)
    except EmerError as error:
        fail(str(error))
    if out is None:
        text = json_format.dumps(as_data(everything), indent=1) if json else as_markdown(everything)
        typer.echo(text.rstrip("\n"))


def _write(out: Path, subject: str, tables: "list[Table]") -> None:
    from emer.agent.output import check_folder, whole
    from emer.evals.tables import as_data, as_markdown, from_data

    check_folder(out)
    title = f"# {SUBJECTS[subject][0].upper()}{SUBJECTS[subject][1:]}\n\n"
    made = f"Written by `emer eval tools {subject}`; do not edit by hand.\n\n"
    kept = as_data(tables)
    # the page is made of what is kept: rounding twice may show another digit
    tables = from_data(kept)
    data = json_format.dumps(kept, indent=1, ensure_ascii=False) + "\n"
    for name, text in {
        f"{subject}.md": title + made + as_markdown(tables),
        f"{subject}.json": data,
    }.items():
        with whole(out / name) as draft:
            draft.write_text(text, encoding="utf-8")
