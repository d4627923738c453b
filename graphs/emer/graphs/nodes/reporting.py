"""Put the report together from what was verified."""

import re
from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs import prompts
from emer.graphs.abstaining import abstention, sentence_for
from emer.graphs.leaks import leak_in
from emer.graphs.nodes.labelling import main_subject
from emer.graphs.nodes.reasoning import next_number
from emer.graphs.nodes.specialists import lost, spent_s
from emer.graphs.nodes.telling import drafts_of
from emer.graphs.nodes.verification import basis_of, dropped_claim
from emer.graphs.report import Explanation, Report, Run
from emer.graphs.rule.answering.answers import answer
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.rule.writing.prose import compose
from emer.graphs.rule.writing.wholes import sum_up
from emer.graphs.rule.writing.wording import during
from emer.graphs.state import Context, Event, State
from emer.graphs.verification.claims import objection_to
from emer.graphs.verification.inference import Known
from emer.tools.findings import Gap
from emer.tools.quoting import quoted

NOTICE = (
    "This analysis was made by a machine. It describes what people show, sound and say, not what "
    "they feel; scores are not probabilities. Whoever uses it on people must tell them (EU AI Act, "
    "Art. 50(3)); inferring emotions at work or in education is prohibited (Art. 5(1)(f))."
)

MAX_NOTE: Final = 600
_TOLD: Final = re.compile(r"([^(]{1,200}?) (\(.*\))([^()]*)$")
"""A note of a failure: what failed, what the model or its service said, what was done about it."""


def write_report(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Sum up, compose the prose and file everything under the versioned schema."""
    context = runtime.context
    claims, dropped = list(state.get("claims", [])), list(state.get("dropped", []))
    labels = state.get("labels", [])
    basis, known = basis_of(state, context), Known(claims)
    drafted = [*drafts_of(state, fallen=True), *claims]
    language = context.request.output_language
    still = state["media"].kind == "image"
    wholes = sum_up(
        labels, claims, first=next_number(drafted), language=language, still=still,
        segments=state.get("segments", []),
    )  # fmt: skip
    for whole in wholes:
        problem = objection_to(whole, basis, known)
        if problem:
            dropped.append(dropped_claim(whole, problem, "rule", basis))
        else:
            claims.append(whole)
    gaps = sorted(state.get("gaps", {}).values(), key=lambda g: (g.start_s, g.tool, g.end_s))
    question = context.request.question
    branches = state.get("branches", {})
    readings = [
        r.summary().model_copy(update={"branch": branches.get(r.segment)})
        for r in state.get("readings", [])
    ]
    unnamed = abstention(labels, dropped)
    text = compose(
        claims, state.get("segments", []), readings, language, still=still,
        evidence=state.get("evidence", {}).values(),
    )  # fmt: skip
    parts = [sentence_for(unnamed, language) if unnamed else "", text]
    explanation = Explanation(
        language=language,
        text="\n\n".join(part for part in parts if part),
        segments=tuple(state.get("segments", [])),
        reactions=tuple(state.get("reactions", [])),
        shifts=tuple(state.get("shifts", [])),
        claims=tuple(claims),
        main_subject=main_subject(claims),
        readings=tuple(readings),
        abstained=unnamed is not None,
        label_words=state.get("label_words", {}),
        limits=tuple(_limits(gaps)),
    )
    tools = sorted(state.get("tools", {}).values(), key=lambda t: (t.look, t.tool))
    evidence = sorted(state.get("evidence", {}).values(), key=lambda e: (e.start_s, e.tool, e.id))
    use = context.line.ledger.use()
    report = Report(
        media=state["media"], subjects=tuple(state.get("persons", [])),
        utterances=tuple(state.get("utterances", [])),
        evidence=tuple(evidence), gaps=tuple(gaps), agreement=tuple(state.get("agreement", [])),
        cases=tuple(state.get("cases", [])), explanation=explanation, labels=tuple(labels),
        polarity=tuple(state.get("polarity", [])),
        run=Run(
            emer_version="", started_at="", wall_s=0.0,
            status="partial" if lost(tools, gaps) else "complete",
            question=question, llm=context.model_name, prompts=prompts.version(),
            language=context.request.language,
            rate_hz=context.request.rate_hz, span=(state["span"].start_s, state["span"].end_s),
            plan=tuple(state.get("plan", [])), tools=tuple(tools), dropped=tuple(dropped),
            checks=None if isinstance(context.model, RuleChatModel) else state.get("checks"),
            notes=tuple(_note(*item) for item in sorted(state.get("notes", {}).items())),
            budget=context.request.budget.model_copy(update={"spent_s": spent_s(state)}),
            resumed=context.resumed,
            prompt_ids=tuple(dict.fromkeys(c.prompt for c in use.calls)),
            model_use=None if isinstance(context.model, RuleChatModel) else use,
            purpose=context.request.purpose, notice=NOTICE,
        ),
    )  # fmt: skip
    if question:
        told = explanation.model_copy(update={"answer": answer(question, report)})
        report = report.model_copy(update={"explanation": told})
    context.emit(Event("report", "finished", f"{len(claims)} claim(s), {len(labels)} label(s)"))
    return {"report": report}


def _note(key: str, note: str) -> str:
    """Return a note; what a language model said in it is told only if it carries nothing out."""
    note = quoted(note, MAX_NOTE)
    why = leak_in(note) if key.startswith("llm-") else None
    if why is None:
        return note
    told = _TOLD.match(note)
    head, tail = (told[1], told[3]) if told else ("a language model failed", "")
    return f"{head} (what it said is withheld: {why}){tail}"


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
