"""Sound that is no voice, made by arithmetic: an engine that judges voices has to let it be."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.tables import Table
from emer.tools.findings import Evidence, TimeSpan
from emer.tools.media.decode import SoundBlock
from emer.tools.media.info import MediaInfo
from emer.tools.media.soundtrack import SoundtrackWriter
from emer.tools.specialist import Clip

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RATE_HZ: Final = 16_000
SECONDS: Final = 4.0
TIMES: Final = 20
_SCALE: Final = (0, 2, 4, 5, 7, 9, 11, 12)


def _seconds(seconds: float = SECONDS) -> "Floats":
    return np.arange(int(seconds * RATE_HZ)) / RATE_HZ


def _noise(rng: np.random.Generator) -> "Floats":
    """White to brown noise."""
    n = int(SECONDS * RATE_HZ)
    spectrum = np.fft.rfft(rng.standard_normal(n))
    spectrum /= np.maximum(np.arange(len(spectrum)), 20.0) ** rng.uniform(0.0, 1.0)
    return np.fft.irfft(spectrum, n)


def _tone(rng: np.random.Generator) -> "Floats":
    return np.sin(2 * np.pi * rng.uniform(80, 450) * _seconds())


def _buzz(rng: np.random.Generator) -> "Floats":
    """A machine's hum with its harmonics."""
    hz = rng.uniform(50, 200)
    parts = np.stack([np.sin(2 * np.pi * hz * k * _seconds()) / k for k in range(1, 20)])
    found: Floats = parts.sum(axis=0)
    return found


def _melody(rng: np.random.Generator) -> "Floats":
    """Plucked notes of a scale, one after the other."""
    notes = []
    for _ in range(12):
        hz = 220 * 2 ** (rng.choice(_SCALE) / 12)
        t = _seconds(SECONDS / 12)
        notes.append(np.exp(-4 * t) * sum(np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 8)))
    return np.concatenate(notes)


def _chords(rng: np.random.Generator) -> "Floats":
    """Held chords with a beat under them."""
    parts = []
    for _ in range(4):
        t = _seconds(SECONDS / 4)
        root = rng.choice(_SCALE)
        tones = [220 * 2 ** ((root + step) / 12) for step in (0, 4, 7)]
        chord = sum(np.sin(2 * np.pi * hz * k * t) / k for hz in tones for k in range(1, 6))
        beat = np.exp(-30 * (t % 0.5)) * rng.standard_normal(len(t))
        parts.append(chord + 2 * beat)
    return np.concatenate(parts)


def _silence(rng: np.random.Generator) -> "Floats":
    """Room tone as quiet as rounding."""
    return rng.standard_normal(int(SECONDS * RATE_HZ))


SOUNDS: Final = {
    "noise, white to brown": (_noise, 0.1), "pure tone": (_tone, 0.3), "hum": (_buzz, 0.3),
    "plucked melody": (_melody, 0.3), "chords with a beat": (_chords, 0.3),
    "silence": (_silence, 1e-4),
}  # fmt: skip
"""What is made, and its peak or, for noise and silence, deviation."""


def abstention() -> Table:
    """Count how often each kind of sound is taken for a voice."""
    rows = []
    for name, (make, level) in SOUNDS.items():
        taken = sum(_is_judged(sound) for sound in _made(make, level))
        rows.append((name, TIMES, taken))
    return Table(
        "voice.abstention", "Sound that is no voice",
        f"{SECONDS:g} s each, made at random with a fixed seed, asked about as a whole, with no "
        "finding of speech to go by. Judged: a reading was given in spite of it.",
        ("sound", "made", "judged"), tuple(rows),
    )  # fmt: skip


def _made(make: object, level: float) -> Iterator["Floats"]:
    rng = np.random.default_rng(0)
    for _ in range(TIMES):
        sound = make(rng)  # type: ignore[operator]
        peak = np.std(sound) if make in {_noise, _silence} else np.abs(sound).max()
        yield sound / peak * level


def _is_judged(sound: "Floats") -> bool:
    from emer.tools.speech_emotion import SpeechEmotion

    with tempfile.TemporaryDirectory() as folder:
        clip = clip_of(Path(folder), sound)
        found = SpeechEmotion().observe(clip, [clip.span], [])
    return any(isinstance(f, Evidence) for f in found)


def clip_of(folder: Path, sound: "Floats") -> Clip:
    """Return ``sound`` as a decoded clip whose files lie in ``folder``."""
    writer = SoundtrackWriter(folder / "soundtrack.s16", start_s=0.0)
    writer.write(SoundBlock(0.0, (np.clip(sound, -1, 1) * 32767).astype(np.int16)))
    span = TimeSpan(start_s=0.0, end_s=len(sound) / RATE_HZ)
    media = MediaInfo(
        name="made.wav", sha256="0" * 64, size_bytes=2 * len(sound), kind="audio", container="wav",
        duration_s=span.end_s,
    )  # fmt: skip
    return Clip(
        path=folder / "made.wav", media=media, span=span, workspace=folder,
        soundtrack=writer.close(),
    )  # fmt: skip
