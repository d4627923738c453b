"""Citations as they are printed: when, who, and what kind of evidence: ``[00:14.2 P1 AU12]``."""

from collections.abc import Sequence
from typing import Final

from emer.tools.findings import Evidence
from emer.tools.readings import ActionUnitReading, ExpressionReading, VocalEventReading

MOST_KINDS: Final = 3
CLIP: Final = "[clip file]"
"""What cites the container itself: its length, its streams."""
_KINDS: Final = {
    "speech": "speech", "speaker_turn": "turn", "words": "words", "utterance": "words",
    "voice": "voice", "speech_emotion": "tone", "voice_dimensions": "tone", "face_track": "face",
    "speaking_face": "mouth", "likeness": "likeness", "text_emotion": "wording",
    "expression": "expression", "scene": "picture", "on_screen_text": "screen_text",
    "impression": "impression",
}  # fmt: skip
"""One word per kind of reading."""


_TELLING: Final = {
    "text_emotion": 0.0, "expression": 0.1, "voice": 0.2, "impression": 0.3, "speech_emotion": 0.4,
    "voice_dimensions": 0.5, "words": 6.0, "utterance": 6.1, "on_screen_text": 6.2,
}  # fmt: skip
"""How soon a kind of reading is cited; what tells that somebody is there, not how, comes last."""
PRESENCE: Final = 6.0
"""From this rank on evidence tells that somebody is there or what was said, not how."""
_OF_SPEECH: Final = frozenset({"AU25", "AU26", "AU27"})
"""Movements that talking consists of."""


def telling(evidence: Evidence) -> float:
    """Return a rank, the smallest first: affect, then movements and sounds by strength."""
    match evidence.reading:
        case ActionUnitReading(au=au, intensity=intensity):
            return 5.0 if au in _OF_SPEECH else 2.0 - intensity / 5.0
        case VocalEventReading(loudest=loudest):
            return 1.0 - loudest / 2.0
        case ExpressionReading(valence=None):
            return 4.0  # a face that was seen and said nothing
    return _TELLING.get(evidence.reading.kind, 7.0)


def clock(seconds: float) -> str:
    """Write a time as mm:ss.t, minutes beyond 99 as they are."""
    tenths = round(seconds * 10)
    return f"{tenths // 600:02d}:{tenths % 600 // 10:02d}.{tenths % 10}"


def kind_word(evidence: Evidence) -> str:
    """Say in one word what a piece of evidence is."""
    match evidence.reading:
        case ActionUnitReading(au=au):
            return au
        case VocalEventReading(event=event):
            return event
    return _KINDS.get(evidence.reading.kind, evidence.reading.kind)


def what_is(evidence: Sequence[Evidence]) -> str:
    """Say in at most three words what some evidence is."""
    kinds = list(dict.fromkeys(kind_word(e) for e in evidence))
    return "+".join(kinds[:MOST_KINDS]) or "report"


def mark(start_s: float, who: str, what: str) -> str:
    """Return a citation."""
    return f"[{clock(start_s)} {who} {what}]"
