"""From scores to confidence: fitted on some, measured on others, used only where it holds."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.findings import CARD, said, words
from typer.testing import CliRunner

from emer.agent import calibrated
from emer.agent.cli import app
from emer.agent.command_line.installed import register
from emer.evals.calibrate import answers as answering
from emer.evals.calibrate.fitting import METHODS, fit
from emer.evals.calibrate.labels import read_labels
from emer.evals.statistics import ece
from emer.memory.calibrations import keep_calibration, read_calibrations
from emer.tools.calibration import Calibration, leading, with_confidence
from emer.tools.errors import EmerError, StorageError


def overconfident(n, n_groups=20, seed=0):
    """Scores, whether right, groups: of an engine that is right less often than it says."""
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0.2, 1.0, n)
    right = rng.random(n) < scores**2
    return scores, right, rng.integers(0, n_groups, n)


def calibration(**changes):
    fields = {
        "tool": "text_emotion", "model": CARD.name, "revision": CARD.revision, "domain": "letters",
        "method": "isotonic", "scores": (0.2, 0.9), "confidences": (0.1, 0.5), "n": 100,
        "n_groups": 10, "ece": 0.02, "ece_low": 0.01, "ece_high": 0.04, "ece_uncalibrated": 0.2,
        "ece_of_perfect": 0.02, "date": "2026-01-01",
    }  # fmt: skip
    return Calibration(**{**fields, **changes})


@pytest.mark.parametrize(("n", "methods"), [(200, METHODS[:1]), (4000, METHODS)])
def test_a_fitted_curve_is_nearer_to_the_truth_than_the_scores(n, methods):
    scores, right, groups = overconfident(n)
    curve = fit(scores, right, groups, resamples=100)
    assert curve.method in methods
    assert curve.after.value < 0.6 * curve.before.value
    assert np.abs(np.interp(scores, curve.scores, curve.confidences) - scores**2).mean() < 0.06


def test_what_is_measured_was_left_out_when_fitting():
    """Noise gives no curve that would hold on groups that were left out."""
    rng = np.random.default_rng(1)
    scores, groups = rng.random(600), np.repeat(np.arange(6), 100)
    right = rng.random(600) < np.array([0.1, 0.9, 0.1, 0.9, 0.1, 0.9])[groups]
    curve = fit(scores, right, groups, resamples=100)
    inside = np.interp(scores, curve.scores, curve.confidences)
    assert ece(curve.left_out, right) > ece(inside, right) + 0.05


@settings(max_examples=20, deadline=None)
@given(st.integers(40, 300), st.integers(0, 50))
def test_a_higher_score_never_means_less_confidence(n, seed):
    curve = fit(*overconfident(n, seed=seed), resamples=20)
    assert (np.diff(curve.confidences) >= 0).all()
    assert (np.diff(curve.scores) > 0).all()
    Calibration(**{**calibration().model_dump(), **curve.fields()})


def test_too_few_answers_are_refused():
    with pytest.raises(ValueError, match="at least 30"):
        fit(*overconfident(20))
    with pytest.raises(ValueError, match="some right and some wrong"):
        fit(np.linspace(0, 1, 50), np.ones(50, bool), np.arange(50))


@pytest.mark.parametrize(
    "wrong", [{"scores": (0.5, 0.5)}, {"confidences": (0.5, 0.4)}, {"confidences": (0.5,)}]
)
def test_what_is_no_rising_curve_is_refused(wrong):
    with pytest.raises(ValidationError):
        calibration(**wrong)


# --- where it holds -----------------------------------------------------------------------------


def test_findings_of_the_calibrated_engine_get_a_confidence():
    (found,) = with_confidence([words("SPK_01", 0, 2, 0.5, joy=0.55, love=0.3)], calibration())
    assert leading(found.reading) == ("joy", 0.55)
    assert found.confidence == pytest.approx(0.3)
    assert found.score is None


@pytest.mark.parametrize(
    ("found", "known"),
    [
        (words("SPK_01", 0, 2, 0.5, joy=0.95), calibration()),
        (words("SPK_01", 0, 2, 0.5, joy=0.1), calibration()),
        (words("SPK_01", 0, 2, 0.5, joy=0.5), calibration(revision="2")),
        (words("SPK_01", 0, 2, 0.5, joy=0.5), calibration(tool="expression")),
        (words("SPK_01", 0, 2, 0.5, joy=0.5), None),
        (said("SPK_01", 0, 2, "so"), calibration()),
    ],
)
def test_outside_of_what_was_calibrated_there_is_no_confidence(found, known):
    assert with_confidence([found], known) == [found]
    assert found.confidence is None


def test_only_the_domain_that_the_user_names_counts(tmp_path):
    engine = SimpleNamespace(tool="text_emotion", card=CARD)
    keep_calibration(calibration(), tmp_path)
    found = calibrated.calibrations_for("letters", {"text_emotion": engine}, tmp_path)
    assert found == {"text_emotion": calibration()}
    assert calibrated.calibrations_for(None, {"text_emotion": engine}, tmp_path) == {}
    with pytest.raises(EmerError, match=r"'films'.*letters") as error:
        calibrated.calibrations_for("films", {"text_emotion": engine}, tmp_path)
    assert "emer calibrate" in str(error.value)


# --- keeping ------------------------------------------------------------------------------------


def test_a_newer_calibration_takes_the_place_of_the_older(tmp_path):
    keep_calibration(calibration(n=10), tmp_path)
    keep_calibration(calibration(domain="films"), tmp_path)
    keep_calibration(calibration(n=20), tmp_path)
    assert sorted((c.domain, c.n) for c in read_calibrations(tmp_path)) == [
        ("films", 100), ("letters", 20),
    ]  # fmt: skip


def test_a_damaged_calibration_is_named_and_not_used(tmp_path):
    path = keep_calibration(calibration(), tmp_path)
    path.write_text(path.read_text()[:40])
    with pytest.raises(StorageError, match=path.name) as error:
        read_calibrations(tmp_path)
    assert "Delete it" in str(error.value)


# --- the command --------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Forty labelled files, and an analysis that is right about three in four."""
    monkeypatch.setenv("EMER_DATA_DIR", str(tmp_path / "data"))
    lines = ["file,label,speaker"]
    for i in range(40):
        (tmp_path / f"{i}.wav").write_bytes(b"")
        lines.append(f"{i}.wav,{'happy' if i % 4 else 'sadness'},{i % 5}")
    (tmp_path / "labels.csv").write_text("\n".join(lines))

    def analysed(path, settings):
        score = 0.3 + 0.015 * int(path.stem)
        found = words("SPK_01", 0, 2, 0.5, joy=score)
        return SimpleNamespace(evidence=() if path.stem == "7" else (found,))

    monkeypatch.setattr(answering, "analyze", analysed)
    return tmp_path


def run(*arguments):
    register(app)
    return CliRunner().invoke(app, ["calibrate", *map(str, arguments)])


def test_calibrating_fits_measures_and_keeps(folder):
    done = run(
        "text_emotion", "--labels", folder / "labels.csv", "--domain", "letters", "--json", "-q"
    )
    assert done.exit_code == 0, done.output
    (made,) = json.loads(done.stdout)
    assert (made["n"], made["n_groups"], made["domain"]) == (39, 5, "letters")
    assert 0.5 < np.mean(made["confidences"]) < 0.9
    assert "letters" in run().stdout


@pytest.mark.parametrize(
    ("line", "told"),
    [("0.wav,furious,1", "no label"), ("nowhere.wav,happy,1", "there is no file")],
)
def test_a_wrong_line_is_named(folder, line, told):
    table = folder / "labels.csv"
    table.write_text(f"file,label,speaker\n{line}\n")
    with pytest.raises(EmerError, match=f"line 2.*{told}"):
        read_labels(table, None)


def test_a_table_without_labels_is_refused(folder):
    (folder / "labels.csv").write_text("name,what\na,b\n")
    done = run("text_emotion", "--labels", folder / "labels.csv", "--domain", "letters")
    assert done.exit_code == 1
    assert "column" in done.stderr


@pytest.mark.parametrize("missing", [["--domain", "x"], ["--labels", "labels.csv"]])
def test_both_files_and_domain_are_needed(missing):
    assert run("text_emotion", *missing).exit_code == 2
