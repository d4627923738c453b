"""Named ways in which face, voice and words can stand to each other, each defined by evidence.

A pattern is a hypothesis about what is shown: it lists what speaks for and against it, and a
strength 0..1. Definitions use valence and arousal on -1..1 and action units where they are known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from emer.graphs.tasks import ModalityFact, SegmentFacts
from emer.tools.findings import Modality

CLEAR: Final = 0.3
"""A valence or arousal beyond this counts as clearly to that side."""
SLIGHT: Final = 0.12
VOICE_DISCOUNT: Final = 0.75
"""Voices carry valence weakly; theirs must be larger to count as clear."""


class Pattern(NamedTuple):
    """One pattern as found in a segment."""

    name: str
    strength: float
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]
    labels: tuple[str, ...]
    """Open-vocabulary labels that it suggests, best first."""


@dataclass(frozen=True, slots=True)
class Clues:
    """The three modalities of one segment; ``None`` where one is missing."""

    face: ModalityFact | None
    voice: ModalityFact | None
    words: ModalityFact | None

    @classmethod
    def of(cls, segment: SegmentFacts) -> "Clues":
        """Pick the modalities of ``segment``."""
        by = {m.modality: m for m in segment.modalities}
        return cls(by.get(Modality.FACE), by.get(Modality.VOICE), by.get(Modality.WORDS))


def valence(fact: ModalityFact | None) -> float:
    """Return its valence, a voice's discounted; 0.0 when it is missing or unknown."""
    if fact is None or fact.valence is None:
        return 0.0
    return fact.valence * (VOICE_DISCOUNT if fact.modality is Modality.VOICE else 1.0)


def arousal(fact: ModalityFact | None) -> float:
    """Return its arousal; 0.0 when it is missing or unknown."""
    return (fact.arousal or 0.0) if fact else 0.0


def _shows(fact: ModalityFact | None, *labels: str) -> float:
    return max((fact.support.get(label, 0.0) for label in labels), default=0.0) if fact else 0.0


def _flat_good_news(c: Clues) -> Pattern | None:
    if c.words is None or c.voice is None or valence(c.words) < CLEAR:
        return None
    low = arousal(c.voice) <= -CLEAR
    if not low and not (valence(c.voice) <= -CLEAR and arousal(c.voice) <= 0):
        return None
    speaks_for = [
        "the words are positive",
        "the voice is subdued" if low else "the voice is negative",
    ]
    against = []
    strength = min(valence(c.words), max(-arousal(c.voice), -valence(c.voice)))
    if c.face is not None and valence(c.face) > CLEAR:
        against.append("the face is positive")
        strength *= 0.5
    elif c.face is not None:
        speaks_for.append("the face shows no joy")
        strength = min(1.0, strength * 1.2)
    return Pattern(
        "flat_good_news", strength, tuple(speaks_for), tuple(against),
        ("reserved", "indifferent", "disappointed"),
    )  # fmt: skip


def _sarcasm(c: Clues) -> Pattern | None:
    if c.words is None or valence(c.words) < CLEAR:
        return None
    soured = [n for n, m in (("voice", c.voice), ("face", c.face)) if valence(m) < -CLEAR]
    if not soured or (c.voice is not None and arousal(c.voice) < -CLEAR):
        return None
    strength = min(valence(c.words), -min(valence(c.voice), valence(c.face)))
    against = ("no modality but the words can show irony for certain",)
    return Pattern(
        "sarcasm", strength * (1.0 if len(soured) == 2 else 0.7),
        ("the words are positive", *(f"the {name} is negative" for name in soured)), against,
        ("sarcastic", "bitter", "irritated"),
    )  # fmt: skip


def _masking(c: Clues) -> Pattern | None:
    if c.face is None or valence(c.face) < CLEAR:
        return None
    low = [n for n, m in (("voice", c.voice), ("words", c.words)) if valence(m) < -CLEAR]
    if not low:
        return None
    strength = min(valence(c.face), -min(valence(c.voice), valence(c.words)))
    sad = _shows(c.words, "sad", "grieving", "disappointed") > CLEAR
    return Pattern(
        "smiling_through_tears" if sad else "masking", strength,
        ("the face is positive", *(f"the {name} is negative" for name in low)),
        ("a smile can also be politeness or amusement",),
        ("sad", "hurt") if sad else ("uneasy", "tense"),
    )  # fmt: skip


def _polite_anger(c: Clues) -> Pattern | None:
    if c.words is None or not -SLIGHT <= valence(c.words) < CLEAR:
        return None
    tense_voice = arousal(c.voice) > CLEAR and valence(c.voice) < -SLIGHT
    angry_face = _shows(c.face, "angry", "irritated") > CLEAR
    if not tense_voice and not angry_face:
        return None
    parts = [
        t
        for t, on in (("the voice is tense", tense_voice), ("the face shows anger", angry_face))
        if on
    ]
    return Pattern(
        "polite_anger", 0.45 + 0.2 * (len(parts) - 1), ("the words are civil", *parts),
        ("a raised voice may also be effort or noise",), ("irritated", "tense"),
    )  # fmt: skip


def _softened_criticism(c: Clues) -> Pattern | None:
    if c.words is None or valence(c.words) > -CLEAR or valence(c.face) < CLEAR:
        return None
    if valence(c.voice) < -SLIGHT:
        return None
    return Pattern(
        "teasing", min(-valence(c.words), valence(c.face)),
        ("the words are critical", "the face smiles", "the voice is not negative"),
        ("the smile may also cover discomfort",), ("teasing", "playful", "amused"),
    )  # fmt: skip


_NAMED: Final[tuple[Callable[[Clues], Pattern | None], ...]] = (
    _flat_good_news, _sarcasm, _masking, _polite_anger, _softened_criticism,
)  # fmt: skip


def named_pattern(clues: Clues) -> Pattern | None:
    """Return the strongest named pattern of a segment, if any."""
    found = [p for rule in _NAMED if (p := rule(clues)) is not None]
    return max(found, key=lambda p: p.strength, default=None)
