"""A classifier of transformers reads words: label order, independent scores, batches, long texts."""

import pytest

pytest.importorskip("torch")
pytest.importorskip("transformers")

from tests.full.tiny import text as tiny
from tests.unit.test_text_emotion import clip_of, said

from emer.tools.errors import ModelOutputError
from emer.tools.findings import Evidence
from emer.tools.hosting.items import Item
from emer.tools.loaders import text as loader
from emer.tools.setup import Setup
from emer.tools.taxonomy import CATEGORY_SETS
from emer.tools.text_emotion_models import TransformersTextEmotion

pytestmark = [pytest.mark.full, pytest.mark.filterwarnings("default")]
LABELS = CATEGORY_SETS["goemotions28"]


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tiny.build(tmp_path_factory.mktemp("tiny_text") / "roberta")


@pytest.fixture
def model(folder):
    return loader.load({"tool": "text_emotion", "folder": str(folder), "device": "cpu"})


def judged(model, *texts):
    return [a["scores"] for a in model.answer([Item({"text": t}) for t in texts])]


def test_texts_are_judged_the_same_in_a_batch_and_alone(model):
    texts = ("Hello there.", "What a wonderful day this is!", "不", "x" * 500)
    together = judged(model, *texts)
    for one, text in zip(together, texts, strict=True):
        (alone,) = judged(model, text)
        assert list(one) == list(LABELS)
        assert list(one.values()) == pytest.approx(list(alone.values()), abs=1e-4)
    assert together[0]["joy"] != pytest.approx(together[1]["joy"], abs=1e-6)


def test_every_output_comes_under_its_own_label_and_apart_from_the_others(model):
    import torch

    with torch.no_grad():
        model._model.classifier.out_proj.weight.zero_()
        for i in (LABELS.index("joy"), LABELS.index("surprise")):
            model._model.classifier.out_proj.bias[i] = 9.0
    (scores,) = judged(model, "x")
    assert [c for c in LABELS if scores[c] > 0.9] == ["joy", "surprise"]
    assert scores["anger"] == pytest.approx(0.5, abs=0.1)


def test_numbers_that_are_not_finite_are_refused(model):
    import torch

    with torch.no_grad():
        model._model.classifier.out_proj.bias[3] = float("inf") - float("inf")
    with pytest.raises(ModelOutputError, match="not finite"):
        judged(model, "x")


def test_the_specialist_reads_in_a_process_of_its_own(folder, tmp_path):
    tool = TransformersTextEmotion()
    tool.set_up(Setup(device="cpu", models={"text_emotion.transformers": str(folder)}))
    tool.ready()
    utterances = [said("I am so glad.", 1, 3), said("Das ist schade.", 4, 6, language="de")]
    found = tool.observe(clip_of(tmp_path), [u.span for u in utterances], utterances)
    assert [(type(f), f.start_s) for f in found] == [(Evidence, 1.0), (Evidence, 4.0)]
    assert {f.engine for f in found} == {"transformers"}
    assert found[1].reading.language == "de"
    assert set(found[0].reading.scores) == set(LABELS)
