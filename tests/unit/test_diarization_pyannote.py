"""Turns of a pipeline: overlap kept apart from the floor, speakers numbered, files trusted."""

import hashlib

import pytest
from tests.unit.test_asr import CARD, clip_of

from emer.tools.diarization_pyannote import PyannoteDiarization, Turn, numbered, turns_of
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, GapCode, Modality, TimeSpan
from emer.tools.loaders.pyannote import refuse_changed, refuse_surprising
from emer.tools.models import store
from emer.tools.readings import TurnReading
from emer.tools.setup import Setup
from emer.tools.utterance_pieces import Timeline
from emer.tools.utterances import _owner


def test_who_talks_over_somebody_is_kept_apart_from_who_holds_the_floor():
    every = [[0.0, 5.0, "B"], [4.0, 9.0, "A"]]
    exclusive = [[0.0, 4.5, "B"], [4.5, 9.0, "A"]]
    assert turns_of(every, exclusive) == [
        Turn(0.0, 4.5, "B"),
        Turn(4.0, 4.5, "A", overlapped=True),
        Turn(4.5, 5.0, "B", overlapped=True),
        Turn(4.5, 9.0, "A"),
    ]


def test_edges_that_are_rounded_differently_are_no_overlap():
    assert turns_of([[0.0, 5.02, "A"]], [[0.0, 5.0, "A"]]) == [Turn(0.0, 5.0, "A")]


def test_speakers_are_numbered_as_they_appear():
    turns = [Turn(3, 4, "SPEAKER_00"), Turn(1, 2, "SPEAKER_07"), Turn(5, 6, "SPEAKER_07")]
    assert [t.speaker for t in numbered(turns)] == ["SPK_02", "SPK_01", "SPK_01"]


def turn(start_s, end_s, speaker, *, overlapped=False):
    return Evidence.of(
        tool="diarization", engine="fake", modality=Modality.VOICE, card=CARD, subject=speaker,
        span=TimeSpan(start_s=start_s, end_s=end_s),
        reading=TurnReading(speaker=speaker, n_speakers=2, overlapped=overlapped),
    )  # fmt: skip


def test_words_go_to_who_holds_the_floor_not_to_who_talks_over_them():
    turns = Timeline([turn(0, 2, "SPK_01"), turn(1, 4, "SPK_02", overlapped=True)])
    assert _owner(turns, 0.5, 3.5)[0] == "SPK_01"
    assert _owner(turns, 2.5, 3.5)[0] == "SPK_02"


def test_files_that_are_not_what_was_pulled_are_refused_before_they_are_read(tmp_path):
    (tmp_path / "config.yaml").write_bytes(b"x")
    right = hashlib.sha256(b"x").hexdigest()
    refuse_changed(tmp_path, {"config.yaml": right})
    with pytest.raises(ToolUnavailable, match=r"config\.yaml is not what was pulled"):
        refuse_changed(tmp_path, {"config.yaml": "0" * 64})
    with pytest.raises(ToolUnavailable, match=r"plda\.npz cannot be read"):
        refuse_changed(tmp_path, {"plda.npz": right})


def test_a_pipeline_that_others_put_into_the_cache_is_not_trusted(tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    commit = "0123456789abcdef0123456789abcdef01234567"
    repository = tmp_path / "models--pyannote--speaker-diarization-community-1"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(commit)
    tool = PyannoteDiarization()
    tool.set_up(Setup(models_dir=tmp_path / "models"))
    entry = store.catalogue()["pyannote-community-1"]
    for file in entry.files:
        path = repository / "snapshots" / commit / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    with pytest.raises(ToolUnavailable, match="was not pulled by emer"):
        tool.options(tool.found())
    digests = {f.path: hashlib.sha256(b"x").hexdigest() for f in entry.files}
    store.write_lock(tmp_path / "models", {entry.name: store.Locked(commit, digests)})
    assert tool.options(tool.found()) == {"sha256": digests}


def test_nobody_is_looked_for_where_no_speech_was_found(tmp_path):
    import numpy as np
    from tests.unit.test_asr import silent

    clip = clip_of(tmp_path, sound=np.zeros(16000 * 20, np.float32))
    (gap,) = PyannoteDiarization().observe(clip, [clip.span], [silent(0, 20)])
    assert gap.code is GapCode.NOTHING_THERE


PIPELINE = "pipeline: {name: pyannote.audio.pipelines.SpeakerDiarization, params: {}}\n"


@pytest.mark.parametrize(
    "config",
    [
        PIPELINE + "preprocessors: {audio: {name: os.system, params: {command: 'touch /tmp/x'}}}\n",
        "pipeline: {name: subprocess.Popen, params: {args: [ls]}}\n",
        "pipeline: {name: pyannote.audio.pipelines.VoiceActivityDetection, params: {}}\n",
        "!!python/object/apply:os.system ['ls']\n",
        "- just a list\n",
        "",
    ],
)
def test_a_configuration_that_names_anything_else_to_run_is_refused(tmp_path, config):
    (tmp_path / "config.yaml").write_text(config)
    with pytest.raises(ToolUnavailable, match=r"config\.yaml"):
        refuse_surprising(tmp_path)


def test_a_pipeline_for_speakers_is_let_through(tmp_path):
    (tmp_path / "config.yaml").write_text(PIPELINE + "params: {clustering: {threshold: 0.6}}\n")
    refuse_surprising(tmp_path)
