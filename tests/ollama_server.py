"""Ollama's chat as its client speaks it: lines of JSON, a schema as ``format``, calls in one piece."""

import json

from tests.protocol_server import Asked, Protocol, counted, is_cut

MODEL = "qwen3"
FIELDS = frozenset(
    {"model", "messages", "stream", "format", "options", "tools", "think", "keep_alive"}
    | {"logprobs", "top_logprobs", "truncate", "shift"}
)
OPTIONS = frozenset({"num_ctx", "num_predict", "temperature", "seed", "stop", "top_k", "top_p"})


class Chat(Protocol):
    content_type = "application/x-ndjson"
    forms = frozenset({"json_schema", "tools", "json_object"})

    def parts(self, body):
        *before, last = body["messages"]
        form = "plain"
        if body.get("tools"):
            form = "tools"
        elif isinstance(body.get("format"), dict):
            form = "json_schema"
        elif body.get("format") == "json":
            form = "json_object"
        return last["content"], " ".join(m["content"] for m in before), form

    def streams(self, asked):
        return asked.body.get("stream", True)

    def refused(self, asked, takes):
        body = asked.body
        if asked.path != "/api/chat":
            return 404, "404 page not found"
        unknown = sorted(set(body) - FIELDS) + sorted(set(body.get("options", {})) - OPTIONS)
        if unknown:  # the real one overlooks it; a client that sends it would not be understood
            return 400, f"unknown field {unknown[0]}"
        if body["model"].partition(":")[0] != MODEL:
            return 404, f"model '{body['model']}' not found"
        if asked.form == "tools" and "tools" not in takes:
            return 400, f"registry.ollama.ai/library/{body['model']} does not support tools"
        if asked.form == "json_schema" and "json_schema" not in takes:
            return 400, "json: cannot unmarshal object into Go struct field ChatRequest.format"
        if asked.form == "json_object" and "json_object" not in takes:
            return 400, 'invalid format: "json"'
        if asked.form == "json_schema" and body["format"].get("type") != "object":
            return 500, "failed to parse grammar"
        return None

    def error(self, status, told):
        return {"error": told}

    def most(self, asked):
        return asked.body.get("options", {}).get("num_predict")

    def whole(self, asked, reply, text):
        called = asked.form == "tools" and not reply.loosely
        return {**_message(asked, text, called), **_end(self, asked, reply, text)}

    def pieces(self, asked, text, called):
        return [text] if called else super().pieces(asked, text, called)

    def piece(self, asked, text, called):
        return _line({**_message(asked, text, called), "done": False})

    def failed(self, told):
        return _line({"error": told})

    def tail(self, asked, reply, text, called):
        return [_line({**_message(asked, "", False), **_end(self, asked, reply, text)})]


def _message(asked: Asked, text, called):
    message = {"role": "assistant", "content": "" if called else text}
    if called:
        function = {
            "name": asked.body["tools"][0]["function"]["name"],
            "arguments": json.loads(text),
        }
        message["tool_calls"] = [{"function": function}]
    created = "2026-01-01T00:00:00.000000Z"
    return {"model": asked.body["model"], "created_at": created, "message": message}


def _end(protocol, asked, reply, text):
    sent, got = reply.usage or counted(asked, text)
    counts = {"prompt_eval_count": sent, "eval_count": got} if (sent, got) != (0, 0) else {}
    reason = "length" if is_cut(protocol, asked, reply) else "stop"
    times = {"total_duration": 9_000, "load_duration": 1_000, "eval_duration": 5_000}
    return {"done": True, "done_reason": reason, **times, **counts}


def _line(content):
    return json.dumps(content).encode() + b"\n"
