"""Tiny random models that hear voices, in their true formats on disk."""

import json
from pathlib import Path
from typing import Any

import torch
from transformers import (
    HubertConfig,
    HubertForSequenceClassification,
    Wav2Vec2Config,
    Wav2Vec2FeatureExtractor,
    Wav2Vec2ForSequenceClassification,
    WavLMConfig,
)

SIZES: dict[str, Any] = {
    "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64,
    "conv_dim": (32,) * 7, "num_conv_pos_embeddings": 16, "num_conv_pos_embedding_groups": 4,
}  # fmt: skip
FOUR = ("neu", "hap", "ang", "sad")


def build(folder: Path, labels=FOUR, *, norm: str = "layer") -> Path:
    """A classifier as those of SUPERB: ``layer`` norm as large models, ``group`` as base ones."""
    torch.manual_seed(0)
    named = {"id2label": dict(enumerate(labels)), "label2id": {x: i for i, x in enumerate(labels)}}
    if norm == "group":
        model = HubertForSequenceClassification(
            HubertConfig(**SIZES, **named, feat_extract_norm="group", classifier_proj_size=16)
        )
    else:
        model = Wav2Vec2ForSequenceClassification(
            Wav2Vec2Config(**SIZES, **named, feat_extract_norm="layer", do_stable_layer_norm=True,
                           conv_bias=True, classifier_proj_size=16)
        )  # fmt: skip
    model.save_pretrained(folder)
    _extractor(folder, norm)
    return folder


def build_mean_head(folder: Path) -> Path:
    """Arousal, dominance, valence as audEERING published them."""
    from emer.tools.loaders.voice_heads import MeanHead

    torch.manual_seed(1)
    labels = ("arousal", "dominance", "valence")
    config = Wav2Vec2Config(
        **SIZES, id2label=dict(enumerate(labels)), label2id={x: i for i, x in enumerate(labels)},
        feat_extract_norm="layer", do_stable_layer_norm=True, conv_bias=True, final_dropout=0.1,
        architectures=["Wav2Vec2ForSpeechClassification"], problem_type="regression",
    )  # fmt: skip
    MeanHead(config).save_pretrained(folder)
    _extractor(folder, "layer")
    return folder


def build_attentive_head(folder: Path) -> Path:
    """Arousal, dominance, valence as the Odyssey baseline: code of its own, no preprocessor."""
    from safetensors.torch import save_file

    from emer.tools.loaders.voice_heads import AttentiveConfig, AttentiveHead

    torch.manual_seed(2)
    told = {
        "model_type": "ser", "ssl_type": "microsoft/wavlm-large", "hidden_size": 32,
        "num_hidden_layers": 2, "num_attention_heads": 2, "num_classes": 3,
        "classifier_hidden_layers": 1, "classifier_dropout_prob": 0.5, "mean": -8.3e-05,
        "std": 0.0849, "sampling_rate": 16000, "architectures": ["SERModel"],
        "auto_map": {"AutoConfig": "pipeline_utils.SERConfig"},
        "id2label": {"0": "arousal", "1": "dominance", "2": "valence"},
        "label2id": {"arousal": 0, "dominance": 1, "valence": 2},
    }  # fmt: skip
    config = AttentiveConfig.from_dict(dict(told))
    sizes = {**SIZES, "conv_dim": list(SIZES["conv_dim"])}
    config.wavlm = WavLMConfig(
        **sizes, feat_extract_norm="layer", do_stable_layer_norm=True, conv_bias=False
    ).to_dict()
    model = AttentiveHead(config)
    torch.nn.init.normal_(model.pool_model.attention)
    folder.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(told))
    return folder


def _extractor(folder: Path, norm: str) -> None:
    Wav2Vec2FeatureExtractor(
        feature_size=1, sampling_rate=16000, do_normalize=True,
        return_attention_mask=norm == "layer",
    ).save_pretrained(folder)  # fmt: skip
