"""``emer tools``: the tools for agents, as schemas and by hand. Everything heavy is imported inside."""

import json as json_module
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from emer.agent.command_line import completion
from emer.agent.saying import FAILED, OK, PARTIAL, USAGE, fail

if TYPE_CHECKING:
    from emer.agent.toolbox.outcome import Outcome
    from emer.tools.errors import EmerError

tools_app = typer.Typer(
    help="Tools for other people's agents: their schemas, and calls by hand.",
    rich_markup_mode=None,
    invoke_without_command=True,
)
_FORM = Annotated[
    str | None,
    typer.Option("--format", metavar="FORM", help="As schemas: json, openai or anthropic."),
]


@tools_app.callback()
def tools(context: typer.Context, form: _FORM = None) -> None:
    """Show the tools for other people's agents, or call one."""
    if context.invoked_subcommand is None:
        show(form)


@tools_app.command("list")
def show(form: _FORM = None) -> None:
    """List the tools, or print their schemas with --format."""
    from emer.agent.toolbox.offers import OFFERS
    from emer.agent.toolbox.schemas import FORMS, every

    if form is None:
        widest = max(map(len, OFFERS))
        for offer in OFFERS.values():
            typer.echo(f"{offer.name:<{widest}}  {offer.description}")
        return
    if form not in FORMS:
        fail(f"--format takes {', '.join(FORMS)}", status=USAGE)
    typer.echo(json_module.dumps(every(form), indent=2, ensure_ascii=False))


@tools_app.command()
def call(
    name: Annotated[str, typer.Argument(help="Name of the tool, as listed.", show_default=False)],
    args: Annotated[
        str, typer.Option(metavar="JSON", help="Its arguments as one JSON object; - reads stdin.")
    ] = "{}",
    root: Annotated[
        list[Path] | None,
        typer.Option(
            help="Folder whose files may be analysed; may be given again. [default: this folder]"
        ),
    ] = None,
    llm: Annotated[str | None, typer.Option(help="Who reasons: rule or provider:model.")] = None,
    purpose: Annotated[
        str | None,
        typer.Option(
            autocompletion=completion.purposes,
            help="What it is for, e.g. research; kept for the next time.",
        ),
    ] = None,
    attest: Annotated[
        str | None,
        typer.Option(
            metavar="REASON", help="At work or in education: medical or safety, if you attest it."
        ),
    ] = None,
    text: Annotated[
        bool, typer.Option("--text", help="What a language model is told, instead of JSON.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no notices.")] = False,
) -> None:
    """Call one tool as an agent would; the answer is JSON on stdout, an error too.

    Exit status: 0 done, 1 failed, 2 wrong usage, 3 something was lost on the way.
    """
    from contextlib import ExitStack

    from emer.agent.progress import progress
    from emer.agent.purpose.asking import settled
    from emer.agent.settings import Settings
    from emer.agent.toolbox.box import Asking, Toolbox
    from emer.tools.errors import EmerError

    try:
        arguments = _arguments(args)
        settings = settled(Settings(), purpose=purpose, attest=attest, quiet=quiet, ask=False)
    except EmerError as error:
        _end_with(error)
    with ExitStack() as stack:
        shown = progress(quiet=quiet)
        if shown is not None:
            stack.enter_context(shown)
        try:
            box = Toolbox.over(root or [Path()], llm=llm, settings=settings)
            outcome: Outcome | EmerError = box.call(name, arguments, Asking(shown))
        except EmerError as error:
            outcome = error
        except KeyboardInterrupt:
            fail("stopped before it was done", status=130)
    if isinstance(outcome, EmerError):
        _end_with(outcome)
    sys.stdout.write(outcome.text if text else outcome.data.model_dump_json(indent=2))
    sys.stdout.write("\n")
    raise typer.Exit(_status(outcome))


def _arguments(text: str) -> dict[str, Any]:
    """Return the arguments that a model wrote; nothing at all is what some write for none.

    Raises:
        ToolCallError: They are no JSON object.
    """
    from emer.agent.toolbox.box import ToolCallError

    text = sys.stdin.read() if text == "-" else text
    remedy = 'Give one JSON object, e.g. {"clip": "sample.mp4"}.'
    try:
        given = json_module.loads(text.strip() or "{}")
    except (ValueError, RecursionError) as error:
        raise ToolCallError(f"the arguments are no JSON: {error}", remedy=remedy) from error
    if not isinstance(given, dict):
        raise ToolCallError("the arguments are no JSON object", remedy=remedy)
    return given


def _end_with(error: "EmerError") -> NoReturn:
    """Print a typed error as JSON, and the same for people on stderr."""
    from emer.agent.clip_access import ClipRefused
    from emer.agent.queries.answer import QueryError
    from emer.agent.settings import SettingsError
    from emer.agent.toolbox.box import ToolCallError

    told = {"type": type(error).__name__, "message": error.message, "remedy": error.remedy}
    sys.stdout.write(json_module.dumps({"error": told}, ensure_ascii=False) + "\n")
    wrong = isinstance(error, ToolCallError | ClipRefused | QueryError | SettingsError)
    fail(str(error), status=USAGE if wrong else FAILED)


def _status(outcome: "Outcome") -> int:
    status = getattr(outcome.data, "status", None)
    run = getattr(outcome.data, "run", None)
    return PARTIAL if "partial" in (status, getattr(run, "status", None)) else OK
