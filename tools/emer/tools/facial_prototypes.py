"""Which action units make which basic expression, and how far a face comes near each.

Reads    action-unit evidence of one face
Returns  strengths of action units, scores of categories
Cost     nothing: arithmetic
Source   prototypes: Du, Tao & Martinez 2014, doi:10.1073/pnas.1322355111, table 1; contempt:
         Ekman & Friesen 1986; valence and arousal: rounded places after Russell 1980
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from emer.tools.findings import Evidence, Spanned
from emer.tools.readings import ActionUnitReading


class Prototype(NamedTuple):
    """The action units of one category."""

    weights: Mapping[str, float]
    """Share of each action unit, sum 1; our own, the consistent ones of Du et al. weigh most."""
    needs: tuple[frozenset[str], ...]
    """The category is not considered unless all action units of one of these sets are seen."""
    valence: float
    arousal: float
    """Both -1..1."""
    against: frozenset[str] = frozenset()
    """Action units that speak against the category: each lowers its score."""


def _needs(*alternatives: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(a.split("+")) for a in alternatives)


PROTOTYPES: Final[dict[str, Prototype]] = {
    # lip corners are drawn out in crying, pain and fright, too: inner brows and lids tell
    "happiness": Prototype(
        {"AU12": 0.8, "AU6": 0.1, "AU25": 0.1}, _needs("AU12"), 0.8, 0.5,
        frozenset({"AU1", "AU4", "AU5", "AU9", "AU15", "AU20"}),
    ),
    "sadness": Prototype(
        {"AU1": 0.25, "AU4": 0.25, "AU15": 0.35, "AU17": 0.15},
        _needs("AU15", "AU1+AU4"), -0.6, -0.3,
    ),
    "anger": Prototype(
        {"AU4": 0.45, "AU7": 0.2, "AU23": 0.1, "AU24": 0.15, "AU17": 0.1},
        _needs("AU4"), -0.5, 0.6,
    ),
    "fear": Prototype(
        {"AU1": 0.2, "AU4": 0.2, "AU20": 0.3, "AU5": 0.15, "AU2": 0.05, "AU25": 0.1},
        _needs("AU20+AU1", "AU1+AU4+AU5"), -0.6, 0.6,
    ),
    # a surprised face alone does not say whether the surprise is pleasant
    "surprise": Prototype(
        {"AU1": 0.25, "AU2": 0.25, "AU5": 0.25, "AU25": 0.15, "AU26": 0.1},
        _needs("AU1+AU2", "AU2+AU5", "AU1+AU5"), 0.0, 0.7, frozenset({"AU4", "AU43"}),
    ),
    "disgust": Prototype(
        {"AU9": 0.5, "AU10": 0.3, "AU17": 0.1, "AU4": 0.1}, _needs("AU9", "AU10+AU17"), -0.6, 0.3
    ),
    "contempt": Prototype({"AU14": 1.0}, _needs("AU14"), -0.3, 0.3),
}  # fmt: skip
NEUTRAL: Final = "neutral"
NEUTRAL_MOST: Final = 0.5
"""Score of a face that shows none of the measured movements: the others may be there all the
same, so that it stays modest."""
DISPLAY: Final = 3.0
"""Intensity (0..5) from which a movement counts in full: FACS level C, 'marked'."""
LOWER_FACE: Final = frozenset({"AU10", *(f"AU{n}" for n in range(12, 29))})
SMILE_WHILE_TALKING: Final = 0.7
"""What is left of a smile if its owner talks throughout; measured: the smile cue correlates with
its teacher at 0.64 in clips of talking persons, at 0.91 in the others."""
OTHERS_WHILE_TALKING: Final = 0.2
"""The same for the rest of the lower face: speech opens, rounds and spreads the mouth by itself."""
BROWS: Final = frozenset({"AU1", "AU2"})
BROWS_WHILE_TALKING: Final = 0.4
"""Likewise for raised brows, with which people underline what they say (Ekman 1979, "About brows:
emotional and conversational signals"). An assumption, not fitted."""
CONTESTED: Final = 0.7
"""Share of a score that an action unit which speaks against it takes away, if shown in full."""


def strengths(span: Spanned, own: Sequence[Evidence], spoken: float) -> dict[str, float]:
    """Return how much of each action unit the face shows (0..1).

    Args:
        span: Where to look.
        own: Action-unit evidence of this face.
        spoken: Share of the span in which the face's owner talks; it discounts the lower face
            and raised brows.
    """
    shown: dict[str, float] = {}
    for evidence in own:
        if not isinstance(reading := evidence.reading, ActionUnitReading):
            continue
        held = min(1.0, evidence.overlap_s(span) / span.duration_s)
        strength = min(1.0, reading.intensity / DISPLAY) * (0.5 + 0.5 * held)
        if reading.au in LOWER_FACE:
            kept = SMILE_WHILE_TALKING if reading.au == "AU12" else OTHERS_WHILE_TALKING
            strength *= 1.0 - spoken * (1.0 - kept)
        elif reading.au in BROWS:
            strength *= 1.0 - spoken * (1.0 - BROWS_WHILE_TALKING)
        shown[reading.au] = max(shown.get(reading.au, 0.0), strength)
    return shown


def categories(shown: Mapping[str, float]) -> dict[str, float]:
    """Score every category from the strengths of action units; they sum to 1 at most."""
    scores = {}
    moved = 0.0
    for name, prototype in PROTOTYPES.items():
        if not any(need <= shown.keys() for need in prototype.needs):
            scores[name] = 0.0
            continue
        matched = sum(w * shown.get(au, 0.0) for au, w in prototype.weights.items())
        contested = max((shown.get(au, 0.0) for au in prototype.against), default=0.0)
        scores[name] = matched * (1.0 - CONTESTED * contested)
        moved += matched  # a face whose movements contradict each other is not at rest
    total = max(1.0, sum(scores.values()))
    scores = {name: score / total for name, score in scores.items()}
    scores[NEUTRAL] = NEUTRAL_MOST * max(0.0, 1.0 - moved)
    # rounded down, so that the sum cannot rise above 1
    return {name: math.floor(score * 1e4) / 1e4 for name, score in scores.items()}
