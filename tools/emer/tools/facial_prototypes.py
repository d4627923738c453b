"""Which action units make which basic expression, and how far a face comes near each.

Reads    action-unit evidence of one face
Returns  strengths of action units and of patterns that several of them make, scores of categories
Cost     nothing: arithmetic
Source   prototypes: Du, Tao & Martinez 2014, doi:10.1073/pnas.1322355111, table 1; contempt:
         Ekman & Friesen 1986; valence and arousal: rounded places after Russell 1980
"""

import math
from collections.abc import Collection, Mapping, Sequence
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
    """Action units and patterns that speak against the category: each lowers its score."""
    optional: frozenset[str] = frozenset()
    """Action units whose share falls to the others where nobody measures them."""


def _needs(*alternatives: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(a.split("+")) for a in alternatives)


WIDE_OPEN: Final = "a mouth wide open"
"""Pattern: lips apart beyond ``DISPLAY`` without AU6. A scream, a cry and a laugh look alike then."""
CRYING: Final = "inner brows raised over lowered lids"
"""Pattern: AU1 without AU2 while AU43 is shown."""

PROTOTYPES: Final[dict[str, Prototype]] = {
    # lip corners are drawn out in crying, pain and fright, too: inner brows and lids tell
    "happiness": Prototype(
        {"AU12": 0.8, "AU6": 0.1, "AU25": 0.1}, _needs("AU12"), 0.8, 0.5,
        frozenset({"AU1", "AU4", "AU5", "AU9", "AU15", "AU20", WIDE_OPEN, CRYING}),
    ),
    "sadness": Prototype(
        {"AU1": 0.25, "AU4": 0.25, "AU15": 0.35, "AU17": 0.15},
        _needs("AU15", "AU1+AU4"), -0.6, -0.3,
    ),
    "anger": Prototype(
        {"AU4": 0.45, "AU7": 0.2, "AU23": 0.1, "AU24": 0.15, "AU17": 0.1},
        _needs("AU4"), -0.5, 0.6, frozenset({"AU12"}),  # a hearty smile lowers the brows, too
    ),
    "fear": Prototype(
        {"AU1": 0.2, "AU4": 0.2, "AU20": 0.3, "AU5": 0.15, "AU2": 0.05, "AU25": 0.1},
        _needs("AU20+AU1", "AU1+AU4+AU5"), -0.6, 0.6,
    ),
    # a surprised face alone does not say whether the surprise is pleasant
    "surprise": Prototype(
        {"AU1": 0.2, "AU2": 0.2, "AU5": 0.2, "AU25": 0.25, "AU26": 0.15},
        _needs("AU1+AU2", "AU2+AU5", "AU1+AU5", "AU1+AU26", "AU2+AU26"), 0.0, 0.7,
        frozenset({"AU4", "AU43"}), frozenset({"AU26"}),
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
STRONGEST: Final = 5.0
TOUCH: Final = 0.5
"""Share of the span or of the movement, whichever is shorter, from which sharing time with the span
counts in full; a movement that only touches the span belongs to its neighbour."""
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


def strengths(
    span: Spanned,
    own: Sequence[Evidence],
    spoken: float,
    unmeasured: Collection[str] = frozenset(),
) -> dict[str, float]:
    """Return how much of each action unit and pattern the face shows (0..1).

    Args:
        span: Where to look.
        own: Action-unit evidence of this face.
        spoken: Share of the span in which the face's owner talks; it discounts the lower face
            and raised brows.
        unmeasured: Action units that nobody can measure here.
    """
    shown: dict[str, float] = {}
    by_unit: dict[str, list[_Unit]] = {}
    for evidence in own:
        if not isinstance(reading := evidence.reading, ActionUnitReading):
            continue
        shared_s = evidence.overlap_s(span)
        if shared_s <= 0.0:
            continue
        held = min(1.0, shared_s / span.duration_s)
        touch = min(1.0, shared_s / (TOUCH * min(evidence.duration_s, span.duration_s)))
        strength = min(1.0, reading.intensity / DISPLAY) * (0.5 + 0.5 * held) * touch
        strength *= _left(reading.au, spoken)
        shown[reading.au] = max(shown.get(reading.au, 0.0), strength)
        inside = max(evidence.start_s, span.start_s), min(evidence.end_s, span.end_s)
        unit = _Unit(*inside, reading.intensity, touch)
        by_unit.setdefault(reading.au, []).append(unit)
    patterns = {
        WIDE_OPEN: _wide_open(by_unit) * _left("AU25", spoken) * (1.0 - shown.get("AU6", 0.0)),
        CRYING: _crying(by_unit) * _left("AU1", spoken),
    }
    if "AU26" in set(unmeasured) - shown.keys() and _jaw_drops(by_unit):
        patterns["AU26"] = shown["AU25"] * (1.0 - spoken)
    return shown | {name: strength for name, strength in patterns.items() if strength > 0.0}


def categories(
    shown: Mapping[str, float], unmeasured: Collection[str] = frozenset()
) -> dict[str, float]:
    """Score every category; the scores sum to 1 at most.

    Args:
        shown: Strengths (0..1) of action units and patterns.
        unmeasured: Action units that nobody can measure here.
    """
    scores = {}
    moved = 0.0
    for name, prototype in PROTOTYPES.items():
        if not any(need <= shown.keys() for need in prototype.needs):
            scores[name] = 0.0
            continue
        spared = (prototype.optional & set(unmeasured)) - shown.keys()
        measured = 1.0 - sum(prototype.weights[au] for au in spared)
        matched = sum(w * shown.get(au, 0.0) for au, w in prototype.weights.items()) / measured
        contested = max((shown.get(au, 0.0) for au in prototype.against), default=0.0)
        scores[name] = matched * (1.0 - CONTESTED * contested)
        moved += matched  # a face whose movements contradict each other is not at rest
    total = max(1.0, sum(scores.values()))
    scores = {name: score / total for name, score in scores.items()}
    scores[NEUTRAL] = NEUTRAL_MOST * max(0.0, 1.0 - moved)
    # rounded down, so that the sum cannot rise above 1
    return {name: math.floor(score * 1e4) / 1e4 for name, score in scores.items()}


class _Unit(NamedTuple):
    """What of one movement lies within the span."""

    start_s: float
    end_s: float
    intensity: float
    touch: float

    def shared_s(self, other: "_Unit") -> float:
        return max(0.0, min(self.end_s, other.end_s) - max(self.start_s, other.start_s))


def _left(au: str, spoken: float) -> float:
    """Return which share of a movement is left, given the share of time its owner talks."""
    if au in LOWER_FACE:
        kept = SMILE_WHILE_TALKING if au == "AU12" else OTHERS_WHILE_TALKING
    else:
        kept = BROWS_WHILE_TALKING if au in BROWS else 1.0
    return 1.0 - spoken * (1.0 - kept)


def _wide_open(units: Mapping[str, Sequence[_Unit]]) -> float:
    """Return how far beyond a display, and for how much of a smile, the lips are apart."""
    most = 0.0
    for lips in units.get("AU25", ()):
        beyond = min(1.0, max(0.0, lips.intensity - DISPLAY) / (STRONGEST - DISPLAY))
        for smile in units.get("AU12", ()):
            share = lips.shared_s(smile) / (smile.end_s - smile.start_s)
            most = max(most, beyond * share * lips.touch)
    return most


def _crying(units: Mapping[str, Sequence[_Unit]]) -> float:
    """Return whether inner brows alone are raised over lowered lids (0..1, less if but touched)."""
    outer = units.get("AU2", ())
    return max(
        (
            min(brow.touch, lids.touch)
            for brow in units.get("AU1", ())
            for lids in units.get("AU43", ())
            if brow.shared_s(lids) and not any(brow.shared_s(other) for other in outer)
        ),
        default=0.0,
    )


def _jaw_drops(units: Mapping[str, Sequence[_Unit]]) -> bool:
    """Whether lips far apart under raised brows stand for a dropped jaw; a smile opens, too."""
    brows = [unit for au in BROWS for unit in units.get(au, ())]
    return any(
        lips.intensity >= DISPLAY
        and any(lips.shared_s(brow) for brow in brows)
        and not any(lips.shared_s(smile) for smile in units.get("AU12", ()))
        for lips in units.get("AU25", ())
    )
