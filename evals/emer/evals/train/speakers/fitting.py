"""Fit the background of all voices, and the directions in which speakers differ most from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.train.speakers.material import Voice

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Doubles = NDArray[np.float64]

COMPONENTS: Final = 64
ITERATIONS: Final = 12
FRAMES: Final = 60_000
EVERY: Final = 3
FLOOR: Final = 0.05
"""Least variance of a component, as a share of that of all frames."""
RELEVANCE: Final = 4.0
WINDOW: Final = 150
"""Voiced frames per window, as in use."""
WINDOWS: Final = 12
"""At most so many of one voice in one recording."""
FEWEST: Final = 4
PRINCIPAL: Final = 80
SAMPLE: Final = 3000
DIMENSIONS: Final = 25
SHRINKAGE: Final = 0.1


@dataclass(frozen=True, slots=True)
class Model:
    """Background, projection, and how far speakers are apart."""

    weights: "Doubles"
    """Shape ``(components,)``; sums to 1."""
    means: "Doubles"
    """Shape ``(components, 19)``."""
    variances: "Doubles"
    """Shape ``(components, 19)``."""
    centre: "Floats"
    """Shape ``(components * 19,)``."""
    projection: "Floats"
    """Shape ``(components * 19, dimensions)``."""
    between: "Floats"
    """Shape ``(dimensions,)``: variance between speakers where that within one is 1."""


class Background:
    """Mixture of Gaussians with diagonal covariance over all voices."""

    def __init__(self, frames: "Floats", rng: "Generator") -> None:
        """Fit by expectation maximisation from random frames."""
        self.means = frames[rng.choice(len(frames), COMPONENTS, replace=False)].astype(np.float64)
        self.variances = np.tile(frames.var(axis=0), (COMPONENTS, 1)).astype(np.float64)
        self.weights = np.full(COMPONENTS, 1 / COMPONENTS)
        floor = FLOOR * frames.var(axis=0)
        for _ in range(ITERATIONS):
            gamma = self.posteriors(frames)
            n = gamma.sum(axis=0)[:, None] + 1e-3
            self.means = gamma.T @ frames / n
            self.variances = np.maximum(gamma.T @ frames**2 / n - self.means**2, floor)
            self.weights = n[:, 0] / n.sum()

    def posteriors(self, x: "Floats") -> "Doubles":
        """Return the share of each component, shape ``(frames, components)``."""
        inverse = 1 / self.variances
        constant = np.log(self.weights) - 0.5 * (
            np.log(self.variances).sum(axis=1) + (self.means**2 * inverse).sum(axis=1)
        )
        log_p = constant + x @ (self.means * inverse).T - 0.5 * (x**2) @ inverse.T
        p = np.exp(log_p - log_p.max(axis=1, keepdims=True))
        share: Doubles = p / p.sum(axis=1, keepdims=True)
        return share

    def adapted(self, x: "Floats") -> "Floats":
        """Return how the voice in ``x`` moves each mean, shape ``(components * 19,)``."""
        gamma = self.posteriors(x)
        n = gamma.sum(axis=0)[:, None]
        offset = (gamma.T @ x - n * self.means) / np.sqrt(self.variances)
        moved: Floats = (offset / (n + RELEVANCE)).ravel().astype(np.float32)
        return moved


def fit(voices: Sequence[Voice], rng: "Generator") -> Model:
    """Fit background and projection; the same ``rng`` gives the same model."""
    frames = np.concatenate([v.cepstra[::EVERY] for v in voices])
    frames = frames[rng.choice(len(frames), min(len(frames), FRAMES), replace=False)]
    background = Background(frames, rng)
    parts = [(v.name, w) for v in voices for w in windows(v.cepstra)]
    vectors = np.stack([background.adapted(w) for _, w in parts])
    labels = np.array([name for name, _ in parts])
    centre, matrix, between = projection(vectors, labels, rng)
    return Model(
        background.weights, background.means, background.variances, centre, matrix, between
    )


def windows(cepstra: "Floats") -> "list[Floats]":
    """Cut voiced cepstra into windows of about 1.5 s, the first few of them."""
    return np.array_split(cepstra, max(1, round(len(cepstra) / WINDOW)))[:WINDOWS]


def projection(
    vectors: "Floats", labels: "NDArray[np.str_]", rng: "Generator"
) -> "tuple[Floats, Floats, Floats]":
    """Return centre, matrix and variance between speakers where that within one is 1.

    Args:
        vectors: One per window, shape ``(windows, size)``.
        labels: Whose it is, shape ``(windows,)``.
        rng: Chooses the windows from which principal directions are taken.
    """
    centre = vectors.mean(axis=0)
    sample = rng.choice(len(vectors), min(len(vectors), SAMPLE), replace=False)
    rank = min(PRINCIPAL, len(sample) - 1)
    basis = np.linalg.svd((vectors - centre)[sample], full_matrices=False)[2][:rank].T
    z = ((vectors - centre) @ basis).astype(np.float64)
    within, n_within, means = np.zeros((rank, rank)), 0, []
    for label in np.unique(labels):
        own = z[labels == label]
        if len(own) >= FEWEST:
            means.append(own.mean(axis=0))
            within += (own - means[-1]).T @ (own - means[-1])
            n_within += len(own) - 1
    within /= n_within
    within += SHRINKAGE * np.trace(within) / rank * np.eye(rank)
    values, axes = np.linalg.eigh(within)
    whiten = axes @ np.diag(values**-0.5) @ axes.T
    values, axes = np.linalg.eigh(whiten @ np.cov(np.array(means).T) @ whiten)
    best = np.argsort(-values)[:DIMENSIONS]
    matrix = (basis @ whiten @ axes[:, best]).astype(np.float32)
    between = np.maximum(values[best], 1e-3).astype(np.float32)
    return centre.astype(np.float32), matrix, between
