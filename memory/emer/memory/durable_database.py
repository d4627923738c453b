"""A SQLite file that must not be lost: opened at once, on disk when written, erased without traces.

Reads    a folder that can be written, or nothing: a database in memory
Returns  a connection for a piece of work; ``StorageError`` where the file cannot serve it
Cost     opening about 10 ms; a write: one disk synchronisation, a few ms
Source   SQLite with a write-ahead log and full synchronisation: what a write returned from is on
         disk, whatever is killed; https://sqlite.org/wal.html, https://sqlite.org/pragma.html

What may be lost is kept in a ``CacheDatabase`` instead.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Final, NamedTuple

from emer.memory.sqlite_steps import connected, made_private, pragma, retried, transaction
from emer.tools.errors import StorageError

BUSY_S: Final = 15.0
"""How long to wait for another process to finish writing."""


class Wording(NamedTuple):
    """What a person is told where the file cannot be used."""

    unusable: str
    """The statement; the cause follows in brackets."""
    newer: str
    """That a newer version wrote it."""
    newer_remedy: str
    damaged_remedy: str
    remedy: str
    """Where nothing better is known."""


class DurableDatabase:
    """One SQLite file in WAL mode; safe to share between threads and processes.

    Args:
        path: The file; made if missing, for this user alone. ``None``: in memory.
        steps: Statements that make the tables: those of version 1, then what each later version
            changes. Their number is the version.
        wording: For errors.

    Raises:
        StorageError: The folder cannot be written, or the file in it is none of ours.
    """

    def __init__(
        self, path: Path | None, *, steps: Sequence[Sequence[str]], wording: Wording
    ) -> None:
        self._wording = wording
        self._lock = threading.RLock()
        with self._reported():
            if path is not None:
                path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                made_private(path)
            self._db = connected(path or ":memory:", BUSY_S)
            try:
                self._prepare(steps)
            except BaseException:
                self._db.close()
                raise

    def _prepare(self, steps: Sequence[Sequence[str]]) -> None:
        self._db.execute("PRAGMA secure_delete=ON")
        self._db.execute("PRAGMA temp_store=MEMORY")  # or VACUUM copies everything to /tmp
        retried(self._db, "PRAGMA journal_mode=WAL", BUSY_S)
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA foreign_keys=ON")
        with transaction(self._db):
            found = pragma(self._db, "user_version")
            if not 0 <= found <= len(steps):
                raise StorageError(self._wording.newer, remedy=self._wording.newer_remedy)
            for statement in chain.from_iterable(steps[found:]):
                self._db.execute(statement)
            if found != len(steps):
                self._db.execute(f"PRAGMA user_version={len(steps)}")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection, to nobody else meanwhile.

        Raises:
            StorageError: In place of what SQLite or the disk says.
        """
        with self._lock, self._reported():
            yield self._db

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection in a transaction: all is written, or nothing.

        Raises:
            StorageError: In place of what SQLite or the disk says.
        """
        with self.reading() as db, transaction(db):
            yield db

    def wiped(self) -> bool:
        """Erase what deleted rows left; return whether nothing of them is left in the files.

        ``False``: another process is reading, and the write-ahead log still holds them.
        """
        # secure_delete overwrites the rows; VACUUM also drops copies left where pages were
        # reorganised; the log still holds the old pages until it is truncated
        with self.reading() as db:
            retried(db, "VACUUM", BUSY_S)
            return not db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]

    def close(self) -> None:
        """Give the file back. What is closed cannot be used again."""
        with self._lock:
            self._db.close()

    @contextmanager
    def _reported(self) -> Iterator[None]:
        told = self._wording
        try:
            yield
        except sqlite3.ProgrammingError:  # ours: a closed file was used
            raise
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorname", "") or ""
            remedies = {**_REMEDIES, **dict.fromkeys(_DAMAGE, told.damaged_remedy)}
            remedy = next((r for start, r in remedies.items() if code.startswith(start)), "")
            raise StorageError(
                f"{told.unusable} ({error})", remedy=remedy or told.remedy
            ) from error
        except OSError as error:
            raise StorageError(f"{told.unusable} ({error.strerror})", remedy=told.remedy) from error


_REMEDIES: Final = {
    "SQLITE_BUSY": "Wait until the other process has finished, then try again.",
    "SQLITE_FULL": "Free some disk space, then try again.",
    "SQLITE_IOERR": "See whether the disk is full or failing, then try again.",
}
_DAMAGE: Final = ("SQLITE_NOTADB", "SQLITE_CORRUPT")
