"""How far parts of a face have moved, estimated from aligned crops by a small linear model.

Reads    RGB crops, shape ``(n, CROP_PX, CROP_PX, 3)``, eyes at the fixed place of ``media.faces``
Returns  one signal per movement, of which only differences within one face mean something, since
         the level differs from person to person; and the level of a smile, comparable across faces
Cost     0.4 to 0.7 ms a crop on one core with its decoding (measured), 62 kB of weights
Source   histograms of oriented gradients: Dalal & Triggs 2005, doi:10.1109/CVPR.2005.177;
         weights trained by ``emer.evals.train.face_au``
"""

import io
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.shipped_weights import read_weights, shipped

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Crops = NDArray[np.uint8]
    Signals = NDArray[np.float32]

MOVEMENTS: Final = ("AU1", "AU2", "AU5", "AU12", "AU25", "AU43")
"""Order of the model's outputs. Unit: the teacher's blendshape (0..1); AU25: the gap between the
lips in distances of the outer eye corners."""
SMILE_LEVEL: Final = 0.4
"""From here on the smile column stands for a smile by itself. Measured on photos of persons not
trained on: see the card of ``action_units``."""
N_FEATURES: Final = 4544
WEIGHTS: Final = "face_au.npz"
WEIGHTS_SHA256: Final = "fac3e76e55eb8ed0464d1a851a1806d6512f3c2a019ff2227786699a7834f910"
_CELL_PX: Final = 8
_BINS: Final = 8
_AREAS: Final = ((8, 80, 16, 112), (72, 128, 24, 104))
"""Top, bottom, left, right of the two areas in a crop: brows to nose, and mouth and chin."""


def features(crops: "Crops") -> "Signals":
    """Describe crops by their histograms of oriented gradients, shape ``(n, N_FEATURES)``."""
    import cv2

    described = np.empty((len(crops), N_FEATURES), np.float32)
    block, cell = (2 * _CELL_PX, 2 * _CELL_PX), (_CELL_PX, _CELL_PX)
    hogs = [
        cv2.HOGDescriptor((right - left, bottom - top), block, cell, cell, _BINS)
        for top, bottom, left, right in _AREAS
    ]
    for i, crop in enumerate(crops):
        grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
        parts = [
            np.ravel(hog.compute(np.ascontiguousarray(grey[top:bottom, left:right])))
            for hog, (top, bottom, left, right) in zip(hogs, _AREAS, strict=True)
        ]
        described[i] = np.concatenate(parts)
    return described


def movements(crops: "Crops") -> "Signals":
    """Estimate every movement in every crop.

    Returns:
        Shape ``(n, len(MOVEMENTS) + 1)``: the movements in their order, then the smile's level in
        the teacher's units (0..1, may overshoot).

    Raises:
        ToolUnavailable: The weights are missing or damaged.
    """
    weights, constant = load_weights()
    return features(crops) @ weights + constant


@cache
def load_weights() -> "tuple[Signals, Signals]":
    """Read the weights once, ``(N_FEATURES, len(MOVEMENTS) + 1)``, and a constant per column.

    Raises:
        ToolUnavailable: They are missing, or not the ones this version was measured with.
    """
    raw = read_weights("action_units", shipped(WEIGHTS), WEIGHTS_SHA256)
    with np.load(io.BytesIO(raw), allow_pickle=False) as archive:
        weights: Signals = archive["weights"].astype(np.float32)
        constant: Signals = archive["constant"].astype(np.float32)
    return weights, constant
