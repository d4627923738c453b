"""`emer analyze` with many files as a user meets it, killed and interrupted."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from tests.synth import tone, write_media
from typer.testing import CliRunner

from emer.agent import analyze
from emer.agent.cli import app
from emer.graphs.report import Report

COMMAND = [sys.executable, "-m", "emer", "analyze"]


def emer(*args):
    return CliRunner().invoke(app, [str(a) for a in args])


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clips")
    for i, name in enumerate(("a/x", "b/x", "c1", "c2", "c10")):
        path = folder / f"{name}.wav"
        path.parent.mkdir(exist_ok=True)
        write_media(path, sound=tone(0.6, 200 + 40 * i))
    return folder


def results(out):
    return {p: p.stat().st_mtime_ns for p in out.rglob("[!.]*.emer.json")}


def told(report):
    return Report.model_validate_json(report.read_text()).model_dump(exclude={"run"})


def test_a_folder_with_bad_files_gives_a_report_each_and_an_index(clips, tmp_path):
    given, out = tmp_path / "in", tmp_path / "out"
    given.mkdir()
    for name in ("a.wav", "new\nline\x1b[2J.wav", "odd\udcff.wav"):
        (given / name).symlink_to(clips / "c1.wav") if name == "a.wav" else (
            given / name
        ).write_bytes((clips / "c1.wav").read_bytes())
    (given / "cut.wav").write_bytes((clips / "c2.wav").read_bytes()[:20])
    (given / "empty.mp4").touch()
    (given / "text.mp4").write_text("just words\n" * 50)
    os.mkfifo(given / "pipe.mp4")
    result = emer("analyze", given, given / "pipe.mp4", "--out", out, "--format", "json,html")
    assert result.exit_code == 3, result.stderr
    assert result.stdout == f"{out / 'index.html'}\n"
    assert "\x1b" not in result.stderr
    assert "3 done, 4 failed" in result.stderr
    assert "device, pipe or socket" in result.stderr
    facts = json.loads((out / "index.json").read_text())
    assert facts["totals"]["failed"] == 4
    for entry in facts["files"]:
        assert bool(entry["error"]) == (entry["status"] == "failed")
        assert all((out / name).is_file() for name in entry["outputs"].values())


def test_json_of_many_files_is_one_report_a_line(clips, tmp_path):
    first = emer("analyze", clips / "c1.wav", clips / "c2.wav", "--json", "--out", tmp_path, "-q")
    assert first.exit_code == 0, first.stderr
    assert first.stderr == ""
    reports = [Report.model_validate_json(line) for line in first.stdout.splitlines()]
    assert [r.media.name for r in reports] == ["c1.wav", "c2.wav"]
    again = emer("analyze", clips / "c1.wav", clips / "c2.wav", "--json", "--out", tmp_path, "-q")
    assert again.stdout == first.stdout


def test_a_dry_run_lists_and_touches_nothing(clips, tmp_path):
    out = tmp_path / "out"
    result = emer("analyze", f"{clips}/**/*.wav", "--out", out, "--dry-run", "--limit", 2)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.splitlines()[0] == "would analyse a/x.wav: new"
    assert result.stdout.count("would analyse") == 2
    assert not out.exists()


def test_nothing_to_analyse_ends_with_status_1_and_leaves_no_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    assert emer("analyze", "in").exit_code == 1
    assert emer("analyze", "*.mp4").exit_code == 1
    assert not (tmp_path / "emer-results").exists()


def test_wrong_use_ends_with_status_2(clips):
    assert emer("analyze", clips, "--audit").exit_code == 2
    assert emer("analyze", clips, "--jobs", "0").exit_code == 2
    assert emer("analyze", clips, "--format", "nonsense").exit_code == 2
    assert emer("analyze").exit_code == 2
    assert emer("analyze", clips, "--start", 2, "--end", 1).exit_code == 2
    assert emer("analyze", clips, "--memory", 0).exit_code == 2


def test_a_dry_run_reads_results_that_cannot_be_written(clips, tmp_path):
    command = ("analyze", clips / "c1.wav", "--limit", 1, "--out", tmp_path, "--format", "json")
    assert emer(*command).exit_code == 0
    home = tmp_path / ".emer-batch"
    home.chmod(0o500)
    before = sorted(home.iterdir())
    try:
        result = emer(*command, "--dry-run")
        assert sorted(home.iterdir()) == before
    finally:
        home.chmod(0o700)
    assert result.stdout == "would leave c1.wav: done\n", result.stderr


def test_what_could_not_be_looked_at_is_said_even_to_those_who_want_no_notices(clips, tmp_path):
    wanted = (clips / "c1.wav", f"{clips}/*.nothing")
    result = emer("analyze", *wanted, "--out", tmp_path, "--format", "json", "-q")
    assert result.exit_code == 3
    assert "nothing matches" in result.stderr
    facts = json.loads((tmp_path / "index.json").read_text())
    assert "nothing matches" in facts["problems"][0]


def run_until(command, out, enough):
    """Start a run and return it once ``enough`` reports are there."""
    run = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    until_s = time.monotonic() + 120
    while len(results(out)) < enough and run.poll() is None and time.monotonic() < until_s:
        time.sleep(0.002)
    return run


def test_a_killed_run_is_gone_on_with_and_ends_as_an_undisturbed_one(clips, tmp_path):
    command = [*COMMAND, clips, "--out", tmp_path, "--format", "json", "--jobs", "2", "--no-cache"]
    for enough in (1, 3):
        with run_until(command, tmp_path, enough) as run:
            run.kill()
        before = results(tmp_path)
        assert len(before) >= enough
        assert json.loads((tmp_path / "index.json").read_text())["totals"]["files"] == 5
    subprocess.run(command, check=True, capture_output=True)
    after = results(tmp_path)
    assert {p: after[p] for p in before} == before
    assert {p.relative_to(tmp_path).as_posix() for p in after} == {
        f"{p.relative_to(clips)}.emer.json" for p in clips.rglob("*.wav")
    }
    for path in after:
        clip = clips / path.relative_to(tmp_path).with_suffix("").with_suffix("")
        assert told(path) == analyze(clip, cache=False).model_dump(exclude={"run"})
    left = [p.name for p in tmp_path.rglob(".emer-*") if p.name != ".emer-batch"]
    assert left == []


def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(clips, tmp_path):
    command = [*COMMAND, clips, "--out", tmp_path, "--format", "json", "--no-cache"]
    with run_until(command, tmp_path, 1) as run:
        run.send_signal(signal.SIGINT)
        _, err = run.communicate(timeout=20)
    assert run.returncode == 130
    assert "goes on from here" in err
    assert "Traceback" not in err
    facts = json.loads((tmp_path / "index.json").read_text())
    assert facts["run"] == "ended"
    assert facts["totals"]["done"] == len(results(tmp_path)) >= 1
    assert facts["totals"]["pending"] >= 1
    assert facts["totals"]["failed"] == 0


def test_a_disk_without_room_stops_the_run_with_a_sentence(clips, tmp_path):
    limited = f"ulimit -f 2; exec {sys.executable} -m emer analyze {clips} --out {tmp_path}/o"
    run = subprocess.run(["bash", "-c", limited], capture_output=True, text=True, timeout=120)
    assert run.returncode in (1, 3)
    assert "Traceback" not in run.stderr
    assert "internal error" not in run.stderr
    assert "space" in run.stderr
