"""What cameras and codecs do to a picture: light, blur, noise, JPEG."""

import cv2
import numpy as np
from numpy.typing import NDArray

Rng = np.random.Generator
Map = NDArray[np.float32]


def spoilt(rng: Rng, canvas: Map) -> NDArray[np.uint8]:
    """Return ``canvas`` (full scale 255) in other light and of worse quality."""
    canvas = np.clip(canvas, 0, 255).astype(np.float32)
    if rng.random() < 0.3:
        canvas = _lit_from_a_side(rng, canvas)
    canvas = 255.0 * (canvas / 255.0) ** np.exp(rng.normal(0, 0.4))
    if rng.random() < 0.6:
        contrast = np.exp(rng.uniform(np.log(0.2), np.log(1.5)))
        middle = float(canvas.mean())
        canvas = (canvas - middle) * contrast + middle + rng.normal(0, 25)
    if rng.random() < 0.15:
        canvas = canvas * rng.uniform(0.1, 0.5)
    seen = _blurred(rng, np.asarray(np.clip(canvas, 0, 255), np.float32))
    noise = rng.normal(0, rng.uniform(1, 12), seen.shape) if rng.random() < 0.4 else 0.0
    grey = np.asarray(np.clip(seen + noise, 0, 255), np.uint8)
    if rng.random() < 0.4:
        _, data = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(12, 90))])
        grey = np.asarray(cv2.imdecode(data, cv2.IMREAD_GRAYSCALE), np.uint8)
    return grey


def _lit_from_a_side(rng: Rng, canvas: Map) -> Map:
    corners = np.exp(rng.normal(0, 0.5, (2, 2))).astype(np.float32)
    light = cv2.resize(corners, (canvas.shape[1], canvas.shape[0]))
    return np.asarray(np.clip(canvas * light, 0, 255), np.float32)


def _blurred(rng: Rng, canvas: Map) -> Map:
    kind = rng.random()
    if kind < 0.2:
        return np.asarray(cv2.GaussianBlur(canvas, (0, 0), rng.uniform(0.4, 1.6)), np.float32)
    if kind < 0.28:  # a moving camera
        length = int(rng.integers(3, 8))
        kernel = np.zeros((length, length), np.float32)
        end = rng.integers(0, length, 2)
        cv2.line(kernel, (int(end[0]), 0), (int(end[1]), length - 1), 1.0)
        kernel = kernel.T if rng.random() < 0.5 else kernel
        return np.asarray(cv2.filter2D(canvas, -1, kernel / max(kernel.sum(), 1.0)), np.float32)
    if kind < 0.36:  # enlarged by somebody
        small = cv2.resize(canvas, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        size = (canvas.shape[1], canvas.shape[0])
        return np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_CUBIC), np.float32)
    return canvas
