"""``emer verify`` and ``--audit``: what people are told about what holds and what does not."""

import json

import pytest
import typer
from tests.descriptions import load
from tests.whole_reports import reported
from typer.testing import CliRunner

from emer.agent.command_line.verify import verify
from emer.agent.terminal_audit import plain_audit
from emer.graphs.report import Decision, Dropped

APP = typer.Typer()
APP.command()(verify)
HOSTILE = "[bold]\x1b[31mred\x1b[0m\u202e"


@pytest.fixture(scope="module")
def report():
    return reported(load("dev.json")[0])


def told(report, **update):
    """Return the report with another explanation."""
    return report.model_copy(update={"explanation": report.explanation.model_copy(update=update)})


def twisted(report):
    """Return the report with a person exchanged in its first claim."""
    first, *others = report.explanation.claims
    lie = first.model_copy(update={"text": first.text.replace("P1", "P7")})
    return told(report, claims=(lie, *others))


def run(report, path, *options):
    path.write_text(report.model_dump_json(), encoding="utf-8")
    return CliRunner().invoke(APP, [str(path), *options])


def test_a_report_that_holds_is_said_to_hold(report, tmp_path):
    result = run(report, tmp_path / "r.json")
    assert result.exit_code == 0
    assert "hold" in result.stdout


def test_a_lie_is_named_with_its_reason_and_the_status_tells(report, tmp_path):
    result = run(twisted(report), tmp_path / "r.json")
    assert result.exit_code == 3
    assert "its text speaks of P7" in result.stdout


def test_programs_get_json(report, tmp_path):
    result = run(twisted(report), tmp_path / "r.json", "--json")
    data = json.loads(result.stdout)
    assert data["holds"] is False
    assert data["n_claims"] == len(report.explanation.claims)
    assert {o["about"] for o in data["objections"]} >= {report.explanation.claims[0].id}


def test_a_report_can_come_from_a_pipe(report):
    result = CliRunner().invoke(APP, ["-"], input=report.model_dump_json())
    assert result.exit_code == 0


@pytest.mark.parametrize("content", ["", "not json", "{}", '{"schema_version": "1.2"}'])
def test_what_is_no_report_is_refused(content, tmp_path):
    path = tmp_path / "r.json"
    path.write_text(content, encoding="utf-8")
    result = CliRunner().invoke(APP, [str(path)])
    assert result.exit_code == 2
    assert "is no report" in result.stderr


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    result = CliRunner().invoke(APP, [str(tmp_path / "none.json")])
    assert result.exit_code == 2
    assert "cannot be read" in result.stderr


def test_the_text_may_not_say_more_than_the_claims(report, tmp_path):
    result = run(told(report, text=f"{report.explanation.text} P1 is lying."), tmp_path / "r.json")
    assert result.exit_code == 3
    assert "P1 is lying." in result.stdout


def test_an_answer_that_the_report_does_not_give_is_refused(report, tmp_path):
    asked = report.run.model_copy(update={"question": "Is she angry?"})
    other = told(report, answer="Yes, she is.").model_copy(update={"run": asked})
    result = run(other, tmp_path / "r.json")
    assert result.exit_code == 3
    assert "the answer is not the one" in result.stdout


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda r: r.model_copy(update={"evidence": r.evidence[1:]}), "does not exist"),
        (lambda r: r.model_copy(update={"evidence": (*r.evidence, r.evidence[0])}), "2 times"),
        (lambda r: r.model_copy(update={"subjects": ()}), "there is no person"),
        (
            lambda r: told(r, claims=(*r.explanation.claims, r.explanation.claims[0])),
            "have this id",
        ),
    ],
)
def test_the_record_itself_must_be_of_one_piece(report, tmp_path, spoil, says):
    result = run(spoil(report), tmp_path / "r.json")
    assert result.exit_code == 3
    assert says in result.stdout


def test_texts_of_a_hostile_report_stay_text(report, tmp_path):
    result = run(told(report, text=HOSTILE), tmp_path / "r.json")
    assert result.exit_code == 3
    assert "\x1b" not in result.stdout
    assert "\u202e" not in result.stdout


def test_the_audit_tells_what_was_decided_and_what_was_dropped_and_why(report):
    decided = Decision(
        tool="action_units", chosen=True, reason="the smile is in question", look=1, start_s=2,
        end_s=5, rate_hz=10, cost_s=1.5,
    )  # fmt: skip
    refused = Dropped(text=f"P1 shows AU4. {HOSTILE}", reason="its text names AU4")
    run_ = report.run.model_copy(update={"plan": (decided,), "dropped": (refused,)})
    text = plain_audit(report.model_copy(update={"run": run_}), width=200)
    assert "action units: chosen; the smile is in question (look 2)" in text
    assert "0:02.0-0:05.0, 10 pictures/s, 1.5 s expected" in text
    assert "P1 shows AU4." in text
    assert "its text names AU4" in text
    assert "hold when checked again" in text
    assert "\x1b" not in text


def test_the_audit_of_a_twisted_report_says_what_does_not_hold(report):
    assert "its text speaks of P7" in plain_audit(twisted(report), width=200)
