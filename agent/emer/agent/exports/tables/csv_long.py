"""Everything that a report says as CSV, one row per finding and quantity."""

from pathlib import Path

from emer.agent.exports.material import Material
from emer.agent.exports.tables.csv_text import write_table


def write(material: Material, path: Path) -> None:
    """Write the long table; its columns are explained in ``emer.graphs.tabular.columns``."""
    from emer.graphs.tabular import table

    write_table(table(material.report, "long"), path)
