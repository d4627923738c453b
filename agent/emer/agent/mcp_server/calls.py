"""One call of a tool: done in a thread, with progress told on the way, and given up when cancelled."""

import base64
import queue
import threading
import time
from collections.abc import Callable
from typing import Final

import anyio
import anyio.to_thread
import mcp_types as types
from mcp.server.context import ServerRequestContext

from emer.agent.toolbox.analysis import Picture
from emer.agent.toolbox.box import Asking, Toolbox
from emer.agent.toolbox.outcome import Outcome
from emer.graphs.state import Event
from emer.tools.errors import EmerError
from emer.tools.quoting import quoted

EVERY_S: Final = 0.1
WITHIN_S: Final = 0.5
"""Progress within one stage is told no more often."""


async def carried_out(
    box: Toolbox, ctx: ServerRequestContext, params: types.CallToolRequestParams
) -> types.CallToolResult:
    """Carry out one call; what is the caller's to mend comes back as a result that says so."""
    events: queue.SimpleQueue[Event] = queue.SimpleQueue()
    unwanted = threading.Event()
    asking = Asking(_teller(events), unwanted.is_set)

    def work() -> Outcome | EmerError:
        try:
            return box.call(params.name, params.arguments or {}, asking)
        except EmerError as error:
            return error

    done: list[Outcome | EmerError] = []
    progress = _Progress(events, ctx)
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(progress.forward)
            done.append(await anyio.to_thread.run_sync(work, abandon_on_cancel=True))
            group.cancel_scope.cancel()
        await progress.rest()
    finally:
        unwanted.set()  # a thread that nobody waits for ends at its next step
    return _told(done[0])


def _teller(events: "queue.SimpleQueue[Event]") -> "Callable[[Event], None]":
    last: dict[str, float] = {}

    def tell(event: Event) -> None:
        now = time.monotonic()
        if event.status == "progress" and now - last.get(event.stage, -WITHIN_S) < WITHIN_S:
            return
        last[event.stage] = now
        events.put(event)

    return tell


class _Progress:
    """Tells events as progress: a number that only grows, and words."""

    def __init__(self, events: "queue.SimpleQueue[Event]", ctx: ServerRequestContext) -> None:
        self._events, self._ctx, self._told = events, ctx, 0

    async def forward(self) -> None:
        """Tell what comes, until cancelled."""
        while True:
            await self.rest()
            await anyio.sleep(EVERY_S)

    async def rest(self) -> None:
        """Tell what there is."""
        while not self._events.empty():
            event = self._events.get_nowait()
            self._told += 1
            said = quoted(f"{event.stage} {event.status} {event.detail}", 200)
            await self._ctx.session.report_progress(float(self._told), None, said)


def _told(done: Outcome | EmerError) -> types.CallToolResult:
    if isinstance(done, EmerError):
        about = {"type": type(done).__name__, "message": done.message, "remedy": done.remedy}
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=str(done))], is_error=True,
            _meta={"emer/error": about},
        )  # fmt: skip
    content: list[types.ContentBlock] = [types.TextContent(type="text", text=done.text)]
    data = done.data
    if done.png is not None:
        picture = base64.b64encode(done.png).decode()
        content.append(types.ImageContent(type="image", data=picture, mime_type="image/png"))
    if isinstance(data, Picture):  # it travels once
        data = data.model_copy(update={"png_base64": None})
    content += [
        types.ResourceLink(
            type="resource_link", uri=link, name="report.json", mime_type="application/json",
            description="The whole report under its versioned schema.",
        )
        for link in done.links
    ]  # fmt: skip
    return types.CallToolResult(content=content, structured_content=data.model_dump(mode="json"))
