"""Whether cases were added or removed since, asked of a folder that nobody here has open."""

import sqlite3
from contextlib import closing
from pathlib import Path

from emer.memory.durable_database import BUSY_S
from emer.memory.store import FILE


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
