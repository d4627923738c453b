"""Vectors of utterances taken apart: category means of every corpus, offsets of speakers, the rest.

Reads    standardised vectors of every file and its copies, with category, speaker and corpus
Returns  ``Parts``
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.train.voice.corpora import CATEGORIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

_N: Final = len(CATEGORIES)
_ROUNDS: Final = 4


@dataclass(frozen=True, slots=True)
class Parts:
    """Standardised vectors taken apart."""

    means: "Floats"
    """Shape ``(corpora, 8, f)``."""
    offsets: "Floats"
    """Of every speaker, ``(speakers, f)``."""
    scatter: "Floats"
    """Covariance of the rest, ``(corpora, f, f)``."""
    whose: "Indices"
    """Corpus of every speaker, ``(speakers,)``."""

    @property
    def heard(self) -> "NDArray[np.bool_]":
        """Which categories each corpus holds, ``(corpora, 8)``."""
        found: NDArray[np.bool_] = np.abs(self.means).sum(axis=2) > 0
        return found

    @property
    def acted(self) -> "NDArray[np.bool_]":
        """Which corpora are acted; ordinary talk is neutral speech alone."""
        found: NDArray[np.bool_] = self.heard.sum(axis=1) > 1
        return found


def apart(
    standard: "Floats",
    weight: "Floats",
    truth: "Indices",
    speakers: "NDArray[np.str_]",
    corpus: "Indices",
) -> Parts:
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
    whose = np.array([corpus[who == i][0] for i in range(int(who.max()) + 1)])
    return Parts(means.reshape(n_corpora, _N, f), offsets, np.stack(scatter), whose)


def _averaging(number: "Indices", groups: int, doubt: float) -> "Floats":
    """Return the matrix that takes rows to the means of their groups, shrunk by ``doubt`` rows."""
    member = np.eye(groups)[number].T
    averaging: Floats = member / np.maximum(member.sum(axis=1, keepdims=True) + doubt, 1.0)
    return averaging
