"""Thresholds of categories, and F1 at them.

Rule     one threshold for all categories, where the macro-F1 of out-of-fold scores of the training
         part is best; and, stated apart, one per category, where its own F1 is best there
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Truth = NDArray[np.bool_]
GRID: Final = np.round(np.arange(0.03, 0.76, 0.01), 2)
"""Thresholds that are tried."""
FIXED: Final = 0.3
"""A threshold nobody chose, for comparison with published figures."""


def f1_per_label(
    scores: Scores, truth: Truth, threshold: float | NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return F1 per category, shape ``(28,)``; 0 where nothing is true or found."""
    said = scores >= threshold
    hits = (said & truth).sum(axis=0)
    return np.asarray(2.0 * hits / np.maximum(said.sum(axis=0) + truth.sum(axis=0), 1))


def micro_f1(scores: Scores, truth: Truth, threshold: float | NDArray[np.float64]) -> float:
    """Return F1 over all decisions."""
    said = scores >= threshold
    return 2.0 * int((said & truth).sum()) / max(int(said.sum()) + int(truth.sum()), 1)


def best_threshold(scores: Scores, truth: Truth) -> float:
    """Return the one threshold with the best macro-F1."""
    return float(max(GRID, key=lambda t: f1_per_label(scores, truth, float(t)).mean()))


def best_thresholds(scores: Scores, truth: Truth) -> NDArray[np.float64]:
    """Return per category the threshold with its best F1, shape ``(28,)``."""
    f1 = np.stack([f1_per_label(scores, truth, float(t)) for t in GRID])
    return np.asarray(GRID[f1.argmax(axis=0)])
