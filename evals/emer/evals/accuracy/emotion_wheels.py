"""Open-vocabulary labels compared through the emotion wheels of the MER challenges.

Reads    ``emotion_resolved_2026.csv``: a form of a word, and its group on each of five wheels
Source   the official table of MER2026 (MERTools); it is data, nothing of it is contained here
"""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from emer.tools.errors import EmerError

N_WHEELS: Final = 5


class Wheels:
    """The groups of words on every wheel.

    Args:
        file: The table.

    Raises:
        EmerError: It cannot be read.
    """

    def __init__(self, file: Path) -> None:
        try:
            rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
        except OSError as error:
            raise EmerError(
                f"{file} cannot be read ({error.strerror})",
                remedy="Give the folder of data sets with --data.",
            ) from error
        self._groups = {
            row["form"]: tuple(row[f"wheel{w}_level1"] for w in range(1, N_WHEELS + 1))
            for row in rows
        }

    def groups(self, labels: Iterable[str]) -> tuple[frozenset[str], ...]:
        """Return the innermost groups that labels belong to, per wheel."""
        found = [self._groups[label] for label in labels if label in self._groups]
        return tuple(frozenset(g[w] for g in found if g[w]) for w in range(N_WHEELS))


def overlap(one: frozenset[str], other: frozenset[str]) -> float | None:
    """Return the Jaccard overlap of two sets, 0..1; ``None`` if either is empty."""
    return len(one & other) / len(one | other) if one and other else None


def wheel_overlap(
    one: tuple[frozenset[str], ...], other: tuple[frozenset[str], ...]
) -> float | None:
    """Return the mean overlap over the wheels that know both; ``None`` if none does."""
    each = [overlap(a, b) for a, b in zip(one, other, strict=True)]
    known = [value for value in each if value is not None]
    return sum(known) / len(known) if known else None
