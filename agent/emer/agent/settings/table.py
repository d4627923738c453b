"""All settings as rows: value, where it came from, what it is; and as a file to fill in."""

import textwrap
from pathlib import Path
from typing import Any

from pydantic import Field
from pydantic_core import PydanticUndefined

from emer.agent.settings import config_file
from emer.agent.settings.fields import Settings, allowed, origin
from emer.agent.settings.sources import Origin
from emer.tools.readings import Frozen


class Setting(Frozen):
    """One setting as it stands here; what is secret in its value is masked."""

    name: str
    value: str | float | int | bool | None = Field(description="null: not set")
    origin: Origin
    where: str = Field(description="the file or the environment variable; empty for defaults")
    default: str | float | int | bool | None
    allowed: str
    description: str


def settings_table(settings: Settings | None = None) -> list[Setting]:
    """Return every setting in the order in which the class lists them.

    Args:
        settings: What was read; ``None``: the defaults, reading nothing.

    Raises:
        SettingsError: The configuration file cannot be read.
    """
    rows = []
    for name, field in Settings.model_fields.items():
        default = default_of(name)
        value = default if settings is None else getattr(settings, name)
        place, where = ("default", "") if settings is None else origin(name)
        rows.append(
            Setting(
                name=name, value=_shown(name, value), origin=place, where=where,
                default=_shown(name, default), allowed=allowed(name),
                description=field.description or "",
            )
        )  # fmt: skip
    return rows


def default_of(name: str) -> Any:  # noqa: ANN401 - of whatever kind the setting is
    """Return the default of the setting ``name``."""
    field = Settings.model_fields[name]
    value = field.get_default(call_default_factory=True, validated_data={})
    return None if value is PydanticUndefined else value


def unknown_variables() -> dict[str, str | None]:
    """Return ``EMER_...`` variables that are no settings, each with the one that was meant, if any."""
    known = {f"{config_file.PREFIX}{name.upper()}" for name in Settings.model_fields}
    names = [n for n in config_file.variables() if n not in known | {config_file.VARIABLE}]
    return {n: config_file.nearest_variable(n, known) for n in names}


def template() -> str:
    """Return a configuration file with every setting commented out at its default."""
    lines = [
        "# Settings of emer. Remove the '#' before a setting to change it.",
        "# A command's option goes before an environment variable (EMER_FPS and so on), that before",
        "# this file. Keys of language models do not belong here: they stay in their provider's",
        "# environment variable.",
    ]
    for name, field in Settings.model_fields.items():
        default = default_of(name)
        example = default if default is not None else (field.examples or [""])[0]
        lines += ["", *_comment(_sentence(field.description or name))]
        lines += _comment(f"Allowed: {allowed(name)}.")
        lines += [] if default is not None else ["# Not set unless you set it. An example:"]
        lines.append(f"#{name} = {as_toml(example)}")
    return "\n".join(lines) + "\n"


def _comment(text: str) -> list[str]:
    return textwrap.wrap(text, 88, initial_indent="# ", subsequent_indent="# ")


def as_toml(value: object) -> str:
    """Return ``value`` as TOML writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    if "'" not in text and text.isprintable():
        return f"'{text}'"
    escaped = "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in text)
    return f'"{escaped}"'


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _shown(name: str, value: object) -> str | float | int | bool | None:
    if value is None or isinstance(value, bool | int | float):
        return value
    return config_file.one_line(
        config_file.masked(name, str(value) if isinstance(value, Path) else value), 1000
    )
