"""An image classifier of transformers in a process of its own; see ``expression_transformers``.

Reads    items with ``crop``: RGB, ``(side, side, 3)`` uint8; all of one batch of one size
Returns  ``{"scores": {label: 0..1}}`` by the model's own labels, sum 1
"""

from collections.abc import Sequence
from typing import Any, Final

from emer.tools.hosting.items import Item, Message
from emer.tools.loaders.pretrained import beside, finite, labels_of, pretrained, scored

TOOL: Final = "expression"


class Classifier:
    """A loaded model with what prepares its pictures."""

    def __init__(self, model: Any, prepare: Any, facts: Message) -> None:  # noqa: ANN401 - carry no types
        self._model, self._prepare = model, prepare
        self.facts = {**facts, "labels": labels_of(model)}

    def answer(self, batch: Sequence[Item]) -> list[Message]:
        """Judge all pictures at once."""
        import torch

        ready = self._prepare([item.arrays["crop"] for item in batch], return_tensors="pt")
        with torch.inference_mode():
            pixels = ready["pixel_values"].to(self._model.device, self._model.dtype)
            logits = self._model(pixel_values=pixels).logits
        return scored(self.facts["labels"], finite(TOOL, torch.softmax(logits.float(), dim=-1)))


def load(options: Message) -> Classifier:
    """Load the model, nothing from a network, no code that comes with it.

    Args:
        options: ``folder``: config.json, model.safetensors, preprocessor_config.json; ``device``:
            ``cpu`` or ``cuda:N``.

    Raises:
        ToolUnavailable: Its weights are not all those of its architecture.
    """
    from transformers import AutoImageProcessor, AutoModelForImageClassification

    folder = str(options["folder"])
    model, facts = pretrained(TOOL, AutoModelForImageClassification, folder, str(options["device"]))
    return Classifier(model, beside(AutoImageProcessor, folder), facts)
