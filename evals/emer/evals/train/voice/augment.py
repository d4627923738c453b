"""Speech as other rooms, devices and speakers would have given it. The label stays the same.

Every alteration takes sound at 16 kHz of shape ``(samples,)`` and a generator, and is repeatable.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.speech_emotion_features import SPEEDS, played

if TYPE_CHECKING:
    from numpy.random import Generator
    from numpy.typing import NDArray

    Sound = NDArray[np.float32]

RATE_HZ: Final = 16_000


def equalised(sound: "Sound", rng: "Generator", db: float = 4.0) -> "Sound":
    """Colour the spectrum at random, as microphones do."""
    spectrum = np.fft.rfft(sound)
    gain_db = np.interp(
        np.linspace(0, 1, len(spectrum)), (0, 0.1, 0.3, 0.6, 1), rng.normal(0, db, 5)
    )
    return np.fft.irfft(spectrum * 10 ** (gain_db / 20), len(sound)).astype(np.float32)


def noisy(sound: "Sound", rng: "Generator") -> "Sound":
    """Add noise between white and brown, 12 to 35 dB below the speech."""
    spectrum = np.fft.rfft(rng.standard_normal(len(sound)))
    spectrum /= np.maximum(np.arange(len(spectrum)), 30.0) ** rng.uniform(0, 1)
    noise = np.fft.irfft(spectrum, len(sound))
    level = np.sqrt(np.mean(sound**2)) * 10 ** (-rng.uniform(12, 35) / 20)
    return _single(sound + noise / np.sqrt(np.mean(noise**2)) * level)


def reverberant(sound: "Sound", rng: "Generator") -> "Sound":
    """Put the speaker into a room with a decay of 0.15 to 0.5 s."""
    decay_s = rng.uniform(0.15, 0.5)
    n = int(decay_s * RATE_HZ)
    tail = rng.standard_normal(n) * np.exp(-6.9 * np.arange(n) / n)
    tail *= rng.uniform(0.2, 0.6) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    size = len(sound) + n
    wet = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(tail, size), size)
    return wet[: len(sound)].astype(np.float32)


def narrowed(sound: "Sound", rng: "Generator") -> "Sound":
    """Send it down a line: band limits and the steps of a companded codec."""
    spectrum = np.fft.rfft(sound)
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    high_hz, low_hz = rng.uniform(3400, 7000), rng.uniform(60, 250)
    spectrum *= 1 / (1 + (hz / high_hz) ** 16) * (1 - 1 / (1 + (hz / low_hz) ** 8))
    line = np.fft.irfft(spectrum, len(sound))
    peak = np.abs(line).max() + 1e-9
    squeezed = np.sign(line) * np.log1p(255 * np.abs(line / peak)) / np.log(256)
    squeezed = np.round(squeezed * 127) / 127
    back = np.sign(squeezed) * np.expm1(np.abs(squeezed) * np.log(256)) / 255
    return _single(back * peak)


def _single(sound: "NDArray[np.float64]") -> "Sound":
    return sound.astype(np.float32)


COPIES: Final[tuple[Callable[["Sound", "Generator"], "Sound"], ...]] = (
    lambda x, _: x,
    lambda x, _: played(x, SPEEDS[1]),
    lambda x, _: played(x, SPEEDS[2]),
    lambda x, rng: noisy(equalised(x, rng), rng),
    lambda x, rng: reverberant(equalised(played(x, rng.uniform(0.95, 1.05)), rng), rng),
    lambda x, rng: narrowed(x, rng),
)
"""What is made of every file for training; the first ``RENDERINGS`` are what is heard when judging."""
DEGRADED_WEIGHT: Final = 0.2
"""What each of the other copies counts for, beside 1."""
