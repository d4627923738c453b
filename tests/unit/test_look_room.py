"""Kept looks stay within their room and age, private, and are removed when told."""

import os
import time

import pytest
from tests.kept_clips import (
    KEY,
    LIMIT,
    WATCHED,
    a_clip,
    flipped,
    key,
    names_in,
)

from emer.memory import look_store
from emer.memory.look_files import RECORD
from emer.memory.look_store import LookStore


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "looks"


@pytest.fixture
def store(folder):
    return LookStore(folder, max_bytes=LIMIT)


@pytest.fixture
def clip(tmp_path):
    return a_clip(tmp_path / "pass", start_s=3.25)


def test_the_disk_is_not_touched_before_something_is_kept(store, folder):
    assert store.find(KEY) is None
    assert store.stats().n_entries == store.clear().n_entries == 0
    assert store.media() == frozenset()
    assert not folder.parent.exists()


def test_only_the_owner_may_read_it(store, folder, clip):
    folder.mkdir(parents=True, mode=0o755)
    old = os.umask(0)
    try:
        store.keep(KEY, clip, [], WATCHED)
    finally:
        os.umask(old)
    for path in (folder, *folder.rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def used_at(folder, key, seconds):
    os.utime(folder / key.name, (seconds, seconds))


def test_the_least_recently_used_go_above_the_limit(folder, clip):
    one = LookStore(folder, max_bytes=LIMIT)
    one.keep(KEY, clip, [], WATCHED)
    size = one.stats().n_bytes
    store = LookStore(folder, max_bytes=int(3.5 * size))
    for i, media in enumerate("bc"):
        store.keep(key(media), clip, [], WATCHED)
        used_at(folder, key(media), time.time() - 100 + i)
    used_at(folder, KEY, time.time() - 200)
    assert store.find(KEY) is not None, "a use is noted"
    store.keep(key("d"), clip, [], WATCHED)
    assert store.media() == {m * 64 for m in "acd"}
    assert store.stats().n_bytes <= 3.5 * size


def test_more_than_fits_is_not_kept_at_all_and_drives_nothing_out(folder, clip, tmp_path):
    small = a_clip(tmp_path / "small", seconds=0.5)
    probe_of_size = LookStore(folder, max_bytes=LIMIT)
    probe_of_size.keep(KEY, small, [], WATCHED)
    store = LookStore(folder, max_bytes=probe_of_size.stats().n_bytes + 1000)
    store.keep(key("b"), clip, [], WATCHED)
    assert store.media() == {KEY.media_sha256}
    assert store.problem is None


def test_what_is_too_old_goes_however_often_it_is_used(store, folder, clip):
    store.keep(KEY, clip, [], WATCHED)
    store.keep(key("b"), clip, [], WATCHED)
    long_ago = time.time() - 31 * 24 * 3600
    for media in "ab":
        os.utime(folder / key(media).name / RECORD, (long_ago, long_ago))
    assert store.find(KEY) is None
    assert LookStore(folder, max_bytes=LIMIT, max_age_days=32).find(key("b")) is not None
    assert LookStore(folder, max_bytes=LIMIT).find(key("c")) is None
    assert names_in(folder) == [], "whoever comes first sweeps"


def test_leftovers_of_killed_processes_are_removed_and_others_left_alone(folder, store, clip):
    gone = 2**22 + 1  # above every process number
    drafts = [f".draft.{pid}.{KEY.name}.x" for pid in (gone, os.getpid())]
    for name in (*drafts, f".trash.{gone}.{KEY.name}.y", "notes of somebody", ".draft.z"):
        (folder / name).mkdir(parents=True)
        (folder / name / "file").write_bytes(b"content")
    store.keep(KEY, clip, [], WATCHED)
    assert names_in(folder) == sorted([drafts[1], KEY.name, "notes of somebody", ".draft.z"])
    day_before = time.time() - 2 * 24 * 3600
    os.utime(folder / drafts[1], (day_before, day_before))
    LookStore(folder, max_bytes=LIMIT).find(KEY)
    assert drafts[1] not in names_in(folder), "its number may have gone to another process"


def test_clearing_one_media_file_leaves_the_others(folder, store, clip):
    store.keep(KEY, clip, [], WATCHED)
    store.keep(key(rate_hz=10), clip, [], WATCHED)
    store.keep(key("b"), clip, [], WATCHED)
    flipped(folder / KEY.name / RECORD)
    (folder / f".draft.1.{KEY.name}.x").mkdir()
    removed = store.clear("a" * 64)
    assert (removed.n_entries, removed.n_media) == (2, 1)
    assert removed.n_bytes > 0
    assert names_in(folder) == [key("b").name]


def test_clearing_everything_leaves_nothing_of_ours(folder, store, clip):
    for media in "abc":
        store.keep(key(media), clip, [], WATCHED)
    (folder / "notes of somebody").touch()
    assert store.clear().n_entries == 3
    assert names_in(folder) == ["notes of somebody"]
    assert store.stats().n_bytes == 0


def test_figures_say_what_is_there(folder, store, clip):
    store.keep(KEY, clip, [], WATCHED)
    store.keep(key(rate_hz=10), clip, [], WATCHED)
    store.keep(key("b"), clip, [], WATCHED)
    used_at(folder, KEY, 1000.0)
    stats = store.stats()
    assert (stats.n_entries, stats.n_media, stats.limit_bytes) == (3, 2, LIMIT)
    assert stats.n_bytes == sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())
    assert stats.oldest_use_s == 1000.0 < stats.newest_use_s


def test_removal_works_without_room_for_a_bin(folder, store, clip, monkeypatch):
    def refuse(**_):
        raise OSError(28, "No space left on device")

    store.keep(KEY, clip, [], WATCHED)
    monkeypatch.setattr(look_store.tempfile, "mkdtemp", refuse)
    assert store.clear().n_entries == 1
    assert names_in(folder) == []
