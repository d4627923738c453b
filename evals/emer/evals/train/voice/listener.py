"""What answers: as the exported graph computes it, in arrays. ``f`` features, 8 categories.

An utterance comes as rows: of each of its windows ``RENDERINGS`` vectors. So do the speaker's other
utterances. Answers are linear in the rows (once these are clipped), so that rows are averaged first.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.speech_emotion_features import RENDERINGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]
    Vectors = NDArray[np.float32]

CLIP: Final = 5.0
"""Standardised features beyond this many deviations count as this many."""
LEAST: Final = 1e-6
"""No score is wholly nothing."""


@dataclass(frozen=True, slots=True)
class Expert:
    """Category means of one corpus. Offsets of speakers vary by ``spread`` along ``r`` axes."""

    toward: "Floats"
    """Means seen through the inverse scatter, ``(f, 8)``."""
    axes: "Floats"
    """Shape ``(f, r)``; along each the rest of an utterance varies by 1."""
    spread: "Floats"
    """Variance of speakers along the axes, ``(r,)``."""
    floor: float
    """Their variance along every other direction."""
    means: "Floats"
    """Means on the axes, ``(8, r)``."""
    size: "Floats"
    """Squared length of the means, ``(8,)``."""
    centre: "Floats"
    """Middle of the means, seen as ``toward``, ``(8,)``."""
    centre_axes: "Floats"
    """The same on the axes, ``(r,)``."""
    prior: "Floats"
    """Added to the answers, ``(8,)``."""

    def logits(self, x: "Floats", usual: "Floats", known: float) -> "Floats":
        """Return answers before tempering, ``(8,)``.

        Args:
            x: Mean of the judged rows, ``(f,)``, standardised.
            usual: Mean of the others' rows, ``(f,)``; any where ``known`` is 0.
            known: How many other utterances there are.
        """
        on, on_usual = x @ self.axes, usual @ self.axes - self.centre_axes
        rest = x @ self.toward - self.means @ on
        rest_usual = usual @ self.toward - self.centre - self.means @ on_usual
        rest_size = self.size - (self.means**2).sum(axis=1)
        taken, left = _believed(self.floor, known)
        plain = (rest - taken * rest_usual - rest_size / 2) / left
        taken, left = _believed(self.spread, known)
        turned = (self.means * (on - taken * on_usual) - self.means**2 / 2) / left
        found: Floats = plain + turned.sum(axis=1)
        return found


def _believed(spread: "Floats | float", known: float) -> "tuple[Floats | float, Floats | float]":
    """Return how much of a speaker's usual is taken away, and what variance is left."""
    doubt = 1 + known * spread
    return known * spread / doubt, 1 + spread / doubt


@dataclass(frozen=True, slots=True)
class Gate:
    """Weighs the first of two experts against the second."""

    direction: "Floats"
    """Shape ``(f,)``."""
    bias: float

    def first(self, x: "Floats") -> float:
        """Return the first expert's weight for standardised rows whose mean is ``x``."""
        return float(1 / (1 + np.exp(-np.clip(x @ self.direction + self.bias, -30, 30))))


@dataclass(frozen=True, slots=True)
class Listener:
    """One or two experts, and which of them a recording is for."""

    mean: "Vectors"
    scale: "Vectors"
    experts: tuple[Expert, ...]
    gate: Gate
    temper: float

    def standard(self, vectors: "Vectors") -> "Vectors":
        """Return features in deviations of the training set, clipped."""
        found: Vectors = np.clip((vectors - self.mean) / self.scale, -CLIP, CLIP)
        return found

    def logits(self, windows: "Vectors", others: "Vectors | None" = None) -> "Floats":
        """Return logarithms of the scores, before they are sharpened, ``(8,)``.

        Args:
            windows: Rows of the judged utterance, ``(n, f)``.
            others: Rows of the same speaker's other utterances, ``(RENDERINGS * k, f)``.
        """
        x = self.standard(windows).mean(axis=0)
        usual, known, everything = x, 0.0, x
        if others is not None and len(others):
            rows = self.standard(others)
            usual, known = rows.mean(axis=0), len(rows) / RENDERINGS
            n = len(windows) / RENDERINGS
            everything = (x * n + usual * known) / (n + known)
        told = [_softmax(e.logits(x, usual, known) * self.temper + e.prior) for e in self.experts]
        first = self.gate.first(everything)
        score = told[0] if len(told) == 1 else first * told[0] + (1 - first) * told[1]
        found: Floats = np.log(score + LEAST)
        return found


def _softmax(values: "Floats") -> "Floats":
    raised = np.exp(values - values.max())
    found: Floats = raised / raised.sum()
    return found
