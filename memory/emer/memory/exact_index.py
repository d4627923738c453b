"""Finding the nearest cases by comparing with all of them; and what any other way has to answer.

Reads    rows and vectors of a ``CaseStore``; never its texts
Returns  case ids with their cosine similarity, best first
Cost     under 1 ms for hundreds of cases, 10 ms for 20 000; nothing on disk
"""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

import numpy as np

from emer.memory.case import TRUST_TIERS, Query
from emer.memory.embedding import DIM, cosine
from emer.memory.store import CaseStore, Row

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TIE: Final = 1e-6
"""Scores nearer than this are equal: six digits are given, float32 holds no more."""


class Hit(NamedTuple):
    """One case that was found."""

    id: str
    similarity: float
    """Cosine, -1..1, 6 digits."""


class CaseIndex(Protocol):
    """Whatever can find the nearest cases."""

    def nearest(self, vector: "NDArray[np.float32]", query: Query, n: int) -> list[Hit]:
        """Return the ``n`` nearest cases that the query allows, best first, ties by id."""
        ...

    def forget(self) -> bool:
        """Erase every vector from disk; return whether none is left there.

        ``False`` means that another process owns the index; it will rebuild before its next
        search.
        """
        ...

    def close(self) -> None:
        """Give back files and locks."""
        ...


class ExactIndex:
    """Compares with every case; the measure of any other index, and what stands in for one."""

    def __init__(self, store: CaseStore) -> None:
        self._store = store
        self._revision = -1
        self._rows: list[Row] = []
        self._vectors: NDArray[np.float32] = np.empty((0, DIM), np.float32)
        self._lock = threading.Lock()

    def nearest(self, vector: "NDArray[np.float32]", query: Query, n: int) -> list[Hit]:
        """See ``CaseIndex``."""
        with self._lock:
            if (revision := self._store.revision()) != self._revision:
                self._rows, self._vectors = self._store.rows()
                self._revision = revision
            rows, scores = self._rows, cosine(self._vectors, vector)
        found: list[tuple[str, float]] = []
        for i in np.argsort(-scores):
            if len(found) >= n and scores[i] < found[n - 1][1] - _TIE:
                break
            if permits(query, rows[i]):
                found.append((rows[i].id, float(scores[i])))
        return best(found, n)

    def forget(self) -> bool:
        """See ``CaseIndex``; nothing is on disk."""
        self._revision = -1
        return True

    def close(self) -> None:
        """See ``CaseIndex``."""


def permits(query: Query, row: Row) -> bool:
    """Whether a query allows a case."""
    return (
        row.trust >= TRUST_TIERS.index(query.min_trust)
        and row.id not in query.exclude_ids
        and (row.media_sha256 is None or row.media_sha256 not in query.exclude_media_sha256)
        and (row.split is None or row.split not in query.exclude_splits)
    )


def best(scored: Sequence[tuple[str, float]], n: int) -> list[Hit]:
    """Return the ``n`` highest scores, ties by id, at six digits: float32 holds no more."""
    hits = [Hit(id_, round(float(score), 6)) for id_, score in scored]
    return sorted(hits, key=lambda hit: (-hit.similarity, hit.id))[:n]
