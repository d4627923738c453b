"""What people read at a terminal: complete, in order, and unmoved by hostile text."""

import pytest
from tests.fakes import analysed, fails, flat_good_news
from tests.own_words import own_english
from tests.synth import picture, tone, write_media

from emer.agent.exports.fixed_words import fixed_words
from emer.agent.terminal import plain_report

HOSTILE = "[bold red]BUY[/] \x1b[31mred\x1b[0m <script>alert(1)</script> \u202egnp.exe"


@pytest.fixture
def media(tmp_path):
    return write_media(
        tmp_path / "clip.mkv", pictures=[picture()] * 100, sound=tone(10), rate_hz=10
    )


def test_it_tells_who_when_what_and_on_what_grounds(media, tmp_path):
    report = analysed(media, flat_good_news(), tmp_path)
    text = plain_report(report, width=300)
    assert "P1: voice SPK_01" in text
    assert "linked with score 0.90" in text
    assert "0:01.0-0:04.0  P1 speaking" in text
    assert "Voice and words disagree" in text
    assert "VOX-" in text
    assert "AU12, 3.0 of 5" in text
    assert "not what" in text


def test_what_was_lost_is_said_at_the_top_and_explained_below(media, tmp_path):
    specialists = [*flat_good_news(), fails("gaze", RuntimeError("broken"))]
    text = plain_report(analysed(media, specialists, tmp_path))
    assert "Something was lost on the way" in text
    assert "RuntimeError: broken" in text


def test_texts_from_the_media_stay_text(media, tmp_path):
    text = plain_report(analysed(media, flat_good_news(HOSTILE), tmp_path), width=300)
    assert "[bold red]BUY[/]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_question_is_answered_first(media, tmp_path):
    report = analysed(media, flat_good_news(), tmp_path, question="What did they say?")
    text = plain_report(report)
    assert text.index("Answer") < text.index("In short")
    assert "P1 says" in text.partition("In short")[0]


@pytest.mark.parametrize("question", ["Is she pleased at 9:59?", "What does P7 feel?"])
def test_a_question_without_an_answer_is_told_so(media, tmp_path, question):
    report = analysed(media, flat_good_news(), tmp_path, question=question)
    assert report.explanation.answer is not None
    assert report.explanation.answer.startswith("Cannot tell")


def test_a_chinese_report_says_nothing_of_its_own_in_english(media, tmp_path):
    report = analysed(media, flat_good_news(), tmp_path, output_language="zh")
    text = plain_report(report, width=1000)
    assert own_english(text) == []
    assert "P1：声音 SPK_01" in text
    assert "主要人物" in text
    assert text.rstrip().endswith(fixed_words("zh")("notice"))
