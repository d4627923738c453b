"""Check every claim and label against the evidence it cites; what does not hold is not printed.

The rules are in ``emer.graphs.verification``; here they meet the state of a running analysis.
"""

from typing import Any, Final

from langgraph.runtime import Runtime

from emer.graphs.leaks import leak_of, withheld
from emer.graphs.nodes.telling import drafts_of, told_once
from emer.graphs.report import Dropped
from emer.graphs.state import Context, Event, State
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.claims import refused
from emer.graphs.verification.labels import label_problem

MAX_DROPPED: Final = 500
"""Characters of a refused text that the report keeps."""


def basis_of(state: State, context: Context) -> Basis:
    """Return what claims of this run are checked against."""
    language = context.request.output_language
    return Basis.of_state(state, language=language, model=context.model_name)


def verify_claims(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Keep the claims that hold."""
    drafts = drafts_of(state)
    reasons = {c.id: why for c in drafts if (why := leak_of(c))}
    harmless = [c for c in drafts if c.id not in reasons]
    reasons |= refused(harmless, basis_of(state, runtime.context))
    kept = told_once(
        [c for c in drafts if c.id not in reasons], {c.id for c in state.get("clues", [])}
    )
    dropped = [
        Dropped(text=withheld(c.text, MAX_DROPPED), reason=reasons[c.id])
        for c in drafts
        if c.id in reasons
    ]
    detail = f"{len(kept)} claim(s) hold, {len(dropped)} dropped"
    runtime.context.emit(Event("verify", "finished", detail))
    return {"claims": kept, "dropped": [*state.get("dropped", []), *dropped]}


def verify_labels(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Keep the labels that follow from claims that hold."""
    basis, claims = basis_of(state, runtime.context), state.get("claims", [])
    problems = [(x, label_problem(x, basis, claims)) for x in state.get("labels", [])]
    dropped = [Dropped(text=f"label '{x.label}'", reason=why) for x, why in problems if why]
    return {
        "labels": [x for x, why in problems if why is None],
        "dropped": [*state.get("dropped", []), *dropped],
    }
