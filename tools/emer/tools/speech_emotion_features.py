"""What a network hears of a stretch of speech: one vector of statistics of its sound.

Reads    mono sound at 16 kHz, float in [-1, 1), a few seconds of it
Returns  a vector of ``N_FEATURES`` numbers, without units; ``None`` where hardly anything sounds
Cost     half of it is ``pitch.track_pitch``; see the card of ``speech_emotion``. Every stretch is
         summarised ``RENDERINGS`` times
Source   statistics as in the ComParE feature sets (Schuller et al. 2013) and modulation spectra as
         in Wu, Falk & Chan 2011, "Automatic speech emotion recognition using modulation spectral
         features"; selection and code are ours
"""

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from emer.tools.pitch import PitchTrack, track_pitch
from emer.tools.speech_emotion_quality import N_QUALITY, cosines, quality

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]

RATE_HZ: Final = 16_000
N_FEATURES: Final = 697 + N_QUALITY
LEVELS: Final = (420, 421, 422)
"""Which of them tell how loud the recording is: middle, mean and peak, dB. They mean something only beside
the same speaker's other utterances; training turns the gain at random."""

SPEEDS: Final = (1.0, 0.9, 1.1)
RENDERINGS: Final = len(SPEEDS)
"""A stretch is summarised as it is, slower and faster: answers are averaged over these, for summaries of
a few seconds change more with where frames and bands happen to fall than emotions do."""

_STEP: Final = 160
_WINDOW: Final = 400
_FFT: Final = 512
_BANDS: Final = 40
_LOWEST_HZ: Final = 60.0
_HIGHEST_HZ: Final = 7600.0
_CEPSTRA: Final = 20
_SOUNDING_DB: Final = 45.0
"""Frames whose loudest band lies within this range below the loudest of all are sound."""
_MIN_FRAMES: Final = 20
_MIN_VOICED: Final = 4
_SLOW_BANDS: Final = ((0.5, 2.0), (2.0, 4.0), (4.0, 8.0), (8.0, 16.0), (16.0, 32.0))
_FINE_BANDS: Final = ((0.5, 2.0), (2.0, 4.0), (4.0, 7.0), (7.0, 12.0), (12.0, 20.0), (20.0, 40.0))
"""Of the modulation spectrum, Hz."""
_ENVELOPE_FFT: Final = 1024
_ENVELOPE_S: Final = 0.01
_OCTAVES_FROM_HZ: Final = 100.0


def renderings(sound: "Floats") -> "NDArray[np.float32] | None":
    """Summarise one stretch of speech at each of ``SPEEDS``.

    Args:
        sound: As for ``features``.

    Returns:
        Shape ``(RENDERINGS, N_FEATURES)``; ``None`` where ``features`` gives it for any of them.
    """
    found = []
    for speed in SPEEDS:
        vector = features(sound if speed == 1.0 else played(sound, speed))
        if vector is None:
            return None
        found.append(vector)
    return np.stack(found)


def played(sound: "Floats", speed: float) -> "NDArray[np.float32]":
    """Play faster (and higher) by ``speed``."""
    n = int(len(sound) / speed)
    quick: NDArray[np.float64] = np.interp(np.arange(n) * speed, np.arange(len(sound)), sound)
    return quick.astype(np.float32)


def features(sound: "Floats") -> "NDArray[np.float32] | None":
    """Summarise one stretch of speech.

    Args:
        sound: Shape ``(samples,)``, 16 kHz; longer than ten seconds blurs what it summarises.

    Returns:
        Shape ``(N_FEATURES,)``, finite; ``None`` for less than 0.2 s of sound.
    """
    mel = _log_mel(np.asarray(sound, np.float32))
    if len(mel) < _MIN_FRAMES:
        return None
    loudest = mel.max(axis=1)
    sounding = loudest > loudest.max() - _SOUNDING_DB
    rows = np.flatnonzero(sounding)
    if len(rows) < _MIN_FRAMES:
        return None
    first, last = int(rows[0]), int(rows[-1]) + 1
    mel, sounding = mel[first:last], sounding[first:last]
    sound = sound[max(0, (first - 1) * _STEP) : last * _STEP + _WINDOW]
    track = track_pitch(sound)
    found = np.concatenate([
        _summary(mel, sounding, track), _course(mel, sounding, track),
        quality(sound, mel, sounding, track),
    ])  # fmt: skip
    vector: NDArray[np.float32] = np.nan_to_num(found).astype(np.float32)
    return vector


def _summary(mel: "Floats", sounding: "NDArray[np.bool_]", track: PitchTrack) -> "Floats":
    """Return statistics of spectrum, cepstrum, pitch, modulation and loudness."""
    heard = mel[sounding]
    cepstrum = mel @ cosines(_BANDS, _CEPSTRA)
    change = np.gradient(cepstrum, axis=0)
    bend = np.gradient(change, axis=0)
    level = 10 * np.log10((10 ** (mel / 10)).mean(axis=1) + 1e-9)
    groups = mel.reshape(len(mel), 8, 5).mean(axis=2)
    return np.concatenate([
        _spread(heard - heard.mean()),
        _spread(cepstrum[sounding][:, 1:]),
        _spread(change[sounding]),
        _spread(bend[sounding])[: 2 * _CEPSTRA],
        _pitch(track),
        _modulation(groups, _SLOW_BANDS),
        _loudness(level, sounding),
        [heard.mean(), level.max()],
    ])  # fmt: skip


def _course(mel: "Floats", sounding: "NDArray[np.bool_]", track: PitchTrack) -> "Floats":
    """Return contours over time, fine modulation, and the spectrum of voiced frames."""
    n = len(mel)
    cepstrum = mel @ cosines(_BANDS, _CEPSTRA)
    level = mel.max(axis=1) - mel.max()
    voiced = track.voiced
    pitch = np.zeros(len(track))
    if voiced.sum() >= _MIN_VOICED:
        at = np.flatnonzero(voiced)
        pitch = np.interp(np.arange(len(track)), at, _semitones(track.f0_hz[voiced]))
    contours = [_contour(level, 6), _contour(pitch, 6)]
    contours += [_contour(cepstrum[:, j], 4) for j in range(1, 9)]
    pairs = mel.reshape(n, _BANDS // 2, 2).mean(axis=2)
    at_mel = np.interp(np.linspace(0, 1, n), np.linspace(0, 1, len(voiced)), voiced.astype(float))
    held = (at_mel > 0.5) & sounding
    loud = mel[held] if held.sum() > 5 else mel[sounding]
    power = 10 ** (loud / 10)
    share = power / power.sum(axis=1, keepdims=True)
    band = np.arange(_BANDS)
    centre = share @ band
    width = np.sqrt((share * (band - centre[:, None]) ** 2).sum(axis=1))
    shape = loud - loud.mean(axis=1, keepdims=True)
    strength = track.strength[voiced] if voiced.sum() >= _MIN_VOICED else np.zeros(1)
    return np.concatenate([
        *contours,
        _modulation(pairs, _FINE_BANDS),
        shape.mean(axis=0), shape.std(axis=0),
        _five(-(share * np.log(share + 1e-12)).sum(axis=1)),
        _five(centre), _five(width),
        _five(np.abs(np.diff(mel, axis=0)).mean(axis=1)),
        _five(loud[:, :12].mean(axis=1) - loud[:, 20:].mean(axis=1)),
        _five(strength),
    ])  # fmt: skip


def _log_mel(sound: "Floats") -> "Floats":
    """Return band energies in dB, shape ``(frames, 40)``, one frame per 10 ms."""
    if len(sound) < _WINDOW:
        return np.zeros((0, _BANDS), np.float32)
    lifted = np.append(sound[:1], sound[1:] - np.float32(0.97) * sound[:-1])
    frames = sliding_window_view(lifted, _WINDOW)[::_STEP]
    window = np.hanning(_WINDOW).astype(np.float32)
    power = np.abs(np.fft.rfft(frames * window, _FFT, axis=1)) ** 2
    decibels: Floats = 10 * np.log10(power @ _filters() + 1e-9)
    return decibels


@cache
def _filters() -> "Floats":
    """Return triangular filters, evenly spaced in mel, shape ``(bins, 40)``."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (_LOWEST_HZ, _HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(low, high, _BANDS + 2) / 2595) - 1)
    hz = np.fft.rfftfreq(_FFT, 1 / RATE_HZ)[:, None]
    rise = (hz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    fall = (edges[2:] - hz) / (edges[2:] - edges[1:-1])
    found: Floats = np.clip(np.minimum(rise, fall), 0, None)
    return found


def _spread(values: "Floats") -> "Floats":
    """Return mean, deviation, 5-95 % range and median of every column."""
    low, middle, high = np.percentile(values, (5, 50, 95), axis=0)
    return np.concatenate([values.mean(axis=0), values.std(axis=0), high - low, middle])


def _five(values: "Floats") -> "Floats":
    return np.array([values.mean(), values.std(), *np.percentile(values, (10, 50, 90))])


def _semitones(f0_hz: "Floats") -> "Floats":
    return 12 * np.log2(np.maximum(f0_hz, 30.0) / _OCTAVES_FROM_HZ)


def _pitch(track: PitchTrack) -> "Floats":
    """Return level, range, movement and shape of the pitch, semitones over 100 Hz."""
    voiced = track.voiced
    enough = voiced.sum() >= _MIN_VOICED
    pitch = _semitones(track.f0_hz[voiced].astype(np.float64)) if enough else np.zeros(4)
    marks = np.percentile(pitch, (5, 25, 50, 75, 95))
    steps = np.diff(pitch)
    shape = np.polyfit(np.linspace(-1, 1, len(pitch)), pitch, 2)
    return np.array([
        pitch.mean(), pitch.std(), *marks, marks[4] - marks[0],
        np.abs(steps).mean(), steps.std(), (steps > 0).mean(), voiced.mean(), *shape,
    ])  # fmt: skip


def _loudness(level_db: "Floats", sounding: "NDArray[np.bool_]") -> "Floats":
    """Return how loudness moves below its peak, the share that sounds, and the onsets."""
    n = len(level_db)
    onsets = (np.diff(sounding.astype(np.int8)) == 1).sum() / n * 100
    shape = np.polyfit(np.linspace(-1, 1, n), level_db, 2)
    below = np.percentile(level_db, (5, 50, 95)) - level_db.max()
    return np.array([
        level_db.std(), *below, np.abs(np.diff(level_db)).mean(),
        sounding.mean(), onsets, *shape,
    ])  # fmt: skip


def _modulation(bands_db: "Floats", edges_hz: tuple[tuple[float, float], ...]) -> "Floats":
    """Return how strongly every band's loudness swings at which speed, log energy."""
    n = len(bands_db)
    swing = (bands_db - bands_db.mean(axis=0)) * np.hanning(n)[:, None]
    power = np.abs(np.fft.rfft(swing, _ENVELOPE_FFT, axis=0)) ** 2
    hz = np.fft.rfftfreq(_ENVELOPE_FFT, _ENVELOPE_S)
    means = [power[(hz >= low) & (hz < high)].mean(axis=0) for low, high in edges_hz]
    return np.log(np.concatenate(means) / n + 1e-6)


def _contour(values: "Floats", kept: int) -> "Floats":
    """Return the first coefficients of the course, stretched to a common length."""
    n = 64
    even = np.interp(np.linspace(0, 1, n), np.linspace(0, 1, len(values)), values)
    return even @ cosines(n, kept) / 8
