"""What the same sentence is read as with different clues; see ``emer.evals.branches``.

Reads    nothing: the set ships with the evals
Returns  tables by branch and by kind, of the built-in analyst
Cost     about ten seconds on one core
"""

from pathlib import Path
from typing import Final

from emer.evals.accuracy.subjects import Tell
from emer.evals.branches.cases import BRANCHES, load
from emer.evals.branches.running import Row, run_all
from emer.evals.branches.table import summary
from emer.evals.tables import Table
from emer.graphs.rule.model import RuleChatModel

_EVERY: Final = 48


def measure(data: Path, *, folds: bool, tell: Tell) -> list[Table]:
    """Read every case in every branch; see ``subjects.Measure``."""
    cases, done = load(), 0

    def count(row: Row) -> None:
        nonlocal done
        done += 1
        if done % _EVERY == 0:
            tell(f"{done} of {len(cases) * len(BRANCHES)} readings made")

    return summary(run_all(cases, RuleChatModel(), "the built-in analyst", count))
