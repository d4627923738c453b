"""Find annotated cases that resemble the clip's most telling segments. Analogies, not evidence."""

from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.affect import ModalityAffect
from emer.graphs.nodes.agreement import modalities_of
from emer.graphs.report import CaseShown, Segment
from emer.graphs.state import Context, Event, State
from emer.memory.case import Query
from emer.memory.profile import profile_of
from emer.memory.retrieval import RetrievedCase
from emer.tools.errors import EmerError
from emer.tools.findings import Evidence, Gap, GapCode, Modality

MAX_SEGMENTS: Final = 6
"""Segments that cases are looked up for: those that lean furthest from neutral."""
CASES_PER_SEGMENT: Final = 2
MIN_LEAN: Final = 0.25


def recall_cases(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Look up similar cases for the most telling segments."""
    finder = runtime.context.cases
    if finder is None:
        return {"cases": []}
    evidence, sha256 = state.get("evidence", {}), state["media"].sha256
    shown: list[CaseShown] = []
    try:
        for segment in _most_telling(state):
            query = _query(segment, evidence, sha256)
            shown += [_shown(segment, found) for found in finder(query)]
    except EmerError as error:
        gap = Gap(
            tool="memory", code=GapCode.TOOL_UNAVAILABLE, reason=error.message,
            remedy=error.remedy, start_s=state["span"].start_s, end_s=state["span"].end_s,
        )  # fmt: skip
        return {"cases": shown, "gaps": {"memory": gap}}
    runtime.context.emit(Event("recall", "finished", f"{len(shown)} similar case(s)"))
    return {"cases": shown}


def _most_telling(state: State) -> list[Segment]:
    evidence = state.get("evidence", {})
    leaning = [
        (_lean(modalities_of(s, evidence)), s)
        for s in state.get("segments", [])
        if s.role == "speaking"
    ]
    telling = sorted(
        (item for item in leaning if item[0] >= MIN_LEAN), key=lambda i: (-i[0], i[1].start_s)
    )
    return sorted((s for _, s in telling[:MAX_SEGMENTS]), key=lambda s: s.start_s)


def _lean(affects: dict[Modality, ModalityAffect]) -> float:
    if set(affects) <= {Modality.VOICE}:
        return 0.0  # how loud somebody is resembles too much
    values = [v for a in affects.values() for v in (a.valence, a.arousal) if v is not None]
    return max((abs(v) for v in values), default=0.0)


def _query(segment: Segment, evidence: dict[str, Evidence], sha256: str) -> Query:
    ids = dict.fromkeys((*segment.words, *segment.voice, *segment.face))
    own = [evidence[i] for i in ids if i in evidence]
    said = [e.reading.quantities().get("words.text", "") for e in own]
    return Query(
        affect=profile_of(own),
        words=next((str(text) for text in said if text), ""),
        k=CASES_PER_SEGMENT,
        exclude_media_sha256=(sha256,),
    )


def _shown(segment: Segment, found: RetrievedCase) -> CaseShown:
    return CaseShown(
        case=found.case.id, segment=segment.id,
        similarity=round(max(0.0, min(1.0, found.similarity)), 3),
        situation=found.case.situation, words=found.case.words, labels=found.case.labels,
        why="; ".join(found.why), provenance=found.case.provenance, trust=found.case.trust,
    )  # fmt: skip
