"""A SQLite file that may be lost at any time: opened late, shared by processes, never in the way.

Reads    a folder that may be missing, read-only, full, or hold a damaged file
Returns  a connection for a piece of work, or nothing; ``problem`` and ``note`` say why
Cost     opening about 2 ms, the first time 10 ms
Source   SQLite with a write-ahead log (https://sqlite.org/wal.html), ``synchronous=NORMAL``: a
         killed process loses nothing that was committed, a power cut may lose the last commits,
         neither damages the file
"""

import fcntl
import logging
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from emer.memory.cache_sqlite import BUSY_S
from emer.memory.sqlite_steps import (
    code_of,
    connected,
    is_passing,
    made_private,
    pragma,
    retried,
    transaction,
)

T = TypeVar("T")

LOG_KEPT_BYTES: Final = 1_000_000
"""The log's file is cut to this when it has been worked off."""
DAMAGED: Final = ".damaged"
"""Ending of a damaged file that was set aside."""
_PARTS: Final = ("-shm", "-wal", "")
"""In the order in which they may go: once the file is gone, a new log may appear in its place."""
_KEPT: Final = ("-wal", "")
_LOG: Final = logging.getLogger(__name__)
_TRIES: Final = 3
_OPENING: Final = threading.Lock()
_DAMAGE: Final = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_FOREIGN: Final = ("no such table", "no such column", "table ", "Could not decode")
"""How messages begin when tables are not what our statements expect."""


class CacheDatabase:
    """One SQLite file in WAL mode that a cache is kept in; safe to share between threads.

    Args:
        path: The file; made when first written to, for this user alone.
        version: Of the schema; a file of another version is started over.
        schema: Statements that make the tables.
    """

    def __init__(self, path: Path, *, version: int, schema: Sequence[str]) -> None:
        self.path = path
        self.problem: str | None = None
        """Why nothing is kept; ``None`` while all is well."""
        self.note: str | None = None
        """What happened that a person may want to know, e.g. that a damaged file was set aside."""
        self._version = version
        self._schema = schema
        self._lock = threading.RLock()
        self._db: sqlite3.Connection | None = None
        self._inode: tuple[int, int] | None = None
        self._pid = os.getpid()
        self._left_behind: list[sqlite3.Connection] = []

    def attempt(
        self, work: Callable[[sqlite3.Connection], T], otherwise: T, *, create: bool = True
    ) -> T:
        """Return what ``work`` returns, or ``otherwise`` where the file cannot serve it.

        Args:
            work: Called with a connection in autocommit mode; called again after a damaged file
                was replaced, so it must be repeatable.
            otherwise: For a cache that is inactive, or busy for too long.
            create: Whether to make the file if it is not there.
        """
        with self._lock:
            if self.problem is not None:
                return otherwise
            for is_last in (False,) * (_TRIES - 1) + (True,):
                try:
                    db = self._connected(create=create)
                    return otherwise if db is None else work(db)
                except sqlite3.ProgrammingError:  # a bug of ours
                    raise
                except sqlite3.Error as error:
                    if is_passing(error):
                        break
                    if is_last or not self._mended(error):
                        self._give_up(str(error))
                        break
                except OSError as error:
                    self._give_up(error.strerror or str(error))
                    break
            return otherwise

    def close(self) -> None:
        """Give the file back; the next attempt opens it again."""
        with self._lock:
            if self._db is not None and self._pid == os.getpid():
                with suppress(sqlite3.Error):
                    self._db.close()
            self._db = None

    def n_bytes(self) -> int:
        """Return what lies on disk: the file, its log, and a damaged file that was set aside."""
        return sum(_size(self._beside(start + end)) for start in ("", DAMAGED) for end in _KEPT)

    def forget_damaged(self) -> None:
        """Remove a damaged file that was set aside."""
        for end in _PARTS:
            with suppress(OSError):
                self._beside(DAMAGED + end).unlink()

    def discard(self) -> bool:
        """Remove the file as a whole, and any trouble with it; return whether it is gone."""
        with self._lock:
            self.close()
            self.forget_damaged()
            with suppress(OSError), _alone(self._beside(".lock")):
                for end in _PARTS:
                    self._beside(end).unlink(missing_ok=True)
            if self.path.exists():
                return False
            self.problem = None
            return True

    def _beside(self, end: str) -> Path:
        return self.path.with_name(self.path.name + end)

    # --- opening ---------------------------------------------------------------------------

    def _connected(self, *, create: bool) -> sqlite3.Connection | None:
        if self._pid != os.getpid():
            # after a fork: a connection of the parent may be neither used nor closed
            if self._db is not None:
                self._left_behind.append(self._db)
            self._db, self._pid = None, os.getpid()
        if self._db is not None and _inode(self.path) != self._inode:
            self.close()  # somebody removed or replaced the file
        if self._db is None:
            if not create and not self.path.exists():
                return None
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            db = self._opened()
            try:
                self._prepare(db)
            except BaseException:
                db.close()
                raise
            self._db = db
        return self._db

    def _opened(self) -> sqlite3.Connection:
        with _OPENING:
            for _ in range(_TRIES):
                if not made_private(self.path) and self.path.stat().st_mode & 0o077:
                    self.path.chmod(0o600)
                self._inode = _inode(self.path)
                db = connected(self.path, BUSY_S)
                if self._inode is not None and self._inode == _inode(self.path):
                    return db  # it is surely that file that was opened
                db.close()
        raise OSError(f"{self.path.name} is being exchanged")

    def _prepare(self, db: sqlite3.Connection) -> None:
        is_current = pragma(db, "user_version") == self._version
        if not is_current:  # it would wait for whoever is writing
            retried(db, "PRAGMA auto_vacuum=INCREMENTAL", BUSY_S)
        retried(db, "PRAGMA journal_mode=WAL", BUSY_S)
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute(f"PRAGMA journal_size_limit={LOG_KEPT_BYTES}")
        if is_current:
            return
        with transaction(db):
            if pragma(db, "user_version") == self._version:  # another process was faster
                return
            old = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
            for (name,) in old:
                if not name.startswith("sqlite_"):
                    quoted = name.replace('"', '""')
                    db.execute(f'DROP TABLE "{quoted}"')
            for statement in self._schema:
                db.execute(statement)
            db.execute(f"PRAGMA user_version={self._version}")
        if pragma(db, "auto_vacuum") != 2:
            retried(db, "VACUUM", BUSY_S)

    # --- trouble ---------------------------------------------------------------------------

    def _mended(self, error: sqlite3.Error) -> bool:
        """Whether there is now a file that is worth another attempt."""
        code, inode = code_of(error), self._inode
        is_damaged = (
            code & 0xFF in _DAMAGE
            or code == sqlite3.SQLITE_IOERR_SHORT_READ
            or (code == sqlite3.SQLITE_ERROR and str(error).startswith(_FOREIGN))
        )
        self.close()
        try:
            with _alone(self._beside(".lock")):
                if _inode(self.path) != inode:
                    return True  # removed, or set aside by another process
                if not is_damaged:
                    return False
                for end in _PARTS:
                    with suppress(FileNotFoundError):
                        self._beside(end).replace(self._beside(DAMAGED + end))
        except OSError:
            return False
        self.note = (
            f"the cache {self.path.name} was damaged ({error}); it was set aside as "
            f"{self.path.name}{DAMAGED} and begun anew"
        )
        _LOG.warning("%s", self.note)
        return True

    def _give_up(self, reason: str) -> None:
        self.close()
        self.problem = f"nothing is kept in {self.path.parent} ({reason})"


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    handle = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        with suppress(OSError):  # a file system without locks: the window is a few microseconds
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
