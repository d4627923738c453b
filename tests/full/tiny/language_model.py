"""A tiny random Llama in its true format on disk; one token per printable character."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

SIGNS = [chr(c) for c in range(32, 127)]


def build(folder: Path) -> Path:
    """What it writes has no sense at all."""
    torch.manual_seed(0)
    vocabulary = {sign: i for i, sign in enumerate(["<s>", "</s>", "<unk>", *SIGNS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    tokenizer.decoder = decoders.Fuse()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    ).save_pretrained(folder)
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(vocabulary), hidden_size=16, intermediate_size=32, num_hidden_layers=1,
            num_attention_heads=2, num_key_value_heads=2, max_position_embeddings=4096,
            bos_token_id=0, eos_token_id=1, pad_token_id=1, initializer_range=0.3,
        )
    ).save_pretrained(folder)  # fmt: skip
    return folder
