"""A run that is killed at any moment goes on where it was, and ends as if nothing had happened."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parents[2] / "examples" / "sample.mp4"
KILLS = int(os.environ.get("EMER_TEST_KILLS", "50"))


class Runner:
    """Runs and kills analyses; see ``interrupting.py``."""

    def __init__(self, data):
        self._data = data
        script = Path(__file__).with_name("interrupting.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, cache, *, kill_after_s=None, question=None):
        out = cache.with_suffix(".json")
        order = {
            "media": str(SAMPLE), "cache": str(cache), "out": str(out), "end_s": 5.0,
            "data": str(self._data), "kill_after_s": kill_after_s, "question": question,
        }  # fmt: skip
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        outcome = self._process.stdout.readline().strip()
        return outcome, json.loads(out.read_text("utf-8")) if outcome == "done" else None

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def runner(tmp_path_factory):
    one = Runner(tmp_path_factory.mktemp("data"))
    yield one
    one.close()


@pytest.fixture(scope="module")
def undisturbed(runner, tmp_path_factory):
    """The report of a run that nobody kills, and how long it takes once all is warm."""
    folder = tmp_path_factory.mktemp("undisturbed")
    runner.run(folder / "warm")
    began = time.monotonic()
    outcome, report = runner.run(folder / "cache")
    assert outcome == "done"
    length_s = time.monotonic() - began
    print(f"an undisturbed run takes {length_s:.2f} s")
    return report, length_s


def without_run(report):
    return {name: part for name, part in report.items() if name != "run"}


def test_a_run_killed_at_any_moment_ends_as_if_undisturbed(runner, undisturbed, tmp_path):
    expected, length_s = undisturbed
    moments = random.Random(20261121)
    resumed, killed = 0, 0
    for i in range(KILLS):
        cache = tmp_path / f"cache{i}"
        outcome, _ = runner.run(cache, kill_after_s=moments.uniform(0.0, 1.05 * length_s))
        killed += outcome == "killed"
        outcome, report = runner.run(cache)
        assert outcome == "done"
        assert without_run(report) == without_run(expected)
        resumed += report["run"]["resumed"]
    assert killed >= 0.5 * KILLS
    assert resumed >= 0.25 * KILLS


def test_a_run_may_be_killed_again_and_again(runner, undisturbed, tmp_path):
    expected, length_s = undisturbed
    for _ in range(6):
        runner.run(tmp_path / "cache", kill_after_s=0.4 * length_s)
    outcome, report = runner.run(tmp_path / "cache")
    assert outcome == "done"
    assert without_run(report) == without_run(expected)


def test_a_finished_run_leaves_no_checkpoint_and_is_not_taken_up(runner, undisturbed, tmp_path):
    for _ in range(2):
        _, report = runner.run(tmp_path / "cache")
        assert not report["run"]["resumed"]
