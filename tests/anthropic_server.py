"""The Messages API of Anthropic as its client speaks it; what the real server refuses is refused."""

import json
from collections.abc import Iterator
from typing import Any

from tests.protocol_server import Asked, Protocol, counted, is_cut

PARAMETERS = frozenset(
    {"model", "max_tokens", "messages", "system", "temperature", "top_p", "top_k", "stream"}
    | {"tools", "tool_choice", "output_config", "metadata", "stop_sequences", "thinking"}
)
SCHEMA_KEYS = frozenset(
    {"type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf"}
    | {"allOf", "$ref", "$defs", "description", "title", "format", "minItems", "default"}
)
MOST_TOKENS = 128_000
MOST_UNIONS = 16
KINDS = {
    400: "invalid_request_error", 401: "authentication_error", 403: "permission_error",
    404: "not_found_error", 413: "request_too_large", 429: "rate_limit_error", 500: "api_error",
    529: "overloaded_error",
}  # fmt: skip


class Messages(Protocol):
    def parts(self, body):
        message = body["messages"][-1]["content"]
        document = message if isinstance(message, str) else message[-1]["text"]
        system = body.get("system", "")
        orders = system if isinstance(system, str) else " ".join(b["text"] for b in system)
        form = "plain"
        if body.get("tools"):
            form = "tools"
        elif (body.get("output_config") or {}).get("format"):
            form = "json_schema"
        return document, orders, form

    def streams(self, asked):
        return bool(asked.body.get("stream"))

    def refused(self, asked, takes):
        body = asked.body
        if not asked.headers.get("x-api-key") and not asked.headers.get("authorization"):
            return 401, "x-api-key header is required"
        if "anthropic-version" not in asked.headers:
            return 400, "anthropic-version: header is required"
        unknown = sorted(set(body) - PARAMETERS)
        if unknown:
            return 400, f"{unknown[0]}: Extra inputs are not permitted"
        if not isinstance(body.get("max_tokens"), int):
            return 400, "max_tokens: Field required"
        if body["max_tokens"] > MOST_TOKENS:
            told = f"max_tokens: {body['max_tokens']} > {MOST_TOKENS}, which is the maximum allowed"
            return 400, f"{told} number of output tokens for {body['model']}"
        if "temperature" in body and "temperature" not in takes:
            return 400, "`temperature` is deprecated for this model."
        if asked.form != "plain" and asked.form not in takes:
            name = "tools" if asked.form == "tools" else "output_config.format"
            return 400, f"{name}: Extra inputs are not permitted"
        if asked.form == "json_schema":
            schema = body["output_config"]["format"]["schema"]
            told = schema_problem(schema)
            unions = sum("anyOf" in part for part in _below(schema))
            if not told and unions > MOST_UNIONS:
                told = f"Schemas contains too many parameters with union types ({unions})"
            return (400, f"output_config.format.schema: {told}") if told else None
        return None

    def error(self, status, told):
        return {"type": "error", "error": {"type": KINDS.get(status, "api_error"), "message": told}}

    def most(self, asked):
        return asked.body["max_tokens"]

    def whole(self, asked, reply, text):
        blocks = [{"type": "text", "text": text}] if text else []
        if asked.form == "tools" and not reply.loosely and text:
            blocks = [{**_tool(asked), "input": json.loads(text)}]
        sent, got = reply.usage or counted(asked, text)
        usage = {"input_tokens": sent, "output_tokens": got}
        stop = _stop(self, asked, reply, asked.form == "tools" and not reply.loosely)
        return {**_message(asked), "content": blocks, "stop_reason": stop, "usage": usage}

    def head(self, asked, called):
        sent, _ = counted(asked, "")
        usage = {"input_tokens": sent, "output_tokens": 1}
        message = {**_message(asked), "content": [], "stop_reason": None, "usage": usage}
        block = {**_tool(asked), "input": {}} if called else {"type": "text", "text": ""}
        return [
            _event("message_start", message=message),
            _event("content_block_start", index=0, content_block=block),
            _event("ping"),
        ]

    def piece(self, asked, text, called):
        delta = {"type": "text_delta", "text": text}
        if called:
            delta = {"type": "input_json_delta", "partial_json": text}
        return _event("content_block_delta", index=0, delta=delta)

    def failed(self, told):
        return _event("error", error={"type": "overloaded_error", "message": told})

    def tail(self, asked, reply, text, called):
        sent, got = reply.usage or counted(asked, text)
        delta = {"stop_reason": _stop(self, asked, reply, called), "stop_sequence": None}
        usage = {"input_tokens": sent, "output_tokens": got}
        return [
            _event("content_block_stop", index=0),
            _event("message_delta", delta=delta, usage=usage),
            _event("message_stop"),
        ]


def _stop(protocol, asked, reply, called):
    if reply.withheld:
        return "refusal"
    if is_cut(protocol, asked, reply):
        return "max_tokens"
    return "tool_use" if called else "end_turn"


def _message(asked: Asked):
    return {
        "id": f"msg_{asked.number}", "type": "message", "role": "assistant",
        "model": asked.body["model"], "stop_sequence": None,
    }  # fmt: skip


def _tool(asked: Asked):
    name = asked.body["tools"][0]["name"]
    return {"type": "tool_use", "id": f"toolu_{asked.number}", "name": name}


def _event(kind, **content):
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **content})}\n\n".encode()


def schema_problem(schema) -> str:
    """Return why a schema is none that structured output takes; empty if it is."""
    for part in _below(schema):
        unknown = sorted(set(part) - SCHEMA_KEYS)
        if unknown:
            return f"For '{part.get('type')}' type, property '{unknown[0]}' is not supported"
        if part.get("type") == "object" and part.get("additionalProperties") is not False:
            return "For 'object' type, 'additionalProperties' must be explicitly set to false"
        if part.get("minItems", 0) > 1:
            return "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
    return ""


def _below(schema) -> Iterator[dict[str, Any]]:
    yield schema
    parts = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
    parts += [*schema.get("anyOf", ()), *([schema["items"]] if "items" in schema else ())]
    for part in parts:
        yield from _below(part)
