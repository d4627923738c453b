"""What a question is about, in English and Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.graphs.rule.plans.question import inquiry, moments
from emer.tools.findings import TimeSpan

PART = TimeSpan(start_s=0, end_s=100)


def about(question, part=PART):
    return inquiry(question, part)


@pytest.mark.parametrize(
    ("question", "topics"),
    [
        ("What did the woman say at the end?", {"words"}),
        ("她最后说了什么？", {"words"}),
        ("Give me the transcript", {"words"}),
        ("How many people are there?", {"speakers"}),
        ("有几个人？", {"speakers"}),
        ("Who is speaking at 0:10?", {"speakers"}),
        ("How does her voice sound?", {"voice"}),
        ("Is he smiling?", {"face"}),
        ("他在皱眉吗", {"face"}),
        ("Does he mean it?", {"sincerity"}),
        ("Is he faking the smile at 0:12?", {"sincerity", "face"}),
        ("How does P2 react to that?", {"reaction"}),
        ("Are her words friendly?", {"words_emotion"}),
        ("Why is she upset?", {"emotion"}),
        ("她为什么难过？", {"emotion"}),
        ("How many cuts are there?", {"scene"}),
        ("What does the sign say?", {"screen_text", "words"}),
        ("Which text is shown on the screen?", {"screen_text"}),
        ("屏幕上写着什么？", {"screen_text"}),
        ("How long is the clip?", {"media"}),
        ("What did she say, and how did she feel?", {"words", "emotion"}),
        ("Tell me everything", set()),
        (None, set()),
        ("", set()),
    ],
)
def test_a_question_is_about(question, topics):
    assert about(question).topics == topics


@pytest.mark.parametrize(
    ("question", "seconds"),
    [
        ("at 0:12", [12]),
        ("at 1:02:03", [3723]),
        ("at 0:12.5 and 0:20", [12.5, 20]),
        ("around 7 s", [7]),
        ("after 90 seconds", [90]),
        ("in minute 2", [120]),
        ("第12秒", [12]),
        ("3 分钟处", [180]),
        ("12 people at 0:30", [30]),
        ("P1 and AU12", []),
    ],
)
def test_moments_are_read_from_clocks_and_numbers_with_units(question, seconds):
    assert moments(question) == seconds


def test_a_moment_stands_for_what_is_around_it():
    asked = about("Is he smiling at 0:12?")
    assert asked.place == "moment"
    assert asked.window.start_s < 12 < asked.window.end_s
    assert asked.window.duration_s < 10


def test_two_moments_are_a_stretch():
    asked = about("what happens from 0:10 to 0:14?")
    assert (asked.window.start_s, asked.window.end_s) == (10, 14)


@pytest.mark.parametrize(
    ("question", "place"),
    [
        ("What is said at the end?", "end"), ("结尾呢", "end"), ("his last words", "end"),
        ("How does it begin, at the start?", "start"), ("开头", "start"),
        ("in the middle", "middle"), ("overall", None),
    ],
)  # fmt: skip
def test_places_are_stretches_of_the_part(question, place):
    asked = about(question, TimeSpan(start_s=40, end_s=140))
    assert asked.place == place
    if place:
        assert 40 <= asked.window.start_s < asked.window.end_s <= 140


def test_a_moment_beyond_the_end_names_no_stretch():
    asked = about("What happens at 59:00?")
    assert asked.window is None
    assert asked.beyond
    assert not about("What happens at 0:12?").beyond


def test_persons_are_those_that_reports_name():
    asked = about("Why does P2 smile at p1?")
    assert asked.persons == ("P2", "P1")
    assert not asked.by_looks
    assert about("Is she happy?").by_looks


@given(st.text(max_size=300), st.floats(0, 1e5), st.floats(0.01, 1e5))
def test_any_text_is_a_question(text, start_s, length_s):
    part = TimeSpan(start_s=start_s, end_s=start_s + length_s)
    asked = inquiry(text, part)
    if asked.window is not None:
        assert part.start_s - 0.001 <= asked.window.start_s < asked.window.end_s
        assert asked.window.end_s <= part.end_s + 0.001
