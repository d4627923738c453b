"""MediaPipe's landmarker with its true weights, on true clips."""

import os
import signal
import threading

import numpy as np
import pytest

from emer.tools.action_units_blendshapes import BlendshapeActionUnits
from emer.tools.errors import ToolUnavailable
from emer.tools.face_tracks import FaceTracks
from emer.tools.findings import Evidence, Gap, GapCode, select
from emer.tools.hosting.items import Item
from emer.tools.loaders import landmarker
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.setup import Setup

pytest.importorskip("ai_edge_litert")
pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def task(shared_data):
    path = shared_data / "weights" / "mediapipe" / "face_landmarker.task"
    if not path.is_file():
        pytest.skip("the landmarker's weights are not among the real test material")
    return path


@pytest.fixture(scope="module")
def clip(shared_data, tmp_path_factory):
    path = shared_data / "video" / "liveportrait" / "d14.mp4"
    folder = tmp_path_factory.mktemp("clip")
    return take_in(path, probe(path), folder, watchers={"faces": FaceTracks()})[0]


@pytest.fixture
def engine(task):
    made = BlendshapeActionUnits()
    made.set_up(Setup(models={"action_units.blendshapes": str(task)}))
    made.ready()
    yield made
    made.host().close()


def crops_of(clip):
    return np.concatenate([c for _, c in clip.faces.crops("FACE_01", wide=True)])


def test_it_tells_the_movements_of_a_face_by_the_same_table_as_our_own(engine, clip):
    found = engine.observe(clip, [clip.span], [])
    units = select(found, kind="action_unit")
    assert {"AU12", "AU25"} <= {e.reading.au for e in units}
    assert {(e.engine, e.model) for e in units} == {("blendshapes", "face_landmarker.task")}
    assert all(0 < e.reading.intensity <= 5 and 0 < e.score <= 1 for e in units)
    (untold,) = [f for f in found if isinstance(f, Gap)]
    assert untold.code is GapCode.NOT_CREDIBLE
    assert found == sorted(found, key=lambda f: (f.start_s, f.end_s, f.subject))


def test_many_at_once_are_told_as_each_alone_in_their_order(engine, clip):
    crops = crops_of(clip)[:6]
    items = [Item({}, {"crop": c}) for c in crops]
    together = engine.host().ask(items, batches=[[5, 0, 3], [1, 2, 4]])
    for item, answer in zip(items, together, strict=True):
        (alone,) = engine.host().ask([item])
        assert alone == answer
    assert len({tuple(a["shapes"]) for a in together}) == 6


def test_points_lie_on_the_face_and_shapes_in_their_range(engine, clip):
    (answer,) = engine.host().ask([Item({}, {"crop": crops_of(clip)[0]})])
    points = np.array(answer["points"])
    assert points.shape == (146, 2)
    assert ((points > 0) & (points < 192)).all()
    assert len(answer["shapes"]) == 51
    assert all(0 <= s <= 1 for s in answer["shapes"])
    assert answer["presence"] > 0.99


def test_what_is_no_face_deserves_no_trust(engine):
    noise = np.random.default_rng(0).integers(0, 256, (192, 192, 3), np.uint8)
    (answer,) = engine.host().ask([Item({}, {"crop": noise})])
    assert answer["presence"] < 0.1


def test_points_follow_a_face_that_lies_elsewhere_in_the_picture(task, clip):
    from emer.tools.face_landmarks import NAME
    from emer.tools.networks import settings_of

    points = settings_of("action_units", NAME)["points"]
    model = landmarker.load({"folder": str(task), "points": points})
    crop = crops_of(clip)[10]
    usual = landmarker.usual_square()
    first = model.look(crop, usual)
    wider = np.pad(crop, ((30, 0), (50, 0), (0, 0)), mode="edge")
    again = model.look(wider, usual._replace(middle=usual.middle + np.array([50, 30])))
    assert np.array(again["points"]) == pytest.approx(
        np.array(first["points"]) + np.array([50, 30]), abs=0.5
    )
    assert np.array(again["shapes"]) == pytest.approx(np.array(first["shapes"]), abs=0.02)


def test_a_process_killed_in_the_middle_of_a_batch_loses_nothing(engine, clip):
    host = engine.host()
    host.facts()
    first = host.pid
    threading.Timer(0.4, os.kill, (first, signal.SIGKILL)).start()
    crops = np.tile(crops_of(clip), (2, 1, 1, 1))
    answers = host.ask([Item({}, {"crop": c}) for c in crops], batches=[range(len(crops))])
    assert host.pid != first
    assert [a["shapes"] for a in answers[:90]] == [a["shapes"] for a in answers[90:]]


def test_a_bundle_of_something_else_is_refused_in_words(tmp_path):
    import zipfile

    path = tmp_path / "other.task"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("hand_detector.tflite", b"other")
    made = BlendshapeActionUnits()
    made.set_up(Setup(models={"action_units.blendshapes": str(path)}))
    with pytest.raises(ToolUnavailable, match="cannot be loaded"):
        made.host().facts()


def test_it_finds_no_movement_where_there_is_no_face(engine, clip):
    from dataclasses import replace

    found = engine.observe(replace(clip, faces=None), [clip.span], [])
    assert [f.code for f in found if isinstance(f, Gap)] == [GapCode.NOTHING_THERE]
    assert not [f for f in found if isinstance(f, Evidence)]
