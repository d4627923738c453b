"""A table as a pandas data frame; importing this imports pandas."""

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from emer.graphs.tabular.columns import Table

_TYPES = {"number": "float64", "flag": "boolean", "text": "string", "category": "string"}


def data_frame(table: "Table") -> pd.DataFrame:
    """Return ``table`` with typed columns; what is not there is missing, never an empty text."""
    rows = list(table.rows)
    columns = zip(*rows, strict=True) if rows else ([] for _ in table.columns)
    return pd.DataFrame(
        {
            column.name: pd.Series(list(cells), dtype=_TYPES[column.type])
            for column, cells in zip(table.columns, columns, strict=True)
        }
    )
