"""What a language model says, piece by piece, from a call that may never end.

Reads    a compiled agent and its messages
Returns  text as it comes, and when a message turns out to have called tools instead of answering
Cost     a thread; one that is left behind ends at the next piece, or with its client's own timeout
"""

import queue
import threading
import time
from collections.abc import Iterator
from contextvars import copy_context
from typing import Any, Final, NamedTuple

from langchain_core.messages import AIMessage, BaseMessage
from langsmith import tracing_context

from emer.graphs.calls.trouble import TimedOut
from emer.graphs.calls.waiting import Watch

_LOOK_S: Final = 0.1


class Said(NamedTuple):
    """A piece of what it says."""

    text: str
    is_new: bool
    """A message begins: what was said in the one before was said on the way to the answer."""


def streamed(
    agent: Any,  # noqa: ANN401 - LangGraph's
    messages: list[BaseMessage],
    watch: Watch,
    *,
    callbacks: list[Any],
    timeout_s: float,
    stall_s: float,
    in_pieces: bool,
    taken: list[BaseMessage],
) -> Iterator[Said]:
    """Yield what the model says.

    Args:
        agent: Calls the model and its tools in turn.
        messages: So far.
        watch: Of this call; whoever stops reading leaves the call behind.
        callbacks: Told of every call of the model.
        timeout_s: Seconds for all of it.
        stall_s: Seconds between two pieces, once the first has come.
        in_pieces: Whether the model is asked to stream, if it can.
        taken: Filled with whole messages, of the model and of tools, as they are finished.

    Raises:
        TimedOut: It took longer.
        Exception: What the agent raised.
    """
    heard: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
    inherited = copy_context()

    def listen() -> None:
        modes = ["messages", "updates"] if in_pieces else ["updates"]
        config = {"callbacks": [watch, *callbacks]}
        try:
            with tracing_context(enabled=False):
                for mode, event in agent.stream(
                    {"messages": messages}, config, stream_mode=modes
                ):  # fmt: skip
                    if mode == "updates":
                        taken.extend(_finished(event))
                    for message in [event[0]] if mode == "messages" else _finished(event):
                        # tools answer the model, not the reader; a whole one repeats its pieces
                        if isinstance(message, AIMessage) and (mode == "messages") == in_pieces:
                            heard.put(("said", message))
        except BaseException as error:
            heard.put(("failed", error))
        else:
            heard.put(("done", None))

    threading.Thread(
        target=lambda: inherited.run(listen), name="emer-model", daemon=True
    ).start()  # fmt: skip
    began, last_id = time.monotonic(), ""
    try:
        while True:
            what, value = _next(heard, watch, began, timeout_s, stall_s)
            if what == "failed":
                raise value
            if what == "done":
                return
            is_new = bool(value.id) and value.id != last_id
            last_id = value.id or last_id
            yield Said(str(value.text), is_new)
    finally:  # Ctrl-C too
        watch.left_behind = True


def _next(
    heard: "queue.SimpleQueue[tuple[str, Any]]",
    watch: Watch,
    began: float,
    timeout_s: float,
    stall_s: float,
) -> tuple[str, Any]:
    while True:
        now = time.monotonic()
        if now - began >= timeout_s:
            raise TimedOut(f"no whole answer within {timeout_s:.3g} s")
        try:
            return heard.get(timeout=_LOOK_S)
        except queue.Empty:
            if watch.last is not None and now - watch.last >= stall_s:
                raise TimedOut(f"the answer stood still for {stall_s:.3g} s") from None


def _finished(update: dict[str, Any]) -> list[BaseMessage]:
    return [m for one in update.values() for m in (one or {}).get("messages", ())]
