"""The diarization error rate agrees with what can be reckoned by hand."""

import numpy as np
import pytest

from emer.evals.accuracy.der import Errors, errors

ALL = [(0.0, 10.0)]
TWO = [(0.0, 6.0, "ann"), (6.0, 10.0, "bob")]


def test_the_truth_under_other_names_has_no_errors():
    found = errors(TWO, [(6.0, 10.0, "1"), (0.0, 6.0, "2")], ALL)
    assert (found.speech_s, found.rate) == (10.0, 0.0)


def test_one_speaker_for_all_confuses_whoever_speaks_less():
    found = errors(TWO, [(0.0, 10.0, "1")], ALL)
    assert (found.missed_s, found.false_s, found.confused_s) == (0.0, 0.0, 4.0)
    assert found.rate == pytest.approx(0.4)


def test_speech_that_is_cut_off_is_missed_and_invented_speech_is_false():
    found = errors([(2.0, 6.0, "ann")], [(3.0, 7.5, "1")], ALL)
    assert (found.missed_s, found.false_s, found.confused_s) == (1.0, 1.5, 0.0)
    assert found.rate == pytest.approx(2.5 / 4.0)


def test_overlapped_speech_counts_once_per_speaker():
    truth = [(0.0, 6.0, "ann"), (4.0, 10.0, "bob")]
    one_each = [(0.0, 5.0, "1"), (5.0, 10.0, "2")]
    found = errors(truth, one_each, ALL)
    assert (found.speech_s, found.missed_s, found.confused_s) == (12.0, 2.0, 0.0)
    assert errors(truth, truth, ALL).rate == 0.0


def test_only_one_said_speaker_stands_for_a_true_one():
    said = [(0.0, 3.0, "1"), (3.0, 6.0, "2"), (6.0, 10.0, "3")]
    assert errors(TWO, said, ALL).confused_s == pytest.approx(3.0)


def test_the_best_mapping_is_over_the_whole_recording():
    truth = [(0.0, 3.0, "ann"), (3.0, 7.0, "bob"), (7.0, 10.0, "ann")]
    said = [(0.0, 4.0, "1"), (4.0, 10.0, "2")]
    # 1 is ann (3 s) and 2 is bob (3 s), or 1 is bob (1 s) and 2 is ann (3 s)
    assert errors(truth, said, ALL).confused_s == pytest.approx(4.0)


def test_what_is_not_scored_does_not_count():
    said = [(0.0, 10.0, "1")]
    found = errors(TWO, said, [(0.0, 6.0)])
    assert (found.speech_s, found.rate) == (6.0, 0.0)


def test_a_collar_forgives_what_lies_at_a_true_border():
    said = [(0.0, 6.2, "1"), (6.2, 10.0, "2")]
    assert errors(TWO, said, ALL).confused_s == pytest.approx(0.2)
    forgiving = errors(TWO, said, ALL, collar_s=0.25)
    assert forgiving.confused_s == 0.0
    assert forgiving.speech_s == pytest.approx(10.0 - 0.25 - 0.5 - 0.25)


def test_pooled_errors_weigh_recordings_by_their_speech():
    pooled = Errors(speech_s=30.0, missed_s=3.0) + Errors(speech_s=10.0, false_s=5.0)
    assert pooled.rate == pytest.approx(8.0 / 40.0)


def test_no_speech_has_no_rate():
    assert np.isnan(errors([], [(0.0, 1.0, "1")], ALL).rate)
    assert errors([], [(0.0, 1.0, "1")], ALL).false_s == 1.0
    assert errors([], [], []) == Errors()
