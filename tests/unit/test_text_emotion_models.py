"""An encoder as an ONNX file reads words in the base installation: labels, thresholds, languages."""

import json
import os
import shutil
import signal
from pathlib import Path

import pytest
from tests.unit.test_text_emotion import clip_of, said

from emer.tools.errors import ModelOutputError, ToolUnavailable
from emer.tools.findings import Evidence, Gap, GapCode
from emer.tools.hosting.items import Item
from emer.tools.loaders import onnx_text
from emer.tools.models.catalogue import catalogue
from emer.tools.setup import Setup
from emer.tools.text_emotion_models import (
    CATEGORIES,
    THRESHOLD,
    OnnxTextEmotion,
    languages_of,
    verdict_of,
)

TINY = Path(__file__).parents[1] / "fixtures" / "tiny_onnx_text"
ENTRY = catalogue()["go-emotions-int8"]


@pytest.fixture(scope="module")
def model():
    return onnx_text.load({"tool": "text_emotion", "folder": str(TINY), "device": "cpu"})


def judged(model, *texts):
    return [a["scores"] for a in model.answer([Item({"text": t}) for t in texts])]


def reader(folder=TINY, models_dir=None):
    tool = OnnxTextEmotion()
    model = str(folder) if models_dir is None else "mine"
    tool.set_up(
        Setup(device="cpu", models={"text_emotion.onnx_encoder": model}, models_dir=models_dir)
    )
    tool.ready()
    return tool


@pytest.mark.parametrize(
    ("text", "label"), [("thanks", "gratitude"), ("HAPPY", "joy"), ("angry", "anger")]
)
def test_a_word_speaks_for_its_own_label(model, text, label):
    (scores,) = judged(model, text)
    assert max(scores, key=scores.get) == label
    assert scores[label] == pytest.approx(0.982, abs=0.001)
    assert list(scores) == list(CATEGORIES)


def test_scores_are_independent_of_each_other_and_of_what_else_is_asked(model):
    texts = ("happy", "thanks happy", "sad sad the sad")
    together = judged(model, *texts)
    assert together == [judged(model, t)[0] for t in texts]
    assert together[1]["joy"] == together[1]["gratitude"] == pytest.approx(0.5)


def test_a_long_text_is_cut(model):
    (scores,) = judged(model, "happy " * 600 + "angry " * 600)
    assert scores["anger"] < 0.05 < scores["joy"]


def test_the_specialist_says_what_words_express_and_where_that_lies(tmp_path):
    tool, clip = reader(), clip_of(tmp_path)
    utterances = [said("Happy happy", 1, 3), said("the sad angry", 4, 6, "SPK_02")]
    found = tool.observe(clip, [u.span for u in utterances], utterances)
    first, second = (f for f in found if isinstance(f, Evidence))
    assert (first.engine, first.model, first.subject) == (
        "onnx_encoder",
        "tiny_onnx_text",
        "SPK_01",
    )
    assert first.reading.expressed == ("joy",)
    assert first.reading.valence > 0.3 > 0 > second.reading.valence
    assert set(first.reading.scores) == set(CATEGORIES)


def test_a_checkpoint_of_ones_own_reads_every_language(tmp_path):
    tool, clip = reader(), clip_of(tmp_path)
    utterances = [said("happy 高兴", 1, 3, language="zh")]
    (found,) = tool.observe(clip, [clip.span], utterances)
    assert isinstance(found, Evidence)
    assert found.reading.language == "zh"


def test_a_language_that_the_catalogue_does_not_name_is_a_gap(tmp_path):
    mine = tmp_path / "models"
    shutil.copytree(TINY, mine / "mine")
    entry = {
        "serves": ["text_emotion.onnx_encoder"], "size_mb": 1, "needs_mb": 10, "licence": "MIT",
        "commercial_use": True, "languages": ["en", "de"], "purpose": "Judges words for tests.",
        "outputs": "scores", "trained_on": "nothing", "metrics": "not measured", "source": "tests",
        "limits": ["tiny"],
    }  # fmt: skip
    lines = [f"{k} = {json.dumps(v)}" for k, v in entry.items()]
    files = ", ".join(
        f'{{ path = "{p.name}", url = "https://example.org/{p.name}" }}' for p in TINY.iterdir()
    )
    thresholds = "thresholds = { joy = 0.99 }"
    (mine / "models.toml").write_text(
        "\n".join(["[mine]", f"files = [{files}]", thresholds, *lines])
    )
    tool, clip = reader(models_dir=mine), clip_of(tmp_path)
    utterances = [
        said("happy", 1, 2, language="de"), said("happy", 3, 4, language="fr"),
        said("sad", 5, 6, language="en"),
    ]  # fmt: skip
    german, french, english = tool.observe(clip, [u.span for u in utterances], utterances)
    assert german.reading.language == "de"
    assert german.reading.expressed == ()
    assert english.reading.expressed == ("sadness",)
    assert isinstance(french, Gap)
    assert french.code is GapCode.UNSUPPORTED
    assert "this engine reads de, en only" in french.reason


def test_silence_and_no_utterances_ask_no_model(tmp_path):
    tool, clip = reader(), clip_of(tmp_path)
    (gap,) = tool.observe(clip, [clip.span], [])
    assert gap.code is GapCode.NOTHING_THERE
    assert tool.observe(clip, [], []) == []


def test_a_process_that_is_killed_is_replaced(tmp_path):
    tool, clip = reader(), clip_of(tmp_path)
    utterances = [said("happy", 1, 2)]
    before = tool.observe(clip, [clip.span], utterances)
    os.kill(tool.host().pid, signal.SIGKILL)
    assert tool.observe(clip, [clip.span], utterances) == before


def test_labels_come_in_our_words_and_unknown_ones_are_left_out():
    verdict = verdict_of({"Happiness": 0.9, "sadness": 0.1, "boredom": 0.8}, None)
    assert verdict.scores == {"joy": 0.9, "sadness": 0.1}
    assert verdict.expressed == ("joy",)
    with pytest.raises(ToolUnavailable, match="labels of the model are not known"):
        verdict_of({"LABEL_0": 0.5, "neutral": 0.5}, None)


def test_thresholds_are_those_of_the_catalogue_where_there_are_any():
    entry = ENTRY.model_copy(update={"thresholds": {"joy": 0.1}})
    scores = {"joy": 0.15, "anger": THRESHOLD - 0.01, "fear": THRESHOLD}
    assert verdict_of(scores, entry).expressed == ("fear", "joy")


def test_the_catalogue_decides_what_can_be_read():
    assert languages_of(ENTRY) == {"en"}
    assert languages_of(None) is None


def test_files_that_are_missing_or_no_model_are_told(tmp_path):
    options = {"tool": "text_emotion", "folder": str(tmp_path), "device": "cpu"}
    with pytest.raises(ToolUnavailable, match=r"lacks model\.onnx"):
        onnx_text.load(options)
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.onnx").write_bytes(b"nonsense")
    with pytest.raises(ToolUnavailable, match="cannot be used"):
        onnx_text.load(options)


def test_a_model_with_another_number_of_labels_is_refused(tmp_path):
    shutil.copytree(TINY, tmp_path, dirs_exist_ok=True)
    (tmp_path / "config.json").write_text('{"id2label": {"0": "joy", "1": "anger"}}')
    options = {"tool": "text_emotion", "folder": str(tmp_path), "device": "cpu"}
    with pytest.raises(ModelOutputError, match="no score per label"):
        judged(onnx_text.load(options), "happy")
