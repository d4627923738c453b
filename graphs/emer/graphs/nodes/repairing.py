"""Send refused claims back to the language model, once; what it corrects is held to the same rules.

Reads    the claims that the rules refused, each with the reason and the facts that it may cite
Returns  what holds now beside what held before; what became of each in ``dropped``
Cost     one call per ``PART`` refused claims, ``MOST`` of them in a run; none where all of it holds

What carries something out is not sent back, nor what fell only because something else did: that
stands up again with what it rests on. A correction can bring claims back and never takes one away.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.asking import ask
from emer.graphs.leaks import leak_of
from emer.graphs.nodes.reasoning import MAX_CLAIM_CHARS
from emer.graphs.nodes.telling import drafts_of, told_once
from emer.graphs.nodes.verification import (
    basis_of,
    kept_reason,
    kept_text,
    written,
)
from emer.graphs.refusals import Checks, Repair
from emer.graphs.report import Claim, Dropped
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.state import Context, Event, State
from emer.graphs.tasks.facts import Fact
from emer.graphs.tasks.repairing import Correction, Ground, Refusal, Repairs, RepairTask
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.claims import objection_to, refused
from emer.graphs.verification.inference import Known
from emer.tools.quoting import quoted

PART: Final = 24
"""Refused claims per call."""
MOST: Final = 72
"""Refused claims that are sent back in one run; who writes more of them is not corrected."""


def repair(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Have refused claims corrected once, and keep those that hold then."""
    context, notes = runtime.context, {}
    if isinstance(context.model, RuleChatModel):
        return {}
    basis = basis_of(state, context)
    faults = _faults(state, basis)
    fallen = [c for c in drafts_of(state, fallen=True) if c.id in faults]
    sent: dict[str, Claim] = {}
    corrections: dict[str, Claim] = {}
    for first in range(0, min(len(fallen), MOST), PART):
        part = fallen[first : min(first + PART, MOST)]
        answer, said = ask(context, _task(part, faults, state, context), Repairs)
        if said:  # the model fails, or the budget is spent: nothing more is asked of it
            notes.update(said)
            break
        sent |= {c.id: c for c in part}
        for one in answer.corrections:
            if one.claim in sent and one.claim not in corrections and _is_usable(one):
                corrections[one.claim] = _corrected(sent[one.claim], one)
    if not sent:
        return {"notes": notes}
    claims, problems, reasons = _held(state, corrections, basis)
    became = {name: _repair(corrections.get(name), problems.get(name), basis) for name in sent}
    reasons |= {name: faults[name] for name in sent}
    dropped = list(_told(state, {c.id for c in claims}, became, reasons))
    good = [name for name in corrections if name not in problems]
    checks = state.get("checks", Checks())
    context.emit(Event("repair", "finished", f"{len(good)} of {len(sent)} claim(s) corrected"))
    return {
        "claims": claims, "dropped": dropped, "notes": notes,
        "checks": checks.model_copy(update={"sent_back": len(sent), "corrected": len(good)}),
    }  # fmt: skip


def _faults(state: State, basis: Basis) -> dict[str, str]:
    """Return what is wrong with each refused claim of the model itself, even if all others held."""
    dropped = state.get("dropped", [])
    by_rule = {d.claim for d in dropped if d.check == "rule"}
    leaks = {d.claim for d in dropped if d.check == "leak"}
    mine = [c for c in written(drafts_of(state, fallen=True), state) if c.id not in leaks]
    known = Known(mine)
    faults = {c.id: objection_to(c, basis, known) for c in mine if c.id in by_rule}
    return {name: kept_reason(why) for name, why in faults.items() if why}


def _task(
    part: Sequence[Claim], faults: dict[str, str], state: State, context: Context
) -> RepairTask:
    evidence, where = state.get("evidence", {}), {c.segment for c in part}
    may_cite = {c.id: tuple(_citable(c, state)) for c in part}
    ids = dict.fromkeys(i for own in may_cite.values() for i in own)
    return RepairTask(
        language=context.request.output_language,
        refused=tuple(
            Refusal(
                claim=c.id, segment=c.segment, subject=c.subject, stage=c.stage, text=c.text,
                assertions=c.assertions, labels=c.labels, about=c.about, rests_on=c.rests_on,
                hypothesis=c.hypothesis, reason=faults[c.id], may_cite=may_cite[c.id],
            )
            for c in part
        ),
        grounds=tuple(
            Ground(claim=c.id, segment=c.segment, stage=c.stage, text=c.text, evidence=c.evidence)
            for c in state.get("claims", [])
            if c.segment in where
        ),
        readings=tuple(r for r in state.get("readings", []) if r.segment in where),
        facts=tuple(Fact.of(evidence[i], evidence[i].score) for i in ids),
    )  # fmt: skip


def _citable(claim: Claim, state: State) -> Iterable[str]:
    """Return the facts that a correction may cite: those of its segment, and what it cited of others."""
    evidence = state.get("evidence", {})
    segments = (s for s in state.get("segments", []) if s.id == claim.segment)
    own = [i for s in segments for i in (*s.words, *s.voice, *s.face, *s.around)]
    return dict.fromkeys(i for i in (*own, *claim.evidence) if i in evidence)


def _is_usable(one: Correction) -> bool:
    return bool(one.assertions) and 0 < len(one.text.strip()) <= MAX_CLAIM_CHARS


def _corrected(claim: Claim, one: Correction) -> Claim:
    return claim.model_copy(
        update={
            "text": quoted(one.text),
            "evidence": tuple(dict.fromkeys(i for a in one.assertions for i in a.evidence)),
            "assertions": tuple(one.assertions),
            "labels": tuple(one.labels),
            "about": tuple(one.about),
            "rests_on": tuple(dict.fromkeys(one.rests_on)),
        }
    )


def _held(
    state: State, corrections: dict[str, Claim], basis: Basis
) -> tuple[list[Claim], dict[str, str], dict[str, str]]:
    """Return all claims that hold with the corrections, why some of these do not, and why others."""
    leaks = {d.claim for d in state.get("dropped", []) if d.check == "leak"}
    drafts = [c for c in drafts_of(state, fallen=True) if c.id not in leaks]
    before = {c.id for c in state.get("claims", [])}
    bad = {name: why for name, c in corrections.items() if (why := _unfit(c, state))}
    while True:  # twice at most: the second time none of these corrections is left
        tried = [corrections[c.id] if _stands(c, corrections, bad) else c for c in drafts]
        reasons = refused(tried, basis)
        lost = before & reasons.keys()
        weighty = [
            c.id for c in tried if c.stage == "disagreement" and _stands(c, corrections, bad)
        ]
        if not weighty or not lost:
            break
        # whoever concludes an emotion has to take it into account, and did not know of it
        bad |= dict.fromkeys(weighty, "what is concluded beside it does not take it into account")
    bad |= {name: reasons[name] for name in corrections if name in reasons and name not in bad}
    return told_once([c for c in tried if c.id not in reasons], state), bad, reasons


def _stands(claim: Claim, corrections: dict[str, Claim], bad: dict[str, str]) -> bool:
    return claim.id in corrections and claim.id not in bad


def _unfit(claim: Claim, state: State) -> str | None:
    """Return why a correction is not even held to the rules."""
    draft = next(c for c in drafts_of(state, fallen=True) if c.id == claim.id)
    allowed = set(_citable(draft, state))
    stray = [i for i in claim.evidence if i not in allowed]
    return leak_of(claim) or (f"it cites {stray[0]}, which it was not given" if stray else None)


def _told(
    state: State, held: set[str], became: dict[str, Repair], reasons: dict[str, str]
) -> Iterable[Dropped]:
    """Yield what was dropped, with what became of it; what stands up again is not among it."""
    for one in state.get("dropped", []):
        name = one.claim or ""
        if one.check == "rule" and name in reasons:  # what it rests on may hold by now
            one = one.model_copy(update={"reason": kept_reason(reasons[name])})
        if name in became and (name not in held or became[name].outcome == "holds"):
            yield one.model_copy(update={"repair": became[name]})
        elif name not in held:
            yield one


def _repair(correction: Claim | None, problem: str | None, basis: Basis) -> Repair:
    if correction is None:
        return Repair(outcome="none")
    if problem is None:
        return Repair(outcome="holds")
    text, reason = kept_text(correction, basis), kept_reason(problem)
    return Repair(outcome="refused", text=text, reason=reason)
