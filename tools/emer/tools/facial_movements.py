"""The action units that are told, and the rules that make events of their signals.

Reads    the signals of one face over time, from ``facs_table``
Returns  events, each with its rise over the face's own neutral
Cost     microseconds a sample
Source   rules are our own; names: Ekman, Friesen & Hager 2002
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.facial_events import NOISES, Event, above_neutral, events, noise_of, smoothed
from emer.tools.facs_table import CREDIBLE, TABLE, Unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TOLD: Final[dict[str, Unit]] = {u.au: u for u in TABLE if u.au in CREDIBLE}
NOT_TOLD: Final = tuple(f"{u.au} {u.name}" for u in TABLE if u.au not in CREDIBLE)
THRESHOLD: Final = 0.25
"""Share of ``Unit.full`` by which a signal must rise over the own neutral to make an event."""
NEUTRAL: Final = 30.0
"""Percentile of a signal that counts as the own neutral: movements go one way and may be held."""
NEUTRAL_LIDS: Final = 50.0
"""The same for ``AU43``: eyes are open most of the time."""
SMILE_LEVEL: Final = 0.4
"""From here on ``AU12`` stands for a smile by itself, without comparing with an own neutral."""
SMILE_HELD: Final = 0.5
"""A neutral above this level is itself a smile."""
_FAST: Final = frozenset({"AU18", "AU25", "AU26"})
"""Movements whose fast change is speech and no noise."""


def threshold_of(au: str, strictness: float = 1.0) -> float:
    """Return the rise from which ``au`` counts, before noise is looked at."""
    return THRESHOLD * TOLD[au].full * strictness


def movement_events(
    au: str, times_s: "Floats", signal: "Floats", strictness: float = 1.0
) -> list[tuple[Event, float, float]]:
    """Find the events of one movement, each with its rise at the apex and the threshold.

    Args:
        au: One of ``TOLD``.
        times_s: Sample times, shape ``(n,)``.
        signal: Its signal from ``facs_table.signals``, shape ``(n,)``.
        strictness: Multiplies the threshold.
    """
    threshold = threshold_of(au, strictness)
    if au not in _FAST:
        threshold = max(threshold, NOISES * noise_of(signal))
    above = rise(au, times_s, signal)
    return [(e, float(above[e.apex]), threshold) for e in events(times_s, above, threshold)]


def rise(au: str, times_s: "Floats", signal: "Floats") -> "Floats":
    """Return how far one movement is above the face's own neutral, shape ``(n,)``.

    Args:
        au: One of ``TOLD``; ``TOLD[au].full`` is the rise that counts as intensity 5.
        times_s: Sample times, shape ``(n,)``.
        signal: Its signal from ``facs_table.signals``, shape ``(n,)``.
    """
    percentile = NEUTRAL_LIDS if au == "AU43" else NEUTRAL
    calm = smoothed(times_s, signal)
    above = above_neutral(times_s, calm, percentile)
    if au == "AU12":  # a smile that is held most of the time hides in the neutral
        neutral = calm - above
        above = above + np.where(neutral >= SMILE_HELD, neutral, 0.0)
    return above
