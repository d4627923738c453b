"""Graphs for LangGraph's Studio, as ``langgraph.json`` names them; nothing else depends on them.

``analyst`` can be run there: a clip below the folder that the server was started in, and a question.
``steps`` is the graph of one analysis itself, to be looked at.
"""

from pathlib import Path
from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph


class Asked(TypedDict, total=False):
    """What Studio's form asks for."""

    clip: str
    """Path below the folder in which the server runs."""
    question: str


class Told(TypedDict, total=False):
    """What comes back."""

    account: str
    report: dict[str, Any]


class State(Asked, Told):
    """Both."""


def analyst() -> CompiledStateGraph[Any, Any, Any, Any]:
    """Return a graph that analyses one clip, with the checks that tools for agents have."""
    graph = StateGraph(State, input_schema=Asked, output_schema=Told)
    graph.add_node("analyse", _analyse)
    graph.add_edge(START, "analyse")
    graph.add_edge("analyse", END)
    return graph.compile(name="analyst")


def steps() -> CompiledStateGraph[Any, Any, Any, Any]:
    """Return the graph of one analysis; it needs handles that only ``analyze`` gives it."""
    from emer.graphs.analyst import build

    return build()


def _analyse(state: Asked) -> Told:
    from emer.agent.held_reports import Options
    from emer.agent.toolbox.analysis import analysis_of
    from emer.agent.toolbox.box import Toolbox
    from emer.agent.toolbox.outcome import told

    box = Toolbox.over([Path()])
    held = box.reports.get(state.get("clip", ""), Options(question=state.get("question") or None))
    return {
        "account": told(analysis_of(held)), "report": held.report.model_dump(mode="json"),
    }  # fmt: skip
