"""A pipeline of pyannote.audio really runs: turns inside the clip, limits on speakers, broken files."""

import os
import shutil
import signal
from dataclasses import replace
from itertools import pairwise

import pytest

pytest.importorskip("torch")
pytest.importorskip("pyannote.audio")

from tests import synth
from tests.full.tiny import pyannote as tiny
from tests.unit.test_asr import clip_of, speech

from emer.tools.diarization_pieces import pieces
from emer.tools.diarization_pyannote import PyannoteDiarization
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, GapCode
from emer.tools.setup import Setup

pytestmark = [pytest.mark.full, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tiny.build(tmp_path_factory.mktemp("tiny_pyannote") / "community")


def diarizer(folder):
    tool = PyannoteDiarization()
    tool.set_up(Setup(device="cpu", models={"diarization.pyannote": str(folder)}))
    tool.ready()
    return tool


def test_turns_lie_inside_the_clip_and_name_their_pipeline(folder, tmp_path):
    clip = clip_of(tmp_path, sound=synth.voiced(12), duration_s=12.0)
    tool = diarizer(folder)
    found = tool.observe(clip, [clip.span], [speech(0, 12)])
    turns = [f for f in found if isinstance(f, Evidence)]
    assert turns
    for t in turns:
        assert 0 <= t.start_s < t.end_s <= 12
        assert (t.engine, t.model) == ("pyannote", "community")
        assert t.subject == t.reading.speaker
    assert turns[0].subject == "SPK_01"
    floor = [t for t in turns if not t.reading.overlapped]
    for one, other in pairwise(floor):
        assert other.start_s >= one.end_s - 0.01
    assert found == tool.observe(clip, [clip.span], [speech(0, 12)])


def test_a_long_recording_is_told_in_pieces_whose_turns_stay_in_their_place(
    folder, tmp_path, monkeypatch
):
    monkeypatch.setattr("emer.tools.diarization_pyannote.pieces", lambda s, t: pieces(s, t, 6.0))
    clip = clip_of(tmp_path, sound=synth.voiced(15), duration_s=15.0)
    found = diarizer(folder).observe(clip, [clip.span], [speech(0, 5), speech(5.5, 15)])
    turns = [f for f in found if isinstance(f, Evidence)]
    assert turns
    assert max(t.end_s for t in turns) > 12
    assert all(t.end_s <= 5.3 or t.start_s >= 5.2 for t in turns)


def test_no_more_speakers_are_told_than_the_user_says_there_are(folder, tmp_path):
    clip = clip_of(tmp_path, sound=synth.voiced(12), duration_s=12.0)
    found = diarizer(folder).observe(replace(clip, max_speakers=1), [clip.span], [speech(0, 12)])
    assert {t.subject for t in found if isinstance(t, Evidence)} == {"SPK_01"}


def test_a_configuration_that_would_run_something_else_runs_nothing(folder, tmp_path):
    bad = shutil.copytree(folder, tmp_path / "bad")
    trace = tmp_path / "trace"
    with (bad / "config.yaml").open("a") as config:
        config.write(f"preprocessors: {{a: {{name: os.mkdir, params: {{path: {trace}}}}}}}\n")
    clip = clip_of(tmp_path, sound=synth.voiced(6), duration_s=6.0)
    with pytest.raises(ToolUnavailable, match="more than telling speakers apart"):
        diarizer(bad).observe(clip, [clip.span], [speech(0, 6)])
    assert not trace.exists()


def test_the_library_reports_to_nobody_and_says_what_it_is(folder, tmp_path):
    facts = diarizer(folder).host().facts()
    assert facts["library"].startswith("pyannote.audio 4.")
    assert facts["device"] == "cpu"


def test_a_torchcodec_that_finds_no_ffmpeg_does_not_matter(folder, tmp_path):
    """It often does not; sound is handed over in memory."""
    (tmp_path / "torchcodec.py").write_text("raise RuntimeError('Could not load libtorchcodec')")
    tool = diarizer(folder)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    tool.environment = {**tool.environment, "PYTHONPATH": path}
    clip = clip_of(tmp_path, sound=synth.voiced(6), duration_s=6.0)
    found = tool.observe(clip, [clip.span], [speech(0, 6)])
    assert any(isinstance(f, Evidence) for f in found)


def test_a_process_that_is_killed_is_replaced(folder, tmp_path):
    clip = clip_of(tmp_path, sound=synth.voiced(6), duration_s=6.0)
    tool = diarizer(folder)
    before = tool.observe(clip, [clip.span], [speech(0, 6)])
    os.kill(tool.host().pid, signal.SIGKILL)
    assert tool.observe(clip, [clip.span], [speech(0, 6)]) == before


def test_a_folder_that_is_no_pipeline_says_what_is_needed(tmp_path):
    (tmp_path / "config.yaml").write_text("pipeline: {name: nonsense.Pipeline, params: {}}")
    clip = clip_of(tmp_path, sound=synth.voiced(6), duration_s=6.0)
    with pytest.raises(ToolUnavailable, match="cannot be used"):
        diarizer(tmp_path).observe(clip, [clip.span], [speech(0, 6)])


def test_without_sound_there_is_no_stream(folder, tmp_path):
    clip = clip_of(tmp_path)
    (gap,) = diarizer(folder).observe(clip, [clip.span], [])
    assert gap.code is GapCode.NO_STREAM
