"""What specialists have answered before, span by span: kept on disk, shared between processes.

Reads    answers as they are put; a key of everything that an answer depends on
Returns  the answers that are known, exactly as they were put; what was damaged is not known
Cost     5,000 spans of one finding each: put 0.12 s, get 0.10 to 0.16 s; one span: under 4 ms
Source   own work; for the rows see ``answer_rows``, for the file ``cache_database``

A cache never stands in the way: where it cannot be used it is empty and takes nothing, and
``problem`` says why. What it holds was said and shown by people: it is readable to its owner alone.
"""

import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from emer.memory.answer_rows import FindingsKey, Row, digest_of, pack, unpack
from emer.memory.cache_database import CacheDatabase
from emer.memory.cache_sqlite import BUSY_S, empty_log, hand_back_free_pages, used_bytes
from emer.memory.cache_stats import CacheStats
from emer.memory.sqlite_steps import retried, transaction
from emer.tools.findings import Finding, Gap, GapCode, TimeSpan

__all__ = ["CacheStats", "FindingsCache", "FindingsKey", "digest_of"]

FILE: Final = "findings.sqlite3"
SCHEMA_VERSION: Final = 1
MAX_BYTES: Final = 2 * 1024**3
EVICT_TO: Final = 0.9
"""Share of the limit that is left in use when the least recently used answers go."""
TOUCH_S: Final = 30.0
"""A use is noted when the last one that was noted is older: reading should rarely mean writing."""
PATIENCE_S: Final = 2.0
"""How long removal waits for readers, so that no trace stays in the log."""
_ROWS_A_WRITE: Final = 500
_KEYS_A_WRITE: Final = 200
_SCHEMA: Final = (
    "CREATE TABLE keys (id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, media TEXT NOT NULL,"
    " tool TEXT NOT NULL, used_s REAL NOT NULL) STRICT",
    "CREATE INDEX keys_by_use ON keys (used_s)",
    "CREATE INDEX keys_by_media ON keys (media)",
    "CREATE TABLE answers (key INTEGER NOT NULL, start_s REAL NOT NULL, end_s REAL NOT NULL,"
    " body BLOB NOT NULL, checksum INTEGER NOT NULL, PRIMARY KEY (key, start_s, end_s))"
    " STRICT, WITHOUT ROWID",
)


class FindingsCache:
    """The answers of specialists; safe to share between threads and processes.

    Args:
        folder: Where the file lies; nothing is touched before the first use.
        max_bytes: Of the file and its log; the least recently used answers go first.
    """

    def __init__(self, folder: Path, *, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._database = CacheDatabase(folder / FILE, version=SCHEMA_VERSION, schema=_SCHEMA)

    @property
    def problem(self) -> str | None:
        """Why nothing is kept, for a person; ``None`` while all is well."""
        return self._database.problem

    @property
    def note(self) -> str | None:
        """What else a person may want to know, e.g. that a damaged file was set aside."""
        return self._database.note

    def get(self, key: FindingsKey, spans: Sequence[TimeSpan]) -> dict[TimeSpan, list[Finding]]:
        """Return the answers for those of ``spans`` that are known, in their order."""
        if not spans:
            return {}
        digest = key.digest()
        none: list[Row] = []
        rows = self._database.attempt(lambda db: _read(db, digest, spans), none, create=False)
        known = {(row.start_s, row.end_s): row for row in rows}
        answers: dict[TimeSpan, list[Finding]] = {}
        spoilt: list[Row] = []
        for span in spans:
            row = known.get((span.start_s, span.end_s))
            if row is None or span in answers:
                continue
            found = unpack(digest, row)
            if found is None:
                spoilt.append(row)
            else:
                answers[span] = found
        if spoilt:
            self._database.attempt(lambda db: _drop(db, digest, spoilt), None)
        return answers

    def put(self, key: FindingsKey, answers: Mapping[TimeSpan, Sequence[Finding]]) -> None:
        """Keep answers, in place of earlier ones.

        Answers in which something was lost, or could not be measured because of what is installed
        here, are left out: they may turn out better the next time.
        """
        if self.problem is not None:
            return
        digest = key.digest()
        packed = [pack(digest, s, found) for s, found in answers.items() if _is_lasting(found)]
        rows = [row for row in packed if row is not None]
        for first in range(0, len(rows), _ROWS_A_WRITE):
            batch = rows[first : first + _ROWS_A_WRITE]
            self._database.attempt(partial(_write, key=key, digest=digest, rows=batch), None)
        if self._database.n_bytes() > self._max_bytes:
            self._database.attempt(self._shrink, None, create=False)

    def stats(self) -> CacheStats:
        """Return what is kept, in figures."""
        figures = self._database.attempt(lambda db: _figures(db, None), CacheStats(), create=False)
        sizes = {"n_bytes": self._database.n_bytes(), "limit_bytes": self._max_bytes}
        return figures.model_copy(update=sizes)

    def media(self) -> frozenset[str]:
        """Return the SHA-256 of every media file of which something is kept."""
        query = "SELECT DISTINCT media FROM keys"
        none: list[tuple[str]] = []
        rows = self._database.attempt(lambda db: db.execute(query).fetchall(), none, create=False)
        return frozenset(media for (media,) in rows)

    def clear(self, media_sha256: str | None = None) -> CacheStats:
        """Remove what is kept, all or of one media file, and return what that was.

        When this returns nothing of it is left on disk, unless ``note`` says otherwise. On a full
        disk, where nothing can be rewritten, everything is removed.
        """
        before = self.stats()
        if before.n_bytes == 0:
            return CacheStats(limit_bytes=self._max_bytes)
        self._database.forget_damaged()
        nothing = CacheStats(limit_bytes=self._max_bytes)
        removed = self._database.attempt(
            lambda db: self._remove(db, media_sha256), nothing, create=False
        )
        if self.problem is not None and self._database.discard():
            removed = before
        elif removed is nothing:
            self._database.note = "another process is using the cache: nothing was removed"
        freed = max(0, before.n_bytes - self._database.n_bytes())
        return removed.model_copy(update={"n_bytes": freed, "limit_bytes": self._max_bytes})

    def close(self) -> None:
        """Give the file back; the next use opens it again."""
        self._database.close()

    # --- with a connection -----------------------------------------------------------------

    def _shrink(self, db: sqlite3.Connection) -> None:
        self._database.forget_damaged()
        empty_log(db)
        if self._database.n_bytes() <= self._max_bytes:
            return
        goal, is_left = EVICT_TO * self._max_bytes, True
        while is_left and used_bytes(db) > goal:
            with transaction(db):
                is_left = _evict(db, goal)
            empty_log(db)
        hand_back_free_pages(db)

    def _remove(self, db: sqlite3.Connection, media_sha256: str | None) -> CacheStats:
        chosen = "(SELECT id FROM keys WHERE ? IS NULL OR media = ?)"
        both = (media_sha256, media_sha256)
        with transaction(db):
            removed = _figures(db, media_sha256)
            db.execute(f"DELETE FROM answers WHERE key IN {chosen}", both)
            db.execute(f"DELETE FROM keys WHERE id IN {chosen}", both)
        # a deleted row stays in its page until that is reused, and in the log
        retried(db, "VACUUM", BUSY_S)
        give_up = time.monotonic() + PATIENCE_S
        while not (emptied := empty_log(db)) and time.monotonic() < give_up:
            time.sleep(0.02)
        if not emptied:
            self._database.note = (
                "another process is using the cache: traces of what was removed stay in the "
                "write-ahead log until it is done"
            )
        return removed


def _read(db: sqlite3.Connection, digest: bytes, spans: Sequence[TimeSpan]) -> list[Row]:
    first, last = min(s.start_s for s in spans), max(s.start_s for s in spans)
    rows = db.execute(
        "SELECT start_s, end_s, body, checksum FROM answers"
        " WHERE key = (SELECT id FROM keys WHERE digest = ?) AND start_s BETWEEN ? AND ?",
        (digest, first, last),
    ).fetchall()
    now = time.time()
    query = "SELECT used_s FROM keys WHERE digest = ?"
    used = db.execute(query, (digest,)).fetchone() if rows else None
    if used is not None and abs(now - used[0]) > TOUCH_S:
        with suppress(sqlite3.OperationalError):  # an answer does not depend on bookkeeping
            db.execute("UPDATE keys SET used_s = ? WHERE digest = ?", (now, digest))
    return [Row(*row) for row in rows]


def _is_lasting(found: Sequence[Finding]) -> bool:
    return not any(
        isinstance(f, Gap) and (f.code.is_loss or f.code is GapCode.TOOL_UNAVAILABLE) for f in found
    )


def _write(db: sqlite3.Connection, key: FindingsKey, digest: bytes, rows: Sequence[Row]) -> None:
    with transaction(db):
        (id_,) = db.execute(
            "INSERT INTO keys (digest, media, tool, used_s) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (digest) DO UPDATE SET used_s = excluded.used_s RETURNING id",
            (digest, key.media_sha256, key.tool, time.time()),
        ).fetchone()
        db.executemany(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?)", [(id_, *row) for row in rows]
        )


def _drop(db: sqlite3.Connection, digest: bytes, rows: Sequence[Row]) -> None:
    # unless another process has put a good one in its place by now
    statement = (
        "DELETE FROM answers WHERE key = (SELECT id FROM keys WHERE digest = ?)"
        " AND start_s = ? AND end_s = ? AND body IS ? AND checksum IS ?"
    )
    with transaction(db):
        db.executemany(statement, [(digest, *row) for row in rows])


def _evict(db: sqlite3.Connection, goal: float) -> bool:
    """Remove the least recently used keys, some at a time; return whether any are left."""
    query = "SELECT id FROM keys ORDER BY used_s, id LIMIT ?"
    oldest = db.execute(query, (_KEYS_A_WRITE,)).fetchall()
    for key in oldest:
        db.execute("DELETE FROM answers WHERE key = ?", key)
        db.execute("DELETE FROM keys WHERE id = ?", key)
        if used_bytes(db) <= goal:
            break
    return bool(oldest)


def _figures(db: sqlite3.Connection, media_sha256: str | None) -> CacheStats:
    both = (media_sha256, media_sha256)
    n_media, oldest_s, newest_s = db.execute(
        "SELECT count(DISTINCT media), min(used_s), max(used_s) FROM keys"
        " WHERE ? IS NULL OR media = ?",
        both,
    ).fetchone()
    (n_answers,) = db.execute(
        "SELECT count(*) FROM answers JOIN keys ON keys.id = answers.key"
        " WHERE ? IS NULL OR media = ?",
        both,
    ).fetchone()
    return CacheStats(
        n_media=n_media, n_entries=n_answers, oldest_use_s=oldest_s, newest_use_s=newest_s
    )
