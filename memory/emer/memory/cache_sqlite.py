"""Steps that a cache takes in SQLite: making room, giving it back.

Source   https://sqlite.org/pragma.html, https://sqlite.org/wal.html
"""

import sqlite3
from typing import Final

from emer.memory.sqlite_steps import is_passing, pragma

BUSY_S: Final = 10.0
"""How long to wait for another process to finish writing."""
LOG_BUSY_MS: Final = 250
"""How long to wait for readers before the write-ahead log is emptied; the next put tries again."""
PAGES_A_STEP: Final = 2000


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
