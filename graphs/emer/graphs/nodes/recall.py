"""Find annotated cases that resemble the clip's most telling segments. Analogies, not evidence.

A case of the pattern that a segment seems to show ranks higher. That pattern is no more than a
suspicion here: the rules' first guess, made before anything was disambiguated, whichever model
reads the segment afterwards.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from langgraph.runtime import Runtime

from emer.graphs.affect import ModalityAffect
from emer.graphs.instructions import instructs
from emer.graphs.nodes.agreement import modalities_of
from emer.graphs.nodes.facts import facts_of
from emer.graphs.report import Agreement, CaseShown, Segment
from emer.graphs.rule.readings.patterns import Clues, named_pattern
from emer.graphs.state import Context, Event, State
from emer.memory.case import AffectProfile, Query
from emer.memory.embedding import MODALITIES
from emer.memory.profile import profile_of
from emer.memory.retrieval import RetrievedCase
from emer.tools.errors import EmerError
from emer.tools.findings import Evidence, Gap, GapCode, Modality
from emer.tools.quoting import quoted

MAX_SEGMENTS: Final = 6
"""Segments that cases are looked up for: those that lean furthest from neutral."""
MAX_QUIET: Final = 3
"""Of these, faces of persons who do not speak, unless fewer speak: a face alone says less."""
CASES_PER_SEGMENT: Final = 2
AGREEING: Final = frozenset({None, "congruent"})
"""Patterns of cases that do not live from how modalities go against each other."""
MIN_LEAN: Final = 0.25
"""Valence or arousal of a face or of words from which a segment is worth a comparison."""


class Telling(NamedTuple):
    """A segment that is worth a comparison."""

    segment: Segment
    weight: float
    """How much it tells, 0..1."""
    pattern: str | None
    """The pattern that it is suspected of."""


def recall_cases(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Look up similar cases for the most telling segments."""
    finder = runtime.context.cases
    if finder is None:
        return {"cases": []}
    evidence, sha256 = state.get("evidence", {}), state["media"].sha256
    shown: list[CaseShown] = []
    refused: dict[str, str] = {}
    try:
        for telling in most_telling(state):
            query = query_for(telling, evidence, sha256)
            fitting = [found for found in finder(query) if _fits(found, query)]
            refused |= {f.case.id: why for f in fitting if (why := _instruction_in(f))}
            fitting = [f for f in fitting if f.case.id not in refused]
            shown += [_shown(telling.segment, f) for f in fitting[:CASES_PER_SEGMENT]]
    except EmerError as error:
        gap = Gap(
            tool="memory", code=GapCode.TOOL_UNAVAILABLE, reason=error.message,
            remedy=error.remedy, start_s=state["span"].start_s, end_s=state["span"].end_s,
        )  # fmt: skip
        return {"cases": shown, "gaps": {"memory": gap}}
    runtime.context.emit(Event("recall", "finished", f"{len(shown)} similar case(s)"))
    gaps = {f"memory-{case}": _left_out(case, why, state) for case, why in refused.items()}
    return {"cases": shown, "gaps": gaps}


def _instruction_in(found: RetrievedCase) -> str | None:
    texts = (quoted(t) for t in (found.case.situation, found.case.words))
    return next((why for t in texts if t and (why := instructs(t))), None)


def _left_out(case: str, why: str, state: State) -> Gap:
    return Gap(
        tool="memory", code=GapCode.NOT_CREDIBLE,
        start_s=state["span"].start_s, end_s=state["span"].end_s,
        reason=f"case {case} was left out, because its text is addressed to a machine: {why}",
        remedy=f"Read it with 'emer memory show {case}' and remove it if it is not yours.",
    )  # fmt: skip


def most_telling(state: State) -> list[Telling]:
    """Return the segments to look up cases for, at most ``MAX_SEGMENTS``, in order of time."""
    evidence = state.get("evidence", {})
    agreement: dict[str, list[Agreement]] = {}
    for a in state.get("agreement", []):
        agreement.setdefault(a.segment, []).append(a)
    found = [_weighed(s, evidence, agreement.get(s.id, [])) for s in state.get("segments", [])]
    telling = sorted(
        (t for t in found if t.weight > 0), key=lambda t: (-t.weight, t.segment.start_s)
    )
    spoken = [t for t in telling if t.segment.role == "speaking"]
    quiet = [t for t in telling if t.segment.role != "speaking"]
    quiet = quiet[: max(MAX_QUIET, MAX_SEGMENTS - len(spoken))]
    chosen = spoken[: MAX_SEGMENTS - len(quiet)] + quiet
    return sorted(chosen, key=lambda t: (t.segment.start_s, t.segment.id))


def _weighed(
    segment: Segment, evidence: dict[str, Evidence], agreement: list[Agreement]
) -> Telling:
    affects = modalities_of(segment, evidence)
    # a voice tells how aroused somebody is, and that alone resembles too much
    lean = _lean([a for m, a in affects.items() if m is not Modality.VOICE])
    suspected = named_pattern(Clues.of(facts_of(segment, evidence, agreement, [])))
    if suspected is None:
        return Telling(segment, lean if lean >= MIN_LEAN else 0.0, None)
    return Telling(segment, max(lean, suspected.strength), suspected.name)


def _lean(affects: list[ModalityAffect]) -> float:
    values = [v for a in affects for v in (a.valence, a.arousal) if v is not None]
    return max((abs(v) for v in values), default=0.0)


def query_for(telling: Telling, evidence: dict[str, Evidence], sha256: str) -> Query:
    """Return what to look for: everything measured in a segment, and never the clip's own cases.

    Args:
        telling: The segment, and the pattern that it is suspected of.
        evidence: All evidence, by id.
        sha256: Of the clip's content.
    """
    segment = telling.segment
    ids = dict.fromkeys((*segment.words, *segment.voice, *segment.face))
    own = [evidence[i] for i in ids if i in evidence]
    said = [str(e.reading.quantities().get("words.text", "")) for e in own]
    affect = profile_of(own)
    return Query(
        affect=affect,
        # who talks to a machine could otherwise choose the cases
        words=next((text for text in said if text and instructs(text) is None), ""),
        pattern=telling.pattern,
        # what does not fit a single modality is dropped afterwards
        k=CASES_PER_SEGMENT * (3 if _n_modalities(affect) == 1 else 1),
        exclude_media_sha256=(sha256,),
    )


def _fits(found: RetrievedCase, query: Query) -> bool:
    """Whether a case can be compared at all.

    Where one modality is known, a disagreement cannot be seen: a smile alone resembles joy, not
    the smile that masks a hurt. It may still be suspected, as contempt is in a face.
    """
    return _n_modalities(query.affect) > 1 or found.case.pattern in {*AGREEING, query.pattern}


def _n_modalities(affect: AffectProfile) -> int:
    return sum(getattr(affect, modality) is not None for modality in MODALITIES)


def _clues_in(affect: AffectProfile) -> Iterator[str]:
    """Yield what a case holds of face, voice and words: members of closed sets, and numbers."""
    for modality in MODALITIES:
        place = affect.of(modality)
        known = {"valence": place.valence, "arousal": place.arousal}
        yield from (f"{modality}.{n} {v:+.2f}" for n, v in known.items() if v is not None)
    yield from affect.action_units
    yield from (f"voice.{cue}" for cue in affect.voice_cues)
    yield from (f"tone.{n} {v:.2f}" for n, v in affect.voice_categories.items())
    yield from (f"text.{category}" for category in affect.text_categories)


def _shown(segment: Segment, found: RetrievedCase) -> CaseShown:
    return CaseShown(
        case=found.case.id, segment=segment.id,
        similarity=round(max(0.0, min(1.0, found.similarity)), 3),
        situation=quoted(found.case.situation), words=quoted(found.case.words),
        clues=tuple(_clues_in(found.case.affect)), labels=found.case.labels, pattern=found.case.pattern, why=quoted("; ".join(found.why)),
        provenance=quoted(found.case.provenance), trust=found.case.trust,
    )  # fmt: skip
