"""Encoders of texts as ONNX files, with onnxruntime and tokenizers alone: no torch.

Reads    items with ``text``
Returns  ``{"scores": {label: 0..1}}``: independent where the model is multi-label, else shares

Texts are run one by one: 8-bit weights come with scales that are taken over the whole batch, so
that a text would be judged by what it is batched with.
"""

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import numpy as np

from emer.tools.errors import ModelOutputError
from emer.tools.hosting.items import Item, Message
from emer.tools.loaders.pretrained import scored, unusable
from emer.tools.quiet import import_quietly

MODELS: Final = ("model_quantized.onnx", "model.onnx")
"""The small one first."""
MOST_TOKENS: Final = 512


class Encoder:
    """A loaded session with its tokenizer."""

    def __init__(
        self,
        tool: str,
        session: Any,  # noqa: ANN401 - carries no types
        tokenizer: Any,  # noqa: ANN401
        config: Message,
        facts: Message,
    ) -> None:
        self._tool, self._session, self._tokenizer = tool, session, tokenizer
        self._wanted = {i.name for i in session.get_inputs()}
        self._independent = config.get("problem_type") == "multi_label_classification"
        self.facts = facts

    def answer(self, batch: Sequence[Item]) -> list[Message]:
        """Judge every text."""
        return [self._judged(str(item.facts["text"])) for item in batch]

    def _judged(self, text: str) -> Message:
        encoded = self._tokenizer.encode(text)
        given = {
            "input_ids": encoded.ids, "attention_mask": encoded.attention_mask,
            "token_type_ids": encoded.type_ids,
        }  # fmt: skip
        (logits, *_) = self._session.run(
            None, {n: np.array([v], np.int64) for n, v in given.items() if n in self._wanted}
        )
        row = np.asarray(logits[0], np.float64)
        if row.shape != (len(self.facts["labels"]),):
            raise ModelOutputError(f"{self._tool}: the model returned no score per label")
        if not np.isfinite(row).all():
            raise ModelOutputError(f"{self._tool}: the model's numbers were not finite")
        if self._independent:
            scores = 1.0 / (1.0 + np.exp(-row))
        else:
            scores = np.exp(row - row.max()) / np.exp(row - row.max()).sum()
        return scored(self.facts["labels"], [scores.tolist()])[0]


def load(options: Message) -> Encoder:
    """Load the encoder in ``folder``, or in its folder ``onnx``.

    Raises:
        ToolUnavailable: A file is missing or is not what its name says.
    """
    tool, folder = str(options["tool"]), Path(options["folder"])
    path = next(
        (p for d in (folder, folder / "onnx") for n in MODELS if (p := d / n).is_file()), None
    )
    beside = [d for d in (folder / "onnx", folder) if (d / "tokenizer.json").is_file()]
    if path is None or not beside:
        raise unusable(tool, str(folder), "it lacks model.onnx or tokenizer.json")
    runtime, tokenizers = import_quietly("onnxruntime"), import_quietly("tokenizers")
    try:
        config = json.loads((beside[0] / "config.json").read_text(encoding="utf-8"))
        labels = [str(config["id2label"][str(i)]) for i in range(len(config["id2label"]))]
        tokenizer = tokenizers.Tokenizer.from_file(str(beside[0] / "tokenizer.json"))
        session = runtime.InferenceSession(str(path), providers=_providers(runtime, options))
    except Exception as error:  # both libraries raise errors of their own
        raise unusable(tool, str(folder), str(error)[:300]) from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS)
    on_gpu = session.get_providers()[0] == "CUDAExecutionProvider"
    facts = {
        "device": options["device"] if on_gpu else "cpu", "dtype": "as in the file",
        "library": f"onnxruntime {version('onnxruntime')}", "labels": labels,
    }  # fmt: skip
    return Encoder(tool, session, tokenizer, config, facts)


def _providers(runtime: Any, options: Message) -> list[Any]:  # noqa: ANN401
    kind, _, index = str(options["device"]).partition(":")
    if kind == "cuda" and "CUDAExecutionProvider" in runtime.get_available_providers():
        return [("CUDAExecutionProvider", {"device_id": int(index or 0)}), "CPUExecutionProvider"]
    return ["CPUExecutionProvider"]
