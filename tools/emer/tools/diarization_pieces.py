"""A long recording told in pieces: where it is cut, and which speakers of the pieces are the same.

Memory of a clustering grows with the square of what it is given; an hour at a time bounds it.
Speakers of two pieces are the same if the centroids of their voices point the same way: the pairs
with the greatest sum of cosines (Kuhn 1955), as long as each is at least ``SAME``.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.tools.findings import Spanned, TimeSpan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PIECE_S: Final = 3600.0
SAME: Final = 0.5
"""Cosine of two centroids from which on they are one person; an assumption, taken from where such
embeddings are usually parted in verification."""
_LATE: Final = 0.25
"""The cut is looked for in this last share of a piece."""


def pieces(span: TimeSpan, speech: Sequence[Spanned], longest_s: float = PIECE_S) -> list[TimeSpan]:
    """Return ``span`` in pieces of at most ``longest_s``, cut in the longest pauses near their ends."""
    cuts = [span.start_s]
    while span.end_s - cuts[-1] > longest_s:
        last_s = cuts[-1] + longest_s
        cuts.append(_pause(speech, last_s - _LATE * longest_s, last_s))
    cuts.append(span.end_s)
    return [TimeSpan(start_s=a, end_s=b) for a, b in itertools.pairwise(cuts)]


def _pause(speech: Sequence[Spanned], first_s: float, last_s: float) -> float:
    """Return the middle of the longest pause in a stretch; its end if there is none."""
    near = sorted((s.start_s, s.end_s) for s in speech if s.end_s > first_s and s.start_s < last_s)
    heard_s, longest_s, middle_s = first_s, 0.0, last_s
    for start_s, end_s in [*near, (last_s, last_s)]:
        pause_s = min(start_s, last_s) - heard_s
        if pause_s > longest_s:
            longest_s, middle_s = pause_s, heard_s + pause_s / 2
        heard_s = max(heard_s, end_s)
    return middle_s


@dataclass(slots=True)
class Gallery:
    """The voices of a recording so far."""

    most: int | None = None
    """How many people speak at most, if somebody said."""
    _sums: "list[Floats]" = field(default_factory=list)
    """Of the unit vectors of each voice; as long as it was heard in many pieces."""

    def names(self, voices: Mapping[str, Sequence[float]]) -> dict[str, str]:
        """Return one name for every label of the next piece, the same for the same voice.

        Args:
            voices: Centroid of each label in that piece; zeros where there is none.
        """
        from scipy.optimize import linear_sum_assignment

        labels = sorted(voices)
        units = {label: _unit(voices[label]) for label in labels}
        alike = np.array([[_cosine(units[label], s) for s in self._sums] for label in labels])
        told: dict[str, str] = {}
        if alike.size:
            for i, j in zip(*linear_sum_assignment(-alike), strict=True):
                if alike[i, j] >= SAME:
                    told[labels[i]] = self._heard_again(int(j), units[labels[i]])
        for i, label in enumerate(labels):
            if label in told:
                continue
            if alike.size and self.most is not None and len(self._sums) >= self.most:
                told[label] = self._heard_again(int(alike[i].argmax()), units[label])
            else:
                self._sums.append(units[label])
                told[label] = _name(len(self._sums) - 1)
        return told

    def _heard_again(self, place: int, unit: "Floats") -> str:
        if unit.size == self._sums[place].size:
            self._sums[place] = self._sums[place] + unit
        return _name(place)


def _cosine(unit: "Floats", other: "Floats") -> float:
    return float(unit @ _unit(other)) if unit.size == other.size else 0.0


def _unit(vector: Any) -> "Floats":  # noqa: ANN401 - numbers of any kind
    found = np.asarray(vector, np.float64)
    length = float(np.linalg.norm(found))
    return found / length if np.isfinite(length) and length > 0 else np.zeros_like(found)


def _name(place: int) -> str:
    return f"voice {place:04d}"
