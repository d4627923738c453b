"""What the movements of a face amount to: from single action units to what they are signs of.

Reads    movements (FACS id, intensity 0..5, span) of one face, and whether its owner talks
Returns  strength 0..1 of each movement, and of each composite sign
Cost     arithmetic
Source   smiles: Ekman, Davidson & Friesen 1990, "The Duchenne smile"; contempt: Ekman & Friesen
         1986; controlled smiles: Keltner 1995, "Signs of appeasement"; brows in conversation:
         Ekman 1979; the rest follows the prototypes of ``emer.tools.facial_prototypes``. The
         weights are our own, rounded, and were not fitted to measured faces.

A movement is a sign of something, never proof of it: brows are drawn together in thought and in
anger, and lips are pressed by the wary and by the resolute.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from emer.tools.facs_table import CREDIBLE
from emer.tools.findings import Spanned

DISPLAY: Final = 3.0
"""Intensity (0..5) from which a movement counts in full: FACS level C, 'marked'."""
LEAST_S: Final = 0.12
"""A movement that shares less time than this with a segment is not part of it."""
OUTLASTS_S: Final = 0.8
"""A movement of the mouth that is held so much longer than the speech is not made by it."""
BUILT_IN: Final = frozenset(CREDIBLE)
"""All that the built-in engine tells. Where nothing else is seen, cheeks and lips may have moved
unnoticed."""
# What speech leaves of a movement that lies within it. Lips cannot be pressed or sucked in while
# their owner talks, so that these fall into pauses; opening and rounding is speech itself.
_WHILE_TALKING: Final[Mapping[str, float]] = {
    "AU10": 0.6, "AU12": 0.7, "AU14": 0.7, "AU15": 0.6, "AU16": 0.2, "AU17": 0.6, "AU18": 0.2,
    "AU20": 0.6, "AU22": 0.2, "AU23": 0.6, "AU24": 0.7, "AU25": 0.2, "AU26": 0.2, "AU27": 0.3,
    "AU28": 0.7, "AU2": 0.5,
}  # fmt: skip
INNER_BROW_WHILE_TALKING: Final = 0.5
"""Left of raised inner brows when the outer ones go along: with these, people underline words."""


class Movement(NamedTuple):
    """One action unit as one face shows it."""

    au: str
    intensity: float
    """0..5 at the apex."""
    start_s: float
    end_s: float
    evidence: str


class Sign(NamedTuple):
    """How strongly something shows, and by what."""

    strength: float
    """0..1."""
    evidence: tuple[str, ...]


def strengths(movements: Iterable[Movement], span: Spanned, *, speaking: bool) -> dict[str, Sign]:
    """Return how much of each action unit the face shows within ``span``.

    Args:
        movements: Of one face; those elsewhere in time are passed over.
        span: Where to look, seconds.
        speaking: The face's owner talks in ``span``: the mouth is discounted unless a movement
            is strong or outlasts the speech.
    """
    shown: dict[str, Sign] = {}
    for m in movements:
        shared_s = min(m.end_s, span.end_s) - max(m.start_s, span.start_s)
        if shared_s < min(LEAST_S, 0.5 * (m.end_s - m.start_s)):
            continue
        held = min(1.0, shared_s / span.duration_s)
        strength = min(1.0, m.intensity / DISPLAY) * (0.65 + 0.35 * held)
        if speaking and (kept := _WHILE_TALKING.get(m.au)) is not None:
            outside_s = max(span.start_s - m.start_s, m.end_s - span.end_s)
            proper = max(ramp(outside_s, 0.3, OUTLASTS_S), ramp(m.intensity, 2.5, 4.0))
            strength *= kept + (1.0 - kept) * proper
        if strength > shown.get(m.au, NOTHING).strength:
            shown[m.au] = Sign(strength, (m.evidence,))
    brows = shown.get("AU1")
    if speaking and brows and "AU2" in shown and "AU4" not in shown:
        shown["AU1"] = brows._replace(strength=brows.strength * INNER_BROW_WHILE_TALKING)
    return shown


def tells_cheeks(aus: Iterable[str]) -> bool:
    """Return whether an engine that found ``aus`` tells raised cheeks, so that none means none."""
    return any(au not in BUILT_IN for au in aus)


def signs(shown: Mapping[str, Sign], *, cheeks_told: bool | None = None) -> dict[str, Sign]:
    """Return what the movements are signs of, each 0..1; what has no sign is left out.

    A smile is ``felt_smile`` or ``mouth_smile`` only where raised cheeks could be measured; else
    it is an ``unsettled_smile``, which may be either.

    Args:
        shown: Strength by FACS id.
        cheeks_told: Whether AU6 would have been found; ``None``: judged by what is shown.
    """
    s = {au: sign.strength for au, sign in shown.items()}
    smile, cheeks = _of(s, 12), _of(s, 6)
    told = tells_cheeks(s) if cheeks_told is None else cheeks_told
    distressed = math.sqrt(_of(s, 1) * _of(s, 4))
    lowered = _of(s, 4) * (1.0 - _of(s, 1))
    narrowed = _of(s, 7) * (1.0 - min(smile, cheeks))  # a felt smile narrows the eyes as well
    # an engine that tells few movements takes the two ends of a brow for one another
    inner = _of(s, 1) * (1.0 - 0.6 * _of(s, 2)) * (1.0 if told else 0.5)
    raised = min(_of(s, 1), _of(s, 2))
    tight = max(_of(s, 23), _of(s, 24))
    felt = min(smile, 1.4 * cheeks)
    mouth_only = smile * max(0.0, 1.0 - 1.3 * cheeks) if told else 0.0
    unsettled = 0.0 if told else 0.5 * smile
    warm = max(felt, unsettled)
    controlled = max(_of(s, 14), tight, _of(s, 17), _of(s, 15), _of(s, 28))
    afraid = (_of(s, 1) * _of(s, 2) * _of(s, 4)) ** (1 / 3)
    found = {
        "smile": (smile, (12, 6)),
        "felt_smile": (felt, (12, 6)),
        "mouth_smile": (mouth_only, (12,)),
        "unsettled_smile": (unsettled, (12,)),
        "inner_brows": (max(ramp(inner, 0.2, 0.8), distressed), (1, 4)),
        "sad_face": (
            either(
                0.45 * distressed, 0.6 * _of(s, 15), 0.3 * inner,
                0.5 * min(_of(s, 17), max(_of(s, 1), _of(s, 15), 0.4 * _of(s, 43))),
            ),
            (1, 4, 15, 17),
        ),
        "angry_face": (
            either(
                0.5 * lowered, 0.35 * min(narrowed, 1.5 * max(lowered, tight)),
                0.45 * _of(s, 23), 0.4 * _of(s, 24) * (0.5 + 0.5 * lowered),
                0.35 * min(_of(s, 5), lowered), 0.2 * min(_of(s, 17), tight),
            ),
            (4, 5, 7, 23, 24),
        ),
        "afraid_face": (
            either(
                0.55 * afraid, 0.5 * _of(s, 20), 0.35 * min(_of(s, 5), max(_of(s, 1), _of(s, 20)))
            ),
            (1, 2, 4, 5, 20),
        ),
        "tense_face": (
            either(
                0.5 * _of(s, 24), 0.4 * _of(s, 23), 0.55 * _of(s, 28), 0.3 * _of(s, 17),
                0.35 * _of(s, 20), 0.25 * narrowed, 0.2 * lowered,
            ),
            (7, 17, 20, 23, 24, 28),
        ),
        "contempt_face": (
            either(
                0.8 * _of(s, 14) * (1.0 - 0.6 * warm),
                0.3 * _of(s, 10) * (1.0 - _of(s, 9)) * (1.0 - warm),
            ),
            (14, 10),
        ),
        "disgusted_face": (either(0.75 * _of(s, 9), 0.4 * _of(s, 10)), (9, 10)),
        "surprised_face": (
            either(0.35 * raised, 0.4 * min(raised, _of(s, 5)), 0.25 * min(_of(s, 26), raised)),
            (1, 2, 5, 26),
        ),
        "raised_brows": (raised, (1, 2)),
        "eyes_down": (_of(s, 43), (43,)),
        "controlled_smile": (
            min(smile, 1.2 * controlled) * (0.6 + 0.4 * _of(s, 43)), (12, 14, 17, 24)
        ),
        "lowered_brows": (lowered, (4,)),
    }  # fmt: skip
    return {
        name: Sign(round(min(1.0, strength), 4), _cited(shown, numbers))
        for name, (strength, numbers) in found.items()
        if strength > 0.0
    }


def ramp(value: float, none: float, full: float) -> float:
    """Return 0 up to ``none``, 1 from ``full`` on, and what lies between in proportion."""
    return min(1.0, max(0.0, (value - none) / (full - none)))


def either(*strengths: float) -> float:
    """Join independent signs of one thing: each adds to what the others leave open."""
    left = 1.0
    for strength in strengths:
        left *= 1.0 - min(1.0, max(0.0, strength))
    return 1.0 - left


NOTHING: Final = Sign(0.0, ())


def _of(shown: Mapping[str, float], number: int) -> float:
    return shown.get(f"AU{number}", 0.0)


def _cited(shown: Mapping[str, Sign], numbers: Iterable[int]) -> tuple[str, ...]:
    found = (shown.get(f"AU{n}", NOTHING) for n in numbers)
    return tuple(dict.fromkeys(e for sign in found for e in sign.evidence))
