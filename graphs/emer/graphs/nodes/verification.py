"""Check every claim and label against the evidence it cites; what does not hold is not printed.

The rules are in ``emer.graphs.verification``; here they meet the state of a running analysis. What
they refuse of a language model's claims is corrected at most once (``nodes.repairing``), and what
holds is judged once more (``nodes.judging``).
"""

import re
from collections.abc import Iterable
from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.leaks import leak_of, reason_of, withheld
from emer.graphs.nodes.labelling import labels_of
from emer.graphs.nodes.telling import drafts_of, told_once
from emer.graphs.refusals import Check, Checks
from emer.graphs.report import Assertion, Claim, Dropped, Label
from emer.graphs.rule.writing.labels import extract_labels
from emer.graphs.state import Context, Event, State
from emer.graphs.tasks.labelling import LabelTask
from emer.graphs.verification.assertions import holds
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.claims import refused
from emer.graphs.verification.labels import label_problem
from emer.tools.quoting import quoted

MAX_DROPPED: Final = 500
"""Characters of a refused text that the report keeps."""
_NUMBER: Final = re.compile(r"K(\d{1,9})")


def basis_of(state: State, context: Context) -> Basis:
    """Return what claims of this run are checked against."""
    language = context.request.output_language
    return Basis.of_state(state, language=language, model=context.model_name)


def verify_claims(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Keep the claims that hold."""
    fallen = state.get("fallen_clues", [])
    drafts = drafts_of(state)
    leaks = {c.id: why for c in drafts if (why := leak_of(c))}
    harmless = [c for c in drafts if c.id not in leaks]
    basis = basis_of(state, runtime.context)
    reasons = leaks | refused(harmless, basis)
    kept = told_once([c for c in drafts if c.id not in reasons], state)
    dropped = [
        dropped_claim(c, reasons[c.id], "leak" if c.id in leaks else "rule", basis)
        for c in drafts
        if c.id in reasons
    ]
    own = written([*drafts, *fallen], state)
    gone = reasons.keys() | {c.id for c in fallen}
    detail = f"{len(kept)} claim(s) hold, {len(dropped)} dropped"
    runtime.context.emit(Event("verify", "finished", detail))
    return {
        "claims": kept,
        "dropped": [*state.get("dropped", []), *dropped],
        "checks": Checks(drafts=len(own), refused=sum(c.id in gone for c in own)),
    }


def written(claims: Iterable[Claim], state: State) -> list[Claim]:
    """Return those claims that the analyst of this run wrote, and not the built-in one for it."""
    built_in = set(state.get("built_in", []))
    return [c for c in claims if c.segment not in built_in]


def dropped_claim(claim: Claim, reason: str, check: Check, basis: Basis) -> Dropped:
    """Return what the report keeps of a claim that is not told."""
    return Dropped(
        text=kept_text(claim, basis), reason=kept_reason(reason), check=check,
        claim=claim.id, stage=claim.stage, segment=claim.segment,
    )  # fmt: skip


def kept_text(claim: Claim, basis: Basis) -> str:
    """Return what the report keeps of the text of a claim that is not told; quotations as said."""
    said = (a for a in claim.assertions if isinstance(a.value, str) and _is_said(a, basis))
    return withheld(claim.text, MAX_DROPPED, quotes=tuple(str(a.value) for a in said))


def kept_reason(why: str) -> str:
    """Return what the report keeps of why something is not told."""
    return reason_of(quoted(why), MAX_DROPPED)


def _is_said(asserted: Assertion, basis: Basis) -> bool:
    """Whether a text that is asserted stands so in evidence, and is none of the model's own."""
    cited = [basis.evidence[i] for i in asserted.evidence if i in basis.evidence]
    return bool(cited) and all(holds(asserted, e) for e in cited)


def verify_labels(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Keep the labels that follow from claims that hold."""
    basis, claims = basis_of(state, runtime.context), state.get("claims", [])
    problems = [(x, label_problem(x, basis, claims)) for x in state.get("labels", [])]
    dropped = [
        Dropped(
            text=f"label '{x.label}'", reason=kept_reason(why), check="label", segment=x.segment
        )
        for x, why in problems
        if why
    ]
    kept = [x for x, why in problems if why is None]
    kept += [
        x for x in _missing(state, runtime.context, kept) if not label_problem(x, basis, claims)
    ]
    return {
        "labels": sorted(kept, key=lambda x: (x.start_s, x.end_s, x.subject, -x.score)),
        "dropped": [*state.get("dropped", []), *dropped],
    }


def _missing(state: State, context: Context, labels: list[Label]) -> list[Label]:
    """Return the labels of what the built-in analyst tells, where the model gave none that hold."""
    labelled = {x.segment for x in labels}
    bare = [name for name in state.get("built_in", []) if name not in labelled]
    if not bare:
        return []
    segments = {s.id: s for s in state.get("segments", []) if s.id in bare}
    task = LabelTask(
        claims=tuple(c for c in state.get("claims", []) if c.segment in segments),
        readings=tuple(r for r in state.get("readings", []) if r.segment in segments),
        roles={name: s.role for name, s in segments.items()},
    )
    return labels_of(extract_labels(task).labels, segments, context.request.output_language)
