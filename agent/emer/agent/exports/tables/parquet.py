"""Everything that a report says as Parquet: the long table, typed and compressed.

Numbers are float64, repeated texts dictionary-encoded; every column carries its meaning and unit.
The file's own metadata name the schema's version, the clip, the notice and every model's licence.
"""

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emer.agent.exports.material import Material

if TYPE_CHECKING:
    from emer.graphs.report import Report
    from emer.graphs.tabular.columns import Column, Table

ROWS: Final = 20_000
"""Rows that are held in memory and written together."""


def write(material: Material, path: Path) -> None:
    """Write the long table with its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from emer.graphs.tabular import table

    laid_out = table(material.report, "long")
    schema = pa.schema([_field(c) for c in laid_out.columns], metadata(material.report))
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for columns in _batches(laid_out):
            arrays = [pa.array(own, f.type) for own, f in zip(columns, schema, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def metadata(report: "Report") -> dict[str, str]:
    """Return what the file says of itself, as texts by name."""
    licences = {
        f"{t.tool}: {t.model} {t.revision}": {
            "licence": t.licence, "commercial_use": t.commercial_use
        }
        for t in report.run.tools
    }  # fmt: skip
    return {
        "emer.schema_version": report.schema_version,
        "emer.version": report.run.emer_version,
        "emer.clip": report.media.name,
        "emer.media_sha256": report.media.sha256,
        "emer.status": report.run.status,
        "emer.purpose": report.run.purpose,
        "emer.notice": report.run.notice,
        "emer.licences": json.dumps(licences, ensure_ascii=False),
        "emer.commercial_use": str(all(t.commercial_use for t in report.run.tools)).lower(),
    }


def _field(column: "Column") -> "Any":  # noqa: ANN401 - pyarrow ships no types
    import pyarrow as pa

    types = {
        "number": pa.float64(), "flag": pa.bool_(), "text": pa.string(),
        "category": pa.dictionary(pa.int32(), pa.string()),
    }  # fmt: skip
    about = {"meaning": column.meaning} | ({"unit": column.unit} if column.unit else {})
    return pa.field(column.name, types[column.type], metadata=about)


def _batches(table: "Table") -> Iterator[list[tuple[object, ...]]]:
    """Yield columns of at most ``ROWS`` rows; once, empty ones, if there is no row at all."""
    rows = list(islice(table.rows, ROWS))
    if not rows:
        yield [() for _ in table.columns]
    while rows:
        yield list(zip(*rows, strict=True))
        rows = list(islice(table.rows, ROWS))
