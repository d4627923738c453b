"""Two published heads for arousal, dominance and valence that transformers does not know.

* a mean over time and two layers on wav2vec 2.0, as in audEERING's models: Wagner et al. 2023,
  "Dawn of the transformer era in speech emotion recognition", arXiv:2203.07378
* attentive statistics and layers on WavLM, as in the baseline of the Odyssey 2024 challenge:
  Goncalves et al. 2024, "Odyssey 2024 - Speech Emotion Recognition Challenge"

Names of weights are the published ones. Loaded through transformers' own classes instead, the
first gets a random head without an error.
"""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import PretrainedConfig, PreTrainedModel, Wav2Vec2Config, WavLMConfig
from transformers.feature_extraction_utils import BatchFeature
from transformers.modeling_outputs import SequenceClassifierOutput
from transformers.models.wav2vec2.modeling_wav2vec2 import Wav2Vec2Model, Wav2Vec2PreTrainedModel
from transformers.models.wavlm.modeling_wavlm import WavLMModel

from emer.tools.loaders.pretrained import unusable


class _TwoLayers(nn.Module):  # type: ignore[misc,unused-ignore]
    def __init__(self, config: Any) -> None:  # noqa: ANN401 - transformers' configurations
        super().__init__()
        self.dense = nn.Linear(config.hidden_size, config.hidden_size)
        self.dropout = nn.Dropout(config.final_dropout)
        self.out_proj = nn.Linear(config.hidden_size, config.num_labels)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        hidden = torch.tanh(self.dense(self.dropout(x)))
        found: torch.Tensor = self.out_proj(self.dropout(hidden))
        return found


class MeanHead(Wav2Vec2PreTrainedModel):  # type: ignore[misc]
    """wav2vec 2.0, averaged over time, then two layers."""

    def __init__(self, config: Any) -> None:  # noqa: ANN401
        super().__init__(config)
        self.wav2vec2 = Wav2Vec2Model(config)
        self.classifier = _TwoLayers(config)
        self.post_init()

    def forward(
        self, input_values: torch.Tensor, attention_mask: torch.Tensor | None = None
    ) -> SequenceClassifierOutput:
        """Return ``logits`` ``(n, 3)`` for sounds ``(n, samples)``; 1 in the mask is no padding."""
        hidden = self.wav2vec2(input_values, attention_mask=attention_mask).last_hidden_state
        if attention_mask is None:
            pooled = hidden.mean(dim=1)
        else:
            # padding must not count, or a sound is judged by what it is batched with
            mask = self._get_feature_vector_attention_mask(hidden.shape[1], attention_mask)
            mask = mask.unsqueeze(-1).to(hidden.dtype)
            pooled = (hidden * mask).sum(dim=1) / mask.sum(dim=1)
        return SequenceClassifierOutput(logits=self.classifier(pooled))


class AttentiveConfig(PretrainedConfig):  # type: ignore[misc]
    """Configuration of ``AttentiveHead``; that of WavLM inside it is read off the weights."""

    model_type = "ser"


class _AttentiveStatistics(nn.Module):  # type: ignore[misc,unused-ignore]
    def __init__(self, size: int) -> None:
        super().__init__()
        self.sap_linear = nn.Linear(size, size)
        self.attention = nn.Parameter(torch.zeros(size, 1))

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        weights = torch.matmul(torch.tanh(self.sap_linear(x)), self.attention).squeeze(-1)
        weights = weights.masked_fill(~mask, -torch.inf).float().softmax(dim=1)
        weights = weights.unsqueeze(-1).to(x.dtype)
        mean = (x * weights).sum(dim=1)
        spread = ((x**2 * weights).sum(dim=1) - mean**2).clamp(min=1e-5).sqrt()
        return torch.cat((mean, spread), dim=1)


class _Layers(nn.Module):  # type: ignore[misc,unused-ignore]
    def __init__(self, n_in: int, n_hidden: int, n_layers: int, n_out: int) -> None:
        super().__init__()
        sizes = [n_in, *[n_hidden] * n_layers]
        self.fc = nn.ModuleList(
            nn.Sequential(nn.Linear(a, b), nn.LayerNorm(b), nn.ReLU(), nn.Dropout(0.5))
            for a, b in pairwise(sizes)
        )
        self.out = nn.Sequential(nn.Linear(n_hidden, n_out))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.fc:
            x = layer(x)
        found: torch.Tensor = self.out(x)
        return found


class AttentiveHead(PreTrainedModel):  # type: ignore[misc]
    """WavLM, statistics over time weighted by attention, then layers."""

    config_class = AttentiveConfig
    base_model_prefix = "ssl_model"

    def __init__(self, config: Any) -> None:  # noqa: ANN401
        super().__init__(config)
        self.ssl_model = WavLMModel(WavLMConfig(**config.wavlm))
        self.pool_model = _AttentiveStatistics(config.hidden_size)
        self.ser_model = _Layers(
            2 * config.hidden_size, config.hidden_size, config.classifier_hidden_layers,
            config.num_classes,
        )  # fmt: skip
        self.post_init()

    def forward(
        self, input_values: torch.Tensor, attention_mask: torch.Tensor
    ) -> SequenceClassifierOutput:
        """Return ``logits`` ``(n, 3)`` for sounds ``(n, samples)``; 1 in the mask is no padding."""
        hidden = self.ssl_model(input_values, attention_mask=attention_mask).last_hidden_state
        mask = self.ssl_model._get_feature_vector_attention_mask(hidden.shape[1], attention_mask)
        return SequenceClassifierOutput(logits=self.ser_model(self.pool_model(hidden, mask.bool())))


class Standardised:
    """Prepares sound as that model's authors did: by the mean and spread of what it learnt from."""

    def __init__(self, mean: float, std: float) -> None:
        self._mean, self._std = float(mean), float(std)

    def __call__(self, sounds: list[Any], **_: object) -> BatchFeature:
        """Return ``input_values`` and ``attention_mask``, ``(n, samples of the longest)``."""
        longest = max(len(s) for s in sounds)
        values = np.zeros((len(sounds), longest), np.float32)
        mask = np.zeros((len(sounds), longest), np.int64)
        for i, sound in enumerate(sounds):
            values[i, : len(sound)] = (sound - self._mean) / (self._std + 1e-6)
            mask[i, : len(sound)] = 1
        return BatchFeature(
            {"input_values": torch.from_numpy(values), "attention_mask": torch.from_numpy(mask)}
        )


def kind_of(tool: str, folder: str) -> tuple[Any, Any]:
    """Return the class and the configuration for the head in ``folder``.

    Raises:
        ToolUnavailable: It is none of those that are known.
    """
    try:
        told = json.loads((Path(folder) / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise unusable(tool, folder, f"its config.json cannot be read ({error})") from error
    if told.get("model_type") == "wav2vec2":
        return MeanHead, Wav2Vec2Config.from_dict(told)
    if told.get("model_type") == "ser" and "wavlm" in str(told.get("ssl_type", "")):
        needed = {"hidden_size", "num_hidden_layers", "num_attention_heads", "num_classes",
                  "classifier_hidden_layers", "mean", "std"}  # fmt: skip
        if absent := sorted(needed - told.keys()):
            raise unusable(tool, folder, f"its config.json lacks {', '.join(absent)}")
        told.pop("auto_map", None)
        config = AttentiveConfig.from_dict(told)
        config.wavlm = _wavlm(tool, folder, told)
        return AttentiveHead, config
    raise unusable(tool, folder, f"{told.get('model_type')!r} is no head that is known here")


def _wavlm(tool: str, folder: str, told: dict[str, Any]) -> dict[str, Any]:
    """Return WavLM's configuration, its sizes as the weights have them."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(f"{folder}/model.safetensors", "pt") as weights:
            shapes = {k: weights.get_slice(k).get_shape() for k in weights.keys()}  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise unusable(tool, folder, f"its weights cannot be read ({error})") from error
    front = "ssl_model.feature_extractor.conv_layers."
    inner = "ssl_model.encoder.layers.0.feed_forward.intermediate_dense.weight"
    position = next(
        (s for k, s in shapes.items() if "pos_conv" in k and len(s) == 3 and s[0] > 1), None
    )
    convolutions = [
        shapes[f"{front}{i}.conv.weight"][0]
        for i in range(64)
        if f"{front}{i}.conv.weight" in shapes
    ]
    if inner not in shapes or position is None or not convolutions:
        raise unusable(tool, folder, "its weights are not those of WavLM with this head")
    each = f"{front}1.layer_norm.weight"
    hidden = int(told["hidden_size"])
    return {
        "hidden_size": hidden, "num_hidden_layers": int(told["num_hidden_layers"]),
        "num_attention_heads": int(told["num_attention_heads"]),
        "intermediate_size": int(shapes[inner][0]), "conv_dim": convolutions,
        "conv_bias": f"{front}0.conv.bias" in shapes,
        "feat_extract_norm": "layer" if each in shapes else "group",
        "do_stable_layer_norm": each in shapes,
        "num_conv_pos_embedding_groups": hidden // int(position[1]),
        "num_conv_pos_embeddings": int(position[2]),
    }  # fmt: skip
