"""What analyses are for is asked once, never blocks, and what the law forbids is refused."""

import io
import sys
from typing import get_args

import pytest
from typer.testing import CliRunner

from emer.agent import analyze
from emer.agent.cli import app
from emer.agent.purpose import asking
from emer.agent.purpose.asking import kept, settled
from emer.agent.purpose.for_people import Blanks, notice_text
from emer.agent.purpose.policy import PERMITTED, PROHIBITED, PurposeError, told_purpose
from emer.agent.settings import Settings
from emer.agent.settings.fields import Purpose


class Terminal(io.StringIO):
    """What somebody types, as a terminal gives it."""

    def isatty(self):
        return True


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path / "data", cache_dir=tmp_path / "cache")


@pytest.fixture
def typed(monkeypatch):
    """Let somebody sit at a terminal who types the given text."""

    def sit(text):
        monkeypatch.setattr(sys, "stdin", Terminal(text))
        shown = Terminal()
        monkeypatch.setattr(sys, "stderr", shown)
        return shown

    return sit


def test_every_purpose_is_permitted_or_prohibited():
    assert {*PERMITTED, *PROHIBITED} == set(get_args(Purpose))


@pytest.mark.parametrize("purpose", PROHIBITED)
def test_work_and_education_are_refused_with_the_law(purpose, settings, tmp_path):
    with pytest.raises(PurposeError, match=r"Art\. 5\(1\)\(f\)"):
        settled(settings, purpose=purpose)
    asked = Settings(purpose=purpose, data_dir=tmp_path, cache_dir=tmp_path)
    with pytest.raises(PurposeError, match="medical or safety"):
        analyze(tmp_path / "nothing is opened.mp4", settings=asked)


@pytest.mark.parametrize("reason", ["medical", "safety"])
def test_an_attested_exception_is_let_through_and_recorded(reason, settings):
    found = settled(settings, purpose="workplace", attest=reason, quiet=True)
    assert told_purpose(found) == f"workplace (attested: {reason} reasons)"
    assert kept(settings.data_dir) is None, "an attestation is said each time"


def test_an_exception_that_does_not_exist_is_none(settings, capsys):
    import typer

    with pytest.raises(typer.Exit):
        settled(settings, purpose="workplace", attest="curiosity")
    assert "medical or safety" in capsys.readouterr().err


def test_without_a_terminal_nothing_is_asked_and_the_notice_is_given(settings, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO("research\n"))
    assert settled(settings).purpose == "unspecified"
    said = capsys.readouterr().err
    assert "purpose unspecified" in said
    assert "Art. 5(1)(f)" in said
    assert kept(settings.data_dir) is None


def test_at_a_terminal_it_is_asked_once(settings, typed):
    shown = typed("research\n")
    assert settled(settings).purpose == "research"
    assert "What are your analyses for?" in shown.getvalue()
    again = typed("")
    assert settled(settings).purpose == "research"
    assert again.getvalue() == ""


def test_where_a_program_calls_nobody_is_asked_whatever_stdin_is(settings, typed):
    shown = typed("research\n")
    assert settled(settings, ask=False).purpose == "unspecified"
    assert "What are your analyses for?" not in shown.getvalue()
    assert "purpose unspecified" in shown.getvalue()


def test_enter_is_an_answer_too(settings, typed):
    typed("\n")
    assert settled(settings).purpose == "unspecified"
    shown = typed("personal\n")
    assert settled(settings).purpose == "unspecified"
    assert "What are your analyses for?" not in shown.getvalue()


def test_wrong_answers_are_asked_again_and_prohibited_ones_explained(settings, typed):
    shown = typed("spying\nworkplace\npersonal\n")
    assert settled(settings).purpose == "personal"
    assert "One of: research" in shown.getvalue()
    assert "Prohibited at work" in shown.getvalue()


def test_who_says_nothing_sensible_is_not_asked_for_ever(settings, typed):
    typed("a\nb\nc\nd\n")
    assert settled(settings).purpose == "unspecified"
    assert kept(settings.data_dir) is None
    typed("")  # the end of the input
    assert settled(settings).purpose == "unspecified"


def test_what_is_set_goes_before_what_was_answered(settings, typed, monkeypatch):
    typed("research\n")
    settled(settings)
    monkeypatch.setenv("EMER_PURPOSE", "clinical")
    own = Settings(data_dir=settings.data_dir, cache_dir=settings.cache_dir)
    assert settled(own).purpose == "clinical"
    assert settled(own, purpose="media").purpose == "media"


def test_an_answer_that_was_damaged_is_asked_for_again(settings, typed):
    settings.data_dir.mkdir(parents=True)
    for text in ("", "{", '{"purpose": "workplace"}', '{"purpose": 7}', "[]", "\x00" * 5000):
        (settings.data_dir / asking.FILE).write_text(text)
        assert kept(settings.data_dir) is None
    typed("research\n")
    assert settled(settings).purpose == "research"


def test_a_place_that_cannot_be_written_does_not_stop_anybody(settings, typed):
    settings.data_dir.write_text("a file, no folder")
    shown = typed("research\n")
    assert settled(settings).purpose == "research"
    assert "could not be kept" in shown.getvalue()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_notice_tells_who_what_why_and_the_rights(language):
    blank = notice_text(Blanks(), language=language)
    assert blank.count("[") == 6
    assert "GDPR" in blank or "《通用数据保护条例》" in blank
    full = notice_text(
        Blanks(*(f"<{n}>" for n in ("who", "how", "why", "law", "them", "long"))),
        language=language, cache_days=12,
    )  # fmt: skip
    assert "[" not in full
    assert all(f"<{n}>" in full for n in ("who", "how", "why", "law", "them", "long"))
    assert "12" in full


def test_the_notice_is_printed_with_what_was_given():
    done = CliRunner().invoke(app, ["notice", "--who", "Ann\x1b[2J", "--why", "a study"])
    assert done.exit_code == 0
    assert "a study" in done.stdout
    assert "\x1b" not in done.stdout
    assert "[CONTACT" in done.stdout
    assert "fill in" in done.stderr
    assert CliRunner().invoke(app, ["notice", "--language", "fr"]).exit_code == 2
