"""Rooms, microphones and lines that voices go through, and what else sounds in them."""

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import signal

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

RATE: Final = 16_000


def impulse(rt60_s: float, direct_db: float, rng: "Generator") -> "Floats":
    """Return a synthetic response: a direct path, some reflections, a decaying tail.

    Args:
        rt60_s: Seconds until the tail has decayed by 60 dB.
        direct_db: Energy of the direct path over that of the rest.
        rng: Decides.
    """
    n = round(min(rt60_s, 0.6) * RATE)
    t = np.arange(n) / RATE
    tail = rng.standard_normal(n) * np.exp(-6.9 * t / rt60_s)
    tail[: round(0.004 * RATE)] = 0
    for _ in range(6):
        at = int(rng.uniform(0.002, 0.04) * RATE)
        if at < n:
            tail[at] += rng.normal(0, 3) * np.exp(-6.9 * at / RATE / rt60_s)
    b, a = signal.butter(1, rng.uniform(1500, 6000), fs=RATE)
    tail = signal.lfilter(b, a, tail)
    tail *= 10 ** (-direct_db / 20) / (np.sqrt(np.square(tail).sum()) + 1e-9)
    tail[0] += 1.0
    made: Floats = tail.astype(np.float32)
    return made


def coloured(n: int, slope: float, rng: "Generator") -> "Floats":
    """Return noise of unit power whose spectrum falls with frequency to the power of ``slope``."""
    length = 1 << max(8, (n - 1).bit_length())
    shape = np.maximum(np.fft.rfftfreq(length, 1 / RATE), 40.0) ** (-slope / 2)
    phase = np.exp(2j * np.pi * rng.random(len(shape)))
    noise = np.fft.irfft(shape * phase, length)[:n]
    made: Floats = (noise / (np.sqrt(np.square(noise).mean()) + 1e-9)).astype(np.float32)
    return made


def melody(n: int, rng: "Generator") -> "Floats":
    """Return something like music of unit power: notes with harmonics, chords, a beat."""
    sound = np.zeros(n + RATE, np.float32)
    beat = rng.uniform(0.12, 0.6)
    base = rng.uniform(80, 500)
    voices = int(rng.integers(1, 4))
    decay = rng.uniform(0.5, 8)
    glide = rng.uniform(0, 0.01)
    for start in np.arange(0, n / RATE, beat):
        for _ in range(voices):
            length = int(min(1.0, rng.uniform(0.5, 2.0) * beat) * RATE)
            t = np.arange(length, dtype=np.float32) / RATE
            hz = base * 2 ** (rng.choice([0, 2, 4, 5, 7, 9, 11, 12]) / 12)
            phase = 2 * np.pi * hz * (t + glide * np.sin(2 * np.pi * 5.5 * t) / 5.5)
            tone = sum(
                np.sin(k * phase) / k ** rng.uniform(0.6, 2) for k in range(1, 7) if k * hz < 7000
            )
            edge = np.minimum(1, np.minimum(t, t[::-1]) / 0.01)
            at = int(start * RATE)
            sound[at : at + length] += tone * np.exp(-decay * t) * edge * rng.uniform(0.3, 1)
        if rng.random() < 0.5:
            hit = coloured(1600, rng.uniform(0, 2), rng) * np.exp(-np.arange(1600) / 300)
            at = int(start * RATE)
            sound[at : at + 1600] += rng.uniform(0.2, 1.5) * hit.astype(np.float32)
    part = sound[:n]
    made: Floats = part / (np.sqrt(np.square(part).mean()) + 1e-9)
    return made


def disturbance(n: int, rng: "Generator") -> "Floats":
    """Return sound that is not speech, of unit power."""
    kind = int(rng.integers(5))
    if kind == 0:
        return melody(n, rng)
    if kind == 1:
        return coloured(n, rng.uniform(-0.5, 2), rng)
    t = np.arange(n) / RATE
    sound: NDArray[np.floating]
    if kind == 2:  # rustling and clatter
        gate = np.zeros(n, np.float32)
        for _ in range(int(rng.integers(2, 30))):
            at, length = int(rng.integers(n)), int(rng.uniform(0.005, 0.25) * RATE)
            piece = gate[at : at + length]
            piece += np.exp(-np.arange(len(piece)) / (0.3 * length)) * rng.uniform(0.2, 1)
        sound = coloured(n, rng.uniform(-0.5, 1.5), rng) * gate
    elif kind == 3:  # hum, whistles and beeps
        tones = [rng.random() * np.sin(2 * np.pi * rng.uniform(80, 3000) * t) for _ in range(4)]
        sound = np.sum(tones, axis=0) * (
            np.sin(2 * np.pi * rng.uniform(0.05, 3) * t) > rng.uniform(-1, 0.5)
        )
    else:  # swells at the pace of speech
        swell = np.maximum(0, np.sin(2 * np.pi * rng.uniform(0.5, 6) * t + rng.normal(0, 1)))
        sound = coloured(n, rng.uniform(0, 2), rng) * swell
    made: Floats = (sound / (np.sqrt(np.square(sound).mean()) + 1e-9)).astype(np.float32)
    return made


def tilted(sound: "Floats", rng: "Generator") -> "Floats":
    """Colour ``sound`` a little, as one of several microphones does."""
    grid = np.concatenate([[0.0], np.geomspace(120, 7000, 6), [8000.0]])
    gains = 10 ** (rng.normal(0, 2, len(grid)) / 20)
    taps = signal.firwin2(129, grid, gains, fs=RATE)
    made: Floats = signal.fftconvolve(sound, taps, mode="same").astype(np.float32)
    return made


def line(sound: "Floats", rng: "Generator") -> "Floats":
    """Send ``sound`` through one microphone and line: colour, band limits, coding, clipping."""
    points = np.concatenate([[0.0], np.geomspace(120, 7000, 8), [8000.0]])
    gains = 10 ** (rng.normal(0, 4, len(points)) / 20)
    low, high = rng.choice([(0, 8000), (90, 8000), (0, 5500), (120, 4000), (300, 3400)],
                           p=[0.5, 0.15, 0.1, 0.1, 0.15])  # fmt: skip
    grid = np.linspace(0, 8000, 129)
    curve = np.interp(grid, points, gains)
    curve[(grid < low) | (grid > high)] *= 0.02
    sound = signal.fftconvolve(sound, signal.firwin2(257, grid, curve, fs=RATE), mode="same")
    peak = float(np.abs(sound).max()) + 1e-9
    if rng.random() < 0.12:
        x = np.clip(sound / peak, -1, 1)
        coded = np.sign(x) * np.log1p(255 * np.abs(x)) / np.log(256)
        coded = np.round(coded * 127) / 127
        sound = np.sign(coded) * (256 ** np.abs(coded) - 1) / 255 * peak
    if rng.random() < 0.06:
        sound = np.clip(sound, -0.4 * peak, 0.4 * peak)
    made: Floats = sound.astype(np.float32)
    return made
