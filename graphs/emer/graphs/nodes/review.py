"""Look back over the first findings: is a further look needed, and can it be afforded?"""

import re
from typing import Any, Final, Literal

from langgraph.runtime import Runtime

from emer.graphs.asking import ask
from emer.graphs.nodes.agreement import modalities_of
from emer.graphs.nodes.intake import MAX_REASON, clamped, is_watcher, plan_task
from emer.graphs.nodes.specialists import overspent, spent_s
from emer.graphs.report import Decision
from emer.graphs.rule.plans.planning import with_needs
from emer.graphs.state import Context, Event, Look, State
from emer.graphs.tasks.facts import NAME_PATTERN
from emer.graphs.tasks.planning import (
    ConflictFact,
    GapFact,
    LookDraft,
    LookFact,
    PersonFact,
    Replan,
    ReplanTask,
    SegmentBrief,
    SpeakingFact,
)
from emer.tools.findings import SCENE, Person, TimeSpan, select
from emer.tools.quoting import quoted
from emer.tools.readings import SpeakingFaceReading

MAX_LOOKS: Final = 3
MAX_RATE_HZ: Final = 30.0
MAX_PICTURES: Final = 900
"""Pictures of one further look, beyond what the first look sampled there."""
MARGIN_S: Final = 4.0
"""Taken in before and after a closer look: a face is judged against its own rest."""


def review(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Ask whether to look again; add the look to the plan if it is possible and affordable."""
    context = runtime.context
    if len(state["looks"]) >= MAX_LOOKS or overspent(state, context):
        return _in_focus(state)
    task = _replan_task(state, context)
    answer, notes = ask(context, task, Replan)
    look = _look(state, context, answer.look) if answer.look else None
    if look is None:
        return {"notes": notes, **_in_focus(state)}
    cost_s = _cost_s(context, look)
    left_s = _left_s(state, context)
    affordable = left_s is None or cost_s <= left_s
    why = look.reason
    if not affordable:
        why = f"{why}; the budget does not stretch to it ({cost_s:.1f} s, {left_s:.1f} s left)"
    decisions = [
        Decision(
            tool=tool, chosen=affordable, reason=why, look=look.number,
            start_s=look.focus.start_s, end_s=look.focus.end_s, cost_s=round(cost_s, 3),
            rate_hz=look.rate_hz if is_watcher(context.specialists[tool]) else None,
        )
        for tool in look.tools
    ]  # fmt: skip
    update: dict[str, Any] = {"plan": [*state["plan"], *decisions], "notes": notes}
    if affordable:
        context.emit(Event("replan", "finished", look.reason))
        return {**update, "looks": [*state["looks"], look]}
    return {**update, **_in_focus(state)}


def look_again(state: State) -> Literal["take_in", "recall"]:
    """Go back to looking if the last look has not been taken yet."""
    look = state["looks"][-1]
    taken = {t.tool for t in state.get("tools", {}).values() if t.look == look.number}
    return "take_in" if look.number and set(look.tools) - taken else "recall"


def _in_focus(state: State) -> dict[str, Any]:
    """Leave out the segments that no look was about: what was not asked there is no finding."""
    foci = [look.focus for look in state["looks"]]
    segments = [s for s in state.get("segments", []) if any(s.overlaps(f) for f in foci)]
    kept = {s.id for s in segments}
    agreement = [a for a in state.get("agreement", []) if a.segment in kept]
    return {"segments": segments, "agreement": agreement}


def _replan_task(state: State, context: Context) -> ReplanTask:
    evidence = state.get("evidence", {})
    spoken = [e for e in select(evidence.values(), kind="utterance") if e.subject != SCENE]
    speaking = [
        SpeakingFact(
            speaker=u.subject, track=e.reading.track, score=e.reading.speaking_score,
            start_s=e.start_s, end_s=e.end_s,
        )
        for e in select(evidence.values(), kind="speaking_face")
        if isinstance(e.reading, SpeakingFaceReading)
        for u in spoken
        if u.overlap_s(e) > 0.5 * min(u.duration_s, e.duration_s)
        and _is_name(u.subject) and _is_name(e.reading.track)
    ]  # fmt: skip
    return ReplanTask(
        question=context.request.question,
        plan=plan_task(state, context),
        look=len(state["looks"]),
        tools_run=tuple(sorted({t.tool for t in state.get("tools", {}).values()})),
        left_s=_left_s(state, context),
        persons=tuple(_person(p) for p in state.get("persons", [])),
        segments=tuple(
            SegmentBrief(
                id=s.id, subject=s.subject, role=s.role, start_s=s.start_s, end_s=s.end_s,
                modalities=tuple(modalities_of(s, evidence)),
            )
            for s in state.get("segments", [])
        ),
        conflicts=tuple(
            ConflictFact(
                segment=a.segment, subject=a.subject, start_s=a.start_s, end_s=a.end_s,
                pair=a.pair, dimension=a.dimension, magnitude=a.magnitude,
            )
            for a in state.get("agreement", [])
            if a.verdict == "conflict"
        ),
        gaps=tuple(
            GapFact(tool=g.tool, code=g.code, start_s=g.start_s, end_s=g.end_s)
            for _, g in sorted(state.get("gaps", {}).items())
        ),
        speaking=tuple(speaking),
        looks=tuple(
            LookFact(start_s=x.focus.start_s, end_s=x.focus.end_s, rate_hz=x.rate_hz)
            for x in state["looks"]
        ),
    )  # fmt: skip


def _person(person: Person) -> PersonFact:
    """Return a person without what has no place in a name, whoever named the voice or the face."""
    speaker = person.speaker
    return PersonFact(
        id=person.id, speaker=speaker if speaker and _is_name(speaker) else None,
        face_tracks=tuple(t for t in person.face_tracks if _is_name(t)),
        heard_s=person.heard_s, seen_s=person.seen_s,
    )  # fmt: skip


def _is_name(text: str) -> bool:
    return re.fullmatch(NAME_PATTERN, text) is not None


def _look(state: State, context: Context, draft: LookDraft) -> Look | None:
    """Make a look of what the model asked for, as far as it can be done at all."""
    offers = {o.tool: o for o in plan_task(state, context).tools}
    run = {t.tool for t in state.get("tools", {}).values()}
    wanted = {t for t in draft.tools if t in offers}
    tools = wanted | (with_needs(wanted, offers) - run)
    if not tools:
        return None
    first = state["looks"][0]
    focus = clamped(draft.start_s, draft.end_s, state["span"])
    rate_hz = min(draft.rate_hz or first.rate_hz, MAX_RATE_HZ)
    span, part = state["span"], first.part
    if rate_hz > first.rate_hz:
        span = part = clamped(focus.start_s - MARGIN_S, focus.end_s + MARGIN_S, span)
        rate_hz = min(rate_hz, max(first.rate_hz, MAX_PICTURES / span.duration_s))
    return Look(
        number=len(state["looks"]), focus=focus, rate_hz=rate_hz, tools=tuple(sorted(tools)),
        span=span, part=part,
        min_speakers=_at_least(draft.n_speakers, context) or state["looks"][-1].min_speakers,
        reason=quoted(draft.reason, MAX_REASON),
    )  # fmt: skip


def _at_least(n: int | None, context: Context) -> int | None:
    """Return how many voices there must be, which is never more than the user said there are."""
    _, most = context.request.speakers
    return n if n is None or most is None else min(n, most)


def _cost_s(context: Context, look: Look) -> float:
    """Estimate the seconds of work; pictures sampled more densely cost in proportion."""
    usual_hz = context.request.rate_hz
    closer = look.part is not None and look.rate_hz > usual_hz
    tools = {*look.tools, "faces"} if closer else set(look.tools)
    length: TimeSpan = look.span
    return sum(
        s.cost * length.duration_s * (look.rate_hz / usual_hz if is_watcher(s) else 1.0)
        for t, s in context.specialists.items()
        if t in tools
    )


def _left_s(state: State, context: Context) -> float | None:
    budget = context.request.budget
    return None if budget.tools_s is None else max(0.0, budget.tools_s - spent_s(state))
