"""The text emotion model itself: its tokens, its file of weights, its training, its figures."""

import csv
import io
import math

import numpy as np
import pytest
from tests.unit.test_text_emotion import clip_of

from emer.tools.errors import ToolUnavailable
from emer.tools.shipped_weights import read_weights, shipped
from emer.tools.text_emotion import CARD, TextEmotion
from emer.tools.text_features import MAX_CHARS, ROWS, tokenize
from emer.tools.text_language import guess
from emer.tools.text_model import CATEGORIES, SHA256, THRESHOLDS, TOOL, WEIGHTS, load


@pytest.fixture(scope="module")
def model():
    return load(read_weights(TOOL, shipped(WEIGHTS), SHA256))


def test_every_category_has_a_threshold():
    assert list(THRESHOLDS) == list(CATEGORIES)
    assert all(0 < threshold < 1 for threshold in THRESHOLDS.values())


def test_the_weights_are_small_and_hold_no_pickles():
    raw = shipped(WEIGHTS).read_bytes()
    assert len(raw) <= 3_000_000
    with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "iuf" for name in arrays.files)


def test_altered_weights_are_refused(tmp_path):
    altered = tmp_path / "weights.npz"
    altered.write_bytes(shipped(WEIGHTS).read_bytes()[:-1] + b"x")
    specialist = TextEmotion(weights=altered)
    for ask in (specialist.ready, lambda: specialist.observe(clip_of(tmp_path), [], [])):
        with pytest.raises(ToolUnavailable, match="damaged") as error:
            ask()
        assert error.value.remedy


def test_missing_weights_are_named(tmp_path):
    with pytest.raises(ToolUnavailable, match="missing"):
        TextEmotion(weights=tmp_path / "nothing.npz").ready()


def test_a_file_that_holds_something_else_is_refused(tmp_path):
    other = tmp_path / "other.npz"
    np.savez(other, rows=np.zeros((2, 2), np.int8))
    for raw in (other.read_bytes(), b"not a zip", b"PK\x03\x04"):
        with pytest.raises(ToolUnavailable, match="cannot be read"):
            load(raw)


# --- training -----------------------------------------------------------------------------------


def test_training_says_what_it_misses(tmp_path, capsys):
    from emer.evals.train import text_emotion

    nowhere = ["--data", str(tmp_path), "--out", str(tmp_path / "w.npz")]
    assert text_emotion.main(nowhere) == 1
    assert "train.tsv" in capsys.readouterr().err


def test_training_without_its_libraries_says_how_to_get_them(tmp_path, capsys, monkeypatch):
    import importlib

    from emer.evals.train import text_emotion

    def missing(name):
        raise ImportError(name)

    (tmp_path / "train.tsv").write_text("I love it\t18\tx\n", "utf-8")
    monkeypatch.setattr(importlib, "import_module", missing)
    assert text_emotion.main(["--data", str(tmp_path), "--out", str(tmp_path / "w.npz")]) == 1
    assert "pip install scikit-learn" in capsys.readouterr().err
    assert not (tmp_path / "w.npz").exists()


def test_thresholds_are_where_f1_is_best():
    from emer.evals.train.text_emotion import best_threshold, best_thresholds, f1_per_label

    truth = np.zeros((4, len(CATEGORIES)), bool)
    truth[:2] = True
    scores = np.where(truth, 0.5, 0.3).astype(np.float32)
    assert 0.3 < best_threshold(scores, truth) <= 0.5
    assert f1_per_label(scores, truth, best_thresholds(scores, truth)).mean() == 1.0
    assert f1_per_label(scores, truth, 0.1).mean() == pytest.approx(2 / 3)


def test_own_phrases_teach_known_categories_only():
    from emer.evals.train.text_phrases import phrases

    assert {category for _, category in phrases()} <= set(CATEGORIES)
    assert phrases() == phrases()


def test_packed_weights_come_back_within_a_step(tmp_path):
    from emer.evals.train.text_emotion import Weights, letter_statistics, pack

    table = np.random.default_rng(0).normal(size=(ROWS, len(CATEGORIES))).astype(np.float32)
    bias = np.zeros(len(CATEGORIES), np.float32)
    raw = pack(Weights(table, bias), np.full_like(bias, 0.1), letter_statistics(["some text"]))
    again = load(raw)
    assert np.abs(again._rows * again._scale - table).max() <= again._scale.max() / 2 + 1e-6


def test_the_shipped_model_reaches_its_figures_on_held_out_comments(shared_data, model):
    from emer.evals.train.text_emotion import FIXED, f1_per_label, read_goemotions

    folder = shared_data / "text" / "goemotions" / "original"
    dev = read_goemotions(folder / "dev.tsv")
    macro = f1_per_label(model.scores(dev.texts), dev.truth, FIXED).mean()
    assert f"{macro:.3f}" in CARD.metrics
    labels = (folder / "labels.txt").read_text("utf-8").split()
    assert labels == list(CATEGORIES)


def test_dialogue_is_taken_for_english_and_its_translation_is_not(shared_data, model):
    with (shared_data / "text" / "meld" / "meld_train_dev.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["split"] == "val"]
    english = [guess(row["transcript_en"], model.letters).english for row in rows]
    chinese = [guess(row["transcript_zh"], model.letters).english for row in rows]
    assert english.count(False) / len(rows) < 0.01
    assert english.count(True) / len(rows) > 0.75
    assert chinese.count(True) == 0


def test_scoring_many_texts_equals_scoring_each(model):
    texts = ["I am happy", "", "no", "word " * 300, "!!!"] * 40
    together = model.scores(texts)
    assert np.allclose(together, np.concatenate([model.scores([t]) for t in texts]), atol=1e-6)


def test_text_beyond_the_limit_is_not_read(model):
    hostile = "a" * 10**6 + " " + "\u0301" * 10**5
    assert all(math.isfinite(score) for score in model.scores([hostile])[0])
    assert tokenize("x " * MAX_CHARS + "happy")[-1].form == "x"


def test_a_negation_ends_with_its_clause():
    forms = [token.form for token in tokenize("It is not here, but I love it")]
    assert "not_here" in forms
    assert "love" in forms


def test_no_at_the_start_negates_the_next_word_only():
    assert [t.form for t in tokenize("no I love it")] == ["no", "not_i", "love", "it"]
