"""The cases themselves: one SQLite file, the truth that every index is derived from.

Reads    cases as they are added; the starter set when a folder is first opened
Returns  cases, their vectors and the counters by which an index notices that it is out of date
Cost     adding: one disk synchronisation, a few ms; opening: about 10 ms, 100 ms the first time
Source   SQLite with a write-ahead log and full synchronisation: what ``add`` returned from is on
         disk, whatever is killed; https://sqlite.org/wal.html, https://sqlite.org/pragma.html

Several processes may use one folder. A folder that cannot be written raises ``StorageError``; who
wants to go on without a memory of their own takes ``CaseStore.starter_only()``.
"""

import os
import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np

from emer.memory.case import STARTER, TRUST_TIERS, Case, Trust
from emer.memory.embedding import DIM, NAME, embed
from emer.memory.starter import starter_set, starter_version
from emer.tools.errors import StorageError

if TYPE_CHECKING:
    from types import TracebackType

    from numpy.typing import NDArray

FILE: Final = "cases.sqlite3"
SCHEMA_VERSION: Final = 1
MAX_CASES: Final = 100_000
"""Up to here exact search takes 0.03 to 0.2 s and 160 MB for the vectors."""
BUSY_S: Final = 15.0
"""How long to wait for another process to finish writing."""
_SCHEMA: Final = (
    "CREATE TABLE cases (id TEXT PRIMARY KEY, body TEXT NOT NULL, trust INTEGER NOT NULL,"
    " provenance TEXT NOT NULL, split TEXT, media_sha256 TEXT, created_at TEXT NOT NULL,"
    " embedding TEXT NOT NULL, vector BLOB NOT NULL) STRICT",
    "CREATE INDEX cases_by_media ON cases (media_sha256)",
    "CREATE INDEX cases_by_provenance ON cases (provenance)",
    "CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT",
    "INSERT INTO counters VALUES ('revision', 0), ('starter', 0), ('traces', 0)",
)


class Row(NamedTuple):
    """What an index may know of a case: no text."""

    id: str
    trust: int
    """Position in ``TRUST_TIERS``."""
    provenance: str
    split: str | None
    media_sha256: str | None


class CaseStore:
    """The annotated cases of one folder; safe to share between threads and processes.

    Args:
        folder: Where the cases live; made if missing, for this user alone.
        starter: Whether to bring in the starter set.

    Raises:
        StorageError: The folder cannot be written, or the file in it is no case store.
    """

    def __init__(self, folder: Path, *, starter: bool = True) -> None:
        self.folder: Path | None = folder
        self._lock = threading.RLock()
        with _reported(folder):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            # made before SQLite makes it, so that it is never readable to others
            os.close(os.open(folder / FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
            self._open(str(folder / FILE), starter=starter)

    @classmethod
    def starter_only(cls) -> Self:
        """Return a store in memory that holds the starter set and is gone when closed."""
        store = cls.__new__(cls)
        store.folder = None
        store._lock = threading.RLock()
        store._open(":memory:", starter=True)
        return store

    def _open(self, name: str, *, starter: bool) -> None:
        self._db = sqlite3.connect(
            name, timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
        try:
            self._prepare()
            if starter:
                self._bring_in_starter_set()
            self._embed_anew()
            if self._counter("traces"):
                self._wipe_traces()
        except BaseException:
            self._db.close()
            raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA secure_delete=ON")
        self._db.execute("PRAGMA temp_store=MEMORY")  # or VACUUM copies everything to /tmp
        _retried(self._db, "PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        with self._transaction():
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                for statement in _SCHEMA:
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            elif version != SCHEMA_VERSION:
                raise StorageError(
                    "the case store was written by a newer version",
                    remedy="Update this package, or choose another folder.",
                )

    def _bring_in_starter_set(self) -> None:
        if self._counter("starter") >= starter_version():
            return
        version, cases = starter_set()
        with self._transaction():
            if self._counter("starter") >= version:  # another process was faster
                return
            self._db.execute("DELETE FROM cases WHERE provenance = ?", (STARTER,))
            for case in cases:
                self._insert(case)
            self._count_up("revision")
            self._set_counter("starter", version)

    def _embed_anew(self) -> None:
        outdated = "SELECT id, body FROM cases WHERE embedding != ?"
        if self._db.execute(outdated, (NAME,)).fetchone() is None:
            return
        with self._transaction():
            for id_, body in self._db.execute(outdated, (NAME,)).fetchall():
                case = Case.model_validate_json(body)
                self._db.execute(
                    "UPDATE cases SET embedding = ?, vector = ? WHERE id = ?",
                    (NAME, _vector(case), id_),
                )
            self._count_up("revision")

    # --- writing ---------------------------------------------------------------------------

    def add(self, case: Case) -> bool:
        """Add a case; return whether it was new. See ``add_all``."""
        return self.add_all([case]) == 1

    def add_all(self, cases: Iterable[Case]) -> int:
        """Add cases, all or none, and return how many were new.

        A case that is already there stays as it is, unless the new one is trusted more: a person
        who confirms an imported case makes it theirs.

        Raises:
            ValueError: A case claims to belong to the starter set.
            StorageError: The disk is full, or the store holds ``MAX_CASES``.
        """
        with self._lock, _reported(self.folder), self._transaction():
            before = self._size()
            for case in cases:
                if case.provenance == STARTER:
                    raise ValueError(f"provenance {STARTER!r} is reserved for the starter set")
                self._insert(case)
            after = self._size()
            if after > MAX_CASES:
                raise StorageError(
                    f"the case store is full: it holds at most {MAX_CASES} cases",
                    remedy="Remove cases, or use another folder.",
                )
            self._count_up("revision")
            return after - before

    def remove(self, *ids: str) -> int:
        """Erase cases and return how many there were.

        When this returns nothing of their text is left in the folder's SQLite files: the rows are
        overwritten, the file is rewritten without them and the write-ahead log is emptied.

        Raises:
            StorageError: The cases are gone, but another process kept the log from being emptied;
                the next opening finishes the job.
        """
        with self._lock, _reported(self.folder):
            with self._transaction():
                before = self._size()
                self._db.executemany("DELETE FROM cases WHERE id = ?", [(i,) for i in ids])
                removed = before - self._size()
                if removed:
                    self._count_up("revision")
                    self._set_counter("traces", 1)
            if removed or self._counter("traces"):
                self._wipe_traces()
            return removed

    # --- reading ---------------------------------------------------------------------------

    def get(self, id: str) -> Case | None:  # noqa: A002 - the field's name
        """Return one case, or ``None``."""
        return next((case for case, _ in self.with_vectors([id])), None)

    def with_vectors(self, ids: Sequence[str]) -> list[tuple[Case, "NDArray[np.float32]"]]:
        """Return cases and their vectors ``(384,)`` as asked for; unknown ids are left out."""
        query = "SELECT body, vector FROM cases WHERE id = ?"
        with self._lock, _reported(self.folder):
            found = [self._db.execute(query, (id_,)).fetchone() for id_ in ids]
        return [
            (Case.model_validate_json(row[0]), np.frombuffer(row[1], dtype="<f4"))
            for row in found
            if row is not None
        ]

    def cases(
        self,
        *,
        trust: Trust | None = None,
        provenance: str | None = None,
        media_sha256: str | None = None,
    ) -> list[Case]:
        """Return the cases that match everything given, oldest first."""
        tier = None if trust is None else TRUST_TIERS.index(trust)
        with self._lock, _reported(self.folder):
            rows = self._db.execute(
                "SELECT body FROM cases WHERE (:trust IS NULL OR trust = :trust)"
                " AND (:provenance IS NULL OR provenance = :provenance)"
                " AND (:media IS NULL OR media_sha256 = :media)"
                " ORDER BY created_at, id",
                {"trust": tier, "provenance": provenance, "media": media_sha256},
            ).fetchall()
        return [Case.model_validate_json(body) for (body,) in rows]

    def patterns(self) -> tuple[str, ...]:
        """Return the patterns that cases here are annotated with, by name."""
        query = "SELECT DISTINCT json_extract(body, '$.pattern') AS name FROM cases ORDER BY name"
        with self._lock, _reported(self.folder):
            found = self._db.execute(query).fetchall()
        return tuple(name for (name,) in found if name is not None)

    def count(self) -> int:
        """Return how many cases there are."""
        with self._lock, _reported(self.folder):
            return self._size()

    def revision(self) -> int:
        """Return a number that grows with every change, whichever process makes it."""
        with self._lock, _reported(self.folder):
            return self._counter("revision")

    def rows(self) -> tuple[list[Row], "NDArray[np.float32]"]:
        """Return what an index needs: one row per case, by id, and the vectors ``(n, 384)``."""
        with self._lock, _reported(self.folder):
            found = self._db.execute(
                "SELECT id, trust, provenance, split, media_sha256, vector FROM cases ORDER BY id"
            ).fetchall()
        blob = b"".join(row[5] for row in found)
        vectors = np.frombuffer(blob, dtype="<f4").reshape(len(found), DIM).astype(np.float32)
        return [Row(*row[:5]) for row in found], vectors

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

    # --- inside a transaction --------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):  # the first error matters; SQLite may have rolled back
                self._db.execute("ROLLBACK")
            raise

    def _insert(self, case: Case) -> None:
        self._db.execute(
            "INSERT INTO cases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET body = excluded.body, trust = excluded.trust,"
            " provenance = excluded.provenance, split = excluded.split,"
            " created_at = excluded.created_at WHERE excluded.trust > cases.trust",
            (
                *(case.id, case.model_dump_json(), TRUST_TIERS.index(case.trust)),
                *(case.provenance, case.split, case.media_sha256, case.created_at.isoformat()),
                *(NAME, _vector(case)),
            ),
        )

    def _wipe_traces(self) -> None:
        # secure_delete overwrites the rows; VACUUM also drops copies left where pages were
        # reorganised; the log still holds the old pages until it is truncated
        _retried(self._db, "VACUUM")
        busy = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if busy:
            raise StorageError(
                "the cases are removed, but another process is reading and their text is still in"
                " the write-ahead log",
                remedy="Close the other process and run the removal again.",
            )
        with self._transaction():
            self._set_counter("traces", 0)

    def _size(self) -> int:
        return int(self._db.execute("SELECT count(*) FROM cases").fetchone()[0])

    def _counter(self, name: str) -> int:
        query = "SELECT value FROM counters WHERE name = ?"
        return int(self._db.execute(query, (name,)).fetchone()[0])

    def _set_counter(self, name: str, value: int) -> None:
        self._db.execute("UPDATE counters SET value = ? WHERE name = ?", (value, name))

    def _count_up(self, name: str) -> None:
        self._db.execute("UPDATE counters SET value = value + 1 WHERE name = ?", (name,))


def revision_at(folder: Path) -> int | None:
    """Return ``CaseStore.revision`` of a folder without opening it for longer; takes under 1 ms.

    ``None`` if no store is there, or it cannot be read.
    """
    file = (folder / FILE).absolute()
    try:
        # not ro: a reader must be able to make the log's index
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=rw", uri=True, timeout=BUSY_S)) as db:
            row = db.execute("SELECT value FROM counters WHERE name = 'revision'").fetchone()
    except (sqlite3.Error, ValueError):
        return None
    return int(row[0]) if row else None


def _vector(case: Case) -> bytes:
    return embed(case.affect, case.words).astype("<f4").tobytes()


def _retried(db: sqlite3.Connection, statement: str) -> None:
    # SQLite does not wait by itself where two connections would wait for each other, as when both
    # switch a new file to the write-ahead log
    give_up = time.monotonic() + BUSY_S
    while True:
        try:
            db.execute(statement)
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.02)


@contextmanager
def _reported(folder: Path | None) -> Iterator[None]:
    try:
        yield
    except sqlite3.ProgrammingError:  # ours: a closed store was used
        raise
    except sqlite3.DatabaseError as error:
        code = error.sqlite_errorname if hasattr(error, "sqlite_errorname") else ""
        remedy = next((r for start, r in _REMEDIES.items() if code.startswith(start)), "")
        raise StorageError(
            f"the case store at {folder} cannot be used ({error})", remedy=remedy or _OTHER_REMEDY
        ) from error
    except OSError as error:
        raise StorageError(
            f"the case store at {folder} cannot be used ({error.strerror})", remedy=_OTHER_REMEDY
        ) from error


_OTHER_REMEDY: Final = "Choose a folder that you may write to."
_REMEDIES: Final = {
    "SQLITE_BUSY": "Wait until the other process has finished, then try again.",
    "SQLITE_FULL": "Free some disk space.",
    "SQLITE_NOTADB": f"Move {FILE} away, or restore it from an export.",
    "SQLITE_CORRUPT": f"Move {FILE} away, or restore it from an export.",
}
