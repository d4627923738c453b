"""Pitch, loudness, tempo and voice quality, measured on sounds whose answers are known."""

import tracemalloc

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.synth import RATE_HZ, noise, silence, tone, voiced

from emer.tools.pitch import CEILING_HZ, FLOOR_HZ, cycles, perturbation, track_pitch
from emer.tools.prosody import measure

LEVEL_FREE = (
    "f0_median_hz", "f0_range_st", "f0_speed_st_per_s", "rate_syllables_per_s", "pause_ratio",
    "voiced_ratio", "alpha_db", "hnr_db", "shimmer", "intensity_range_db",
)  # fmt: skip


def wavering(duration_s, hz=150.0, depth=0.15, level=0.3):
    return voiced(duration_s, lambda t: hz * (1 + depth * np.sin(2 * np.pi * 2 * t)), level)


def syllables(n, gap_s=0.12, hz=140.0):
    hump = np.hanning(round(0.16 * RATE_HZ)).astype(np.float32)
    one = voiced(0.16, hz) * hump
    return np.concatenate([np.concatenate([one, silence(gap_s)]) for _ in range(n)])


def semitones(a, b):
    return 12 * np.log2(a / b)


@pytest.mark.parametrize("hz", [75, 120, 220, 330, 450])
def test_a_buzz_has_the_pitch_it_was_made_with(hz):
    assert measure([voiced(1.0, hz)]).f0_median_hz == pytest.approx(hz, rel=0.004)


@settings(max_examples=15, deadline=None)
@given(hz=st.floats(70, 230), shift=st.floats(-1, 12))
def test_a_shifted_buzz_is_shifted_by_as_many_semitones(hz, shift):
    low, high = hz, hz * 2 ** (shift / 12)
    if not FLOOR_HZ * 1.05 < high < CEILING_HZ * 0.95:
        return
    a, b = measure([voiced(0.6, low)]), measure([voiced(0.6, high)])
    assert semitones(b.f0_median_hz, a.f0_median_hz) == pytest.approx(shift, abs=0.1)


@settings(max_examples=15, deadline=None)
@given(gain_db=st.floats(-25, 6))
def test_a_change_of_gain_changes_the_level_and_nothing_else(gain_db):
    sound = np.concatenate([syllables(5), wavering(0.8)]) + noise(2.2, 0.001)[: round(2.2 * 16000)]
    a, b = measure([sound]), measure([sound * np.float32(10 ** (gain_db / 20))])
    assert b.intensity_db - a.intensity_db == pytest.approx(gain_db, abs=0.05)
    for name in LEVEL_FREE:
        assert getattr(b, name) == pytest.approx(getattr(a, name), rel=0.01, abs=0.01), name


def test_the_pitch_follows_a_glide_in_time_order():
    track = track_pitch(voiced(2.0, lambda t: 100 + 50 * t))
    times_s = (np.arange(len(track)) + 0.5) * 0.01
    inner = slice(5, -5)
    assert np.abs(track.f0_hz[inner] - (100 + 50 * times_s[inner])).max() < 2.0


def test_range_and_slope_of_a_glide_are_in_semitones():
    found = measure([voiced(2.0, lambda t: 100 * 2 ** (t / 2))])
    assert found.f0_slope_st_per_s == pytest.approx(6.0, abs=0.2)
    assert found.f0_range_st == pytest.approx(0.8 * 12, abs=0.4)
    assert found.f0_speed_st_per_s == pytest.approx(6.0, abs=0.5)


def test_a_falling_pitch_has_a_negative_slope():
    assert measure([voiced(1.0, lambda t: 200 - 60 * t)]).f0_slope_st_per_s < -3


def test_the_level_of_a_full_scale_sine_is_three_decibels_below_full_scale():
    assert measure([tone(1.0, 200, level=1.0)]).intensity_db == pytest.approx(-3.01, abs=0.1)


@pytest.mark.parametrize("n", [4, 7, 12])
def test_every_hump_of_loudness_is_a_syllable(n):
    assert measure([syllables(n)]).n_syllables == n


def test_the_rate_leaves_pauses_out():
    with_pause = np.concatenate([syllables(6), silence(1.5), syllables(6)])
    steady, broken = measure([syllables(12)]), measure([with_pause])
    assert broken.rate_syllables_per_s == pytest.approx(steady.rate_syllables_per_s, rel=0.12)
    assert broken.longest_pause_s == pytest.approx(1.6, abs=0.15)
    assert broken.pause_ratio == pytest.approx(1.6 / (12 * 0.28 + 1.5), abs=0.06)
    assert steady.pause_ratio == 0.0


def test_a_steady_buzz_has_no_jitter_and_a_shaken_one_has():
    calm = measure([voiced(1.5, 130)])
    shaken = measure([voiced(1.5, 130, jitter=0.3, seed=3)])
    assert calm.jitter < 0.002
    assert shaken.jitter > 4 * calm.jitter


def test_shimmer_is_the_change_of_amplitude_from_cycle_to_cycle():
    sound = voiced(2.0, 100)
    period = RATE_HZ // 100
    cycle = np.arange(len(sound)) // period
    uneven = sound * np.where(cycle % 2, 0.9, 1.1).astype(np.float32)
    assert measure([sound]).shimmer < 0.01
    assert measure([uneven]).shimmer > 0.05


def test_noise_lowers_the_harmonics_to_noise_ratio_by_as_much():
    sound = voiced(2.0, 150)
    power = float(np.mean(sound**2))
    for snr_db in (20, 10):
        mixed = sound + noise(2.0, float(np.sqrt(power / 10 ** (snr_db / 10))), seed=snr_db)
        assert measure([mixed]).hnr_db == pytest.approx(snr_db, abs=2.0)


def test_a_bright_buzz_has_more_energy_above_one_kilohertz():
    sound = voiced(1.0, 150)
    bright = np.diff(sound, prepend=0).astype(np.float32)
    assert measure([bright]).alpha_db > measure([sound]).alpha_db + 5


def test_a_tone_is_told_by_its_single_line():
    assert measure([tone(1.0, 220)]).tone_share > 0.99
    assert measure([voiced(1.0, 120)]).tone_share < 0.9


@pytest.mark.parametrize("sound", [silence(1.0), np.zeros(0, np.float32), silence(0.005)])
def test_silence_measures_nothing(sound):
    found = measure([sound])
    assert found.voiced_s == 0.0
    assert found.f0_median_hz is None
    assert found.jitter is None


def test_noise_is_not_voiced():
    assert measure([noise(3.0)]).voiced_s < 0.1


def test_no_sound_at_all_measures_nothing():
    assert measure([]).duration_s == 0.0


def test_a_constant_offset_of_the_microphone_changes_nothing():
    sound = wavering(1.0)
    a, b = measure([sound]), measure([sound + np.float32(0.1)])
    assert b.f0_median_hz == pytest.approx(a.f0_median_hz, rel=0.001)
    assert b.intensity_db == pytest.approx(a.intensity_db, abs=0.05)
    assert b.hnr_db == pytest.approx(a.hnr_db, abs=0.5)


def test_pieces_measure_what_the_whole_measures():
    sound = wavering(4.0)
    whole, cut = measure([sound]), measure([sound[: 2 * RATE_HZ], sound[2 * RATE_HZ :]])
    assert cut.f0_median_hz == pytest.approx(whole.f0_median_hz, rel=0.01)
    assert cut.intensity_db == pytest.approx(whole.intensity_db, abs=0.2)
    assert cut.duration_s == pytest.approx(whole.duration_s, abs=0.02)
    assert cut.jitter == pytest.approx(whole.jitter, abs=0.001)


def test_the_same_sound_gives_the_same_numbers():
    sound = wavering(1.0) + noise(1.0, 0.02)
    assert measure([sound]) == measure([sound.copy()])


def test_cycles_of_a_buzz_are_as_long_as_its_period():
    sound = voiced(1.0, 125)
    found = cycles(sound, track_pitch(sound))
    assert len(found.period_s) > 100
    assert np.abs(found.period_s - 1 / 125).max() < 0.0001
    assert perturbation(found)[0] < 0.002


def test_memory_does_not_grow_with_the_number_of_pieces():
    piece = wavering(5.0)

    def peak_mb(n):
        tracemalloc.start()
        measure(piece for _ in range(n))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak / 1e6

    assert peak_mb(6) < peak_mb(2) + 2


def test_every_measure_of_a_real_voice_is_plausible(shared_data):
    path = shared_data / "asr" / "jfk" / "jfk.flac"
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("s16", "mono", RATE_HZ)
        frames = [f for block in container.decode(audio=0) for f in resampler.resample(block)]
    sound = np.concatenate([f.to_ndarray()[0] for f in frames]).astype(np.float32) / 32768
    found = measure([sound])
    assert 200 < found.f0_median_hz < 260  # Praat: 237 Hz
    assert 23 <= found.n_syllables <= 33  # by hand: 28
    assert found.longest_pause_s > 0.8
    assert 0.01 < found.jitter < 0.04
    assert 0.03 < found.shimmer < 0.15
    assert 8 < found.hnr_db < 20
