"""Check every claim and label against the evidence it cites; what does not hold is not printed.

The rules are in ``emer.graphs.verification``; here they meet the state of a running analysis.
"""

from typing import Any

from langgraph.runtime import Runtime

from emer.graphs.report import Dropped
from emer.graphs.state import Context, Event, State
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.claims import refused
from emer.graphs.verification.labels import label_problem


def basis_of(state: State, context: Context) -> Basis:
    """Return what claims of this run are checked against."""
    language = context.request.output_language
    return Basis.of_state(state, language=language, model=context.model_name)


def verify_claims(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Keep the claims that hold."""
    drafts = state.get("drafts", [])
    reasons = refused(drafts, basis_of(state, runtime.context))
    kept = [c for c in drafts if c.id not in reasons]
    dropped = [Dropped(text=c.text, reason=reasons[c.id]) for c in drafts if c.id in reasons]
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
