"""The cache stays within its room, and removes what it is told to, without a trace."""

import contextlib
import sqlite3

import pytest
from tests.answers import FIRST, KEY, SECOND, gap, named, on_disk, spans, wordy

from emer.memory import cache_database, cache_sqlite, findings_cache
from emer.memory.answer_rows import pack
from emer.memory.findings_cache import FILE, FindingsCache


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "findings"


@pytest.fixture
def kept(folder):
    cache = FindingsCache(folder)
    yield cache
    cache.close()


def test_the_disk_is_not_touched_before_something_is_kept(folder):
    cache = FindingsCache(folder)
    assert cache.get(KEY, [FIRST]) == {}
    assert cache.stats().n_entries == cache.clear().n_entries == 0
    assert cache.media() == frozenset()
    assert not folder.parent.exists()


def test_only_the_owner_may_read_it(folder, kept):
    kept.put(KEY, {FIRST: [gap()]})
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o600}
    kept.close()
    (folder / FILE).chmod(0o644)
    kept.get(KEY, [FIRST])
    assert (folder / FILE).stat().st_mode & 0o777 == 0o600


def test_it_never_grows_beyond_its_limit_and_the_oldest_go_first(folder):
    cache = FindingsCache(folder, max_bytes=400_000)
    for i in range(30):
        cache.put(named(f"look {i}"), wordy(40, seed=i))
        assert on_disk(folder) <= 400_000
    known = [bool(cache.get(named(f"look {i}"), spans(40))) for i in range(30)]
    assert known == sorted(known), "what is left is what came last"
    assert not known[0]
    assert known[-1]
    assert cache.problem is None
    cache.close()


def test_what_was_read_lately_stays_longer(folder, monkeypatch):
    now = iter(range(0, 10**6, 100))
    monkeypatch.setattr(findings_cache.time, "time", lambda: float(next(now)))
    cache = FindingsCache(folder, max_bytes=400_000)
    cache.put(named("dear"), wordy(20))
    for i in range(30):
        cache.put(named(f"look {i}"), wordy(40, seed=i))
        assert len(cache.get(named("dear"), spans(20))) == 20
    assert cache.get(named("look 0"), spans(40)) == {}
    cache.close()


def test_more_than_fits_is_not_kept_at_all(folder):
    cache = FindingsCache(folder, max_bytes=200_000)
    cache.put(KEY, wordy(1000))
    assert on_disk(folder) <= 200_000
    assert cache.problem is None
    cache.close()


def test_figures_say_what_is_there(folder, kept):
    kept.put(named("one", "a"), {FIRST: [gap()], SECOND: [gap()]})
    kept.put(named("two", "b"), {FIRST: [gap()]})
    stats = kept.stats()
    assert (stats.n_media, stats.n_entries) == (2, 3)
    assert stats.n_bytes == on_disk(folder)
    assert stats.limit_bytes == findings_cache.MAX_BYTES
    assert 0 < stats.oldest_use_s <= stats.newest_use_s
    assert kept.media() == {"a" * 64, "b" * 64}


def test_clearing_one_media_file_leaves_the_others_and_no_trace(folder, kept):
    kept.put(named("look", "a"), wordy(100, seed=1))
    kept.put(named("look", "b"), wordy(100, seed=2))
    traces = [pack(named("look", "a").digest(), s, f).body for s, f in wordy(100, seed=1).items()]
    removed = kept.clear("a" * 64)
    assert (removed.n_media, removed.n_entries) == (1, 100)
    assert removed.n_bytes > 0
    assert kept.get(named("look", "a"), spans(100)) == {}
    assert kept.get(named("look", "b"), spans(100)) == wordy(100, seed=2)
    left = b"".join(p.read_bytes() for p in folder.iterdir())
    assert not [t for t in traces if t[10:60] in left]


def test_clearing_everything_gives_the_room_back(folder, kept):
    kept.put(KEY, wordy(500))
    assert kept.clear().n_entries == 500
    assert kept.stats().n_entries == 0
    assert on_disk(folder) < 50_000
    kept.put(KEY, {FIRST: []})
    assert kept.get(KEY, [FIRST]) == {FIRST: []}


def test_traces_that_a_reader_holds_are_owned_up_to(folder, kept, monkeypatch):
    monkeypatch.setattr(cache_sqlite, "LOG_BUSY_MS", 1)
    monkeypatch.setattr(findings_cache, "PATIENCE_S", 0.01)
    kept.put(KEY, wordy(10))
    with contextlib.closing(sqlite3.connect(folder / FILE, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM answers").fetchone()
        assert kept.clear().n_entries == 10
        assert "traces" in kept.note
        reader.execute("ROLLBACK")
    assert kept.get(KEY, spans(10)) == {}


def test_a_writer_that_will_not_end_keeps_answers_from_removal(folder, kept, monkeypatch):
    monkeypatch.setattr(cache_database, "BUSY_S", 0.05)
    kept.put(KEY, wordy(10))
    kept.close()
    with contextlib.closing(sqlite3.connect(folder / FILE, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        assert kept.clear().n_entries == 0
        assert "nothing was removed" in kept.note
        writer.execute("ROLLBACK")
    assert kept.clear().n_entries == 10
