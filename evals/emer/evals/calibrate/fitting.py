"""Fit the curve from score to confidence, and measure it on groups that were left out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np

from emer.evals.statistics import N_RESAMPLES, bootstrap, ece, ece_of_perfect
from emer.evals.tables import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]

Method = Literal["temperature", "isotonic"]
METHODS: Final[tuple[Method, ...]] = ("temperature", "isotonic")
ENOUGH: Final = 30
"""Answers that are needed at least."""
ENOUGH_FOR_STEPS: Final = 500
"""Answers from which an isotonic curve is tried; it overfits fewer."""
N_FOLDS: Final = 5
EDGE: Final = 1e-3
"""Confidences stay this far from 0 and 1."""
N_KNOTS: Final = 41


@dataclass(frozen=True, slots=True)
class Curve:
    """A fitted curve and how it did on groups left out."""

    method: Method
    scores: "Floats"
    confidences: "Floats"
    left_out: "Floats"
    """Confidence of every answer by a curve that had not seen its group."""
    before: Estimate
    """Calibration error of the bare scores."""
    after: Estimate
    """Calibration error of ``left_out``."""
    perfect: float
    """What a perfectly calibrated engine would show at that number of answers."""

    def fields(self) -> dict[str, Any]:
        """Return the fields of a ``Calibration`` that the curve decides, as plain values."""
        return {
            "method": self.method,
            "scores": [round(float(x), 5) for x in self.scores],
            "confidences": [round(float(x), 4) for x in self.confidences],
            "ece": round(self.after.value, 4),
            "ece_low": round(self.after.low, 4),
            "ece_high": round(self.after.high, 4),
            "ece_uncalibrated": round(self.before.value, 4),
            "ece_of_perfect": round(self.perfect, 4),
        }


def fit(
    scores: "Floats",
    right: "Flags",
    groups: "NDArray[np.generic]",
    *,
    seed: int = 0,
    resamples: int = N_RESAMPLES,
) -> Curve:
    """Fit every method, keep the one with the smaller log-loss on groups left out.

    Args:
        scores: 0..1, ``(n,)``.
        right: Whether each answer was right.
        groups: Speaker, person or file of each answer; no group is on both sides of a split.
        seed: Of the split into groups.
        resamples: For the intervals.

    Raises:
        ValueError: There are fewer than ``ENOUGH`` answers or two groups, or all answers are right or
            all wrong.
    """
    names = np.unique(groups)
    if len(scores) < ENOUGH or len(names) < 2 or right.all() or not right.any():
        raise ValueError(
            f"a calibration needs at least {ENOUGH} answers of two speakers or files, some right and some wrong"
        )
    shuffled = np.random.default_rng(seed).permutation(names)
    held_out = [
        np.isin(groups, part) for part in np.array_split(shuffled, min(N_FOLDS, len(names)))
    ]
    tried = METHODS if len(scores) >= ENOUGH_FOR_STEPS else METHODS[:1]
    left_out: dict[Method, Floats] = {}
    for method in tried:
        left_out[method] = np.zeros(len(scores))
        for rows in held_out:
            knots = _fitted(method, scores[~rows], right[~rows])
            left_out[method][rows] = np.interp(scores[rows], *knots)
    best = min(tried, key=lambda m: _log_loss(left_out[m], right))
    knots = _fitted(best, scores, right)
    return Curve(
        best, *knots, left_out[best],
        before=bootstrap(ece, scores, right, groups=groups, n=resamples, of_distance=True),
        after=bootstrap(ece, left_out[best], right, groups=groups, n=resamples, of_distance=True),
        perfect=ece_of_perfect(left_out[best])[0],
    )  # fmt: skip


def _fitted(method: Method, scores: "Floats", right: "Flags") -> "tuple[Floats, Floats]":
    lowest, highest = float(scores.min()), float(scores.max())
    at = np.linspace(lowest, max(highest, lowest + EDGE), N_KNOTS)
    confidences = (_temperature if method == "temperature" else _isotonic)(scores, right, at)
    return at, np.maximum.accumulate(np.clip(confidences, EDGE, 1.0 - EDGE))


def _temperature(scores: "Floats", right: "Flags", at: "Floats") -> "Floats":
    """Scale and shift the logit of the score (Platt 1999; Guo et al. 2017 for the scale)."""
    from scipy.optimize import minimize

    logits, target = _logit(scores), right.astype(np.float64)

    def loss(p: "Floats") -> float:
        z = np.exp(p[0]) * logits + p[1]
        # a weak pull to leave the scores as they are keeps few answers from deciding all
        return float(np.mean(np.logaddexp(0.0, z) - target * z)) + 1e-3 * float(p @ p)

    scale, shift = minimize(loss, np.zeros(2)).x
    found: Floats = 1.0 / (1.0 + np.exp(-(np.exp(scale) * _logit(at) + shift)))
    return found


def _isotonic(scores: "Floats", right: "Flags", at: "Floats") -> "Floats":
    """Fit a rising step function (Zadrozny & Elkan 2002), read at the middles of its steps."""
    from scipy.optimize import isotonic_regression

    order = np.argsort(scores, kind="stable")
    steps = isotonic_regression(right[order].astype(np.float64)).x
    levels, inverse = np.unique(steps, return_inverse=True)
    middles = np.array([scores[order][inverse == i].mean() for i in range(len(levels))])
    found: Floats = np.interp(at, middles, levels)
    return found


def _logit(p: "Floats") -> "Floats":
    clipped = np.clip(p, EDGE, 1.0 - EDGE)
    found: Floats = np.log(clipped / (1.0 - clipped))
    return found


def _log_loss(p: "Floats", right: "Flags") -> float:
    return float(-np.mean(np.where(right, np.log(p), np.log(1.0 - p))))
