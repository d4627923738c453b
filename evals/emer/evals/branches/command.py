"""``emer eval branches``: the same sentence with face and voice, with one of them, with neither."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emer.agent.command_line.options import Quiet, Reasoner, ServerOfOpenAI
from emer.agent.saying import FAILED, OK, USAGE, fail, notice
from emer.agent.settings.command import settings_or_end

if TYPE_CHECKING:
    from emer.evals.branches.cases import Case
    from emer.evals.branches.running import Result, Row

_EVERY: int = 24
_HALVES = {"all": ("development", "held out"), "development": ("development",), "heldout": ("held out",)}  # fmt: skip


def branches(
    llm: Reasoner = None,
    base_url: ServerOfOpenAI = None,
    record: Annotated[
        Path | None, typer.Option(help="File that keeps the model's answers.", dir_okay=False)
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(help="Such a file, which alone answers.", exists=True, dir_okay=False),
    ] = None,
    half: Annotated[
        str, typer.Option(help="Which cases: all, development or heldout.", metavar="HALF")
    ] = "all",
    json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
    rows: Annotated[bool, typer.Option("--rows", help="A table of every reading, too.")] = False,
    quiet: Quiet = False,
) -> None:
    """Read the same sentences with face, voice and words, without one of them, and from words alone.

    What each branch supports stands in a set of our own; the model that reasons is the one that
    analyze would use.

    Exit status: 0 all that is printed holds, 1 something does not, 2 wrong usage.
    """
    from emer.tools.errors import EmerError

    if half not in _HALVES:
        fail(f"There is no half called {half!r}: give {', '.join(_HALVES)}.", status=USAGE)
    try:
        result = _run(_cases(half), llm, base_url, record, replay, quiet=quiet)
    except EmerError as error:
        fail(str(error))
    except KeyboardInterrupt:
        fail("stopped before it was done", status=130)
    typer.echo(_as_json(result) if json else _as_text(result, rows=rows))
    raise typer.Exit(FAILED if result.unverified else OK)


def _cases(half: str) -> "list[Case]":
    from emer.evals.branches.cases import load

    return [c for c in load() if c.half in _HALVES[half]]


def _run(
    cases: "list[Case]",
    llm: str | None,
    base_url: str | None,
    record: Path | None,
    replay: Path | None,
    *,
    quiet: bool,
) -> "Result":
    from langsmith import tracing_context

    from emer.agent.model_calls import model_for, rules_for
    from emer.evals.branches.cases import BRANCHES
    from emer.evals.branches.running import run_all
    from emer.graphs.report import Budget

    settings = settings_or_end(**({"base_url": base_url} if base_url else {}))
    wanted = llm if llm is not None else settings.llm
    rules = rules_for(settings, Budget(), wanted, record, replay, None)
    model, name = model_for(settings, wanted, replay)
    total, done = len(cases) * len(BRANCHES), 0

    def tell(row: "Row") -> None:
        nonlocal done
        done += 1
        for what in (*row.objections, *row.trouble):
            notice(f"{row.case} {row.branch}: {what}", quiet=quiet)
        if done % _EVERY == 0 or done == total:
            notice(f"{done} of {total} readings made", quiet=quiet)

    with tracing_context(enabled=False):
        return run_all(cases, model, name, tell, rules)


def _as_json(result: "Result") -> str:
    import json

    return json.dumps(result.data(), indent=1, ensure_ascii=False)


def _as_text(result: "Result", *, rows: bool) -> str:
    from emer.evals.branches.table import readings, summary
    from emer.evals.tables import as_markdown

    tables = summary(result)
    return as_markdown([*tables, readings(result)] if rows else tables).rstrip("\n")
