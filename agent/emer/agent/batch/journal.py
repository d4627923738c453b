"""The journal of a folder of results: what was done, what failed and why; survives being killed.

Reads    ``OUT/.emer-batch/journal.sqlite``
Returns  a ``Record`` for each file that was ever asked for
Costs    one flushed write per change of state, some milliseconds

One process at a time writes it (see ``held``). A change is on disk when the call returns.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Final, Self

from filelock import FileLock, Timeout

from emer.agent.batch.inputs import HOME
from emer.agent.batch.types import Record
from emer.memory.sqlite_steps import transaction
from emer.tools.errors import StorageError

VERSION: Final = 1
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS files (
    source BLOB PRIMARY KEY,
    place TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    record TEXT NOT NULL
);
"""


class Journal:
    """Records by real path. Every method raises ``StorageError`` if the disk is at fault."""

    def __init__(self, out: Path) -> None:
        """Open the journal of ``out``, or begin one.

        Raises:
            StorageError: It cannot be read or written, or a newer version wrote it.
        """
        self._path = out / HOME / "journal.sqlite"
        with self._telling():
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._db = self._opened()
        self._records: dict[bytes, Record] = {}
        try:
            with self._telling():
                self._check_version()
                for source, text in self._db.execute("SELECT source, record FROM files"):
                    self._records[bytes(source)] = Record.model_validate_json(text)
        except BaseException:
            self._db.close()
            raise

    def _opened(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=10.0, isolation_level=None)
        try:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
            db.executescript(_TABLES)
        except BaseException:
            db.close()
            raise
        return db

    def _check_version(self) -> None:
        found = self.fact("version")
        if not found:
            self.set_fact("version", str(VERSION))
        elif found != str(VERSION):
            raise StorageError(
                f"{self._path.parent.parent} was written by another version of emer",
                remedy="Choose another --out folder, or use that version.",
            )

    @property
    def records(self) -> dict[bytes, Record]:
        """Every record by the real path of its file."""
        return self._records

    def places(self) -> set[str]:
        """Return every place that is taken."""
        return {r.place for r in self._records.values()}

    def put(self, records: Iterable[tuple[bytes, Record]]) -> None:
        """Keep records, all of them or none."""
        listed = list(records)
        with self._telling(), transaction(self._db):
            self._db.executemany(
                "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)",
                [(s, r.place, r.state, r.model_dump_json()) for s, r in listed],
            )
        self._records.update(listed)

    def drop(self, sources: Iterable[bytes]) -> None:
        """Forget files."""
        listed = list(sources)
        with self._telling():
            self._db.executemany("DELETE FROM files WHERE source = ?", [(s,) for s in listed])
        for source in listed:
            self._records.pop(source, None)

    def fact(self, name: str) -> str:
        """Return what was kept under ``name``; empty if nothing was."""
        with self._telling():
            row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_fact(self, name: str, value: str) -> None:
        """Keep something about the folder as a whole."""
        with self._telling():
            self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def close(self) -> None:
        """Let go of the file."""
        with suppress(sqlite3.Error):
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _telling(self) -> AbstractContextManager[None]:
        return telling(self._path)


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """Say what helps where the journal at ``path`` is no good.

    Raises:
        StorageError: In place of what went wrong.
    """
    try:
        yield
    except (sqlite3.Error, OSError, ValueError) as error:
        raise StorageError(
            f"the journal {path} cannot be used ({error})",
            remedy="Free some space or mend its permissions; if it is damaged, delete it, and "
            "everything is done anew.",
        ) from error


def looked_into(out: Path) -> dict[bytes, Record]:
    """Return the records of ``out``, writing nothing, also while another process works there.

    Raises:
        StorageError: The journal cannot be read.
    """
    path = out / HOME / "journal.sqlite"
    if not path.is_file():
        return {}
    with telling(path):
        # opened for reading, it would still get two files of locks beside it; they are needed only
        # where somebody is at work or was killed
        is_settled = not path.with_name(f"{path.name}-wal").exists()
        return _records(path, "immutable=1" if is_settled else "mode=ro")


def _records(path: Path, mode: str) -> dict[bytes, Record]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{mode}", uri=True)) as db:
        rows = db.execute("SELECT source, record FROM files").fetchall()
    return {bytes(source): Record.model_validate_json(text) for source, text in rows}


@contextmanager
def held(out: Path) -> Iterator[None]:
    """Be the only one that works on ``out``.

    Raises:
        StorageError: Another process is.
    """
    home = out / HOME
    lock = FileLock(home / "lock", blocking=False, mode=0o600)
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
    except Timeout as error:
        who = ""
        with suppress(OSError, ValueError):
            who = f" (process {int((home / 'owner').read_text())})"
        raise StorageError(
            f"another emer is at work in {out}{who}",
            remedy="Wait until it is done, or choose another --out folder.",
        ) from error
    except OSError as error:
        raise StorageError(
            f"results cannot be written to {out} ({error.strerror or error})",
            remedy="Choose another --out folder or mend its permissions.",
        ) from error
    try:
        with suppress(OSError):
            (home / "owner").write_text(str(os.getpid()))
        yield
    finally:
        lock.release()
