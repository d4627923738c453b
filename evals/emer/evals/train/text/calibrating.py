"""Logits bent so that scores are frequencies: one curve for all categories.

The curve is piecewise linear and rises everywhere, so that it moves no category against another and
changes no order; it is fitted by log-loss to out-of-fold logits of the training part. It is a
temperature that differs by how sure the network is.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

KNOTS: Final = (-6.0, -4.0, -3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 4.0)
"""Logits between which the curve is straight; beyond the last it goes on as before."""
LEAST: Final = 0.05
"""The slope that is left at least."""
_END: Final = 40.0
_BINS: Final = 400

Floats = NDArray[np.float32]


class Curve(NamedTuple):
    """A rising curve over logits."""

    start: float
    """Its value at and below the first knot."""
    slopes: tuple[float, ...]
    """Between each knot and the next, and after the last."""

    def bend(self, logits: Floats) -> Floats:
        """Return the bent logits, of the same shape."""
        parts = _parts(logits.astype(np.float64).ravel())
        return np.asarray(self.start + parts @ self.slopes, np.float32).reshape(logits.shape)

    def scores(self, logits: Floats) -> Floats:
        """Return scores, 0..1."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.bend(logits))), np.float32)


def widths() -> NDArray[np.float32]:
    """Return how far each slope reaches."""
    return np.diff(np.array([*KNOTS, _END], np.float32))


def _parts(logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how far each logit goes into every piece, shape ``(n, pieces)``."""
    far = logits[:, None] - np.array(KNOTS)
    return np.asarray(np.clip(far, 0.0, widths().astype(np.float64)))


def calibrated(logits: Floats, truth: NDArray[np.bool_]) -> Curve:
    """Fit the curve to logits of texts that the network did not see."""
    from scipy.optimize import minimize

    # a few hundred bins say the same as a million decisions
    edges = np.linspace(KNOTS[0] - 4.0, 12.0, _BINS + 1)
    at = np.clip(np.digitize(logits.ravel(), edges) - 1, 0, _BINS - 1)
    n = np.bincount(at, minlength=_BINS).astype(np.float64)
    true = np.bincount(at, weights=truth.ravel().astype(np.float64), minlength=_BINS)
    parts = _parts((edges[:-1] + edges[1:]) / 2)

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        bent = values[0] + parts @ values[1:]
        error = n / (1.0 + np.exp(-bent)) - true
        total = float((n * np.logaddexp(0.0, bent) - true * bent).sum())
        return total / n.sum(), np.concatenate([[error.sum()], parts.T @ error]) / n.sum()

    first = np.concatenate([[KNOTS[0]], np.ones(len(KNOTS))])
    bounds = [(None, None), *[(LEAST, None)] * len(KNOTS)]
    found = minimize(loss, first, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Curve(float(found[0]), tuple(float(slope) for slope in found[1:]))
