"""From a signal over time to events: own neutral, noise, and movements from onset to offset.

Reads    sample times and one signal of one face, shape ``(n,)``
Returns  how far the signal is above its own neutral, and the stretches in which it clearly is
Cost     microseconds a sample; memory grows with the samples of one face (8 bytes each)
Source   hysteresis on a robust baseline, own work
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Series = NDArray[np.float64]

FEWEST: Final = 2
"""Samples above the upper threshold: a single one may be a misplaced crop."""
RELEASE: Final = 0.5
"""An event lasts while the signal stays above this share of the upper threshold."""
NOISES: Final = 3.5
"""The upper threshold is at least this many standard deviations of the signal's noise."""
HOLE: Final = 2.5
"""Samples further apart than this many usual steps are not consecutive."""
BLOCK_S: Final = 60.0
"""A person's neutral is taken anew this often, from the block and its two neighbours: light,
camera and posture drift over long recordings."""
FEWEST_RESTING: Final = 3
LEAST_RESTING: Final = 0.2
"""Samples, and share of all, that must be at rest to stand for the neutral: a few may be odd."""
_MAD_TO_SD: Final = 1.4826


class Event(NamedTuple):
    """One movement, as places in the series; ``last`` belongs to it."""

    first: int
    apex: int
    last: int


def step_of(times_s: "Series") -> float:
    """Return the usual time between samples in seconds, 0.2 if there is only one."""
    return float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.2


def pieces(times_s: "Series") -> Iterator[slice]:
    """Yield the stretches without holes."""
    holes = np.flatnonzero(np.diff(times_s) > HOLE * step_of(times_s)) + 1
    edges = [0, *holes.tolist(), len(times_s)]
    for first, end in pairwise(edges):
        if end > first:
            yield slice(first, end)


def smoothed(times_s: "Series", signal: "Series") -> "Series":
    """Average with both neighbours (weights 1, 2, 1) inside each stretch without holes."""
    calm = np.empty(len(signal))
    for piece in pieces(times_s):
        ends = np.pad(signal[piece].astype(np.float64), 1, mode="edge")
        calm[piece] = (ends[:-2] + 2.0 * ends[1:-1] + ends[2:]) / 4.0
    return calm


def above_neutral(
    times_s: "Series",
    signal: "Series",
    percentile: float,
    resting: "NDArray[np.bool_] | None" = None,
) -> "Series":
    """Subtract the face's own neutral: a percentile of the signal over some minutes around.

    Args:
        times_s: Sample times, rising, shape ``(n,)``.
        signal: Same shape.
        percentile: 0..100; low for movements that go one way and are held for long.
        resting: Samples that may count as neutral; ignored where they are too few.
    """
    if not len(signal):
        return np.zeros(0)
    middles, levels = [], []
    start = float(times_s[0])
    n_blocks = max(1, round((float(times_s[-1]) - start) / BLOCK_S))
    for block in range(n_blocks):
        first, end = start + (block - 1) * BLOCK_S, start + (block + 2) * BLOCK_S
        last = n_blocks - 1 == block
        near = (times_s >= first) & ((times_s < end) | last)
        if resting is not None and _enough(near & resting, near):
            near &= resting
        if near.any():
            middles.append(start + (block + 0.5) * BLOCK_S)
            levels.append(float(np.percentile(signal[near], percentile)))
    return signal - np.interp(times_s, middles, levels)


def noise_of(signal: "Series") -> float:
    """Return the standard deviation of the signal's tremble from sample to sample."""
    if len(signal) < 3:
        return 0.0
    return float(_MAD_TO_SD * np.median(np.abs(np.diff(signal))) / np.sqrt(2.0))


def events(times_s: "Series", above: "Series", threshold: float) -> list[Event]:
    """Find where ``above`` rises over ``threshold`` and until when it stays up.

    Args:
        times_s: Sample times, rising, shape ``(n,)``.
        above: Signal over its neutral, same shape.
        threshold: Level that must be reached in ``FEWEST`` consecutive samples.
    """
    found = []
    for piece in pieces(times_s):
        part = above[piece]
        for first, end in _runs(part > RELEASE * threshold):
            strong = [b - a for a, b in _runs(part[first:end] >= threshold)]
            if max(strong, default=0) >= FEWEST:
                apex = first + int(np.argmax(part[first:end]))
                found.append(Event(*(piece.start + i for i in (first, apex, end - 1))))
    return found


def _enough(resting: "NDArray[np.bool_]", near: "NDArray[np.bool_]") -> bool:
    n_resting = np.count_nonzero(resting)
    return bool(n_resting >= max(FEWEST_RESTING, LEAST_RESTING * np.count_nonzero(near)))


def _runs(mask: "NDArray[np.bool_]") -> list[tuple[int, int]]:
    """Return first and end of every run of true values."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
