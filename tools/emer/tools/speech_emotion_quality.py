"""The other half of what is heard of a stretch of speech: voice quality, rhythm, and what goes together.

Reads    the stretch's sound, log-mel frames and pitch, as ``speech_emotion_features`` has them
Returns  a vector of ``N_QUALITY`` numbers, without units
Cost     as much as the other half without its pitch; see the card of ``speech_emotion``
Source   tilts and differences of harmonics as in the GeMAPS sets (Eyben et al. 2016); perturbation
         as in ``pitch``; selection and code are ours
"""

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from emer.tools.pitch import PitchTrack, cycles, perturbation

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]
    Flags = NDArray[np.bool_]

RATE_HZ: Final = 16_000
N_QUALITY: Final = 238
STEP_S: Final = 0.01

_STEP: Final = 160
_WINDOW: Final = 480
_PAD: Final = (200, 600)
_FFT: Final = 1024
_HZ: Final = np.fft.rfftfreq(_FFT, 1 / RATE_HZ)
_SLOPES_HZ: Final = ((0, 500), (500, 1500), (1500, 4000))
_FORMANTS_HZ: Final = ((2200, 3800), (900, 2200), (300, 900))
_FEW: Final = 5
_OCTAVES_FROM_HZ: Final = 100.0
_SYLLABLE_DB: Final = 25.0
"""Peaks of loudness within so much of the loudest count as syllables."""
_N_VOICED: Final = 5 * 8 + 3 * 8 + 2 + 6 + 2


def quality(sound: "Floats", mel: "Floats", sounding: "Flags", track: PitchTrack) -> "Floats":
    """Summarise one stretch of speech.

    Args:
        sound: Shape ``(samples,)``, 16 kHz.
        mel: Its log-mel frames in dB, ``(frames, 40)``, one per 10 ms.
        sounding: Which of them sound.
        track: Its pitch; may be some frames longer or shorter.
    """
    n = min(len(track), len(mel))
    mel, sounding, voiced = mel[:n], sounding[:n], track.voiced[:n]
    power = _power(sound, n)
    held = voiced if voiced.sum() > _FEW else sounding
    cepstrum = mel @ cosines(mel.shape[1], 20)
    found = np.concatenate([
        _tilts(power[held]),
        _voice(power, track.f0_hz[:n], track.strength[:n]) if voiced.sum() > _FEW
        else np.zeros(_N_VOICED),
        [value or 0.0 for value in perturbation(cycles(sound, track))],
        _rhythm(power, voiced, sounding),
        _together(cepstrum[held]),
        *(_quarters(c) for c in (mel.max(axis=1), cepstrum[:, 1], cepstrum[:, 2])),
        _change(np.gradient(cepstrum, axis=0)[held, :13]),
    ])  # fmt: skip
    finite: Floats = np.nan_to_num(found)
    return finite


def _power(sound: "Floats", n: int) -> "Floats":
    """Return power spectra of ``n`` frames."""
    frames = sliding_window_view(np.pad(sound, _PAD), _WINDOW)[::_STEP][:n]
    power: Floats = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), _FFT, axis=1)) ** 2 + 1e-10
    return power


def _tilts(power: "Floats") -> "Floats":
    """Return how fast the spectrum falls: low against high, peaks, slopes in three ranges."""
    level = 10 * np.log10(power)
    low, high = _HZ < 2000, (_HZ >= 2000) & (_HZ < 5000)
    found = [
        _eight(_band(power, 50, 1000) - _band(power, 1000, 5000)),
        _eight(level[:, low].max(axis=1) - level[:, high].max(axis=1)),
    ]
    for first, last in _SLOPES_HZ:
        within = (first <= _HZ) & (last > _HZ)
        off = _HZ[within] - _HZ[within].mean()
        found.append(_eight((level[:, within] @ off) / (off @ off) * 1000))
    return np.concatenate(found)


def _voice(power: "Floats", f0_hz: "Floats", strength: "Floats") -> "Floats":
    """Return differences of harmonics, unsteadiness, and how pitch, loudness and timbre go together."""
    voiced = np.isfinite(f0_hz)
    power, f0_hz, strength = power[voiced], f0_hz[voiced], strength[voiced]
    level = 10 * np.log10(power)
    first, second, third = (_harmonic(level, f0_hz * k) for k in (1, 2, 3))
    over = [first - second, first - third]
    for low, high in _FORMANTS_HZ:
        over.append(first - level[:, (low < _HZ) & (high > _HZ)].max(axis=1))
    pitch = 12 * np.log2(np.maximum(f0_hz, 30.0) / _OCTAVES_FROM_HZ)
    loud = _band(power, 0, 8000)
    joined = np.diff(np.flatnonzero(voiced)) == 1
    steps, swells = np.diff(pitch)[joined], np.diff(loud)[joined]
    centre = np.log((power @ _HZ) / power.sum(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        agree = np.corrcoef(np.stack([pitch, loud, centre, strength]))[np.triu_indices(4, 1)]
    return np.concatenate([
        *(_eight(values) for values in over),
        _eight(np.abs(steps)), _eight(np.abs(swells)), _eight(steps),
        _eight(pitch - pitch.mean())[6:],
        np.nan_to_num(agree),
        [pitch.mean() - np.median(pitch), np.log(f0_hz).std()],
    ])  # fmt: skip


def _harmonic(level: "Floats", hz: "Floats") -> "Floats":
    """Return the level at a frequency of each frame: the highest of three lines."""
    line = np.clip(hz / _HZ[1], 1, 510)
    rows = np.arange(len(level))
    near = [level[rows, np.clip((line + k).astype(int), 0, 512)] for k in (-1, 0, 1)]
    highest: Floats = np.max(near, axis=0)
    return highest


def _rhythm(power: "Floats", voiced: "Flags", sounding: "Flags") -> "Floats":
    """Return length, voiced stretches, pauses and syllables per second."""
    seconds = len(voiced) * STEP_S
    stretches, pauses = _runs(voiced), _runs(~sounding)
    loud = np.convolve(_band(power, 100, 4000), np.hanning(9) / 4, "same")
    inner = loud[1:-1]
    peaks = (inner > loud[:-2]) & (inner > loud[2:]) & (inner > loud.max() - _SYLLABLE_DB)
    return np.array([
        np.log(seconds), voiced.mean(), len(stretches) / seconds,
        *_three(stretches), *_three(pauses), (~sounding).mean(), peaks.sum() / seconds,
    ])  # fmt: skip


def _together(cepstrum: "Floats") -> "Floats":
    """Return skew and marks of the cepstra, and which of them go together."""
    own = cepstrum[:, 1:13]
    apart = own - own.mean(axis=0)
    skew = (apart**3).mean(axis=0) / (apart.std(axis=0) + 1e-3) ** 3
    low, high = np.percentile(own, (10, 90), axis=0)
    shared = np.cov(apart[:, :8].T)
    spread = np.sqrt(np.diag(shared)) + 1e-3
    loud = cepstrum[:, 0] - cepstrum[:, 0].mean()
    length = np.sqrt((loud**2).sum() * (apart[:, :8] ** 2).sum(axis=0)) + 1e-9
    return np.concatenate([
        np.column_stack([skew, low, high]).ravel(),
        (shared / np.outer(spread, spread))[np.triu_indices(8, 1)],
        loud @ apart[:, :8] / length,
    ])  # fmt: skip


def _change(steps: "Floats") -> "Floats":
    """Return how fast the cepstra move."""
    return np.concatenate([np.percentile(np.abs(steps), 90, axis=0), np.abs(steps).mean(axis=0)])


def _quarters(values: "Floats") -> "Floats":
    """Return where each quarter lies beside the others."""
    means = np.array([part.mean() for part in np.array_split(values, 4)])
    apart: Floats = means - means.mean()
    return apart


def _band(power: "Floats", low_hz: float, high_hz: float) -> "Floats":
    within = (low_hz <= _HZ) & (high_hz > _HZ)
    decibels: Floats = 10 * np.log10(power[:, within].sum(axis=1) + 1e-9)
    return decibels


def _eight(values: "Floats") -> "Floats":
    """Return mean, deviation, four marks, skew and peakedness; zeros for hardly any."""
    if len(values) < _FEW - 1:
        return np.zeros(8)
    apart, spread = values - values.mean(), values.std() + 1e-6
    marks = np.percentile(values, (5, 25, 75, 95))
    return np.array([
        values.mean(), spread, *marks,
        (apart**3).mean() / spread**3, (apart**4).mean() / spread**4,
    ])  # fmt: skip


def _three(seconds: "Floats") -> "Floats":
    return np.array([seconds.mean(), seconds.std(), seconds.max()]) if len(seconds) else np.zeros(3)


def _runs(flags: "Flags") -> "Floats":
    """Return how long each unbroken stretch of ``flags`` is, seconds."""
    edges = np.flatnonzero(np.diff(np.r_[0, flags.astype(np.int8), 0]))
    seconds: Floats = (edges[1::2] - edges[::2]) * STEP_S
    return seconds


@cache
def cosines(n: int, kept: int) -> "Floats":
    """Return the first columns of the orthonormal cosine transform, shape ``(n, kept)``."""
    angles = np.pi * np.outer(np.arange(n) + 0.5, np.arange(kept)) / n
    at: Floats = np.cos(angles) * np.sqrt(2 / n)
    at[:, 0] /= np.sqrt(2)
    return at
