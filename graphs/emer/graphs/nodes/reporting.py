"""Put the report together from what was verified."""

from typing import Any

from langgraph.runtime import Runtime

from emer.graphs.nodes.specialists import lost
from emer.graphs.nodes.verification import members_of, objection_to
from emer.graphs.prompts import PROMPTS_VERSION
from emer.graphs.report import Claim, Dropped, Explanation, Report, Run
from emer.graphs.rule.answers import answer
from emer.graphs.rule.wholes import sum_up
from emer.graphs.rule.wording import during
from emer.graphs.state import Context, Event, State
from emer.tools.findings import Gap

NOTICE = (
    "This analysis was made by a machine. It describes what people show, sound and say, not what "
    "they feel; scores are not probabilities. Whoever uses it on people must tell them (EU AI Act, "
    "Art. 50(3)); inferring emotions at work or in education is prohibited (Art. 5(1)(f))."
)


def write_report(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Sum up, compose the prose and file everything under the versioned schema."""
    context = runtime.context
    claims, dropped = list(state.get("claims", [])), list(state.get("dropped", []))
    labels = state.get("labels", [])
    members = members_of(state.get("persons", []))
    for whole in sum_up(labels, claims, first=len(state.get("drafts", [])) + 1):
        problem = objection_to(whole, state.get("evidence", {}), members)
        if problem:
            dropped.append(Dropped(text=whole.text, reason=problem))
        else:
            claims.append(whole)
    gaps = sorted(state.get("gaps", {}).values(), key=lambda g: (g.start_s, g.tool, g.end_s))
    question = context.request.question
    explanation = Explanation(
        language=context.request.output_language,
        text=_prose(claims),
        answer=answer(question, claims) if question else None,
        segments=tuple(state.get("segments", [])),
        reactions=tuple(state.get("reactions", [])),
        shifts=tuple(state.get("shifts", [])),
        claims=tuple(claims),
        readings=tuple(r.summary() for r in state.get("readings", [])),
        abstained=not labels,
        limits=tuple(_limits(gaps)),
    )
    tools = sorted(state.get("tools", {}).values(), key=lambda t: t.tool)
    evidence = sorted(state.get("evidence", {}).values(), key=lambda e: (e.start_s, e.tool, e.id))
    report = Report(
        media=state["media"], subjects=tuple(state.get("persons", [])),
        utterances=tuple(state.get("utterances", [])),
        evidence=tuple(evidence), gaps=tuple(gaps), agreement=tuple(state.get("agreement", [])),
        cases=tuple(state.get("cases", [])), explanation=explanation, labels=tuple(labels),
        run=Run(
            emer_version="", started_at="", wall_s=0.0,
            status="partial" if lost(tools, gaps) else "complete",
            question=question, llm=context.model_name, prompts=PROMPTS_VERSION, language=context.request.language,
            rate_hz=context.request.rate_hz, span=(state["span"].start_s, state["span"].end_s),
            plan=tuple(state.get("plan", [])), tools=tuple(tools), dropped=tuple(dropped),
            notes=tuple(n for _, n in sorted(state.get("notes", {}).items())),
            budget=context.request.budget, resumed=False,
            purpose=context.request.purpose, notice=NOTICE,
        ),
    )  # fmt: skip
    context.emit(Event("report", "finished", f"{len(claims)} claim(s), {len(labels)} label(s)"))
    return {"report": report}


def _prose(claims: list[Claim]) -> str:
    """Return the claims as paragraphs: the whole first, then one per segment in time order."""
    wholes = [c.text for c in claims if c.stage == "whole"]
    by_segment: dict[str | None, list[Claim]] = {}
    for claim in claims:
        if claim.stage != "whole":
            by_segment.setdefault(claim.segment, []).append(claim)
    paragraphs = [
        f"[{during(own[0].start_s, own[0].end_s)}] {' '.join(c.text for c in own)}"
        for own in by_segment.values()
    ]
    return "\n\n".join([" ".join(wholes), *paragraphs] if wholes else paragraphs)


def _limits(gaps: list[Gap]) -> list[str]:
    """Return each distinct limit once, with where it holds."""
    places: dict[tuple[str, str, str], list[Gap]] = {}
    for gap in gaps:
        places.setdefault((gap.tool, gap.reason, gap.remedy), []).append(gap)
    limits = []
    for (tool, reason, remedy), own in places.items():
        where = during(own[0].start_s, own[0].end_s)
        often = f" and {len(own) - 1} more time(s)" if len(own) > 1 else ""
        limits.append(f"{tool}: {reason} ({where}{often})" + (f". {remedy}" if remedy else ""))
    return limits
