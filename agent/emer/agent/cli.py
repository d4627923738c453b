"""The command line. Everything heavy is imported inside the command that needs it."""

import sys
from typing import Annotated

import typer

from emer.agent.capabilities.command import capabilities
from emer.agent.chat.command import chat
from emer.agent.command_line.analyze import analyze
from emer.agent.command_line.cache import cache_app
from emer.agent.command_line.installed import register
from emer.agent.command_line.memory import memory_app
from emer.agent.command_line.verify import verify
from emer.agent.doctor.command import doctor
from emer.agent.exports.command import export
from emer.agent.mcp_server.command import mcp
from emer.agent.models.command import models_app
from emer.agent.purpose.command import notice_command
from emer.agent.saying import OK, USAGE, notice
from emer.agent.settings.command import config_app
from emer.agent.toolbox.command import tools_app

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; the console script calls this."""
    from emer.agent.doors import own_process
    from emer.agent.settings import SettingsError

    own_process()
    register(app)
    try:
        app()
    except SettingsError as error:
        notice(str(error))
        sys.exit(USAGE)
    except Exception as error:  # a bug of ours: people get a sentence, we get the details
        from emer.agent.saying import internal_error

        internal_error(error)


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"emer {version('emer')}")
        raise typer.Exit(OK)


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """Explain the emotions that people show in video, sound and pictures, with evidence."""


def schema() -> None:
    """Print the JSON schema of the report."""
    import json

    from emer.graphs.report import Report

    typer.echo(json.dumps(Report.model_json_schema(), indent=2))


# in the order in which --help lists them: analyze first, then what is done with its report
app.command()(analyze)
app.command()(chat)
app.command()(export)
app.command()(verify)
app.command()(doctor)
app.command()(capabilities)
app.command("notice")(notice_command)
app.command()(schema)
app.command()(mcp)
app.add_typer(tools_app, name="tools")
app.add_typer(models_app, name="models")
app.add_typer(config_app, name="config")
app.add_typer(cache_app, name="cache")
app.add_typer(memory_app, name="memory")
