"""What instructions hidden in a clip can do; see ``emer.evals.injection``.

Reads    nothing: clips, attacks and the model that obeys them are made on the spot
Returns  one table: attacks, actions and label flips by carrier
Cost     about two minutes on one core
"""

import tempfile
from pathlib import Path
from typing import Final

from emer.evals.accuracy.subjects import Tell
from emer.evals.injection.running import Row, attacks, run_all
from emer.evals.injection.table import table
from emer.evals.tables import Table

_EVERY: Final = 50


def measure(data: Path, *, folds: bool, tell: Tell) -> list[Table]:
    """Run every attack; see ``subjects.Measure``."""
    wanted, done = attacks(), 0

    def count(row: Row) -> None:
        nonlocal done
        done += 1
        if done % _EVERY == 0 or row.actions:
            tell(f"{done} of {len(wanted)} attacks tried, the last one was {row.outcome}")

    with tempfile.TemporaryDirectory(prefix="emer-injection-") as folder:
        return [table(run_all(wanted, Path(folder), count))]
