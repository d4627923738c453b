"""``emer capabilities``: the list agrees with what is installed, and reads well."""

import json
from functools import cache

import pytest
from typer.testing import CliRunner

from emer.agent.capabilities.catalogue import HEADINGS, capabilities
from emer.agent.capabilities.command import told
from emer.agent.cli import app
from emer.agent.exports.formats import FORMATS
from emer.tools.registry import NOT_BUILT, choose, installed


@cache
def composed():
    return capabilities()


@pytest.fixture
def found():
    """The list; composed once, but inside a test, in a home of its own."""
    return composed()


def of(found, area):
    return {c.name: c for c in found.capabilities if c.area == area}


def test_every_clue_of_every_specialist_is_listed_with_what_its_card_says(found):
    chosen, _ = choose(installed())
    clues = of(found, "clue")
    assert set(clues) == {e.tool for e in installed()} | set(NOT_BUILT)
    for tool, specialist in chosen.items():
        assert clues[tool].what == specialist.card.purpose
        assert clues[tool].metrics == specialist.card.metrics
        assert clues[tool].limits == specialist.card.limits


def test_what_nobody_looks_for_is_told_as_such(found):
    for name in NOT_BUILT:
        assert of(found, "clue")[name].status == "no"


def test_what_is_only_partly_there_or_not_says_why(found):
    assert [c.name for c in found.capabilities if c.status != "yes" and not c.why] == []


def test_the_expressions_that_can_be_told_follow_from_the_measured_movements(found):
    expression = of(found, "clue")["expression"]
    assert expression.status == "partly"
    able, unable = expression.why.split("; it cannot tell ")
    assert "happiness" in able
    assert "disgust" in unable


def test_every_format_is_listed(found):
    assert list(of(found, "export")) == list(FORMATS)


def test_caps_on_input_are_those_of_the_code(found, monkeypatch):
    monkeypatch.setattr("emer.tools.media.probe.MAX_DURATION_S", 7200.0)
    changed = capabilities()
    assert "at most 2 h" in of(changed, "input")["audio"].limits


def test_what_it_refuses_on_purpose_is_named(found):
    assert {"mind reading", "work and education", "identity"} <= set(of(found, "never"))


def test_every_area_has_a_heading_and_something_under_it(found):
    assert {c.area for c in found.capabilities} == set(HEADINGS)


@pytest.mark.parametrize("width", [60, 80, 110])
@pytest.mark.parametrize("details", [False, True])
def test_the_lines_keep_to_the_width_and_names_to_their_column(found, width, details):
    lines = told(found, width, details=details)
    assert [x for x in lines if len(x) > width and len(x.split()) > 3] == []
    assert [c.name for c in found.capabilities if len(c.name) >= 20] == []


def test_the_command_prints_it_and_its_json():
    shown = CliRunner().invoke(app, ["capabilities"])
    assert shown.exit_code == 0
    assert "What it does not do, on purpose" in shown.stdout
    data = json.loads(CliRunner().invoke(app, ["capabilities", "--json"]).stdout)
    assert data["schema_version"] == "1.0"
    assert {c["status"] for c in data["capabilities"]} == {"yes", "partly", "no"}
