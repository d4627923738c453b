"""Settings that are lists of pairs: ``expression=deepface,action_units=blendshapes``.

A TOML table says the same in the configuration file.
"""

import re
from collections.abc import Mapping
from typing import Final

_TOOL: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ENGINE: Final = re.compile(r"[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,39}")


def pairs(text: str | None) -> dict[str, str]:
    """Read pairs; of two with one name the last holds.

    Raises:
        ValueError: Something in it is no pair.
    """
    found: dict[str, str] = {}
    for part in filter(str.strip, (text or "").split(",")):
        name, equals, value = (p.strip() for p in part.partition("="))
        if not (name and equals and value):
            raise ValueError(f"'{part.strip()}' is no pair; write name=value, with commas between")
        found[name] = value
    return found


def engines(text: str | None) -> dict[str, str]:
    """Read which engine is wanted for which tool.

    Raises:
        ValueError: A name cannot be one.
    """
    found = pairs(text)
    for tool, engine in found.items():
        if not (_TOOL.fullmatch(tool) and _TOOL.fullmatch(engine)):
            raise ValueError(f"'{tool}={engine}' is not of the form tool=engine")
    return found


def models(text: str | None) -> dict[str, str]:
    """Read which model is wanted for which engine.

    Raises:
        ValueError: A name cannot be one.
    """
    found = pairs(text)
    for name in found:
        if not _ENGINE.fullmatch(name):
            raise ValueError(f"'{name}' is not of the form tool.engine")
    return found


def joined(value: object) -> object:
    """Return a TOML table as text; anything else as it is."""
    if not isinstance(value, Mapping):
        return value
    parts = []
    for name, one in value.items():
        # [models.asr] faster_whisper = "..." is how TOML reads asr.faster_whisper = "..."
        below = one if isinstance(one, Mapping) else {"": one}
        parts += [f"{name}.{k}={v}" if k else f"{name}={v}" for k, v in below.items()]
    return ",".join(parts)
