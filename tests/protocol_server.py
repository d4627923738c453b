"""Servers on loopback that speak the protocols of providers, and misbehave as a test tells them to.

A protocol says how a request is read, checked, refused and answered; what is common to all is here.
Left alone each is a competent model, which answers the analyst's tasks by the built-in rules.
"""

import json
import socket
import struct
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from langchain_core.messages import HumanMessage

from emer.graphs.rule.model import answer_to

PIECE = 40
"""Characters of one piece of a stream."""


@dataclass(frozen=True)
class Reply:
    """How one request is answered; by default: well."""

    text: str | None = None
    """What is said; ``None``: the competent answer."""
    loosely: bool = False
    """Said as plain text, whatever form was asked for."""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error: str = "something is wrong"
    before_s: float = 0.0
    """Silence before the first byte."""
    between_s: float = 0.0
    """Silence between two pieces."""
    reset: bool = False
    """The connection is broken off before the first byte."""
    cut_after: int | None = None
    """Pieces after which the connection ends without the end of the stream."""
    stall_after: int | None = None
    """Pieces after which nothing comes any more, and the connection stays."""
    endless: bool = False
    usage: tuple[int, int] | None = None
    """Tokens to report; ``None``: counted, one for four characters; (0, 0): not reported."""
    finish: str = "stop"
    error_after: int | None = None
    """Pieces after which the stream tells an error, and ends."""
    withheld: bool = False
    """The provider keeps the answer back."""


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    number: int
    path: str
    headers: dict[str, str]
    raw: bytes
    body: dict[str, Any]
    document: str
    """The task as JSON; empty if there is none."""
    orders: str
    """What goes before it."""
    form: str
    """How the answer is asked for: ``json_schema``, ``tools``, ``json_object`` or ``plain``."""

    @property
    def task(self) -> str:
        return str(json.loads(self.document)["kind"])


class Protocol(ABC):
    """How one provider's requests and answers look; a subclass for each."""

    forms = frozenset({"json_schema", "tools", "temperature"})
    """Parts of the protocol that a server takes unless a test says otherwise."""
    content_type = "text/event-stream"
    root = ""
    """Path that the address of a server ends with."""

    @abstractmethod
    def parts(self, body: dict[str, Any]) -> tuple[str, str, str]:
        """Return document, orders and form of a request."""

    @abstractmethod
    def streams(self, asked: Asked) -> bool: ...

    @abstractmethod
    def refused(self, asked: Asked, takes: frozenset[str]) -> tuple[int, str] | None:
        """Return status and message for a request that the real server would not take."""

    @abstractmethod
    def error(self, status: int, told: str) -> dict[str, Any]: ...

    @abstractmethod
    def most(self, asked: Asked) -> int | None:
        """Return how many tokens the answer may have."""

    @abstractmethod
    def whole(self, asked: Asked, reply: Reply, text: str) -> dict[str, Any]: ...

    def head(self, asked: Asked, called: bool) -> list[bytes]:
        return []

    def pieces(self, asked: Asked, text: str, called: bool) -> list[str]:
        return [text[i : i + PIECE] for i in range(0, len(text), PIECE)]

    @abstractmethod
    def piece(self, asked: Asked, text: str, called: bool) -> bytes: ...

    @abstractmethod
    def failed(self, told: str) -> bytes:
        """Return an error as it comes within a stream."""

    @abstractmethod
    def tail(self, asked: Asked, reply: Reply, text: str, called: bool) -> list[bytes]: ...


class ProtocolServer:
    """Keeps what it was asked in ``asked``; answers as ``behave`` says.

    Args:
        protocol: That it speaks.
        behave: From a request to its reply.
        takes: Parts of the protocol that it knows; it refuses the others as the real one does.
    """

    def __init__(
        self,
        protocol: Protocol,
        behave: Callable[[Asked], Reply] = lambda asked: Reply(),
        takes: frozenset[str] | set[str] | None = None,
    ):
        self.asked: list[Asked] = []
        self.protocol, self.behave = protocol, behave
        self.takes = protocol.forms if takes is None else frozenset(takes)
        self.closing = threading.Event()
        server = self

        class Handler(_Handler):
            llm = server

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}{protocol.root}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def tasks(self) -> list[str]:
        return [a.task for a in self.asked]

    def close(self):
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    llm: ProtocolServer

    def log_message(self, *_):
        pass

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        body = json.loads(raw)
        headers = {k.lower(): v for k, v in self.headers.items()}
        parts = self.llm.protocol.parts(body)
        asked = Asked(len(self.llm.asked) + 1, self.path, headers, raw, body, *parts)
        self.llm.asked.append(asked)
        reply = self.llm.behave(asked)
        self.llm.closing.wait(reply.before_s) if reply.before_s else None
        refused = self.llm.protocol.refused(asked, self.llm.takes)
        if refused is None and reply.status != 200:
            refused = reply.status, reply.error
        try:
            if reply.reset:
                self._reset()
            elif refused is not None:
                status, told = refused
                self._send(status, self.llm.protocol.error(status, told), reply.headers)
            elif self.llm.protocol.streams(asked):
                self._stream(asked, reply)
            else:
                text = said(self.llm.protocol, asked, reply)
                self._send(200, self.llm.protocol.whole(asked, reply, text))
        except OSError:  # nobody listens any more
            self.close_connection = True

    def _send(self, status, content, headers=None):
        raw = json.dumps(content).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _reset(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _stream(self, asked, reply):
        protocol = self.llm.protocol
        self.send_response(200)
        self.send_header("Content-Type", protocol.content_type)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        text = said(protocol, asked, reply)
        called = asked.form == "tools" and not reply.loosely and not reply.withheld
        for raw in protocol.head(asked, called):
            self._chunk(raw)
        for n, piece in enumerate(_pieces(protocol, asked, reply, text, called)):
            if reply.cut_after == n:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if reply.error_after == n:
                self._chunk(protocol.failed(reply.error))
                self._chunk(b"")
                return
            if reply.stall_after == n:
                self.llm.closing.wait(60)
                return
            if reply.between_s and self.llm.closing.wait(reply.between_s):
                return
            self._chunk(protocol.piece(asked, piece, called))
        for raw in protocol.tail(asked, reply, text, called):
            self._chunk(raw)
        self._chunk(b"")

    def _chunk(self, raw):
        self.wfile.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
        self.wfile.flush()


def competent(asked) -> str:
    """Return what a good model would answer: as the built-in rules do."""
    answer = answer_to([HumanMessage(asked.document)])
    assert answer is not None, "no task of the analyst's"
    return answer.model_dump_json()


def said(protocol: Protocol, asked: Asked, reply: Reply) -> str:
    """Return the text of a reply, cut off where the request allows no more tokens."""
    if reply.withheld:
        return ""
    text = competent(asked) if reply.text is None else reply.text
    most = protocol.most(asked)
    return text if most is None or reply.endless else text[: 4 * most]


def is_cut(protocol: Protocol, asked: Asked, reply: Reply) -> bool:
    """Whether the limit of tokens cut the reply off."""
    most = protocol.most(asked)
    whole = competent(asked) if reply.text is None else reply.text
    return reply.finish == "length" or (most is not None and len(whole) > 4 * most)


def counted(asked: Asked, text: str) -> tuple[int, int]:
    """Return tokens sent and got: one for four characters."""
    return len(asked.raw) // 4 + 1, len(text) // 4 + 1


def _pieces(
    protocol: Protocol, asked: Asked, reply: Reply, text: str, called: bool
) -> Iterator[str]:
    pieces = protocol.pieces(asked, text, called)
    yield from pieces
    while reply.endless:
        yield from pieces
