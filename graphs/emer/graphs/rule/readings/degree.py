"""How strongly something is shown: by measured movement, arousal of the voice, and words.

How sure an engine is that a face smiles is no degree of smiling. A face counts by the intensity
of its movements and by how long they are held; where none was measured, its place on the plane
stands in and cannot come out as strong. The weights are our own and were not fitted.
"""

from typing import Final

from emer.graphs.affect import trust_in
from emer.graphs.facial_units import ramp
from emer.graphs.rule.readings.patterns import Clues
from emer.graphs.rule.readings.patterns.faces import movements_in
from emer.graphs.tasks.facts import ModalityFact, SegmentFacts
from emer.tools.findings import Modality

SHORT_OF_VERY: Final = 0.84
"""What a degree stops at unless a strong, held movement is borne out by something else."""
BY_CATEGORY: Final = 0.6
"""The most that a face shows of which no movement was measured."""
CORNERS_ALONE: Final = 0.85
"""What is left of a smile that only the lip corners show."""
STRONG_MOVEMENT: Final = 3.5
HELD: Final = 0.5
"""Share of the segment for which such a movement has to be held."""
AGREES: Final = 0.2
"""How far from the middle another modality has to lie to bear a face out."""
_OF_SPEECH_OR_EYES: Final = frozenset({"AU2", "AU16", "AU18", "AU22", "AU25", "AU26", "AU27",
                                       "AU43", "AU45"})  # fmt: skip
"""Movements whose strength is not that of a feeling."""


def degree_of(segment: SegmentFacts, clues: Clues) -> float:
    """Return how strongly something is shown, 0..1: led by the strongest modality."""
    moved = _movements(segment)
    shown = [s for m in clues.present if (s := _shown(m, moved)) is not None]
    if not shown:
        return 0.0
    degree = 0.6 * max(shown) + 0.4 * sum(shown) / len(shown)
    strong = any(i >= STRONG_MOVEMENT and held >= HELD for i, held in moved.values())
    if not (strong and (_smiles_with_cheeks(moved) or _borne_out(clues))):
        degree = min(SHORT_OF_VERY, degree)
    return round(degree, 3)


def _movements(segment: SegmentFacts) -> dict[str, tuple[float, float]]:
    """Return intensity 0..5 and share of the segment held, by action unit."""
    found: dict[str, tuple[float, float]] = {}
    duration_s = segment.end_s - segment.start_s
    for m in movements_in(segment):
        shared_s = min(m.end_s, segment.end_s) - max(m.start_s, segment.start_s)
        if shared_s <= 0 or m.au in _OF_SPEECH_OR_EYES:
            continue
        one = (m.intensity, min(1.0, shared_s / duration_s))
        found[m.au] = max(found.get(m.au, one), one, key=lambda x: x[0] * (1.0 + x[1]))
    return found


def _shown(m: ModalityFact, moved: dict[str, tuple[float, float]]) -> float | None:
    if m.modality is Modality.VOICE:
        heard = 0.5 + 0.5 * min(1.0, m.trust / trust_in(Modality.VOICE))
        return ramp(abs(m.arousal or 0.0), 0.05, 0.85) * heard
    plane = ramp(max(abs(m.valence or 0.0), abs(m.arousal or 0.0)), 0.05, 0.85)
    if m.modality is not Modality.FACE:
        return plane
    if not moved:
        return BY_CATEGORY * plane
    most = max(i / 5.0 * (0.5 + 0.5 * held) for i, held in moved.values())
    return most * (CORNERS_ALONE if set(moved) == {"AU12"} else 1.0)


def _smiles_with_cheeks(moved: dict[str, tuple[float, float]]) -> bool:
    return "AU12" in moved and "AU6" in moved


def _borne_out(clues: Clues) -> bool:
    """Return whether words or voice go the way of the face."""
    side = clues.face.valence if clues.face else None
    if not side:
        return False
    words, voice = clues.words, clues.voice
    if words and abs(words.valence or 0.0) >= AGREES and (words.valence or 0.0) * side > 0:
        return True
    aroused = voice is not None and (voice.arousal or 0.0) >= AGREES
    return bool(voice and aroused and (voice.valence or 0.0) * side >= 0)
