"""Where the server listens: standard input and output, or one port of this machine.

On loopback, requests whose ``Host`` or ``Origin`` names anything but this port of this machine are
refused: a page in a browser cannot reach the server under another name.
"""

import os
import signal
import socket
from collections.abc import Callable
from typing import Final

import anyio
from mcp.server.lowlevel.server import Server
from mcp.server.stdio import stdio_server
from mcp.server.transport_security import TransportSecuritySettings

from emer.tools.errors import EmerError

LOOPBACK: Final = "127.0.0.1"
PATH: Final = "/mcp"
MAX_BODY: Final = 1_000_000
"""Bytes of one request; clips come as paths and ids, never as content."""

GRACE_S: Final = 5.0
"""For analyses to end, when the process is told to."""


class CannotListen(EmerError):  # noqa: N818 - reads as what happened
    """The port cannot be had."""


def serve_stdio(server: Server, at_work: Callable[[], bool]) -> None:
    """Serve one client over stdin and stdout until it hangs up, or a signal ends the process.

    Args:
        server: What answers.
        at_work: Whether an analysis is still going on.
    """

    async def serve() -> None:
        # while it is open, whatever else is printed goes to stderr
        async with stdio_server() as (incoming, outgoing), anyio.create_task_group() as group:
            serving = anyio.CancelScope()
            group.start_soon(_end_at_a_signal, serving, at_work)
            with serving:
                await server.run(incoming, outgoing, server.create_initialization_options())
            group.cancel_scope.cancel()

    try:
        anyio.run(serve)
    except* (BrokenPipeError, anyio.BrokenResourceError):
        pass  # the client went away before it was answered


async def _end_at_a_signal(serving: anyio.CancelScope, at_work: Callable[[], bool]) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async for number in signals:
            serving.cancel()  # analyses end at their next step, and clear up
            with anyio.move_on_after(GRACE_S, shield=True):
                while at_work():
                    await anyio.sleep(0.05)
            # a thread waits for the client's next line, and would for ever
            os._exit(128 + number)


def listening(port: int) -> socket.socket:
    """Return a socket that listens on loopback; port 0 takes any that is free.

    Raises:
        CannotListen: The port is taken or not allowed.
    """
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((LOOPBACK, port))
        made.listen()
    except (OSError, OverflowError) as error:
        made.close()
        why = getattr(error, "strerror", None) or str(error)
        raise CannotListen(
            f"port {port} cannot be had ({why})", remedy="Choose another, or 0 for a free one."
        ) from error
    return made


def address_of(listener: socket.socket) -> str:
    """Return the address that clients connect to."""
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}{PATH}"


def serve_http(server: Server, listener: socket.socket) -> None:
    """Serve clients over streamable HTTP until interrupted."""
    import uvicorn

    port = listener.getsockname()[1]
    names = [f"{name}:{port}" for name in (LOOPBACK, "localhost")]
    guard = TransportSecuritySettings(
        enable_dns_rebinding_protection=True, allowed_hosts=names,
        allowed_origins=[f"http://{name}" for name in names],
    )  # fmt: skip
    app = server.streamable_http_app(
        streamable_http_path=PATH, transport_security=guard, max_request_body_size=MAX_BODY,
        host=LOOPBACK,
    )  # fmt: skip
    config = uvicorn.Config(
        app, log_level="warning", timeout_graceful_shutdown=round(GRACE_S), access_log=False
    )
    uvicorn.Server(config).run(sockets=[listener])
