"""From votes to a table that engines can be put through: what people take a mixed display for.

An engine is no crowd of raters. What it says is taken as a noisy sign of what people would hear
(or see); the table says how often each pair of the two occurs and what people make of the pair.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.train.fusion.pool import N, Pool, shares, smoothed
from emer.evals.train.fusion.votes import Votes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SHRINK: Final = 5.0
"""Clips' worth of weight that the pool's own answer has in every cell of the table."""
UNIFORM: Final = 0.5
"""Share of the uniform in how often pairs occur: nobody acts in life as evenly as in a corpus, and
a pair that actors seldom make must stay possible."""


@dataclass(frozen=True, slots=True)
class Percepts:
    """What people hear (first axis) and see (second axis)."""

    joint: "Floats"
    """``(6, 6)``: how often the pair occurs, sums to 1."""
    taken_for: "Floats"
    """``(6, 6, 6)``: shares of what people take the pair for, sums to 1 along the last axis."""
    n_clips: "Floats"
    """``(6, 6)``: clips behind each pair."""


def percepts(votes: Votes, pool: Pool) -> Percepts:
    """Count pairs of majority votes, and what people say who hear and see.

    Ties are split evenly. In each cell the pool's answer for the typical clip counts like
    ``SHRINK`` clips: rare pairs follow it, frequent ones follow the votes.
    """
    heard, seen = _leading(votes.heard), _leading(votes.seen)
    weights = heard[:, :, None] * seen[:, None, :]
    n_clips = weights.sum(axis=0)
    counted = np.einsum("nij,nk->ijk", weights, shares(votes.both))
    typical_heard, typical_seen = (
        (leading.T @ smoothed(counts)) / leading.sum(axis=0)[:, None]
        for leading, counts in ((heard, votes.heard), (seen, votes.seen))
    )
    of_pool = np.array([pool.together(np.tile(h, (N, 1)), typical_seen) for h in typical_heard])
    taken_for = (counted + SHRINK * of_pool) / (n_clips + SHRINK)[:, :, None]
    joint = (1.0 - UNIFORM) * n_clips / n_clips.sum() + UNIFORM / n_clips.size
    return Percepts(joint, taken_for, n_clips)


def _leading(counts: "Floats") -> "Floats":
    best = counts == counts.max(axis=1, keepdims=True)
    return shares(best.astype(np.float64))
