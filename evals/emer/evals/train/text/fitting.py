"""Train the network on some texts, and apply it to others."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from emer.evals.train.text.encoding import Frozen, Ints
from emer.evals.train.text.network import TextNet


class Recipe(NamedTuple):
    """How it is trained; chosen on folds of the training part."""

    epochs: int = 6
    rate: float = 3e-3
    batch: int = 64
    drop: float = 0.4
    drop_words: float = 0.2
    recognised: float = 0.3
    """Share of the texts that are shown as a speech recogniser would write them."""
    decay: float = 0.01
    warm_up: int = 200
    """Steps over which the rate rises."""
    seed: int = 0


class Material(NamedTuple):
    """Encoded texts, n of them in two ways of writing."""

    forms: Frozen
    written: list[Ints]
    recognised: list[Ints]
    """The same texts without punctuation and case."""
    target: NDArray[np.float32]
    """Shape ``(n, 28)``."""


def fit(
    data: Material, chosen: Ints, recipe: Recipe, tell: Callable[[str], None] = lambda _: None
) -> TextNet:
    """Train on the ``chosen`` texts by plain log-loss: no category is weighted or shifted."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(1)
    rng = np.random.default_rng(recipe.seed)
    net = TextNet(drop_words=recipe.drop_words, drop=recipe.drop)
    steps = recipe.epochs * -(-len(chosen) // recipe.batch)
    dense = torch.optim.AdamW(net.parameters(), lr=recipe.rate, weight_decay=recipe.decay)
    step = 0
    for epoch in range(recipe.epochs):
        total = 0.0
        for texts in _batches(data.written, chosen, recipe.batch, rng):
            rate = recipe.rate * min(1.0, (step + 1) / recipe.warm_up) * (1.0 - step / steps)
            total += _step(
                net, dense, data, texts, rate, rng.random(len(texts)) < recipe.recognised
            )
            step += 1
        tell(f"epoch {epoch + 1} of {recipe.epochs}: loss {total / len(chosen):.3f}")
    net.eval()
    return net


def _step(
    net: TextNet,
    dense: torch.optim.Optimizer,
    data: Material,
    texts: Ints,
    rate: float,
    recognised: NDArray[np.bool_],
) -> float:
    said = [
        data.recognised[i] if plain else data.written[i]
        for i, plain in zip(texts, recognised, strict=True)
    ]
    logits = net(data.forms.batch(said))
    target = torch.from_numpy(data.target[texts])
    loss = functional.binary_cross_entropy_with_logits(logits, target, reduction="sum")
    dense.zero_grad()
    (loss / len(texts)).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 5.0)
    for group in dense.param_groups:
        group["lr"] = rate
    dense.step()
    net.rows.step(rate)
    net.pairs.step(rate)
    return float(loss.detach())


def _batches(
    texts: Sequence[Ints], chosen: Ints, size: int, rng: np.random.Generator
) -> Iterator[Ints]:
    """Yield batches in random order, each of texts of about one length."""
    shuffled = rng.permutation(chosen)
    batches: list[Ints] = []
    for at in range(0, len(shuffled), 16 * size):
        pool = shuffled[at : at + 16 * size]
        pool = pool[np.argsort([len(texts[i]) for i in pool], kind="stable")]
        batches += [pool[i : i + size] for i in range(0, len(pool), size)]
    for i in rng.permutation(len(batches)):
        yield batches[i]


def logits_of(net: TextNet, forms: Frozen, texts: Sequence[Ints]) -> NDArray[np.float32]:
    """Return logits of shape ``(len(texts), 28)``."""
    net.eval()
    with torch.no_grad():
        parts = [net(forms.batch(texts[i : i + 256])) for i in range(0, len(texts), 256)]
    return np.concatenate([part.numpy() for part in parts])
