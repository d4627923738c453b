"""Who a voice could be: cepstra of a stretch of sound, summed up as an embedding per quarter second.

Reads    16 kHz mono sound of one stretch of speech
Returns  embeddings in which one speaker's windows scatter with unit variance per dimension
Cost     about 200x realtime on one core; the network is an eighth of a megabyte
Source   cepstra: Davis & Mermelstein 1980, doi:10.1109/TASSP.1980.1163420; statistics against a
         universal background model: Reynolds et al. 2000, doi:10.1006/dspr.1999.0361; two-covariance
         scoring: Bruemmer & de Villiers 2010, "The speaker partitioning problem"

Everything between cepstra and embedding is trained by this project
(``python -m emer.evals.train speakers``) and runs as one ONNX graph, see the card of ``diarization``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.tools.media.soundtrack import Soundtrack
from emer.tools.networks import Network, network
from emer.tools.pitch import track_pitch

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

FRAME: Final = 400
HOP: Final = 160
"""25 ms every 10 ms, as everywhere in speech processing."""
FFT: Final = 512
N_BANDS: Final = 32
N_CEPSTRA: Final = 19
"""Coefficients 1 to 19; the 0th is loudness, which says little about who speaks."""
BAND_HZ: Final = (80.0, 7600.0)
PRE_EMPHASIS: Final = 0.97
VOICED_RANGE_DB: Final = 30.0
FLOOR_DB: Final = -75.0
"""Frames further below the loudest ones of a stretch, or under the floor, are breath and room."""

BLOCK: Final = 25
"""Frames per block: one embedding is made every quarter second ..."""
WINDOW_BLOCKS: Final = 6
"""... from the 1.5 s around it: shorter windows hold too few sounds, longer ones two speakers."""
BLOCK_S: Final = BLOCK * HOP / Soundtrack.rate_hz
NAME: Final = "speakers"
"""Of the network."""
PITCHED: Final = 0.6
"""Periodicity from which on a frame's pitch counts."""
PITCH_AT_ONCE: Final = 30 * Soundtrack.rate_hz
PITCH_SPREAD: Final = 2.5
"""Semitones; a pitch that is so far from the clip's mean is 1 in a vector. Measured on synthetic
conversations, their number of speakers known: 2 and 3 do as well, 1.5 confuses more, and so does no
pitch."""
PITCH_BETWEEN: Final = 2.0
"""Variance of that between speakers."""
FEWEST_PITCHED: Final = 15
"""Frames of a window; with fewer its pitch is taken for the clip's mean."""


@dataclass(frozen=True, slots=True)
class SpeakerModel:
    """The trained network and what goes with it."""

    net: Network
    between: "Floats"
    """Shape ``(dimensions,)``: variance between speakers where that within one is 1."""
    settings: Mapping[str, Any]
    """What else was fitted."""

    def embed(self, cepstra: "Floats", voiced: "NDArray[np.bool_]") -> "tuple[Floats, Floats]":
        """Return one embedding per block of 25 frames, and how many voiced frames it rests on.

        Args:
            cepstra: Shape ``(frames, 19)``, mean of the clip removed.
            voiced: Shape ``(frames,)``; the other frames are ignored.

        Returns:
            Shapes ``(blocks, dimensions)`` and ``(blocks,)``; at least one block.
        """
        n = max(1, -(-len(cepstra) // BLOCK))
        missing = n * BLOCK - len(cepstra)
        rows = np.pad(cepstra, ((0, missing), (0, 0))).astype(np.float32)
        counted = np.pad(voiced, (0, missing)).astype(np.float32)
        vectors, n_voiced = self.net.run(
            cepstra=rows.reshape(n, BLOCK, N_CEPSTRA), voiced=counted.reshape(n, BLOCK)
        )
        return np.asarray(vectors, np.float32), np.asarray(n_voiced, np.float32)


def cepstra_of(sound: "Floats") -> "tuple[Floats, NDArray[np.bool_]]":
    """Return the cepstra of ``sound`` and which frames are voice rather than breath and room.

    Args:
        sound: Shape ``(samples,)``, 16 kHz.

    Returns:
        Shapes ``(frames, 19)`` and ``(frames,)``; no frames if it is shorter than 25 ms.
    """
    if len(sound) < FRAME:
        return np.zeros((0, N_CEPSTRA), np.float32), np.zeros(0, np.bool_)
    bands, cosines, window = _tables()
    sharp = np.append(sound[:1], sound[1:] - PRE_EMPHASIS * sound[:-1]).astype(np.float32)
    frames = np.lib.stride_tricks.sliding_window_view(sharp, FRAME)[::HOP] * window
    power = np.abs(np.fft.rfft(frames, FFT)).astype(np.float32) ** 2
    level_db = 10 * np.log10(np.square(frames).mean(axis=1) + 1e-10)
    loudest_db = float(np.percentile(level_db, 95))
    voiced = level_db > max(loudest_db - VOICED_RANGE_DB, FLOOR_DB)
    cepstra: Floats = np.log(power @ bands.T + 1e-8) @ cosines.T
    return cepstra.astype(np.float32), voiced


def pitch_of(sound: "Floats", blocks: int) -> "Floats":
    """Return sum, sum of squares and number of the pitches in each of ``blocks`` blocks.

    Args:
        sound: Shape ``(samples,)``, 16 kHz.
        blocks: What lies beyond them is left out.

    Returns:
        Shape ``(blocks, 3)``; pitches in semitones above 100 Hz.
    """
    tracks = [
        track_pitch(sound[i : i + PITCH_AT_ONCE]) for i in range(0, len(sound), PITCH_AT_ONCE)
    ]
    rows = np.zeros((blocks * BLOCK, 3), np.float32)
    if tracks:
        f0_hz = np.concatenate([t.f0_hz for t in tracks])[: len(rows)]
        sure = np.concatenate([t.strength for t in tracks])[: len(rows)] > PITCHED
        at = np.flatnonzero(sure & np.isfinite(f0_hz))
        rows[at, 0] = 12 * np.log2(f0_hz[at] / 100)
        rows[at, 1] = np.square(rows[at, 0])
        rows[at, 2] = 1
    summed: Floats = rows.reshape(blocks, BLOCK, 3).sum(axis=1)
    return summed


def around(blocks: "Floats") -> "Floats":
    """Return the sum of each row and its neighbours, those that the network looks at."""
    before = (WINDOW_BLOCKS - 1) // 2
    padded = np.pad(blocks, ((before, WINDOW_BLOCKS - 1 - before), (0, 0)))
    summed: Floats = np.sum([padded[i : i + len(blocks)] for i in range(WINDOW_BLOCKS)], axis=0)
    return summed


def height(pitch: "Floats", mean: float) -> "Floats":
    """Return how far the pitch lies from ``mean``, as one more dimension of a vector.

    Args:
        pitch: As ``pitch_of`` returns it, summed over windows, shape ``(windows, 3)``.
        mean: Of the clip, semitones above 100 Hz.

    Returns:
        Shape ``(windows, 1)``; 0 where there is too little pitch.
    """
    own = pitch[:, 0] / np.maximum(pitch[:, 2], 1)
    far: Floats = np.where(pitch[:, 2] > FEWEST_PITCHED, (own - mean) / PITCH_SPREAD, 0)[:, None]
    return far


@cache
def _tables() -> "tuple[Floats, Floats, Floats]":
    """Triangular mel bands ``(32, 257)``, cosines ``(19, 32)``, Hamming window ``(400,)``."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in BAND_HZ)
    edges = 700 * (10 ** (np.linspace(low, high, N_BANDS + 2) / 2595) - 1)
    hz = np.arange(FFT // 2 + 1) * Soundtrack.rate_hz / FFT
    rise = (hz - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - hz) / (edges[2:] - edges[1:-1])[:, None]
    bands = np.maximum(0, np.minimum(rise, fall)).astype(np.float32)
    order, place = np.arange(1, N_CEPSTRA + 1), 2 * np.arange(N_BANDS) + 1
    cosines = np.cos(np.pi * np.outer(order, place) / (2 * N_BANDS)) * np.sqrt(2 / N_BANDS)
    return bands, cosines.astype(np.float32), np.hamming(FRAME).astype(np.float32)


def speaker_model(tool: str) -> SpeakerModel:
    """Load the model that ships with this package, on behalf of ``tool``.

    Raises:
        ToolUnavailable: Its files are missing or were changed.
    """
    net = network(tool, NAME)
    return SpeakerModel(net, np.array(net.settings["between"], np.float32), net.settings)
