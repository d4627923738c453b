"""Decisions about a face by how sure they are: counted right, and nobody judged by their own curve."""

import numpy as np
import pytest

from emer.evals.accuracy.face_certainty import COVERAGES, cross_fitted, tables
from emer.evals.accuracy.face_signals import Signals
from emer.tools.facs_table import CREDIBLE

TIMES_S = np.arange(60) / 5.0
CLIPS = ("a/one.mp4", "a/two.mp4", "a/three.mp4")


def smiling(clip, ours, theirs=None):
    """A face that makes no movement but, in the middle, a smile of the given strengths."""
    still = dict.fromkeys(CREDIBLE, np.zeros(len(TIMES_S)))
    smile = np.where((TIMES_S >= 4) & (TIMES_S < 8), 1.0, 0.0)
    ours, theirs = ({**still, "AU12": level * smile} for level in (ours, theirs or ours))
    return Signals(clip, TIMES_S, ours, theirs)


def by_name(followed):
    return {table.name: table for table in tables(followed, "Made-up persons.")}


def test_who_agrees_with_the_teacher_is_never_wrong():
    found = by_name([smiling(clip, 0.8) for clip in CLIPS])
    row = found["face.certainty"].record(au="AU12")
    assert row["pictures"] == len(CLIPS) * len(TIMES_S)
    assert 0.3 < row["shown"] < 0.4
    assert [row["wrong at 100 %"].value, row["wrong at 50 %"]] == [0.0, 0.0]
    assert found["face.expressions"].record(expression="happiness")["the same"] > 0
    (row,) = found["face.expressions.certainty"].rows
    assert row[1].value == 0.0


def test_a_smile_that_we_miss_is_wrong_where_the_teacher_shows_it():
    found = by_name([smiling(clip, 0.02, 0.8) for clip in CLIPS])
    row = found["face.certainty"].record(au="AU12")
    assert row["wrong at 100 %"].value == pytest.approx(row["shown"])
    said = found["face.expressions"].record(expression="happiness")
    assert (said["by ours"], said["the same"]) == (0, 0)
    assert said["stretches by the teacher"] > 0


def test_of_a_movement_that_nobody_shows_no_curve_is_told():
    row = by_name([smiling(clip, 0.8) for clip in CLIPS])["face.certainty"].record(au="AU4")
    assert row["error of the curve"] is None
    assert row["perfect, mean"] is None


def test_every_credible_unit_has_a_row_and_the_regime_names_the_truth():
    table = by_name([smiling(clip, 0.8) for clip in CLIPS])["face.certainty"]
    assert [row[0] for row in table.rows] == list(CREDIBLE)
    assert len(COVERAGES) == sum(c.startswith("wrong at") for c in table.columns)
    assert "no human" in table.regime
    assert "Made-up persons." in table.regime


def test_nobody_is_judged_by_a_curve_that_knew_them():
    value = np.tile(np.linspace(0, 1, 40), 3)
    persons = np.repeat(["a", "b", "c"], 40)
    shown = value > 0.5
    usual = cross_fitted(value, shown, persons)
    assert usual[persons == "c"][-1] > 0.95
    odd = np.where(persons == "c", ~shown, shown)
    np.testing.assert_allclose(
        cross_fitted(value, odd, persons)[persons == "c"], usual[persons == "c"], atol=1e-9
    )
