"""Figures over predictions, against values worked out by hand and laws that must hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.evals import statistics
from emer.evals.tables import Estimate, Table, as_data, as_markdown, from_data


def test_unweighted_recall_counts_rare_classes_like_frequent_ones():
    truth, said = np.array([0, 0, 0, 0, 1]), np.array([0, 0, 0, 0, 0])
    assert statistics.uar(truth, said, 3) == 0.5
    assert statistics.accuracy(truth, said) == 0.8


def test_macro_f1_of_a_hand_made_case():
    truth = np.array([[1, 0, 0], [1, 1, 0]], bool)
    said = np.array([[1, 1, 0], [0, 1, 0]], bool)
    # two thirds, two thirds, and nothing for the label that never occurs
    assert statistics.macro_f1(truth, said) == pytest.approx(4 / 9)


def test_average_precision_of_a_hand_made_case():
    truth = np.array([True, False, True, False])
    # right at the first, right at the third: (1 / 1 + 2 / 3) / 2
    assert statistics.average_precision(truth, np.array([0.9, 0.8, 0.7, 0.1])) == pytest.approx(
        5 / 6
    )


def test_average_precision_of_equal_scores_is_the_share_of_the_true_however_they_are_ordered():
    for truth in ([True, False, False, False], [False, False, False, True]):
        assert statistics.average_precision(np.array(truth), np.zeros(4)) == 0.25


def test_average_precision_is_unknown_where_nothing_is_true():
    assert np.isnan(statistics.average_precision(np.zeros(3, np.bool_), np.arange(3.0)))


def test_log_loss_of_a_hand_made_case():
    said, target = np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]])
    assert statistics.log_loss(said, target) == pytest.approx(np.log(2))


def test_overconfidence_is_measured():
    confidence, right = np.full(100, 0.9), np.arange(100) % 2 == 0
    assert statistics.ece(confidence, right, n_bins=1) == pytest.approx(0.4)


def test_a_perfect_model_shows_less_error_with_more_examples():
    few, many = (np.random.default_rng(0).uniform(0.3, 1.0, n) for n in (100, 5000))
    assert statistics.ece_of_perfect(many)[0] < statistics.ece_of_perfect(few)[0] < 0.2


def test_risk_falls_when_the_unsure_are_left_out():
    confidence = np.linspace(0, 1, 100)
    right = confidence > 0.5
    assert statistics.risk_coverage(confidence, right, (1.0, 0.5)) == [0.5, 0.0]


@given(st.integers(2, 6), st.integers(20, 40), st.integers(0, 1000))
def test_the_interval_holds_the_figure(k, n, seed):
    rng = np.random.default_rng(seed)
    truth, said = rng.integers(0, k, n), rng.integers(0, k, n)
    found = statistics.bootstrap(statistics.accuracy, truth, said, n=200)
    assert found.low <= found.value <= found.high
    assert found.n == n


def test_whole_groups_are_resampled():
    right = np.repeat([0, 1], 50)
    alone = statistics.bootstrap(np.mean, right, unit="files")
    together = statistics.bootstrap(np.mean, right, groups=right, unit="speakers")
    assert (together.low, together.high, together.n) == (0.0, 1.0, 2)
    assert alone.high - alone.low < 0.25


def test_a_table_survives_json_and_reads_as_markdown():
    cells = ("voice", 0.5, Estimate(0.6, 0.5, 0.7, 16, "speakers"), None, 12)
    table = Table("t", "Title", "how it was taken", ("a", "b", "c", "d", "e"), (cells,))
    assert from_data(as_data([table])) == [table]
    assert (
        "| voice | 0.500 | 0.600 [0.500, 0.700, 16 speakers] | \N{EN DASH} | 12 |"
        in as_markdown([table])
    )
    assert table.record(a="voice")["e"] == 12


def test_a_row_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match="cells"):
        Table("t", "T", "r", ("a", "b"), (("x",),))
