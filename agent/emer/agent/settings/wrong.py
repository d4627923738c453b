"""What a setting may be, and what is said where it is something else; secrets are masked."""

from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from emer.agent.settings import config_file
from emer.agent.settings.config_file import SettingsError
from emer.agent.settings.sources import Fields, in_file, origin, unknown


def allowed(name: str, field: FieldInfo) -> str:
    """Say for a person what the setting ``name`` may be."""
    kinds = [k for k in get_args(field.annotation) if k is not type(None)]
    kind = kinds[0] if type(None) in get_args(field.annotation) else field.annotation
    if name in _OWN_WORDS:
        return _OWN_WORDS[name]
    if get_origin(kind) is Literal:
        *most, last = get_args(kind)
        return f"{', '.join(most)} or {last}"
    if kind is bool:
        return "true or false"
    if kind in (int, float):
        return f"a {'whole ' if kind is int else ''}number{_bounds(field)}"
    return "a folder" if kind is Path else "text"


_OWN_WORDS: Final = {
    "budget": "seconds such as 20, or limits such as tools=20,wall=1m,tokens=50000,cost=0.5",
    "llm_prices": "in=NUMBER,out=NUMBER",
    "device": "auto, cpu, cuda or cuda:N",
    "peer_url": "an address that begins with http:// or https://, without a name or password",
    "peer_key_variable": "a name, not the key itself",
    "engines": "pairs tool=engine with commas, e.g. expression=deepface; emer doctor lists them",
    "formats": "names of formats with commas, e.g. html,json,csv, or all",
    "llm": "rule or provider:model",
    "speakers": "a number such as 2, or a range such as 2-4",
    "models": "pairs tool.engine=model with commas; emer models list shows both",
}


def _bounds(field: FieldInfo) -> str:
    bounds = {k: getattr(m, k) for m in field.metadata for k in ("gt", "ge", "le") if hasattr(m, k)}
    least, most = bounds.get("ge"), bounds.get("le")
    if least is not None and most is not None:
        return f" from {least:,} to {most:,}"
    words = {"gt": "above", "ge": "of at least", "le": "at most"}
    return f" {', '.join(f'{words[k]} {v:,}' for k, v in bounds.items())}" if bounds else ""


def told(error: ValidationError, values: dict[str, Any], fields: Fields) -> SettingsError:
    """Say what is wrong, where, and what is allowed.

    Args:
        error: What reading the settings raised.
        values: Those given as arguments.
        fields: What can be set.
    """
    first = error.errors(include_context=True)[0]
    name = str(first["loc"][0]) if first["loc"] else ""
    if first["type"] == "extra_forbidden":
        return unknown("the argument of Settings()", name, fields)
    value: object = values.get(name)
    where = f"the setting {name}"
    if name not in values:
        place, called = origin(name, fields)
        where = f"the setting {called}" if place == "environment" else f"in {called}, {name}"
        value = config_file.variables()[called] if place == "environment" else in_file(fields)[name]
    shown = config_file.one_line(config_file.masked(name, _as_toml(value)))
    reason = _reason(first) or f"allowed is {allowed(name, fields[name])}"
    return SettingsError(
        f"{where} is {shown}, which is wrong: {reason}",
        remedy="See: emer config show --defaults.",
    )


def _reason(error: Any) -> str:  # noqa: ANN401 - an entry of pydantic's errors
    """Return what our own checks say, e.g. which format is unknown; else nothing."""
    raised = (error.get("ctx") or {}).get("error")
    return config_file.one_line(raised, 200) if isinstance(raised, ValueError) else ""


def _as_toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}'" if isinstance(value, str) else str(value)
