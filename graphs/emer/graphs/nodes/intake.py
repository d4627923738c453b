"""Probe the media and plan the first look at it."""

from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.asking import ask
from emer.graphs.report import Decision
from emer.graphs.state import Context, Event, Look, State, filed
from emer.graphs.tasks.planning import Plan, PlanTask, ToolOffer
from emer.tools.errors import MediaError
from emer.tools.findings import Finding, Gap, GapCode, TimeSpan
from emer.tools.media.info import MediaInfo
from emer.tools.media.intake import STILL_S
from emer.tools.media.probe import probe
from emer.tools.quoting import quoted
from emer.tools.registry import NOT_BUILT
from emer.tools.specialist import PassSpecialist, Specialist

UNKNOWN_LENGTH_S: Final = 24 * 3600.0
WHOLE_S: Final = 120.0
"""Parts up to this length are taken in whole, whatever moment is asked about."""
MAX_REASON: Final = 500
"""Characters of a decision's reason."""
CONTEXT_S: Final = 30.0
"""What is taken in before and after a moment of a longer part."""


def probe_media(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Describe the file and settle which part of it is analysed."""
    request, emit = runtime.context.request, runtime.context.emit
    emit(Event("probe", "started", request.path.name))
    info = probe(request.path)
    span = _asked_span(info, request.start_s, request.end_s)
    emit(Event("probe", "finished", _described(info)))
    return {
        "media": info,
        "span": span,
        "notes": {f"media-{i}": n for i, n in enumerate(info.notes)},
    }


def _asked_span(info: MediaInfo, start_s: float | None, end_s: float | None) -> TimeSpan:
    length_s = STILL_S if info.kind == "image" else info.duration_s or UNKNOWN_LENGTH_S
    first, last = start_s or 0.0, min(end_s if end_s is not None else length_s, length_s)
    if first >= length_s:
        raise MediaError(
            f"the part asked for starts at {first:g} s, but {info.name} lasts {length_s:.1f} s",
            remedy="Choose a --start before its end.",
        )
    if last <= first:
        raise MediaError(
            f"the part asked for ends at {last:g} s, before it starts at {first:g} s",
            remedy="Choose an --end after the --start.",
        )
    return TimeSpan(start_s=first, end_s=last)


def _described(info: MediaInfo) -> str:
    parts: list[str] = [info.kind]
    if info.duration_s:
        parts.append(f"{info.duration_s:.1f} s")
    if info.video:
        parts.append(f"{info.video.width_px}x{info.video.height_px}")
    parts.append("with sound" if info.audio else "without sound")
    return ", ".join(parts)


def plan_task(state: State, context: Context) -> PlanTask:
    """Return the typed facts on which a plan is made."""
    info, span = state["media"], state["span"]
    offers = tuple(
        ToolOffer(
            tool=s.tool, purpose=quoted(s.card.purpose, 300), modality=s.modality,
            needs=tuple(n for n in s.needs if n in context.specialists),
            cost_s=round(s.cost * span.duration_s, 3),
        )
        for s in context.specialists.values()
    )  # fmt: skip
    return PlanTask(
        question=context.request.question, media_kind=info.kind, duration_s=info.duration_s,
        has_sound=info.audio is not None, has_picture=info.video is not None,
        n_subtitle_tracks=len(info.subtitles), tools=offers, start_s=span.start_s,
        end_s=span.end_s, rate_hz=context.request.rate_hz,
        budget_s=context.request.budget.tools_s,
    )  # fmt: skip


def make_plan(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Let the model choose the specialists; it sees the question and typed facts only."""
    context = runtime.context
    task = plan_task(state, context)
    answer, notes = ask(context, task, Plan)
    chosen = _completed(task.tools, answer)
    look = _first_look(state, context, answer, tuple(chosen))
    said = {c.tool: c for c in answer.choices}
    plan = [
        Decision(
            tool=o.tool, chosen=o.tool in chosen, start_s=look.focus.start_s,
            end_s=look.focus.end_s, cost_s=o.cost_s,
            rate_hz=look.rate_hz if is_watcher(context.specialists[o.tool]) else None,
            reason=quoted(
                chosen.get(o.tool)
                or (said[o.tool].reason if o.tool in said else "the model left it out"),
                MAX_REASON,
            ),
        )
        for o in task.tools
    ]  # fmt: skip
    plan += [
        Decision(tool=tool, chosen=False, reason=f"cannot run here: {problem.reason}")
        for tool, problem in sorted(context.unavailable.items())
    ]
    n = sum(d.chosen for d in plan)
    context.emit(Event("plan", "finished", f"{n} of {len(plan)} specialists"))
    return {
        "plan": plan,
        "looks": [look],
        "notes": notes,
        **filed(_unaffordable(state, context, plan)),
    }


def _completed(offers: tuple[ToolOffer, ...], answer: Plan) -> dict[str, str]:
    """Return the chosen tools with reasons; what a chosen tool needs is chosen with it."""
    said = {c.tool: c for c in answer.choices}
    chosen = {o.tool: said[o.tool].reason for o in offers if o.tool in said and said[o.tool].use}
    needs = {o.tool: o.needs for o in offers}
    queue = list(chosen)
    while queue:
        tool = queue.pop()
        for needed in needs[tool]:
            if needed not in chosen and needed not in said:
                chosen[needed] = f"{tool} needs it"
                queue.append(needed)
    return chosen


def _first_look(state: State, context: Context, answer: Plan, tools: tuple[str, ...]) -> Look:
    part = state["span"]
    focus = part if context.request.whole else clamped(answer.start_s, answer.end_s, part)
    # a pass over a long clip for the sake of one moment is spared; a short one is seen whole,
    # because voices and faces are judged against the rest of the clip
    long = part.duration_s > WHOLE_S and focus != part
    span = clamped(focus.start_s - CONTEXT_S, focus.end_s + CONTEXT_S, part) if long else part
    request = context.request
    whole = span == part and request.start_s is None and request.end_s is None
    return Look(
        number=0, span=span, part=None if whole else span, focus=focus, rate_hz=answer.rate_hz or request.rate_hz,
        tools=tools, reason="the plan",
    )  # fmt: skip


def clamped(start_s: float | None, end_s: float | None, part: TimeSpan) -> TimeSpan:
    """Return the stretch inside ``part``; all of it where the ends make no sense."""
    first = max(part.start_s, part.start_s if start_s is None else start_s)
    last = min(part.end_s, part.end_s if end_s is None else end_s)
    return TimeSpan(start_s=round(first, 3), end_s=round(last, 3)) if last - first > 0.01 else part


def is_watcher(specialist: Specialist) -> bool:
    """Whether it looks at pictures while they are decoded."""
    return isinstance(specialist, PassSpecialist)


def _unaffordable(state: State, context: Context, plan: list[Decision]) -> list[Finding]:
    """Say what was left out for the budget's sake: it might have been measured."""
    if context.request.budget.tools_s is None:
        return []
    return [
        Gap(
            tool=d.tool, code=GapCode.BUDGET_SPENT, reason=d.reason,
            remedy="Allow more with --budget.",
            start_s=state["span"].start_s, end_s=state["span"].end_s,
        )
        for d in plan
        if not d.chosen and d.reason.startswith("the budget")
    ]  # fmt: skip


def known_gaps(context: Context, info: MediaInfo, span: TimeSpan) -> list[Gap]:
    """Return what is known to be missing whatever the specialists find."""
    bounds = {"start_s": span.start_s, "end_s": span.end_s}
    gaps = [
        Gap(
            tool=tool, code=GapCode.TOOL_UNAVAILABLE, reason=problem.reason, remedy=problem.remedy,
            **bounds,
        )
        for tool, problem in context.unavailable.items()
    ]  # fmt: skip
    gaps += [
        Gap(
            tool=tool, code=GapCode.NOT_LOOKED_AT, reason=f"no specialist here reads {what}",
            **bounds,
        )
        for tool, what in NOT_BUILT.items()
        if tool not in context.specialists and tool not in context.unavailable
    ]  # fmt: skip
    missing = [
        ("faces", info.video, "there is no picture, so no face could be seen"),
        ("voice_affect", info.audio, "there is no sound, so no voice could be heard"),
    ]
    if not context.request.question:
        gaps += [
            Gap(tool=tool, code=GapCode.NO_STREAM, reason=reason, **bounds)
            for tool, stream, reason in missing
            if stream is None
        ]
    return gaps
