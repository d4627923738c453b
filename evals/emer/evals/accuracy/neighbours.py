"""Nearest neighbours under several ways of comparing, and how far their labels agree."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from emer.evals.statistics import bootstrap
from emer.evals.tables import Cell, Estimate

if TYPE_CHECKING:
    from emer.memory.case import AffectProfile

KS: Final = (5, 10)
_BLOCK: Final = 500
_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")

Floats = NDArray[np.float32]
Agreement = NDArray[np.float32]
"""How far the labels of a query and a key agree, shape ``(queries, keys)``; NaN: not comparable."""


def rows(
    ways: Mapping[str, tuple[Floats, Floats]],
    agreement: Agreement,
    *,
    groups: NDArray[Any] | None = None,
    unit: str,
) -> Iterator[tuple[Cell, ...]]:
    """Yield a name and the mean agreement of the nearest 5 and 10; first of keys drawn at random.

    Args:
        ways: Per name the vectors of queries and keys, compared by their dot product.
        agreement: See there.
        groups: What belongs together among the queries, for the bootstrap.
        unit: What a group or query is.
    """
    kept = ~np.isnan(agreement).all(axis=1)
    agreement, groups = agreement[kept], groups if groups is None else groups[kept]
    chance = np.nanmean(agreement, axis=1)
    yield ("drawn at random", *(_estimate(chance, groups, unit) for _ in KS))
    for name, (queries, keys) in ways.items():
        near = nearest(queries[kept], keys, ~np.isnan(agreement), max(KS))
        found = np.take_along_axis(agreement, near, axis=1)
        yield (name, *(_estimate(found[:, :k].mean(axis=1), groups, unit) for k in KS))


def nearest(queries: Floats, keys: Floats, allowed: NDArray[np.bool_], k: int) -> NDArray[np.intp]:
    """Return the ``k`` nearest allowed keys of each query, best first, ties by place."""
    found = []
    for at in range(0, len(queries), _BLOCK):
        alike = queries[at : at + _BLOCK] @ keys.T
        alike[~allowed[at : at + _BLOCK]] = -np.inf
        found.append(np.argsort(-alike, axis=1, kind="stable")[:, :k])
    return np.concatenate(found)


def _estimate(values: Floats, groups: NDArray[Any] | None, unit: str) -> Estimate:
    return bootstrap(lambda v: float(np.nanmean(v)), values, groups=groups, unit=unit)


def tf_idf(texts: Sequence[str], asked: Sequence[str]) -> tuple[Floats, Floats]:
    """Return TF-IDF vectors of ``asked`` and of ``texts``, over words that two of ``texts`` have."""
    cut = [_words(text) for text in texts]
    documents = Counter(word for words in cut for word in set(words))
    shared = {word: i for i, word in enumerate(w for w, n in documents.items() if n > 1)}
    weight = np.array([np.log((1 + len(texts)) / (1 + documents[w])) + 1 for w in shared])

    def vectors(lists: Sequence[Sequence[str]]) -> Floats:
        made = np.zeros((len(lists), max(len(shared), 1)), np.float32)
        for row, words in zip(made, lists, strict=True):
            for word in words:
                if word in shared:
                    row[shared[word]] += weight[shared[word]]
        length = np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)
        return np.asarray(made / length, np.float32)

    return vectors([_words(text) for text in asked]), vectors(cut)


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def embedded(
    profiles: Sequence["AffectProfile"], words: Sequence[str], tell: Callable[[str], None]
) -> Floats:
    """Return the vectors that cases of these profiles and words are found by."""
    from emer.memory.embedding import embed

    made = []
    for i, (profile, said) in enumerate(zip(profiles, words, strict=True)):
        if i and i % 2000 == 0:
            tell(f"{i:,} of {len(words):,} embedded")
        made.append(embed(profile, said))
    return np.stack(made)
