"""What the model behind the analyst is given of each segment: typed facts. Long clips in parts."""

from collections.abc import Iterator, Mapping
from typing import Final

from emer.graphs.affect import through_music
from emer.graphs.nodes.agreement import modalities_of
from emer.graphs.report import Agreement, CaseShown, Claim, Segment
from emer.graphs.state import State
from emer.graphs.tasks.facts import Clue, Fact, ModalityFact, SegmentFacts
from emer.graphs.translations import instructing_translations
from emer.tools.findings import Evidence, Modality

PART: Final = 24
"""Segments per call: keeps a call to a language model within its context."""


def parts(state: State) -> Iterator[tuple[SegmentFacts, ...]]:
    """Yield all segments, so many at a time as one call is given."""
    evidence = state.get("evidence", {})
    segments = state.get("segments", [])
    agreement: dict[str, list[Agreement]] = {}
    for a in state.get("agreement", []):
        agreement.setdefault(a.segment, []).append(a)
    cases: dict[str, list[CaseShown]] = {}
    for case in state.get("cases", []):
        cases.setdefault(case.segment, []).append(case)
    hostile = instructing_translations(evidence.values())
    for first in range(0, len(segments), PART):
        yield tuple(
            facts_of(s, evidence, agreement.get(s.id, []), cases.get(s.id, []), hostile)
            for s in segments[first : first + PART]
        )


def facts_of(
    segment: Segment,
    evidence: dict[str, Evidence],
    agreement: list[Agreement],
    cases: list[CaseShown],
    hostile: Mapping[str, str] | None = None,
) -> SegmentFacts:
    """Return one segment with everything known about it, as a model is given it.

    Args:
        segment: It.
        evidence: All, by id.
        agreement: Of this segment.
        cases: Likewise.
        hostile: Why utterances instruct a machine, where only their translations show it.
    """
    ids = dict.fromkeys((*segment.words, *segment.voice, *segment.face))
    own = [evidence[i] for i in ids if i in evidence]
    around = [evidence[i] for i in segment.around if i in evidence]
    music = through_music(around, segment)
    return SegmentFacts(
        id=segment.id, subject=segment.subject, role=segment.role,
        start_s=segment.start_s, end_s=segment.end_s,
        facts=tuple(
            Fact.of(e, _trusted(e, music), (hostile or {}).get(e.id))
            for e in (*own, *around)
        ),
        modalities=tuple(
            ModalityFact(
                modality=m, valence=_rounded(a.valence), arousal=_rounded(a.arousal),
                trust=min(1.0, round(a.trust, 3)),
                support={k: round(v, 3) for k, v in a.support.items()}, evidence=a.evidence,
            )
            for m, a in modalities_of(segment, evidence).items()
        ),
        agreement=tuple(agreement), cases=tuple(cases),
    )  # fmt: skip


def _trusted(evidence: Evidence, music: float) -> float | None:
    """Return the score of evidence: categories of a voice heard through music count for less."""
    if evidence.score is None or evidence.reading.kind != "speech_emotion":
        return _rounded(evidence.score)
    return _rounded(music * evidence.score)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)


def alone(segment: SegmentFacts, kinds: frozenset[str], modality: Modality) -> SegmentFacts | None:
    """Return a segment with one modality's facts in the order of time; ``None`` if it has none."""
    own = sorted(
        (f for f in segment.facts if f.kind in kinds),
        key=lambda f: (f.start_s, f.end_s, f.evidence),
    )
    if not own:
        return None
    placed = tuple(m for m in segment.modalities if m.modality is modality)
    return segment.model_copy(
        update={"facts": tuple(own), "modalities": placed, "agreement": (), "cases": ()}
    )


def clue_of(claim: Claim) -> Clue:
    """Return a claim as later calls are given it."""
    return Clue(
        id=claim.id, segment=claim.segment or "", stage=claim.stage, text=claim.text,
        evidence=claim.evidence,
    )  # fmt: skip
