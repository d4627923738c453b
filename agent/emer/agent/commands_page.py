"""Write the reference of all commands as Markdown: `python -m emer.agent.commands_page`."""

import sys
from typing import Any

import typer
from typer.cli import get_docs_for_click

from emer.agent.cli import app
from emer.agent.command_line.installed import register


def commands_page() -> str:
    """Return the page: every command with its arguments, options and exit statuses."""
    register(app)
    command = typer.main.get_command(app)
    _whole_sentences(command)
    told = get_docs_for_click(obj=command, ctx=typer.Context(command), name="emer")
    return told.replace("# `emer`", "# Commands", 1).rstrip() + "\n"


def _whole_sentences(command: Any) -> None:  # noqa: ANN401 - typer brings its own classes
    """Have lists of commands show the first sentence of each, which is cut short otherwise."""
    for below in getattr(command, "commands", {}).values():
        below.short_help = " ".join((below.help or "").split("\n\n")[0].split())
        _whole_sentences(below)


if __name__ == "__main__":
    sys.stdout.write(commands_page())
