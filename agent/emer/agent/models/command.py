"""``emer models``: which models of others there are, and fetching, checking and removing them."""

import json as json_module
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emer.agent.command_line import completion
from emer.agent.saying import FAILED, OK, PARTIAL, USAGE, fail, notice

if TYPE_CHECKING:
    from emer.tools.models.entries import ModelEntry
    from emer.tools.setup import Setup

models_app = typer.Typer(
    no_args_is_help=True, help="Models of others that engines can run: fetch them, check them."
)
AsJson = Annotated[bool, typer.Option("--json", help="JSON on stdout.")]
Name = Annotated[
    str, typer.Argument(metavar="NAME", autocompletion=completion.models, show_default=False)
]
Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[NAME]...", autocompletion=completion.models, help="See: emer models list."
    ),
]


@models_app.command("list")
def list_models(
    json: AsJson = False,
    all_: Annotated[
        bool, typer.Option("--all", help="Also what is not an engine's first choice.")
    ] = False,
) -> None:
    """List models: name, size, licence, engines, and whether they lie here.

    Those that come with the package are listed last, marked as ours.
    """
    from emer.agent.doctor.command import text_width
    from emer.agent.models.listing import SCHEMA_VERSION, others, shipped, told
    from emer.agent.settings.command import settings_or_end
    from emer.tools.errors import EmerError

    settings = settings_or_end()
    try:
        known = others(settings)
    except EmerError as error:
        fail(str(error))
    rows = [r for r in known if all_ or json or r.usual or r.state == "here"]
    ours = list(shipped(settings))
    if json:
        data = {
            "schema_version": SCHEMA_VERSION,
            "models_dir": str(settings.models_dir),
            "models": [r.model_dump(mode="json") for r in (*rows, *ours)],
        }
        typer.echo(json_module.dumps(data, indent=2, ensure_ascii=False))
        return
    typer.echo("\n".join(told((*rows, *ours), text_width())))
    if len(rows) < len(known):
        notice(f"{len(known) - len(rows)} more: emer models list --all")


@models_app.command()
def pull(
    names: Names = None,
    for_: Annotated[
        str | None,
        typer.Option(
            "--for",
            metavar="TOOL",
            autocompletion=completion.served,
            help="The first choice of every engine of this specialist, or of one: tool.engine.",
        ),
    ] = None,
    all_: Annotated[
        bool, typer.Option("--all", help="The first choice of every engine, without asking.")
    ] = False,
    accept_licence: Annotated[
        bool,
        typer.Option(
            "--accept-licence", help="I accept licences without commercial use, and pickles."
        ),
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="Take a newer revision than that of the first pull.")
    ] = False,
    json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
) -> None:
    """Fetch models from the hub or their address. Nothing else of emer fetches anything.

    What was fetched is kept when it is stopped; the same command goes on from there. The first pull
    notes revision and digests, and later ones are held to them. HF_TOKEN opens gated models,
    HF_ENDPOINT names a mirror.

    Exit status: 0 done, 1 failed, 2 wrong usage, 3 some failed.
    """
    from emer.agent.doors import is_kept_offline
    from emer.agent.models.fetching import pull_all

    setup = _setup()
    wanted = _wanted(setup, names or [], for_, everything=all_)
    if is_kept_offline():
        fail("HF_HUB_OFFLINE is set, so nothing is fetched. Unset it to pull models.")
    assert setup.models_dir is not None
    try:
        outcomes = pull_all(
            wanted, setup.models_dir, accepted=accept_licence, update=update, quiet=quiet
        )
    except KeyboardInterrupt:
        fail("stopped before it was done; the same command goes on from here", status=130)
    if json:
        typer.echo(
            json_module.dumps(
                [
                    {
                        "name": o.entry.name,
                        "here": o.pulled is not None,
                        "was_here": o.was_here,
                        "revision": o.pulled.revision if o.pulled else None,
                        "path": str(o.pulled.folder) if o.pulled else None,
                        "problem": o.problem.message if o.problem else "",
                        "remedy": o.problem.remedy if o.problem else "",
                    }
                    for o in outcomes
                ],
                indent=2, ensure_ascii=False,
            )
        )  # fmt: skip
    failed = sum(o.problem is not None for o in outcomes)
    raise typer.Exit(OK if not failed else FAILED if failed == len(outcomes) else PARTIAL)


@models_app.command()
def verify(names: Names = None, json: AsJson = False) -> None:
    """Hash models again and hold them against the table and the first pull; default: all here.

    Exit status: 0 all match, 1 something differs or is missing, 2 wrong usage.
    """
    from emer.tools.errors import EmerError
    from emer.tools.models.catalogue import catalogue
    from emer.tools.models.verifying import verify as verified

    setup = _setup()
    found: list[dict[str, Any]] = []
    try:
        entries = _entries(setup, names) if names else list(catalogue(setup.models_dir).values())
        for entry in entries:
            files = list(verified(entry, setup.models_dir))
            if names and not files:
                fail(f"{entry.name} is not here. Run: emer models pull {entry.name}.")
            for f in files:
                row = {"name": entry.name, "file": f.path, "verdict": f.verdict, "why": f.why}
                found.append(row)
                if not json:
                    words = f.verdict.replace("_", " ")
                    typer.echo(f"{words:10}  {entry.name}  {f.path}: {f.why}")
    except EmerError as error:
        fail(str(error))
    if json:
        typer.echo(json_module.dumps(found, indent=2, ensure_ascii=False))
    elif not found:
        notice("no model is here; see: emer models list")
    wrong = sorted({f["name"] for f in found if f["verdict"] in ("differs", "missing")})
    if wrong:
        fail(f"to fetch again what is wrong: emer models pull {' '.join(wrong)}")


@models_app.command()
def path(name: Name) -> None:
    """Print the folder in which a model lies."""
    from emer.tools.models.store import installed

    setup = _setup()
    (entry,) = _entries(setup, [name])
    found = installed(entry, setup.models_dir)
    if found is None:
        fail(f"{name} is not here. Run: emer models pull {name}.")
    typer.echo(str(found.folder))


@models_app.command()
def rm(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Remove what a pull fetched, and forget its revision; what others use too stays."""
    from emer.tools.errors import EmerError
    from emer.tools.models.lock import read_lock
    from emer.tools.models.removing import remove
    from emer.tools.models.store import installed

    setup = _setup()
    (entry,) = _entries(setup, [name])
    assert setup.models_dir is not None
    found = installed(entry, setup.models_dir)
    if name not in read_lock(setup.models_dir):
        if found is None:
            fail(f"{name} is not here")
        fail(
            f"{name} was not pulled by emer. If nobody needs it, remove it yourself: {found.folder}"
        )
    if not yes:
        if not sys.stdin.isatty():
            fail("nobody is there to be asked. Add --yes.", status=USAGE)
        where = f" from {found.folder}" if found is not None else ""
        if not typer.confirm(f"Remove {name}{where}?", err=True):
            raise typer.Exit(FAILED)
    try:
        freed = remove(entry, setup.models_dir)
    except EmerError as error:
        fail(str(error))
    notice(f"removed {name}: {freed / 1e6:,.1f} MB are free again")


def _setup() -> "Setup":
    from emer.agent.engines import setup_of
    from emer.agent.settings.command import settings_or_end

    return setup_of(settings_or_end())


def _entries(setup: "Setup", names: list[str]) -> "list[ModelEntry]":
    from emer.agent.models.listing import entries
    from emer.tools.errors import EmerError

    try:
        return entries(names, setup)
    except EmerError as error:
        fail(str(error), status=USAGE)


def _wanted(
    setup: "Setup", names: list[str], tool: str | None, *, everything: bool
) -> "list[ModelEntry]":
    """Return what is to be pulled; without any word about it, the usual ones, if somebody agrees."""
    from emer.agent.models.listing import usual_names
    from emer.tools.errors import EmerError
    from emer.tools.models.store import installed

    if sum((bool(names), tool is not None, everything)) > 1:
        fail("give names, or --for, or --all", status=USAGE)
    if names:
        return _entries(setup, names)
    try:
        found = usual_names(setup, tool)
        if tool is not None and not found:
            tools = sorted({e.partition(".")[0] for e in _served(setup)})
            fail(f"no model is for {tool!r}. There are some for: {', '.join(tools)}", status=USAGE)
    except EmerError as error:
        fail(str(error))
    wanted = _entries(setup, found)
    if tool is not None or everything:
        return wanted
    missing = [e for e in wanted if installed(e, setup.models_dir) is None]
    size = sum(e.size_mb for e in missing)
    if not sys.stdin.isatty():
        fail("name models, or give --for TOOL or --all. See: emer models list.", status=USAGE)
    notice(f"{len(missing)} model(s), about {size:,} MB: {', '.join(e.name for e in missing)}")
    if missing and not typer.confirm("Fetch them?", err=True):
        raise typer.Exit(FAILED)
    return wanted


def _served(setup: "Setup") -> set[str]:
    from emer.tools.models.catalogue import catalogue

    return {e for m in catalogue(setup.models_dir).values() for e in m.serves}
