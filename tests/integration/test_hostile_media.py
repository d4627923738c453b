"""Hostile files and hostile places: an answer or a clear refusal, and nothing left behind."""

import json
import os
import signal
import struct
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.synth import noise, picture, silence, tone, write_media

from emer.agent import analyze
from emer.agent.settings import Settings
from emer.evals.fuzz.cases import Plan
from emer.evals.fuzz.fields import fields, patched
from emer.evals.fuzz.processes import is_alive, kill_tree
from emer.evals.fuzz.running import Order, run
from emer.evals.fuzz.seeds import made_seeds
from emer.evals.fuzz.structure import pieces
from emer.tools.errors import MediaError
from emer.tools.findings import GapCode

SLOW = {"grows", "sparse-tail"}
"""Left to the command: they are as slow as the disk is."""
N_CASES = 2500
CHANCE = 20261121


@pytest.fixture(scope="module")
def plan(tmp_path_factory):
    return Plan(made_seeds()[0], N_CASES, chance=CHANCE, folder=tmp_path_factory.mktemp("seeds"))


def faults_of(plan, numbers):
    order = Order(n_cases=N_CASES, chance=CHANCE, n_workers=1)
    results = list(run(order, numbers))
    assert sorted(r.number for r in results) == sorted(numbers)
    return {
        (plan.cases[r.number].name, plan.cases[r.number].mutation): r.outcome
        for r in results
        if r.outcome.status == "fault"
    }


def test_mutated_files_are_decoded_or_refused_with_a_remedy(plan):
    mutated = [
        c.number for c in plan.cases if c.container != "special" and c.name != "png-bomb.png"
    ]
    assert faults_of(plan, mutated[:: len(mutated) // 60]) == {}


def special(plan):
    return [c for c in plan.cases if c.container == "special" and c.name not in SLOW]


def test_no_path_however_odd_hangs_or_crashes(plan):
    odd = [c.number for c in special(plan)]
    assert faults_of(plan, odd) == {}


def test_a_path_that_cannot_be_is_refused_in_plain_words(runs, plan, tmp_path):
    said = {
        "link-loop": "is a link that leads back to itself. Give the file itself.",
        "link-dangling": "clip.mp4 is a link to nowhere.mp4, which is not there. Give the file itself, or mend",
        "file-as-folder": "clip.wav is a file, not a folder. Check the path.",
        "endless-path": "the path of clip.mp4 is longer than the system allows. Give the file a shorter name",
        "endless-name": "a... is longer than the system allows. Give the file a shorter name",
    }  # fmt: skip
    for name, words in said.items():
        case = next(c for c in plan.cases if c.name == name)
        folder = tmp_path / name
        (folder / "case").mkdir(parents=True)
        with ExitStack() as stack:
            path = plan.lay(case, folder / "case", stack).path
            ended = runs(folder, "analyze", path, "-q")
        assert ended.status == 1
        assert is_said_well(ended)
        assert words in ended.err


def test_a_path_that_no_system_takes_is_refused_by_the_python_door_as_well(quietly):
    with pytest.raises(MediaError, match=r"a zero byte ends a name\. Check") as refusal:
        quietly("/tmp/a\0b.mp4")
    assert "\0" not in str(refusal.value)


@pytest.mark.parametrize("command", ["analyze", "export", "verify"])
def test_a_name_cannot_control_the_terminal_that_a_refusal_is_read_in(runs, tmp_path, command):
    odd = tmp_path / "\x1b]0;owned\x07\u202e\nemer: all is well.json"
    odd.write_text("no media and no report")
    ended = runs(tmp_path, command, odd, EMER_PURPOSE="research")
    assert ended.status in {1, 2}
    assert is_said_well(ended)
    assert ended.err.rstrip("\n").isprintable()
    assert r"\x1b]0;owned\x07\u202e\x0aemer" in ended.err


def test_a_name_that_is_no_text_can_be_reported(runs, short, tmp_path):
    odd = tmp_path / os.fsdecode(b"\xff\xfe\x80.mp4")
    odd.write_bytes(short.read_bytes())
    out = tmp_path / "out"
    ended = runs(tmp_path, "analyze", odd, "--json", "--out", out, "--format", "all", "-q")
    assert ended.status == 0, ended.err
    assert json.loads(ended.out)["media"]["name"] == r"\xff\xfe\x80.mp4"
    for written in out.iterdir():
        assert os.fsencode(written.name).decode()


@dataclass
class Ended:
    """How a run of the command line ended."""

    status: int
    out: str
    err: str
    children: list[int]
    disk: dict[str, int]


class Runs:
    """Runs the command line in forked processes; see ``hostile_runs.py``."""

    def __init__(self, home):
        self._home = home
        script = Path(__file__).with_name("hostile_runs.py")
        places = [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]
        env = {
            **os.environ,
            "EMER_PURPOSE": "research",
            "PYTHONPATH": os.pathsep.join(p for p in places if p),
        }
        self._process = subprocess.Popen(
            [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env=env,
        )  # fmt: skip

    def __call__(self, folder, *argv, disk=None, stop=None, when="", **env):
        temp = folder / "temp"
        temp.mkdir(exist_ok=True)
        out, err = folder / "stdout", folder / "stderr"
        err.unlink(missing_ok=True)
        own = {"TMPDIR": temp, "EMER_CACHE_DIR": self._home / "cache", **env}
        order = {
            "argv": [str(a) for a in argv], "env": {k: str(v) for k, v in own.items()},
            "out": str(out), "err": str(err), "disk": disk, "signal": stop, "when": when,
        }  # fmt: skip
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        if told["status"] == 99:
            pytest.skip("no small disk can be made here (needs root and mount namespaces)")
        left = dict(told["disk"])
        return Ended(told["status"], out.read_text(), err.read_text(), told["children"], left)

    def close(self):
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    one = Runs(tmp_path_factory.mktemp("home"))
    yield one
    one.close()


@pytest.fixture(scope="module")
def short(tmp_path_factory):
    folder = tmp_path_factory.mktemp("short")
    return write_media(folder / "a.mp4", pictures=[picture()] * 20, sound=tone(2), rate_hz=10)


def is_said_well(ended):
    """One line on stderr, none of it from the innards."""
    lines = ended.err.strip().splitlines()
    return len(lines) == 1 and lines[0].startswith("emer: ") and "rror(" not in lines[0]


def die_out(pids, within_s=10.0):
    deadline_s = time.monotonic() + within_s
    while left := [p for p in pids if is_alive(p)]:
        if time.monotonic() > deadline_s:
            for pid in left:
                kill_tree(pid)
            return False
        time.sleep(0.05)
    return True


def test_hostile_files_come_through_the_whole_command(runs, plan, tmp_path):
    for name, status in (("name-newline", 0), ("m3u8.mp4", 1), ("wav-all-nan.wav", 0)):
        case = next(c for c in plan.cases if c.name == name)
        folder = tmp_path / name
        (folder / "case").mkdir(parents=True)
        with ExitStack() as stack:
            path = plan.lay(case, folder / "case", stack).path
            ended = runs(folder, "analyze", path, "--json", "-q")
        assert ended.status == status, ended.err
        assert json.loads(ended.out)["schema_version"] if status == 0 else is_said_well(ended)
        assert list((folder / "temp").iterdir()) == []


def test_a_full_working_disk_is_a_refusal_that_names_it(runs, short, tmp_path):
    ended = runs(
        tmp_path,
        "analyze",
        short,
        "--json",
        "-q",
        "--no-cache",
        disk=[str(tmp_path / "temp"), 40_000],
    )
    assert ended.status == 1
    assert is_said_well(ended)
    assert "No space left" in ended.err
    assert ended.out == ""
    assert ended.disk == {}


def test_a_full_disk_of_results_keeps_no_half_of_them(runs, short, tmp_path):
    (tmp_path / "out").mkdir()
    ended = runs(
        tmp_path, "analyze", short, "--out", tmp_path / "out", "--format", "json", "-q",
        disk=[str(tmp_path / "out"), 8192],
    )  # fmt: skip
    assert ended.status in {1, 3}
    assert is_said_well(ended)
    assert ended.disk == {}


def test_a_full_disk_of_the_cache_costs_no_answer(runs, short, tmp_path):
    cache = tmp_path / "cache"
    cache.mkdir()
    ended = runs(
        tmp_path, "analyze", short, "--json", "-q", disk=[str(cache), 64_000], EMER_CACHE_DIR=cache
    )
    assert ended.status in {0, 3}, ended.err
    assert "Traceback" not in ended.err
    report = json.loads(ended.out)
    assert report["media"]["name"] == "a.mp4"
    (note,) = report["run"]["notes"]
    assert "full" in note or "No space" in note
    assert "Free some space" in note
    assert str(cache) not in note


def test_a_cache_that_cannot_be_written_costs_no_answer(short, tmp_path):
    (tmp_path / "cache").write_text("a file where a folder should be")
    settings = Settings(cache_dir=tmp_path / "cache", data_dir=tmp_path / "data")
    run = analyze(short, settings=settings).run
    assert run.status in {"complete", "partial"}
    assert "Not a directory" in run.notes[0]


@pytest.mark.parametrize("moment", ["probe", "decode"])
def test_ctrl_c_at_any_moment_leaves_nothing(runs, short, tmp_path, moment):
    ended = runs(
        tmp_path, "analyze", short, "--out", tmp_path / "out", "--fresh", "--no-cache",
        stop=signal.SIGINT, when=moment,
    )  # fmt: skip
    assert ended.status == 130, ended.err
    assert "stopped" in ended.err.splitlines()[-1]
    assert "Traceback" not in ended.err
    assert ended.out == ""
    assert list((tmp_path / "out").rglob("*")) == []
    assert list((tmp_path / "temp").iterdir()) == []
    assert die_out(ended.children)


@pytest.mark.parametrize("moment", ["plan", "wrote"])
def test_a_killed_run_leaves_no_half_of_a_result_and_no_process(runs, short, tmp_path, moment):
    out = tmp_path / "out"
    ended = runs(
        tmp_path, "analyze", short, "--out", out, "--no-cache", stop=signal.SIGKILL, when=moment
    )
    assert ended.status in {-signal.SIGKILL, 0}
    assert die_out(ended.children)
    for written in out.glob("*.json"):
        json.loads(written.read_text())
    again = runs(tmp_path, "analyze", short, "--out", out, "--no-cache", "-q")
    assert again.status == 0
    assert list((tmp_path / "temp").iterdir()) == []
    assert [p.name for p in out.iterdir() if p.name.startswith(".")] == []


@pytest.fixture
def quietly(tmp_path):
    settings = Settings(
        cache_dir=tmp_path / "cache", data_dir=tmp_path / "data", purpose="research"
    )
    return lambda path: analyze(path, settings=settings)


def declaring(path, seconds):
    """Let the header of a Matroska file say that it lasts ``seconds``."""
    data = path.read_bytes()
    length = next(
        f for f in fields(data, pieces(data, "matroska"), "matroska")
        if f.name == "duration" and f.is_float
    )  # fmt: skip
    path.write_bytes(patched(data, length.at, struct.pack(">d", 1000.0 * seconds)))
    return path


def test_ten_hours_that_are_two_seconds_are_two_seconds(quietly, tmp_path):
    clip = write_media(tmp_path / "a.mkv", pictures=[picture()] * 20, sound=tone(2), rate_hz=10)
    began = time.monotonic()
    report = quietly(declaring(clip, 36_000))
    assert report.media.duration_s == pytest.approx(2.0, abs=0.2)
    assert time.monotonic() - began < 60
    damage = [g for g in report.gaps if g.code is GapCode.MEDIA_DAMAGED]
    assert any("says that it lasts 36000.0 s" in g.reason for g in damage)


def test_without_sound_the_face_is_still_looked_for(quietly, tmp_path):
    report = quietly(write_media(tmp_path / "a.mp4", pictures=[picture()] * 10, rate_hz=10))
    assert report.media.audio is None
    assert any(g.tool == "voice_affect" and g.code is GapCode.NO_STREAM for g in report.gaps)
    assert any(g.tool == "faces" for g in report.gaps)


def test_without_pictures_the_voice_is_still_heard_for(quietly, tmp_path):
    report = quietly(write_media(tmp_path / "a.wav", sound=noise(2)))
    assert report.media.video is None
    assert any(g.tool == "faces" and g.code is GapCode.NO_STREAM for g in report.gaps)


def test_where_nobody_speaks_or_shows_a_face_nothing_is_claimed(quietly, tmp_path):
    clip = write_media(tmp_path / "a.mp4", pictures=[picture()] * 20, sound=silence(2), rate_hz=10)
    report = quietly(clip)
    assert report.run.status == "complete"
    assert report.labels == ()
    assert {g.tool for g in report.gaps} >= {"faces", "speech_activity"}
