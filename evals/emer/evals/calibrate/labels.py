"""Labelled material: which file shows, sounds or says what."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from emer.tools import taxonomy
from emer.tools.errors import EmerError

COLUMNS: Final = ("file", "label")
GROUP: Final = ("group", "speaker", "person")
"""Columns that may say what belongs together, the first that is there counts."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One labelled file."""

    path: Path
    concept: str
    """What the label means, as a concept of the taxonomy."""
    group: str


def read_labels(table: Path, media: Path | None) -> list[Labelled]:
    """Read a CSV file with the columns ``file`` and ``label``, and maybe ``group``.

    Args:
        table: The file; names in it are relative to ``media``.
        media: Folder of the media; ``None``: that of the table.

    Raises:
        EmerError: It cannot be read, lacks a column, or names an unknown label or file.
    """
    remedy = "Give a CSV file with the columns file and label, and group or speaker if known."
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise EmerError(f"{table} cannot be read ({error})", remedy=remedy) from error
    if rows and "label" not in rows[0] and "emotion" in rows[0]:  # as in published corpora
        rows = [{**row, "label": row["emotion"]} for row in rows]
    missing = [c for c in COLUMNS if not rows or c not in rows[0]]
    if missing:
        raise EmerError(f"{table} has no rows with a column {missing[0]!r}", remedy=remedy)
    grouped = next((c for c in GROUP if c in rows[0]), None)
    folder = media or table.parent
    found = []
    for number, row in enumerate(rows, start=2):
        path, label = folder / row["file"], row["label"].strip()
        concept = concept_of(label)
        if concept is None:
            raise EmerError(
                f"{table}, line {number}: {label!r} is no label that engines know",
                remedy=f"Use one of: {', '.join(sorted(_CONCEPTS))}.",
            )
        if not path.is_file():
            raise EmerError(
                f"{table}, line {number}: there is no file {path}",
                remedy="Give --media with the folder that the names are relative to.",
            )
        found.append(Labelled(path, concept, row[grouped] if grouped else row["file"]))
    return found


def concept_of(label: str) -> str | None:
    """Return the concept behind a category of any set; ``None`` if none has it."""
    return _CONCEPTS.get(label.casefold())


_CONCEPTS: Final = {
    category: concept
    for name in taxonomy.CATEGORY_SETS
    if name != taxonomy.REGIONS_SET
    for category, concept in taxonomy.concepts_of(name).items()
}
