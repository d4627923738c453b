"""A classifier of sounds really runs: order of labels, batches, spans inside the clip."""

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from tests import synth
from tests.full.tiny import sounds as tiny
from tests.unit.test_asr import clip_of

from emer.tools.findings import Evidence, GapCode, Modality, TimeSpan
from emer.tools.hosting.items import Item
from emer.tools.loaders import voice as loader
from emer.tools.setup import Setup
from emer.tools.vocal_events_transformers import VocalEvents

pytestmark = [pytest.mark.full, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tiny.build(tmp_path_factory.mktemp("tiny_sounds") / "ast")


@pytest.fixture
def model(folder):
    return loader.load_events({"tool": "vocal_events", "folder": str(folder), "device": "cpu"})


def items(n):
    rng = np.random.default_rng(0)
    return [
        Item({}, {"sound": (0.1 * (i + 1) * rng.normal(size=64_000)).astype(np.float32)})
        for i in range(n)
    ]


def test_sounds_are_judged_the_same_in_a_batch_and_alone(model):
    together = model.answer(items(3))
    for one, item in zip(together, items(3), strict=True):
        (alone,) = model.answer([item])
        assert list(one["scores"]) == list(tiny.LABELS)
        assert list(one["scores"].values()) == pytest.approx(
            list(alone["scores"].values()), abs=1e-4
        )


def test_several_sounds_may_be_heard_at_once_each_under_its_own_label(model):
    import torch

    with torch.no_grad():
        model._model.classifier.dense.weight.zero_()
        model._model.classifier.dense.bias.copy_(torch.tensor([-9.0, 9, -9, -9, -9, 9, -9]))
    (answer,) = model.answer(items(1))
    assert [k for k, v in answer["scores"].items() if v > 0.9] == ["Laughter", "Music"]


def test_what_is_heard_lies_inside_the_clip_and_silence_is_a_gap(folder, tmp_path):
    tool = VocalEvents()
    tool.set_up(Setup(device="cpu", models={"vocal_events.transformers": str(folder)}))
    tool.ready()
    clip = clip_of(tmp_path, sound=synth.voiced(11), duration_s=11.0)
    found = tool.observe(clip, [clip.span], [])
    assert found
    assert all(isinstance(f, Evidence) and 0 <= f.start_s < f.end_s <= 11 for f in found)
    by_event = {f.reading.event: f.modality for f in found}
    assert by_event.get("music", Modality.SCENE) is Modality.SCENE
    assert by_event.get("laughter", Modality.VOICE) is Modality.VOICE
    part = TimeSpan(start_s=2, end_s=3)
    assert tool.observe(clip, [part], []) == [f for f in found if f.overlaps(part)]
    (tmp_path / "quiet").mkdir()
    quiet = clip_of(tmp_path / "quiet", sound=np.zeros(48_000, np.float32), duration_s=3.0)
    (gap,) = tool.observe(quiet, [quiet.span], [])
    assert gap.code is GapCode.NOTHING_THERE
