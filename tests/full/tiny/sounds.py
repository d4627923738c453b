"""A tiny random audio spectrogram transformer with some of AudioSet's labels, in its true format."""

from pathlib import Path

import torch
from transformers import ASTConfig, ASTFeatureExtractor, ASTForAudioClassification

LABELS = ("Speech", "Laughter", "Giggle", "Crying, sobbing", "Sigh", "Music", "Applause")


def build(folder: Path, labels=LABELS) -> Path:
    """Hears 4 s at a time."""
    torch.manual_seed(0)
    ASTForAudioClassification(
        ASTConfig(
            hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
            num_mel_bins=32, max_length=384, id2label=dict(enumerate(labels)),
            label2id={x: i for i, x in enumerate(labels)},
        )
    ).save_pretrained(folder)  # fmt: skip
    ASTFeatureExtractor(num_mel_bins=32, max_length=384).save_pretrained(folder)
    return folder
