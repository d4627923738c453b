"""First guesses of who speaks: units of 1.5 s or so, merged until so many speakers are left.

Reads    embeddings whose scatter within one speaker has unit variance
Returns  speakers as centroids
Cost     milliseconds a minute; it grows with the square of the units
Source   two-covariance likelihood ratio: Bruemmer & de Villiers 2010, "The speaker partitioning
         problem"
"""

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]

MAX_WEIGHT: Final = 8.0
"""A cluster counts as at most so many independent windows, because neighbouring windows share a
mood and a room."""


def merged(units: "Doubles", weights: "Doubles", between: "Doubles", until: int) -> "Doubles":
    """Merge the most similar pair again and again.

    Args:
        units: One embedding per 1.5 s or so, shape ``(units, dimensions)``.
        weights: How many full windows each rests on, shape ``(units,)``, > 0.
        between: Variance between speakers, shape ``(dimensions,)``.
        until: So many are left, or all units if they are fewer.

    Returns:
        The centroids, shape ``(speakers, dimensions)``.
    """
    # in a two-covariance model the speakers of the clip scatter around zero
    middle = np.average(units, axis=0, weights=weights)
    means, counts = units - middle, weights.astype(np.float64)
    n = len(means)
    alike = np.full((n, n), -np.inf)
    everyone = np.arange(n)
    for i in range(1, n):
        alike[i, :i] = alike[:i, i] = same_speaker(means, counts, i, everyone[:i], between)
    alive = np.ones(n, np.bool_)
    for _ in range(n - until):
        i, j = divmod(int(alike.argmax()), n)
        total = counts[i] + counts[j]
        means[i] = (counts[i] * means[i] + counts[j] * means[j]) / total
        counts[i] = total
        alive[j] = False
        alike[j, :] = alike[:, j] = -np.inf
        others = np.flatnonzero(alive & (everyone != i))
        if len(others):
            alike[i, others] = alike[others, i] = same_speaker(means, counts, i, others, between)
    left: Doubles = means[alive] + middle
    return left


def same_speaker(
    means: "Doubles",
    counts: "Doubles",
    one: int,
    others: "NDArray[np.intp]",
    between: "Doubles",
) -> "Doubles":
    """Return the log likelihood ratio that cluster ``one`` and each of ``others`` are one person.

    Returns:
        Shape ``(others,)``; positive speaks for one person.
    """
    b = between
    x, y = means[one], means[others]
    vx = b + 1.0 / min(counts[one], MAX_WEIGHT)
    vy = b + 1.0 / np.minimum(counts[others], MAX_WEIGHT)[:, None]
    det = vx * vy - b * b
    joint = (vy * x * x - 2 * b * x * y + vx * y * y) / det + np.log(det)
    apart = x * x / vx + y * y / vy + np.log(vx) + np.log(vy)
    ratio: Doubles = 0.5 * (apart - joint).sum(axis=1)
    return ratio
