"""The table of models of others: ours (``models.toml``), and what the user adds to it.

Reads    ``models.toml`` beside this file; ``models.toml`` in the folder that the setup names
Returns  ``ModelEntry`` by name; an entry of the user's replaces ours of the same name
Raises   ``CatalogueError``, which names the file, the entry and what is wrong with it
"""

import tomllib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from emer.tools.errors import EmerError
from emer.tools.models.entries import ModelEntry

NAME: Final = "models.toml"
MAX_BYTES: Final = 1_000_000


class CatalogueError(EmerError, ValueError):
    """A table of models is wrong."""


@cache
def shipped() -> dict[str, ModelEntry]:
    """Return the models that we know, by name."""
    text = resources.files("emer.tools.models").joinpath(NAME).read_text(encoding="utf-8")
    return _entries(text, NAME)


def catalogue(folder: Path | None = None) -> dict[str, ModelEntry]:
    """Return all known models by name; those of ``folder/models.toml`` go before ours.

    Raises:
        CatalogueError: The user's table is wrong.
    """
    path = None if folder is None else folder / NAME
    if path is None or not path.is_file():
        return dict(shipped())
    try:
        raw = path.read_bytes()[: MAX_BYTES + 1]
        if len(raw) > MAX_BYTES:
            raise CatalogueError(f"{path} is larger than {MAX_BYTES // 1000} kB", remedy=_REMEDY)
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{path} cannot be read ({error})", remedy=_REMEDY) from None
    return {**shipped(), **_entries(text, str(path))}


def serving(engine: str, folder: Path | None = None) -> list[ModelEntry]:
    """Return the models that ``tool.engine`` can run, the preferred one first."""
    found = [e for e in catalogue(folder).values() if engine in e.serves]
    return sorted(found, key=lambda e: (-e.preferred, e.name))


def _entries(text: str, where: str) -> dict[str, ModelEntry]:
    try:
        table = tomllib.loads(text)
    except ValueError as error:
        raise CatalogueError(f"{where} is not TOML ({error})", remedy=_REMEDY) from None
    found: dict[str, ModelEntry] = {}
    for name, fields in table.items():
        try:
            found[name] = ModelEntry(name=name, **fields)
        except (TypeError, ValidationError) as error:
            first = str(error).splitlines()
            told = "; ".join(line.strip() for line in first[1:3]) or first[0]
            raise CatalogueError(f"{where}, [{name}]: {told}", remedy=_REMEDY) from None
    return found


_REMEDY: Final = "See emer models list --json for what an entry holds."
