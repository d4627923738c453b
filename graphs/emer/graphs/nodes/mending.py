"""Let the built-in analyst tell of what a language model lost.

Reads    the readings, what holds of the model's claims, and what fell
Returns  the same, with the built-in analyst's reading and claims in place of the model's: where an
         emotion was read but nothing that holds says so; of the whole clip, where the model is not
         to be relied on
Cost     milliseconds per segment; no call

Without this, a model that writes falsehoods about somebody would have nothing said of them. Where
a model abstains it is left at that: no emotion is named against its reading. What it judged false
(see ``nodes.judging``) is not said again in its place: where nothing else is read, none is named.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.nodes.facts import parts
from emer.graphs.nodes.reasoning import claims_of, next_number
from emer.graphs.nodes.telling import drafts_of
from emer.graphs.nodes.verification import basis_of, dropped_claim, written
from emer.graphs.refusals import Checks
from emer.graphs.report import Claim, Dropped, Language, Segment
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.rule.readings.reading import read
from emer.graphs.rule.readings.reasons import told
from emer.graphs.rule.writing.claims import explain
from emer.graphs.rule.writing.wording import during
from emer.graphs.state import Context, Event, State
from emer.graphs.tasks.explaining import ExplainTask
from emer.graphs.tasks.facts import SegmentFacts
from emer.graphs.tasks.reading import ReadingDraft, ReadTask
from emer.graphs.verification.claims import refused
from emer.graphs.verification.emotions import canonical
from emer.tools import taxonomy

MIN_FALLEN: Final = 2
"""So many conclusions must have fallen before the model is not relied on any more."""
MAX_TOLD: Final = 6
"""Moments that the note lists one by one."""


def mend(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Put back what the model lost, and say so."""
    context = runtime.context
    if isinstance(context.model, RuleChatModel):
        return {}
    checks, segments = state.get("checks", Checks()), state.get("segments", [])
    why = _unreliable(state, checks)
    names = {s.id for s in segments} if why else _lost(state)
    readings = _readings(state, names, context)
    drafts = _retold(state, readings, names, context)
    if not why:  # where the built-in analyst would conclude nothing either, nothing is gained
        concluded = {c.segment for c in drafts if c.stage == "emotion"}
        names = {n for n in names if n in concluded or readings[n].abstained}
    by_rule = names.union(state.get("built_in", []))
    built_in = [s.id for s in segments if s.id in by_rule]
    checks = checks.model_copy(update={"built_in": tuple(built_in)})
    if not names:
        return {"checks": checks}
    after = _reread(state, readings, names)
    claims, dropped = _joined(after, drafts, names, context)
    still = {c.id for c in claims}.intersection(checks.cannot_tell)
    note = _note([s for s in segments if s.id in names], why)
    context.emit(Event("mend", "finished", note))
    return {
        "claims": claims,
        "drafts": [*state.get("drafts", []), *drafts],
        "readings": after["readings"],
        "dropped": [*state.get("dropped", []), *dropped],
        "built_in": built_in,
        "checks": checks.model_copy(update={"cannot_tell": tuple(sorted(still))}),
        "notes": {"mended": note},
    }


def _unreliable(state: State, checks: Checks) -> str:
    """Return why nothing that the model wrote is told; empty if it may be."""
    if not checks.judge_believed:
        return f"the language model called {checks.judged_false} of its own statements false"
    kept = {c.id for c in state.get("claims", [])}
    conclusions = [c for c in written(drafts_of(state, fallen=True), state) if c.stage == "emotion"]
    fallen = sum(c.id not in kept for c in conclusions)
    if fallen >= MIN_FALLEN and 2 * fallen > len(conclusions):
        return f"{fallen} of the {len(conclusions)} conclusions of the language model did not hold"
    return ""


def _lost(state: State) -> set[str]:
    """Return the segments in which an emotion was read, or nothing at all, and none is told."""
    concluded = {c.segment for c in state.get("claims", []) if c.stage == "emotion"}
    readings = {r.segment: r for r in state.get("readings", [])}
    lost = set()
    for name in (s.id for s in state.get("segments", [])):
        reading = readings.get(name)
        if reading is None or (reading.labels and not reading.abstained and name not in concluded):
            lost.add(name)
    return lost


def _readings(state: State, names: set[str], context: Context) -> dict[str, ReadingDraft]:
    """Return the readings that the account is told by, by segment: the built-in analyst's in ``names``.

    Where the model abstained its reading stays; what it judged false is not read again.
    """
    language = context.request.output_language
    found = {r.segment: r for r in state.get("readings", [])}
    for part in parts(state):
        if names.isdisjoint(s.id for s in part):
            continue
        task = ReadTask(question=context.request.question, language=language, segments=part)
        for reading in read(task).readings:
            name = reading.segment
            if name in names and not (name in found and found[name].abstained):
                found[name] = _undisputed(reading, state.get("refuted", []), language)
    return found


def _undisputed(
    reading: ReadingDraft, refuted: Iterable[Claim], language: Language
) -> ReadingDraft:
    """Return a reading without what the model judged false of its segment."""
    false = {
        canonical(label)
        for c in refuted
        if c.stage == "emotion" and c.segment == reading.segment
        for label in c.labels
    }
    doubted = [a.label for a in reading.labels if canonical(a.label) in false]
    if not doubted:
        return reading
    left = {
        "labels": [a for a in reading.labels if canonical(a.label) not in false],
        "alternatives": [a for a in reading.alternatives if canonical(a.label) not in false],
        "influence": [x for x in reading.influence if canonical(x.label) not in false],
    }
    if not left["labels"]:
        which = taxonomy.label_word(canonical(doubted[0]), language)
        reason = told("doubted", language, which=which)
        left |= {"abstained": True, "reason": reason, "pattern": "mixed", "pattern_score": 0.0}
    return reading.model_copy(update=left)


def _retold(
    state: State, readings: dict[str, ReadingDraft], names: set[str], context: Context
) -> list[Claim]:
    """Return the built-in analyst's claims about ``names``; none that rests on what others tell."""
    segments = {s.id: s for s in state.get("segments", [])}
    first = next_number(drafts_of(state, fallen=True))
    claims: list[Claim] = []
    for part in parts(state):
        if names.isdisjoint(s.id for s in part):
            continue
        answer = explain(_explain_task(state, part, readings, context))
        drafts = claims_of(answer.claims, segments, {s.id for s in part}, first=first)
        first += len(drafts)
        own: dict[str, Claim] = {}
        for claim in drafts:
            if claim.segment in names and all(i in own for i in claim.rests_on):
                own[claim.id] = claim
        claims += own.values()
    return claims


def _explain_task(
    state: State, part: Sequence[SegmentFacts], readings: dict[str, ReadingDraft], context: Context
) -> ExplainTask:
    names = {s.id for s in part}
    return ExplainTask(
        question=context.request.question, language=context.request.output_language,
        segments=tuple(part),
        readings=tuple(readings[s.id] for s in part if s.id in readings),
        persons=tuple(state.get("persons", [])),
        reactions=tuple(r for r in state.get("reactions", []) if r.segment in names),
        shifts=tuple(s for s in state.get("shifts", []) if s.to_segment in names),
    )  # fmt: skip


def _reread(state: State, readings: dict[str, ReadingDraft], names: set[str]) -> State:
    """Return the state with ``readings`` in place of the model's in ``names``."""
    own = {r.segment: r for r in state.get("readings", [])} | {n: readings[n] for n in names}
    ordered = [own[s.id] for s in state.get("segments", []) if s.id in own]
    return {**state, "readings": ordered}


def _joined(
    state: State, drafts: Sequence[Claim], names: set[str], context: Context
) -> tuple[list[Claim], list[Dropped]]:
    """Return what holds of the model's claims and the built-in analyst's together, and what fell."""
    theirs = [c for c in state.get("claims", []) if c.segment not in names]
    replaced = [c for c in state.get("claims", []) if c.segment in names]
    both = [*theirs, *(c for c in drafts if c.segment in names)]
    basis = basis_of(state, context)
    reasons = refused(both, basis)
    order = {s.id: i for i, s in enumerate(state.get("segments", []))}
    kept = sorted(
        (c for c in both if c.id not in reasons), key=lambda c: order.get(c.segment or "", 0)
    )
    instead = "the built-in analyst tells of this moment instead"
    dropped = [dropped_claim(c, instead, "mend", basis) for c in replaced]
    dropped += [
        dropped_claim(c, reasons[c.id], "mend" if c in theirs else "rule", basis)
        for c in both
        if c.id in reasons
    ]
    return kept, dropped


def _note(segments: Sequence[Segment], why: str) -> str:
    if why:
        return f"the built-in analyst tells the whole account: {why}"
    places = [f"{s.subject} at {during(s.start_s, s.end_s)}" for s in segments]
    more = f" and {len(places) - MAX_TOLD} more" if len(places) > MAX_TOLD else ""
    return (
        f"the built-in analyst tells of {', '.join(places[:MAX_TOLD])}{more}: no conclusion of the "
        "language model there held"
    )
