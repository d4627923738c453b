"""How many speakers there are, and which of them each quarter second belongs to.

Reads    embeddings whose scatter within one speaker has unit variance
Returns  speakers as centroids; a path of speakers over time
Cost     milliseconds a minute; long recordings are clustered part by part, then the parts' speakers
Source   two-covariance likelihood ratio: Bruemmer & de Villiers 2010, "The speaker partitioning
         problem"; smoothing: Viterbi 1967

Whom to call the same person is decided with a bias: to split one person in two does more harm to a
reader than to merge two.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

MERGE_ABOVE: Final = -16.0
MAX_WEIGHT: Final = 8.0
"""Clusters are merged while the log likelihood ratio of same to different speakers is above the
first; a cluster counts as at most the second number of independent windows, because neighbouring
windows share a mood and a room. Measured on 36 synthetic conversations of eight speakers whom
training never heard, and on 49 recordings of one speaker each in all their moods or in some: error
rate 0.499 (0.569 with one speaker for all) and none of the 49 split; -18 and 9, -12 and 7 do as
well; with -28 and 12 0.513 and none, with -22 and 12 0.502 and 3, with -8 and 6 0.492 and 4."""
PART: Final = 400
"""Units clustered at once: about ten minutes of speech; cost grows with the square."""
MIN_SPEAKER_UNITS: Final = 2.0
"""Less speech than this (3 s) does not make a speaker."""
EMISSION: Final = 0.25
"""Neighbouring windows overlap by five sixths, so each counts for less than one."""
FULL_VOICED: Final = 100.0
"""Voiced frames from which on a window counts fully."""
SWITCH_COST: Final = 4.0
"""In log likelihood; 2 to 8 made no difference in the same measurement."""


def speakers(
    units: "Floats", weights: "Floats", between: "Floats", n_speakers: int | None = None
) -> "Floats":
    """Group ``units`` by speaker.

    Args:
        units: One embedding per 1.5 s or so, shape ``(units, dimensions)``.
        weights: How many full windows each rests on, shape ``(units,)``, > 0.
        between: Variance between speakers, shape ``(dimensions,)``.
        n_speakers: How many there are, if that is known; else it is estimated.

    Returns:
        The centroids, most talkative first, shape ``(speakers, dimensions)``; at least one.
    """
    means, counts = units.astype(np.float64), weights.astype(np.float64)
    while len(means) > PART:
        parts = [_merged(means[i : i + PART], counts[i : i + PART], between)
                 for i in range(0, len(means), PART)]  # fmt: skip
        fewer = sum(len(m) for m, _ in parts)
        stuck = fewer == len(means)
        means, counts = (np.concatenate(x) for x in zip(*parts, strict=True))
        if stuck:  # nobody like anybody else within a part: keep who speaks most
            kept = np.sort(np.argsort(-counts, kind="stable")[:PART])
            means, counts = means[kept], counts[kept]
    means, counts = _merged(means, counts, between, n_speakers)
    order = np.argsort(-counts, kind="stable")
    enough = [i for i in order if n_speakers or counts[i] >= MIN_SPEAKER_UNITS] or [order[0]]
    centroids: Floats = means[enough].astype(np.float32)
    return centroids


def _merged(
    means: "NDArray[np.float64]",
    counts: "NDArray[np.float64]",
    between: "Floats",
    until: int | None = None,
) -> "tuple[NDArray[np.float64], NDArray[np.float64]]":
    """Merge the most similar pair again and again: while it may be one speaker, or ``until``."""
    means, counts = means.copy(), counts.copy()
    n = len(means)
    alike = np.full((n, n), -np.inf)
    everyone = np.arange(n)
    for i in range(1, n):
        alike[i, :i] = alike[:i, i] = same_speaker(means, counts, i, everyone[:i], between)
    alive = np.ones(n, np.bool_)
    for _ in range(n - 1):
        i, j = divmod(int(alike.argmax()), n)
        done = alike[i, j] < MERGE_ABOVE if until is None else int(alive.sum()) <= until
        if done:
            break
        total = counts[i] + counts[j]
        means[i] = (counts[i] * means[i] + counts[j] * means[j]) / total
        counts[i] = total
        alive[j] = False
        alike[j, :] = alike[:, j] = -np.inf
        others = np.flatnonzero(alive & (everyone != i))
        if len(others):
            alike[i, others] = alike[others, i] = same_speaker(means, counts, i, others, between)
    return means[alive], counts[alive]


def same_speaker(
    means: "NDArray[np.float64]",
    counts: "NDArray[np.float64]",
    one: int,
    others: "NDArray[np.intp]",
    between: "Floats",
) -> "NDArray[np.float64]":
    """Return the log likelihood ratio that cluster ``one`` and each of ``others`` are one person.

    Returns:
        Shape ``(others,)``; positive speaks for one person.
    """
    b = between.astype(np.float64)
    x, y = means[one], means[others]
    vx = b + 1.0 / min(counts[one], MAX_WEIGHT)
    vy = b + 1.0 / np.minimum(counts[others], MAX_WEIGHT)[:, None]
    det = vx * vy - b * b
    joint = (vy * x * x - 2 * b * x * y + vx * y * y) / det + np.log(det)
    apart = x * x / vx + y * y / vy + np.log(vx) + np.log(vy)
    ratio: NDArray[np.float64] = 0.5 * (apart - joint).sum(axis=1)
    return ratio


def path(
    vectors: "Floats", n_voiced: "Floats", centroids: "Floats"
) -> "tuple[NDArray[np.intp], Floats]":
    """Return who speaks in each block of one stretch, and how much it looks like them.

    Args:
        vectors: Shape ``(blocks, dimensions)``.
        n_voiced: Voiced frames behind each, shape ``(blocks,)``.
        centroids: Shape ``(speakers, dimensions)``.

    Returns:
        The index of the speaker, shape ``(blocks,)``, and their share of the likelihood among
        all speakers, shape ``(blocks,)``, 0..1.
    """
    trust = EMISSION * np.minimum(1.0, n_voiced / FULL_VOICED)[:, None]
    distance = np.stack([np.square(vectors - c).sum(axis=1) for c in centroids], axis=1)
    likelihood = -0.5 * distance * trust
    n, k = likelihood.shape
    came_from = np.zeros((n, k), np.intp)
    best = likelihood[0].copy()
    for t in range(1, n):
        leader = int(best.argmax())
        switched = best[leader] - SWITCH_COST
        came_from[t] = np.where(best >= switched, np.arange(k), leader)
        best = np.maximum(best, switched) + likelihood[t]
    who = np.empty(n, np.intp)
    who[-1] = int(best.argmax())
    for t in range(n - 1, 0, -1):
        who[t - 1] = came_from[t, who[t]]
    share = np.exp(likelihood - likelihood.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    return who, share[np.arange(n), who].astype(np.float32)
