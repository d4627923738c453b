"""Answers come from the report alone, and say so when it holds none."""

from pathlib import Path

import pytest

from emer.agent import analyze
from emer.agent.settings import Settings
from emer.graphs.rule.answering.answers import answer

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"


@pytest.fixture(scope="module")
def report(known_sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("answers")
    cache = known_sample(folder / "cache")
    return analyze(SAMPLE, settings=Settings(cache_dir=cache, data_dir=folder))


@pytest.mark.parametrize(
    ("question", "told", "not_told"),
    [
        ("What was said at the end?", ["I will call them tomorrow"], ["Lisbon"]),
        ("What does P2 say at 0:14?", ["You cancelled our trip"], ["Lisbon", "June"]),
        ("How long is it?", ["36.", "1280 x 720", "has sound"], ["P1"]),
        ("How many people are there?", ["2 person", "P1", "P2"], ["P3"]),
        ("How many cuts are there?", ["0:17", "0:21"], ["P1"]),
        ("How does P2 sound at 0:14?", ["louder", "aroused"], ["P1's voice"]),
        ("Does P2 mean it at 0:06?", ["does not fit together", "can be measured"], []),
        ("Who is angry, and when?", ["0:13", "You cancelled our trip"], ["Lisbon", "June"]),
        ("Was anybody disgusted?", ["Nobody was found"], []),
        ("How does P2 react?", ["P2 smiles"], ["P1 smiles"]),
    ],
)
def test_a_question_gets_its_answer(question, told, not_told, report):
    found = answer(question, report)
    for part in told:
        assert part in found
    for part in not_told:
        assert part not in found


def test_what_is_not_in_the_report_is_not_made_up(report):
    assert answer("What does P7 say?", report).startswith("Cannot tell")
    silent = report.model_copy(update={"utterances": ()})
    assert "Lisbon" not in answer("What was said?", silent)


@pytest.mark.parametrize(
    "question", ["What is the name of the dog?", "Did she vote?", "体温是多少度"]
)
def test_a_question_that_nothing_measured_bears_on_is_not_answered_with_something_else(
    question, report
):
    assert answer(question, report).startswith("Cannot tell")


def test_why_there_is_no_answer_is_said_with_the_remedy(report):
    gap = report.gaps[0].model_copy(
        update={"tool": "asr", "reason": "no weights are here", "remedy": "Pull some."}
    )
    wordless = report.model_copy(update={"utterances": (), "gaps": (gap,)})
    found = answer("What was said?", wordless)
    assert "no weights are here" in found
    assert "Pull some" in found


def test_who_is_told_apart_by_looks_alone_is_not_guessed(report):
    assert "by sex" in answer("What did the woman say?", report)
    assert "by sex" not in answer("What did P1 say?", report)


def test_answers_are_in_the_language_of_the_report(report):
    told = report.explanation.model_copy(update={"language": "zh"})
    chinese = report.model_copy(update={"explanation": told})
    assert "秒" in answer("How long is it?", chinese)
    assert answer("P7说了什么", chinese).startswith("无法判断")


def test_every_claim_of_an_answer_is_one_of_the_report(report):
    texts = {c.text for c in report.explanation.claims}
    found = answer("Why is P2 angry?", report)
    assert any(t in found for t in texts)
