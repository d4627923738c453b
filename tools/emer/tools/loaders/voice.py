"""Models of transformers that hear a voice: categories, or arousal, dominance and valence.

Reads    items with ``sound``: 16 kHz mono float32, -1..1
Returns  ``{"scores": {label: 0..1}}`` or ``{"arousal": a, "dominance": d, "valence": v}``, 0..1
Source   transformers; the two heads for dimensions, which transformers does not know, are in
         ``voice_heads``
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from emer.tools.hosting.items import Item, Message
from emer.tools.loaders.pretrained import beside, finite, labels_of, pretrained, scored, unusable

RATE_HZ: Final = 16_000
DIMENSIONS: Final = ("arousal", "dominance", "valence")


class Voice(ABC):
    """A loaded model and what prepares sound for it."""

    def __init__(
        self,
        tool: str,
        model: Any,  # noqa: ANN401 - carries no types
        extractor: Any,  # noqa: ANN401
        facts: Message,
    ) -> None:
        self._tool, self._model, self._extractor = tool, model, extractor
        # group norm runs over time, so that padding changes what such models hear (transformers
        # #21534); the others are told by a mask what is padding
        self._masked = getattr(model.config, "feat_extract_norm", "layer") != "group"
        self.facts = facts

    def answer(self, batch: Sequence[Item]) -> list[Message]:
        """Judge every sound."""
        sounds = [np.asarray(item.arrays["sound"], np.float32) for item in batch]
        if self._masked:
            return self._judged(sounds)
        answers: list[Message] = [{}] * len(sounds)
        for group in _same_length(sounds):
            for i, answer in zip(group, self._judged([sounds[i] for i in group]), strict=True):
                answers[i] = answer
        return answers

    def _judged(self, sounds: list[Any]) -> list[Message]:
        import torch

        inputs = self._extractor(
            sounds, sampling_rate=RATE_HZ, padding=True, return_tensors="pt",
            return_attention_mask=self._masked,
        )  # fmt: skip
        given = {k: _placed(v, self._model) for k, v in inputs.items()}
        with torch.inference_mode():
            logits = self._model(**given).logits.float()
            return self._named(logits)

    @abstractmethod
    def _named(self, logits: Any) -> list[Message]:  # noqa: ANN401
        """Return the answer that each row of numbers means."""


class Categories(Voice):
    """Scores one of several categories."""

    def _named(self, logits: Any) -> list[Message]:  # noqa: ANN401
        import torch

        return scored(self.facts["labels"], finite(self._tool, torch.softmax(logits, dim=-1)))


class Events(Voice):
    """Scores sounds that may be heard at once, each for itself."""

    def _named(self, logits: Any) -> list[Message]:  # noqa: ANN401
        import torch

        return scored(self.facts["labels"], finite(self._tool, torch.sigmoid(logits)))


class Dimensions(Voice):
    """Places a voice on three dimensions."""

    def _named(self, logits: Any) -> list[Message]:  # noqa: ANN401
        told = scored(self.facts["labels"], finite(self._tool, logits))
        return [{name: one["scores"][name] for name in DIMENSIONS} for one in told]


def load_categories(options: Message) -> Categories:
    """Load a classifier of voices from ``folder``: one category is right."""
    return Categories(*_classifier(options))


def load_events(options: Message) -> Events:
    """Load a classifier of sounds from ``folder``: several labels may be right at once."""
    return Events(*_classifier(options))


def load_dimensions(options: Message) -> Dimensions:
    """Load a model with a head for arousal, dominance and valence from ``folder``."""
    from emer.tools.loaders import voice_heads

    tool, folder = str(options["tool"]), str(options["folder"])
    kind, config = voice_heads.kind_of(tool, folder)
    model, facts = pretrained(tool, kind, folder, options["device"], config=config)
    if isinstance(model, voice_heads.AttentiveHead):
        extractor: Any = voice_heads.Standardised(config.mean, config.std)
    else:
        extractor = _extractor(tool, folder)
    labels = [x.lower() for x in labels_of(model)]
    if sorted(labels) != sorted(DIMENSIONS):
        if len(labels) != len(DIMENSIONS) or not all(x.startswith("label_") for x in labels):
            raise unusable(tool, folder, f"it tells {', '.join(labels[:6])}, not {DIMENSIONS}")
        labels = list(DIMENSIONS)  # the order that both published heads were trained with
    return Dimensions(tool, model, extractor, {**facts, "labels": labels})


def _classifier(options: Message) -> tuple[str, Any, Any, Message]:
    from transformers import AutoModelForAudioClassification

    tool, folder = str(options["tool"]), str(options["folder"])
    model, facts = pretrained(tool, AutoModelForAudioClassification, folder, options["device"])
    return tool, model, _extractor(tool, folder), {**facts, "labels": labels_of(model)}


def _extractor(tool: str, folder: str) -> Any:  # noqa: ANN401
    from transformers import AutoFeatureExtractor

    extractor = beside(AutoFeatureExtractor, folder)
    if int(extractor.sampling_rate) != RATE_HZ:
        raise unusable(tool, folder, f"it wants {extractor.sampling_rate} Hz, not {RATE_HZ}")
    return extractor


def _same_length(sounds: Sequence[Any]) -> list[list[int]]:
    groups: dict[int, list[int]] = {}
    for i, sound in enumerate(sounds):
        groups.setdefault(len(sound), []).append(i)
    return list(groups.values())


def _placed(tensor: Any, model: Any) -> Any:  # noqa: ANN401
    return tensor.to(model.device, model.dtype if tensor.is_floating_point() else None)
