"""A report as tables: what files, data frames and statistics programs get, the same everywhere.

Reads    a ``Report``
Returns  ``Table``: columns that say what they mean, and rows of plain cells
Cost     microseconds a row; rows are made as they are asked for
"""

from typing import TYPE_CHECKING, Literal

from emer.graphs.tabular.columns import Cell, Column, Table

if TYPE_CHECKING:
    from emer.graphs.report import Report

__all__ = ["Cell", "Column", "Shape", "Table", "table"]

Shape = Literal["long", "wide"]
"""``long``: one row per finding and quantity. ``wide``: one row per segment."""


def table(report: "Report", shape: Shape = "long") -> Table:
    """Lay ``report`` out as a table.

    Raises:
        ValueError: ``shape`` is neither ``long`` nor ``wide``.
    """
    if shape == "long":
        from emer.graphs.tabular.long import long_table

        return long_table(report)
    if shape == "wide":
        from emer.graphs.tabular.wide import wide_table

        return wide_table(report)
    raise ValueError(f"{shape!r} is no shape of table; choose long or wide")
