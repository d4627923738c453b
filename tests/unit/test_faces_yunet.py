"""Faces by YuNet: the same following, another detector."""

import numpy as np
import pytest

from emer.tools.errors import ToolUnavailable
from emer.tools.face_tracks import FaceTracks
from emer.tools.faces_yunet import YuNet, YuNetFaces
from emer.tools.findings import GapCode, select
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.setup import Setup
from emer.tools.specialist import PassSpecialist


def engine(path):
    made = YuNetFaces()
    made.set_up(Setup(models={"faces.yunet": str(path)}))
    return made


@pytest.fixture(scope="module")
def weights(shared_data):
    path = shared_data / "weights" / "yunet" / "yunet_n_640_640.onnx"
    if not path.is_file():
        pytest.skip("YuNet's weights are not among the real test material")
    return path


def taken_in(folder, video, watcher):
    folder.mkdir(exist_ok=True)
    clip, _, _ = take_in(video, probe(video), folder, watchers={"faces": watcher})
    return clip


def test_it_is_a_specialist_of_the_pass_that_goes_before_our_own():
    assert isinstance(YuNetFaces(), PassSpecialist)
    assert YuNetFaces().rank > FaceTracks().rank
    assert YuNetFaces().card.licence == "MIT"


def test_without_its_weights_it_names_the_command_that_fetches_them(tmp_path):
    made = YuNetFaces()
    made.set_up(Setup(models_dir=tmp_path))
    with pytest.raises(ToolUnavailable, match="emer models pull yunet"):
        made.ready()


def test_a_file_of_something_else_is_refused_in_words(tmp_path):
    (tmp_path / "other.onnx").write_bytes(b"no network")
    with pytest.raises(ToolUnavailable, match=r"other\.onnx cannot be loaded"):
        engine(tmp_path / "other.onnx").detector()


@pytest.mark.parametrize("name", ["liveportrait/d14.mp4", "pyfeat/face_noface.mov"])
def test_it_follows_the_same_faces_as_our_own_detector(weights, shared_data, tmp_path, name):
    video = shared_data / "video" / name
    made = engine(weights)
    made.ready()
    theirs = taken_in(tmp_path / "theirs", video, made)
    ours = taken_in(tmp_path / "ours", video, FaceTracks())
    assert theirs.faces.tracks == ["FACE_01"]
    longest = max(ours.faces.tracks, key=lambda t: len(ours.faces.samples(t).times_s))
    one, other = theirs.faces.samples("FACE_01"), ours.faces.samples(longest)
    together = np.intersect1d(one.times_s, other.times_s)
    assert len(together) >= 0.95 * len(other.times_s)
    boxes = [s.boxes_px[np.isin(s.times_s, together)] for s in (one, other)]
    sides = boxes[1][:, 2:].mean()
    assert np.abs(boxes[0] - boxes[1]).mean() < 0.05 * sides


def test_its_findings_name_it_and_its_weights(weights, shared_data, tmp_path):
    made = engine(weights)
    video = shared_data / "video" / "pyfeat" / "single_face.mp4"
    clip = taken_in(tmp_path, video, made)
    (seen,) = select(made.observe(clip, [clip.span], []), kind="face_track")
    assert (seen.engine, seen.model) == ("yunet", "yunet_n_640_640.onnx")
    assert seen.revision.startswith("head-")
    assert seen.score > 0.7


def test_where_nobody_is_it_finds_nobody(weights, shared_data, tmp_path):
    made = engine(weights)
    clip = taken_in(tmp_path, shared_data / "video" / "pyfeat" / "no_face.mp4", made)
    (gap,) = made.observe(clip, [clip.span], [])
    assert gap.code is GapCode.NOTHING_THERE


def test_places_are_those_of_the_picture_whatever_the_size_of_the_search(
    weights, shared_data, tmp_path
):
    import cv2

    video = cv2.VideoCapture(str(shared_data / "video" / "liveportrait" / "d14.mp4"))
    rgb = video.read()[1][:, :, ::-1].copy()
    detector = YuNet(weights)
    (small,) = detector.find(rgb, areas_px=[320 * 180])
    (large,) = detector.find(rgb, areas_px=[160 * 90, 640 * 360])
    assert np.abs(np.array(small.box) - large.box).max() < 0.08 * large.box.width
    eyes, mouth = large.points[:2], large.points[3:]
    assert eyes[0, 0] < eyes[1, 0]
    assert eyes[:, 1].mean() < large.points[2, 1] < mouth[:, 1].mean()
    assert detector.find(np.zeros((90, 160, 3), np.uint8), areas_px=[320 * 180]) == []
