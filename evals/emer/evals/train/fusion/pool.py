"""A log-linear pool: what people see and hear together, from what they see and what they hear.

    both ~ softmax(clr(heard) @ A + clr(seen) @ B + c)

with ``clr`` the centred logarithm of a smoothed share of votes. A full matrix each lets fear heard
speak for sadness, say. Source: Genest & Zidek 1986 (pooling); the full matrices are ours.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.train.fusion.votes import CATEGORIES, Votes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

N: Final = len(CATEGORIES)
SMOOTHING: Final = 1.0
"""Votes added to every category: about ten raters saw a clip."""
PENALTY: Final = 1e-4
"""Strength of the pull of both matrices towards half the identity."""


@dataclass(frozen=True, slots=True)
class Pool:
    """A fitted pool."""

    heard: "Floats"
    """``(6, 6)``."""
    seen: "Floats"
    """``(6, 6)``."""
    bias: "Floats"
    """``(6,)``."""

    def together(self, heard: "Floats", seen: "Floats") -> "Floats":
        """Return shares ``(n, 6)`` from smoothed shares ``(n, 6)`` of each way alone."""
        return softmax(clr(heard) @ self.heard + clr(seen) @ self.seen + self.bias)


def fit(votes: Votes, *, penalty: float = PENALTY) -> Pool:
    """Fit the pool by maximum likelihood of the votes of those who heard and saw."""
    from scipy.optimize import minimize

    inputs = np.hstack(
        [clr(smoothed(votes.heard)), clr(smoothed(votes.seen)), np.ones((len(votes.both), 1))]
    )
    target = shares(votes.both)
    start = np.vstack([0.5 * np.eye(N), 0.5 * np.eye(N), np.zeros((1, N))])

    def loss(flat: "Floats") -> "tuple[float, Floats]":
        weights = flat.reshape(start.shape)
        said = softmax(inputs @ weights)
        pull = weights - start
        error = -(target * np.log(np.clip(said, 1e-12, 1.0))).sum(axis=1).mean()
        slope = inputs.T @ (said - target) / len(target) + 2 * penalty * pull
        return error + penalty * float((pull**2).sum()), slope.ravel()

    found = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B").x.reshape(start.shape)
    return Pool(found[:N], found[N : 2 * N], found[2 * N])


def shares(counts: "Floats") -> "Floats":
    """Return counts of votes as shares that sum to 1 in a row."""
    found: Floats = counts / counts.sum(axis=1, keepdims=True)
    return found


def smoothed(counts: "Floats", added: float = SMOOTHING) -> "Floats":
    """Return shares with ``added`` votes for every category."""
    return shares(counts + added)


def clr(p: "Floats") -> "Floats":
    """Return the centred log-ratio of each row (Aitchison 1982)."""
    logs = np.log(p)
    found: Floats = logs - logs.mean(axis=1, keepdims=True)
    return found


def softmax(z: "Floats") -> "Floats":
    """Return each row as shares."""
    found: Floats = np.exp(z - z.max(axis=1, keepdims=True))
    return shares(found)
