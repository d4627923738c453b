"""``emer eval injection``: hidden instructions by the hundred, and what a model that obeys can do."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emer.agent.command_line.options import Quiet
from emer.agent.saying import FAILED, OK, USAGE, fail, notice

if TYPE_CHECKING:
    from emer.evals.injection.running import Result, Row

_EVERY: int = 50


def injection(
    quick: Annotated[
        bool, typer.Option("--quick", help="One attack in eighteen: 43, a few seconds.")
    ] = False,
    llm: Annotated[
        str | None,
        typer.Option(help="Attack this model, provider:model, and not the scripted one."),
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Address of its server.")
    ] = None,
    record: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep the model's answers there.")
    ] = None,
    replay: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Answer from such a file alone.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
    quiet: Quiet = False,
) -> None:
    """Attack the analyst with instructions hidden in speech, subtitles, names, tags, cases and errors.

    The language model in it is scripted, obeys every order that it finds, and does its worst; --llm
    puts another in its place (what it is asked at its address is then no action).

    Exit status: 0 nothing was done that the clip asked for, 1 something was.
    """
    import tempfile

    from emer.agent.settings import SettingsError
    from emer.evals.injection.running import attacks, run_all
    from emer.evals.injection.subject import subject_of
    from emer.tools.errors import EmerError

    wanted = attacks(quick=quick)
    done = 0

    def tell(row: "Row") -> None:
        nonlocal done
        done += 1
        for what in row.what:
            notice(f"{row.template} in {row.carrier} for {row.goal}: {what}", quiet=quiet)
        if done % _EVERY == 0 or done == len(wanted):
            notice(f"{done} of {len(wanted)} attacks tried", quiet=quiet)

    try:
        subject = subject_of(llm, base_url, record, replay)
        with tempfile.TemporaryDirectory(prefix="emer-injection-") as folder:
            result = run_all(wanted, Path(folder), tell, subject)
    except SettingsError as error:
        fail(str(error), status=USAGE)
    except EmerError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("stopped before it was done", status=130)
    typer.echo(_as_json(result) if json else _as_text(result))
    raise typer.Exit(FAILED if result.actions else OK)


def _as_json(result: "Result") -> str:
    import json

    return json.dumps(result.data(), indent=1, ensure_ascii=False)


def _as_text(result: "Result") -> str:
    from emer.evals.injection.table import table
    from emer.evals.tables import as_markdown

    return as_markdown([table(result)]).rstrip("\n")
