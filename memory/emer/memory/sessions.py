"""Conversations about clips: one SQLite file, one row per turn, resumable by name.

Reads    questions as they are asked and answers as they are finished
Returns  what was said before, in order; a question whose answer was cut off has none
Cost     one disk synchronisation per question and per answer, a few ms each
Source   a ``DurableDatabase``

An answer is filed before it is shown to its end, so that whoever has read it can go on from it,
whatever is killed. Several processes may use one folder, and one conversation: none loses a turn, and
``hold`` tells the second that it is not alone. What is forgotten is overwritten, taken out of the file
and out of the log.
"""

import hashlib
import json
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from filelock import BaseFileLock, FileLock, Timeout

from emer.memory.durable_database import DurableDatabase, Wording
from emer.tools.errors import StorageError

if TYPE_CHECKING:
    from types import TracebackType

FILE: Final = "conversations.sqlite3"
MAX_NAME: Final = 80
"""Characters of a conversation's name."""
_SCHEMA: Final = (
    "CREATE TABLE conversations (name TEXT PRIMARY KEY, clips TEXT NOT NULL,"
    " begun_at TEXT NOT NULL, used_at TEXT NOT NULL) STRICT",
    "CREATE TABLE turns (conversation TEXT NOT NULL REFERENCES conversations (name)"
    " ON DELETE CASCADE, number INTEGER NOT NULL, asked_at TEXT NOT NULL, question TEXT NOT NULL,"
    " answer TEXT, PRIMARY KEY (conversation, number)) STRICT",
)
_CONTENTS: Final = ("ALTER TABLE conversations ADD COLUMN contents TEXT NOT NULL DEFAULT '{}'",)
"""Since version 2: number of a clip to the SHA-256 of what it was last time."""


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
        self._held: list[BaseFileLock] = []
        self._file = DurableDatabase(
            folder / FILE, steps=(_SCHEMA, _CONTENTS), wording=_wording(folder)
        )

    def open(self, name: str, clips: Sequence[str]) -> Kept:
        """Begin the conversation ``name``, or take it up again.

        Args:
            name: What it is called.
            clips: Paths; none: those that it was about last time. Others replace them.
        """
        told, now = json.dumps(list(clips)), _now()
        with self._file.writing() as db:
            db.execute(
                "INSERT INTO conversations (name, clips, begun_at, used_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET"
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

    def hold(self, name: str) -> bool:
        """Have the conversation open until this is closed; return whether nobody else has."""
        digest = hashlib.sha256(name.encode(errors="replace")).hexdigest()[:16]
        lock = FileLock(self.folder / f"open-{digest}.lock", mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        except OSError:  # a disk without locks; it is told of nothing then
            return True
        self._held.append(lock)
        return True

    def seen(self, name: str, number: int, content: str) -> str | None:
        """File what a clip is now; return what it was last time, ``None`` if nobody knows.

        Args:
            name: Of the conversation.
            number: Of the clip in it, from 1.
            content: SHA-256 of the file.
        """
        with self._file.writing() as db:
            row = db.execute(
                "SELECT contents FROM conversations WHERE name = ?", (name,)
            ).fetchone()
            contents = json.loads(row[0]) if row else {}
            before: str | None = contents.get(str(number))
            if row and before != content:
                told = json.dumps({**contents, str(number): content})
                db.execute("UPDATE conversations SET contents = ? WHERE name = ?", (told, name))
        return before

    def every(self) -> list[Kept]:
        """Return all conversations, the one used last first."""
        query = (
            "SELECT name, clips, begun_at, used_at, (SELECT count(*) FROM turns WHERE"
            " conversation = name) FROM conversations ORDER BY used_at DESC, name"
        )
        with self._file.reading() as db:
            rows = db.execute(query).fetchall()
        return [Kept(n, tuple(json.loads(c)), b, u, t) for n, c, b, u, t in rows]

    def ask(self, name: str, question: str) -> int:
        """File a question; return the number of its turn."""
        with self._file.writing() as db:
            _check_it_is_there(db, name)
            query = "SELECT coalesce(max(number), 0) + 1 FROM turns WHERE conversation = ?"
            number = int(db.execute(query, (name,)).fetchone()[0])
            db.execute(
                "INSERT INTO turns VALUES (?, ?, ?, ?, NULL)", (name, number, _now(), question)
            )
            db.execute("UPDATE conversations SET used_at = ? WHERE name = ?", (_now(), name))
        return number

    def answer(self, name: str, number: int, answer: str) -> None:
        """File the answer of a turn; on disk when this returns."""
        with self._file.writing() as db:
            _check_it_is_there(db, name)
            db.execute(
                "UPDATE turns SET answer = ? WHERE conversation = ? AND number = ?",
                (answer, name, number),
            )

    def turns(self, name: str) -> list[Turn]:
        """Return what was said so far, in order."""
        query = (
            "SELECT number, asked_at, question, answer FROM turns WHERE conversation = ?"
            " ORDER BY number"
        )
        with self._file.reading() as db:
            return [Turn(*row) for row in db.execute(query, (name,)).fetchall()]

    def forget(self, name: str) -> bool:
        """Erase a conversation; return whether there was one.

        When this returns nothing of it is left in the folder's files: the rows are overwritten,
        the file is rewritten without them and the write-ahead log is emptied.

        Raises:
            StorageError: It is gone, but another process kept the log from being emptied.
        """
        with self._file.writing() as db:
            gone = db.execute("DELETE FROM conversations WHERE name = ?", (name,)).rowcount > 0
        if not self._file.wiped():
            raise StorageError(
                "the conversation is removed, but another process is reading and its text is"
                " still in the write-ahead log",
                remedy="Close the other process and forget it again.",
            )
        return gone

    def close(self) -> None:
        """Give the file back. A closed store cannot be used again."""
        self._file.close()
        for lock in self._held:
            with suppress(OSError):
                Path(lock.lock_file).unlink()
            lock.release()
        self._held.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: "TracebackType | None",
    ) -> None:
        self.close()


def _check_it_is_there(db: sqlite3.Connection, name: str) -> None:
    """Refuse to file anything in a conversation that another process has erased.

    Raises:
        StorageError: It has.
    """
    query = "SELECT 1 FROM conversations WHERE name = ?"
    if db.execute(query, (name,)).fetchone() is None:
        raise StorageError(
            f"the conversation {name!r} was erased meanwhile: nothing of it is kept any more",
            remedy="Begin it anew: emer chat CLIP --session NAME.",
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def _wording(folder: Path) -> Wording:
    return Wording(
        unusable=f"conversations cannot be kept in {folder}",
        newer="the conversations were written by a newer version",
        newer_remedy="Update this package, or choose another data_dir.",
        damaged_remedy=f"Move {FILE} and what lies beside it under that name away.",
        remedy="Set EMER_DATA_DIR to a folder that you may write to.",
    )
