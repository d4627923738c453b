"""Finding the nearest cases: Chroma where this process owns the index, else exact search.

Reads    what ``exact_index`` and ``chroma_index`` read
Returns  case ids with their cosine similarity, best first; both ways of searching agree
Cost     nothing before the first search, then as they say
Source   measured with version 1.5.9 of Chroma: two processes writing to one folder damage it
         without an error, so one process owns it, by a lock held for life
"""

import fcntl
import logging
import os
import threading
from typing import TYPE_CHECKING, Final

from emer.memory.case import Query
from emer.memory.chroma_index import ChromaIndex
from emer.memory.exact_index import ExactIndex, Hit
from emer.memory.store import CaseStore
from emer.tools.errors import StorageError
from emer.tools.quiet import import_quietly

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_LOG: Final = logging.getLogger(__name__)
FOLDER: Final = "index"
LOCK: Final = "index.lock"


class LazyIndex:
    """Chroma if this process can own the index of the store's folder, else exact search.

    Nothing is imported, locked or opened before the first search.
    """

    def __init__(self, store: CaseStore) -> None:
        self._store = store
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
            if not self._broken and self._own():
                hits = self._ask_chroma(vector, query, n)
                if hits is not None:
                    return hits
            return self._exact.nearest(vector, query, n)

    def forget(self) -> bool:
        """See ``CaseIndex``."""
        with self._lock:
            self._exact.forget()
            folder = self._store.folder
            if folder is None or not (folder / FOLDER).exists():
                return True
            if not self._own():
                return False
            assert self._chroma is not None
            return self._chroma.forget()

    def close(self) -> None:
        """See ``CaseIndex``."""
        with self._lock:
            if self._chroma is not None:
                self._chroma.close()
                self._chroma = None
            if self._lock_fd is not None:
                os.close(self._lock_fd)
                self._lock_fd = None

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


def _is_chromas(error: BaseException) -> bool:
    # a panic in its Rust part is no Exception
    return isinstance(error, Exception) or type(error).__module__ == "pyo3_runtime"
