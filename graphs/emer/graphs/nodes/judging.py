"""Have the language model judge, as statements, the claims that hold: what it calls false falls.

Reads    the model's claims that hold by the rules, and the facts that each cites
Returns  the claims that are left; why others fell; which ones it could not tell of
Cost     one call per ``PART`` statements, ``MOST`` of them in a run, conclusions first

A judgement only takes away. Of what it cannot tell, the claim stays and is counted. A model that
calls more than half of its statements false, or more than half of its conclusions (two at least),
is believed neither as judge nor as writer: the built-in analyst tells instead (``nodes.mending``).
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.asking import ask
from emer.graphs.instructions import instructs
from emer.graphs.leaks import withheld
from emer.graphs.nodes.verification import basis_of, dropped_claim, written
from emer.graphs.refusals import Checks
from emer.graphs.report import Claim
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.state import Context, Event, State
from emer.graphs.tasks.facts import Fact
from emer.graphs.tasks.judging import Judgement, Judgements, JudgeTask, Statement
from emer.graphs.verification.claims import refused
from emer.graphs.verification.inference import ORDER
from emer.tools.quoting import quoted

PART: Final = 60
"""Statements per call."""
MOST: Final = 360
"""Statements that are judged in one run."""
MAX_REASON: Final = 200
MIN_FALSE: Final = 2
"""So many statements must be called false before it is asked whether the judge is believed."""


def judge(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Drop what the model itself judges false, with what rests on it."""
    context, notes = runtime.context, {}
    own = written(state.get("claims", []), state)
    if isinstance(context.model, RuleChatModel) or not own:
        return {}
    checks = state.get("checks", Checks())
    if not context.request.self_check:
        return {"checks": checks.model_copy(update={"not_judged": len(own)})}
    asked = sorted(own, key=lambda c: -ORDER[c.stage])[:MOST]
    judged: dict[str, Judgement] = {}
    for first in range(0, len(asked), PART):
        part = asked[first : first + PART]
        answer, said = ask(context, _task(part, state, context), Judgements)
        if said:  # the model fails, or the budget is spent: nothing more is asked of it
            notes.update(said)
            break
        judged |= _settled(answer.judgements, {c.id for c in part})
    false = [c for c in own if c.id in judged and judged[c.id].verdict == "false"]
    fallen = {c.id: _reason(judged[c.id]) for c in false}
    left = [c for c in state.get("claims", []) if c.id not in fallen]
    basis = basis_of(state, context)
    consequences = refused(left, basis) if fallen else {}
    kept = [c for c in left if c.id not in consequences]
    dropped = [
        dropped_claim(c, (fallen | consequences)[c.id], "judge", basis)
        for c in state.get("claims", [])
        if c.id in fallen or c.id in consequences
    ]
    believed = _is_believed([c for c in own if c.id in judged], fallen.keys())
    context.emit(Event("judge", "finished", f"{len(false)} of {len(judged)} judged false"))
    return {
        "claims": kept,
        "refuted": false if believed else [],
        "dropped": [*state.get("dropped", []), *dropped],
        "notes": notes,
        "checks": checks.model_copy(
            update={
                "self_check": bool(judged),
                "judged_true": sum(j.verdict == "true" for j in judged.values()),
                "judged_false": len(false),
                "cannot_tell": tuple(
                    c.id for c in kept if c.id in judged and judged[c.id].verdict == "cannot_tell"
                ),
                "not_judged": len(own) - len(judged),
                "judge_believed": believed,
            }
        ),
    }


def _task(part: Sequence[Claim], state: State, context: Context) -> JudgeTask:
    evidence = state.get("evidence", {})
    ids = dict.fromkeys(i for c in part for i in c.evidence)
    return JudgeTask(
        language=context.request.output_language,
        statements=tuple(
            Statement(claim=c.id, text=c.text, hypothesis=c.hypothesis, evidence=c.evidence)
            for c in part
        ),
        facts=tuple(Fact.of(evidence[i], evidence[i].score) for i in ids if i in evidence),
    )


def _settled(judgements: Iterable[Judgement], asked: set[str]) -> dict[str, Judgement]:
    """Return one judgement per statement; of what is judged in two ways nothing can be told."""
    settled: dict[str, Judgement] = {}
    for one in judgements:
        if one.claim not in asked:
            continue
        first = settled.setdefault(one.claim, one)
        if first.verdict != one.verdict:
            settled[one.claim] = first.model_copy(update={"verdict": "cannot_tell"})
    return settled


def _is_believed(judged: Sequence[Claim], false: Iterable[str]) -> bool:
    wrong = set(false)
    conclusions = [c for c in judged if c.stage == "emotion"]
    return not any(
        (n := sum(c.id in wrong for c in some)) >= MIN_FALSE and 2 * n > len(some)
        for some in (judged, conclusions)
    )


def _reason(judgement: Judgement) -> str:
    """Return why a statement is judged false, as far as that may be shown."""
    said = quoted(judgement.reason, MAX_REASON)
    if not said:
        return "the model itself judged it false, and gave no reason"
    if instructs(said):
        return "the model itself judged it false (its reason is withheld: it gives instructions)"
    return f"the model itself judged it false: {withheld(said, MAX_REASON)}"
