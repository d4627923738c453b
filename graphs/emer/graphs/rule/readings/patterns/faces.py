"""Grounds in the face: expression categories and action units together.

Categories and action units mostly come from the same movements, so that they confirm each other
less than two modalities would; either can be missing.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from emer.graphs.affect import MOUTHED, MOUTHED_WHILE_TALKING
from emer.graphs.facial_units import Movement, Sign, either, ramp, signs, strengths
from emer.graphs.rule.readings.grounds import Ground
from emer.graphs.tasks import Fact, ModalityFact, SegmentFacts
from emer.tools import taxonomy
from emer.tools.findings import Modality, TimeSpan

BRIEFLY: Final = 0.4
"""What an expression counts that only touches the segment; one that fills it counts 1."""
_OF_CATEGORY: Final = {
    "smile": "happiness", "sad_face": "sadness", "angry_face": "anger", "afraid_face": "fear",
    "contempt_face": "contempt", "disgusted_face": "disgust", "surprised_face": "surprise",
}  # fmt: skip
_NAMES: Final = {"happy": "happiness", "angry": "anger", "sad": "sadness"}
"""Categories of the set ``fer7`` that are spelled otherwise."""


def face_grounds(segment: SegmentFacts, face: ModalityFact | None) -> Iterator[Ground]:
    """Yield what the face of ``segment`` is grounds for."""
    expressed = _expressions(segment)
    if not expressed and face is not None:
        expressed = _by_labels(face)
    span = TimeSpan(start_s=segment.start_s, end_s=segment.end_s)
    moved = signs(strengths(_movements(segment), span, speaking=segment.role == "speaking"))
    if not expressed and not moved:
        return
    merged = _merged(expressed, moved)
    for name, sign in merged.items():
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
    """Settle whether a smile is felt: by cheeks if they were coded, else by how clear it is."""
    smile = found.get("smile")
    happy = expressed.get("happiness")
    if smile is None:
        return
    if "smile" not in moved:
        clear = ramp(happy.strength, 0.3, 0.75) if happy else 0.0
        found["felt_smile"] = Sign(0.7 * clear, smile.evidence)
        found["mouth_smile"] = Sign(0.35 * smile.strength * (1.0 - clear), smile.evidence)
    elif happy and moved.get("mouth_smile", smile).strength <= 0.45 * moved["smile"].strength:
        # no engine saw that the cheeks stay out of it: a broad smile is as good as felt
        clear = ramp(happy.strength, 0.25, 0.6)
        felt = max(moved.get("felt_smile", Sign(0.0, ())).strength, clear * smile.strength)
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


def _movements(segment: SegmentFacts) -> list[Movement]:
    found = []
    for fact in segment.facts:
        if fact.kind != "action_unit":
            continue
        for quantity, number in fact.quantities.items():
            au = quantity.removeprefix("au.")
            if au[:2] == "AU" and au[2:].isdigit() and isinstance(number, float | int):
                found.append(Movement(au, float(number), fact.start_s, fact.end_s, fact.evidence))
    return found
