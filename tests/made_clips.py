"""Clips that tests make themselves, with what is said in them in a subtitle file beside them."""

import numpy as np
from scipy.signal import lfilter
from tests.synth import RATE_HZ, noise, picture, silence, voiced, write_media

QUARREL = (
    (0.5, 2.5, 118.0, "Good morning. The train leaves at nine from platform two."),
    (3.0, 5.5, 212.0, "You lied to me again! I am so angry, I hate this."),
    (6.0, 8.0, 118.0, "I am sorry. It was my fault."),
    (8.5, 10.5, 212.0, "Thank you. I am happy that you said it."),
)
LETTER = (
    (1.0, 3.5, 130.0, "My old dog died last night and I miss him so much."),
    (4.5, 6.5, 130.0, "The house is empty and I feel terribly sad and alone."),
    (7.0, 8.5, 130.0, "The post office opens at eight."),
)


def quarrel(folder):
    """Two voices, sound alone: one is angry in words."""
    return _spoken(folder / "quarrel.wav", QUARREL, 11.0)


def letter(folder):
    """One voice before a grey picture: sad words, then plain ones."""
    pictures = [picture(rgb=(120, 120, 120))] * 90
    return _spoken(folder / "letter.mp4", LETTER, 9.0, pictures)


def slides(folder):
    """Three patterns with hard cuts at 2 and 4 s; no sound, nobody."""
    pictures = [_pattern(seed) for seed in (1, 2, 3) for _ in range(20)]
    return write_media(folder / "slides.mp4", pictures=pictures, rate_hz=10)


def hiss(folder):
    """Noise, and nobody in it."""
    return write_media(folder / "hiss.wav", sound=noise(4.0, level=0.02))


def _spoken(path, lines, length_s, pictures=None):
    sound = silence(length_s) + noise(length_s, level=0.001)
    cues = []
    for n, (start_s, end_s, f0_hz, text) in enumerate(lines, 1):
        first = round(start_s * RATE_HZ)
        said = _speech(end_s - start_s, f0_hz, seed=n)
        sound[first : first + len(said)] += said
        cues.append(f"{n}\n{_clock(start_s)} --> {_clock(end_s)}\n{text}\n")
    path.with_suffix(".srt").write_text("\n".join(cues), encoding="utf-8")
    return write_media(path, pictures=pictures, sound=sound, rate_hz=10)


def _clock(seconds):
    ms = round(seconds * 1000)
    return f"00:{ms // 60000:02d}:{ms // 1000 % 60:02d},{ms % 1000:03d}"


def _pattern(seed):
    blocks = np.random.default_rng(seed).integers(0, 256, (4, 8, 3), np.uint8)
    return np.kron(blocks, np.ones((24, 20, 1), np.uint8))


def _speech(duration_s, f0_hz, *, seed):
    """Vowels in syllables with a moving pitch: enough for a voice to be taken for one."""
    buzz = voiced(
        duration_s, f0_hz=lambda t: f0_hz * (1 + 0.12 * np.sin(2 * np.pi * 0.9 * t + seed)),
        jitter=0.01, seed=seed,
    )  # fmt: skip
    step = RATE_HZ // 5
    said = np.zeros_like(buzz)
    for i, first in enumerate(range(0, len(buzz), step)):
        part = buzz[first : first + step]
        for formant_hz, width_hz in _VOWELS[(i + seed) % len(_VOWELS)]:
            radius = np.exp(-np.pi * width_hz / RATE_HZ)
            angle = 2 * np.pi * formant_hz / RATE_HZ
            part = lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], part)
        shape = np.hanning(len(part)) ** 0.5
        said[first : first + step] = part / max(1e-9, np.abs(part).max()) * shape
    return (0.3 * said).astype(np.float32)


_VOWELS = (
    ((730, 90), (1090, 110), (2440, 170)),
    ((270, 60), (2290, 120), (3010, 200)),
    ((570, 80), (840, 100), (2410, 170)),
    ((530, 80), (1840, 110), (2480, 170)),
    ((300, 60), (870, 100), (2240, 170)),
)
"""Formants of a, i, o, e, u (Peterson and Barney 1952), Hz, with their widths."""
