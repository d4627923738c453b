"""What ``speech_emotion`` learns: Gaussian voices, whose speaker shifts everything by an unknown offset.

Reads    vectors of utterances with category, speaker and corpus
Returns  a ``Listener``: per corpus the category means, seen through the scatter within speakers and
         the scatter of speakers; which corpus a recording is like; how lively a speaker's talk is
Cost     seconds; everything is solved, nothing is drawn
Source   linear discriminant analysis with speakers as a random effect, as in Prince & Elder 2007,
         "Probabilistic linear discriminant analysis"; ridge towards the diagonal as in Friedman 1989

An utterance is ``category mean + speaker offset + rest``. The rest has covariance ``W``, offsets have
``B``. Nothing known of a speaker, an answer must do with ``W + B``: directions in which speakers
differ count little. Every other utterance of theirs sharpens what the offset may be, in each
direction by as much as speakers differ there: the same formula serves strangers and acquaintances.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.train.voice.augment import DEGRADED_WEIGHT
from emer.evals.train.voice.corpora import CATEGORIES
from emer.evals.train.voice.listener import CLIP, Expert, Gate, Listener, Liveliness
from emer.evals.train.voice.parts import Parts, apart
from emer.evals.train.voice.recipe import Recipe
from emer.evals.train.voice.usual import means_of
from emer.tools.speech_emotion_features import LEVELS, RENDERINGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Vectors = NDArray[np.float32]
    Indices = NDArray[np.int64]

_N: Final = len(CATEGORIES)
_NEUTRAL: Final = CATEGORIES.index("neutral")
_TINY: Final = 1e-3


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
    parts = apart(standard, weight / weight.sum(), truth, speakers, number)
    gain = np.zeros(flat.shape[1])
    gain[list(LEVELS)] = recipe.gain_db / scale[list(LEVELS)]
    experts = [
        _expert(parts, _roots(parts, i, gain, recipe), i, truth[number == i], recipe)
        for i in range(len(names))
    ]  # fmt: skip
    gate, lively = _gate(parts, gain, recipe), _liveliness(parts, experts, recipe)
    return Listener(mean, scale, tuple(experts), gate, lively)


def _ridged(scatter: "Floats", diagonal: float) -> "Floats":
    """Move a share of a covariance to its diagonal."""
    own = np.diag(scatter) + _TINY
    ridged: Floats = (1 - diagonal) * scatter + diagonal * np.diag(own) + _TINY * np.eye(len(own))
    return ridged


def _roots(parts: Parts, corpus: int, gain: "Floats", recipe: Recipe) -> "Floats":
    """Return the directions in which speakers and recordings differ, ``(f, r)``, by how much.

    Of an acted corpus those of actors; of ordinary talk also those of readers, and those in which the
    rooms and microphones of the corpora differ.
    """
    actors = parts.offsets[parts.acted[parts.whose]]
    found = [actors.T / np.sqrt(len(actors)), gain[:, None]]
    if not parts.acted[corpus]:
        readers = parts.offsets[parts.whose == corpus]
        found.append(readers.T / np.sqrt(len(readers)))
        neutral = parts.means[:, _NEUTRAL]
        rooms = (neutral - neutral.mean(axis=0)) * recipe.rooms
        found.append(rooms.T / np.sqrt(max(len(rooms) - 1, 1)))
    return np.column_stack(found)


def _expert(parts: Parts, roots: "Floats", corpus: int, truth: "Indices", recipe: Recipe) -> Expert:
    """Solve for what one corpus says."""
    within = _within(parts, corpus, recipe)
    diagonal = recipe.diagonal_small if len(truth) < recipe.small else recipe.diagonal
    within = _ridged(within, diagonal)
    means, usual, prior = means_of(parts, corpus, recipe)
    seen = np.linalg.solve(within, np.column_stack([means.T, roots]))
    toward, tilted = seen[:, :_N], seen[:, _N:]
    # the few directions in which speakers differ by more than the floor: those of ``roots``
    spread, turn = np.linalg.eigh(roots.T @ tilted)
    kept = spread > _TINY
    axes = tilted @ turn[:, kept] / np.sqrt(spread[kept])
    return Expert(
        toward=toward, axes=axes, spread=spread[kept] + recipe.floor, floor=recipe.floor,
        means=means @ axes, size=np.einsum("cf,fc->c", means, toward),
        centre=usual @ toward, centre_axes=usual @ axes, prior=prior,
        temper=recipe.temper if parts.acted[corpus] else recipe.ordinary_temper,
    )  # fmt: skip


def _within(parts: Parts, corpus: int, recipe: Recipe) -> "Floats":
    """Return the scatter of one corpus, mixed with that of the other acted ones."""
    own: Floats = parts.scatter[corpus]
    others = parts.acted.copy()
    others[corpus] = False
    if not others.any():
        return own
    share = recipe.other if parts.acted[corpus] else recipe.ordinary_other
    mixed: Floats = (1 - share) * own + share * parts.scatter[others].mean(axis=0)
    return mixed


def _liveliness(parts: Parts, experts: Sequence[Expert], recipe: Recipe) -> Liveliness:
    """Solve for the directions in which even talk hardly varies; none without ordinary talk."""
    ordinary = np.flatnonzero(~parts.acted)
    if not len(ordinary):
        return Liveliness(np.zeros((parts.means.shape[2], _N)), 1.0, recipe.lively_slope)
    expert, within = experts[ordinary[0]], _within(parts, int(ordinary[0]), recipe)
    apart = expert.toward - expert.axes @ expert.means.T
    apart -= apart.mean(axis=1, keepdims=True)
    rest = np.einsum("fc,fg,gc->c", apart, within, apart)
    return Liveliness(apart / np.sqrt(rest + _TINY), recipe.lively_from, recipe.lively_slope)


def _gate(parts: Parts, gain: "Floats", recipe: Recipe) -> Gate:
    """Solve for which corpus a recording is like; categories and speakers do not count."""
    middles = np.stack([m[h].mean(axis=0) for m, h in zip(parts.means, parts.heard, strict=True)])
    roots = np.column_stack([parts.offsets.T / np.sqrt(len(parts.offsets)), gain])
    around = roots @ roots.T + parts.scatter.mean(axis=0)
    for means, heard, middle in zip(parts.means, parts.heard, middles, strict=True):
        away = means[heard] - middle
        around += away.T @ away / len(away) / len(parts.means)
    directions = np.linalg.solve(_ridged(around, recipe.gate_diagonal), middles.T)
    bias = -np.einsum("cf,fc->c", middles, directions) / 2
    bias += recipe.gate_ordinary * ~parts.acted
    return Gate(directions * recipe.gate_temper, bias * recipe.gate_temper)
