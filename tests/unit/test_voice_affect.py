"""How a voice sounds per utterance: whose it is, against what, and when nothing can be said."""

import math
from pathlib import Path

import av
import numpy as np
import pytest
from tests.synth import RATE_HZ, noise, silence, tone, voiced

from emer.tools.findings import Evidence, Gap, GapCode, Modality, ModelCard, TimeSpan
from emer.tools.media.decode import SoundBlock
from emer.tools.media.info import MediaInfo
from emer.tools.media.soundtrack import SoundtrackWriter
from emer.tools.prosody import Prosody
from emer.tools.readings import SpeechReading, TurnReading, UtteranceReading
from emer.tools.specialist import Clip, Specialist
from emer.tools.vocal_dimensions import MAX_VALENCE, judge
from emer.tools.voice_affect import VoiceAffect

CARD = ModelCard(
    name="maker", revision="1", purpose="tests", inputs="none", outputs="none", licence="none",
    commercial_use=True, source="tests", trained_on="nothing", metrics="none", limits=("none",),
)  # fmt: skip


def speaking(duration_s, hz=140.0, level=0.3, liveliness=0.15):
    """A buzz whose pitch wavers and whose loudness swells as syllables do."""
    sound = voiced(duration_s, lambda t: hz * (1 + liveliness * np.sin(2 * np.pi * 1.5 * t)), 1.0)
    t = np.arange(len(sound)) / RATE_HZ
    return (level * sound * (0.55 - 0.45 * np.cos(2 * np.pi * 4 * t))).astype(np.float32)


def clip_of(tmp_path, sound, *, start_s=0.0, end_s=None):
    track = None
    if sound is not None:
        writer = SoundtrackWriter(tmp_path / "soundtrack.s16", start_s=start_s)
        pcm = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
        writer.write(SoundBlock(start_s, pcm))
        track = writer.close()
    end_s = end_s or (track.end_s if track else 10.0)
    info = MediaInfo.model_construct(name="made.wav", duration_s=end_s)
    span = TimeSpan(start_s=start_s, end_s=end_s)
    return Clip(path=Path("made.wav"), media=info, span=span, workspace=tmp_path, soundtrack=track)


def at(start_s, end_s):
    return TimeSpan(start_s=start_s, end_s=end_s)


def found_by(tool, span, reading, modality=Modality.VOICE):
    return Evidence.of(
        tool=tool, engine="test", modality=modality, card=CARD, span=span, reading=reading
    )


def said(speaker, start_s, end_s):
    reading = UtteranceReading(speaker=speaker, speech_s=end_s - start_s)
    return found_by("utterances", at(start_s, end_s), reading, Modality.WORDS)


def in_a_row(sounds, gap_s=0.5, speakers=None):
    """Join sounds with silence; return the whole and the utterances."""
    parts, utterances, t = [silence(gap_s)], [], gap_s
    for i, sound in enumerate(sounds):
        end_s = round(t + len(sound) / RATE_HZ, 3)
        utterances.append(said(speakers[i] if speakers else "SPK_01", round(t, 3), end_s))
        parts += [sound, silence(gap_s)]
        t = end_s + gap_s
    return np.concatenate(parts), utterances


def hear(tmp_path, sound, utterances):
    clip = clip_of(tmp_path, sound)
    return VoiceAffect().observe(clip, [u.span for u in utterances], utterances)


def only_gap(findings):
    (gap,) = findings
    assert isinstance(gap, Gap)
    assert gap.reason
    return gap


def test_it_is_a_specialist_with_a_complete_card():
    specialist = VoiceAffect()
    specialist.ready()
    assert isinstance(specialist, Specialist)
    card = specialist.card.model_dump(exclude={"split", "calibration", "training", "date"})
    assert all(value not in ("", ()) for value in card.values())


def test_one_utterance_gives_one_reading_filed_under_its_speaker(tmp_path):
    sound, utterances = in_a_row([speaking(2.0)])
    (found,) = hear(tmp_path, sound, utterances)
    assert isinstance(found, Evidence)
    assert (found.subject, found.modality, found.tool) == (
        "SPK_01", Modality.VOICE, "voice_affect",
    )  # fmt: skip
    assert (found.start_s, found.end_s) == (0.5, 2.5)
    assert 0 < found.score < 1
    assert found.reading.f0_median_hz == pytest.approx(140, abs=8)
    assert found.reading.baseline == "population"
    assert found.reading.f0_offset_st is None
    assert found.id.startswith("VOX-")


def test_the_louder_of_two_usual_utterances_lies_above_the_own_usual(tmp_path):
    levels = [0.1, 0.1, 0.4, 0.05]
    sound, utterances = in_a_row([speaking(1.5, level=level) for level in levels])
    readings = [f.reading for f in hear(tmp_path, sound, utterances)]
    assert readings[2].intensity_offset_db == pytest.approx(12.0, abs=0.5)
    assert readings[3].intensity_offset_db == pytest.approx(-6.0, abs=0.5)
    assert {r.baseline for r in readings} == {"own_utterances"}
    assert readings[2].arousal > readings[0].arousal > readings[3].arousal


def test_a_higher_utterance_is_so_many_semitones_above_the_own_usual(tmp_path):
    sounds = [speaking(1.5, hz) for hz in (120, 120, 120, 120 * 2 ** (5 / 12))]
    found = hear(tmp_path, *in_a_row(sounds))
    assert found[3].reading.f0_offset_st == pytest.approx(5.0, abs=0.2)
    assert found[0].reading.f0_offset_st == pytest.approx(0.0, abs=0.2)


def test_two_utterances_of_a_speaker_have_no_usual(tmp_path):
    found = hear(tmp_path, *in_a_row([speaking(1.5), speaking(1.5)]))
    assert [f.reading.f0_offset_st for f in found] == [None, None]
    assert {f.reading.baseline for f in found} == {"population"}


def test_speakers_are_compared_with_themselves_only(tmp_path):
    speakers = ["SPK_01", "SPK_02"] * 3
    sounds = [speaking(1.2, 110 if s == "SPK_01" else 220) for s in speakers]
    found = hear(tmp_path, *in_a_row(sounds, speakers=speakers))
    assert [f.subject for f in found] == speakers
    assert all(abs(f.reading.f0_offset_st) < 0.3 for f in found)


def test_a_reading_does_not_depend_on_what_else_is_asked(tmp_path):
    sounds = [speaking(1.2, hz) for hz in (110, 130, 150, 170)]
    sound, utterances = in_a_row(sounds)
    clip = clip_of(tmp_path, sound)
    everything = VoiceAffect().observe(clip, [u.span for u in utterances], utterances)
    alone = VoiceAffect().observe(clip, [utterances[2].span], utterances)
    assert alone == [everything[2]]


def test_own_utterances_can_be_left_out(tmp_path):
    sound, utterances = in_a_row([speaking(1.2)] * 4)
    clip = clip_of(tmp_path, sound)
    found = VoiceAffect(own_baseline=False).observe(clip, [utterances[0].span], utterances)
    assert found[0].reading.baseline == "population"


def test_a_span_over_several_utterances_gives_one_finding_for_each(tmp_path):
    sound, utterances = in_a_row([speaking(1.0)] * 3, speakers=["SPK_01", "SPK_02", "SPK_01"])
    clip = clip_of(tmp_path, sound)
    found = VoiceAffect().observe(clip, [clip.span], utterances)
    assert [(f.start_s, f.subject) for f in found] == [
        (u.start_s, s) for u, s in zip(utterances, ["SPK_01", "SPK_02", "SPK_01"], strict=True)
    ]


def test_speaker_turns_name_the_speaker_where_there_are_no_utterances(tmp_path):
    sound, (utterance,) = in_a_row([speaking(1.5)])
    turn = found_by("diarization", utterance.span, TurnReading(speaker="SPK_07", n_speakers=1))
    (found,) = VoiceAffect().observe(clip_of(tmp_path, sound), [utterance.span], [turn])
    assert found.subject == "SPK_07"


def test_a_voice_that_nobody_was_found_for_belongs_to_the_scene(tmp_path):
    (found,) = VoiceAffect().observe(clip_of(tmp_path, speaking(2.0)), [at(0, 2)], [])
    assert isinstance(found, Evidence)
    assert found.subject == "scene"


def test_speech_that_two_share_scores_lower(tmp_path):
    sound, (own,) = in_a_row([speaking(2.0)])
    clip = clip_of(tmp_path, sound)
    (alone,) = VoiceAffect().observe(clip, [own.span], [own])
    both = VoiceAffect().observe(clip, [own.span], [own, said("SPK_02", 0.5, 2.5)])
    assert {f.subject for f in both} == {"SPK_01", "SPK_02"}
    assert all(f.score < alone.score / 2 for f in both)


def test_a_clip_without_sound_is_a_gap(tmp_path):
    clip = clip_of(tmp_path, None)
    assert only_gap(VoiceAffect().observe(clip, [at(0, 2)], [])).code is GapCode.NO_STREAM


def test_sound_that_ends_early_is_a_gap(tmp_path):
    clip = clip_of(tmp_path, speaking(2.0), end_s=8.0)
    assert only_gap(VoiceAffect().observe(clip, [at(5, 7)], [])).code is GapCode.NO_STREAM


def test_nothing_asked_is_nothing_found(tmp_path):
    assert VoiceAffect().observe(clip_of(tmp_path, speaking(1.0)), [], []) == []


def chord():
    return sum(tone(3.0, hz, 0.1) for hz in (261.6, 329.6, 392.0))


def melody():
    t = np.arange(round(0.4 * RATE_HZ)) / RATE_HZ
    notes = [262, 330, 392, 523, 262, 175, 330, 131]
    pluck = [sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 8)) for hz in notes]
    return np.concatenate([0.2 * p * np.exp(-3 * t) for p in pluck]).astype(np.float32)


def clicks():
    return np.where(np.arange(3 * RATE_HZ) % 8000 == 0, 0.9, 0.0).astype(np.float32)


@pytest.mark.parametrize(
    "sound",
    [
        silence(3.0),
        noise(3.0),
        noise(3.0, 0.0003),
        tone(3.0),
        tone(3.0, 1000),
        tone(3.0) + noise(3.0, 0.02),
        chord(),
        melody(),
        clicks(),
    ],
    ids=["silence", "noise", "hiss", "tone", "beep", "noisy tone", "chord", "melody", "clicks"],
)
def test_what_is_not_a_voice_is_a_gap(tmp_path, sound):
    gap = only_gap(VoiceAffect().observe(clip_of(tmp_path, sound), [at(0, 3)], []))
    assert gap.code is GapCode.NOTHING_THERE


@pytest.mark.parametrize("sound", [silence(3.0), noise(3.0), tone(3.0), melody()[: 3 * RATE_HZ]])
def test_not_even_an_utterance_makes_a_voice_of_it(tmp_path, sound):
    clip = clip_of(tmp_path, sound)
    gap = only_gap(VoiceAffect().observe(clip, [at(0, 3)], [said("SPK_01", 0, 3)]))
    assert gap.code in {GapCode.NOTHING_THERE, GapCode.NOT_CREDIBLE}
    assert gap.subject == "SPK_01"


def test_an_unwavering_voice_has_no_valence_and_a_low_score(tmp_path):
    sound, utterances = in_a_row([voiced(2.0, 120)])
    (found,) = hear(tmp_path, sound, utterances)
    assert found.reading.f0_median_hz == pytest.approx(120, abs=1)
    assert found.reading.valence is None
    assert found.score < 0.2


@pytest.mark.parametrize("duration_s", [0.05, 0.2, 0.35])
def test_a_short_utterance_is_a_gap(tmp_path, duration_s):
    found = hear(tmp_path, *in_a_row([speaking(duration_s)]))
    assert only_gap(found).code is GapCode.TOO_SHORT


def test_a_moment_of_voice_in_noise_is_too_short(tmp_path):
    sound = np.concatenate([noise(1.0, 0.1), speaking(0.3), noise(0.7, 0.1)])
    gap = only_gap(VoiceAffect().observe(clip_of(tmp_path, sound), [at(0, 2)], []))
    assert gap.code in {GapCode.TOO_SHORT, GapCode.NOTHING_THERE}


def test_where_no_speech_was_heard_nothing_is_measured(tmp_path):
    sound = np.concatenate([speaking(2.0), speaking(2.0)])
    speech = found_by("speech_activity", at(0, 2), SpeechReading(speech_score=0.9))
    clip = clip_of(tmp_path, sound)
    heard, unheard = VoiceAffect().observe(clip, [at(0, 2), at(2, 4)], [speech])
    assert isinstance(heard, Evidence)
    assert unheard.code is GapCode.NOTHING_THERE


def test_a_clip_in_which_no_speech_was_found_is_not_measured(tmp_path):
    none = Gap(
        tool="speech_activity", code=GapCode.NOTHING_THERE, start_s=0, end_s=2, reason="none"
    )
    found = VoiceAffect().observe(clip_of(tmp_path, speaking(2.0)), [at(0, 2)], [none])
    assert only_gap(found).code is GapCode.NOTHING_THERE


def test_the_noise_floor_is_heard_where_nobody_speaks(tmp_path):
    sound, utterances = in_a_row([speaking(2.0, level=0.3)], gap_s=1.0)
    noisy = sound + noise(4.0, 0.005)[: len(sound)]
    (clean,) = hear(tmp_path, sound, utterances)
    (hissing,) = hear(tmp_path, noisy, utterances)
    level_db = hissing.reading.intensity_db - 20 * math.log10(0.005)
    assert hissing.reading.snr_db == pytest.approx(level_db, abs=1.0)
    assert clean.reading.snr_db > hissing.reading.snr_db
    assert clean.score >= hissing.score


def test_a_span_outside_the_clip_is_a_gap_inside_it(tmp_path):
    clip = clip_of(tmp_path, speaking(2.0))
    gap = only_gap(VoiceAffect().observe(clip, [at(50, 60)], []))
    assert gap.code is GapCode.NOT_LOOKED_AT
    assert clip.span.start_s <= gap.start_s < gap.end_s <= clip.span.end_s


def test_findings_are_in_time_order_and_inside_the_clip(tmp_path):
    sound = np.concatenate([speaking(2.0), silence(1.0), noise(1.0), speaking(2.0)])
    clip = clip_of(tmp_path, sound, start_s=10.0)
    known = [said("SPK_01", 10.0, 12.0), said(None, 14.0, 16.0)]
    spans = [at(9.0, 11.9999), at(12.0, 13.0), at(13.0, 14.0), at(14.0, 99.0)]
    found = VoiceAffect().observe(clip, spans, known)
    places = [(f.start_s, f.end_s) for f in found]
    assert len(found) == 4
    assert places == sorted(places)
    assert all(clip.span.start_s <= a < b <= clip.span.end_s for a, b in places)
    assert [type(f) for f in found] == [Evidence, Gap, Gap, Evidence]


def test_the_same_clip_gives_the_same_findings(tmp_path):
    sound, utterances = in_a_row([speaking(1.2, hz) for hz in (110, 150, 190)])
    assert hear(tmp_path, sound, utterances) == hear(tmp_path, sound, utterances)


def heard(**changes):
    usual = {
        "duration_s": 3.0, "voiced_s": 2.0, "peak_db": -20.0, "f0_median_hz": 155.0,
        "f0_range_st": 7.5, "f0_speed_st_per_s": 18.0, "intensity_db": -30.0, "alpha_db": -14.0,
        "rate_syllables_per_s": 4.5, "voiced_ratio": 0.66, "jitter": 0.027,
    }  # fmt: skip
    return Prosody(**(usual | changes))


def test_a_voice_in_the_middle_of_the_norms_is_neutral():
    found = judge(heard(), [], 30.0)
    assert found.arousal == pytest.approx(0.0, abs=0.01)
    assert found.valence == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize(
    ("cue", "value"),
    [
        ("f0_median_hz", 220.0),
        ("f0_speed_st_per_s", 28.0),
        ("alpha_db", -6.0),
        ("rate_syllables_per_s", 6.0),
    ],
)
def test_each_cue_raises_arousal_as_published(cue, value):
    assert judge(heard(**{cue: value}), [], 30.0).arousal > 0.05


def test_loudness_counts_against_the_own_usual_only():
    loud = heard(intensity_db=-10.0)
    assert judge(loud, [], 30.0).arousal == judge(heard(), [], 30.0).arousal
    assert judge(loud, [heard()] * 3, 30.0).arousal > 0.2


def test_loudness_counts_less_in_noise():
    loud, others = heard(intensity_db=-10.0), [heard()] * 3
    by_snr = [judge(loud, others, snr).arousal for snr in (5.0, 12.0, 30.0)]
    assert by_snr[0] == pytest.approx(0.0, abs=0.01)
    assert by_snr == sorted(by_snr)


def test_a_low_slow_flat_voice_sounds_low_and_less_than_pleasant():
    flat = heard(
        f0_median_hz=110.0, f0_range_st=3.0, f0_speed_st_per_s=9.0, alpha_db=-20.0,
        rate_syllables_per_s=3.0,
    )  # fmt: skip
    found = judge(flat, [], 30.0)
    assert found.arousal < -0.5
    assert found.valence < -0.1


def test_a_loud_pressed_voice_sounds_high_and_less_than_pleasant():
    pressed = heard(intensity_db=-16.0, alpha_db=-4.0, f0_median_hz=200.0)
    found = judge(pressed, [heard()] * 4, 30.0)
    assert found.arousal > 0.5
    assert found.valence < -0.1


def test_softness_alone_does_not_sound_pleasant():
    soft = heard(intensity_db=-45.0, alpha_db=-22.0)
    assert judge(soft, [heard()] * 4, 30.0).valence == pytest.approx(0.0, abs=0.01)


def test_valence_is_weak_and_missing_where_it_is_not_credible():
    extreme = heard(f0_range_st=40.0, f0_speed_st_per_s=90.0, voiced_ratio=1.0, jitter=0.0)
    assert 0.2 < judge(extreme, [], 30.0).valence <= MAX_VALENCE
    assert judge(heard(voiced_s=0.5), [], 30.0).valence is None
    assert judge(heard(), [], 2.0).valence is None


def test_acted_anger_sounds_more_aroused_than_calm(shared_data, tmp_path):
    folder = shared_data / "speech_emotion" / "ravdess" / "ravdess_09"
    sounds = []
    for emotion in ("02", "05"):  # calm, angry
        for path in sorted(folder.glob(f"03-01-{emotion}-01-*.flac"))[:4]:
            with av.open(str(path)) as container:
                resampler = av.AudioResampler("s16", "mono", RATE_HZ)
                blocks = [f for b in container.decode(audio=0) for f in resampler.resample(b)]
            sound = np.concatenate([b.to_ndarray()[0] for b in blocks])
            sounds.append(sound.astype(np.float32) / 32768)
    found = hear(tmp_path, *in_a_row(sounds))
    assert all(isinstance(f, Evidence) for f in found)
    arousal = [f.reading.arousal for f in found]
    assert min(arousal[4:]) > max(arousal[:4])
