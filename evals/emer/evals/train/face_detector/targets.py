"""What each cell of the network's grids should say about a scene."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from emer.tools.face_detection import STRIDES

SIZES_PX: Final = ((0.0, 40.0), (28.0, 88.0), (64.0, 1e9))
"""Faces (geometric mean of the sides) of each grid; where two overlap, both learn the face."""
INNER: Final = 0.2
"""Cells nearer to the middle than this share of the size say "face" ..."""
OUTER: Final = 0.36
"""... and farther than this "none"; between them nothing is asked."""
NEAREST: Final = 0.71
"""Cells at most this many strides from the middle always say "face"."""

Map = NDArray[np.float32]


class Answers(NamedTuple):
    """What one grid should say."""

    face: Map
    """Shape ``(height, width)``: 1 face, 0 none, -1 not asked."""
    geometry: Map
    """Shape ``(14, height, width)``: middle, sides, five points, in pixels."""


def answers(faces: Map, shape: tuple[int, int]) -> list[Answers]:
    """Return the answers of all grids for a scene of ``shape``."""
    found = []
    for stride, (least_px, most_px) in zip(STRIDES, SIZES_PX, strict=True):
        height, width = shape[0] // stride, shape[1] // stride
        rows, columns = (np.indices((height, width), np.float32) + 0.5) * stride
        face = np.zeros((height, width), np.float32)
        geometry = np.zeros((14, height, width), np.float32)
        for one in sorted(
            faces, key=lambda f: -float(f[2] * f[3])
        ):  # small ones have the last word
            size = float(np.sqrt(one[2] * one[3]))
            x, y = float(one[0] + one[2] / 2), float(one[1] + one[3] / 2)
            off = np.hypot(columns - x, rows - y)
            outer = off < max(OUTER * size, 1.5 * stride)
            if one[14] == 0:
                inside = (abs(columns - x) < one[2] / 2) & (abs(rows - y) < one[3] / 2)
                face[inside | outer] = -1.0
            elif least_px <= size < most_px:
                face[outer] = -1.0
                inner = off < max(INNER * size, NEAREST * stride)
                face[inner] = 1.0
                geometry[:, inner] = np.array([x, y, *one[2:14]], np.float32)[:, None]
            elif least_px * 0.7 <= size < most_px * 1.4:
                face[outer] = -1.0
        found.append(Answers(face, geometry))
    return found
