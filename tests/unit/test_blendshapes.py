"""MediaPipe's landmarker as an engine: what holds without its library and weights."""

import time

import numpy as np
import pytest
from tests.synth import picture, write_media

from emer.tools import action_units_blendshapes
from emer.tools.action_units_blendshapes import BlendshapeActionUnits
from emer.tools.errors import ModelOutputError, ToolUnavailable
from emer.tools.face_landmarks import shape_names
from emer.tools.face_shapes import SHAPES
from emer.tools.findings import Gap, GapCode, TimeSpan, select
from emer.tools.hosting.items import Lost
from emer.tools.hosting.losses import lost_spans
from emer.tools.loaders.landmarker import SIDE_PX, Square, _run, square_around, usual_square
from emer.tools.media.faces import EYES_PX, WIDE_PX, Box, FaceWriter
from emer.tools.media.probe import probe
from emer.tools.setup import Setup
from emer.tools.specialist import Clip, Specialist


def engine(**setup):
    made = BlendshapeActionUnits()
    made.set_up(Setup(**setup))
    return made


def test_it_is_a_specialist_that_goes_before_our_own():
    made = BlendshapeActionUnits()
    assert isinstance(made, Specialist)
    assert made.rank > 10
    assert made.card.licence == "Apache-2.0"


def test_every_shape_that_our_table_uses_is_among_the_landmarkers():
    assert len(SHAPES) == 51
    assert list(SHAPES) == sorted(SHAPES)
    assert set(shape_names()) < set(SHAPES)


def test_without_its_library_it_names_the_extra(monkeypatch):
    monkeypatch.setattr(BlendshapeActionUnits, "packages", ("no_such_library",))
    with pytest.raises(ToolUnavailable, match=r"pip install 'emer\[landmarker\]'"):
        engine().ready()


def test_without_its_weights_it_names_the_command_that_fetches_them_at_once(monkeypatch, tmp_path):
    monkeypatch.setattr(BlendshapeActionUnits, "packages", ())
    began = time.perf_counter()
    with pytest.raises(ToolUnavailable, match="emer models pull mediapipe-face-landmarker"):
        engine(models_dir=tmp_path).ready()
    assert time.perf_counter() - began < 0.5


def test_the_card_tells_which_weights_were_found(monkeypatch, tmp_path):
    own = tmp_path / "mine.task"
    own.write_bytes(b"mine")
    card = engine(models={"action_units.blendshapes": str(own)}).card
    assert card.name == "mine.task"
    assert card.revision.startswith("head-")
    assert "not known" in card.licence


def test_a_square_leads_from_the_networks_pixels_to_the_pictures():
    square = Square(np.array([100.0, 60.0]), 40.0, np.pi / 2)
    matrix = square.matrix()
    corners = np.array([[0, 0], [SIDE_PX, 0], [SIDE_PX / 2, SIDE_PX / 2]]) @ matrix[:, :2].T
    found = corners + matrix[:, 2]
    assert found[2] == pytest.approx([100, 60])
    assert found[0] == pytest.approx([120, 40])  # a quarter turn clockwise
    assert found[1] == pytest.approx([120, 80])


def test_the_next_look_is_laid_straight_by_the_corners_of_the_eyes():
    points = np.full((478, 2), 50.0)
    points[33], points[263], points[152] = (20, 30), (60, 50), (10, 90)
    square = square_around(points)
    assert square.turn == pytest.approx(np.arctan2(20, 40))
    assert square.side_px == pytest.approx(1.5 * 60)
    assert square.middle == pytest.approx([35, 60])


def test_the_first_look_covers_the_whole_crop_of_the_store():
    square = usual_square()
    assert square.middle[0] == pytest.approx(np.mean([x for x, _ in EYES_PX]))
    assert WIDE_PX <= square.side_px <= 1.25 * WIDE_PX


class Network:
    """Stands for an interpreter."""

    def __init__(self, *outputs):
        self.outputs = outputs

    def get_input_details(self):
        return [{"index": 0}]

    def get_output_details(self):
        names = [f"Identity_{i}" if i else "Identity" for i in range(len(self.outputs))]
        return [{"name": n, "index": i} for i, n in enumerate(names)][::-1]

    def set_tensor(self, index, value):
        assert value.dtype == np.float32

    def invoke(self):
        pass

    def get_tensor(self, index):
        return np.array(self.outputs[index], np.float32)


def test_outputs_are_told_apart_by_their_names():
    first, second = _run(Network([1.0], [2.0]), np.zeros(1))
    assert (first[0], second[0]) == (1, 2)


def test_numbers_that_are_not_finite_are_refused():
    with pytest.raises(ModelOutputError, match="not finite"):
        _run(Network([0.5], [np.nan]), np.zeros(1))


def test_answers_lost_one_after_the_other_are_one_span_with_its_reason():
    one, other = Lost("the first"), Lost("another")
    spans = lost_spans(
        np.arange(6) / 5, [{}, one, other, {}, other, {}], TimeSpan(start_s=0, end_s=2)
    )
    assert [(round(s.start_s, 3), round(s.end_s, 3), lost.reason) for s, lost in spans] == [
        (0.2, 0.6, "the first"), (0.8, 1.0, "another"),
    ]  # fmt: skip


def test_spans_of_lost_answers_stay_inside_the_clip():
    ((span, _),) = lost_spans(np.array([0.9]), [Lost("gone")], TimeSpan(start_s=0, end_s=1))
    assert (span.start_s, span.end_s) == (0.9, 1.0)


def test_its_loader_is_where_it_says():
    from importlib import import_module

    module, _, function = action_units_blendshapes.BlendshapeActionUnits.loader.partition(":")
    assert callable(getattr(import_module(module), function))


class Host:
    """Stands for the model's process."""

    def __init__(self, lose):
        self.lose, self.asked = lose, 0

    def ask(self, items, *, batches):
        found = [self._answer(self.asked + i) for i in range(len(items))]
        self.asked += len(items)
        return found

    def _answer(self, i):
        if self.lose(i):
            return Lost("it died", "Try again.")
        shapes = [1.0 if name.startswith("mouthSmile") and 20 <= i < 40 else 0.0 for name in SHAPES]
        points = np.random.default_rng(0).random((146, 2)).tolist()
        return {"points": points, "shapes": shapes, "drift": 0.01, "presence": 1.0}


def looked_at(tmp_path, monkeypatch, lose, n=100):
    path = write_media(tmp_path / "a.mp4", pictures=[picture()] * 10, rate_hz=5)
    writer = FaceWriter(tmp_path / "faces")
    for i in range(n):
        crop = np.zeros((WIDE_PX, WIDE_PX, 3), np.uint8)
        writer.add("FACE_01", i / 5, Box(0, 0, 50, 50), crop, aligned=True, score=0.9)
    clip = Clip(
        path=path, media=probe(path), span=TimeSpan(start_s=0, end_s=n / 5), workspace=tmp_path,
        faces=writer.close(),
    )  # fmt: skip
    own, host = tmp_path / "mine.task", Host(lose)
    own.write_bytes(b"mine")
    made = engine(models={"action_units.blendshapes": str(own)})
    monkeypatch.setattr(made, "host", lambda: host)
    return made.observe(clip, [clip.span], []), host


def test_a_smile_is_told_from_its_blendshapes(tmp_path, monkeypatch):
    found, _ = looked_at(tmp_path, monkeypatch, lambda i: False)
    (smile,) = [e for e in select(found, kind="action_unit") if e.reading.au == "AU12"]
    assert smile.reading.onset_s == pytest.approx(4.0, abs=0.21)
    assert smile.reading.offset_s == pytest.approx(8.0, abs=0.21)


def test_samples_that_were_lost_are_a_gap_and_the_others_tell(tmp_path, monkeypatch):
    found, _ = looked_at(tmp_path, monkeypatch, lambda i: 50 <= i < 60)
    (lost,) = [f for f in found if isinstance(f, Gap) and f.code is GapCode.TOOL_FAILED]
    assert (lost.start_s, lost.end_s) == (pytest.approx(10), pytest.approx(12))
    assert lost.remedy == "Try again."
    assert "AU12" in {e.reading.au for e in select(found, kind="action_unit")}


def test_a_model_that_dies_of_everything_is_one_gap_and_is_not_asked_for_ever(
    tmp_path, monkeypatch
):
    found, host = looked_at(tmp_path, monkeypatch, lambda i: True, n=200)
    (lost,) = [f for f in found if isinstance(f, Gap) and f.code is GapCode.TOOL_FAILED]
    assert (lost.start_s, lost.end_s) == (0, pytest.approx(40))
    assert host.asked == 64
    assert not select(found, kind="action_unit")
