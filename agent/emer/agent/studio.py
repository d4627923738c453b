"""Graphs for LangGraph's Studio, as ``langgraph.json`` names them; nothing else depends on them.

``analyst`` can be run there: a clip below the folder that the server was started in, and a question.
``steps`` is the graph of one analysis itself, to be looked at.
"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from pydantic import BaseModel, Field


class Asked(BaseModel):
    """What Studio's form asks for."""

    clip: str = Field(default="", description="path below the folder in which the server runs")
    question: str | None = Field(
        default=None, max_length=1000, description="what to look for; empty: everything"
    )


class Told(BaseModel):
    """What comes back; the steps of the analysis are seen while it runs."""

    account: str | None = Field(default=None, description="the answer in words, with citations")
    report: dict[str, Any] | None = Field(default=None, description="the whole report")
    problem: str | None = Field(default=None, description="why there is none, and what to do")


class State(Asked, Told):
    """Both."""


def analyst() -> CompiledStateGraph[Any, Any, Any, Any]:
    """Return a graph that analyses one clip, with the checks that tools for agents have.

    Its steps are told as they are taken (stream mode ``custom``).
    """
    graph = StateGraph(State, input_schema=Asked, output_schema=Told)
    graph.add_node("analyse", _analyse)
    graph.add_edge(START, "analyse")
    graph.add_edge("analyse", END)
    return graph.compile(name="analyst")


def steps() -> CompiledStateGraph[Any, Any, Any, Any]:
    """Return the graph of one analysis; it needs handles that only ``analyze`` gives it."""
    from emer.graphs.analyst import build

    return build()


def _analyse(state: State) -> dict[str, Any]:
    from emer.agent.held_reports import Options
    from emer.agent.toolbox.analysis import analysis_of
    from emer.agent.toolbox.box import Toolbox
    from emer.agent.toolbox.outcome import told
    from emer.tools.errors import EmerError

    step = get_stream_writer()
    try:
        box = Toolbox.over([Path()])
        held = box.reports.get(
            state.clip, Options(question=state.question or None),
            on_event=lambda event: step(asdict(event)),
        )  # fmt: skip
    except EmerError as error:  # the server tells nobody what an exception says
        return {"problem": str(error)}
    return {"account": told(analysis_of(held)), "report": held.report.model_dump(mode="json")}
