"""Wait for a call that may never end: it is left behind in its thread, and Ctrl-C is heard.

A thread cannot be killed. One that is left behind ends with its client's own timeout, or at the next
piece of its answer; nothing of what it still gets is used.
"""

import threading
import time
from collections.abc import Callable
from contextvars import copy_context
from typing import Any, Final, TypeVar

from langchain_core.callbacks import BaseCallbackHandler

from emer.graphs.calls.trouble import TimedOut, TooLong

Result = TypeVar("Result")
_LOOK_S: Final = 0.1


class Watch(BaseCallbackHandler):
    """Hears every piece of a streamed answer; ends one that is unwanted or does not end."""

    raise_error = True
    run_inline = True

    def __init__(self, max_chars: int) -> None:
        self.max_chars, self.n_chars = max_chars, 0
        self.last: float | None = None
        """When the last piece came; ``None`` before the first that holds anything."""
        self.left_behind = False
        self.arguments: dict[int, str] = {}
        """Of functions, as they came: LangChain closes what was cut off, as if it were whole."""

    def on_llm_new_token(self, token: Any, **kwargs: Any) -> None:  # noqa: ANN401 - LangChain's
        """Count a piece; tool calls come as pieces without text."""
        if self.left_behind:
            raise TooLong("nobody waits for it any more")
        message = getattr(kwargs.get("chunk"), "message", None)
        before = self.n_chars
        self.n_chars += _n_chars(getattr(message, "content", token))
        for call in getattr(message, "tool_call_chunks", None) or ():
            place, piece = call.get("index") or 0, call.get("args") or ""
            self.arguments[place] = self.arguments.get(place, "") + piece
            self.n_chars += len(piece)
        if self.n_chars > before or self.last is not None:
            # a head without any content says only that the model thinks; that may take long
            self.last = time.monotonic()
        if self.n_chars > self.max_chars:
            raise TooLong(f"the answer did not end within {self.max_chars} characters")


def _n_chars(content: Any) -> int:  # noqa: ANN401 - whatever a client makes of an answer
    """Return how much is said or thought in a piece, which may be text or a list of blocks."""
    if isinstance(content, list):
        blocks = [b if isinstance(b, dict) else {"text": b} for b in content]
        return sum(len(str(b.get(kind) or "")) for b in blocks for kind in ("text", "thinking"))
    return len(str(content))


def in_time(
    work: Callable[[], Result], watch: Watch, *, timeout_s: float, stall_s: float
) -> Result:
    """Return what ``work`` returns.

    Args:
        work: The call; it reports its pieces to ``watch``.
        watch: Of this call.
        timeout_s: Seconds for all of it.
        stall_s: Seconds between two pieces, once the first has come.

    Raises:
        TimedOut: It took longer.
        Exception: What ``work`` raised.
    """
    outcome: list[tuple[bool, Any]] = []
    done, began = threading.Event(), time.monotonic()
    inherited = copy_context()  # tracing that the host switched off stays off

    def run() -> None:
        try:
            outcome.append((True, inherited.run(work)))
        except BaseException as error:
            outcome.append((False, error))
        done.set()

    threading.Thread(target=run, name="emer-model", daemon=True).start()
    try:
        while not done.wait(_LOOK_S):
            now = time.monotonic()
            if now - began >= timeout_s:
                raise TimedOut(f"no whole answer within {timeout_s:.3g} s")
            if watch.last is not None and now - watch.last >= stall_s:
                raise TimedOut(f"the answer stood still for {stall_s:.3g} s")
    except BaseException:  # Ctrl-C too
        watch.left_behind = True
        raise
    succeeded, result = outcome[0]
    if not succeeded:
        raise result
    whole: Result = result
    return whole
