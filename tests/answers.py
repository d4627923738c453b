"""Answers of specialists for tests of the cache, and what lies on disk of them."""

import contextlib
import sqlite3

from tests.findings import said

from emer.memory.answer_rows import Row
from emer.memory.findings_cache import FILE, FindingsKey
from emer.tools.findings import Gap, GapCode, TimeSpan

KEY = FindingsKey(
    media_sha256="a" * 64, look="look", tool="voice_affect", engine="test", model="test-model",
    revision="1", known="none",
)  # fmt: skip
FIRST, SECOND = TimeSpan(start_s=0, end_s=2), TimeSpan(start_s=2, end_s=4.5)


def gap(code=GapCode.NOTHING_THERE, start_s=0.0, end_s=2.0):
    return Gap(tool="voice_affect", code=code, start_s=start_s, end_s=end_s, reason="silence")


def spans(n):
    return [TimeSpan(start_s=i, end_s=i + 1) for i in range(n)]


def wordy(n, seed=0):
    """Answers for ``n`` spans that do not compress well, about 1 kB each."""
    text = [f"{(seed * 7919 + i) * 2654435761 % 2**64:x}" for i in range(n * 60)]
    return {
        s: [said("SPK_01", s.start_s, s.end_s, " ".join(text[i * 60 : i * 60 + 60]))]
        for i, s in enumerate(spans(n))
    }


def named(name, media="a"):
    return KEY.model_copy(update={"look": name, "media_sha256": media * 64})


def row_of(folder):
    with contextlib.closing(sqlite3.connect(folder / FILE)) as db:
        return Row(*db.execute("SELECT start_s, end_s, body, checksum FROM answers").fetchone())


def alter(folder, statement, *values):
    with contextlib.closing(sqlite3.connect(folder / FILE)) as db, db:
        db.execute(statement, values)


def on_disk(folder):
    return sum(p.stat().st_size for p in folder.glob(f"{FILE}*") if not p.name.endswith("-shm"))
