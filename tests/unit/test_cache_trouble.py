"""Damaged files, full disks and busy neighbours cost the cache's answers, and no more."""

import contextlib
import sqlite3

import pytest
from tests.answers import FIRST, KEY, SECOND, alter, gap, named, on_disk, spans, wordy

from emer.memory import cache_database, findings_cache
from emer.memory.findings_cache import FILE, FindingsCache


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "findings"


@pytest.fixture
def kept(folder):
    cache = FindingsCache(folder)
    yield cache
    cache.close()


def garbage(path):
    path.write_bytes(b"no database at all " * 400)


def torn(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2 + 100])


def scribbled(path):
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(bytes(content))


def foreign(path):
    path.unlink()
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("CREATE TABLE keys (digest, media)")
        db.execute(f"PRAGMA user_version={findings_cache.SCHEMA_VERSION}")


@pytest.mark.parametrize("damage", [garbage, torn, scribbled, foreign])
def test_a_damaged_file_is_set_aside_and_begun_anew(folder, damage):
    before = FindingsCache(folder)
    before.put(KEY, wordy(200))
    before.close()
    damage(folder / FILE)
    cache = FindingsCache(folder)
    answers = cache.get(KEY, spans(200))
    assert all(wordy(200)[span] == found for span, found in answers.items())
    cache.put(KEY, {FIRST: [gap()]})
    cache.put(named("other"), wordy(50))
    assert cache.get(KEY, [FIRST]) == {FIRST: [gap()]}
    assert cache.problem is None
    assert "set aside" in cache.note
    assert (folder / f"{FILE}{cache_database.DAMAGED}").exists()
    cache.clear()
    assert not list(folder.glob("*damaged*")), "it holds what people said: it goes too"
    cache.close()


class Corrupt(sqlite3.DatabaseError):
    sqlite_errorcode = sqlite3.SQLITE_CORRUPT


def test_a_file_that_another_process_has_replaced_already_is_not_set_aside_again(folder, kept):
    kept.put(KEY, {FIRST: [gap()]})
    (folder / FILE).rename(folder / "set aside by another process")
    other = FindingsCache(folder)
    other.put(KEY, {SECOND: [gap()]})
    assert kept._database._mended(Corrupt("damaged"))
    assert kept.get(KEY, [FIRST, SECOND]) == {SECOND: [gap()]}
    assert kept.note is None
    other.close()


def test_a_file_that_is_exchanged_while_it_is_opened_is_opened_again(folder, kept, monkeypatch):
    opened = []

    def slow(*arguments, **options):
        db = sqlite3.Connection(*arguments, **options)
        opened.append(db)
        if len(opened) == 1:
            (folder / FILE).rename(folder / "exchanged")
            (folder / FILE).touch()
        return db

    monkeypatch.setattr(cache_database.sqlite3, "connect", slow)
    kept.put(KEY, {FIRST: [gap()]})
    assert len(opened) == 2
    assert (folder / "exchanged").stat().st_size == 0
    assert kept.get(KEY, [FIRST]) == {FIRST: [gap()]}


def test_a_file_of_another_version_is_begun_anew(folder, kept):
    kept.put(KEY, {FIRST: [gap()]})
    kept.close()
    alter(folder, "CREATE TABLE more (x)")
    alter(folder, "PRAGMA user_version=99")
    assert kept.get(KEY, [FIRST]) == {}
    kept.put(KEY, {SECOND: []})
    assert list(kept.get(KEY, [FIRST, SECOND])) == [SECOND]
    assert (kept.problem, kept.note) == (None, None)


def test_an_empty_file_is_as_good_as_none(folder, kept):
    folder.mkdir(parents=True)
    (folder / FILE).touch()
    kept.put(KEY, {FIRST: []})
    assert kept.get(KEY, [FIRST]) == {FIRST: []}


def test_a_file_that_is_removed_meanwhile_is_made_again(folder, kept):
    kept.put(KEY, {FIRST: [gap()]})
    for part in folder.iterdir():
        part.unlink()
    assert kept.get(KEY, [FIRST]) == {}
    kept.put(KEY, {FIRST: []})
    other = FindingsCache(folder)
    assert other.get(KEY, [FIRST]) == {FIRST: []}
    assert kept.problem is None
    other.close()


def test_where_no_folder_can_be_made_nothing_is_kept_and_it_says_why(tmp_path):
    (tmp_path / "file").touch()
    cache = FindingsCache(tmp_path / "file" / "cache")
    assert cache.get(KEY, [FIRST]) == {}
    assert cache.problem is None, "nobody has wanted to write yet"
    cache.put(KEY, {FIRST: [gap()]})
    assert "nothing is kept in" in cache.problem
    assert cache.get(KEY, [FIRST]) == {}
    assert cache.stats().n_entries == cache.clear().n_entries == 0


def test_a_folder_in_its_place_makes_it_inactive(folder):
    (folder / FILE / "sub").mkdir(parents=True)
    cache = FindingsCache(folder)
    cache.put(KEY, {FIRST: [gap()]})
    assert "nothing is kept in" in cache.problem


def test_a_full_disk_makes_it_inactive(folder, kept, monkeypatch):
    def on_a_small_disk(*arguments, **options):
        db = sqlite3.Connection(*arguments, **options)
        db.execute("PRAGMA max_page_count=12")
        return db

    monkeypatch.setattr(cache_database.sqlite3, "connect", on_a_small_disk)
    kept.put(KEY, {FIRST: [gap()]})
    assert kept.problem is None
    kept.put(KEY, wordy(500))
    assert "full" in kept.problem
    assert kept.get(KEY, [FIRST]) == {}


def test_even_a_full_disk_can_be_cleared(folder, kept, monkeypatch):
    def full(*_):
        raise sqlite3.OperationalError("database or disk is full")

    kept.put(named("look", "a"), {FIRST: [gap()]})
    kept.put(named("look", "b"), {FIRST: [gap()]})
    with monkeypatch.context() as patch:
        patch.setattr(findings_cache, "retried", full)
        assert kept.clear("a" * 64).n_entries == 2
    assert on_disk(folder) == 0
    assert kept.problem is None
    kept.put(KEY, {FIRST: [gap()]})
    assert kept.get(KEY, [FIRST]) == {FIRST: [gap()]}


def test_another_program_that_holds_the_file_only_costs_answers(folder, kept, monkeypatch):
    kept.put(KEY, {FIRST: [gap()]})
    kept.close()
    monkeypatch.setattr(cache_database, "BUSY_S", 0.05)
    with contextlib.closing(sqlite3.connect(folder / FILE, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        kept.put(KEY, {SECOND: [gap()]})
        assert kept.get(KEY, [FIRST, SECOND]) == {FIRST: [gap()]}
        other.execute("ROLLBACK")
    kept.put(KEY, {SECOND: [gap()]})
    assert list(kept.get(KEY, [FIRST, SECOND])) == [FIRST, SECOND]
    assert kept.problem is None
