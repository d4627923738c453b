"""``emer eval faithfulness``: what is printed of what honest, careless and lying models write."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emer.agent.command_line.options import Quiet
from emer.agent.saying import FAILED, OK, fail, notice

if TYPE_CHECKING:
    from emer.evals.faithfulness.running import Result, Told


def faithfulness(
    media: Annotated[
        list[Path] | None,
        typer.Option(
            help="Clip; may be repeated. [default: the sample]", exists=True, dir_okay=False
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
    quiet: Quiet = False,
) -> None:
    """Have clips explained by an honest, a careless and a lying writer, and see what is printed.

    The writers are scripted chat models; everything else is what `emer analyze` does.

    Exit status: 0 every printed statement holds, 1 one does not.
    """
    import tempfile

    from emer.evals.bench.command import sample
    from emer.evals.faithfulness.running import measure
    from emer.tools.errors import EmerError

    def tell(told: "Told") -> None:
        said = f"{told.claims} claims printed, {told.unfounded} of them unfounded"
        notice(f"{told.clip}, {told.writer}: {said}", quiet=quiet)

    try:
        with tempfile.TemporaryDirectory(prefix="emer-faithfulness-") as folder:
            result = measure(media or [sample()], Path(folder), tell)
    except EmerError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("stopped before it was done", status=130)
    typer.echo(_as_json(result) if json else _as_text(result))
    raise typer.Exit(FAILED if any(t.unfounded for t in result.told) else OK)


def _as_json(result: "Result") -> str:
    import json

    return json.dumps(result.data(), indent=1, ensure_ascii=False)


def _as_text(result: "Result") -> str:
    from emer.evals.faithfulness.table import tables
    from emer.evals.tables import as_markdown

    return as_markdown(tables(result)).rstrip("\n")
