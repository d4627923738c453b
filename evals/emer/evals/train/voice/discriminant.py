"""What ``speech_emotion`` learns: Gaussian voices, whose speaker shifts everything by an unknown offset.

Reads    vectors of utterances with category, speaker and corpus
Returns  a ``Listener``: per corpus the category means, seen through the scatter within speakers and
         the scatter of speakers
Cost     seconds; everything is solved, nothing is drawn
Source   linear discriminant analysis with speakers as a random effect, as in Prince & Elder 2007,
         "Probabilistic linear discriminant analysis"; ridge towards the diagonal as in Friedman 1989

An utterance is ``category mean + speaker offset + rest``. The rest has covariance ``W``, offsets have
``B``. Nothing known of a speaker, an answer must do with ``W + B``: directions in which speakers
differ count little. Every other utterance of theirs sharpens what the offset may be, in each
direction by as much as speakers differ there: the same formula serves strangers and acquaintances.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.train.voice.augment import DEGRADED_WEIGHT
from emer.evals.train.voice.corpora import CATEGORIES, FOUR
from emer.evals.train.voice.listener import CLIP, Expert, Gate, Listener
from emer.tools.speech_emotion_features import LEVELS, RENDERINGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Vectors = NDArray[np.float32]
    Indices = NDArray[np.int64]

_N: Final = len(CATEGORIES)
_FOUR_OF: Final = [CATEGORIES.index(name) for name in FOUR]
_ROUNDS: Final = 4
_TINY: Final = 1e-3


@dataclass(frozen=True, slots=True)
class Recipe:
    """How listeners learn; chosen on speakers within the training sets, see ``figures``."""

    diagonal: float = 0.5
    """Share of ``W`` that is moved to its diagonal ..."""
    diagonal_small: float = 0.8
    """... for a corpus of fewer than ``small`` files."""
    small: int = 300
    other: float = 0.3
    """Share of the other corpus in ``W``."""
    floor: float = 0.3
    """How far speakers may differ in any direction, as a share of ``W``."""
    gain_db: float = 5.0
    """By how much recordings differ in level for no reason of the speaker's."""
    temper: float = 0.33
    """Factor on answers: features are not as independent as Gaussian voices have them."""
    gate_temper: float = 0.1


@dataclass(frozen=True, slots=True)
class _Parts:
    """Standardised vectors taken apart."""

    means: "Floats"
    """Shape ``(corpora, 8, f)``."""
    offsets: "Floats"
    """Of every speaker, ``(speakers, f)``."""
    scatter: "Floats"
    """Covariance of the rest, ``(corpora, f, f)``."""


def fit(
    vectors: "Vectors",
    truth: "Indices",
    speakers: "NDArray[np.str_]",
    corpus: "NDArray[np.str_]",
    recipe: Recipe,
) -> Listener:
    """Solve for a listener.

    Args:
        vectors: Features of every file and its copies, ``(copies, files, f)``.
        truth: Category of every file, ``(files,)``.
        speakers: Of every file.
        corpus: Of every file; each gets an expert.
        recipe: How.
    """
    flat = vectors.reshape(-1, vectors.shape[2])
    mean, scale = flat.mean(axis=0), flat.std(axis=0) + np.float32(1e-6)
    standard = np.clip((vectors - mean) / scale, -CLIP, CLIP).astype(np.float64)
    weight = np.where(np.arange(len(vectors)) < RENDERINGS, 1.0, DEGRADED_WEIGHT)
    names = sorted(set(corpus), reverse=True)
    number = np.array([names.index(c) for c in corpus])
    parts = _apart(standard, weight / weight.sum(), truth, speakers, number)
    gain = np.zeros(flat.shape[1])
    gain[list(LEVELS)] = recipe.gain_db / scale[list(LEVELS)]
    roots = np.column_stack([parts.offsets.T / np.sqrt(len(parts.offsets)), gain])
    experts = [
        _expert(parts, roots, i, truth[number == i], recipe) for i in range(len(names))
    ]  # fmt: skip
    gate = _gate(parts, roots, recipe) if len(names) > 1 else Gate(np.zeros(len(mean)), 0.0)
    return Listener(mean, scale, tuple(experts), gate, recipe.temper)


def _apart(
    standard: "Floats",
    weight: "Floats",
    truth: "Indices",
    speakers: "NDArray[np.str_]",
    corpus: "Indices",
) -> _Parts:
    """Explain vectors by categories and speakers: both are estimated in turn."""
    n_corpora, f = int(corpus.max()) + 1, standard.shape[2]
    _, who = np.unique(speakers, return_inverse=True)
    people = _averaging(who, int(who.max()) + 1, doubt=1.0)
    kind = corpus * _N + truth
    kinds = _averaging(kind, n_corpora * _N, doubt=0.0)
    plain = np.tensordot(weight, standard, axes=1)
    means = kinds @ plain
    offsets = people @ (plain - means[kind])
    for _ in range(_ROUNDS - 1):
        means = kinds @ (plain - offsets[who])
        offsets = people @ (plain - means[kind])
    rest = (standard - (means[kind] + offsets[who])) * np.sqrt(weight)[:, None, None]
    scatter = []
    for i in range(n_corpora):
        own = rest[:, corpus == i].reshape(-1, f)
        scatter.append(own.T @ own / int((corpus == i).sum()))
    return _Parts(means.reshape(n_corpora, _N, f), offsets, np.stack(scatter))


def _averaging(number: "Indices", groups: int, doubt: float) -> "Floats":
    """Return the matrix that takes rows to the means of their groups, shrunk by ``doubt`` rows."""
    member = np.eye(groups)[number].T
    averaging: Floats = member / np.maximum(member.sum(axis=1, keepdims=True) + doubt, 1.0)
    return averaging


def _ridged(scatter: "Floats", diagonal: float) -> "Floats":
    """Move a share of a covariance to its diagonal."""
    own = np.diag(scatter) + _TINY
    ridged: Floats = (1 - diagonal) * scatter + diagonal * np.diag(own) + _TINY * np.eye(len(own))
    return ridged


def _expert(
    parts: _Parts, roots: "Floats", corpus: int, truth: "Indices", recipe: Recipe
) -> Expert:
    """Solve for what one corpus says."""
    within = parts.scatter[corpus]
    if len(parts.scatter) > 1:
        others = np.delete(parts.scatter, corpus, axis=0).mean(axis=0)
        within = (1 - recipe.other) * within + recipe.other * others
    small = len(truth) < recipe.small
    within = _ridged(within, recipe.diagonal_small if small else recipe.diagonal)
    means, centre, prior = _means(parts.means, corpus, sorted({int(t) for t in truth}))
    seen = np.linalg.solve(within, np.column_stack([means.T, roots]))
    toward, tilted = seen[:, :_N], seen[:, _N:]
    # the few directions in which speakers differ by more than the floor: those of ``roots``
    spread, turn = np.linalg.eigh(roots.T @ tilted)
    kept = spread > _TINY
    axes = tilted @ turn[:, kept] / np.sqrt(spread[kept])
    return Expert(
        toward=toward, axes=axes, spread=spread[kept] + recipe.floor, floor=recipe.floor,
        means=means @ axes, size=np.einsum("cf,fc->c", means, toward),
        centre=centre @ toward, centre_axes=centre @ axes, prior=prior,
    )  # fmt: skip


def _means(means: "Floats", corpus: int, heard: Sequence[int]) -> "tuple[Floats, Floats, Floats]":
    """Return means of all categories, their middle, and what is added to the answers.

    A corpus that lacks categories borrows them: calm is a quarter of its neutral, others lie to its
    own middle of the four shared ones as they do in the other corpus. Without one they are
    never said.
    """
    own, prior = means[corpus].copy(), np.zeros(_N)
    centre = own[list(heard)].mean(axis=0)
    missing = [c for c in range(_N) if c not in heard]
    neutral, calm = CATEGORIES.index("neutral"), CATEGORIES.index("calm")
    for c in missing:
        if c == calm:
            own[c] = own[neutral]
            prior[[neutral, calm]] = np.log([0.75, 0.25])
        elif len(means) > 1:
            other = means[1 - corpus]
            own[c] = centre + other[c] - other[_FOUR_OF].mean(axis=0)
        else:
            prior[c] = -np.inf
    return own, centre, np.maximum(prior, -30.0)


def _gate(parts: _Parts, roots: "Floats", recipe: Recipe) -> Gate:
    """Solve for which of two corpora a recording is like; categories and speakers do not count."""
    middles = []
    around = roots @ roots.T + parts.scatter.mean(axis=0)
    for means in parts.means:
        heard = means[np.abs(means).sum(axis=1) > 0]
        middles.append(heard.mean(axis=0))
        around += (heard - middles[-1]).T @ (heard - middles[-1]) / len(heard) / len(parts.means)
    apart = middles[0] - middles[1]
    direction = np.linalg.solve(_ridged(around, recipe.diagonal), apart) * recipe.gate_temper
    return Gate(direction, float(-direction @ (middles[0] + middles[1]) / 2))
