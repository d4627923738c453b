"""The text emotion network: its tokens, its weights, its training, its figures."""

import csv
import json
import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from tests.unit.test_text_emotion import clip_of

from emer.evals.accuracy.text import passed
from emer.evals.accuracy.text_pairs import PAIRS
from emer.evals.train.sums import FOLDER, write
from emer.evals.train.text.calibrating import calibrated
from emer.evals.train.text.corpus import N_FOLDS, folds, goemotions, normalised
from emer.evals.train.text.phrases import phrases
from emer.evals.train.text.thresholds import (
    best_threshold,
    best_thresholds,
    f1_per_label,
)
from emer.tools.errors import EmerError, ToolUnavailable
from emer.tools.text_emotion import TextEmotion
from emer.tools.text_features import MAX_CHARS, MAX_PIECES, features, form_of, tokenize
from emer.tools.text_language import guess
from emer.tools.text_model import CATEGORIES, NAME, text_model


@pytest.fixture(scope="module")
def model():
    return text_model()


@pytest.fixture
def copy(tmp_path):
    """Return a copy of the shipped files of the network, listed."""
    folder = tmp_path / "weights"
    folder.mkdir()
    for suffix in (".onnx", ".json"):
        shutil.copy(FOLDER / f"{NAME}{suffix}", folder)
    write(folder)
    return folder


def test_every_category_has_a_threshold(model):
    assert set(model.thresholds) == set(CATEGORIES)
    assert all(0 < threshold < 1 for threshold in (model.threshold, *model.thresholds.values()))


def test_the_weights_are_small_and_in_8_bits():
    assert (FOLDER / f"{NAME}.onnx").stat().st_size <= 3_000_000


def test_altered_weights_are_refused(tmp_path, copy):
    file = copy / f"{NAME}.onnx"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    specialist = TextEmotion(folder=copy)
    for ask in (specialist.ready, lambda: specialist.observe(clip_of(tmp_path), [], [])):
        with pytest.raises(ToolUnavailable, match="damaged") as error:
            ask()
        assert error.value.remedy


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(ToolUnavailable, match="missing"):
        TextEmotion(folder=tmp_path).ready()


def test_a_file_that_holds_something_else_is_refused(tmp_path, copy):
    (copy / f"{NAME}.onnx").write_bytes(b"no network")
    write(copy)
    with pytest.raises(ToolUnavailable, match="cannot be loaded"):
        TextEmotion(folder=copy).observe(clip_of(tmp_path), [], [])


# --- training -----------------------------------------------------------------------------------


def test_training_says_what_it_misses(tmp_path):
    with pytest.raises(EmerError, match=r"train\.tsv") as error:
        goemotions(tmp_path, "train")
    assert "--data" in str(error.value.remedy)


def test_texts_of_the_same_words_are_never_in_two_folds(shared_data):
    texts = goemotions(shared_data, "train").texts
    fold = folds(texts)
    assert set(fold) == set(range(N_FOLDS))
    where = {}
    for text, k in zip(texts, fold.tolist(), strict=True):
        assert where.setdefault(normalised(text), k) == k


def test_thresholds_are_where_f1_is_best():
    truth = np.zeros((4, len(CATEGORIES)), bool)
    truth[:2] = True
    scores = np.where(truth, 0.5, 0.3).astype(np.float32)
    assert 0.3 < best_threshold(scores, truth) <= 0.5
    assert f1_per_label(scores, truth, best_thresholds(scores, truth)).mean() == 1.0
    assert f1_per_label(scores, truth, 0.1).mean() == pytest.approx(2 / 3)


def test_calibration_undoes_what_logits_overstate_and_keeps_their_order():
    rng = np.random.default_rng(0)
    honest = rng.normal(-1, 1.5, size=(20_000, 4)).astype(np.float32)
    truth = rng.random(honest.shape) < 1 / (1 + np.exp(-honest))
    curve = calibrated(honest * np.float32(1.5), truth)
    likely = np.abs(honest) < 3
    assert np.abs(curve.bend(honest * np.float32(1.5)) - honest)[likely].mean() < 0.15
    rising = curve.bend(np.linspace(-6, 20, 200, dtype=np.float32))
    assert (np.diff(rising) > 0).all()


def test_own_phrases_teach_known_categories_only():
    assert {category for _, category in phrases()} <= set(CATEGORIES)
    assert phrases() == phrases()


def test_own_phrases_are_not_the_pairs_that_the_model_is_measured_with():
    taught = {normalised(text) for text, category in phrases() if category != "neutral"}
    asked = [p.more for pairs in PAIRS.values() for p in pairs]
    # the plainest statements of a feeling are in both: "I'm happy"
    assert sum(normalised(text) in taught for text in asked if normalised(text)) <= 8


def test_no_category_is_shifted_against_how_often_it_occurs(shared_data, model):
    """A threshold for all is honest only if no logit was moved to fit it."""
    dev = goemotions(shared_data, "dev")
    said, true = model.scores(dev.texts).mean(axis=0), dev.truth.mean(axis=0)
    common = true >= 0.02
    apart = np.abs(said[common] / true[common] - 1)
    assert np.median(apart) < 0.1
    assert apart.max() < 0.35


# --- figures ------------------------------------------------------------------------------------


def test_the_shipped_network_reaches_its_figures_on_held_out_comments(shared_data, model):
    dev = goemotions(shared_data, "dev")
    scores = model.scores(dev.texts)
    macro = f1_per_label(scores, dev.truth, model.threshold).mean()
    assert f"macro-F1 {macro:.3f}" in TextEmotion.card.metrics
    assert macro >= 0.44
    folder = shared_data / "text" / "goemotions" / "original"
    assert (folder / "labels.txt").read_text("utf-8").split() == list(CATEGORIES)


@pytest.mark.parametrize("kind", PAIRS)
def test_pairs_that_differ_in_one_thing_are_told_apart_as_the_card_says(model, kind):
    right = passed(model, kind)
    assert f"{kind} {right.sum()} of {len(right)}" in TextEmotion.card.metrics
    assert right.mean() >= 0.8


def test_dialogue_is_taken_for_english_and_its_translation_is_not(shared_data, model):
    with (shared_data / "text" / "meld" / "meld_train_dev.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "val"]
    english = [guess(row["transcript_en"], model.letters).english for row in rows]
    chinese = [guess(row["transcript_zh"], model.letters).english for row in rows]
    assert english.count(False) / len(rows) < 0.01
    assert english.count(True) / len(rows) > 0.75
    assert chinese.count(True) == 0


# --- reading ------------------------------------------------------------------------------------


def test_scoring_many_texts_equals_scoring_each(model):
    texts = ["I am happy", "", "no", "word " * 300, "!!!"] * 40
    together = model.scores(texts)
    assert np.allclose(together, np.concatenate([model.scores([t]) for t in texts]), atol=1e-5)


def test_no_text_is_no_score(model):
    assert model.scores([]).shape == (0, len(CATEGORIES))
    assert model.judge([]) == []


def test_text_beyond_the_limit_is_not_read(model):
    hostile = "a" * 10**6 + " " + "\u0301" * 10**5
    assert all(math.isfinite(score) for score in model.scores([hostile])[0])
    assert tokenize("x " * MAX_CHARS + "happy")[-1].form == "x"
    assert len(form_of("a" * 40).pieces) == MAX_PIECES


def test_a_form_that_occurs_twice_is_described_once():
    inputs = features([tokenize("very, very, very good"), tokenize("good")])
    assert len(inputs.words) == 1 + 2
    assert inputs.order.tolist() == [[1, 1, 1, 2], [2, 0, 0, 0]]
    assert (inputs.pairs[1] > 0).tolist() == [True, False, False, False]


def test_what_tokens_add_goes_where_the_strongest_category_comes_from(model):
    for text, word in (
        ("they said it at home and I was so terrified of that", "terrified"),
        ("well thank you and all the others at the station", "thank"),
        ("what he did there with the table is disgusting to me", "disgusting"),
    ):
        assert model.judge([text])[0].cue_words[0] == word


def test_a_negation_ends_with_its_clause():
    forms = [token.form for token in tokenize("It is not here, but I love it")]
    assert "not_here" in forms
    assert "love" in forms


def test_no_at_the_start_negates_the_next_word_only():
    assert [t.form for t in tokenize("no I love it")] == ["no", "not_i", "love", "it"]


def test_the_card_says_what_the_network_may_be_used_for():
    about = json.loads(Path(FOLDER, f"{NAME}.json").read_text("utf-8"))
    assert about["card"]["commercial_use"] is True
    assert "MELD" not in about["card"]["trained_on"]
