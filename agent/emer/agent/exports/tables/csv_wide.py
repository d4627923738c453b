"""The segments of a report as CSV, one row each, with the same columns for every clip."""

from pathlib import Path

from emer.agent.exports.material import Material
from emer.agent.exports.tables.csv_text import write_table


def write(material: Material, path: Path) -> None:
    """Write the wide table; its columns are explained in ``emer.graphs.tabular.wide``."""
    from emer.graphs.tabular import table

    write_table(table(material.report, "wide"), path)
