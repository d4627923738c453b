"""``emer bench`` from clip to page, on a clip of a few seconds."""

import json
from pathlib import Path

import pytest
import typer
from tests.synth import picture, tone, write_media
from tests.talking_clip import talking_clip
from typer.testing import CliRunner

from emer.evals.bench import running
from emer.evals.bench.command import bench
from emer.evals.bench.page import page
from emer.evals.bench.results import Benchmark
from emer.evals.bench.work_chat import QUESTIONS, talked

NAME = "my clip.mp4"


def run(*args):
    app = typer.Typer()
    app.command()(bench)
    return CliRunner().invoke(app, [str(a) for a in args])


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    shades = [picture(rgb=(i * 5 % 255, 120, 150)) for i in range(20)]
    path = tmp_path_factory.mktemp("secret folder") / NAME
    return write_media(path, pictures=shades, sound=tone(2), rate_hz=10)


@pytest.fixture(scope="module")
def result(clip):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(running, "STAGES_S", 4.0)
        return run("--media", clip, "--only", "floor,step", "--repeats", 1, "--json")


@pytest.fixture(scope="module")
def measured(result):
    assert result.exit_code == 0, result.stderr
    return Benchmark.model_validate_json(result.stdout)


def test_a_conversation_is_timed_by_its_first_words_on_a_clip_that_is_known(tmp_path, monkeypatch):
    monkeypatch.setenv("EMER_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("EMER_DATA_DIR", str(tmp_path / "data"))
    path = str(talking_clip(tmp_path))
    with pytest.raises(ValueError, match="should have been in the cache"):
        talked(path, 5.0)
    look, *answers = talked(path, 5.0)
    assert look["media_s"] == pytest.approx(4.0, abs=0.3)
    assert [a["name"].strip("“”") for a in answers] == list(QUESTIONS)
    assert all(a["wall_s"] > 0 for a in answers)


def test_only_what_was_asked_for_is_measured(measured):
    assert {f.group for f in measured.figures} == {"floor", "step", "tool"}
    assert measured.complete


def test_the_clip_is_looped_to_the_length_without_encoding(measured):
    assert {f.subject for f in measured.figures} == {f"{NAME} looped to 4 s, 180 lines"}
    assert all(f.media_s == pytest.approx(4.0, abs=0.3) for f in measured.figures)


def test_the_steps_do_not_take_longer_than_all_of_them_together(measured):
    steps = {f.name: f.wall_s.median for f in measured.figures if f.group == "step"}
    whole = steps.pop("all steps")
    assert {"probe", "plan", "take_in", "align", "recall", "explain", "report"} <= set(steps)
    assert min(steps.values()) >= 0
    assert sum(steps.values()) <= whole


def test_the_peer_that_is_not_there_is_a_row(measured):
    told = measured.find("floor", "ffmpeg, the program")
    named = [f for f in measured.figures if f.name == "ffmpeg, the program"]
    assert told is not None or named[0].problem == "not installed"


def test_memory_is_that_of_the_measured_process(measured):
    floor, whole = measured.find("floor", "PyAV alone"), measured.find("step", "all steps")
    assert 10 < floor.peak_mb < whole.peak_mb < 2000


def test_no_folder_is_told_anywhere(measured, result, clip):
    for text in (result.stdout, result.stderr, page(measured)):
        assert "secret folder" not in text
        assert str(Path.home()) not in text
        assert "/tmp" not in text


def test_progress_goes_to_stderr(result):
    assert "floor / PyAV alone" in result.stderr
    assert json.loads(result.stdout)["schema_version"] == "1.1"


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (["--only", "nonsense"], 2, "is no group"),
        (["--quick", "--full"], 2, "exclude each other"),
        (["--faces", "/nowhere/at/all"], 2, "there is no"),
        (["--media", "/nowhere/at/all.mp4"], 1, "no clip"),
    ],
)
def test_wrong_use_is_refused_at_once(options, status, said):
    refused = run(*options)
    assert refused.exit_code == status
    assert said in refused.stderr
    assert refused.stdout == ""


def test_a_clip_that_cannot_be_copied_is_told(tmp_path):
    bad = tmp_path / "bad.mp4"
    bad.write_bytes(b"just words\n" * 50)
    refused = run("--media", bad, "--only", "floor")
    assert refused.exit_code == 1
    assert "bad.mp4 cannot be looped" in refused.stderr
