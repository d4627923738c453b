"""What raters said of CREMA-D's clips when they only heard, only saw, or heard and saw them.

Reads    ``tabulatedVotes.csv`` of Cao et al. 2014 (doi:10.1109/TAFFC.2014.2336244; Open Database
         License): one row per clip and way of presenting it
Returns  counts of votes for six emotions
"""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.errors import EmerError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rows = NDArray[np.bool_]

PLACE: Final = Path("ratings") / "crema_d" / "tabulatedVotes.csv"
CATEGORIES: Final = ("anger", "disgust", "fear", "happiness", "neutral", "sadness")
_LETTERS: Final = "ADFHNS"
_WAYS: Final = {"1": "heard", "2": "seen", "3": "both"}
"""First digit of a row's number."""


@dataclass(frozen=True, slots=True)
class Votes:
    """Counts of votes, ``(n_clips, 6)`` each, in the order of ``CATEGORIES``."""

    heard: "Floats"
    seen: "Floats"
    both: "Floats"
    actors: "NDArray[np.int64]"
    """Number of each clip's actor, ``(n_clips,)``."""

    def part(self, rows: "Rows") -> "Votes":
        """Return the clips of ``rows`` alone."""
        return Votes(self.heard[rows], self.seen[rows], self.both[rows], self.actors[rows])


def read_votes(data: Path) -> Votes:
    """Return the votes on every clip that was presented in all three ways, by file name.

    Raises:
        EmerError: The table is missing or is another one.
    """
    path = data / PLACE
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = [
                (_WAYS[row[""][0]], row["fileName"], [float(row[x]) for x in _LETTERS])
                for row in csv.DictReader(file)
            ]
    except (OSError, KeyError, ValueError, IndexError) as error:
        raise EmerError(
            f"the votes of CREMA-D cannot be read from {path} ({error})",
            remedy=f"Give --data with a folder that holds {PLACE.as_posix()}.",
        ) from error
    found: dict[str, dict[str, list[float]]] = {}
    for way, clip, counts in rows:
        found.setdefault(clip, {})[way] = counts
    whole = {clip: by for clip, by in sorted(found.items()) if len(by) == len(_WAYS)}
    heard, seen, both = (
        np.array([by[way] for by in whole.values()], dtype=np.float64) for way in _WAYS.values()
    )
    return Votes(heard, seen, both, np.array([int(clip[:4]) for clip in whole]))


def folds(actors: "NDArray[np.int64]", n: int, seed: int) -> "list[Rows]":
    """Return ``n`` groups of rows with no actor in two of them."""
    shuffled = np.random.default_rng(seed).permutation(np.unique(actors))
    return [np.isin(actors, held_out) for held_out in np.array_split(shuffled, n)]
