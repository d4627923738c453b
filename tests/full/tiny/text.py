"""A tiny random RoBERTa for the 28 GoEmotions labels in its true format on disk."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast, RobertaConfig, RobertaForSequenceClassification

from emer.tools.taxonomy import CATEGORY_SETS


def build(folder: Path) -> Path:
    """Bytes as tokens, so that it reads any text."""
    torch.manual_seed(0)
    special = ["<s>", "<pad>", "</s>", "<unk>"]
    signs = [*special, *sorted(pre_tokenizers.ByteLevel.alphabet())]
    tokenizer = Tokenizer(models.BPE({s: i for i, s in enumerate(signs)}, [], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0))
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", pad_token="<pad>",
        unk_token="<unk>", model_max_length=128,
    ).save_pretrained(folder)  # fmt: skip
    labels = CATEGORY_SETS["goemotions28"]
    RobertaForSequenceClassification(
        RobertaConfig(
            vocab_size=len(signs), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
            intermediate_size=64, max_position_embeddings=140, type_vocab_size=1,
            problem_type="multi_label_classification", id2label=dict(enumerate(labels)),
            label2id={x: i for i, x in enumerate(labels)}, pad_token_id=1, bos_token_id=0,
            eos_token_id=2, initializer_range=0.5,
        )
    ).save_pretrained(folder)  # fmt: skip
    return folder
