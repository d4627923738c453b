"""What is printed of what honest, careless and lying models write; see ``emer.evals.faithfulness``.

Reads    the sample clip, which is beside the sources
Returns  tables by writer and by kind of slip or lie
Cost     about half a minute on one core
"""

import tempfile
from pathlib import Path

from emer.evals.accuracy.subjects import Tell
from emer.evals.bench.command import sample
from emer.evals.faithfulness.running import Told
from emer.evals.faithfulness.running import measure as measure_clips
from emer.evals.faithfulness.table import tables
from emer.evals.tables import Table


def measure(data: Path, *, folds: bool, tell: Tell) -> list[Table]:
    """Have the sample clip explained by every writer; see ``subjects.Measure``."""

    def count(told: Told) -> None:
        tell(f"{told.writer}: {told.claims} claims printed, {told.unfounded} of them unfounded")

    with tempfile.TemporaryDirectory(prefix="emer-faithfulness-") as folder:
        return tables(measure_clips([sample()], Path(folder), count))
