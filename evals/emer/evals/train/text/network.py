"""The network in torch: hashed embeddings, one convolution, pooling, one linear layer.

A form is the sum of its word's row and its pieces' rows, the latter over the square root of their
number. Three neighbours make a feature (Kim 2014, doi:10.3115/v1/D14-1181); features are pooled by
maximum and by mean, and the sum of the forms goes past them. Pairs of neighbours have a row of 28
numbers each that is added to the result ("wide and deep", Cheng et al. 2016,
doi:10.1145/2988450.2988454).
"""

from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from emer.evals.train.text.encoding import PIECES_AT, Batch
from emer.tools.text_features import PAIR_ROWS, PIECE_ROWS
from emer.tools.text_model import CATEGORIES

WIDTH: Final = 48
CHANNELS: Final = 128
BETAS: Final = (0.9, 0.99)


class Table:
    """Rows that are trained by Adam (Kingma and Ba 2015), but only where a batch touches them.

    Row 0 stays zero.
    """

    def __init__(self, weights: Tensor) -> None:
        weights[0] = 0.0
        self.weights = weights
        self._mean, self._square = torch.zeros_like(weights), torch.zeros_like(weights)
        self._steps = 0
        self._live: tuple[Tensor, Tensor] | None = None

    def take(self, rows: "np.ndarray[tuple[int], np.dtype[np.int64]]", *, train: bool) -> Tensor:
        """Return the rows, ready to collect gradients."""
        index = torch.from_numpy(rows)
        taken = self.weights[index]
        if train:
            taken.requires_grad_()
            self._live = (index, taken)
        return taken

    def step(self, rate: float) -> None:
        """Move the rows that were taken last."""
        assert self._live is not None
        index, taken = self._live
        assert taken.grad is not None
        self._steps += 1
        mean = self._mean[index].lerp(taken.grad, 1 - BETAS[0])
        square = self._square[index].lerp(taken.grad**2, 1 - BETAS[1])
        self._mean[index], self._square[index] = mean, square
        mean = mean / (1 - BETAS[0] ** self._steps)
        square = square / (1 - BETAS[1] ** self._steps)
        moved = taken.detach() - rate * mean / (square.sqrt() + 1e-8)
        moved[index == 0] = 0.0
        self.weights[index] = moved


class TextNet(nn.Module):  # type: ignore[misc]  # torch is not there when types are checked
    """Batches in, 28 logits per text out."""

    def __init__(self, *, drop_words: float, drop: float) -> None:
        super().__init__()
        self.drop_words, self.drop = drop_words, drop
        rows = torch.randn(PIECES_AT + PIECE_ROWS, WIDTH) * 0.05
        rows[:PIECES_AT] *= 2
        self.rows = Table(rows)
        self.pairs = Table(torch.zeros(1 + PAIR_ROWS, len(CATEGORIES)))
        self.taps = nn.Linear(WIDTH, 3 * CHANNELS, bias=False)
        self.bias = nn.Parameter(torch.zeros(CHANNELS))
        self.out = nn.Linear(2 * CHANNELS + WIDTH, len(CATEGORIES))
        nn.init.constant_(self.out.bias, -3.0)

    def forward(self, batch: Batch) -> Tensor:
        """Return logits, shape ``(texts, 28)``."""
        rows = self.rows.take(batch.rows, train=self.training)
        counts = torch.from_numpy(batch.counts)
        pieces = functional.embedding_bag(
            torch.from_numpy(batch.pieces), rows, counts.cumsum(0) - counts, mode="sum"
        )
        forms = rows[torch.from_numpy(batch.words)] + pieces / counts.clamp(min=1).sqrt()[:, None]
        order, there = torch.from_numpy(batch.order), torch.from_numpy(batch.order > 0)
        length = there.sum(dim=1).clamp(min=1).sqrt()[:, None]
        if self.training:
            there = there & (torch.rand(order.shape) >= self.drop_words)
        said = forms[order] * there[:, :, None]
        heard = functional.dropout(said, self.drop / 2, self.training)
        before, here, after = self.taps(heard).chunk(3, dim=2)
        features = here + self.bias
        features[:, 1:] = features[:, 1:] + before[:, :-1]
        features[:, :-1] = features[:, :-1] + after[:, 1:]
        features = functional.relu(features) * there[:, :, None]
        pooled = torch.cat(
            [features.amax(dim=1), features.sum(dim=1) / length, said.sum(dim=1) / length], dim=1
        )
        deep: Tensor = self.out(functional.dropout(pooled, self.drop, self.training))
        return deep + self._wide(batch, there) / length

    def _wide(self, batch: Batch, there: Tensor) -> Tensor:
        rows, index = np.unique(batch.pairs, return_inverse=True)
        taken = self.pairs.take(rows, train=self.training)
        index = torch.from_numpy(index.reshape(batch.pairs.shape))
        return functional.embedding_bag(index, taken, per_sample_weights=there.float(), mode="sum")
