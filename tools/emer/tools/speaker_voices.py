"""The voices of a recording: what is kept of each piece of speech, and how it is put together.

Reads    pieces of speech in a soundtrack
Returns  embeddings and pitch by quarter second; all of them in a row, or in units of 1.5 s
Cost     nearly all of that of telling speakers apart: cepstra, pitch, one network
Memory   100 numbers or so per quarter second of speech
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.findings import TimeSpan
from emer.tools.media.soundtrack import Soundtrack
from emer.tools.speaker_features import (
    N_CEPSTRA,
    SpeakerModel,
    around,
    cepstra_of,
    height,
    pitch_of,
)
from emer.tools.speaker_path import Blocks

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Doubles = NDArray[np.float64]

UNIT_BLOCKS: Final = 6
"""Blocks per unit of clustering. Measured: units of 1.5 s confuse less than those of 1 and 2 s."""
UNIT_MIN_VOICED: Final = 40.0
MEAN_PIECES: Final = 20
"""The mean that is taken off the cepstra comes from at most so many pieces, evenly spread."""
FULL_VOICED: Final = 100.0
"""Voiced frames from which on a window counts fully."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What is kept of one piece of speech."""

    start_s: float
    end_s: float
    vectors: "Floats"
    """Shape ``(blocks, dimensions)``."""
    n_voiced: "Floats"
    """Voiced frames behind each vector, shape ``(blocks,)``."""
    pitch: "Floats"
    """Of each block, see ``pitch_of``; shape ``(blocks, 3)``."""


def voices_of(track: Soundtrack, pieces: Sequence[TimeSpan], model: SpeakerModel) -> list[Voice]:
    """Return what is kept of each piece of speech."""
    mean = _mean(track, pieces)
    return [_voice(track, piece, mean, model) for piece in pieces]


def _mean(track: Soundtrack, pieces: Sequence[TimeSpan]) -> "Floats":
    """Return the mean cepstrum of the clip's voices: room and microphone, mostly."""
    total, n = np.zeros(N_CEPSTRA), 0
    for i in np.unique(np.linspace(0, len(pieces) - 1, MEAN_PIECES).round().astype(int)):
        cepstra, voiced = cepstra_of(track.read(pieces[i]))
        total += cepstra[voiced].sum(axis=0, dtype=np.float64)
        n += int(voiced.sum())
    return (total / max(1, n)).astype(np.float32)


def _voice(track: Soundtrack, piece: TimeSpan, mean: "Floats", model: SpeakerModel) -> Voice:
    sound = track.read(piece)
    cepstra, voiced = cepstra_of(sound)
    vectors, n_voiced = model.embed(cepstra - mean, voiced)
    return Voice(piece.start_s, piece.end_s, vectors, n_voiced, pitch_of(sound, len(vectors)))


def evenly(voices: Sequence[Voice], blocks: int) -> list[Voice]:
    """Return voices with about so many blocks in all, evenly spread; all if they have fewer."""
    total = sum(len(v.vectors) for v in voices)
    if total <= blocks:
        return list(voices)
    taken = np.arange(len(voices) + 1) * blocks // total
    return [v for v, new in zip(voices, np.diff(taken), strict=True) if new] or [voices[0]]


def pitch_mean(voices: Sequence[Voice]) -> float:
    """Return the mean pitch, semitones above 100 Hz; 0 if there is none."""
    total = np.sum([v.pitch.sum(axis=0, dtype=np.float64) for v in voices], axis=0)
    return float(total[0] / max(1.0, total[2]))


def blocks_of(voices: Sequence[Voice], height_mean: float) -> Blocks:
    """Return the quarter seconds of all ``voices`` in one row."""
    vectors = [np.hstack([v.vectors, height(around(v.pitch), height_mean)]) for v in voices]
    trust = np.concatenate([v.n_voiced for v in voices]) / FULL_VOICED
    return Blocks(
        np.concatenate(vectors).astype(np.float64),
        np.minimum(1.0, trust).astype(np.float64),
        np.concatenate([v.pitch for v in voices]).astype(np.float64),
    )


def units_of(voices: Sequence[Voice], height_mean: float) -> "tuple[Doubles, Doubles]":
    """Average neighbouring blocks into units of clustering; those with too little voice are out."""
    units: list[Floats] = []
    weights: list[float] = []
    for voice in voices:
        n = len(voice.vectors)
        k = max(1, round(n / UNIT_BLOCKS))
        for i in range(k):
            part = slice(i * n // k, (i + 1) * n // k)
            full = voice.n_voiced[part] >= UNIT_MIN_VOICED
            if full.any():
                high = height(voice.pitch[part].sum(axis=0)[None], height_mean)[0]
                units.append(np.append(voice.vectors[part][full].mean(axis=0), high))
                weights.append(float(full.sum()) / UNIT_BLOCKS)
    if not units:
        return np.zeros((0, 0)), np.zeros(0)
    return np.stack(units).astype(np.float64), np.array(weights)
