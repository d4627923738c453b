"""The face whose mouth moves with the sound is told from one whose mouth does not."""

import numpy as np
import pytest
from tests import synth

from emer.tools.active_speaker import ActiveSpeaker
from emer.tools.face_tracks import FaceTracks
from emer.tools.findings import Evidence, GapCode, Modality, TimeSpan
from emer.tools.media.decode import SAMPLE_RATE_HZ, SoundBlock
from emer.tools.media.faces import CROP_PX, Box, FaceWriter
from emer.tools.media.info import MediaInfo, VideoStream
from emer.tools.media.soundtrack import SoundtrackWriter
from emer.tools.readings import FaceTrackReading, UtteranceReading
from emer.tools.specialist import Clip, Specialist

WHOLE = TimeSpan(start_s=0.0, end_s=10.0)
SAID = TimeSpan(start_s=2.0, end_s=7.0)


def syllables(seed, span=SAID, rate_hz=25.0):
    """Openness of a mouth (0..1) at the video's rate: random syllables inside `span`."""
    rng = np.random.default_rng(seed)
    times = np.arange(0, WHOLE.end_s, 1 / rate_hz)
    opened = np.zeros(len(times))
    at_s = span.start_s
    while at_s < span.end_s - 0.2:
        opened += rng.uniform(0.4, 1.0) * np.exp(-(((times - at_s) / 0.07) ** 2))
        at_s += rng.uniform(0.15, 0.5)
    return times, np.clip(opened, 0, 1)


def spoken(times, opened):
    t = np.arange(round(WHOLE.end_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return (np.interp(t, times, opened) * synth.voiced(WHOLE.end_s)).astype(np.float32)


def face_of(track, span=WHOLE):
    reading = FaceTrackReading(
        track=track, n_frames=1, box_px=(0, 0, 50, 70), picture_share=0.1, aligned_share=1.0
    )
    return Evidence.of(
        tool="faces", engine=FaceTracks.engine, modality=Modality.FACE, card=FaceTracks.card, span=span,
        subject=track, reading=reading,
    )  # fmt: skip


def utterance(span):
    return Evidence.of(
        tool="utterances", engine="test", modality=Modality.VOICE, card=FaceTracks.card, span=span,
        subject="SPK_01", reading=UtteranceReading(speaker="SPK_01", speech_s=span.duration_s),
    )  # fmt: skip


def clip_of(tmp_path, mouths, sound):
    """A clip whose faces move their mouths as given: {track: (times, energy)}."""
    faces = None
    if mouths is not None:
        writer = FaceWriter(tmp_path / "faces.jpegs")
        for track, (times, energy) in mouths.items():
            crop = np.zeros((CROP_PX, CROP_PX, 3), np.uint8)
            writer.add(track, 0.0, Box(0, 0, 50, 70), crop, aligned=True, score=1.0)
            for time_s, value in zip(times, energy, strict=True):
                writer.add_motion(track, float(time_s), float(value))
        faces = writer.close()
    soundtrack = None
    if sound is not None:
        ears = SoundtrackWriter(tmp_path / "sound.s16")
        ears.write(SoundBlock(0.0, (sound * 32767).astype(np.int16)))
        soundtrack = ears.close()
    media = MediaInfo(
        name="x.mp4", sha256="", size_bytes=1, kind="video", container="mp4", duration_s=10.0,
        video=VideoStream(index=0, codec="h264", width_px=320, height_px=180),
    )  # fmt: skip
    return Clip(
        path=tmp_path / "x.mp4", media=media, span=WHOLE, workspace=tmp_path,
        soundtrack=soundtrack, faces=faces,
    )  # fmt: skip


def judge(clip, *known, spans=(SAID,)):
    return ActiveSpeaker().observe(clip, spans, list(known))


def noise(seed, n):
    return 0.05 * np.random.default_rng(seed).standard_normal(n)


def test_it_fulfils_the_contract():
    assert isinstance(ActiveSpeaker(), Specialist)
    assert ActiveSpeaker.needs == ("faces", "utterances")
    ActiveSpeaker().ready()


@pytest.mark.parametrize("seed", range(5))
def test_the_mouth_that_moves_with_the_sound_wins(tmp_path, seed):
    times, own = syllables(seed)
    _, other = syllables(seed + 100)
    mouths = {
        "FACE_01": (times, other + noise(seed, len(times))),
        "FACE_02": (times, own + noise(seed + 1, len(times))),
    }
    clip = clip_of(tmp_path, mouths, spoken(times, own))
    wrong, right = judge(clip, face_of("FACE_01"), face_of("FACE_02"), utterance(SAID))
    assert (wrong.subject, right.subject) == ("FACE_01", "FACE_02")
    assert right.reading.speaking_score > 0.7 > 0.4 > wrong.reading.speaking_score
    assert right.reading.n_faces == 2


def test_a_mouth_at_rest_gets_a_low_score_which_is_a_finding(tmp_path):
    times, own = syllables(1)
    clip = clip_of(tmp_path, {"FACE_01": (times, noise(2, len(times)))}, spoken(times, own))
    (found,) = judge(clip, face_of("FACE_01"), utterance(SAID))
    assert found.reading.speaking_score < 0.3
    assert found.reading.mouth_motion < 2.0


def test_of_two_mouths_of_one_rhythm_the_fainter_one_is_believed_less(tmp_path):
    times, own = syllables(1)
    _, rhythm = syllables(101)
    scores = []
    for size in (1.0, 0.2):
        clip = clip_of(tmp_path, {"FACE_01": (times, size * (0.2 + rhythm))}, spoken(times, own))
        (found,) = judge(clip, face_of("FACE_01"), utterance(SAID))
        scores.append(found.reading.speaking_score)
    lively, faint = scores
    assert faint < lively


def test_motion_is_a_ratio_to_the_same_face_in_silence(tmp_path):
    times, own = syllables(1)
    clip = clip_of(tmp_path, {"FACE_01": (times, 0.1 + own)}, spoken(times, own))
    (found,) = judge(clip, face_of("FACE_01"), utterance(SAID))
    inside = (times >= SAID.start_s) & (times < SAID.end_s)
    expected = (0.1 + own)[inside].mean() / (0.1 + own)[~inside].mean()
    assert found.reading.mouth_motion == pytest.approx(expected, rel=1e-2)


def test_a_voice_without_a_face_is_a_gap(tmp_path):
    times, own = syllables(1)
    clip = clip_of(tmp_path, {}, spoken(times, own))
    (gap,) = judge(clip, utterance(SAID))
    assert (gap.code, gap.span) == (GapCode.NOTHING_THERE, SAID)


def test_a_face_seen_elsewhere_in_the_clip_is_not_judged_here(tmp_path):
    times, own = syllables(1)
    clip = clip_of(tmp_path, {"FACE_01": (times, own)}, spoken(times, own))
    elsewhere = face_of("FACE_01", TimeSpan(start_s=8.0, end_s=10.0))
    (gap,) = judge(clip, elsewhere, utterance(SAID))
    assert gap.code is GapCode.NOTHING_THERE


@pytest.mark.parametrize("missing", ["sound", "faces"])
def test_without_sound_or_faces_there_is_a_gap_per_span(tmp_path, missing):
    times, own = syllables(1)
    mouths = None if missing == "faces" else {"FACE_01": (times, own)}
    clip = clip_of(tmp_path, mouths, None if missing == "sound" else spoken(times, own))
    spans = (TimeSpan(start_s=1, end_s=2), SAID)
    found = judge(clip, face_of("FACE_01"), spans=spans)
    codes = {"sound": GapCode.NO_STREAM, "faces": GapCode.NOTHING_THERE}
    assert [f.span for f in found] == list(spans)
    assert {f.code for f in found} == {codes[missing]}


def test_a_very_short_utterance_is_too_short(tmp_path):
    times, own = syllables(1)
    clip = clip_of(tmp_path, {"FACE_01": (times, own)}, spoken(times, own))
    short = TimeSpan(start_s=3.0, end_s=3.3)
    (gap,) = judge(clip, face_of("FACE_01"), utterance(short), spans=(short,))
    assert gap.code is GapCode.TOO_SHORT


def test_a_still_picture_with_a_voice_is_not_judged(tmp_path):
    times, own = syllables(1)
    clip = clip_of(tmp_path, {"FACE_01": ([], [])}, spoken(times, own))
    (gap,) = judge(clip, face_of("FACE_01"), utterance(SAID))
    assert gap.code is GapCode.NOT_CREDIBLE


def test_silence_and_noise_are_survived_and_say_little(tmp_path):
    times, own = syllables(1)
    clip = clip_of(tmp_path, {"FACE_01": (times, own)}, synth.silence(10))
    (found,) = judge(clip, face_of("FACE_01"), utterance(SAID))
    assert found.reading.speaking_score < 0.5


def test_no_spans_no_findings_and_two_runs_agree(tmp_path):
    times, own = syllables(1)
    clip = clip_of(tmp_path, {"FACE_01": (times, own)}, spoken(times, own))
    known = (face_of("FACE_01"), utterance(SAID))
    assert judge(clip, *known, spans=()) == []
    assert judge(clip, *known) == judge(clip, *known)
