"""How people move each other: listeners' reactions, and shifts with what came just before them."""

from typing import Any

from langgraph.runtime import Runtime

from emer.graphs.state import Context, State


def relate(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
    """Find reactions and shifts."""
    return {"reactions": [], "shifts": []}
