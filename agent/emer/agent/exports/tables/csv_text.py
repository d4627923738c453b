"""CSV files that programs read exactly and spreadsheets do not execute.

UTF-8 without byte order mark, RFC 4180: cells separated by commas, lines ended by CR LF, quotes
doubled. Spreadsheets run a cell that begins with ``=``, ``+``, ``-`` or ``@`` as a formula, and
what people said or named a file may begin so. Such *text* cells get an apostrophe in front;
``original`` takes it away again. Numbers are written as numbers and never changed.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from emer.graphs.tabular.columns import Cell, Table

GUARD: Final = "'"
_RISKY: Final = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n']")
"""Also full-width signs, which some spreadsheets take for the plain ones, and the guard itself."""
_UNREADABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
"""Control characters and halves of characters: readers of CSV stumble over them."""


def guarded(text: str) -> str:
    """Return ``text`` so that no spreadsheet executes it.

    Control characters other than tabs and line ends become U+FFFD, for good.
    """
    readable = _UNREADABLE.sub("\ufffd", text)
    return GUARD + readable if _RISKY.match(readable) else readable


def original(cell: str) -> str:
    """Return the text that ``guarded`` was given."""
    return cell.removeprefix(GUARD)


def write_csv(names: Sequence[str], rows: "Iterable[Sequence[Cell]]", path: Path) -> None:
    """Write rows under column names; ``None`` becomes an empty cell, flags true and false."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        writer.writerows(list(map(_cell, row)) for row in rows)


def write_table(table: "Table", path: Path) -> None:
    """Write ``table`` with its columns' names in the first line."""
    write_csv([c.name for c in table.columns], table.rows, path)


def read_csv(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a file that ``write_csv`` wrote, texts as they were before."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield {name: original(cell) for name, cell in row.items()}


def _cell(value: "Cell") -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return guarded(value)
    return str(int(value)) if value == int(value) else repr(float(value))
