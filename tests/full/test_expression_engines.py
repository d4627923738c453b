"""Expressions through deepface and transformers, with tiny models in their true formats."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.full.tiny import deepface_emotion, face_vit
from tests.synth import picture, write_media

from emer.tools.errors import ModelOutputError, ToolUnavailable
from emer.tools.expression_categories import CATEGORIES
from emer.tools.expression_deepface import DeepFaceExpression
from emer.tools.expression_transformers import TransformersExpression
from emer.tools.findings import Gap, GapCode, TimeSpan, select
from emer.tools.hosting.items import Item
from emer.tools.loaders import deepface_emotion as emotion
from emer.tools.loaders import pictures
from emer.tools.media.faces import WIDE_PX, Box, FaceWriter
from emer.tools.media.probe import probe
from emer.tools.setup import Setup
from emer.tools.specialist import Clip

for library in ("deepface", "onnx", "torch", "transformers"):
    pytest.importorskip(library)
pytestmark = pytest.mark.full

ENGINES = {"deepface": DeepFaceExpression, "transformers": TransformersExpression}
BUILD = {"deepface": deepface_emotion.build, "transformers": face_vit.build}


@pytest.fixture(scope="module", params=ENGINES)
def engine(request, tmp_path_factory):
    folder = BUILD[request.param](tmp_path_factory.mktemp(request.param))
    made = ENGINES[request.param]()
    made.set_up(Setup(device="cpu", models={f"expression.{request.param}": str(folder)}))
    made.ready()
    yield made
    made.host().close()


def crops(n, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (n, 128, 128, 3), np.uint8)


@pytest.fixture(autouse=True)
def _deepface_as_we_found_it(monkeypatch):
    """Its loader sets these for the whole process, which is its own but here."""
    for name in ("DEEPFACE_HOME", "DEEPFACE_BACKEND_ENGINE", "DEEPFACE_LOG_LEVEL",
                 "DEEPFACE_ONNX_PROVIDERS"):  # fmt: skip
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    yield
    modeling = sys.modules.get("deepface.modules.modeling")
    if modeling is not None:
        vars(modeling).pop("cached_models", None)


@pytest.fixture
def clip(tmp_path):
    """Two faces, 6 s at 5 pictures a second; the second comes at 4 s."""
    path = write_media(tmp_path / "a.mp4", pictures=[picture()] * 60, rate_hz=10)
    writer = FaceWriter(tmp_path / "faces")
    for i in range(30):
        for track, first in (("FACE_01", 0), ("FACE_02", 20)):
            if i >= first:
                crop = np.full((WIDE_PX, WIDE_PX, 3), 20 + 7 * i, np.uint8)
                writer.add(track, i / 5, Box(0, 0, 50, 50), crop, aligned=True, score=0.9)
    return Clip(
        path=path, media=probe(path), span=TimeSpan(start_s=0, end_s=6), workspace=tmp_path,
        faces=writer.close(),
    )  # fmt: skip


def spans(*edges):
    return [TimeSpan(start_s=a, end_s=b) for a, b in edges]


def test_scores_are_shares_of_the_seven_in_plain_numbers(engine):
    (answer,) = engine.host().ask([Item({}, {"crop": crops(1)[0]})])
    assert sorted(engine.labels()[n] for n in answer["scores"]) == sorted(CATEGORIES)
    assert sum(answer["scores"].values()) == pytest.approx(1)
    assert all(type(s) is float for s in answer["scores"].values())


def test_many_at_once_are_judged_as_each_alone_in_their_order(engine):
    items = [Item({}, {"crop": c}) for c in crops(7)]
    together = engine.host().ask(items, batches=[[6, 2, 0], [1, 3, 5, 4]])
    alone = engine.host().ask(items)
    for one, other in zip(together, alone, strict=True):
        assert one["scores"] == pytest.approx(other["scores"], abs=1e-5)
    assert len({max(a["scores"], key=a["scores"].get) for a in alone} | {a["scores"]["sad"] for a in alone}) > 2  # fmt: skip


def test_deepfaces_own_door_says_the_same_of_the_same_crop(tmp_path, monkeypatch):
    folder = deepface_emotion.build(tmp_path / "model")
    home = tmp_path / "home" / ".deepface" / "weights"
    home.mkdir(parents=True)
    (home / deepface_emotion.FILE).write_bytes((folder / deepface_emotion.FILE).read_bytes())
    monkeypatch.setenv("DEEPFACE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DEEPFACE_BACKEND_ENGINE", "onnx")
    from deepface import DeepFace

    made = DeepFaceExpression()
    made.set_up(Setup(device="cpu", models={"expression.deepface": str(folder)}))
    for crop in crops(3):
        (theirs,) = DeepFace.analyze(
            crop[:, :, ::-1].copy(), actions=["emotion"], detector_backend="skip",
            enforce_detection=False, silent=True,
        )  # fmt: skip
        (ours,) = made.host().ask([Item({}, {"crop": crop})])
        percent = {n: float(s) for n, s in theirs["emotion"].items()}
        assert {n: 100 * s for n, s in ours["scores"].items()} == pytest.approx(percent, abs=1e-3)
        assert list(ours["scores"]) == list(theirs["emotion"])
    made.host().close()


def test_transformers_labels_are_told_by_name_not_by_place(tmp_path):
    import torch
    from transformers import AutoImageProcessor, AutoModelForImageClassification

    folder = face_vit.build(tmp_path)
    crop = crops(1)[0]
    model = AutoModelForImageClassification.from_pretrained(folder, local_files_only=True)
    prepared = AutoImageProcessor.from_pretrained(folder)(crop, return_tensors="pt")
    with torch.inference_mode():
        told = torch.softmax(model(**prepared).logits, -1)[0].tolist()
    (answer,) = pictures.load({"folder": str(folder), "device": "cpu"}).answer(
        [Item({}, {"crop": crop})]
    )
    assert answer["scores"] == pytest.approx(
        dict(zip(face_vit.LABELS, told, strict=True)), abs=1e-4
    )


def test_a_span_gets_the_mean_of_its_pictures_with_the_time_of_the_strongest(engine, clip):
    (evidence,) = select(
        engine.observe(clip, spans((1.0, 2.0)), []), kind="expression"
    )  # fmt: skip
    items = [
        Item({}, {"crop": c}) for _, b in clip.faces.crops("FACE_01", evidence.span) for c in b
    ]
    told = [a["scores"] for a in engine.host().ask(items)]
    labels = engine.labels()
    means = {labels[n]: float(np.mean([t[n] for t in told])) for n in told[0]}
    assert evidence.reading.scores == pytest.approx(means, abs=1e-3)
    lead = max(means, key=means.get)
    own = next(n for n in told[0] if labels[n] == lead)
    assert evidence.reading.apex_s == pytest.approx(
        1.0 + 0.2 * int(np.argmax([t[own] for t in told]))
    )
    assert (evidence.subject, evidence.engine) == ("FACE_01", engine.engine)
    assert evidence.reading.category_set == "fer7"


def test_every_face_in_every_span_gets_its_own_answer(engine, clip):
    found = engine.observe(clip, spans((0, 2), (3, 6)), [])
    shown = [(e.start_s, e.subject) for e in select(found, kind="expression")]
    assert shown == [(0, "FACE_01"), (3, "FACE_01"), (3, "FACE_02")]
    assert found == sorted(found, key=lambda f: (f.start_s, f.end_s, f.subject))


def test_an_answer_does_not_depend_on_what_else_is_asked(engine, clip):
    every = engine.observe(clip, spans((0, 2), (2, 4), (4, 6)), [])
    alone = [f for s in spans((0, 2), (2, 4), (4, 6)) for f in engine.observe(clip, [s], [])]
    for one, other in zip(every, alone, strict=True):
        assert one.id == other.id
        assert one.reading.scores == pytest.approx(other.reading.scores, abs=2e-4)


def test_no_face_and_hardly_a_face_are_gaps(engine, clip):
    (none,) = engine.observe(replace(clip, faces=None), spans((0, 2)), [])
    assert none.code is GapCode.NOTHING_THERE
    found = engine.observe(clip, spans((3.9, 4.1)), [])
    assert {(f.subject, f.code) for f in found if isinstance(f, Gap)} == {
        ("FACE_01", GapCode.TOO_SHORT), ("FACE_02", GapCode.TOO_SHORT),
    }  # fmt: skip


def test_numbers_that_are_not_finite_are_refused(tmp_path):
    folder = deepface_emotion.build(tmp_path, broken=True)
    with pytest.raises(ModelOutputError, match="not finite"):
        emotion.load({"folder": str(folder), "device": "cpu"})


def test_weights_that_lack_a_layer_are_refused_instead_of_made_up(tmp_path):
    folder = face_vit.build(tmp_path, without="classifier")
    with pytest.raises(ToolUnavailable, match=r"lack classifier"):
        pictures.load({"folder": str(folder), "device": "cpu"})


def test_deepface_loads_nothing_but_its_emotion_network(tmp_path):
    emotion.load({"folder": str(deepface_emotion.build(tmp_path)), "device": "cpu"})
    from deepface.modules import modeling

    assert list(modeling.cached_models["facial_attribute"]) == ["Emotion"]


def test_deepface_does_not_grow_with_the_faces_it_has_seen(tmp_path):
    made = DeepFaceExpression()
    made.set_up(Setup(models={"expression.deepface": str(deepface_emotion.build(tmp_path))}))
    items = [Item({}, {"crop": c}) for c in crops(64)]

    def held_mb(rounds):
        """The least that it held between batches: what a batch takes for a moment does not count."""
        held = []
        for _ in range(rounds):
            made.host().ask(items, batches=[range(len(items))])
            status = Path(f"/proc/{made.host().pid}/status").read_text()
            held.append(int(status.split("RssAnon:")[1].split()[0]) / 1024)
        return min(held[-5:])

    before, after = held_mb(5), held_mb(20)
    assert after - before < 30
    made.host().close()
