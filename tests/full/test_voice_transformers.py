"""Models of transformers hear voices: labels, scales, batches, weights that do not fit."""

import json

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from tests import synth
from tests.full.tiny import voice as tiny
from tests.unit.test_asr import CARD, clip_of

from emer.tools.errors import ModelOutputError, ToolUnavailable
from emer.tools.findings import Evidence, Gap, GapCode, Modality, TimeSpan
from emer.tools.hosting.items import Item
from emer.tools.loaders import voice as loader
from emer.tools.readings import UtteranceReading
from emer.tools.setup import Setup
from emer.tools.speech_emotion_transformers import SpeechEmotionTransformers
from emer.tools.voice_dimensions_transformers import VoiceDimensions

pytestmark = [pytest.mark.full, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="session")
def folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("tiny_voices")
    return {
        "large": tiny.build(root / "large"),
        "base": tiny.build(root / "base", norm="group"),
        "mean": tiny.build_mean_head(root / "mean"),
        "attentive": tiny.build_attentive_head(root / "attentive"),
    }


def options(folder):
    return {"tool": "speech_emotion", "folder": str(folder), "device": "cpu"}


def sounds(*lengths_s):
    rng = np.random.default_rng(0)
    return [
        Item({}, {"sound": (0.1 * rng.normal(size=int(s * 16000))).astype(np.float32)})
        for s in lengths_s
    ]


def flat(answer):
    return list(answer.get("scores", answer).values())


@pytest.mark.parametrize("kind", ["large", "base", "mean", "attentive"])
def test_a_sound_is_judged_the_same_in_a_batch_and_by_itself(folders, kind):
    load = loader.load_categories if kind in {"large", "base"} else loader.load_dimensions
    model = load(options(folders[kind]))
    items = sounds(2.0, 1.9, 2.0, 1.85)
    together = model.answer(items)
    alone = [model.answer([i])[0] for i in items]
    for one, other in zip(together, alone, strict=True):
        assert flat(one) == pytest.approx(flat(other), abs=1e-4)
    assert flat(together[0]) != pytest.approx(flat(together[1]), abs=1e-6)


def test_scores_come_under_the_labels_in_their_order_and_sum_to_one(folders):
    import torch

    model = loader.load_categories(options(folders["large"]))
    (answer,) = model.answer(sounds(1.0))
    assert list(answer["scores"]) == ["neu", "hap", "ang", "sad"]
    assert sum(answer["scores"].values()) == pytest.approx(1.0, abs=1e-5)
    with torch.no_grad():  # what only the third output says comes out under the third label
        model._model.classifier.bias.copy_(torch.tensor([0.0, 0.0, 50.0, 0.0]))
    (answer,) = model.answer(sounds(1.0))
    assert answer["scores"]["ang"] > 0.99


@pytest.mark.parametrize("kind", ["mean", "attentive"])
def test_the_published_order_is_arousal_dominance_valence(folders, kind):
    import torch

    model = loader.load_dimensions(options(folders[kind]))
    last = model._model.classifier.out_proj if kind == "mean" else model._model.ser_model.out[0]
    with torch.no_grad():
        last.weight.zero_()
        last.bias.copy_(torch.tensor([0.9, 0.5, 0.1]))
    (answer,) = model.answer(sounds(1.0))
    assert answer == {
        "arousal": pytest.approx(0.9), "dominance": pytest.approx(0.5), "valence": pytest.approx(0.1),
    }  # fmt: skip


def test_a_head_that_would_be_random_is_refused(folders):
    """Transformers itself loads this one with a random head and only prints that it did."""
    with pytest.raises(ToolUnavailable, match="its weights lack classifier"):
        loader.load_categories(options(folders["mean"]))


def test_a_classifier_is_no_model_of_dimensions(folders):
    with pytest.raises(ToolUnavailable, match="weights lack"):
        loader.load_dimensions(options(folders["large"]))


def test_weights_of_another_shape_are_refused(folders, tmp_path):
    for file in folders["large"].iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text())
    config["classifier_proj_size"] = 8
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(ToolUnavailable, match="cannot be used"):
        loader.load_categories(options(tmp_path))


def test_a_pickle_alone_is_refused(folders, tmp_path):
    import torch

    for name in ("config.json", "preprocessor_config.json"):
        (tmp_path / name).write_bytes((folders["large"] / name).read_bytes())
    torch.save({}, tmp_path / "pytorch_model.bin")
    with pytest.raises(ToolUnavailable, match="cannot be used"):
        loader.load_categories(options(tmp_path))


def test_numbers_that_are_not_finite_are_refused(folders):
    import torch

    model = loader.load_categories(options(folders["large"]))
    with torch.no_grad():
        model._model.classifier.bias.fill_(float("nan"))
    with pytest.raises(ModelOutputError, match="not finite"):
        model.answer(sounds(1.0))


def said(start_s, end_s, speaker="SPK_01"):
    return Evidence.of(
        tool="utterances", engine="fake", modality=Modality.VOICE, card=CARD, subject=speaker,
        span=TimeSpan(start_s=start_s, end_s=end_s),
        reading=UtteranceReading(speaker=speaker, speech_s=end_s - start_s),
    )  # fmt: skip


SAID = [said(1, 4), said(5, 23, "SPK_02")]


def heard(tool, key, folder, tmp_path, seconds=24.0):
    tool.set_up(Setup(device="cpu", models={key: str(folder)}))
    tool.ready()
    sound = synth.voiced(seconds)
    for one in (slice(0, 16_000), slice(4 * 16_000, 5 * 16_000), slice(23 * 16_000, None)):
        sound[one] = 0
    clip = clip_of(tmp_path, sound=sound, duration_s=seconds)
    spans = [TimeSpan(start_s=1, end_s=4), TimeSpan(start_s=5, end_s=23)]
    return clip, spans, tool.observe(clip, spans, SAID)


def test_every_utterance_gets_categories_in_our_words(folders, tmp_path):
    _, spans, found = heard(
        SpeechEmotionTransformers(), "speech_emotion.transformers", folders["base"], tmp_path
    )
    assert [f.span for f in found] == spans
    assert [f.subject for f in found] == ["SPK_01", "SPK_02"]
    for f in found:
        assert isinstance(f, Evidence)
        assert (f.engine, f.model, f.reading.category_set) == ("transformers", "base", "voice8")
        assert set(f.reading.scores) == {"neutral", "happy", "angry", "sad"}
        assert sum(f.reading.scores.values()) == pytest.approx(1.0, abs=0.01)
        assert (f.reading.arousal, f.reading.familiarity, f.reading.adapted_from) == (None, None, 0)
        assert 0 < f.score <= 1


def test_every_utterance_gets_its_place_on_three_dimensions(folders, tmp_path):
    _, spans, found = heard(
        VoiceDimensions(), "voice_dimensions.transformers", folders["mean"], tmp_path
    )
    assert [f.span for f in found] == spans
    assert all(f.reading.kind == "voice_dimensions" for f in found)
    assert all(-1 <= f.reading.arousal <= 1 for f in found)


def test_an_answer_does_not_depend_on_what_else_is_asked(folders, tmp_path):
    tool = SpeechEmotionTransformers()
    clip, spans, together = heard(tool, "speech_emotion.transformers", folders["large"], tmp_path)
    alone = [tool.observe(clip, [s], SAID)[0] for s in spans]
    for one, other in zip(together, alone, strict=True):
        assert one.id == other.id
        for name, score in one.reading.scores.items():
            assert score == pytest.approx(other.reading.scores[name], abs=0.002)


def test_silence_is_a_gap_and_asks_no_model(folders, tmp_path):
    tool = VoiceDimensions()
    tool.set_up(Setup(device="cpu", models={"voice_dimensions.transformers": str(folders["mean"])}))
    clip = clip_of(tmp_path, sound=np.zeros(16000 * 5, np.float32), duration_s=5.0)
    (gap,) = tool.observe(clip, [clip.span], [])
    assert isinstance(gap, Gap)
    assert gap.code is GapCode.NOTHING_THERE


def test_a_model_whose_labels_nobody_knows_is_refused(tmp_path):
    folder = tiny.build(tmp_path / "odd", labels=("foo", "bar", "angry"))
    with pytest.raises(ToolUnavailable, match="labels of odd are not known"):
        heard(SpeechEmotionTransformers(), "speech_emotion.transformers", folder, tmp_path)
