"""Faces of a clip on disk: what is saved is what is opened again, or nothing."""

import numpy as np
import pytest
from tests.kept_clips import a_clip, everything_in, names_in

from emer.tools.errors import StorageError
from emer.tools.media.faces import BLOB, INDEX, FaceStore


@pytest.mark.parametrize("tracks", [("FACE_02", "FACE_01"), ("FACE_01",), ()])
def test_saved_faces_are_the_same_faces(tmp_path, tracks):
    faces = a_clip(tmp_path / "pass", tracks=tracks).faces
    (tmp_path / "saved").mkdir()
    faces.save(tmp_path / "saved")
    assert everything_in(FaceStore.open(tmp_path / "saved")) == everything_in(faces)
    assert names_in(tmp_path / "saved") == [BLOB, INDEX]


def test_faces_under_new_names_are_saved_under_them(tmp_path):
    faces = a_clip(tmp_path / "pass").faces.renamed({"FACE_02": "FACE_07"})
    faces.save(tmp_path)
    assert FaceStore.open(tmp_path).tracks == ["FACE_07"]
    assert everything_in(FaceStore.open(tmp_path)) == everything_in(faces)


def no_index(folder):
    (folder / INDEX).unlink()


def index_cut(folder):
    (folder / INDEX).write_bytes((folder / INDEX).read_bytes()[:-400])


def index_of_something_else(folder):
    np.savez(folder / INDEX, tracks=np.array(["FACE_01"]), n_samples=np.array([3]))


def index_that_lies(folder):
    with np.load(folder / INDEX) as kept:
        columns = dict(kept)
    columns["n_samples"] = columns["n_samples"] + 1
    np.savez(folder / INDEX, **columns)


def index_of_objects(folder):
    with np.load(folder / INDEX) as kept:
        columns = dict(kept)
    columns["tracks"] = columns["tracks"].astype(object)  # kept as a pickle
    np.savez(folder / INDEX, **columns)


def crops_cut(folder):
    (folder / BLOB).write_bytes((folder / BLOB).read_bytes()[:-1])


@pytest.mark.parametrize(
    "damage",
    [no_index, index_cut, index_of_something_else, index_that_lies, index_of_objects, crops_cut],
)
def test_faces_that_are_not_what_was_saved_are_refused(tmp_path, damage):
    a_clip(tmp_path / "pass").faces.save(tmp_path)
    damage(tmp_path)
    with pytest.raises(StorageError, match="cannot be read"):
        FaceStore.open(tmp_path)
