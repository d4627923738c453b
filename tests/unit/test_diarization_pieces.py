"""A long recording in pieces: cut in pauses, its speakers joined by their voices."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.tools.diarization_pieces import Gallery, pieces
from emer.tools.findings import TimeSpan

ANNA, BEN, CEM = ([1.0, 0.1, 0.0], [0.0, 1.0, 0.1], [0.1, 0.0, 1.0])


def span(start_s, end_s):
    return TimeSpan(start_s=start_s, end_s=end_s)


def test_a_short_recording_stays_whole():
    assert pieces(span(3, 3000), []) == [span(3, 3000)]


def test_the_cut_lies_in_the_middle_of_the_longest_late_pause():
    speech = [span(0, 80), span(81, 90), span(94, 99), span(99.5, 150)]
    assert pieces(span(0, 150), speech, 100) == [span(0, 92), span(92, 150)]


def test_without_a_pause_a_piece_is_as_long_as_it_may_be():
    assert pieces(span(0, 150), [span(0, 150)], 100) == [span(0, 100), span(100, 150)]


@given(
    st.floats(0, 1e4),
    st.floats(1, 1e4),
    st.lists(st.tuples(st.floats(0, 2e4), st.floats(0.01, 500)), max_size=20),
)
def test_pieces_cover_everything_once_and_none_is_too_long(start_s, length_s, turns):
    whole = span(start_s, start_s + length_s)
    cut = pieces(whole, [span(a, a + d) for a, d in turns], 100.0)
    assert (cut[0].start_s, cut[-1].end_s) == (whole.start_s, whole.end_s)
    assert all(a.end_s == b.start_s for a, b in itertools.pairwise(cut))
    assert all(0 < p.duration_s <= 100.0 + 1e-6 for p in cut)


def test_the_same_voice_keeps_its_name_whatever_its_label_is():
    voices = Gallery()
    first = voices.names({"SPEAKER_00": ANNA, "SPEAKER_01": BEN})
    second = voices.names({"SPEAKER_00": [0.05, 2.0, 0.3], "SPEAKER_01": CEM})
    assert second["SPEAKER_00"] == first["SPEAKER_01"]
    assert second["SPEAKER_01"] not in first.values()


def test_two_labels_of_one_piece_are_never_joined():
    voices = Gallery()
    voices.names({"a": ANNA})
    told = voices.names({"a": ANNA, "b": [0.9, 0.2, 0.0]})
    assert told["a"] != told["b"]


def test_no_more_voices_are_told_than_there_may_be():
    voices = Gallery(most=2)
    first = voices.names({"a": ANNA, "b": BEN})
    second = voices.names({"a": [0.2, 0.3, 1.0]})
    assert second["a"] == first["b"]


@pytest.mark.parametrize("nothing", [[], [0.0, 0.0, 0.0], [float("nan")] * 3])
def test_a_label_without_a_voice_is_somebody_else(nothing):
    voices = Gallery()
    first = voices.names({"a": ANNA})
    assert voices.names({"a": nothing})["a"] not in first.values()


def test_who_is_heard_in_many_pieces_is_known_better():
    rng = np.random.default_rng(0)
    voices, anna, ben = Gallery(), np.eye(16)[0], np.eye(16)[1]
    names = {
        tuple(
            voices.names(
                {"x": anna + rng.normal(0, 0.15, 16), "y": ben + rng.normal(0, 0.15, 16)}
            ).values()
        )
        for _ in range(20)
    }
    assert len(names) == 1
