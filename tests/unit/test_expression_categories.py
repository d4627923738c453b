"""Expressions read off single pictures: what holds whatever the model."""

import numpy as np
import pytest
from tests.findings import speaking
from tests.synth import picture, write_media

from emer.graphs.affect import affect_of
from emer.graphs.rule.readings.prior import six_of
from emer.tools import taxonomy
from emer.tools.expression_categories import (
    BATCH,
    CATEGORIES,
    GIVEN_UP,
    MOST,
    FaceCategories,
    places,
    shares,
)
from emer.tools.expression_deepface import DeepFaceExpression
from emer.tools.expression_transformers import TransformersExpression, usual_labels
from emer.tools.findings import Gap, GapCode, Modality, TimeSpan, select
from emer.tools.hosting.items import Lost
from emer.tools.media.faces import WIDE_PX, Box, FaceWriter
from emer.tools.media.probe import probe
from emer.tools.specialist import Clip, Specialist


class Model:
    """Stands for a model's process: the brighter a face, the happier."""

    def __init__(self, lose=lambda i: False):
        self.lose, self.asked, self.batches = lose, 0, []

    def facts(self):
        return {"device": "cpu"}

    def ask(self, items, *, batches):
        self.batches += [len(b) for b in batches]
        answers = []
        for item in items:
            bright = float(item.arrays["crop"].mean()) / 255
            lost = self.lose(self.asked)
            self.asked += 1
            said = {"scores": {"HAPPY": bright, "other": 0.0, "NEUTRAL": 1 - bright}}
            answers.append(Lost("it died", "Try again.") if lost else said)
        return answers


class Engine(FaceCategories):
    engine = "stand-in"
    rank = 1
    cost = 0.1
    packages = ()
    extra = "full"
    purpose = "Nothing but a test of what engines share."

    def __init__(self, model):
        super().__init__()
        self.model = model

    def host(self):
        return self.model

    def labels(self):
        return {"HAPPY": "happy", "NEUTRAL": "neutral"}


def a_clip(tmp_path, seconds=6.0, tracks=("FACE_01",)):
    """Faces that get brighter from picture to picture, 5 a second."""
    path = write_media(tmp_path / "a.mp4", pictures=[picture()] * 10, rate_hz=5)
    writer = FaceWriter(tmp_path / "faces")
    n = round(seconds * 5)
    for i in range(n):
        for track in tracks:
            crop = np.full((WIDE_PX, WIDE_PX, 3), round(255 * i / n), np.uint8)
            writer.add(track, i / 5, Box(0, 0, 50, 50), crop, aligned=True, score=0.9)
    info = probe(path).model_copy(update={"duration_s": seconds})
    return Clip(
        path=path, media=info, span=TimeSpan(start_s=0, end_s=seconds), workspace=tmp_path,
        faces=writer.close(),
    )  # fmt: skip


def observed(clip, *spans, model=None, known=()):
    asked = [TimeSpan(start_s=a, end_s=b) for a, b in spans]
    return Engine(model or Model()).observe(clip, asked, list(known))


@pytest.mark.parametrize("engine", [DeepFaceExpression, TransformersExpression])
def test_engines_are_specialists_that_run_only_with_their_libraries(engine):
    made = engine()
    assert isinstance(made, Specialist)
    assert made.card.name
    assert "FER2013" in made.card.trained_on


def test_scores_are_the_mean_over_the_pictures_of_the_span(tmp_path):
    (evidence,) = observed(a_clip(tmp_path), (2.0, 4.0))
    assert evidence.reading.scores["happy"] == pytest.approx(
        np.mean(np.arange(10, 20) / 30), abs=0.01
    )
    assert sum(evidence.reading.scores.values()) == pytest.approx(1, abs=1e-3)
    assert set(evidence.reading.scores) == set(CATEGORIES)


def test_the_apex_is_when_the_leading_category_was_strongest(tmp_path):
    clip = a_clip(tmp_path)
    (dark,), (bright,) = observed(clip, (0.0, 2.0)), observed(clip, (4.0, 6.0))
    assert dark.reading.apex_s == pytest.approx(0.0)  # neutral leads, and falls
    assert bright.reading.apex_s == pytest.approx(5.8)


def test_valence_and_arousal_are_the_places_of_the_categories(tmp_path):
    happy = taxonomy.category_affect("fer7", "happy")
    assert places({"happy": 1.0}) == (happy.valence, happy.arousal)
    assert places({"neutral": 1.0}) == (0.0, 0.0)
    valence, arousal = places({"angry": 0.6, "neutral": 0.4})
    assert valence < -0.2
    assert arousal > 0.2


def test_labels_without_a_counterpart_lose_their_share():
    found = shares({"happy": 0.3, "sad": 0.3, "contempt": 0.4}, {"happy": "happy", "sad": "sad"})
    assert dict(zip(CATEGORIES, found, strict=True))["happy"] == pytest.approx(0.5)
    assert shares({"cat": 0.9}, {"happy": "happy"}) is None
    assert shares({"happy": float("nan")}, {"happy": "happy"}) is None


def test_names_that_models_give_to_the_seven_are_known():
    names = usual_labels()
    assert {names["happiness"], names["Happy"], names["happy"]} == {"happy"}
    assert {names["Anger"], names["angry"]} == {"angry"}
    assert "contempt" not in names


def test_crops_of_several_faces_and_spans_go_together(tmp_path):
    model = Model()
    clip = a_clip(tmp_path, 20.0, ("FACE_01", "FACE_02"))
    observed(clip, (0, 5), (5, 10), (10, 20), model=model)
    assert model.asked == 200
    assert max(model.batches) == BATCH
    assert len(model.batches) == 7


def test_long_spans_are_looked_at_here_and_there(tmp_path):
    model = Model()
    (evidence,) = observed(a_clip(tmp_path, 40.0), (0, 40), model=model)
    assert model.asked == MOST
    assert evidence.reading.scores["happy"] == pytest.approx(0.5, abs=0.02)


def test_a_picture_that_was_lost_leaves_the_others(tmp_path):
    (evidence,) = observed(a_clip(tmp_path), (0, 2), model=Model(lambda i: i == 3))
    assert evidence.reading.scores["happy"] > 0


def test_a_span_of_which_all_was_lost_is_a_gap_and_the_next_is_not(tmp_path):
    lost, kept = observed(a_clip(tmp_path), (0, 2), (2, 4), model=Model(lambda i: i < 10))
    assert (lost.code, lost.remedy) == (GapCode.TOOL_FAILED, "Try again.")
    assert kept.reading.kind == "expression"


def test_a_model_that_dies_of_everything_is_not_asked_for_ever(tmp_path):
    model = Model(lambda i: True)
    found = observed(
        a_clip(tmp_path, 200.0), *((i, i + 10) for i in range(0, 200, 10)), model=model
    )
    assert model.asked == GIVEN_UP
    assert {f.code for f in found if isinstance(f, Gap)} == {GapCode.TOOL_FAILED}
    assert len(found) == 20


def test_who_talks_is_told(tmp_path):
    talks = speaking("FACE_01", 0.0, 2.0, 0.9)
    first, second = observed(a_clip(tmp_path), (0, 2), (2, 4), known=[talks])
    assert first.reading.while_speaking
    assert not second.reading.while_speaking


def test_fewer_pictures_deserve_less_trust(tmp_path):
    clip = a_clip(tmp_path)
    (few,), (many,) = observed(clip, (5.4, 6.0)), observed(clip, (4.0, 6.0))
    assert few.score < many.score


def test_what_follows_from_a_face_is_the_same_in_either_set_of_categories(tmp_path):
    (evidence,) = observed(a_clip(tmp_path), (4.0, 6.0))
    affect = affect_of(Modality.FACE, [evidence], evidence.span)
    assert affect.valence == pytest.approx(evidence.reading.valence)
    assert "joyful" in affect.support or "happy" in affect.support
    basic = {"happiness": 0.8, "fear": 0.2}
    assert six_of("fer7", {"happy": 0.8, "fear": 0.2}) == six_of("basic", basic)


def test_nobody_to_see_is_a_gap(tmp_path):
    from dataclasses import replace

    clip = replace(a_clip(tmp_path), faces=None)
    (gap,) = observed(clip, (0, 2))
    assert gap.code is GapCode.NOTHING_THERE
    assert not select([gap], kind="expression")
