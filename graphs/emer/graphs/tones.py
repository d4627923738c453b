"""When a voice clearly sounds like a category: sentences, lanes and captions tell it by one rule."""

from collections.abc import Mapping
from typing import Final

MIN_TONE: Final = 0.6
"""A voice is said to sound like a category from this score on: of actors whom the network never heard
more than half are then named, hardly ever wrongly, and of plain readers fewer than one in twenty ..."""
TONE_MARGIN: Final = 0.2
"""... if no other comes near it ..."""
MIN_TONE_TRUST: Final = 0.5
"""... and the sound is clean, long and usual enough: actors taught the network, not this speaker."""


def clear_tone(scores: Mapping[str, float], trust: float | None) -> str | None:
    """Return the category that a voice clearly sounds like, if there is one.

    Args:
        scores: 0..1 by category.
        trust: Score of the finding itself, 0..1.
    """
    if len(scores) < 2 or (trust or 0.0) < MIN_TONE_TRUST:
        return None
    first, second, *_ = sorted(scores, key=lambda c: (-scores[c], c))
    clear = scores[first] >= MIN_TONE and scores[first] - scores[second] >= TONE_MARGIN
    return first if clear else None
