"""The analyst's graph: probe, plan, take in, run specialists in waves, reason, verify, report.

    probe → plan → take_in → gather → translate ⇄ n specialists → align → agree → review
                     ↑____________________________________________________|
    review → recall → clues → disambiguate → relate → explain → verify_claims → repair → judge
           → mend → label → verify_labels → polarity → report

Which specialists run, where and how densely is the plan's to say; review sends back for a closer
look where something is missing or contradictory, at most twice. ``translate`` does nothing unless
the wave reads words of a language that its engine does not know. With a checkpointer an interrupted
run goes on where it was.
"""

from collections.abc import Callable
from functools import cache, wraps
from itertools import pairwise
from typing import Any, Final

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime

from emer.graphs.calls.tape import TapeError
from emer.graphs.checkpoints import Checkpoint
from emer.graphs.leaks import withheld
from emer.graphs.nodes.agreement import agree
from emer.graphs.nodes.alignment import align
from emer.graphs.nodes.clues import tell_clues
from emer.graphs.nodes.disambiguation import disambiguate
from emer.graphs.nodes.intake import make_plan, probe_media
from emer.graphs.nodes.judging import judge
from emer.graphs.nodes.labelling import extract_labels
from emer.graphs.nodes.looking import take_look
from emer.graphs.nodes.mending import mend
from emer.graphs.nodes.polarity import tell_polarity
from emer.graphs.nodes.reasoning import explain
from emer.graphs.nodes.recall import recall_cases
from emer.graphs.nodes.relations import relate
from emer.graphs.nodes.repairing import repair
from emer.graphs.nodes.reporting import write_report
from emer.graphs.nodes.review import look_again, review
from emer.graphs.nodes.specialists import NEXT, RUN, dispatch, gather, run_specialist
from emer.graphs.nodes.translating import translate
from emer.graphs.nodes.verification import verify_claims, verify_labels
from emer.graphs.report import Report
from emer.graphs.state import Context, Errand, Event, State, gap_key
from emer.tools.findings import Gap, GapCode
from emer.tools.quoting import quoted

RECURSION_LIMIT: Final = 90
"""Steps of one run: 17 fixed ones, and per look five and three per wave; specialists nest about five
deep, and there are at most three looks."""

Graph = CompiledStateGraph[State, Context, State, State]


def build(checkpointer: BaseCheckpointSaver[str] | None = None) -> Graph:
    """Compile the graph for one run; it holds no state itself."""
    return _graph().compile(name="analyst", checkpointer=checkpointer)


@cache
def _graph() -> StateGraph[State, Context, State, State]:
    graph = StateGraph(State, context_schema=Context)
    graph.add_node("probe", probe_media)
    graph.add_node("plan", _counted(make_plan))
    graph.add_node("take_in", take_look)
    graph.add_node(RUN, run_specialist, input_schema=Errand)
    graph.add_node("gather", gather)
    graph.add_node("translate", _counted(_or_gap(translate, "translation")))
    graph.add_node(NEXT, align)
    checks: dict[str, Callable[..., dict[str, Any]]] = {
        "agree": _or_gap(lambda state, runtime: agree(state), "agreement"),
        "review": _or_gap(review, "review"),
    }
    steps: dict[str, Callable[..., dict[str, Any]]] = {
        "recall": _or_gap(recall_cases, "memory"),
        "clues": _or_gap(tell_clues, "clues"),
        "disambiguate": _or_gap(disambiguate, "disambiguation"),
        "relate": _or_gap(relate, "relations"),
        "explain": _or_gap(explain, "explanation"),
        "verify_claims": verify_claims,
        "repair": _or_gap(repair, "repair"),
        "judge": _or_gap(judge, "judgement"),
        "mend": _or_gap(mend, "mending"),
        "label": _or_gap(extract_labels, "labels"),
        "verify_labels": verify_labels,
        "polarity": _or_gap(tell_polarity, "polarity"),
        "report": write_report,
    }
    for name, step in (checks | steps).items():
        graph.add_node(name, _counted(step))
    for one, other in pairwise((START, "probe", "plan", "take_in", "gather", "translate")):
        graph.add_edge(one, other)
    graph.add_conditional_edges("translate", dispatch, [RUN, "gather", NEXT])
    graph.add_edge(RUN, "gather")
    for one, other in pairwise((NEXT, *checks)):
        graph.add_edge(one, other)
    graph.add_conditional_edges("review", look_again, ["take_in", "recall"])
    for one, other in pairwise((*steps, END)):
        graph.add_edge(one, other)
    return graph


def _counted(
    step: Callable[[State, Runtime[Context]], dict[str, Any]],
) -> Callable[..., dict[str, Any]]:
    """File what a step has asked of the model, and let a resumed run know what was spent before."""

    @wraps(step)
    def counted(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        ledger, before = runtime.context.line.ledger, state.get("calls", {})
        ledger.recall(before.values())
        update = step(state, runtime)
        new = {name: call for name, call in ledger.calls.items() if name not in before}
        return {**update, "calls": new} if new else update

    return counted


def _or_gap(
    step: Callable[[State, Runtime[Context]], dict[str, Any]], name: str
) -> Callable[[State, Runtime[Context]], dict[str, Any]]:
    """Let a step of the reasoning fail without taking the measurements with it."""

    @wraps(step)
    def guarded(state: State, runtime: Runtime[Context]) -> dict[str, Any]:
        try:
            return step(state, runtime)
        except TapeError:  # asked for by the user: no result without it
            raise
        except Exception as error:
            runtime.context.emit(Event(name, "failed", type(error).__name__))
            gap = Gap(
                tool=name, code=GapCode.TOOL_FAILED,
                start_s=state["span"].start_s, end_s=state["span"].end_s,
                reason=f"this step failed ({type(error).__name__}: "
                f"{withheld(quoted(str(error), 200), 200)})",
                remedy="The measurements are kept. Please report this.",
            )  # fmt: skip
            return {"gaps": {gap_key(gap): gap}}

    return guarded


def run(
    context: Context, *, max_concurrency: int = 2, checkpoint: Checkpoint | None = None
) -> Report:
    """Analyse one clip; with a checkpoint, from where an interrupted run of the same was.

    Raises:
        MediaError: The file is at fault.
        StorageError: The disk is at fault.
    """
    config: RunnableConfig = {
        "recursion_limit": RECURSION_LIMIT,
        "max_concurrency": max_concurrency,
    }
    start: State | None = {}
    if checkpoint is not None:
        config["configurable"] = {"thread_id": checkpoint.thread}
        context.resumed = checkpoint.is_begun()
        start = None if context.resumed else {}
        if context.resumed:
            context.emit(Event("resume", "finished", "an interrupted run is taken up again"))
    graph = build(checkpoint.saver if checkpoint else None)
    final = graph.invoke(
        start, context=context, config=config, durability="async" if checkpoint else None
    )
    report: Report = final["report"]
    return report
