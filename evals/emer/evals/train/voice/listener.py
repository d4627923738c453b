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
    """What is usual, seen as ``toward``, for even and for lively talk, ``(2, 8)``."""
    centre_axes: "Floats"
    """The same on the axes, ``(2, r)``."""
    prior: "Floats"
    """Added to the answers, for even and for lively talk, ``(2, 8)``."""
    temper: float
    """Factor on answers."""

    def logits(self, x: "Floats", usual: "Floats", known: float, lively: float = 0.0) -> "Floats":
        """Return answers before tempering, ``(8,)``.

        Args:
            x: Mean of the judged rows, ``(f,)``, standardised.
            usual: Mean of the others' rows, ``(f,)``; any where ``known`` is 0.
            known: How many other utterances there are.
            lively: How lively these are, 0..1.
        """
        share = np.array([1 - lively, lively])
        on, on_usual = x @ self.axes, usual @ self.axes - share @ self.centre_axes
        rest = x @ self.toward - self.means @ on
        rest_usual = usual @ self.toward - share @ self.centre - self.means @ on_usual
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
class Liveliness:
    """Tells from a speaker's other utterances whether they vary as emotions do."""

    directions: "Floats"
    """Those in which categories differ, ``(f, 8)``; along each the rest of an utterance varies by 1."""
    middle: float
    """Variance that is half way between even and lively talk."""
    slope: float

    def of(self, others: "Floats") -> float:
        """Return 0 for even talk, 1 for lively, of standardised rows ``(n, f)``; 0 of none."""
        if not len(others):
            return 0.0
        varied = (others @ self.directions).var(axis=0).mean()
        raised = np.log(varied + LEAST) - np.log(self.middle)
        return float(1 / (1 + np.exp(-self.slope * raised)))


@dataclass(frozen=True, slots=True)
class Gate:
    """Weighs experts against each other by what a recording is like."""

    directions: "Floats"
    """Shape ``(f, experts)``."""
    bias: "Floats"
    """Shape ``(experts,)``."""

    def weights(self, x: "Floats") -> "Floats":
        """Return what each expert counts for standardised rows whose mean is ``x``; sums to 1."""
        return _softmax(x @ self.directions + self.bias)


@dataclass(frozen=True, slots=True)
class Listener:
    """Experts, and which of them a recording is for."""

    mean: "Vectors"
    scale: "Vectors"
    experts: tuple[Expert, ...]
    gate: Gate
    liveliness: Liveliness

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
        usual, known, everything, lively = x, 0.0, x, 0.0
        if others is not None and len(others):
            rows = self.standard(others)
            usual, known = rows.mean(axis=0), len(rows) / RENDERINGS
            lively = self.liveliness.of(rows)
            n = len(windows) / RENDERINGS
            everything = (x * n + usual * known) / (n + known)
        share = np.array([1 - lively, lively])
        told = [
            _softmax(e.logits(x, usual, known, lively) * e.temper + share @ e.prior)
            for e in self.experts
        ]
        found: Floats = np.log(self.gate.weights(everything) @ np.stack(told) + LEAST)
        return found


def _softmax(values: "Floats") -> "Floats":
    raised = np.exp(values - values.max())
    found: Floats = raised / raised.sum()
    return found
