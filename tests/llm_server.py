"""A server on loopback that speaks OpenAI's chat protocol, and misbehaves as a test tells it to.

Left alone it is a competent model: it answers the analyst's tasks by the built-in rules, in whatever
form it is asked to: plain, as JSON, held to a strict schema (which it checks as OpenAI does), as a
call of a function, whole or in pieces, with usage counted.
"""

import json
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from langchain_core.messages import HumanMessage

from emer.graphs.rule.model import answer_to

FORMS = frozenset({"json_schema", "json_object", "tools", "stream_options", "max_tokens"})
STRICT_KEYS = frozenset(
    {"type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf"}
    | {"$ref", "$defs", "description", "title"}
)
PIECE = 200
"""Characters of one piece of a stream; of an endless one ten times as many."""


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
    body: dict[str, Any]

    @property
    def document(self) -> str:
        return str(self.body["messages"][-1]["content"])

    @property
    def task(self) -> str:
        return str(json.loads(self.document)["kind"])

    @property
    def form(self) -> str:
        if self.body.get("tools"):
            return "tools"
        return str((self.body.get("response_format") or {}).get("type", "plain"))


class LLMServer:
    """Keeps what it was asked in ``asked``; answers as ``behave`` says.

    Args:
        behave: From a request to its reply.
        takes: Parts of the protocol that it knows; it refuses the others with status 400.
    """

    def __init__(self, behave: Callable[[Asked], Reply] = lambda asked: Reply(), takes=FORMS):
        self.asked: list[Asked] = []
        self.behave, self.takes = behave, frozenset(takes)
        self.closing = threading.Event()
        server = self

        class Handler(_Handler):
            llm = server

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
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
    llm: LLMServer

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        asked = Asked(
            len(self.llm.asked) + 1,
            self.path,
            {k.lower(): v for k, v in self.headers.items()},
            body,
        )
        self.llm.asked.append(asked)
        reply = self.llm.behave(asked)
        self.llm.closing.wait(reply.before_s) if reply.before_s else None
        refused = self._refused(body)
        try:
            if reply.reset:
                self._reset()
            elif refused or reply.status != 200:
                told = refused or reply.error
                self._error(400 if refused else reply.status, told, reply.headers)
            elif body.get("stream"):
                self._stream(asked, reply)
            else:
                self._whole(asked, reply)
        except OSError:  # nobody listens any more
            self.close_connection = True

    def _refused(self, body) -> str:
        format_ = (body.get("response_format") or {}).get("type")
        used = {format_} if format_ else set()
        used |= {"tools"} if body.get("tools") else set()
        used |= {"stream_options"} if body.get("stream_options") else set()
        used |= {"max_tokens"} if {"max_tokens", "max_completion_tokens"} & set(body) else set()
        unknown = sorted(used - self.llm.takes - {"text"})
        if unknown:
            return f"Unsupported parameter: {unknown[0]}"
        if format_ == "json_schema" and body["response_format"]["json_schema"].get("strict"):
            problem = strict_problem(body["response_format"]["json_schema"]["schema"])
            return f"Unsupported schema: {problem}" if problem else ""
        return ""

    def _error(self, status, told, headers):
        kind = "invalid_request_error" if status < 500 else "server_error"
        self._send(status, {"error": {"message": told, "type": kind, "code": None}}, headers)

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

    def _whole(self, asked, reply):
        text = said(asked, reply)
        message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
        finish = reply.finish
        if asked.form == "tools" and not reply.loosely:
            message |= {"content": None, "tool_calls": [_call(asked, text)]}
            finish = "tool_calls" if finish == "stop" else finish
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
        whole = {**_head(asked, "chat.completion"), "choices": [choice]}
        usage = _usage(asked, reply, text)
        self._send(200, {**whole, "usage": usage} if usage else whole)

    def _stream(self, asked, reply):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        text = said(asked, reply)
        called = asked.form == "tools" and not reply.loosely
        head = {"role": "assistant", "content": None if called else ""}
        if called:
            head["tool_calls"] = [{"index": 0, **_call(asked, "")}]
        self._delta(asked, head)
        length = PIECE * 10 if len(text) > 10_000 and not called else PIECE
        length = 20 if reply.stall_after or reply.cut_after else length
        pieces = [text[i : i + length] for i in range(0, len(text), length)]
        n = 0
        while n < len(pieces) or reply.endless:
            if reply.cut_after == n:
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            if reply.stall_after == n:
                self.llm.closing.wait(60)
                return
            if reply.between_s and self.llm.closing.wait(reply.between_s):
                return
            piece = pieces[n % len(pieces)]
            function = [{"index": 0, "function": {"arguments": piece}}]
            self._delta(asked, {"tool_calls": function} if called else {"content": piece})
            n += 1
        self._delta(
            asked, {}, finish="tool_calls" if called and reply.finish == "stop" else reply.finish
        )
        usage = _usage(asked, reply, text)
        if usage and (asked.body.get("stream_options") or {}).get("include_usage"):
            self._event({**_head(asked, "chat.completion.chunk"), "choices": [], "usage": usage})
        self._chunk(b"data: [DONE]\n\n")
        self._chunk(b"")

    def _delta(self, asked, delta, finish=None):
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        self._event({**_head(asked, "chat.completion.chunk"), "choices": [choice]})

    def _event(self, content):
        self._chunk(b"data: " + json.dumps(content).encode() + b"\n\n")

    def _chunk(self, raw):
        self.wfile.write(f"{len(raw):x}\r\n".encode() + raw + b"\r\n")
        self.wfile.flush()


def said(asked, reply) -> str:
    """Return the text of a reply, cut off where the request allows no more tokens."""
    text = competent(asked) if reply.text is None else reply.text
    most = asked.body.get("max_completion_tokens") or asked.body.get("max_tokens")
    return text if most is None or reply.endless else text[: 4 * most]


def competent(asked) -> str:
    """Return what a good model would answer: as the built-in rules do."""
    answer = answer_to([HumanMessage(asked.document)])
    assert answer is not None, "no task of the analyst's"
    return answer.model_dump_json()


def _head(asked, kind):
    created = 1_700_000_000
    return {"id": f"chatcmpl-{asked.number}", "object": kind, "created": created, "model": "stub"}


def _call(asked, arguments):
    name = asked.body["tools"][0]["function"]["name"]
    function = {"name": name, "arguments": arguments}
    return {"id": f"call_{asked.number}", "type": "function", "function": function}


def _usage(asked, reply, text):
    if reply.usage == (0, 0):
        return None
    sent, got = reply.usage or (len(json.dumps(asked.body)) // 4 + 1, len(text) // 4 + 1)
    return {"prompt_tokens": sent, "completion_tokens": got, "total_tokens": sent + got}


def strict_problem(schema, place="$") -> str:
    """Return why a schema is none that OpenAI's strict mode takes; empty if it is."""
    unknown = set(schema) - STRICT_KEYS
    if unknown:
        return f"{place}: {sorted(unknown)[0]} is not permitted"
    if "$ref" in schema and len(schema) > 1:
        return f"{place}: $ref cannot have keywords beside it"
    if schema.get("type") == "object":
        if schema.get("additionalProperties") is not False:
            return f"{place}: additionalProperties must be false"
        if set(schema.get("required", ())) != set(schema.get("properties", {})):
            return f"{place}: all properties must be required"
    below = {
        **schema.get("properties", {}), **schema.get("$defs", {}),
        **{f"anyOf{i}": s for i, s in enumerate(schema.get("anyOf", ()))},
        **({"items": schema["items"]} if "items" in schema else {}),
    }  # fmt: skip
    problems = (strict_problem(s, f"{place}.{name}") for name, s in below.items())
    return next(filter(None, problems), "")
