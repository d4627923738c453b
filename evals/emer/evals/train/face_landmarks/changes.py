"""Changes that leave a face's labels known: moved about, mirrored, lit and recorded otherwise."""

from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.train.face_landmarks.mesh import (
    EYE_GAP_PX,
    EYES_PX,
    KEPT_EYES_PX,
    KEPT_GAP_PX,
    SIDE_PX,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Floats = NDArray[np.float64]

_DOWN: Final = 0.7
"""Middle of a face below the eyes, in eye distances: it is turned about that."""


def laid(
    rng: np.random.Generator, crop: "Picture", points: "Floats", *, tight: bool, mirrored: bool
) -> "tuple[Picture, Floats]":
    """Return what the network sees of a kept crop, and its points in that."""
    import cv2

    if tight:
        turn, size, shift = rng.normal(0, 3), np.exp(rng.normal(0, 0.05)), rng.normal(0, 0.05, 2)
    else:
        turn, size = rng.uniform(-18, 18), np.exp(rng.uniform(-0.2, 0.2))
        shift = rng.uniform(-0.2, 0.2, 2)
    scale = EYE_GAP_PX / KEPT_GAP_PX * size
    cos, sin = scale * np.cos(np.radians(turn)), scale * np.sin(np.radians(turn))
    rotation = np.array([[cos, -sin], [sin, cos]])
    middle = np.add(KEPT_EYES_PX, (0.0, _DOWN * KEPT_GAP_PX))
    target = np.add(EYES_PX, (0.0, _DOWN * EYE_GAP_PX)) + shift * EYE_GAP_PX
    matrix = np.column_stack([rotation, target - rotation @ middle])
    if mirrored:
        matrix = np.array([[-1.0, 0.0, SIDE_PX - 1.0], [0.0, 1.0, 0.0]]) @ np.vstack(
            [matrix, [0.0, 0.0, 1.0]]
        )
    seen = cv2.warpAffine(
        crop, matrix, (SIDE_PX, SIDE_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    moved: Floats = points @ matrix[:, :2].T + matrix[:, 2]
    return seen.astype(np.uint8, copy=False), moved


def lit(rng: np.random.Generator, picture: "Picture") -> "Picture":
    """Return a picture as another camera in another light might have taken it."""
    import cv2

    if rng.random() < 0.12:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.4, 1.4)).astype(np.uint8)
    if rng.random() < 0.15:
        scale = rng.uniform(0.4, 0.8)
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        picture = cv2.resize(small, (SIDE_PX, SIDE_PX)).astype(np.uint8)
    if rng.random() < 0.15:
        _, jpeg = cv2.imencode(
            ".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(20, 80))]
        )
        picture = np.array(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8)
    if rng.random() < 0.08:
        picture = np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[..., None], 3, axis=2)
    picture = cv2.LUT(np.ascontiguousarray(picture), _curve(rng)).astype(np.uint8)
    if rng.random() < 0.15:
        noise = rng.normal(0, rng.uniform(2, 10), picture.shape)
        picture = np.clip(picture + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.12:
        picture = picture.copy()
        high, wide = rng.integers(10, 40, 2)
        row, column = rng.integers(0, SIDE_PX - 10, 2)
        picture[row : row + high, column : column + wide] = rng.integers(0, 255, 3)
    if rng.random() < 0.15:
        light = np.linspace(rng.uniform(0.5, 1.0), rng.uniform(0.9, 1.2), SIDE_PX)
        light = light[::-1] if rng.random() < 0.5 else light
        picture = np.clip(picture * light[None, :, None], 0, 255).astype(np.uint8)
    return picture


def _curve(rng: np.random.Generator) -> "Picture":
    """Return a table of brightness for each colour, ``(1, 256, 3)``."""
    bend, gain, offset = np.exp(rng.normal(0, 0.3)), np.exp(rng.normal(0, 0.22)), rng.normal(0, 12)
    steps = 255.0 * np.linspace(0, 1, 256) ** bend * gain
    tints = np.exp(rng.normal(0, 0.08, 3))
    curve: Picture = np.clip(steps[:, None] * tints + offset, 0, 255).astype(np.uint8)
    return curve[None]
