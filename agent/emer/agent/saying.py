"""How commands end and what they say on the way: notices on stderr, exit statuses."""

import os
import sys
import tempfile
import textwrap
import traceback
from typing import Final, NoReturn

import typer

from emer.tools.shown import shown

OK: Final = 0
FAILED: Final = 1
USAGE: Final = 2
PARTIAL: Final = 3
"""A crash, a timeout or a spent budget lost something; the rest of the result stands."""


def notice(text: str, *, quiet: bool = False) -> None:
    """Say something beside the answer, on one line; names in it cannot control the terminal."""
    if not quiet:
        typer.echo(wrapped(f"emer: {shown(text)}"), err=True)


def wrapped(line: str) -> str:
    """Return a line of stderr, broken between words where that is a terminal; else as it is."""
    try:
        width = os.get_terminal_size(sys.stderr.fileno()).columns
    except (AttributeError, OSError, ValueError):  # no terminal, or none at all
        return line
    if width <= 0 or len(line) <= width:
        return line
    # a path or an address stays whole, to be copied
    return textwrap.fill(line, width, break_long_words=False, break_on_hyphens=False)


def fail(message: str, *, status: int = FAILED) -> NoReturn:
    """Say what is wrong and end the command."""
    notice(message)
    raise typer.Exit(status)


def status_of(error: Exception) -> int:
    """Return the exit status for an error: a wrong setting is wrong usage."""
    from emer.agent.settings import SettingsError

    return USAGE if isinstance(error, SettingsError) else FAILED


def internal_error(error: Exception) -> NoReturn:
    """Say that a bug was met and where its details are; end the process."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="emer-error-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            traceback.print_exception(error, file=file)
        details = f"The details are in {file.name}; please report them."
    except OSError:
        details = "The details could not be kept; please report what you did."
    notice(f"internal error ({type(error).__name__}: {error}). {details}")
    sys.exit(FAILED)
