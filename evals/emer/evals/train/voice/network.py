"""The network of ``speech_emotion``: small, wide-dropped perceptrons over one vector of features.

What is special is how they learn to know a speaker: every training example is drawn together with
a random number of the same speaker's other utterances, none of them as often as not, and sees its
features with the mean of those taken away, shrunk by how many they are.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.evals.train.voice.corpora import CATEGORIES
from emer.tools.speech_emotion_features import LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Indices = NDArray[np.int64]

CLIP: Final = 5.0
"""Standardised features beyond this many deviations count as this many."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the perceptrons are trained."""

    nets: int = 6
    hidden: int = 128
    input_dropout: float = 0.3
    hidden_dropout: float = 0.5
    rate: float = 1e-3
    decay: float = 0.1
    epochs: int = 120
    gain_db: float = 5.0
    """Deviation of the gain that every speaker's recordings are given anew."""
    batch: int = 64
    smoothing: float = 0.1
    others: tuple[int, ...] = (0, 0, 0, 3, 8)
    """Numbers of the speaker's other utterances, drawn with equal chances ..."""
    everything: float = 0.4
    """... unless, with this chance, all of them are known."""
    shrink: float = 3.0
    """So many utterances' worth of doubt about what is usual for a speaker."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What training leaves: arrays only. ``n`` networks of ``h`` hidden units, ``f`` features."""

    mean: "Floats"
    scale: "Floats"
    hidden: "Floats"
    """Shape ``(f, n * h)``."""
    hidden_bias: "Floats"
    out: "Floats"
    """Shape ``(n * h, 8)``: the networks' answers are averaged by it."""
    out_bias: "Floats"
    direct: "Floats"
    """Shape ``(f, 8)``."""
    shrink: float

    def standard(self, vectors: "Floats") -> "Floats":
        """Return features in deviations of the training set, clipped."""
        found: Floats = np.clip((vectors - self.mean) / self.scale, -CLIP, CLIP)
        return found

    def logits(self, vectors: "Floats", others: "Floats | None" = None) -> "Floats":
        """Return raw answers, shape ``(rows, 8)``, as the exported graph computes them.

        Args:
            vectors: Shape ``(rows, f)``.
            others: The same speaker's other vectors, ``(k, f)``, for all rows.
        """
        x = self.standard(vectors)
        if others is not None and len(others):
            x = x - self.standard(others).sum(axis=0) / (len(others) + self.shrink)
        found: Floats = (
            gelu(x @ self.hidden + self.hidden_bias) @ self.out + x @ self.direct + self.out_bias
        )
        return found


def gelu(x: "Floats") -> "Floats":
    """Return the tanh form of the Gaussian error unit."""
    found: Floats = 0.5 * x * (1 + np.tanh(0.7978845608 * (x + 0.044715 * x**3)))
    return found


def fit(
    vectors: "Floats", truth: "Indices", speakers: "NDArray[np.str_]", recipe: Recipe, seed: int
) -> Trained:
    """Train the networks.

    Args:
        vectors: Features of every file and its copies, ``(copies, files, f)``.
        truth: Category of every file, ``(files,)``.
        speakers: Of every file; names start with the corpus.
        recipe: How.
        seed: Of drawing and of the first weights.
    """
    mean = vectors.reshape(-1, vectors.shape[2]).mean(axis=0)
    scale = vectors.reshape(-1, vectors.shape[2]).std(axis=0) + np.float32(1e-6)
    standard = np.clip((vectors - mean) / scale, -CLIP, CLIP).astype(np.float32)
    layers = _descend(standard, scale[list(LEVELS)], truth, speakers, recipe, seed)
    n, h, c = layers["out"].shape
    return Trained(
        mean, scale, layers["hidden"], layers["hidden_bias"],
        layers["out"].reshape(n * h, c) / n, layers["out_bias"].mean(axis=0),
        layers["direct"].reshape(-1, n, c).mean(axis=1),
        recipe.shrink,
    )  # fmt: skip


def _descend(
    standard: "Floats",
    gains: "Floats",
    truth: "Indices",
    speakers: "NDArray[np.str_]",
    recipe: Recipe,
    seed: int,
) -> "dict[str, Floats]":
    """Train all networks side by side: each sees the same examples and learns by itself."""
    import torch
    from torch.nn import functional

    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    copies, files, f = standard.shape
    layers = _first(f, recipe)
    steps = recipe.epochs * (files // recipe.batch)
    descent = torch.optim.AdamW(layers.values(), lr=recipe.rate, weight_decay=recipe.decay)
    pace = torch.optim.lr_scheduler.OneCycleLR(
        descent, recipe.rate, total_steps=steps, pct_start=0.1
    )
    weight = torch.from_numpy(_balance(truth, speakers))
    target = torch.from_numpy(truth)
    everything = torch.from_numpy(standard)
    own = _Own(everything, speakers)
    for _ in range(steps):
        row, copy = rng.integers(0, files, recipe.batch), rng.integers(0, copies, recipe.batch)
        usual, share = own.usual(row, copy, recipe, rng)
        x = everything[copy, row] - usual
        turned = rng.normal(0.0, recipe.gain_db, recipe.batch) * (1.0 - share)
        x[:, LEVELS] += torch.from_numpy((turned[:, None] / gains).astype(np.float32))
        said = _said(layers, functional.dropout(x, recipe.input_dropout), recipe)
        losses = functional.cross_entropy(
            said.flatten(0, 1), target[row].repeat_interleave(recipe.nets),
            reduction="none", label_smoothing=recipe.smoothing,
        )  # fmt: skip
        descent.zero_grad()
        # the sum over networks: none of them learns slower for the others being there
        (losses.view(recipe.batch, -1).sum(dim=1) * weight[row]).mean().backward()
        descent.step()
        pace.step()
    return {name: value.detach().numpy() for name, value in layers.items()}


def _first(f: int, recipe: Recipe) -> "dict[str, Any]":
    """Return the weights to begin with."""
    import torch

    n, h, c = recipe.nets, recipe.hidden, len(CATEGORIES)
    near, far = f**-0.5, h**-0.5
    begin = {
        "hidden": torch.empty(f, n * h).uniform_(-near, near),
        "hidden_bias": torch.empty(n * h).uniform_(-near, near),
        "out": torch.empty(n, h, c).uniform_(-far, far),
        "out_bias": torch.empty(n, c).uniform_(-far, far),
        "direct": torch.zeros(f, n * c),
    }
    return {name: value.requires_grad_() for name, value in begin.items()}


def _said(layers: "dict[str, Any]", x: Any, recipe: Recipe) -> Any:  # noqa: ANN401 - tensors
    """Return the answers of every network, ``(rows, nets, categories)``."""
    import torch
    from torch.nn import functional

    h = functional.gelu(x @ layers["hidden"] + layers["hidden_bias"], approximate="tanh")
    h = functional.dropout(h, recipe.hidden_dropout).view(len(x), recipe.nets, recipe.hidden)
    direct = (x @ layers["direct"]).view(len(x), recipe.nets, -1)
    return torch.einsum("rnh,nhc->rnc", h, layers["out"]) + layers["out_bias"] + direct


class _Own:
    """What else each speaker says.

    Args:
        vectors: Tensor ``(copies, files, f)``.
        speakers: Of every file.
    """

    def __init__(self, vectors: Any, speakers: "NDArray[np.str_]") -> None:  # noqa: ANN401
        import torch

        self._vectors = vectors
        names, number = np.unique(speakers, return_inverse=True)
        self._speaker = number
        groups = [np.flatnonzero(number == i) for i in range(len(names))]
        self._sizes = np.array([len(g) for g in groups])
        self._files = np.stack([np.resize(g, self._sizes.max()) for g in groups])
        self._sums = torch.stack([vectors[:, g].sum(dim=1) for g in groups])

    def usual(
        self, row: "Indices", copy: "Indices", recipe: Recipe, rng: np.random.Generator
    ) -> "tuple[Any, NDArray[np.float64]]":
        """Return the shrunk mean of others of each example's speaker, and how far it counts."""
        import torch

        most, who = max(recipe.others), self._speaker[row]
        known = rng.choice(recipe.others, len(row))
        spot = rng.integers(0, self._sizes[who][:, None], (len(row), most))
        drawn = self._files[who[:, None], spot]
        counted = (np.arange(most) < known[:, None]) & (drawn != row[:, None])
        n = counted.sum(axis=1)
        picked = torch.from_numpy(counted.astype(np.float32))
        total = torch.bmm(picked[:, None], self._vectors[copy[:, None], drawn])[:, 0]
        whole = rng.random(len(row)) < recipe.everything
        rest = self._sums[who, copy] - self._vectors[copy, row]
        total = torch.where(torch.from_numpy(whole)[:, None], rest, total)
        n = np.where(whole, self._sizes[who] - 1, n)
        doubted = torch.from_numpy((n + recipe.shrink).astype(np.float32))
        return total / doubted[:, None], n / (n + recipe.shrink)


def _balance(truth: "Indices", speakers: "NDArray[np.str_]") -> "Floats":
    """Weigh files so that within a corpus every category counts the same; the mean is 1."""
    corpus = np.array([s.partition("_")[0] for s in speakers])
    weight = np.zeros(len(truth), np.float32)
    for name in np.unique(corpus):
        own = corpus == name
        counts = np.bincount(truth[own], minlength=len(CATEGORIES))
        weight[own] = own.sum() / (counts > 0).sum() / counts[truth[own]]
    return weight
