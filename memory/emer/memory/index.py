"""Finding the nearest cases: exact search, and from 20 000 cases on Chroma if this process owns it.

Reads    rows and vectors of a ``CaseStore``; never its texts
Returns  case ids with their cosine similarity, best first; both ways of searching agree
Cost     exact search: under 1 ms for hundreds of cases, 2 ms for 20 000, and once 7 ms a thousand
         to read them. Chroma: 0.6 to 2 s to import and open at the first search (nothing before),
         then 2 ms for hundreds, 80 ms for 20 000; building it 0.5 s a thousand
Source   https://docs.trychroma.com; measured with version 1.5.9: two processes writing to one
         folder damage it without an error, so one process owns it, by a lock held for life

A small store has no index on disk: it would cost each command a second and answer no better. The
index is derived and disposable. It is checked against the store when it is opened and again
whenever the store has changed; what cannot be used, or holds a case that was removed, is deleted
and built anew; so is what is left of one that a store has become too small for.
"""

import fcntl
import logging
import os
import shutil
import threading
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import numpy as np

from emer.memory.case import TRUST_TIERS, Query
from emer.memory.embedding import DIM, NAME, cosine
from emer.memory.store import CaseStore, Row
from emer.tools.errors import StorageError
from emer.tools.quiet import import_quietly

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LOG: Final = logging.getLogger(__name__)
FOLDER: Final = "index"
LOCK: Final = "index.lock"
COLLECTION: Final = "cases"
CHROMA_FROM: Final = 20_000
"""Cases from which Chroma is asked: above 30 MB, vectors do not belong in every process's memory."""
_MARK: Final = "unfinished"
"""A file that exists while Chroma opens or writes an index: left behind, it tells that we were
killed, perhaps by what is in there, perhaps before unused space was blanked."""
_RESERVED: Final = ("data_level0.bin", "length.bin")
"""Files that Chroma makes with room for 100 vectors, written out of memory that it never cleared:
the id of a removed case was found there, and anything else of this process may be."""
_IN_USE: Final = "index_metadata.pickle"
"""Beside them from the first 1000 vectors on. Before, all vectors are in Chroma's own database:
the reserved room is made anew at every opening and never read."""
_BATCH: Final = 1000
"""Chroma takes about 5 400 vectors at once."""
_HNSW: Final = {"space": "cosine", "ef_construction": 200, "ef_search": 400, "max_neighbors": 32}
"""Above the default of 100 searched neighbours, for agreement with exact search."""
_TIE: Final = 1e-6
"""Scores nearer than this are equal: six digits are given, float32 holds no more."""
_NONE: Final = "-"
"""Stands for a missing value: Chroma's filters know no null."""


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


class ChromaIndex:
    """A Chroma collection kept equal to the store; use it through ``LazyIndex``.

    Args:
        store: The cases.
        folder: Owned by this process; made if missing.
    """

    def __init__(self, store: CaseStore, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._revision = -1
        self._client: Any = None
        self._collection: Any = None

    def nearest(self, vector: "NDArray[np.float32]", query: Query, n: int) -> list[Hit]:
        """See ``CaseIndex``. Any error of Chroma's escapes as it is."""
        self._agree_with_store()
        size = self._collection.count()
        if size == 0:
            return []
        found = self._collection.query(
            query_embeddings=vector[None, :],
            # its filters know no ids: look for as many more as may have to be dropped
            n_results=min(n + len(query.exclude_ids), size),
            where=_where(query),
            include=["distances"],
        )
        pairs = zip(found["ids"][0], found["distances"][0], strict=True)
        return best([(i, 1 - d) for i, d in pairs if i not in query.exclude_ids], n)

    def forget(self) -> bool:
        """See ``CaseIndex``. Chroma's own deletion leaves data on disk, so the folder goes."""
        self.close()
        if self._folder.is_dir():
            shutil.rmtree(self._folder, ignore_errors=True)
        else:
            with suppress(OSError):  # a file in its place, or nothing
                self._folder.unlink()
        return not self._folder.exists()

    def close(self) -> None:
        """See ``CaseIndex``."""
        client, self._client, self._collection, self._revision = self._client, None, None, -1
        if client is not None:
            client.close()

    def _agree_with_store(self) -> None:
        revision = self._store.revision()
        if self._collection is not None and revision == self._revision:
            return
        rows, vectors = self._store.rows()
        if self._collection is None:
            self._open()
        mark = self._folder / _MARK
        mark.touch()
        held = self._collection.get(include=["metadatas"])
        there = dict(zip(held["ids"], held["metadatas"], strict=True))
        if self._collection.metadata != {"embedding": NAME} or there.keys() - {r.id for r in rows}:
            # another embedding, or cases that were removed since: nothing of those may remain
            self.forget()
            self._open()
            there = {}
        changed = [i for i, row in enumerate(rows) if there.get(row.id) != _fields(row)]
        for at in range(0, len(changed), _BATCH):
            part = changed[at : at + _BATCH]
            self._collection.upsert(
                ids=[rows[i].id for i in part],
                embeddings=vectors[part],
                metadatas=[_fields(rows[i]) for i in part],
            )
            _blank_reserved(self._folder)
        self._check(rows, vectors)
        mark.unlink()
        self._revision = revision

    def _open(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        mark = self._folder / _MARK
        if mark.exists():
            raise RuntimeError("whoever opened or wrote it last was ended by that, or killed")
        chromadb = import_quietly("chromadb")
        config = import_quietly("chromadb.config")
        mark.touch()
        self._client = chromadb.PersistentClient(
            path=str(self._folder / _generation(self._folder)),
            # no settings file of the folder we happen to run in
            settings=config.Settings(anonymized_telemetry=False, _env_file=None),
        )
        self._collection = self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            metadata={"embedding": NAME},
            configuration={"hnsw": _HNSW},
        )
        # damage to the vectors shows only when they are read
        self._collection.query(query_embeddings=[[1.0] * DIM], n_results=1)
        _blank_reserved(self._folder)

    def _check(self, rows: Sequence[Row], vectors: "NDArray[np.float32]") -> None:
        if (size := self._collection.count()) != len(rows):
            raise RuntimeError(f"it holds {size} cases instead of {len(rows)}")
        for i in sorted({0, len(rows) // 2, len(rows) - 1}) if rows else ():
            found = self._collection.query(
                query_embeddings=vectors[i : i + 1], n_results=1, include=["distances"]
            )
            if not found["ids"][0] or found["distances"][0][0] > 1e-3:
                raise RuntimeError("a case that it holds cannot be found")


class LazyIndex:
    """Chroma for many cases, if this process can own the index of the store's folder; else exact.

    Nothing is imported, locked or opened before the first search.

    Args:
        store: The cases.
        chroma_from: The number of cases from which Chroma is asked.
    """

    def __init__(self, store: CaseStore, *, chroma_from: int = CHROMA_FROM) -> None:
        self._store = store
        self._chroma_from = chroma_from
        self._exact = ExactIndex(store)
        self._chroma: ChromaIndex | None = None
        self._lock_fd: int | None = None
        self._broken = False
        self._lock = threading.RLock()

    @property
    def kind(self) -> str:
        """Which search answers now: ``chroma`` or ``exact``."""
        return "chroma" if self._chroma is not None else "exact"

    def nearest(self, vector: "NDArray[np.float32]", query: Query, n: int) -> list[Hit]:
        """See ``CaseIndex``."""
        with self._lock:
            if not self._broken and self._is_large() and self._own():
                hits = self._ask_chroma(vector, query, n)
                if hits is not None:
                    return hits
            return self._exact.nearest(vector, query, n)

    def forget(self) -> bool:
        """See ``CaseIndex``."""
        with self._lock:
            self._exact.forget()
            return self._erase()

    def close(self) -> None:
        """See ``CaseIndex``."""
        with self._lock:
            if self._chroma is not None:
                self._chroma.close()
                self._chroma = None
            if self._lock_fd is not None:
                os.close(self._lock_fd)
                self._lock_fd = None

    def _is_large(self) -> bool:
        if self._store.count() >= self._chroma_from:
            return True
        # nobody keeps an index in step that nobody asks: it may hold cases that were removed since
        self._erase()
        self.close()
        return False

    def _erase(self) -> bool:
        folder = self._store.folder
        if folder is None or not (folder / FOLDER).exists():
            return True
        if not self._own():
            return False
        assert self._chroma is not None
        return self._chroma.forget()

    def _own(self) -> bool:
        if self._chroma is not None:
            return True
        folder = self._store.folder
        if folder is None:
            return False
        try:
            fd = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:  # a folder that has become read-only can still be searched
            return False
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:  # somebody else owns it, or this file system knows no locks
            os.close(fd)
            return False
        self._lock_fd = fd
        self._chroma = ChromaIndex(self._store, folder / FOLDER)
        return True

    def _ask_chroma(self, vector: "NDArray[np.float32]", query: Query, n: int) -> list[Hit] | None:
        assert self._chroma is not None
        try:
            import_quietly("chromadb")
        except Exception as error:  # the installation is at fault, not the index
            _LOG.warning("chromadb cannot be imported, searching without it: %s", error)
            self._broken = True
            return None
        for attempt in ("as it is", "built anew"):
            try:
                return self._chroma.nearest(vector, query, n)
            except StorageError:
                raise
            except BaseException as error:
                if not _is_chromas(error):
                    raise
                _LOG.warning("case index, %s: %s: %s", attempt, type(error).__name__, error)
                self._discard()
        self._broken = True
        self.close()
        return None

    def _discard(self) -> None:
        # nothing of it is kept to be looked into: it may hold cases that were removed since
        assert self._chroma is not None
        try:
            self._chroma.close()
        except Exception as error:
            _LOG.warning("case index: closing it failed: %s", error)
        if self._chroma.forget():
            _LOG.warning("case index: deleted")


def _generation(folder: Path) -> str:
    # a new name for every rebuilt index: Chroma remembers by path, for the life of the process
    there = sorted(entry.name for entry in folder.iterdir() if entry.is_dir())
    return there[0] if there else f"g-{uuid.uuid4().hex[:8]}"


def _blank_reserved(folder: Path) -> None:
    for name in _RESERVED:
        for file in folder.rglob(name):
            if not (file.parent / _IN_USE).exists():
                size = file.stat().st_size
                os.truncate(file, 0)
                os.truncate(file, size)  # reads as zeros; Chroma checks the size


def _fields(row: Row) -> dict[str, int | str]:
    return {
        "trust": row.trust,
        "media": row.media_sha256 or _NONE,
        "split": row.split or _NONE,
    }


def _where(query: Query) -> dict[str, Any]:
    allowed: list[dict[str, Any]] = [{"trust": {"$gte": TRUST_TIERS.index(query.min_trust)}}]
    if query.exclude_media_sha256:
        allowed.append({"media": {"$nin": list(query.exclude_media_sha256)}})
    if query.exclude_splits:
        allowed.append({"split": {"$nin": list(query.exclude_splits)}})
    return allowed[0] if len(allowed) == 1 else {"$and": allowed}


def _is_chromas(error: BaseException) -> bool:
    # a panic in its Rust part is no Exception
    return isinstance(error, Exception) or type(error).__module__ == "pyo3_runtime"


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
