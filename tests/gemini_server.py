"""Google's generateContent as its client speaks it; what the real server refuses is refused."""

import json

from tests.protocol_server import Asked, Protocol, counted, is_cut

FIELDS = frozenset(
    {"contents", "systemInstruction", "generationConfig", "tools", "toolConfig", "safetySettings"}
    | {"cachedContent"}
)
CONFIG = frozenset(
    {"temperature", "maxOutputTokens", "responseMimeType", "responseJsonSchema", "responseSchema"}
    | {"candidateCount", "stopSequences", "topP", "topK", "seed", "thinkingConfig"}
)
JSON_SCHEMA_KEYS = frozenset(
    {"$id", "$defs", "$ref", "$anchor", "type", "format", "title", "description", "enum", "items"}
    | {"prefixItems", "minItems", "maxItems", "minimum", "maximum", "anyOf", "oneOf", "properties"}
    | {"additionalProperties", "required", "propertyOrdering"}
)
PARAMETER_KEYS = frozenset(
    {"type", "format", "title", "description", "nullable", "enum", "items", "properties"}
    | {"required", "anyOf", "any_of", "minItems", "maxItems", "minimum", "maximum", "default"}
)
"""The real server reads both spellings."""
STATES = {
    400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE",
}  # fmt: skip


class Generate(Protocol):
    def __init__(self, delay="0.02s", blocked=False):
        self.delay = delay
        """What an error of too many requests asks to wait."""
        self.blocked = blocked
        """What is withheld is the question, not the answer."""

    def parts(self, body):
        document = body["contents"][-1]["parts"][-1]["text"]
        system = body.get("systemInstruction") or {"parts": []}
        form = "plain"
        if body.get("tools"):
            form = "tools"
        elif "responseJsonSchema" in body.get("generationConfig", {}):
            form = "json_schema"
        return document, " ".join(p["text"] for p in system["parts"]), form

    def streams(self, asked):
        return ":streamGenerateContent" in asked.path

    def refused(self, asked, takes):
        config = asked.body.get("generationConfig", {})
        if not asked.headers.get("x-goog-api-key"):
            return 403, "Method doesn't allow unregistered callers. Please use API Key."
        if not asked.path.startswith("/v1beta/models/"):
            return 404, "Not found"
        unknown = sorted(set(asked.body) - FIELDS) + sorted(set(config) - CONFIG)
        if unknown:
            return 400, f'Invalid JSON payload received. Unknown name "{unknown[0]}"'
        if asked.form != "plain" and asked.form not in takes:
            return 400, f"{asked.form} is not supported by this model"
        if asked.form == "json_schema":
            told = _problem(config["responseJsonSchema"], JSON_SCHEMA_KEYS)
            if config.get("responseMimeType") != "application/json":
                told = "response_json_schema needs response_mime_type application/json"
        else:
            told = ""
        for tool in asked.body.get("tools", ()):
            for function in tool["functionDeclarations"]:
                told = told or _problem(function["parameters"], PARAMETER_KEYS)
        return (400, told) if told else None

    def error(self, status, told):
        details = []
        if status == 429:
            kind = "type.googleapis.com/google.rpc.RetryInfo"
            details = [{"@type": kind, "retryDelay": self.delay}]
        error = {"code": status, "message": told, "status": STATES.get(status, "UNKNOWN")}
        return {"error": {**error, "details": details}}

    def most(self, asked):
        return asked.body.get("generationConfig", {}).get("maxOutputTokens")

    def whole(self, asked, reply, text):
        called = asked.form == "tools" and not reply.loosely and not reply.withheld
        return self._chunk(asked, [_part(asked, text, called)] if text else None, reply, text)

    def pieces(self, asked, text, called):
        return [text] if called else super().pieces(asked, text, called)

    def piece(self, asked, text, called):
        return _event(self._chunk(asked, [_part(asked, text, called)], None, text))

    def failed(self, told):
        return _event(self.error(503, told))

    def tail(self, asked, reply, text, called):
        return [_event(self._chunk(asked, None, reply, text))]

    def _chunk(self, asked, parts, reply, text):
        """Return one answer; with ``reply`` it is the last."""
        sent, got = (reply.usage if reply else None) or counted(asked, text)
        usage = {"promptTokenCount": sent, "candidatesTokenCount": got}
        chunk = {
            "usageMetadata": {**usage, "totalTokenCount": sent + got},
            "modelVersion": asked.path.rpartition("/")[2].partition(":")[0],
            "responseId": f"r{asked.number}",
        }
        if reply is not None and reply.withheld and self.blocked:
            return {**chunk, "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}
        candidate = {"index": 0}
        if parts:
            candidate["content"] = {"role": "model", "parts": parts}
        if reply is not None:
            cut = is_cut(self, asked, reply)
            candidate["finishReason"] = (
                "SAFETY" if reply.withheld else "MAX_TOKENS" if cut else "STOP"
            )
        return {**chunk, "candidates": [candidate]}


def _part(asked: Asked, text, called):
    if not called:
        return {"text": text}
    name = asked.body["tools"][0]["functionDeclarations"][0]["name"]
    return {"functionCall": {"name": name, "args": json.loads(text)}}


def _event(content):
    return b"data: " + json.dumps(content).encode() + b"\r\n\r\n"


def _problem(schema, keys) -> str:
    """Return why a schema is none that is taken; empty if it is."""
    unknown = sorted(set(schema) - keys)
    if unknown:
        return f'Invalid JSON payload received. Unknown name "{unknown[0]}" at schema'
    if "$ref" in schema and any(not k.startswith("$") for k in schema):
        return "$ref cannot have keywords beside it"
    below = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
    below += [
        *(schema.get("anyOf") or schema.get("any_of") or ()),
        *([schema["items"]] if "items" in schema else ()),
    ]
    return next(filter(None, (_problem(part, keys) for part in below)), "")
