"""Tables of measured figures: the same for a terminal, a page and a program."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

MINUS: Final = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with what chance could have made of it."""

    value: float
    low: float
    """Lower end of the 95 % bootstrap interval."""
    high: float
    """Upper end."""
    n: int
    """How many independent things it rests on (speakers, clips, texts)."""
    unit: str = ""
    """Of what ``n`` counts, e.g. ``speakers``."""

    def __str__(self) -> str:
        counted = f", {self.n:,} {self.unit}" if self.unit else ""
        return f"{_number(self.value)} [{_number(self.low)}, {_number(self.high)}{counted}]"


Cell = str | int | float | Estimate | None


@dataclass(frozen=True, slots=True)
class Table:
    """Figures that may be compared with each other."""

    name: str
    """Stable and dotted, e.g. ``voice.ravdess``."""
    title: str
    regime: str
    """How they were taken: data, what was kept apart, what was known, what was chosen on what."""
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def __post_init__(self) -> None:
        wrong = [row for row in self.rows if len(row) != len(self.columns)]
        if wrong:
            raise ValueError(f"table {self.name}: a row has {len(wrong[0])} cells: {wrong[0]}")

    def record(self, **where: Cell) -> dict[str, Cell]:
        """Return the first row whose cells agree with ``where``, by column.

        Raises:
            KeyError: There is none.
        """
        for row in self.rows:
            cells = dict(zip(self.columns, row, strict=True))
            if all(cells.get(column) == cell for column, cell in where.items()):
                return cells
        raise KeyError(f"table {self.name} has no row with {where}")


def as_markdown(tables: Iterable[Table]) -> str:
    """Return the tables one under the other, each with its regime."""
    parts = []
    for table in tables:
        head = f"| {' | '.join(map(_escaped, table.columns))} |"
        rule = f"|{'|'.join('---' for _ in table.columns)}|"
        rows = [f"| {' | '.join(_escaped(shown(c)) for c in row)} |" for row in table.rows]
        regime = _wrapped(table.regime)
        parts.append("\n".join([f"## {table.title}", "", regime, "", head, rule, *rows]))
    return "\n\n".join(parts) + "\n"


def as_data(tables: Iterable[Table]) -> list[dict[str, Any]]:
    """Return the tables as plain values for JSON."""
    return [
        {
            "name": t.name,
            "title": t.title,
            "regime": t.regime,
            "columns": list(t.columns),
            "rows": [[_plain(cell) for cell in row] for row in t.rows],
        }
        for t in tables
    ]


def from_data(data: Iterable[dict[str, Any]]) -> list[Table]:
    """Return tables from what ``as_data`` made of them."""
    return [
        Table(
            name=t["name"],
            title=t["title"],
            regime=t["regime"],
            columns=tuple(t["columns"]),
            rows=tuple(tuple(_cell(c) for c in row) for row in t["rows"]),
        )
        for t in data
    ]


def shown(cell: Cell) -> str:
    """Return a cell as people read it; an unmeasured one is a dash."""
    if cell is None:
        return "\N{EN DASH}"
    return _number(cell) if isinstance(cell, float) else str(cell)


def _number(value: float) -> str:
    size = abs(value)
    digits = 3 if size < 10 else 1 if size < 1000 else 0
    return f"{value:,.{digits}f}".replace("-", MINUS)


def _plain(cell: Cell) -> Any:  # noqa: ANN401 - whatever JSON can hold
    if isinstance(cell, Estimate):
        return {
            "value": round(cell.value, 6), "low": round(cell.low, 6), "high": round(cell.high, 6),
            "n": cell.n, "unit": cell.unit,
        }  # fmt: skip
    return round(cell, 6) if isinstance(cell, float) else cell


def _cell(value: Any) -> Cell:  # noqa: ANN401 - as above
    return Estimate(**value) if isinstance(value, dict) else value


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _wrapped(text: str, width: int = 116) -> str:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)
