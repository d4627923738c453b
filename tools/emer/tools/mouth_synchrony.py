"""How well a mouth moves with the sound.

Reads    the motion of a mouth and the soundtrack
Returns  their correlation over a stretch of time, at the best of a few lags
Source   own work, after the idea of audio-visual synchrony (Hershey & Movellan 1999)
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.findings import TimeSpan
from emer.tools.media.faces import MouthMotion
from emer.tools.media.soundtrack import Soundtrack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Series = NDArray[np.float64]

GRID_HZ: Final = 25.0
"""Sound and mouth are compared at this rate."""
AROUND_S: Final = 0.3
"""Looked at before and after the utterance: beginning and ending together tells most."""
SHORTEST_S: Final = 0.6
"""Less is too short to tell moving together from chance."""
LEAST_SEEN: Final = 0.5
"""Share of the utterance in which a face must be visible to be judged."""
LAGS: Final = (0, 1, 2, 3)
"""The sound may follow the lips by up to 0.12 s; measured: the best lag is 0 to 0.08 s."""
SMOOTH_STEPS: Final = 3


def together_in(soundtrack: Soundtrack, span: TimeSpan, motion: MouthMotion) -> tuple[float, float]:
    """Return the correlation of mouth and sound in ``span`` and the seconds that it rests on."""
    near = (motion.times_s >= span.start_s - AROUND_S) & (motion.times_s < span.end_s + AROUND_S)
    times_s, energy = motion.times_s[near], motion.energy[near].astype(np.float64)
    first_s = max(float(times_s[0]), soundtrack.start_s)
    last_s = min(float(times_s[-1]), soundtrack.end_s - (max(LAGS) + 1) / GRID_HZ)
    grid_s = np.arange(first_s, last_s, 1.0 / GRID_HZ)
    if len(grid_s) < SHORTEST_S * GRID_HZ * LEAST_SEEN:
        return 0.0, 0.0
    mouth = _smooth(np.interp(grid_s, times_s, energy))
    mouth = np.sqrt(np.maximum(mouth - mouth.min(), 0.0))
    loud = _loudness(soundtrack, first_s, len(grid_s) + max(LAGS))
    n = len(grid_s)
    best = max(_correlation(mouth, loud[lag : lag + n]) for lag in LAGS)
    return best, n / GRID_HZ


def _loudness(soundtrack: Soundtrack, start_s: float, n: int) -> "Series":
    """Return the square root of the sound's level from ``start_s`` on, shape ``(n,)``."""
    half_s = 1.0 / GRID_HZ
    end_s = start_s + n / GRID_HZ
    sound = soundtrack.read(TimeSpan(start_s=max(0.0, start_s - half_s), end_s=end_s + half_s))
    power = np.concatenate([[0.0], np.cumsum(sound.astype(np.float64) ** 2)])
    read_s = max(soundtrack.start_s, start_s - half_s)
    centres = (start_s + np.arange(n) / GRID_HZ - read_s) * soundtrack.rate_hz
    reach = half_s * soundtrack.rate_hz
    first = np.clip((centres - reach).astype(int), 0, len(sound))
    last = np.clip((centres + reach).astype(int), 0, len(sound))
    mean = (power[last] - power[first]) / np.maximum(last - first, 1)
    level: Series = np.maximum(mean, 0.0) ** 0.25
    return level


def _smooth(series: "Series") -> "Series":
    padded = np.pad(series, SMOOTH_STEPS // 2, mode="edge")
    return np.convolve(padded, np.ones(SMOOTH_STEPS) / SMOOTH_STEPS, "valid")


def _correlation(a: "Series", b: "Series") -> float:
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / size if size > 1e-9 else 0.0
