"""Speech is found, everything else is not taken for speech."""

import importlib.util
import tracemalloc

import numpy as np
import pytest
from tests import synth

from emer.tools import silero, speech_activity
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Gap, GapCode, TimeSpan
from emer.tools.media.decode import SoundBlock
from emer.tools.media.info import MediaInfo
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.media.soundtrack import Soundtrack, SoundtrackWriter
from emer.tools.specialist import Clip, Specialist
from emer.tools.speech_activity import SpeechActivity

RATE = synth.RATE_HZ


def clip_of(tmp_path, sound, *, start_s=0.0):
    writer = SoundtrackWriter(tmp_path / "sound.s16", start_s=start_s)
    pcm = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
    writer.write(SoundBlock(start_s, pcm))
    end_s = start_s + max(0.001, len(pcm) / RATE)
    info = MediaInfo(
        name="clip.wav", sha256="0" * 64, size_bytes=1, kind="audio", container="wav",
        duration_s=end_s,
    )  # fmt: skip
    span = TimeSpan(start_s=start_s, end_s=end_s)
    return Clip(tmp_path / "clip.wav", info, span, tmp_path, soundtrack=writer.close())


def heard(clip, spans=None, **settings):
    return SpeechActivity(**settings).observe(clip, spans or [clip.span], [])


def melody(seconds, seed=0):
    """Plucked notes, several at once."""
    rng = np.random.default_rng(seed)
    sound = synth.silence(seconds)
    for _ in range(seconds * 8):
        hz, first = 110 * 2 ** (rng.integers(0, 36) / 12), rng.integers(0, len(sound) - RATE)
        t = np.arange(RATE) / RATE
        note = sum(np.sin(2 * np.pi * k * hz * t) / k for k in range(1, 8))
        sound[first : first + RATE] += (note * np.exp(-3 * t) * np.minimum(1, 100 * t)).astype("f4")
    return 0.5 * sound / np.abs(sound).max()


@pytest.fixture
def jfk(shared_data, tmp_path):
    path = shared_data / "asr" / "jfk" / "jfk.flac"
    clip, _, _ = take_in(path, probe(path), tmp_path)
    return clip


@pytest.mark.parametrize(
    "sound",
    [
        synth.noise(8, 0.003),
        synth.noise(8, 0.3),
        synth.tone(8, 440.0),
        np.concatenate([synth.silence(2), synth.tone(1), synth.silence(2), synth.tone(1, 880.0)]),
        synth.voiced(8, 120.0),
    ],
    ids=["hiss", "noise", "tone", "beeps", "buzz"],
)
def test_sound_without_a_voice_is_a_gap_that_says_so(tmp_path, sound):
    clip = clip_of(tmp_path, sound)
    (gap,) = heard(clip)
    assert isinstance(gap, Gap)
    assert gap.code is GapCode.NOTHING_THERE
    assert gap.reason.startswith("sound but no speech (-")
    assert (gap.start_s, gap.end_s) == (clip.span.start_s, clip.span.end_s)


def test_music_is_hardly_ever_taken_for_speech(tmp_path):
    clip = clip_of(tmp_path, np.concatenate([melody(10, seed) for seed in range(12)]))
    wrong_s = sum(f.duration_s for f in heard(clip) if isinstance(f, Evidence))
    assert wrong_s < 0.05 * clip.span.duration_s


def test_digital_silence_is_named(tmp_path):
    (gap,) = heard(clip_of(tmp_path, synth.silence(2)))
    assert gap.reason == "digital silence"


def test_faint_noise_is_called_silence_with_its_level(tmp_path):
    (gap,) = heard(clip_of(tmp_path, synth.noise(2, 0.0003)))
    assert gap.reason == "silence (-71 dB of full scale)"


def test_a_clip_without_sound_is_no_stream(tmp_path):
    clip = clip_of(tmp_path, synth.silence(1))
    mute = Clip(clip.path, clip.media, clip.span, clip.workspace)
    (gap,) = heard(mute)
    assert gap.code is GapCode.NO_STREAM


def test_a_span_beyond_the_soundtrack_is_no_stream(tmp_path):
    clip = clip_of(tmp_path, synth.noise(1))
    (gap,) = heard(clip, [TimeSpan(start_s=3, end_s=4)])
    assert gap.code is GapCode.NO_STREAM


def test_no_spans_give_no_findings(tmp_path):
    assert SpeechActivity().observe(clip_of(tmp_path, synth.silence(1)), [], []) == []


def test_thresholds_that_contradict_each_other_are_refused():
    with pytest.raises(ValueError, match="release <= threshold"):
        SpeechActivity(threshold=0.2, release=0.3)


def test_it_is_a_specialist_that_is_ready():
    assert isinstance(SpeechActivity(), Specialist)
    SpeechActivity().ready()


def test_without_the_wheel_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ToolUnavailable, match="Install faster-whisper"):
        SpeechActivity().ready()


def test_runs_open_at_the_threshold_and_close_under_the_release():
    scores = np.array([0.3, 0.4, 0.25, 0.5, 0.1, 0.3, 0.3, 0.9], np.float32)
    assert list(speech_activity._runs(scores, 0.35, 0.21)) == [(1, 4), (7, 8)]


def test_short_pauses_are_bridged_and_long_ones_kept():
    step = silero.STEP_S
    scores = np.zeros(200, np.float32)
    scores[[*range(20, 40), *range(50, 60), *range(120, 140)]] = 0.8  # pauses 0.32 s and 1.92 s
    scores[180:184] = 0.9  # 0.13 s: a click
    heard_span = TimeSpan(start_s=10.0, end_s=10.0 + 200 * step)
    stretches = SpeechActivity()._stretches(scores, heard_span)
    spans = [(round(s.start_s, 3), round(s.end_s, 3)) for s, _ in stretches]
    assert spans == [
        (round(10 + 20 * step - 0.2, 3), round(10 + 60 * step + 0.2, 3)),
        (round(10 + 120 * step - 0.2, 3), round(10 + 140 * step + 0.2, 3)),
    ]
    assert stretches[1][1] == pytest.approx(0.8)


def test_speech_is_found_inside_the_clip(jfk):
    found = heard(jfk)
    speech = [f for f in found if isinstance(f, Evidence)]
    assert speech
    assert sum(f.duration_s for f in speech) > 6.0  # of 11 s, with long pauses
    assert all(jfk.span.start_s <= f.start_s < f.end_s <= jfk.span.end_s for f in found)
    assert all(f.reading.speech_score >= 0.45 for f in speech)
    # "ask not", between two pauses of a second, scores low
    assert any(f.start_s < 3.6 and f.end_s > 4.0 for f in speech)
    assert found == heard(jfk)


def test_speech_between_silences_is_placed_and_the_silences_are_gaps(jfk, tmp_path):
    voice = jfk.soundtrack.read(TimeSpan(start_s=0.0, end_s=2.2))
    (tmp_path / "b").mkdir()
    clip = clip_of(tmp_path / "b", np.concatenate([synth.silence(5), voice, synth.silence(5)]))
    before, speech, after = heard(clip)
    assert isinstance(before, Gap)
    assert isinstance(after, Gap)
    assert 4.8 <= speech.start_s <= 5.8
    assert 6.5 <= speech.end_s <= 7.6


def test_a_part_is_heard_as_in_the_whole(jfk):
    whole = [f for f in heard(jfk) if isinstance(f, Evidence)]
    part = TimeSpan(start_s=3.0, end_s=11.0)
    inside = [f for f in heard(jfk, [part]) if isinstance(f, Evidence)]
    assert [f.end_s for f in inside][-1] == pytest.approx(whole[-1].end_s, abs=0.1)
    assert all(f.start_s >= 3.0 and f.end_s <= 11.0 for f in inside)


def test_the_state_is_carried_over_the_border_of_chunks(jfk, monkeypatch):
    whole = heard(jfk)
    monkeypatch.setattr(silero, "CHUNK_WINDOWS", 50)
    assert heard(jfk) == whole


def test_faint_speech_is_still_found(jfk, tmp_path):
    sound = jfk.soundtrack.read(jfk.span)
    (tmp_path / "faint").mkdir()
    loud = sum(f.duration_s for f in heard(jfk) if isinstance(f, Evidence))
    faint = heard(clip_of(tmp_path / "faint", 0.03 * sound))
    assert sum(f.duration_s for f in faint if isinstance(f, Evidence)) > 0.8 * loud


def test_memory_stays_flat_with_length(tmp_path):
    class Endless(Soundtrack):
        def __init__(self, end_s):
            self.start_s, self.end_s = 0.0, end_s

        def read(self, span):
            return np.zeros(round(span.duration_s * RATE), np.float32)

    class Deaf:
        def run(self, _, feed):
            return np.zeros((len(feed["input"]), 1), np.float32), feed["h"], feed["c"]

    tracemalloc.start()
    hours = 2
    end_s = hours * 3600.0
    scores, power = silero.scored(Deaf(), Endless(end_s), TimeSpan(start_s=0, end_s=end_s))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(scores) == len(power) == hours * 112_500
    assert peak < 40_000_000  # two hours as floats would be 460 MB
