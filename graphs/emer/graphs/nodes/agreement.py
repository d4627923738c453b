"""Compare face, voice and words of every segment, pair by pair: agree, conflict or missing."""

from itertools import combinations
from typing import Any, Final, Literal

from emer.graphs.affect import UNKNOWN_SPEAKER, ModalityAffect, affect_of, trust_in
from emer.graphs.report import Agreement, Segment
from emer.graphs.state import State
from emer.tools.findings import Evidence, Modality

COMPARED: Final = (Modality.FACE, Modality.VOICE, Modality.WORDS)
CONFLICT_AT: Final = 0.5
"""Distance on -1..1 from which opposite signs are a conflict. An assumption, not fitted."""
MIN_LEAN: Final = 0.15
"""Both must lean at least this far to their side; smaller values count as neutral."""
MIN_VOICE_VALENCE: Final = 0.35
"""Likewise for the valence of a voice, which orders one happy and unhappy pair in three wrongly
(see the voice's model card): only a marked value may contradict a face or words."""
MIN_DOUBTFUL_AROUSAL: Final = 0.3
"""Likewise for the arousal of a voice in noise, which is half loudness, and for that of words,
which is that of the categories they express and nothing measured on its own."""

Dimension = Literal["valence", "arousal"]


def agree(state: State) -> dict[str, Any]:
    """Compare the modalities of every segment."""
    evidence = state.get("evidence", {})
    found = [a for s in state.get("segments", []) for a in compare(s, evidence)]
    return {"agreement": found}


def modalities_of(
    segment: Segment, evidence: dict[str, Evidence]
) -> dict[Modality, ModalityAffect]:
    """Return the affect of every modality that has one in ``segment``."""
    ids = {
        Modality.FACE: segment.face,
        Modality.VOICE: (*segment.voice, *segment.around),
        Modality.WORDS: segment.words,
    }
    speaking = segment.role == "speaking"
    affects = {
        m: affect_of(m, [evidence[i] for i in own if i in evidence], segment, speaking=speaking)
        for m, own in ids.items()
    }
    return {m: a for m, a in affects.items() if a is not None}


def compare(segment: Segment, evidence: dict[str, Evidence]) -> list[Agreement]:
    """Compare every pair of modalities.

    Of who speaks each pair is told, missing ones too; who listens or is silent mostly has only a
    face, and nothing is missing there that could have been: told are pairs that both exist.
    """
    affects = modalities_of(segment, evidence)
    pairs = combinations(COMPARED, 2)
    if segment.role != "speaking":
        pairs = combinations([m for m in COMPARED if m in affects], 2)
    return [_pair(segment, a, b, affects) for a, b in pairs]


def _pair(
    segment: Segment, one: Modality, other: Modality, affects: dict[Modality, ModalityAffect]
) -> Agreement:
    absent = [m for m in (one, other) if m not in affects]
    if absent:
        return _agreement(
            segment, (one, other), "missing", None, 0.0,
            f"no affect could be read from the {' or the '.join(absent)}", (),
        )  # fmt: skip
    a, b = affects[one], affects[other]
    evidence = (*a.evidence, *b.evidence)
    # a face's arousal is guesswork from few movements: compare it on valence alone
    dimensions: list[Dimension] = ["valence"]
    if Modality.FACE not in (one, other):
        dimensions.append("arousal")
    distances: dict[Dimension, float] = {
        d: abs(x - y)
        for d in dimensions
        if (x := _on(a, d)) is not None and (y := _on(b, d)) is not None
    }
    if not distances:
        return _agreement(
            segment, (one, other), "missing", None, 0.0,
            f"the {one} and the {other} share no dimension to compare them on", (),
        )  # fmt: skip
    opposed = {
        d: x
        for d, x in distances.items()
        if x >= CONFLICT_AT
        and (_on(a, d) or 0.0) * (_on(b, d) or 0.0) < 0
        and all(abs(_on(affects[m], d) or 0.0) >= _lean(m, d, affects[m]) for m in (one, other))
    }
    if opposed:
        widest = max(opposed, key=lambda d: opposed[d])
        detail = f"{one} and {other} lean to opposite sides in {widest}"
        return _agreement(
            segment, (one, other), "conflict", widest, opposed[widest], detail, evidence
        )
    furthest = max(distances, key=lambda d: distances[d])
    detail = f"{one} and {other} do not contradict each other"
    return _agreement(
        segment, (one, other), "agree", furthest, distances[furthest], detail, evidence
    )


def _lean(modality: Modality, dimension: Dimension, affect: ModalityAffect) -> float:
    """Return how far a modality must lean to one side before it can contradict another."""
    if dimension == "valence":
        return MIN_VOICE_VALENCE if modality is Modality.VOICE else MIN_LEAN
    in_doubt = affect.trust < trust_in(Modality.VOICE) * UNKNOWN_SPEAKER
    doubtful = modality is Modality.WORDS or (modality is Modality.VOICE and in_doubt)
    return MIN_DOUBTFUL_AROUSAL if doubtful else MIN_LEAN


def _agreement(
    segment: Segment,
    pair: tuple[Modality, Modality],
    verdict: Literal["agree", "conflict", "missing"],
    dimension: Dimension | None,
    magnitude: float,
    detail: str,
    evidence: tuple[str, ...],
) -> Agreement:
    return Agreement(
        segment=segment.id, subject=segment.subject, start_s=segment.start_s, end_s=segment.end_s,
        pair=pair, verdict=verdict, dimension=dimension, magnitude=round(magnitude, 3),
        detail=detail, evidence=evidence,
    )  # fmt: skip


def _on(affect: ModalityAffect, dimension: Dimension) -> float | None:
    return affect.valence if dimension == "valence" else affect.arousal
