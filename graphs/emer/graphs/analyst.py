"""The analyst's graph: probe, plan, take in, run specialists in waves, reason, verify, report.

    probe → plan → take_in → gather ⇄ n specialists → align → agree → recall
          → disambiguate → explain → verify_claims → label → verify_labels → report

Every arrow but the fan-out is fixed; which specialists run, and where, is the plan's to say.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any, Final

from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from emer.graphs.nodes.agreement import agree
from emer.graphs.nodes.alignment import align
from emer.graphs.nodes.intake import make_plan, probe_media, take_clip_in
from emer.graphs.nodes.reasoning import disambiguate, explain, extract_labels
from emer.graphs.nodes.recall import recall_cases
from emer.graphs.nodes.relations import relate
from emer.graphs.nodes.reporting import write_report
from emer.graphs.nodes.specialists import NEXT, RUN, dispatch, gather, run_specialist
from emer.graphs.nodes.verification import verify_claims, verify_labels
from emer.graphs.report import Report
from emer.graphs.state import Context, Errand, Event, State, gap_key
from emer.tools.findings import Gap, GapCode

RECURSION_LIMIT: Final = 60
"""Steps of one run: 12 fixed ones and two per wave; specialists nest about five deep."""

Graph = CompiledStateGraph[State, Context, State, State]


@cache
def build() -> Graph:
    """Build and compile the graph, once per process; it holds no state of its own."""
    graph = StateGraph(State, context_schema=Context)
    graph.add_node("probe", probe_media)
    graph.add_node("plan", make_plan)
    graph.add_node("take_in", take_clip_in)
    graph.add_node(RUN, run_specialist, input_schema=Errand)
    graph.add_node("gather", gather)
    graph.add_node(NEXT, align)
    steps: dict[str, Callable[..., dict[str, Any]]] = {
        "agree": _or_gap(lambda state, runtime: agree(state), "agreement"),
        "recall": _or_gap(recall_cases, "memory"),
        "disambiguate": _or_gap(disambiguate, "disambiguation"),
        "relate": _or_gap(relate, "relations"),
        "explain": _or_gap(explain, "explanation"),
        "verify_claims": verify_claims,
        "label": _or_gap(extract_labels, "labels"),
        "verify_labels": verify_labels,
        "report": write_report,
    }
    for name, step in steps.items():
        graph.add_node(name, step)
    graph.add_edge(START, "probe")
    graph.add_edge("probe", "plan")
    graph.add_edge("plan", "take_in")
    graph.add_edge("take_in", "gather")
    graph.add_conditional_edges("gather", dispatch, [RUN, NEXT])
    graph.add_edge(RUN, "gather")
    for one, other in zip([NEXT, *steps], [*steps, END], strict=True):
        graph.add_edge(one, other)
    return graph.compile(name="analyst")


def _or_gap(
    step: Callable[[State, Runtime[Context]], dict[str, Any]], name: str
) -> Callable[[State, Runtime[Context]], dict[str, Any]]:
    """Let a step of the reasoning fail without taking the measurements with it."""

    @wraps(step)
    def guarded(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        try:
            return step(state, runtime)
        except Exception as error:
            runtime.context.emit(Event(name, "failed", type(error).__name__))
            gap = Gap(
                tool=name, code=GapCode.TOOL_FAILED,
                start_s=state["span"].start_s, end_s=state["span"].end_s,
                reason=f"this step failed ({type(error).__name__}: {str(error)[:200]})",
                remedy="The measurements are kept. Please report this.",
            )  # fmt: skip
            return {"gaps": {gap_key(gap): gap}}

    return guarded


def run(context: Context, *, max_concurrency: int = 2) -> Report:
    """Analyse one clip.

    Raises:
        MediaError: The file is at fault.
        StorageError: The disk is at fault.
    """
    final = build().invoke(
        {},
        context=context,
        config={"recursion_limit": RECURSION_LIMIT, "max_concurrency": max_concurrency},
    )
    report: Report = final["report"]
    return report
