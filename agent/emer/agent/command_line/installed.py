"""Commands that live above the command line, or in a stranger's package.

They are found through the entry-point group ``emer.commands``: its names are those of the
commands, its values typer functions or apps. Their modules must be light to import.
"""

from importlib.metadata import EntryPoint, entry_points
from typing import Final

import typer

from emer.agent.saying import fail

GROUP: Final = "emer.commands"


def register(app: typer.Typer) -> None:
    """Add every installed command; one that cannot be loaded says so when it is called."""
    taken = {c.name or getattr(c.callback, "__name__", "") for c in app.registered_commands}
    taken |= {group.name for group in app.registered_groups}
    for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name):
        if entry.name in taken:
            continue
        taken.add(entry.name)
        try:
            command = entry.load()
        except Exception as error:
            _broken(app, entry, error)
            continue
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=entry.name)
        else:
            app.command(entry.name)(command)


def _broken(app: typer.Typer, entry: EntryPoint, error: Exception) -> None:
    reason = f"{entry.value} cannot be loaded ({type(error).__name__}: {error})"

    @app.command(entry.name, help=f"Not usable: {reason}", hidden=True)
    def broken() -> None:
        fail(f"{reason}. Reinstall or remove the package that provides it.")
