"""Clips made in code: some in which nobody is, and one in which two voices speak."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import av

Sound = NDArray[np.float32]
Picture = NDArray[np.uint8]

RATE_HZ: Final = 16_000
LASTS_S: Final = 6.0
PICTURES_HZ: Final = 10
BLOCK: Final = 1024
SAID: Final = (
    (0.4, 2.0, "Ann", "This is wonderful, thank you so much :)"),
    (2.6, 4.0, "Ben", "I do not know. It makes me sad :("),
    (4.5, 5.7, "Ann", "The train leaves at nine"),
)
"""Who says what, when; in the subtitles of the one clip with people."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a clip is made."""

    pictures: Sequence[Picture] = ()
    sound: Sound | None = None
    said: tuple[tuple[float, float, str, str], ...] = ()
    """Subtitles; somebody is in a clip exactly if it has some."""


def recipes() -> dict[str, Recipe]:
    """Return every clip of the suite, by what it is."""
    n = round(LASTS_S * PICTURES_HZ)
    black, wall = _picture((0, 0, 0)), _picture((90, 120, 150))
    return {
        "black and silent": Recipe([black] * n, np.zeros(round(LASTS_S * RATE_HZ), np.float32)),
        "noise to eye and ear": Recipe([_board(i) for i in range(n)], _noise(LASTS_S)),
        "a tone over a still wall": Recipe([wall] * n, _tone(LASTS_S)),
        "sound alone": Recipe(sound=_tone(LASTS_S)),
        "picture alone": Recipe([wall] * n),
        "very short": Recipe([wall] * 2, _tone(0.2)),
        "two who speak": Recipe([wall] * n, _voices(), SAID),
    }


def make(recipe: Recipe, path: Path) -> Path:
    """Write a clip to ``path`` (a Matroska file), its subtitles beside it."""
    import av

    with av.open(str(path), "w") as container:
        # every stream before the first packet
        video: Any = container.add_stream("mpeg4", rate=PICTURES_HZ) if recipe.pictures else None
        audio: Any = None
        if recipe.sound is not None:
            audio = container.add_stream("pcm_s16le", rate=RATE_HZ, layout="mono")
        if video is not None:
            video.height, video.width = recipe.pictures[0].shape[:2]
            video.pix_fmt, video.codec_context.time_base = "yuv420p", Fraction(1, 1000)
        for i, rgb in enumerate(recipe.pictures):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")
            frame.pts, frame.time_base = round(1000 * i / PICTURES_HZ), Fraction(1, 1000)
            container.mux(video.encode(frame))
        for block in _blocks(recipe.sound):
            container.mux(audio.encode(block))
        for stream in filter(None, (video, audio)):
            container.mux(stream.encode(None))
    if recipe.said:
        cues = [
            f"{_clock(a)} --> {_clock(b)}\n<v {who}>{text}\n" for a, b, who, text in recipe.said
        ]
        path.with_suffix(".vtt").write_text("\n".join(["WEBVTT\n", *cues]), "utf-8")
    return path


def _blocks(sound: Sound | None) -> "Iterator[av.AudioFrame]":
    import av

    if sound is None:
        return
    pcm = (np.clip(sound, -1, 1) * 32767).astype(np.int16).reshape(1, -1)
    for first in range(0, pcm.shape[1], BLOCK):
        piece = np.ascontiguousarray(pcm[:, first : first + BLOCK])
        block = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        block.rate, block.pts, block.time_base = RATE_HZ, first, Fraction(1, RATE_HZ)
        yield block


def _clock(seconds: float) -> str:
    return f"00:00:{seconds:06.3f}"


def _picture(rgb: tuple[int, int, int]) -> Picture:
    return np.full((180, 320, 3), rgb, np.uint8)


def _board(i: int) -> Picture:
    board = np.indices((180, 320)).sum(axis=0) // (8 + i % 5) % 2 * 255
    return np.repeat(board[:, :, None], 3, axis=2).astype(np.uint8)


def _noise(lasts_s: float) -> Sound:
    rng = np.random.default_rng(0)
    return (0.1 * rng.standard_normal(round(lasts_s * RATE_HZ))).astype(np.float32)


def _tone(lasts_s: float) -> Sound:
    t = np.arange(round(lasts_s * RATE_HZ)) / RATE_HZ
    return (0.3 * np.sin(2 * np.pi * 220.0 * t)).astype(np.float32)


def _voices() -> Sound:
    sound = np.zeros(round(LASTS_S * RATE_HZ), np.float32)
    for (start_s, end_s, *_), pitch_hz in zip(SAID, (210.0, 110.0, 210.0), strict=True):
        t = np.arange(round((end_s - start_s) * RATE_HZ)) / RATE_HZ
        buzz = sum((np.sin(2 * np.pi * k * pitch_hz * t) / k**1.2 for k in range(1, 25)), t * 0)
        first = round(start_s * RATE_HZ)
        sound[first : first + len(t)] = 0.3 * buzz / np.abs(buzz).max()
    return sound
