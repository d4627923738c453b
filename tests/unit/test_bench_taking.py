"""How measurements are taken: in turns, in processes of their own, each failure a row."""

import json
import os
import sys
import time

import pytest

from emer.evals.bench.child import NotMeasured, Ran, Runner
from emer.evals.bench.environment import environment
from emer.evals.bench.memory import HAS_PROC, GrowthWatch
from emer.evals.bench.running import MEDIA, found
from emer.evals.bench.taking import Taken
from emer.evals.bench.tasks import Task, length


def task(name, log, *, parts=None, repeats=2, error=None, **more):
    def run():
        log.append(name)
        if error:
            raise error
        made = parts or [{"name": name, "wall_s": float(len(log)), "whole": True}]
        return made, Ran(process_s=1.0, peak_mb=10.0 * len(log), out="")

    return Task("decoding", name, run, repeats=repeats, **more)


def taken(*tasks):
    lines = []
    collector = Taken(lines.append)
    collector.take(tasks)
    return {f.name: f for f in collector.figures()}, lines


def test_subjects_take_turns_and_every_other_turn_goes_backwards():
    log = []
    taken(task("a", log, repeats=3), task("b", log, repeats=3))
    assert log == ["a", "b", "b", "a", "a", "b"]


def test_repeats_become_median_least_and_most_and_the_largest_peak():
    figures, _ = taken(task("a", [], repeats=3))
    spread = figures["a"].wall_s
    assert (spread.median, spread.least, spread.most, spread.n) == (2.0, 1.0, 3.0, 3)
    assert figures["a"].peak_mb == 30.0


def test_a_failing_measurement_is_a_row_and_is_not_tried_again():
    log = []
    error = NotMeasured("there is no file /home/me/a.mp4", remedy="Look in /home/me/b.mp4.")
    figures, lines = taken(task("bad", log, error=error), task("good", log))
    assert log.count("bad") == 1
    assert figures["bad"].problem == "there is no file a.mp4"
    assert figures["bad"].remedy == "Look in b.mp4."
    assert figures["bad"].wall_s is None
    assert figures["good"].wall_s.n == 2
    assert "/home" not in "".join(lines)


def test_what_cannot_be_measured_here_is_not_started():
    log = []
    figures, _ = taken(task("peer", log, problem="not installed", remedy="Install it."))
    assert log == []
    assert (figures["peer"].problem, figures["peer"].remedy) == ("not installed", "Install it.")


def test_one_process_may_answer_with_several_rows():
    parts = [
        {"name": "align", "wall_s": 0.5, "media_s": 50.0},
        {"name": "asr", "group": "tool", "in_run_s": 0.2},
        {"name": "gone", "group": "tool", "problem": "no weights", "remedy": "Fetch them."},
    ]
    figures, _ = taken(task("all", [], parts=parts))
    assert figures["align"].per_media_s == 0.01
    assert figures["align"].peak_mb is None  # the process did other things as well
    assert (figures["asr"].group, figures["asr"].in_run_s, figures["asr"].wall_s) == (
        "tool",
        0.2,
        None,
    )
    assert figures["gone"].problem == "no weights"
    assert "all" not in figures


def test_a_part_that_tells_its_own_memory_and_model_keeps_them():
    parts = [
        {"name": "asr", "wall_s": 0.5, "whole": True, "peak_mb": 3.0, "model": "tiny", "stand_in": True},
        {"name": "asr, later", "problem": "too long"},
    ]  # fmt: skip
    figures, _ = taken(task("asr", [], parts=parts, repeats=1))
    assert (figures["asr"].peak_mb, figures["asr"].model, figures["asr"].stand_in) == (
        3,
        "tiny",
        True,
    )
    assert figures["asr, later"].problem == "too long"


@pytest.mark.skipif(not HAS_PROC, reason="memory is only watched where there is /proc")
def test_growth_is_what_came_on_top_and_the_most_of_all_looks():
    before = bytearray(40 * 10**6)
    watch = GrowthWatch()
    with watch:
        on_top = bytearray(60 * 10**6)
        time.sleep(0.1)
    first_mb = watch.most_mb
    del on_top
    with watch:
        time.sleep(0.1)
    assert len(before) / 1e6 < 50 < first_mb < 90
    assert watch.most_mb == first_mb


def test_every_measurement_is_told_as_it_comes():
    _, lines = taken(task("a", []), task("b", [], error=NotMeasured("no")))
    assert [line.partition(":")[0] for line in lines] == [
        "decoding / a", "decoding / b", "decoding / a",
    ]  # fmt: skip


@pytest.fixture
def runner(tmp_path):
    return Runner(tmp_path, timeout_s=20.0)


PEAK = "x = bytearray({mb} * 10**6); import time; time.sleep(0.4)"


@pytest.mark.skipif(not HAS_PROC, reason="memory of descendants is only added up from /proc")
def test_memory_of_worker_processes_counts(runner):
    code = PEAK.format(mb=60)
    alone = runner.command([sys.executable, "-c", code])
    both = runner.command(
        [sys.executable, "-c", f"import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', {code!r}]); {code}; p.wait()"]
    )  # fmt: skip
    assert alone.peak_mb > 60
    assert both.peak_mb > alone.peak_mb + 55


def test_measured_runs_have_the_users_engines_and_none_of_the_users_data(tmp_path, monkeypatch):
    monkeypatch.setenv("EMER_MODELS", "faces.yunet=/my/yunet.onnx")
    monkeypatch.setenv("EMER_DATA_DIR", "/my/cases")
    monkeypatch.setenv("EMER_LLM", "openai:gpt")
    code = (
        "import json, os; print(json.dumps({k: v for k, v in os.environ.items() if 'EMER_' in k}))"
    )
    seen = json.loads(Runner(tmp_path, 30.0).command([sys.executable, "-c", code]).out)
    assert seen["EMER_MODELS"] == "faces.yunet=/my/yunet.onnx"
    assert seen["EMER_DATA_DIR"] == str(tmp_path / "data")
    assert "EMER_LLM" not in seen


def test_a_measurement_that_takes_too_long_is_ended_with_its_children(tmp_path):
    mark = tmp_path / "alive"
    child = f"import time; time.sleep(1.5); open({str(mark)!r}, 'w')"
    code = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(60)"
    began = time.monotonic()
    with pytest.raises(NotMeasured, match="longer than"):
        Runner(tmp_path, timeout_s=0.8).command([sys.executable, "-c", code])
    assert time.monotonic() - began < 10
    time.sleep(max(0.0, began + 2.5 - time.monotonic()))
    assert not mark.exists()


def test_a_crash_is_told_without_folders(runner):
    with pytest.raises(NotMeasured) as raised:
        runner.command([sys.executable, "-c", "raise SystemExit('lost /home/me/x.bin')"])
    assert raised.value.message == "lost x.bin (exit status 1)"


def test_a_program_that_is_not_there_is_told(runner):
    with pytest.raises(NotMeasured, match="could not be started"):
        runner.command(["/nowhere/at/all"])


def test_a_job_that_fails_says_why_and_what_to_do(runner):
    with pytest.raises(NotMeasured) as raised:
        runner.job("probed", path="/nowhere/at/all/a.mp4")
    assert raised.value.message == "there is no file a.mp4"
    assert raised.value.remedy == "Check the path."


def test_measured_processes_do_not_touch_the_data_of_the_user(runner, monkeypatch):
    monkeypatch.setenv("EMER_DATA_DIR", "/somewhere")
    monkeypatch.setenv("EMER_LLM", "other:model")
    ran = runner.command([sys.executable, "-c", "import os; print(*sorted(k + '=' + v for k, v in os.environ.items() if k.startswith('EMER_')))"])  # fmt: skip
    assert "somewhere" not in ran.out
    assert "EMER_LLM" not in ran.out
    assert f"EMER_DATA_DIR={runner.home / 'data'}" in ran.out


def test_the_machine_is_described_without_saying_whose_it_is():
    told = environment("8.1").model_dump_json()
    names = {os.uname().nodename, os.environ.get("USER", ""), str(os.getcwd()), os.environ["HOME"]}
    assert "8.1" in told
    assert not [n for n in names if len(n) > 3 and n in told]


def test_clips_are_found_in_folders_by_their_names(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("b.MP4", "notes.txt", "deep/a.wav", "odd.bin"):
        (tmp_path / name).touch()
    assert [p.name for p in found([tmp_path], MEDIA)] == ["b.MP4", "a.wav"]
    assert [p.name for p in found([tmp_path / "odd.bin"], MEDIA)] == ["odd.bin"]


def test_lengths_are_told_as_people_do():
    assert [length(s) for s in (2.02, 36.1, 60, 90, 600.3, 3600)] == [
        "2 s", "36 s", "1 min", "1.5 min", "10 min", "1 h",
    ]  # fmt: skip
