"""Steps that a cache takes in SQLite: writing whole, making room, giving it back.

Source   https://sqlite.org/pragma.html, https://sqlite.org/wal.html, https://sqlite.org/rescode.html
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

BUSY_S: Final = 10.0
"""How long to wait for another process to finish writing."""
LOG_BUSY_MS: Final = 250
"""How long to wait for readers before the write-ahead log is emptied; the next put tries again."""
PAGES_A_STEP: Final = 2000
_PASSING: Final = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT}
)


def code_of(error: sqlite3.Error) -> int:
    """Return the extended result code; ``SQLITE_ERROR`` for errors of the Python side."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR))


def is_passing(error: sqlite3.Error) -> bool:
    """Whether somebody else is using the file just now."""
    return code_of(error) & 0xFF in _PASSING


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[None]:
    """Write all or nothing."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):  # the first error matters; SQLite may have rolled back
            db.execute("ROLLBACK")
        raise


def retried(db: sqlite3.Connection, statement: str) -> None:
    """Execute what SQLite does not wait for by itself, as when two processes begin one file."""
    give_up = time.monotonic() + BUSY_S
    while True:
        try:
            db.execute(statement).fetchall()
            return
        except sqlite3.OperationalError as error:
            if not is_passing(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.02)


def used_bytes(db: sqlite3.Connection) -> int:
    """Return how large the file would be without its free pages."""
    return (pragma(db, "page_count") - pragma(db, "freelist_count")) * pragma(db, "page_size")


def hand_back_free_pages(db: sqlite3.Connection) -> None:
    """Shorten the file, some pages at a time so that the log stays short."""
    left = pragma(db, "freelist_count")
    while left:
        # `execute` would take one step of it, which frees one page
        db.executescript(f"PRAGMA incremental_vacuum({PAGES_A_STEP})")
        before, left = left, pragma(db, "freelist_count")
        if not empty_log(db) or left >= before:
            return  # somebody is reading; the next one goes on


def empty_log(db: sqlite3.Connection) -> bool:
    """Work the write-ahead log off; return whether nobody was reading from it."""
    db.execute(f"PRAGMA busy_timeout={LOG_BUSY_MS}")
    try:
        return not db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except sqlite3.OperationalError as error:
        if not is_passing(error):
            raise
        return False
    finally:
        db.execute(f"PRAGMA busy_timeout={int(BUSY_S * 1000)}")


def pragma(db: sqlite3.Connection, name: str) -> int:
    """Return the number that a pragma tells."""
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])
