"""The schema of an answer as it goes over the wire: what every provider's strict mode takes.

Strict modes want every property required and nothing open-ended, and most know no bounds. So bounds
are told in the description, and what only the built-in analyst fills (tables by name) is left out.
"""

import json
from functools import cache
from typing import Any, Final

from pydantic import BaseModel

_KEPT: Final = frozenset({"type", "enum", "const", "anyOf", "items", "$ref", "description"})
_BOUNDS: Final = {
    "minimum": "at least {}", "maximum": "at most {}", "exclusiveMinimum": "above {}",
    "exclusiveMaximum": "below {}", "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
}  # fmt: skip


@cache
def wire_schema(schema: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema that a model is given for ``schema``."""
    whole = schema.model_json_schema()
    parts = {name: _plain(part) for name, part in whole.pop("$defs", {}).items()}
    wire = {"title": schema.__name__, **_plain(whole)}
    used = _referred(wire, parts)
    kept = {name: part for name, part in parts.items() if name in used}
    return {**wire, "$defs": kept} if kept else wire


@cache
def wire_text(schema: type[BaseModel]) -> str:
    """Return the same as compact JSON."""
    return json.dumps(wire_schema(schema), separators=(",", ":"), ensure_ascii=False)


def _plain(part: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in part:
        return {"$ref": part["$ref"]}  # strict modes allow nothing beside it
    plain = {k: v for k, v in part.items() if k in _KEPT}
    if "const" in plain:
        plain["enum"] = [plain.pop("const")]  # which says the same, and Google knows no "const"
    bounds = [words.format(part[k]) for k, words in _BOUNDS.items() if k in part]
    if bounds:
        told = [plain["description"]] if "description" in plain else []
        plain["description"] = "; ".join([*told, *bounds])
    if "anyOf" in plain:
        plain["anyOf"] = [_plain(one) for one in plain["anyOf"]]
    if isinstance(plain.get("items"), dict):
        plain["items"] = _plain(plain["items"])
    if part.get("type") == "object":
        closed = {k: v for k, v in part.get("properties", {}).items() if not _is_open(v)}
        plain["properties"] = {k: _plain(v) for k, v in closed.items()}
        plain["required"] = list(closed)
        plain["additionalProperties"] = False
    return plain


def _is_open(part: dict[str, Any]) -> bool:
    """Whether it is a table whose keys nobody knows beforehand."""
    return part.get("type") == "object" and "properties" not in part


def _referred(wire: dict[str, Any], parts: dict[str, dict[str, Any]]) -> set[str]:
    used: set[str] = set()
    waiting = [wire]
    while waiting:
        text = json.dumps(waiting.pop())
        new = {name for name in parts if f'"#/$defs/{name}"' in text} - used
        used |= new
        waiting += [parts[name] for name in new]
    return used
