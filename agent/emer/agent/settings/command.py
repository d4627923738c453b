"""``emer config``: what is set, where that came from, and a file to set it in."""

import json as json_module
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from emer.agent.saying import FAILED, USAGE, fail, notice

if TYPE_CHECKING:
    from emer.agent.settings.fields import Settings
    from emer.agent.settings.table import Setting

config_app = typer.Typer(no_args_is_help=True, help="Settings: what is set, and where.")
SCHEMA_VERSION: Final = "1.0"


def settings_or_end(**options: object) -> "Settings":
    """Read the settings, ``options`` before them; what is wrong ends the command with status 2."""
    from emer.agent.settings import SettingsError
    from emer.agent.settings.fields import Settings

    try:
        return Settings(**options)
    except SettingsError as error:
        fail(str(error), status=USAGE)


@config_app.command()
def show(
    json: Annotated[bool, typer.Option("--json", help="JSON on stdout.")] = False,
    defaults: Annotated[
        bool, typer.Option("--defaults", help="Only defaults and what is allowed; read nothing.")
    ] = False,
) -> None:
    """Show every setting, its value and where that came from."""
    from emer.agent.settings.config_file import config_path
    from emer.agent.settings.table import settings_table

    rows = settings_table(None if defaults else settings_or_end())
    path = config_path()
    there = path is not None and path.is_file()
    if json:
        data: dict[str, Any] = {"schema_version": SCHEMA_VERSION}
        data |= {"file": str(path) if path else None, "file_exists": there}
        data["settings"] = [row.model_dump() for row in rows]
        typer.echo(json_module.dumps(data, indent=2, ensure_ascii=False))
        return
    if not defaults:
        typer.echo(f"Configuration file: {_file_line(there)}\n")
    for line in _table(rows, allowed=defaults):
        typer.echo(line)
    if not defaults:
        _warn_of_unknown_variables()


@config_app.command()
def path() -> None:
    """Print where the configuration file is, or would be."""
    from emer.agent.settings.config_file import config_path

    typer.echo(str(config_path() or _no_place()))


@config_app.command()
def init(
    force: Annotated[bool, typer.Option("--force", help="Replace the file that is there.")] = False,
) -> None:
    """Write a configuration file that lists every setting, commented out."""
    from emer.agent.output import whole
    from emer.agent.settings.config_file import config_path
    from emer.agent.settings.table import template
    from emer.tools.errors import StorageError

    file = config_path() or _no_place()
    try:
        if file.exists() and not file.is_file():
            fail(f"{file} is there and is no file", status=USAGE)
        if file.exists() and not force:
            fail(f"{file} is there already. Replace it with --force.", status=USAGE)
        file.parent.mkdir(parents=True, exist_ok=True)
        # a link into a folder of dotfiles stays a link
        with whole(file.resolve()) as draft:
            draft.write_text(template(), encoding="utf-8")
    except StorageError as error:
        fail(f"{error.message}. Mend the folder's permissions, or name another file: EMER_CONFIG.")
    except OSError as error:
        fail(f"{file} cannot be written ({error.strerror or error})")
    notice(f"wrote {file}")


def _no_place() -> Any:  # noqa: ANN401 - it never returns
    fail(
        "there is no place for a configuration file here. Name one with EMER_CONFIG.", status=FAILED
    )


def _file_line(there: bool) -> str:
    from emer.agent.settings.config_file import config_path

    found = config_path()
    if found is None:
        return "none (there is no place for one, or EMER_CONFIG says so)"
    return f"{found}{'' if there else ' (not there; emer config init writes it)'}"


def _table(rows: "list[Setting]", *, allowed: bool) -> list[str]:
    """Lay the rows out, values last: however long they are, the columns stay in line."""
    from emer.agent.settings.table import as_toml

    names = max(len(row.name) for row in rows) + 2
    places = [{"file": "the file", "default": "default"}.get(r.origin, r.where) for r in rows]
    origins = max(map(len, places)) + 2
    lines = []
    for row, place in zip(rows, places, strict=True):
        value = "not set" if row.value is None else as_toml(row.value)
        lines.append(f"{row.name:{names}}{place:{origins}}{value}")
        lines.append(f"{'':{names}}{row.description}")
        if allowed:
            lines.append(f"{'':{names}}allowed: {row.allowed}")
    return lines


def _warn_of_unknown_variables() -> None:
    from emer.agent.settings.table import unknown_variables

    for name, meant in unknown_variables().items():
        hint = f"; did you mean {meant}?" if meant else ""
        notice(f"{name} is no setting and changes nothing{hint}")
