"""How people move each other: listeners' reactions, and shifts with what came just before them."""

from typing import Any

from langgraph.runtime import Runtime

from emer.graphs.people.reactions import reactions
from emer.graphs.people.shifts import shifts
from emer.graphs.state import Context, Event, State


def relate(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Find reactions and shifts."""
    evidence = state.get("evidence", {})
    who = (state.get("segments", []), state.get("utterances", []), state.get("persons", []))
    answers, changes = reactions(*who, evidence.values()), shifts(*who, evidence)
    detail = f"{len(answers)} reaction(s), {len(changes)} shift(s)"
    runtime.context.emit(Event("relate", "finished", detail))
    return {"reactions": answers, "shifts": changes}
