"""Who speaks, measured: the tables' arithmetic, what Light-ASD is fed, and that it is what it says."""

import sys

import numpy as np
import pytest
from tests import synth
from tests.unit.test_active_speaker import syllables, utterance

from emer.evals.accuracy.active_speaker import Steps, clips_table, precision_table
from emer.evals.accuracy.light_asd import AVA, FOLDER, LIGHT, RATE_HZ, TALKSET, LightASD
from emer.evals.accuracy.light_asd_inputs import OUTSIDE, cepstra, cropped
from emer.evals.accuracy.speaking_clips import Face, Heard, heard, ours_beside, steps_in, windows
from emer.evals.accuracy.speaking_halves import FIRST
from emer.evals.accuracy.speaking_pairs import (
    CHOSEN_ON,
    OTHERS,
    TALKING,
    WORDLESS,
    Choice,
    pairs_table,
)
from emer.tools.errors import EmerError
from emer.tools.findings import TimeSpan
from emer.tools.media.faces import MouthMotion
from emer.tools.media.info import MediaInfo, VideoStream

SAID = TimeSpan(start_s=2.0, end_s=7.0)


def choice(voice, rival, right, length_s=2.0):
    return Choice(voice, rival, length_s, right, 1.0, 0.0, 0.5)


def face_that_moves(times, opened):
    motion = MouthMotion(times, opened.astype(np.float32))
    return Face(np.arange(len(times)), {}, motion, share=0.1)


def clip_with(sound, said=SAID, faces=None):
    info = MediaInfo(
        name="x.mp4", sha256="", size_bytes=1, kind="video", container="mp4", duration_s=10.0,
        video=VideoStream(index=0, codec="h264", width_px=320, height_px=180),
    )  # fmt: skip
    return Heard("x", info, sound, faces or {}, [utterance(said)])


def test_right_choices_are_counted_by_the_kind_of_face_beside_and_the_length():
    first, second, third = CHOSEN_ON[:3]
    made = [
        choice(first, second, 1.0), choice(second, first, 0.0), choice(third, first, 0.5),
        choice(first, WORDLESS[0], 1.0), choice(first, second, 0.0, length_s=None),
    ]  # fmt: skip
    table = pairs_table(made)
    talking = table.record(sounds="all", judged="2 s", **{"face beside": "talking"})
    assert (talking["choices"], talking["emer"].value, talking["emer"].n) == (3, 0.5, 3)
    assert talking[LIGHT[AVA]].value == 1.0
    assert talking[LIGHT[TALKSET]].value == 0.0
    wordless = table.record(sounds="all", judged="2 s", **{"face beside": "not talking"})
    assert (wordless["choices"], wordless["emer"]) == (1, 1.0)
    assert table.record(judged="utterance")["emer"] == 0.0


def test_agreement_counts_pictures_on_which_both_say_the_same():
    steps = Steps(
        "a", "FACE_01", np.array([0.9, 0.9, 0.1, 0.0]), np.array([True, True, True, False]),
        {AVA: np.array([2.0, -1.0, -1.0, -1.0]), TALKSET: np.full(4, 3.0)},
    )  # fmt: skip
    row = clips_table([steps]).rows[0]
    #                       emer  AVA   agree speech TalkSet agree speech
    assert row == ("a", "FACE_01", 4, 0.5, 0.25, 0.75, 0.5, 1.0, 0.5, 0.75)


def test_precision_takes_the_reference_for_the_truth_and_knows_what_chance_gives():
    odds = np.array([1.0, -1.0, -1.0, -1.0])
    speech = np.array([True, True, False, False])
    steps = Steps(
        "a", "FACE_01", np.array([0.9, 0.1, 0.0, 0.0]), speech, dict.fromkeys(LIGHT, odds)
    )
    values = [row[1].value for row in precision_table([steps, steps]).rows]
    assert values == [1.0, 0.5, 0.25]


def test_nobody_is_in_both_halves_nor_talks_and_does_not():
    every = [*TALKING, *WORDLESS]
    assert len(every) == len(set(every))
    assert set(every) >= FIRST
    voices = {*CHOSEN_ON, *OTHERS}
    assert voices & FIRST
    assert voices - FIRST


def test_windows_lie_side_by_side_within_utterances():
    clip = clip_with(None, TimeSpan(start_s=1.0, end_s=5.5))
    assert [(w.start_s, w.end_s) for w in windows(clip, 2.0)] == [(1.0, 3.0), (3.0, 5.0)]
    assert windows(clip, 5.0) == []
    assert steps_in(TimeSpan(start_s=1.0, end_s=2.0), 1000) == slice(25, 50)
    assert steps_in(TimeSpan(start_s=9.0, end_s=9.9), 100) == slice(99, 100)


def test_side_by_side_the_face_that_moves_with_the_sound_wins():
    times, own = syllables(1)
    _, other = syllables(101)
    sound = np.interp(np.arange(160000) / 16000, times, own) * synth.voiced(10.0) * 32767
    clip = clip_with(sound.astype(np.int16))
    faces = [face_that_moves(times, other), face_that_moves(times, own)]
    ((wrong, right),) = ours_beside(clip, faces, [SAID])
    assert right > 0.5 > wrong
    ((late,),) = ours_beside(clip, faces[1:], [SAID], late_s=3.0)
    assert late < right


def test_a_sound_twice_as_loud_changes_the_energy_alone():
    sound = np.random.default_rng(0).integers(-8000, 8000, 16000).astype(np.int16)
    faint, loud = cepstra(sound), cepstra(2 * sound)
    assert faint.shape == (99, 13)
    assert loud[:, 0] - faint[:, 0] == pytest.approx(np.log(4))
    assert loud[:, 1:] == pytest.approx(faint[:, 1:], abs=1e-6)


def test_what_lies_outside_the_picture_is_grey():
    crop = cropped(np.full((100, 100), 200, np.uint8), (0.0, 50.0), 40.0)
    assert (crop[:, :50] == OUTSIDE).all()
    assert (crop[:, 62:] == 200).all()


def test_without_torch_it_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(EmerError, match="torch") as caught:
        LightASD(tmp_path / "x.model")
    assert "train" in caught.value.remedy


def test_missing_and_foreign_weights_are_refused(tmp_path):
    torch = pytest.importorskip("torch")
    with pytest.raises(EmerError, match="no weights"):
        LightASD(tmp_path / "x.model")
    torch.save({"a": torch.zeros(2)}, tmp_path / "y.model")
    with pytest.raises(EmerError, match="not Light-ASD"):
        LightASD(tmp_path / "y.model")


def test_light_asd_believes_a_talking_face_with_its_sound_and_no_resting_face(shared_data):
    pytest.importorskip("torch")
    networks = {AVA: LightASD(shared_data / FOLDER / AVA)}
    video = shared_data / "video"
    talks = heard(video / "video_retalking" / "face3.mp4", "talks", networks)
    rests = heard(video / "liveportrait" / "d0.mp4", "rests", networks)
    (talking,), (resting,) = talks.faces.values(), rests.faces.values()
    sound = talks.embeddings[AVA]
    own = networks[AVA].judge(talking.embeddings[AVA], sound)
    assert (own > 0).mean() > 0.8
    other = networks[AVA].judge(resting.embeddings[AVA], sound)
    assert (other > 0).mean() < 0.1
    # it fits best where it belongs, not two seconds off
    late = networks[AVA].judge(talking.embeddings[AVA], sound.roll(2 * RATE_HZ, 0))
    assert late.mean() < own.mean()
