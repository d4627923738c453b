"""Conversations about clips: one SQLite file, one row per turn, resumable by name.

Reads    questions as they are asked and answers as they are finished
Returns  what was said before, in order; a question whose answer was cut off has none
Cost     one disk synchronisation per question and per answer, a few ms each
Source   as ``store``: a write-ahead log with full synchronisation; https://sqlite.org/wal.html

An answer is filed before it is shown to its end, so that whoever has read it can go on from it,
whatever is killed. Several processes may use one folder, and one conversation. What is forgotten is
overwritten, taken out of the file and out of the log.
"""

import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from emer.memory.cache_sqlite import BUSY_S, pragma, retried, transaction
from emer.tools.errors import StorageError

if TYPE_CHECKING:
    from types import TracebackType

FILE: Final = "conversations.sqlite3"
SCHEMA_VERSION: Final = 1
MAX_NAME: Final = 80
_SCHEMA: Final = (
    "CREATE TABLE conversations (name TEXT PRIMARY KEY, clips TEXT NOT NULL,"
    " begun_at TEXT NOT NULL, used_at TEXT NOT NULL) STRICT",
    "CREATE TABLE turns (conversation TEXT NOT NULL REFERENCES conversations (name)"
    " ON DELETE CASCADE, number INTEGER NOT NULL, asked_at TEXT NOT NULL, question TEXT NOT NULL,"
    " answer TEXT, PRIMARY KEY (conversation, number)) STRICT",
)


class Turn(NamedTuple):
    """One question and what was answered."""

    number: int
    """From 1."""
    asked_at: str
    """ISO 8601, UTC."""
    question: str
    answer: str | None
    """As the chat files it; ``None``: it was cut off."""


class Kept(NamedTuple):
    """One conversation, without what was said."""

    name: str
    clips: tuple[str, ...]
    """Paths, in the order in which they were named."""
    begun_at: str
    used_at: str
    n_turns: int


class SessionStore:
    """The conversations of one folder; safe to share between threads and processes.

    Raises:
        StorageError: The folder cannot be written, or the file in it is none of ours.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.RLock()
        with _reported(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # made before SQLite makes it, so that it is never readable to others
            os.close(os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            self._db = sqlite3.connect(
                folder / FILE, timeout=BUSY_S, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA secure_delete=ON")
        self._db.execute("PRAGMA temp_store=MEMORY")  # or VACUUM copies everything to /tmp
        retried(self._db, "PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute("PRAGMA foreign_keys=ON")
        with transaction(self._db):
            version = pragma(self._db, "user_version")
            if version == 0:
                for statement in _SCHEMA:
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            elif version != SCHEMA_VERSION:
                raise StorageError(
                    "the conversations were written by a newer version",
                    remedy="Update this package, or choose another data_dir.",
                )

    def open(self, name: str, clips: Sequence[str]) -> Kept:
        """Begin the conversation ``name``, or take it up again.

        Args:
            name: What it is called.
            clips: Paths; none: those that it was about last time. Others replace them.
        """
        told, now = json.dumps(list(clips)), _now()
        with self._lock, _reported(self.folder), transaction(self._db):
            self._db.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
                " used_at = excluded.used_at, clips = CASE excluded.clips WHEN '[]' THEN clips"
                " ELSE excluded.clips END",
                (name, told, now, now),
            )
        found = self.find(name)
        assert found is not None
        return found

    def find(self, name: str) -> Kept | None:
        """Return the conversation ``name``, if there is one."""
        return next((k for k in self.every() if k.name == name), None)

    def every(self) -> list[Kept]:
        """Return all conversations, the one used last first."""
        query = (
            "SELECT name, clips, begun_at, used_at, (SELECT count(*) FROM turns WHERE"
            " conversation = name) FROM conversations ORDER BY used_at DESC, name"
        )
        with self._lock, _reported(self.folder):
            rows = self._db.execute(query).fetchall()
        return [Kept(n, tuple(json.loads(c)), b, u, t) for n, c, b, u, t in rows]

    def ask(self, name: str, question: str) -> int:
        """File a question; return the number of its turn."""
        with self._lock, _reported(self.folder), transaction(self._db):
            query = "SELECT coalesce(max(number), 0) + 1 FROM turns WHERE conversation = ?"
            number = int(self._db.execute(query, (name,)).fetchone()[0])
            self._db.execute(
                "INSERT INTO turns VALUES (?, ?, ?, ?, NULL)", (name, number, _now(), question)
            )
            self._db.execute("UPDATE conversations SET used_at = ? WHERE name = ?", (_now(), name))
        return number

    def answer(self, name: str, number: int, answer: str) -> None:
        """File the answer of a turn; on disk when this returns."""
        with self._lock, _reported(self.folder), transaction(self._db):
            self._db.execute(
                "UPDATE turns SET answer = ? WHERE conversation = ? AND number = ?",
                (answer, name, number),
            )

    def turns(self, name: str) -> list[Turn]:
        """Return what was said so far, in order."""
        query = (
            "SELECT number, asked_at, question, answer FROM turns WHERE conversation = ?"
            " ORDER BY number"
        )
        with self._lock, _reported(self.folder):
            return [Turn(*row) for row in self._db.execute(query, (name,)).fetchall()]

    def forget(self, name: str) -> bool:
        """Erase a conversation; return whether there was one.

        When this returns nothing of it is left in the folder's files: the rows are overwritten,
        the file is rewritten without them and the write-ahead log is emptied.

        Raises:
            StorageError: It is gone, but another process kept the log from being emptied.
        """
        with self._lock, _reported(self.folder):
            with transaction(self._db):
                gone = self._db.execute("DELETE FROM conversations WHERE name = ?", (name,))
            retried(self._db, "VACUUM")
            if self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise StorageError(
                    "the conversation is removed, but another process is reading and its text is"
                    " still in the write-ahead log",
                    remedy="Close the other process and forget it again.",
                )
            return gone.rowcount > 0

    def close(self) -> None:
        """Give the file back. A closed store cannot be used again."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: "TracebackType | None",
    ) -> None:
        self.close()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


@contextmanager
def _reported(folder: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.ProgrammingError:  # ours: a closed store was used
        raise
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorname", "") or ""
        remedy = next((r for start, r in _REMEDIES.items() if code.startswith(start)), _OTHER)
        raise StorageError(
            f"conversations cannot be kept in {folder} ({error})", remedy=remedy
        ) from error
    except OSError as error:
        raise StorageError(
            f"conversations cannot be kept in {folder} ({error.strerror})", remedy=_OTHER
        ) from error


_OTHER: Final = "Set EMER_DATA_DIR to a folder that you may write to."
_REMEDIES: Final = {
    "SQLITE_BUSY": "Wait until the other process has finished, then try again.",
    "SQLITE_FULL": "Free some disk space.",
    "SQLITE_NOTADB": f"Move {FILE} away.",
    "SQLITE_CORRUPT": f"Move {FILE} away.",
}
