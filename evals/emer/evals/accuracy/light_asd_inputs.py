"""What Light-ASD looks at and hears: faces at 25 pictures a second, cepstra at 100 Hz.

Source   faces: the region that its authors cut (0.7 of a box's longer side, below its middle);
         cepstra: Davis & Mermelstein 1980, with the usual settings of python_speech_features
"""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.accuracy.light_asd import FACE_PX, RATE_HZ
from emer.tools.media.decode import SAMPLE_RATE_HZ, Frame, stream
from emer.tools.media.info import MediaInfo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from emer.tools.media.faces import FaceSamples

    Floats = NDArray[np.float64]
    Crops = NDArray[np.uint8]

SIDE: Final = 0.7
"""Side of the region, as a share of the longer side of the box."""
BELOW: Final = 0.2
"""How far its middle lies below the box's, likewise."""
SEEN_S: Final = 0.3
"""A face is visible this long before and after a sample of it."""
OUTSIDE: Final = 110
"""Grey level of what lies outside the picture."""
EVERY_PICTURE_HZ: Final = 1000.0
N_FFT, WINDOW, STEP = 512, 400, 160
N_MELS, N_CEPSTRA, LIFTER = 26, 13, 22
EMPHASIS: Final = 0.97


def faces_of(
    path: Path, info: MediaInfo, samples: "Mapping[str, FaceSamples]"
) -> "dict[str, tuple[NDArray[np.int64], Crops]]":
    """Return per track the steps at which it is visible, ``(n,)``, and its crops.

    A step is 1 / ``RATE_HZ`` s; crops are grey, ``(n, FACE_PX, FACE_PX)``. Steps may have holes.
    """
    n_steps = int(info.duration_s * RATE_HZ)
    steps = {t: _visible(s.times_s, n_steps) for t, s in samples.items()}
    boxes = {
        t: np.column_stack(
            [np.interp(steps[t] / RATE_HZ, s.times_s, side) for side in s.boxes_px.T]
        )
        for t, s in samples.items()
    }
    crops = {t: np.empty((len(s), FACE_PX, FACE_PX), np.uint8) for t, s in steps.items()}
    begun = 0
    shown: Frame | None = None
    for frame in stream(path, info, rate_hz=EVERY_PICTURE_HZ, sound=False):
        if not isinstance(frame, Frame):
            continue
        # what was shown until now stands at every step before this picture
        until = min(n_steps, int(np.ceil(frame.time_s * RATE_HZ - 1e-6)))
        _fill(crops, steps, boxes, shown or frame, begun, until)
        begun, shown = max(begun, until), frame
    if shown is not None:
        _fill(crops, steps, boxes, shown, begun, n_steps)
    return {t: (steps[t], crops[t]) for t in samples}


def cepstra(sound: "NDArray[np.int16]") -> "Floats":
    """Return 13 mel cepstra of 25 ms every 10 ms; the first is the log energy.

    Args:
        sound: 16 kHz samples, not scaled.
    """
    from scipy.fft import dct

    x = np.append(sound[0], sound[1:] - EMPHASIS * sound[:-1].astype(np.float64))
    n = 1 + max(0, -(-(len(x) - WINDOW) // STEP))
    x = np.pad(x, (0, max(0, (n - 1) * STEP + WINDOW - len(x))))
    frames = np.lib.stride_tricks.sliding_window_view(x, WINDOW)[::STEP][:n]
    power = np.abs(np.fft.rfft(frames, N_FFT)) ** 2 / N_FFT
    tiny = np.finfo(np.float64).eps
    mels = np.log(np.maximum(power @ _filters().T, tiny))
    found = dct(mels, type=2, axis=1, norm="ortho")[:, :N_CEPSTRA]
    found *= 1.0 + LIFTER / 2.0 * np.sin(np.pi * np.arange(N_CEPSTRA) / LIFTER)
    found[:, 0] = np.log(np.maximum(power.sum(axis=1), tiny))
    kept: Floats = found
    return kept


def _filters() -> "Floats":
    """Return triangles on the mel scale up to half the sampling rate, ``(26, 257)``."""
    top_mel = 2595.0 * np.log10(1.0 + SAMPLE_RATE_HZ / 2.0 / 700.0)
    edges_hz = 700.0 * (10.0 ** (np.linspace(0.0, top_mel, N_MELS + 2) / 2595.0) - 1.0)
    edges = np.floor((N_FFT + 1) * edges_hz / SAMPLE_RATE_HZ)
    bins = np.arange(N_FFT // 2 + 1)
    low, middle, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (bins - low) / (middle - low), (high - bins) / (high - middle)
    triangles: Floats = np.maximum(0.0, np.minimum(rising, falling))
    return triangles


def _visible(times_s: "Floats", n_steps: int) -> "NDArray[np.int64]":
    at_s = np.arange(n_steps) / RATE_HZ
    if not len(times_s):
        return np.zeros(0, np.int64)
    after = np.searchsorted(times_s, at_s)
    before_s = times_s[np.maximum(after - 1, 0)]
    after_s = times_s[np.minimum(after, len(times_s) - 1)]
    near_s = np.minimum(np.abs(at_s - before_s), np.abs(after_s - at_s))
    return np.flatnonzero(near_s <= SEEN_S)


def _fill(
    crops: "dict[str, Crops]",
    steps: "dict[str, NDArray[np.int64]]",
    boxes: "dict[str, Floats]",
    frame: Frame,
    begin: int,
    end: int,
) -> None:
    import cv2

    if end <= begin:
        return
    grey = cv2.cvtColor(frame.rgb, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
    for track, own in steps.items():
        for row in np.flatnonzero((own >= begin) & (own < end)):
            left, top, width, height = boxes[track][row] / frame.scale
            longer = max(width, height)
            middle = left + width / 2.0, top + height / 2.0 + BELOW * longer
            crops[track][row] = cropped(grey, middle, SIDE * longer)


def cropped(
    grey: "NDArray[np.uint8]", middle: tuple[float, float], side: float
) -> "NDArray[np.uint8]":
    """Return a square of ``side`` pixels about ``middle`` (column, row) at the network's size."""
    import cv2

    half = max(1, round(side / 2.0))
    columns, rows = (np.arange(round(m) - half, round(m) + half) for m in middle)
    across = (columns >= 0) & (columns < grey.shape[1])
    down = (rows >= 0) & (rows < grey.shape[0])
    part = np.full((2 * half, 2 * half), OUTSIDE, np.uint8)
    part[np.ix_(down, across)] = grey[np.ix_(rows[down], columns[across])]
    small = cv2.resize(part, (FACE_PX, FACE_PX), interpolation=cv2.INTER_AREA)
    return small.astype(np.uint8, copy=False)
