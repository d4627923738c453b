"""Backgrounds without faces, drawn: gradients, noise, boards, shapes, rings, letters."""

import cv2
import numpy as np
from numpy.typing import NDArray

Rng = np.random.Generator
Grey = NDArray[np.uint8]


def texture(rng: Rng, shape: tuple[int, ...]) -> Grey:
    """Return one picture of ``shape`` (height, width)."""
    height, width = shape[:2]
    base = _gradient(rng, height, width)
    kind = rng.random()
    if kind < 0.25:
        base = _noise(rng, height, width)
    elif kind < 0.35:
        base = _board(rng, height, width)
    if rng.random() < 0.6:
        for _ in range(rng.integers(1, 14)):
            _shape(rng, base)
    return base


def _gradient(rng: Rng, height: int, width: int) -> Grey:
    corners = rng.uniform(0, 255, (2, 2)).astype(np.float32)
    if rng.random() < 0.4:
        corners[:] = corners[0, 0]
    return np.asarray(cv2.resize(corners, (width, height)), np.uint8)


def _noise(rng: Rng, height: int, width: int) -> Grey:
    """Return noise of several sizes, like leaves, cloth or clouds."""
    total = np.zeros((height, width), np.float32)
    for _ in range(rng.integers(1, 4)):
        step = int(2 ** rng.uniform(0, 5))
        few = rng.normal(0, 1, (height // step + 2, width // step + 2)).astype(np.float32)
        total += cv2.resize(few, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(rng.uniform(40, 215) + rng.uniform(5, 60) * total, 0, 255), np.uint8)


def _board(rng: Rng, height: int, width: int) -> Grey:
    rows, columns = np.indices((height, width))
    across, down = rng.integers(3, 40), rng.integers(3, 40)
    which = (rows // down + columns // across) % 2 if rng.random() < 0.5 else columns // across % 2
    dark, bright = np.sort(rng.uniform(0, 255, 2))
    return np.asarray(np.where(which, bright, dark), np.uint8)


def _shape(rng: Rng, base: Grey) -> None:
    height, width = base.shape
    shade = float(rng.uniform(0, 255))
    centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
    size = int(np.exp(rng.uniform(np.log(3), np.log(max(5, min(height, width) / 2)))))
    thick = -1 if rng.random() < 0.5 else int(rng.integers(1, max(2, size // 4 + 1)))
    kind = rng.integers(5)
    if kind == 0:
        axes = (size, max(1, int(size * rng.uniform(0.5, 1.4))))
        cv2.ellipse(base, centre, axes, float(rng.uniform(0, 180)), 0, 360, shade, thick)
        if rng.random() < 0.5:  # rings and buttons
            cv2.circle(base, centre, max(1, size // 2), float(rng.uniform(0, 255)), thick)
    elif kind == 1:
        far = (
            centre[0] + int(size * rng.uniform(0.3, 2)),
            centre[1] + int(size * rng.uniform(0.3, 2)),
        )
        cv2.rectangle(base, centre, far, shade, thick)
    elif kind == 2:
        far = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        cv2.line(base, centre, far, shade, int(rng.integers(1, 8)))
    elif kind == 3:
        letters = "".join(chr(c) for c in rng.integers(33, 126, int(rng.integers(1, 10))))
        cv2.putText(base, letters, centre, int(rng.integers(0, 8)), size / 20, shade,
                    int(rng.integers(1, max(4, size // 6))), cv2.LINE_AA)  # fmt: skip
    else:
        corners = rng.integers(-size, size + 1, (int(rng.integers(3, 7)), 2)) + np.array(centre)
        cv2.fillPoly(base, [corners.astype(np.int32)], shade)
