"""OpenAI's chat protocol as its client speaks it; a strict schema is checked as OpenAI does."""

import json
from typing import Any

from tests.protocol_server import Protocol, counted

FORMS = frozenset({"json_schema", "json_object", "tools", "stream_options", "max_tokens"})
STRICT_KEYS = frozenset(
    {"type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf"}
    | {"$ref", "$defs", "description", "title"}
)


class Completions(Protocol):
    forms = FORMS
    root = "/v1"

    def parts(self, body):
        *before, last = body["messages"]
        form = "tools" if body.get("tools") else _format(body) or "plain"
        return str(last["content"]), " ".join(str(m["content"]) for m in before), form

    def streams(self, asked):
        return bool(asked.body.get("stream"))

    def refused(self, asked, takes):
        body = asked.body
        used = {_format(body)} | {"tools", "stream_options"} & {k for k, v in body.items() if v}
        used |= {"max_tokens"} if {"max_tokens", "max_completion_tokens"} & set(body) else set()
        unknown = sorted(used - takes - {"text", ""})
        if unknown:
            return 400, f"Unsupported parameter: {unknown[0]}"
        if _format(body) == "json_schema" and body["response_format"]["json_schema"].get("strict"):
            problem = strict_problem(body["response_format"]["json_schema"]["schema"])
            return (400, f"Unsupported schema: {problem}") if problem else None
        return None

    def error(self, status, told):
        kind = "invalid_request_error" if status < 500 else "server_error"
        return {"error": {"message": told, "type": kind, "code": None}}

    def most(self, asked):
        return asked.body.get("max_completion_tokens") or asked.body.get("max_tokens")

    def whole(self, asked, reply, text):
        called = asked.form == "tools" and not reply.loosely
        message: dict[str, Any] = {"role": "assistant", "content": text, "refusal": None}
        if called:
            message |= {"content": None, "tool_calls": [_call(asked, text)]}
        choice = {
            "index": 0, "message": message, "logprobs": None, "finish_reason": _finish(reply, called),
        }  # fmt: skip
        whole = {**_head(asked, "chat.completion"), "choices": [choice]}
        usage = _usage(asked, reply, text)
        return {**whole, "usage": usage} if usage else whole

    def head(self, asked, called):
        delta: dict[str, Any] = {"role": "assistant", "content": None if called else ""}
        if called:
            delta["tool_calls"] = [{"index": 0, **_call(asked, "")}]
        return [_delta(asked, delta)]

    def piece(self, asked, text, called):
        function = [{"index": 0, "function": {"arguments": text}}]
        return _delta(asked, {"tool_calls": function} if called else {"content": text})

    def failed(self, told):
        return _event(self.error(500, told))

    def tail(self, asked, reply, text, called):
        ends = [_delta(asked, {}, finish=_finish(reply, called))]
        usage = _usage(asked, reply, text)
        if usage and (asked.body.get("stream_options") or {}).get("include_usage"):
            chunk = {**_head(asked, "chat.completion.chunk"), "choices": [], "usage": usage}
            ends.append(_event(chunk))
        return [*ends, b"data: [DONE]\n\n"]


def _format(body):
    return str((body.get("response_format") or {}).get("type", ""))


def _finish(reply, called):
    return "tool_calls" if called and reply.finish == "stop" else reply.finish


def _delta(asked, delta, finish=None):
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return _event({**_head(asked, "chat.completion.chunk"), "choices": [choice]})


def _event(content):
    return b"data: " + json.dumps(content).encode() + b"\n\n"


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
    sent, got = reply.usage or counted(asked, text)
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
