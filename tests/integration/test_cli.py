"""The command line as a user meets it: answers on stdout, the rest on stderr, clear refusals."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.synth import noise, picture, silence, tone, write_media
from typer.testing import CliRunner

from emer.agent import aanalyze, analyze
from emer.agent.cli import app
from emer.graphs.report import Report
from emer.tools.errors import MediaError

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "examples" / "sample.mp4"
TOP = [
    "schema_version", "media", "subjects", "utterances", "evidence", "gaps",
    "agreement", "cases", "explanation", "labels", "polarity", "run",
]  # fmt: skip


def emer(*args):
    return CliRunner().invoke(app, [str(a) for a in args])


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    folder = tmp_path_factory.mktemp("short")
    return write_media(folder / "a.mp4", pictures=[picture()] * 20, sound=tone(2), rate_hz=10)


def test_json_stands_alone_on_stdout_and_follows_the_schema(short):
    result = emer("analyze", short, "--json")
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    assert list(report) == TOP
    assert Report.model_validate(report).schema_version == "1.4"


def test_progress_goes_to_stderr_and_quiet_silences_it(short):
    assert "emer: probe" in emer("analyze", short).stderr
    assert emer("analyze", short, "--quiet").stderr == ""


def test_the_report_is_readable_at_a_terminal(short):
    shown = emer("analyze", short, "--quiet").stdout
    for part in ("a.mp4", "In short", "What could not be seen, heard or read", "Based on"):
        assert part in shown


def test_out_writes_the_report_as_page_json_and_text(short, tmp_path):
    result = emer("analyze", short, "--out", tmp_path / "new" / "folder", "--json")
    assert result.exit_code == 0
    written = sorted(p.name for p in (tmp_path / "new" / "folder").iterdir())
    assert written == ["a.mp4.emer.html", "a.mp4.emer.json", "a.mp4.emer.txt"]
    kept = json.loads((tmp_path / "new" / "folder" / written[1]).read_text())
    assert kept == json.loads(result.stdout)


def test_a_part_is_analysed_on_the_clock_of_the_whole(tmp_path):
    clip = write_media(tmp_path / "a.mp4", pictures=[picture()] * 60, sound=tone(6), rate_hz=10)
    report = json.loads(emer("analyze", clip, "--json", "--start", 2, "--end", 4).stdout)
    assert report["run"]["span"] == [2.0, 4.0]
    for item in [*report["evidence"], *report["gaps"]]:
        assert 2.0 <= item["start_s"] < item["end_s"] <= 4.0


BAD = {
    "missing": (lambda d: d / "no.mp4", "no file"),
    "folder": (lambda d: d, "folder"),
    "empty": (lambda d: put(d / "e.mp4", b""), "empty"),
    "text": (lambda d: put(d / "t.mp4", b"just words\n" * 50), "decoded|media|neither"),
    "truncated": (lambda d: put(d / "c.mp4", b"\x00\x00\x00\x20ftypisom" + bytes(300)), "decoded|neither"),
    "playlist": (lambda d: put(d / "p.m3u8", b"#EXTM3U\nfile.ts\n"), "playlist"),
}  # fmt: skip


def put(path, content):
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_refused_in_one_sentence_with_a_remedy(kind, tmp_path):
    make, says = BAD[kind]
    result = emer("analyze", make(tmp_path), "--quiet")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert any(word in result.stderr for word in says.split("|"))
    assert len(result.stderr.strip().splitlines()) == 1


SPARSE = {
    "silence": {"sound": silence(3)},
    "music": {"sound": tone(3, 220) + tone(3, 277) + tone(3, 330)},
    "noise": {"sound": noise(3)},
    "no sound": {"pictures": [picture()] * 30},
    "black": {"pictures": [picture(rgb=(0, 0, 0))] * 30, "sound": silence(3)},
}


@pytest.mark.parametrize("kind", SPARSE)
def test_media_with_nobody_in_it_gets_an_honest_report(kind, tmp_path):
    clip = write_media(tmp_path / "a.mkv", rate_hz=10, **SPARSE[kind])
    result = emer("analyze", clip, "--json")
    assert result.exit_code == 0, result.stderr
    report = json.loads(result.stdout)
    assert report["labels"] == []
    assert report["subjects"] == []
    assert report["explanation"]["abstained"]
    assert report["explanation"]["claims"] == []
    assert {g["tool"] for g in report["gaps"]} >= {"gesture", "on_screen_text", "vocal_events"}


def test_an_image_is_analysed(tmp_path):
    import cv2

    cv2.imwrite(str(tmp_path / "a.png"), picture())
    result = emer("analyze", tmp_path / "a.png", "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["media"]["kind"] == "image"


def test_a_folder_that_cannot_be_written_is_named_before_any_work(short, tmp_path):
    (tmp_path / "file").write_text("in the way")
    result = emer("analyze", short, "--out", tmp_path / "file" / "sub")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr
    assert "probe" not in result.stderr


@pytest.mark.parametrize(
    "option", [["--fps", "0"], ["--fps", "abc"], ["--nonsense"], ["--start", "-1"]]
)
def test_wrong_usage_ends_with_status_2(short, option):
    assert emer("analyze", short, *option).exit_code == 2


def test_a_part_beyond_the_end_is_refused(short):
    result = emer("analyze", short, "--start", "100")
    assert result.exit_code == 1
    assert "starts at 100 s" in result.stderr


def test_a_wrong_setting_names_its_variable(short, monkeypatch):
    monkeypatch.setenv("EMER_FPS", "many")
    result = emer("analyze", short)
    assert result.exit_code == 2
    assert "EMER_FPS" in result.stderr


def test_an_unknown_language_model_is_refused_with_a_remedy(short):
    result = emer("analyze", short, "--llm", "nonsense", "--quiet")
    assert result.exit_code == 1
    assert "provider:model" in result.stderr


def test_the_command_line_wins_over_the_environment(short, monkeypatch):
    monkeypatch.setenv("EMER_FPS", "2")
    assert json.loads(emer("analyze", short, "--json").stdout)["run"]["rate_hz"] == 2
    assert json.loads(emer("analyze", short, "--json", "--fps", 4).stdout)["run"]["rate_hz"] == 4


def test_a_case_store_that_cannot_be_written_costs_the_analogies_alone(
    known_sample, monkeypatch, tmp_path
):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("EMER_DATA_DIR", str(tmp_path / "file"))
    monkeypatch.setenv("EMER_CACHE_DIR", str(known_sample(tmp_path / "cache")))
    report = json.loads(emer("analyze", SAMPLE, "--json").stdout)
    assert [g["code"] for g in report["gaps"] if g["tool"] == "memory"] == ["tool_unavailable"]
    assert report["cases"] == []


def test_python_callers_get_the_same_report_even_in_a_running_loop(short):
    async def both():
        return analyze(short), await aanalyze(short)

    one, other = asyncio.run(both())
    assert one.model_dump(exclude={"run"}) == other.model_dump(exclude={"run"})


def test_python_callers_keep_their_environment(short):
    code = (
        "import os\nbefore = dict(os.environ)\nfrom emer.agent import analyze\n"
        f"analyze({str(short)!r})\n"
        "print(sorted(k for k in os.environ.keys() | before if os.environ.get(k) != before.get(k)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert run.stdout.strip() == "[]"


def test_python_callers_get_errors_with_a_remedy(tmp_path):
    with pytest.raises(MediaError) as refusal:
        analyze(tmp_path / "no.mp4")
    assert refusal.value.remedy


def test_no_working_files_are_left_behind(short, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    analyze(short)
    assert list(tmp_path.iterdir()) == []


def test_a_killed_run_is_cleaned_up_after_by_the_next(short, tmp_path):
    code = (
        "import os, signal\nfrom emer.agent import analyze\n"
        f"analyze({str(short)!r}, on_event=lambda e: os.kill(os.getpid(), signal.SIGKILL)"
        " if e.stage == 'voice_affect' else None)"
    )
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    killed = subprocess.run([sys.executable, "-c", code], env=env, check=False, timeout=120)
    assert killed.returncode == -9
    assert len(list(tmp_path.iterdir())) == 1
    again = [sys.executable, "-m", "emer", "analyze", str(short), "-q", "--json"]
    subprocess.run(again, env=env, check=True, capture_output=True, timeout=120)
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_with_a_word_and_no_report(tmp_path):
    command = [sys.executable, "-m", "emer", "analyze", str(SAMPLE), "--out", str(tmp_path)]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        for line in run.stderr:
            if "plan" in line:
                run.send_signal(signal.SIGINT)
                break
        out, err = run.communicate(timeout=60)
    assert run.returncode == 130
    assert "stopped" in err
    assert "Traceback" not in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


def test_memory_search_shows_analogies(monkeypatch):
    result = emer("memory", "search", "I am so happy for you", "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert found
    assert {f["kind"] for f in found} == {"analogy"}


def test_cases_are_exported_imported_and_forgotten(tmp_path):
    everything, broken = tmp_path / "all.jsonl", tmp_path / "broken.jsonl"
    assert emer("memory", "export", everything, "--starter").exit_code == 0
    lines = everything.read_text().splitlines()
    changed = json.loads(lines[0]) | {"situation": "A neighbour brings a cake", "id": None}
    del changed["id"]
    broken.write_text(json.dumps(changed) + "\nno case\n")
    result = emer("memory", "import", broken)
    assert result.exit_code == 3
    assert "added 1 of 2" in result.stderr
    assert "line 2 refused" in result.stderr
    listed = [json.loads(x) for x in emer("memory", "list", "--json").stdout.splitlines()]
    (own,) = [c for c in listed if c["situation"] == "A neighbour brings a cake"]
    assert own["trust"] == "imported"
    assert emer("memory", "forget", own["id"]).exit_code == 0
    assert emer("memory", "forget", own["id"]).exit_code == 1


def test_the_schema_is_printed(short):
    schema = json.loads(emer("schema").stdout)
    assert list(schema["properties"]) == TOP


def test_the_installed_command_runs_and_closes_its_pipe_quietly(short):
    command = f"{sys.executable} -m emer analyze {short} --quiet --json | head -c 10"
    run = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "PYTHONWARNINGS": "error::ResourceWarning"},
    )  # fmt: skip
    assert run.stdout == '{\n  "schem'
    assert "Traceback" not in run.stderr
