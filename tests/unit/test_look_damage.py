"""A kept look that is not what was written is not found, and goes."""

from dataclasses import replace

import pytest
from tests.kept_clips import KEY, LIMIT, WATCHED, a_clip, flipped, key, names_in

from emer.memory.look_files import RECORD, SOUND, SUMS
from emer.memory.look_store import LookStore
from emer.tools.media.faces import BLOB, INDEX, FaceStore


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache" / "looks"


@pytest.fixture
def store(folder):
    return LookStore(folder, max_bytes=LIMIT)


@pytest.fixture
def clip(tmp_path):
    return a_clip(tmp_path / "pass", start_s=3.25)


FILES = [RECORD, SOUND, BLOB, INDEX, SUMS]


def missing(path):
    path.unlink()


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


def empty(path):
    path.write_bytes(b"")


def linked_elsewhere(path):
    path.rename(path.with_suffix(".moved"))
    path.symlink_to(path.with_suffix(".moved"))


def a_folder(path):
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("damage", [missing, cut, empty, flipped, linked_elsewhere, a_folder])
def test_a_damaged_look_is_not_found_and_removed(store, folder, clip, name, damage):
    store.keep(KEY, clip, [], WATCHED)
    damage(folder / KEY.name / name)
    assert store.find(KEY) is None
    assert names_in(folder) == []
    store.keep(KEY, clip, [], WATCHED)
    assert store.find(KEY) is not None


def test_damage_is_seen_by_who_has_read_the_look_before(store, folder, clip):
    store.keep(KEY, clip, [], WATCHED)
    assert store.find(KEY) is not None
    flipped(folder / KEY.name / SOUND)
    assert store.find(KEY) is None


def test_a_look_under_a_wrong_name_is_not_found(store, folder, clip):
    store.keep(KEY, clip, [], WATCHED)
    other = key("b")
    (folder / KEY.name).rename(folder / other.name)
    assert store.find(other) is None
    assert names_in(folder) == []


def test_a_look_of_another_make_is_not_found(store, folder, clip, monkeypatch):
    store.keep(KEY, clip, [], WATCHED)
    monkeypatch.setattr("emer.memory.look_files.make_of_findings", lambda: "another release")
    assert store.find(KEY) is None
    assert names_in(folder) == []


@pytest.mark.parametrize("place", ["file", "link"])
def test_something_else_in_its_place_gives_way(store, folder, clip, place, tmp_path):
    folder.mkdir(parents=True)
    if place == "file":
        (folder / KEY.name).touch()
    else:
        (tmp_path / "elsewhere").mkdir()
        (folder / KEY.name).symlink_to(tmp_path / "elsewhere")
    assert store.find(KEY) is None
    store.keep(KEY, clip, [], WATCHED)
    assert store.find(KEY) is not None
    assert place == "file" or (tmp_path / "elsewhere").is_dir()


def test_where_no_folder_can_be_made_nothing_is_kept_and_it_says_why(tmp_path, clip):
    (tmp_path / "file").touch()
    store = LookStore(tmp_path / "file" / "looks", max_bytes=LIMIT)
    assert store.find(KEY) is None
    assert store.problem is None
    store.keep(KEY, clip, [], WATCHED)
    assert "nothing is kept in" in store.problem
    assert store.stats().n_entries == store.clear().n_entries == 0


def test_a_full_disk_leaves_nothing_half_done(store, folder, clip, monkeypatch):
    def full(folder):
        (folder / BLOB).write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FaceStore, "save", lambda faces, folder: full(folder))
    store.keep(KEY, clip, [], WATCHED)
    assert "No space left" in store.problem
    assert names_in(folder) == []


def test_text_that_utf8_cannot_say_only_means_that_it_is_not_kept(store, folder, clip):
    odd = clip.cues[0].model_copy(update={"text": "\ud83d"})
    store.keep(KEY, replace(clip, cues=(odd,)), [], WATCHED)
    assert store.find(KEY) is None
    assert names_in(folder) == []
    assert store.problem is None
