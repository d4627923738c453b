"""How a stretch of speech sounds, in physical units: pitch, loudness, tempo, pauses, voice quality.

Reads    mono sound at 16 kHz, float in [-1, 1), in pieces of half a minute or less
Returns  ``Prosody``; a quantity that the sound does not carry is ``None``
Cost     about that of ``pitch.track_pitch``; see the card of ``voice_affect``
Source   de Jong & Wempe 2009, "Praat script to detect syllable nuclei and measure speech rate
         automatically" (idea of the syllable nuclei); Eyben et al. 2016, "The Geneva minimalistic
         acoustic parameter set" (alpha ratio)
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.pitch import STEP_S, Cycles, PitchTrack, cycles, perturbation, track_pitch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating]
    Flags = NDArray[np.bool_]

SOUNDING_DB: Final = 25.0
"""Speech lies within this range below its own peak (de Jong & Wempe 2009)."""
ABOVE_FLOOR_DB: Final = 6.0
"""... and this far above the noise floor, where that is known."""
MIN_PAUSE_S: Final = 0.25
"""Shorter gaps are closures of plosives (Goldman-Eisler 1968)."""
DIP_DB: Final = 2.0
"""Loudness falls at least so much between two syllables (de Jong & Wempe 2009)."""
MIN_SLOPE_S: Final = 0.3
"""A shorter voiced stretch has no meaningful slope."""


@dataclass(frozen=True, slots=True)
class Prosody:
    """Measurements over one stretch. Levels are dB relative to full scale, ratios 0..1."""

    duration_s: float
    """From the first to the last sounding frame; 0 if nothing sounds."""
    voiced_s: float
    peak_db: float
    """Level that the loudest hundredth of the frames exceeds."""
    f0_median_hz: float | None = None
    f0_range_st: float | None = None
    f0_slope_st_per_s: float | None = None
    intensity_db: float | None = None
    intensity_range_db: float | None = None
    rate_syllables_per_s: float | None = None
    """Syllable nuclei per second of speech without its pauses."""
    n_syllables: int = 0
    pause_ratio: float | None = None
    longest_pause_s: float | None = None
    jitter: float | None = None
    shimmer: float | None = None
    hnr_db: float | None = None
    voiced_ratio: float | None = None
    """Share of the speech without its pauses."""
    alpha_db: float | None = None
    """Energy of 1-5 kHz over 50 Hz-1 kHz in voiced frames: how pressed or bright, not how loud."""
    strength: float | None = None
    """Median height of the autocorrelation peak in voiced frames."""
    tone_share: float | None = None
    """Median share of a voiced frame's energy within one spectral line."""
    f0_speed_st_per_s: float | None = None
    """Median speed at which the pitch moves, up or down."""


def measure(pieces: Iterable["Floats"], *, floor_db: float | None = None) -> Prosody:
    """Measure one stretch of speech.

    Args:
        pieces: Consecutive sound, each of shape ``(samples,)``; only summaries are kept.
        floor_db: Noise floor of the recording, dB relative to full scale, if known.
    """
    tracks: list[PitchTrack] = []
    found: list[Cycles] = []
    n_runs = 0
    for piece in pieces:
        track = track_pitch(piece)
        if not len(track):
            continue
        beat = cycles(piece, track)
        tracks.append(track)
        found.append(Cycles(beat.period_s, beat.amplitude, beat.correlation, beat.run + n_runs))
        n_runs += int(beat.run.max(initial=0)) + 1
    if not tracks:
        return Prosody(0.0, 0.0, -120.0)
    return _summary(_joined(tracks), found, floor_db)


def _joined(tracks: list[PitchTrack]) -> PitchTrack:
    return PitchTrack(
        *(
            np.concatenate([getattr(t, name) for t in tracks])
            for name in ("f0_hz", "strength", "level_db", "alpha_db", "tone_share")
        )
    )


def _summary(track: PitchTrack, found: list[Cycles], floor_db: float | None) -> Prosody:
    peak_db = float(np.percentile(track.level_db, 99))
    sounding = track.level_db > _threshold_db(peak_db, floor_db)
    rows = np.flatnonzero(sounding)
    if not len(rows):
        return Prosody(0.0, 0.0, peak_db)
    extent = slice(int(rows[0]), int(rows[-1]) + 1)
    voiced = (track.voiced & sounding)[extent]
    n = len(voiced)
    pauses = _pauses_s(sounding[extent])
    duration_s = n * STEP_S
    if not voiced.any():
        return Prosody(duration_s, 0.0, peak_db, voiced_ratio=0.0)
    f0, level = track.f0_hz[extent], track.level_db[extent]
    pitch_st = 12 * np.log2(f0[voiced])
    low, high = np.percentile(pitch_st, [10, 90])
    quiet, loud = np.percentile(level[voiced], [10, 90])
    n_syllables = _syllables(level, sounding[extent], voiced)
    speech_s = max(duration_s - sum(pauses), STEP_S)
    everything = Cycles(
        *(
            np.concatenate([getattr(c, name) for c in found])
            for name in ("period_s", "amplitude", "correlation", "run")
        )
    )
    jitter, shimmer, hnr_db = perturbation(everything)
    return Prosody(
        duration_s=duration_s,
        voiced_s=float(voiced.sum()) * STEP_S,
        peak_db=peak_db,
        f0_median_hz=float(np.median(f0[voiced])),
        f0_range_st=float(high - low),
        f0_slope_st_per_s=_slope(np.flatnonzero(voiced) * STEP_S, pitch_st),
        intensity_db=float(10 * np.log10(np.mean(10 ** (level[voiced] / 10)))),
        intensity_range_db=float(loud - quiet),
        rate_syllables_per_s=n_syllables / speech_s,
        n_syllables=n_syllables,
        pause_ratio=min(sum(pauses) / duration_s, 1.0),
        longest_pause_s=max(pauses, default=0.0),
        jitter=jitter,
        shimmer=shimmer,
        hnr_db=hnr_db,
        voiced_ratio=min(float(voiced.sum()) * STEP_S / speech_s, 1.0),
        alpha_db=float(np.mean(track.alpha_db[extent][voiced])),
        strength=float(np.median(track.strength[extent][voiced])),
        tone_share=float(np.median(track.tone_share[extent][voiced])),
        f0_speed_st_per_s=_speed(f0),
    )


def _threshold_db(peak_db: float, floor_db: float | None) -> float:
    """Return the level above which a frame is sound and not pause."""
    own = peak_db - SOUNDING_DB
    if floor_db is None:
        return own
    # never so high that speech in noise would be cut to its peaks
    return max(own, min(floor_db + ABOVE_FLOOR_DB, peak_db - 2 * ABOVE_FLOOR_DB))


def _pauses_s(sounding: "Flags") -> list[float]:
    edges = np.flatnonzero(np.diff((~sounding).astype(np.int8), prepend=0, append=0))
    lengths = (edges[1::2] - edges[::2]) * STEP_S
    return [float(s) for s in lengths if s >= MIN_PAUSE_S]


def _syllables(level_db: "Floats", sounding: "Flags", voiced: "Flags") -> int:
    """Count the peaks of loudness that are voiced and separated by dips."""
    smooth = np.convolve(np.pad(level_db, 2, mode="edge"), np.hanning(7)[1:-1] / 3.0, mode="valid")
    inner = (smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:])
    peaks = [int(i) for i in np.flatnonzero(inner) + 1 if sounding[i]]
    kept: list[int] = []
    for peak in peaks:
        if not kept:
            kept.append(peak)
            continue
        dip = float(smooth[kept[-1] : peak + 1].min())
        if min(smooth[peak], smooth[kept[-1]]) - dip >= DIP_DB:
            kept.append(peak)
        elif smooth[peak] > smooth[kept[-1]]:
            kept[-1] = peak
    return sum(bool(voiced[i]) for i in kept)


def _slope(times_s: "Floats", pitch_st: "Floats") -> float | None:
    if len(times_s) * STEP_S < MIN_SLOPE_S:
        return None
    t = times_s - times_s.mean()
    return float(np.dot(t, pitch_st - pitch_st.mean()) / np.dot(t, t))


def _speed(f0_hz: "Floats") -> float | None:
    steps = np.abs(np.diff(12 * np.log2(f0_hz)))
    steps = steps[np.isfinite(steps)]
    return float(np.median(steps)) / STEP_S if len(steps) else None
