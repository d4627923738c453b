"""Grounds in the face: expression categories and action units together.

Categories and action units mostly come from the same movements, so that they confirm each other
less than two modalities would; either can be missing.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from emer.graphs.affect import MOUTHED, MOUTHED_WHILE_TALKING
from emer.graphs.facial_units import (
    LEAST_S,
    OUTLASTS_S,
    Movement,
    Sign,
    either,
    ramp,
    signs,
    strengths,
    tells_cheeks,
)
from emer.graphs.rule.readings.grounds import Ground
from emer.graphs.tasks.facts import Fact, ModalityFact, SegmentFacts
from emer.tools import taxonomy
from emer.tools.findings import Modality, TimeSpan

BRIEFLY: Final = 0.4
"""What an expression counts that only touches the segment; one that fills it counts 1."""
_OF_CATEGORY: Final = {
    "smile": "happiness", "sad_face": "sadness", "angry_face": "anger", "afraid_face": "fear",
    "contempt_face": "contempt", "disgusted_face": "disgust", "surprised_face": "surprise",
}  # fmt: skip
_SUPPOSED: Final = {"maybe_felt": "felt_smile", "maybe_mouth": "mouth_smile"}
"""What a smile may be where raised cheeks are not measured; it weighs, but is never told."""
BROAD: Final = 3.5
"""Intensity (0..5) of AU12 from which a smile is called broad."""
LASTING: Final = 2.0
"""Likewise from which one that stays when the speech is over is more than a trace of it."""
_NAMES: Final = {"happy": "happiness", "angry": "anger", "sad": "sadness"}
"""Categories of the set ``fer7`` that are spelled otherwise."""


def face_grounds(segment: SegmentFacts, face: ModalityFact | None) -> Iterator[Ground]:
    """Yield what the face of ``segment`` is grounds for."""
    expressed, moved = _seen(segment, face)
    if not expressed and not moved:
        return
    merged = _merged(expressed, moved)
    merged.update(_smile_measured(segment))
    for name, sign in merged.items():
        if name in _SUPPOSED:
            continue
        yield Ground(name, round(sign.strength, 4), Modality.FACE, sign.evidence)
    busiest = max((s.strength for n, s in merged.items() if n not in {"eyes_down"}), default=0.0)
    cited = tuple(dict.fromkeys(e for s in expressed.values() for e in s.evidence))
    if not expressed:
        return
    still = round(max(0.0, 1.0 - 1.7 * busiest), 4)
    yield Ground("still_face", still, Modality.FACE, cited)
    heard = any(m.modality is Modality.VOICE for m in segment.modalities)
    if segment.role == "speaking" and not heard:  # a voice that can be heard says more
        yield Ground("unmoved_face", still, Modality.FACE, cited)


def supposed_grounds(
    segment: SegmentFacts, face: ModalityFact | None
) -> Iterator[tuple[str, Ground]]:
    """Yield what a smile may be whose cheeks were not measured, and the ground that tells it."""
    merged = _merged(*_seen(segment, face))
    broad = "broad_smile" in _smile_measured(segment)
    for name, stands_for in _SUPPOSED.items():
        if name in merged:
            told = "broad_smile" if broad and stands_for == "felt_smile" else "smile"
            sign = merged[name]
            yield stands_for, Ground(told, round(sign.strength, 4), Modality.FACE, sign.evidence)


def _seen(
    segment: SegmentFacts, face: ModalityFact | None
) -> tuple[dict[str, Sign], dict[str, Sign]]:
    expressed = _expressions(segment)
    if not expressed and face is not None:
        expressed = _by_labels(face)
    span = TimeSpan(start_s=segment.start_s, end_s=segment.end_s)
    movements = movements_in(segment)
    shown = strengths(movements, span, speaking=segment.role == "speaking")
    return expressed, signs(shown, cheeks_told=tells_cheeks(m.au for m in movements))


def _smile_measured(segment: SegmentFacts) -> dict[str, Sign]:
    """Return what is measured of the lip corners: how far they go, how long they stay."""
    found: dict[str, Sign] = {}
    for m in movements_in(segment):
        shared_s = min(m.end_s, segment.end_s) - max(m.start_s, segment.start_s)
        if m.au != "AU12" or shared_s < LEAST_S:
            continue
        held = BRIEFLY + (1.0 - BRIEFLY) * shared_s / (segment.end_s - segment.start_s)
        if m.intensity >= BROAD:
            found["broad_smile"] = Sign(held * ramp(m.intensity, 2.0, 4.5), (m.evidence,))
        if segment.role == "speaking" and m.intensity >= LASTING:
            beyond_s = m.end_s - segment.end_s
            found["lasting_smile"] = Sign(ramp(beyond_s, 0.3, OUTLASTS_S), (m.evidence,))
    return {name: sign for name, sign in found.items() if sign.strength > 0.0}


def _merged(expressed: Mapping[str, Sign], moved: Mapping[str, Sign]) -> dict[str, Sign]:
    found = dict(moved)
    for name, category in _OF_CATEGORY.items():
        one = expressed.get(category)
        other = moved.get(name)
        if one is None:
            continue
        graded = ramp(one.strength, 0.1, 0.5)
        strength = either(0.85 * graded, 0.6 * (other.strength if other else 0.0))
        evidence = (*one.evidence, *(other.evidence if other else ()))
        found[name] = Sign(strength, tuple(dict.fromkeys(evidence)))
    _weigh_smile(found, expressed, moved)
    return found


def _weigh_smile(
    found: dict[str, Sign], expressed: Mapping[str, Sign], moved: Mapping[str, Sign]
) -> None:
    """Settle whether a smile is felt: by cheeks if they were coded, else it stays open."""
    smile = found.get("smile")
    happy = expressed.get("happiness")
    if smile is None:
        return
    if "smile" not in moved:
        clear = ramp(happy.strength, 0.3, 0.75) if happy else 0.0
        found["maybe_felt"] = Sign(0.7 * clear, smile.evidence)
        found["maybe_mouth"] = Sign(0.35 * smile.strength * (1.0 - clear), smile.evidence)
        return
    clear = ramp(happy.strength, 0.25, 0.6) if happy else 0.0
    unsettled = found.pop("unsettled_smile", None)
    if unsettled is not None:
        # nobody saw whether the cheeks take part: it weighs as half of either
        felt = max(unsettled.strength, clear * smile.strength)
        found["maybe_felt"] = Sign(felt, smile.evidence)
        found["maybe_mouth"] = Sign(0.8 * unsettled.strength, smile.evidence)
        return
    mouth = moved.get("mouth_smile", Sign(0.0, ())).strength
    if "felt_smile" in moved and mouth <= 0.45 * moved["smile"].strength:
        felt = max(moved["felt_smile"].strength, clear * smile.strength)
        found["felt_smile"] = Sign(min(1.0, felt), smile.evidence)


def _expressions(segment: SegmentFacts) -> dict[str, Sign]:
    """Return the strongest score per category, weighed by the time it shares with the segment."""
    speaking = segment.role == "speaking"
    found: dict[str, Sign] = {}
    for fact in segment.facts:
        if fact.kind != "expression":
            continue
        held = _held(segment, fact)
        for quantity, score in fact.quantities.items():
            category = quantity.removeprefix("face.")
            if category in {"valence", "arousal"} or not isinstance(score, float | int):
                continue
            category = _NAMES.get(category, category)
            left = MOUTHED_WHILE_TALKING if speaking and category in MOUTHED else 1.0
            weighed = score * left * (BRIEFLY + (1.0 - BRIEFLY) * held)
            if weighed >= found.get(category, Sign(0.0, ())).strength:
                found[category] = Sign(weighed, (fact.evidence,))
    return found


def _held(segment: SegmentFacts, fact: Fact) -> float:
    shared_s = min(segment.end_s, fact.end_s) - max(segment.start_s, fact.start_s)
    shorter_s = min(segment.end_s - segment.start_s, fact.end_s - fact.start_s)
    return min(1.0, max(0.0, shared_s) / shorter_s)


def _by_labels(face: ModalityFact) -> dict[str, Sign]:
    """Read categories off the labels that they support, where their scores are not given."""
    return {
        category: Sign(face.support.get(labels[0], 0.0), face.evidence)
        for category in taxonomy.CATEGORY_SETS["basic"]
        if (labels := taxonomy.labels_for("basic", category))
    }


def movements_in(segment: SegmentFacts) -> list[Movement]:
    """Return the action units among the facts of ``segment``."""
    found = []
    for fact in segment.facts:
        if fact.kind != "action_unit":
            continue
        for quantity, number in fact.quantities.items():
            au = quantity.removeprefix("au.")
            if au[:2] == "AU" and au[2:].isdigit() and isinstance(number, float | int):
                found.append(Movement(au, float(number), fact.start_s, fact.end_s, fact.evidence))
    return found
