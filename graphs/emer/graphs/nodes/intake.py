"""Probe the media, plan what to run, and take the clip in with one pass."""

from typing import Any

from langgraph.runtime import Runtime

from emer.graphs.asking import ask
from emer.graphs.report import Decision
from emer.graphs.state import Context, Event, State, filed
from emer.graphs.tasks import Plan, PlanTask, ToolOffer
from emer.tools.errors import MediaError
from emer.tools.findings import Finding, Gap, GapCode, TimeSpan
from emer.tools.media.info import MediaInfo
from emer.tools.media.intake import STILL_S, take_in
from emer.tools.media.probe import probe
from emer.tools.registry import NOT_BUILT
from emer.tools.specialist import PassSpecialist

UNKNOWN_LENGTH_S = 24 * 3600.0


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


def make_plan(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Let the model choose the specialists; it sees the question and typed facts only."""
    context, info = runtime.context, state["media"]
    offers = tuple(
        ToolOffer(
            tool=s.tool, purpose=s.card.purpose, modality=s.modality,
            needs=tuple(n for n in s.needs if n in context.specialists),
            cost_s=round(s.cost * state["span"].duration_s, 3),
        )
        for s in context.specialists.values()
    )  # fmt: skip
    task = PlanTask(
        question=context.request.question, media_kind=info.kind, duration_s=info.duration_s,
        has_sound=info.audio is not None, has_picture=info.video is not None,
        n_subtitle_tracks=len(info.subtitles), tools=offers,
        start_s=state["span"].start_s, end_s=state["span"].end_s,
        rate_hz=context.request.rate_hz, budget_s=context.request.budget.tools_s,
    )  # fmt: skip
    answer, notes = ask(context.model, task, Plan)
    plan = _decisions(offers, answer)
    plan += [
        Decision(tool=tool, chosen=False, reason=f"cannot run here: {problem.reason}")
        for tool, problem in sorted(context.unavailable.items())
    ]
    n = sum(d.chosen for d in plan)
    context.emit(Event("plan", "finished", f"{n} of {len(plan)} specialists"))
    return {"plan": plan, "notes": notes}


def _decisions(offers: tuple[ToolOffer, ...], answer: Plan) -> list[Decision]:
    """Return one decision per offer; what a chosen tool needs is chosen with it, if forgotten."""
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
    refused = {o.tool: said[o.tool].reason for o in offers if o.tool in said}
    return [
        Decision(
            tool=o.tool,
            chosen=o.tool in chosen,
            reason=chosen.get(o.tool) or refused.get(o.tool) or "the model left it out",
        )
        for o in offers
    ]


def _known_gaps(context: Context, info: MediaInfo, span: TimeSpan) -> list[Gap]:
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


def take_clip_in(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Decode once; specialists of pictures look on while it happens."""
    context, info = runtime.context, state["media"]
    request, span = context.request, state["span"]
    chosen = {d.tool for d in state["plan"] if d.chosen}
    watchers = {
        tool: s
        for tool, s in context.specialists.items()
        if tool in chosen and isinstance(s, PassSpecialist) and info.video is not None
    }
    part = span if request.start_s is not None or request.end_s is not None else None

    def progress(reached_s: float) -> None:
        done = reached_s - span.start_s
        context.emit(Event("decode", "progress", "", done, span.duration_s))

    context.emit(Event("decode", "started", "", 0.0, span.duration_s))
    clip, report, damage = take_in(
        request.path, info, context.workspace, rate_hz=request.rate_hz, span=part,
        watchers=watchers, language=request.language, progress=progress,
    )  # fmt: skip
    context.clip = clip
    detail = f"{report.n_frames_sampled} pictures sampled" if watchers else "sound only"
    context.emit(Event("decode", "finished", detail, 1.0, 1.0))
    findings: list[Finding] = [*damage, *_known_gaps(context, clip.media, clip.span)]
    return {"media": clip.media, "span": clip.span, **filed(findings)}
