"""Finding the nearest cases with Chroma, in a folder that one process owns.

Reads    rows and vectors of a ``CaseStore``; never its texts
Returns  case ids with their cosine similarity, best first, as exact search would
Cost     2 to 4 s to import and open at the first search, then a few ms
Source   https://docs.trychroma.com; measured with version 1.5.9

The index is derived and disposable. It is checked against the store when it is opened and again
whenever the store has changed; what cannot be used, or holds a case that was removed, is deleted
and built anew.
"""

import os
import shutil
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.memory.case import TRUST_TIERS, Query
from emer.memory.embedding import DIM, NAME
from emer.memory.exact_index import Hit, best
from emer.memory.store import CaseStore, Row
from emer.tools.quiet import import_quietly

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLLECTION: Final = "cases"
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
_NONE: Final = "-"
"""Stands for a missing value: Chroma's filters know no null."""


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
