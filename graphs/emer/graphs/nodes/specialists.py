"""Run the specialists of a look: in waves, as soon as what they need is there, side by side.

A specialist that fails, hangs, cannot run or is no longer affordable becomes a gap; the others go
on. What a specialist has answered before about the same thing is not asked again.
"""

import time
from collections.abc import Sequence
from typing import Any, Final

from langgraph.runtime import Runtime
from langgraph.types import Send

from emer.graphs.answers_kept import by_span, keep_answers, kept_answers
from emer.graphs.instructions import instructs
from emer.graphs.observing import Status, observe
from emer.graphs.report import ToolRun
from emer.graphs.state import Context, Errand, Event, Look, State, filed, gap_key
from emer.graphs.windows import windows_of
from emer.tools.calibration import with_confidence
from emer.tools.findings import Evidence, Finding, Gap, GapCode, TimeSpan, select
from emer.tools.quoting import with_quoted_texts
from emer.tools.specialist import Specialist
from emer.tools.text_readable import TRANSLATION, ReadsLanguages

RUN, NEXT = "specialist", "align"
SPENT: Final = "Allow more with --budget, or analyse a shorter part."


def gather(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Choose the next wave: what is settled in its needs and still affordable."""
    context, look = runtime.context, state["looks"][-1]
    waiting = set(look.tools) - _settled(state)
    ready = sorted(t for t in waiting if not set(context.specialists[t].needs) & waiting)
    if waiting and not ready:  # a stranger's engines may need each other
        ready = [min(waiting)]
    problem = overspent(state, context)
    refused = [t for t in ready if problem and not _is_known(t, state, context)]
    gaps: list[Finding] = [
        Gap(
            tool=t, code=GapCode.BUDGET_SPENT, reason=problem, remedy=SPENT,
            start_s=look.focus.start_s, end_s=look.focus.end_s,
        )
        for t in refused
    ]  # fmt: skip
    runs = {_name(look, t): _tool_run(context.specialists[t], look, "gap") for t in refused}
    return {"wave": [t for t in ready if t not in refused], "tools": runs, **filed(gaps)}


def dispatch(state: State, runtime: Runtime[Context]) -> list[Send] | str:
    """Send the wave out; choose another one, or go on when nothing is left."""
    context = runtime.context
    if state["wave"]:
        return [Send(RUN, _errand(tool, state, context)) for tool in state["wave"]]
    return NEXT if set(state["looks"][-1].tools) <= _settled(state) else "gather"


def overspent(state: State, context: Context) -> str:
    """Return which budget is spent, as a sentence; empty if none is."""
    budget = context.request.budget
    if budget.tools_s is not None and spent_s(state) >= budget.tools_s:
        return f"the budget of {budget.tools_s:g} s of tools' work is spent"
    if budget.wall_s is not None and time.monotonic() - context.started >= budget.wall_s:
        return f"the time limit of {budget.wall_s:g} s is reached"
    return ""


def spent_s(state: State) -> float:
    """Return the seconds that specialists have worked in this run, decoding included."""
    decoding_s = sum(state.get("decoded_s", {}).values())
    return round(decoding_s + sum(t.wall_s for t in state.get("tools", {}).values()), 3)


def _settled(state: State) -> set[str]:
    look = state["looks"][-1].number
    return {t.tool for t in state.get("tools", {}).values() if t.look == look}


def _name(look: Look, tool: str) -> str:
    return f"{look.number:02d}:{tool}"


def _is_known(tool: str, state: State, context: Context) -> bool:
    errand = _errand(tool, state, context)
    found = kept_answers(
        context, errand["media"], errand["looks"][-1], tool, errand["spans"], errand["known"]
    )
    return len(found) == len(errand["spans"])


def _errand(tool: str, state: State, context: Context) -> Errand:
    specialist, look = context.specialists[tool], state["looks"][-1]
    evidence, gaps = state.get("evidence", {}), state.get("gaps", {})
    findings: list[Finding] = [*evidence.values(), *gaps.values()]
    needed = {*specialist.needs}
    if isinstance(specialist, ReadsLanguages):
        needed.add(TRANSLATION)
    known = [f for f in findings if f.tool in needed]
    replaces: list[str] = []
    if look.number:
        replaces = [i for i, e in evidence.items() if e.tool == tool and e.overlaps(look.focus)]
        replaces += [k for k, g in gaps.items() if g.tool == tool and g.overlaps(look.focus)]
    return Errand(
        tool=tool, looks=state["looks"], media=state["media"],
        spans=spans_of(specialist, state["span"], list(evidence.values()), look),
        known=sorted(known, key=_in_order), replaces=replaces,
    )  # fmt: skip


def _in_order(finding: Finding) -> tuple[float, float, str, str]:
    name = finding.id if isinstance(finding, Evidence) else gap_key(finding)
    return (finding.start_s, finding.end_s, finding.tool, name)


def spans_of(
    specialist: Specialist, whole: TimeSpan, evidence: list[Evidence], look: Look | None = None
) -> list[TimeSpan]:
    """Return where a specialist is asked: all of the look, or the places in its focus.

    Args:
        specialist: Its scope decides.
        whole: The analysed part; utterances and quiet windows are cut from it.
        evidence: Utterances among it count.
        look: ``None``: one that is about the whole.
    """
    if specialist.scope == "clip":
        return [look.span if look else whole]
    utterances = select(evidence, kind="utterance")
    if specialist.scope == "utterances":
        places = list(dict.fromkeys(u.span for u in utterances))
    else:
        places = windows_of(whole, utterances)
    return [p for p in places if look is None or p.overlaps(look.focus)]


def run_specialist(state: Errand, runtime: Runtime[Context]) -> dict[str, Any]:
    """Run one specialist over its spans; ``state`` is the errand it was sent on."""
    errand, context = state, runtime.context
    tool, look, spans, known = errand["tool"], errand["looks"][-1], errand["spans"], errand["known"]
    specialist = context.specialists[tool]
    context.emit(Event(tool, "started", f"{len(spans)} span(s)"))
    started = time.perf_counter()
    answers = kept_answers(context, errand["media"], look, tool, spans, known)
    asked = [s for s in spans if s not in answers]
    status: Status = "done"
    if asked:
        found, status = observe(specialist, context, errand, asked)
        found = _placed(found, specialist)
        fresh = by_span(found, asked)
        if status in {"done", "gap"}:
            keep_answers(context, errand["media"], look, tool, fresh, known)
        findings = _once([f for own in (*answers.values(), *fresh.values(), found) for f in own])
    else:
        findings = _once([f for own in answers.values() for f in own])
    if (
        spans
        and findings
        and status == "done"
        and not any(isinstance(f, Evidence) for f in findings)
    ):
        status = "gap"
    findings = [f for f in findings if f.overlaps(look.span)]
    if look.number:
        findings = [f for f in findings if f.overlaps(look.focus)]
    findings = _taken_in(with_confidence(findings, context.calibrations.get(tool)), known)
    n_evidence = sum(isinstance(f, Evidence) for f in findings)
    run = _tool_run(
        specialist, look, status, n_spans=len(spans), n_cached=len(spans) - len(asked),
        n_evidence=n_evidence, n_gaps=len(findings) - n_evidence,
        wall_s=round(time.perf_counter() - started, 3),
    )  # fmt: skip
    ended = "finished" if status == "done" else "gap" if status == "gap" else "failed"
    context.emit(Event(tool, ended, f"{n_evidence} finding(s)"))
    return {"tools": {_name(look, tool): run}, **_replacing(errand["replaces"], findings, status)}


def _placed(found: list[Finding], specialist: Specialist) -> list[Finding]:
    """Note where the engine ran, once it has: one that finds no GPU may have chosen another place."""
    device = str(getattr(specialist, "device", "cpu"))[:80]
    return [
        f.model_copy(update={"device": device}) if isinstance(f, Evidence) else f for f in found
    ]


def _taken_in(findings: list[Finding], known: list[Finding]) -> list[Finding]:
    """Make every text fit to be quoted; words that instruct a machine are no clue to a person."""
    said = [*select(known, kind="utterance"), *select(known, kind="translation")]
    spoken = [(e, w) for e in said if (w := _instruction_in(e))]
    taken: list[Finding] = []
    for finding in findings:
        why = [w for e, w in spoken if e.overlap_s(finding) > 0.5 * finding.duration_s]
        of_words = isinstance(finding, Evidence) and finding.reading.kind == "text_emotion"
        taken.append(_no_clue(finding, why[0]) if why and of_words else finding)
    return [with_quoted_texts(f) for f in taken]


def _instruction_in(evidence: Evidence) -> str | None:
    text = getattr(evidence.reading, "text", None)
    return instructs(text) if text else None


def _no_clue(finding: Finding, why: str) -> Gap:
    return Gap(
        tool=finding.tool, code=GapCode.NOT_CREDIBLE, subject=finding.subject,
        start_s=finding.start_s, end_s=finding.end_s,
        reason="what is said here is addressed to a machine or an analyst, not to a person, and is "
        f"only quoted: {why}",
    )  # fmt: skip


def _once(findings: list[Finding]) -> list[Finding]:
    """Return each finding once: an event that reaches over a border is found on both sides."""
    named = {f.id if isinstance(f, Evidence) else gap_key(f): f for f in findings}
    return list(named.values())


def _replacing(old: list[str], findings: list[Finding], status: Status) -> dict[str, Any]:
    """File findings in place of those of an earlier look, unless the closer look was lost."""
    update = filed(findings)
    if status in {"done", "gap"}:
        for kind in ("evidence", "gaps"):
            update[kind] = {**dict.fromkeys(old), **update[kind]}
    return update


def _tool_run(specialist: Specialist, look: Look, status: Status, **counts: Any) -> ToolRun:  # noqa: ANN401 - fields of ToolRun
    card = specialist.card
    counts = {"n_spans": 0, "n_evidence": 0, "n_gaps": 0, "wall_s": 0.0, **counts}
    return ToolRun(
        tool=specialist.tool, engine=specialist.engine, model=card.name, revision=card.revision,
        licence=card.licence, commercial_use=card.commercial_use, status=status,
        look=look.number, **counts,
    )  # fmt: skip


def lost(tools: Sequence[ToolRun], gaps: Sequence[Gap]) -> bool:
    """Whether a crash, a timeout or a spent budget lost something."""
    return any(t.status in {"failed", "timed_out"} for t in tools) or any(
        g.code.is_loss for g in gaps
    )
