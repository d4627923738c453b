from hypothesis import given
from hypothesis import strategies as st

from emer.graphs.windows import MAX_WINDOW_S, quiet_windows, windows_of
from emer.tools.findings import TimeSpan

CLIP = TimeSpan(start_s=0, end_s=20)


def span(a, b):
    return TimeSpan(start_s=a, end_s=b)


def test_a_clip_without_speech_is_all_quiet_windows():
    windows = quiet_windows(CLIP, [])
    assert windows == [span(0, 5), span(5, 10), span(10, 15), span(15, 20)]


def test_quiet_windows_lie_between_utterances():
    assert quiet_windows(CLIP, [span(2, 17), span(17.3, 18)]) == [span(0, 2), span(18, 20)]


def test_a_short_clip_without_speech_is_still_one_window():
    assert quiet_windows(span(0, 0.3), []) == [span(0, 0.3)]


@st.composite
def speech(draw):
    marks = sorted(draw(st.lists(st.integers(0, 200), min_size=0, max_size=12, unique=True)))
    return [span(a / 10, b / 10) for a, b in zip(marks[::2], marks[1::2], strict=False)]


@given(speech())
def test_windows_never_overlap_speech_or_leave_the_clip(spoken):
    for window in quiet_windows(CLIP, spoken):
        assert 0 <= window.start_s < window.end_s <= CLIP.end_s
        assert window.duration_s <= MAX_WINDOW_S + 1e-6
        assert not any(window.overlap_s(s) > 1e-6 for s in spoken)


@given(speech())
def test_every_utterance_is_among_the_windows(spoken):
    windows = windows_of(CLIP, spoken)
    assert {s.span for s in spoken} <= set(windows)
    assert windows == sorted(windows, key=lambda w: (w.start_s, w.end_s))
