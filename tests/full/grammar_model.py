"""A chat model of transformers whose every answer a grammar holds to the schema: well-formed garbage.

The grammar goes further than the schema: names of segments, evidence and quantities are among those
of the question, and labels are emotion words. So what is written looks as right as garbage can.
"""

import json
from pathlib import Path
from typing import Any

import torch
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.utils.function_calling import convert_to_openai_tool
from lmformatenforcer import (
    CharacterLevelParserConfig,
    JsonSchemaParser,
    TokenEnforcer,
    TokenEnforcerTokenizerData,
)
from pydantic import Field, PrivateAttr
from transformers import AutoTokenizer, LlamaForCausalLM

from emer.graphs.rule.model import answer_to

WORDS = ["happy", "sad", "angry", "afraid", "surprised", "disgusted", "calm", "proud"]
BY_RULE = {"plan", "replan"}
"""Without a sensible plan nothing would be measured, and there would be nothing to lie about."""


class GrammarModel(BaseChatModel):
    """Writes what its random weights and the grammar let it write."""

    folder: Path
    seed: int = 0
    written: list[dict[str, Any]] = Field(default_factory=list)
    _loaded: Any = PrivateAttr(default=None)

    @property
    def _llm_type(self):
        return "tiny-grammar"

    def bind_tools(self, tools, **kwargs):
        function = convert_to_openai_tool(tools[0])["function"]
        return self.bind(name=function["name"], schema=function["parameters"])

    def _generate(self, messages, stop=None, run_manager=None, **kwargs):
        task = json.loads(messages[-1].content)
        if task["kind"] in BY_RULE:
            args = answer_to(messages).model_dump(mode="json")
        else:
            args = json.loads(self._write(sharpened(kwargs["schema"], task)))
            self.written.append({"kind": task["kind"], **args})
        call = {"name": kwargs["name"], "args": args, "id": "1"}
        return ChatResult(generations=[ChatGeneration(message=AIMessage("", tool_calls=[call]))])

    def _write(self, schema):
        if self._loaded is None:
            tokenizer = AutoTokenizer.from_pretrained(self.folder, local_files_only=True)
            model = LlamaForCausalLM.from_pretrained(self.folder, local_files_only=True)
            self._loaded = tokenizer, model.eval()
        tokenizer, model = self._loaded
        special = set(tokenizer.all_special_ids)
        signs = [
            (i, tokenizer.decode([i]), False) for i in range(len(tokenizer)) if i not in special
        ]
        data = TokenEnforcerTokenizerData(
            signs, tokenizer.decode, tokenizer.eos_token_id, False, len(tokenizer)
        )
        config = CharacterLevelParserConfig(
            max_consecutive_whitespaces=0, max_json_array_length=2,
            force_json_field_order=True,
        )  # fmt: skip
        enforcer = TokenEnforcer(data, JsonSchemaParser(schema, config=config))
        start = tokenizer("answer: ", return_tensors="pt")
        torch.manual_seed(self.seed + len(self.written))
        with torch.inference_mode():
            made = model.generate(
                **start, do_sample=True, max_new_tokens=3000,
                prefix_allowed_tokens_fn=lambda _, ids: enforcer.get_allowed_tokens(
                    ids.tolist()
                ).allowed_tokens,
            )  # fmt: skip
        return tokenizer.decode(made[0][start["input_ids"].shape[1] :], skip_special_tokens=True)


def sharpened(schema, task):
    """Return the schema with what the task knows in place of free words."""
    segments = task.get("segments") or []
    facts = [*(f for s in segments for f in s["facts"]), *task.get("facts", ())]
    claims = [*task.get("refused", ()), *task.get("statements", ())]
    cited = {e for c in task.get("claims", ()) for e in c["evidence"]}
    known = {
        "segment": {s["id"] for s in segments} | set(task.get("roles", {})),
        "evidence": {f["evidence"] for f in facts} | cited,
        "quantity": {q for f in facts for q in f["quantities"]},
        "label": set(WORDS), "labels": set(WORDS), "claim": {c["claim"] for c in claims},
    }  # fmt: skip
    whole = _inlined(schema, schema.get("$defs", {}))
    return _narrowed({k: v for k, v in whole.items() if k != "$defs"}, known)


def _inlined(part, parts):
    if isinstance(part, dict):
        if "$ref" in part:
            return _inlined(parts[part["$ref"].rpartition("/")[2]], parts)
        return {k: _inlined(v, parts) for k, v in part.items() if k != "$defs"}
    return [_inlined(p, parts) for p in part] if isinstance(part, list) else part


def _narrowed(part, known, name=""):
    kind = part.get("type")
    if kind == "string" and "enum" not in part:
        words = sorted(known.get(name, ()))
        return {"type": "string", "enum": words} if words else {"type": "string", "maxLength": 16}
    if kind == "array":
        return {
            **part,
            "minItems": 1,
            "maxItems": 2,
            "items": _narrowed(part["items"], known, name),
        }
    if kind == "object":
        own = {k: _narrowed(v, known, k) for k, v in part["properties"].items()}
        return {**part, "properties": own}
    if "anyOf" in part:
        return {**part, "anyOf": [_narrowed(p, known, name) for p in part["anyOf"]]}
    if kind in {"number", "integer"}:  # bounds are beyond the grammar
        return {"enum": [0, 1] if kind == "integer" else [0.1, 0.5, 0.9]}
    return part
