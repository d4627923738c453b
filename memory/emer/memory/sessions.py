"""Conversations about clips: one SQLite file, one row per turn, resumable by name.

Reads    questions as they are asked and answers as they are finished
Returns  what was said before, in order; a question whose answer was cut off has none
Cost     one disk synchronisation per question and per answer, a few ms each
Source   a ``DurableDatabase``

An answer is filed before it is shown to its end, so that whoever has read it can go on from it,
whatever is killed. Several processes may use one folder, and one conversation. What is forgotten is
overwritten, taken out of the file and out of the log.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from emer.memory.durable_database import DurableDatabase, Wording
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
        self._file = DurableDatabase(
            folder / FILE, version=SCHEMA_VERSION, schema=_SCHEMA, wording=_wording(folder)
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
        with self._file.reading() as db:
            rows = db.execute(query).fetchall()
        return [Kept(n, tuple(json.loads(c)), b, u, t) for n, c, b, u, t in rows]

    def ask(self, name: str, question: str) -> int:
        """File a question; return the number of its turn."""
        with self._file.writing() as db:
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
            gone = db.execute("DELETE FROM conversations WHERE name = ?", (name,)).rowcount
        if not self._file.wiped():
            raise StorageError(
                "the conversation is removed, but another process is reading and its text is"
                " still in the write-ahead log",
                remedy="Close the other process and forget it again.",
            )
        return gone > 0

    def close(self) -> None:
        """Give the file back. A closed store cannot be used again."""
        self._file.close()

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


def _wording(folder: Path) -> Wording:
    return Wording(
        unusable=f"conversations cannot be kept in {folder}",
        newer="the conversations were written by a newer version",
        newer_remedy="Update this package, or choose another data_dir.",
        damaged_remedy=f"Move {FILE} away.",
        remedy="Set EMER_DATA_DIR to a folder that you may write to.",
    )
