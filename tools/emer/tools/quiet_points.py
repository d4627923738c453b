"""Where sound can be cut with least harm: in pauses, else in its quietest moment."""

from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.findings import TimeSpan
from emer.tools.media.soundtrack import Soundtrack

if TYPE_CHECKING:
    from numpy.typing import NDArray

HUSH_S: Final = 0.1
"""About the closure of a plosive: shorter lows lie inside words."""
FRAME_S: Final = 0.05
PAUSE_S: Final = 0.5
"""Shorter ones are common inside a phrase."""
PAUSE_DROP_DB: Final = 25.0
"""A pause is this much quieter than the loud parts around it; vowels and fricatives of one voice
differ by less. In louder rooms no pause is found, which harms nobody."""


def quietest_s(track: Soundtrack | None, first_s: float, last_s: float) -> float:
    """Return the middle of the quietest tenth of a second in ``[first_s, last_s)``.

    Without sound there, ``last_s``.
    """
    power = _power(track, first_s, last_s, HUSH_S)
    return first_s + (int(power.argmin()) + 0.5) * HUSH_S if len(power) else last_s


def pauses_s(track: Soundtrack | None, first_s: float, last_s: float) -> list[tuple[float, float]]:
    """Return where the sound drops for half a second or more, in time order."""
    power = _power(track, first_s, last_s, FRAME_S)
    if not len(power):
        return []
    level_db = 10 * np.log10(power + 1e-10)
    low = level_db < np.percentile(level_db, 90) - PAUSE_DROP_DB
    edges = np.flatnonzero(np.diff(np.concatenate([[False], low, [False]]).astype(np.int8)))
    return [
        (first_s + int(a) * FRAME_S, first_s + int(b) * FRAME_S)
        for a, b in zip(edges[::2], edges[1::2], strict=True)
        if (b - a) * FRAME_S >= PAUSE_S
    ]


def _power(
    track: Soundtrack | None, first_s: float, last_s: float, frame_s: float
) -> "NDArray[np.float32]":
    """Return the mean power per frame, shape ``(frames,)``; the rest of a frame is left out."""
    if track is None or last_s <= first_s:
        return np.zeros(0, np.float32)
    sound = track.read(TimeSpan(start_s=first_s, end_s=last_s))
    frame = round(frame_s * Soundtrack.rate_hz)
    whole = sound[: len(sound) // frame * frame].reshape(-1, frame)
    power: NDArray[np.float32] = np.square(whole).mean(axis=1).astype(np.float32)
    return power
