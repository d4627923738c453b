"""``emer doctor`` as a user meets it."""

import json
import os
import subprocess
import sys
from functools import cache

import pytest
from typer.testing import CliRunner

from emer.agent.cli import app
from emer.agent.doctor import system
from emer.agent.doctor.checkup import Checkup, Problem, checkup
from emer.agent.doctor.command import told


def emer_doctor(*args):
    return CliRunner().invoke(app, ["doctor", *args])


@cache
def looked():
    return checkup()


@pytest.fixture
def found():
    """What the doctor finds here; looked at once, but inside a test, in a home of its own."""
    return looked()


def test_a_sound_installation_is_told_as_ready():
    shown = emer_doctor()
    assert shown.exit_code == 0
    assert shown.stdout.startswith("Ready: ")
    for word in ("expression", "voice_affect", "SHA-256 checked", "FFmpeg", "cache folder", "rule"):
        assert word in shown.stdout


@pytest.mark.parametrize("width", [60, 80, 110])
def test_the_lines_keep_to_the_width(found, width):
    # a path or a version that is longer than a line is not broken: it can be copied
    broad = [x for x in told(found, width) if len(x) > width and len(x.split()) > 2]
    assert broad == []


def test_the_answer_in_a_pipe_is_plain_text_of_eighty_columns():
    environment = {k: v for k, v in os.environ.items() if k != "COLUMNS"}
    result = subprocess.run(
        [sys.executable, "-c", "from emer.agent.cli import main; main()", "doctor"],
        capture_output=True, text=True, timeout=60, env=environment,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "\x1b" not in result.stdout
    assert max(len(x) for x in result.stdout.splitlines() if len(x.split()) > 3) <= 80
    assert "telemetry, tracing and downloads of every library are off" in result.stdout
    assert result.stderr == ""


def test_the_json_answers_to_its_schema():
    schema = json.loads(emer_doctor("--schema").stdout)
    data = json.loads(emer_doctor("--json").stdout)
    assert set(data) == set(schema["properties"])
    engine = schema["$defs"]["EngineState"]
    assert all(set(e) == set(engine["properties"]) for e in data["engines"])
    assert {e["state"] for e in data["engines"]} <= set(engine["properties"]["state"]["enum"])
    Checkup.model_validate_json(json.dumps(data), strict=True)
    assert data["schema_version"] == "1.0"
    assert data["verdict"] == "ready"


@pytest.mark.parametrize(("verdict", "status"), [("ready", 0), ("partly", 3), ("not_usable", 1)])
def test_the_exit_status_follows_the_verdict(monkeypatch, found, verdict, status):
    other = found.model_copy(update={"verdict": verdict})
    monkeypatch.setattr("emer.agent.doctor.checkup.checkup", lambda: other)
    for args in ([], ["--json"]):
        assert emer_doctor(*args).exit_code == status


def test_what_is_wrong_stands_at_the_top_with_its_remedy(found):
    problem = Problem(about="faces", problem="OpenCV is gone.", remedy="Install it again.")
    lines = told(found.model_copy(update={"problems": (problem,)}), 80)
    assert lines[2:4] == ["What to look at", "  faces: OpenCV is gone. Install it again."]


def test_no_key_is_ever_shown(monkeypatch):
    monkeypatch.setattr(system, "_version", lambda package: "1.0")
    monkeypatch.setenv("EMER_LLM", "openai:gpt")
    monkeypatch.setenv("EMER_BASE_URL", "https://me:hunter2@host/v1")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-abcdef")
    for args in ([], ["--json"]):
        shown = emer_doctor(*args).output
        assert "sk-abcdef" not in shown
        assert "hunter2" not in shown
    assert "a key is set" in emer_doctor().stdout


def test_wrong_settings_do_not_stop_the_doctor(monkeypatch):
    monkeypatch.setenv("EMER_CONFIG", "/nowhere/config.toml")
    shown = emer_doctor()
    assert shown.exit_code == 1
    assert "EMER_CONFIG names /nowhere/config.toml, and there is no such file" in shown.stdout
