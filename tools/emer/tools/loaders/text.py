"""Models of transformers that say what a text expresses; see ``text_emotion_models``.

Reads    items with ``text``
Returns  ``{"scores": {label: 0..1}}``: independent where the model is multi-label, else shares
"""

from collections.abc import Sequence
from typing import Any, Final

from emer.tools.hosting.items import Item, Message
from emer.tools.loaders.pretrained import beside, finite, labels_of, pretrained, scored

MOST_TOKENS: Final = 512


class Text:
    """A loaded model with its tokenizer."""

    def __init__(
        self,
        tool: str,
        model: Any,  # noqa: ANN401 - carries no types
        tokenizer: Any,  # noqa: ANN401
        facts: Message,
    ) -> None:
        self._tool, self._model, self._tokenizer = tool, model, tokenizer
        self._independent = model.config.problem_type == "multi_label_classification"
        self.facts = facts

    def answer(self, batch: Sequence[Item]) -> list[Message]:
        """Judge every text."""
        import torch

        inputs = self._tokenizer(
            [str(item.facts["text"]) for item in batch], padding=True, truncation=True,
            max_length=min(MOST_TOKENS, int(self._tokenizer.model_max_length)), return_tensors="pt",
        ).to(self._model.device)  # fmt: skip
        with torch.inference_mode():
            logits = self._model(**inputs).logits.float()
        scores = torch.sigmoid(logits) if self._independent else torch.softmax(logits, dim=-1)
        return scored(self.facts["labels"], finite(self._tool, scores))


def load(options: Message) -> Text:
    """Load a classifier of texts from ``folder``."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tool, folder = str(options["tool"]), str(options["folder"])
    model, facts = pretrained(tool, AutoModelForSequenceClassification, folder, options["device"])
    facts["labels"] = labels_of(model)
    return Text(tool, model, beside(AutoTokenizer, folder), facts)
