"""Steps that everything takes which is kept in SQLite: made for one user, written whole, waited for.

Source   https://sqlite.org/pragma.html, https://sqlite.org/rescode.html
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_PASSING: Final = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_INTERRUPT}
)


def code_of(error: sqlite3.Error) -> int:
    """Return the extended result code; ``SQLITE_ERROR`` for errors of the Python side."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR))


def is_passing(error: sqlite3.Error) -> bool:
    """Whether somebody else is using the file just now."""
    return code_of(error) & 0xFF in _PASSING


def made_private(path: Path) -> bool:
    """Make a file before SQLite makes it, so that it is never readable to others.

    Returns:
        Whether it was made; one that is there is left as it is.
    """
    # An existing file must not be opened and closed here: that would drop the locks of other
    # connections of this process.
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        return False
    return True


def connected(path: Path | str, wait_s: float) -> sqlite3.Connection:
    """Return a connection in autocommit mode, which threads may share under a lock of theirs.

    Args:
        path: The file, or ``:memory:``.
        wait_s: How long to wait for another process to finish writing.
    """
    return sqlite3.connect(path, timeout=wait_s, isolation_level=None, check_same_thread=False)


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


def retried(db: sqlite3.Connection, statement: str, wait_s: float) -> None:
    """Execute what SQLite does not wait for by itself, as when two processes begin one file."""
    give_up = time.monotonic() + wait_s
    while True:
        try:
            db.execute(statement).fetchall()
            return
        except sqlite3.OperationalError as error:
            if not is_passing(error) or time.monotonic() > give_up:
                raise
            time.sleep(0.02)


def pragma(db: sqlite3.Connection, name: str) -> int:
    """Return the number that a pragma tells."""
    return int(db.execute(f"PRAGMA {name}").fetchone()[0])
