"""How much of an answer is asked for, and which two stretches are set side by side."""

import pytest

from emer.agent.chat.understanding.amount import ALL, FEW, sentences_wanted
from emer.agent.chat.understanding.pairs import pair_of
from emer.tools.findings import TimeSpan

PART = TimeSpan(start_s=0.0, end_s=60.0)
START, END = (0.0, 12.0), (48.0, 60.0)


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Summarize it in one sentence", 1),
        ("give me a one line summary", 1),
        ("tell me in two sentences what happens", 2),
        ("用一句话总结", 1),
        ("briefly, who is angry?", FEW),
        ("a short summary please", FEW),
        ("简单总结一下", FEW),
        ("describe it in detail", ALL),
        ("the full transcript", ALL),
        ("Who is angry?", None),
        ("what did the second one say?", None),
        ("what was said in the last line?", None),
    ],
)
def test_a_question_may_say_how_long_its_answer_is_to_be(question, wanted):
    assert sentences_wanted(question) == wanted


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("the mood at the beginning vs the end", (START, END)),
        ("Is P1 happier at the end than at the start?", (END, START)),
        ("compare the first half with the second half", ((0.0, 30.0), (30.0, 60.0))),
        ("P2 before and after 0:20", ((0.0, 20.0), (20.0, 60.0))),
        ("开头和结尾有什么不同？", (START, END)),
        ("前半段和后半段对比", ((0.0, 30.0), (30.0, 60.0))),
        ("compare P1 and P2", None),
        ("how does it end, and who is there?", None),
        ("what happens before and after 5:00", None),
        ("who is angry and why", None),
    ],
)
def test_two_stretches_are_set_side_by_side_where_two_are_named(question, wanted):
    assert pair_of(question, PART) == wanted
