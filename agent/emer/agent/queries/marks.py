"""Citations as they are printed: when, who, and what kind of evidence: ``[00:14.2 P1 AU12]``."""

from collections.abc import Sequence
from typing import Final

from emer.tools.findings import Evidence
from emer.tools.readings import ActionUnitReading, VocalEventReading

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
