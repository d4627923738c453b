"""The cases themselves: one SQLite file, the truth that every index is derived from.

Reads    cases as they are added; the starter set when a folder is first opened
Returns  cases, their vectors and the counters by which an index notices that it is out of date
Cost     adding: one disk synchronisation, a few ms; opening: about 10 ms, 100 ms the first time
Source   a ``DurableDatabase``: what ``add`` returned from is on disk, whatever is killed

Several processes may use one folder. A folder that cannot be written raises ``StorageError``; who
wants to go on without a memory of their own takes ``CaseStore.starter_only()``.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, Self

import numpy as np

from emer.memory.case import STARTER, TRUST_TIERS, Case, Trust
from emer.memory.durable_database import DurableDatabase, Wording
from emer.memory.embedding import DIM, NAME, embed
from emer.memory.starter import starter_set, starter_version
from emer.tools.errors import StorageError

if TYPE_CHECKING:
    from types import TracebackType

    from numpy.typing import NDArray

FILE: Final = "cases.sqlite3"
MAX_CASES: Final = 100_000
"""Up to here exact search takes 0.03 to 0.2 s and 160 MB for the vectors."""
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
        self._open(folder, starter=starter)

    @classmethod
    def starter_only(cls) -> Self:
        """Return a store in memory that holds the starter set and is gone when closed."""
        store = cls.__new__(cls)
        store._open(None, starter=True)
        return store

    def _open(self, folder: Path | None, *, starter: bool) -> None:
        self.folder = folder
        self._file = DurableDatabase(
            folder / FILE if folder else None,
            steps=(_SCHEMA,), wording=_wording(folder),
        )  # fmt: skip
        try:
            with self._file.reading() as db:
                if starter:
                    self._bring_in_starter_set()
                self._embed_anew()
                if _counter(db, "traces"):
                    self._wipe_traces()
        except BaseException:
            self._file.close()
            raise

    def _bring_in_starter_set(self) -> None:
        with self._file.reading() as db:
            if _counter(db, "starter") >= starter_version():
                return
        version, cases = starter_set()
        with self._file.writing() as db:
            if _counter(db, "starter") >= version:  # another process was faster
                return
            db.execute("DELETE FROM cases WHERE provenance = ?", (STARTER,))
            for case in cases:
                _insert(db, case)
            _count_up(db, "revision")
            _set_counter(db, "starter", version)

    def _embed_anew(self) -> None:
        outdated = "SELECT id, body FROM cases WHERE embedding != ?"
        with self._file.reading() as db:
            if db.execute(outdated, (NAME,)).fetchone() is None:
                return
        with self._file.writing() as db:
            for id_, body in db.execute(outdated, (NAME,)).fetchall():
                case = Case.model_validate_json(body)
                db.execute(
                    "UPDATE cases SET embedding = ?, vector = ? WHERE id = ?",
                    (NAME, _vector(case), id_),
                )
            _count_up(db, "revision")

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
        with self._file.writing() as db:
            before = _size(db)
            for case in cases:
                if case.provenance == STARTER:
                    raise ValueError(f"provenance {STARTER!r} is reserved for the starter set")
                _insert(db, case)
            after = _size(db)
            if after > MAX_CASES:
                raise StorageError(
                    f"the case store is full: it holds at most {MAX_CASES} cases",
                    remedy="Remove cases, or use another folder.",
                )
            _count_up(db, "revision")
            return after - before

    def remove(self, *ids: str) -> int:
        """Erase cases and return how many there were.

        When this returns nothing of their text is left in the folder's SQLite files: the rows are
        overwritten, the file is rewritten without them and the write-ahead log is emptied.

        Raises:
            StorageError: The cases are gone, but another process kept the log from being emptied;
                the next opening finishes the job.
        """
        with self._file.reading():  # nobody else removes anything until no trace is left
            with self._file.writing() as db:
                before = _size(db)
                db.executemany("DELETE FROM cases WHERE id = ?", [(i,) for i in ids])
                removed = before - _size(db)
                if removed:
                    _count_up(db, "revision")
                    _set_counter(db, "traces", 1)
            if removed or _counter(db, "traces"):
                self._wipe_traces()
            return removed

    # --- reading ---------------------------------------------------------------------------

    def get(self, id: str) -> Case | None:  # noqa: A002 - the field's name
        """Return one case, or ``None``."""
        return next((case for case, _ in self.with_vectors([id])), None)

    def with_vectors(self, ids: Sequence[str]) -> list[tuple[Case, "NDArray[np.float32]"]]:
        """Return cases and their vectors ``(384,)`` as asked for; unknown ids are left out."""
        query = "SELECT body, vector FROM cases WHERE id = ?"
        with self._file.reading() as db:
            found = [db.execute(query, (id_,)).fetchone() for id_ in ids]
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
        with self._file.reading() as db:
            rows = db.execute(
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
        with self._file.reading() as db:
            found = db.execute(query).fetchall()
        return tuple(name for (name,) in found if name is not None)

    def count(self) -> int:
        """Return how many cases there are."""
        with self._file.reading() as db:
            return _size(db)

    def revision(self) -> int:
        """Return a number that grows with every change, whichever process makes it."""
        with self._file.reading() as db:
            return _counter(db, "revision")

    def rows(self) -> tuple[list[Row], "NDArray[np.float32]"]:
        """Return what an index needs: one row per case, by id, and the vectors ``(n, 384)``."""
        with self._file.reading() as db:
            found = db.execute(
                "SELECT id, trust, provenance, split, media_sha256, vector FROM cases ORDER BY id"
            ).fetchall()
        blob = b"".join(row[5] for row in found)
        vectors = np.frombuffer(blob, dtype="<f4").reshape(len(found), DIM).astype(np.float32)
        return [Row(*row[:5]) for row in found], vectors

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

    def _wipe_traces(self) -> None:
        if not self._file.wiped():
            raise StorageError(
                "the cases are removed, but another process is reading and their text is still in"
                " the write-ahead log",
                remedy="Close the other process and run the removal again.",
            )
        with self._file.writing() as db:
            _set_counter(db, "traces", 0)


def _insert(db: sqlite3.Connection, case: Case) -> None:
    db.execute(
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


def _size(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT count(*) FROM cases").fetchone()[0])


def _counter(db: sqlite3.Connection, name: str) -> int:
    query = "SELECT value FROM counters WHERE name = ?"
    return int(db.execute(query, (name,)).fetchone()[0])


def _set_counter(db: sqlite3.Connection, name: str, value: int) -> None:
    db.execute("UPDATE counters SET value = ? WHERE name = ?", (value, name))


def _count_up(db: sqlite3.Connection, name: str) -> None:
    db.execute("UPDATE counters SET value = value + 1 WHERE name = ?", (name,))


def _vector(case: Case) -> bytes:
    return embed(case.affect, case.words).astype("<f4").tobytes()


def _wording(folder: Path | None) -> Wording:
    return Wording(
        unusable=f"the case store at {folder} cannot be used",
        newer="the case store was written by a newer version",
        newer_remedy="Update this package, or choose another folder.",
        damaged_remedy=f"Move {FILE} away, or restore it from an export.",
        remedy="Choose a folder that you may write to.",
    )
