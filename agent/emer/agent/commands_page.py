"""Write the reference of all commands as Markdown: `python -m emer.agent.commands_page`."""

import sys

import typer
from typer.cli import get_docs_for_click

from emer.agent.cli import app
from emer.agent.command_line.installed import register


def commands_page() -> str:
    """Return the page: every command with its arguments, options and exit statuses."""
    register(app)
    command = typer.main.get_command(app)
    told = get_docs_for_click(obj=command, ctx=typer.Context(command), name="emer")
    return told.replace("# `emer`", "# Commands", 1).rstrip() + "\n"


if __name__ == "__main__":
    sys.stdout.write(commands_page())
