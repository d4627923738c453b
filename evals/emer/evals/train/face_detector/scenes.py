"""Composed scenes: faces of many sizes before many backgrounds, in bad light and bad quality.

A scene is grey, as the product's detector looks at grey pictures. It is made of layers (pictures,
mosaics of pictures, textures, pasted faces); a face that a later layer covers, or that the teacher
doubts, counts neither as face nor as background.
"""

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from emer.evals.train.face_detector.covers import frame, occlude, shade
from emer.evals.train.face_detector.light import spoilt
from emer.evals.train.face_detector.sources import Map, Source, Turn, size_of
from emer.evals.train.face_detector.textures import texture

SMALLEST_FACE_PX: Final = 8.0
"""Geometric mean of the box's sides in the scene; smaller ones are neither face nor background."""
LARGEST_SHARE: Final = 0.95
"""Of the scene's shorter side."""
LARGE_FROM: Final = 0.3
"""Of the largest that is possible."""
VISIBLE: Final = 0.6
LARGEST_SCALE: Final = 2.2
USUAL_ANGLE_RAD: Final = 0.2
LARGEST_ANGLE_RAD: Final = 0.75
CENTRED: Final = 0.75
"""Share of the pictures that are laid so that a face of theirs is seen; of others any part is."""
CROWDED: Final = 0.1
"""Share of the scenes with many small faces."""
COVERED: Final = 0.25
"""Share of the scenes in which patches without a face cover something."""

Rng = np.random.Generator


class Scene(NamedTuple):
    """One picture to learn from."""

    grey: NDArray[np.uint8]
    """Shape ``(height, width)``."""
    faces: Map
    """Shape ``(n, 15)``; the last number is 1 for a face and 0 for what is neither."""


class Composer:
    """Makes scenes out of source pictures."""

    def __init__(
        self,
        sources: list[Source],
        weights: NDArray[np.float64],
        seed: int,
        *,
        large: float = 0.0,
    ) -> None:
        """Begin.

        Args:
            sources: Pictures to compose scenes of.
            weights: How often each is drawn.
            seed: Equal ones give equal scenes.
            large: Share of the faces that are made large.
        """
        self._large = large
        self._sources = sources
        self._weights = weights / weights.sum()
        self._with_face = np.array([len(s.sure) > 0 for s in sources])
        self._rng = np.random.default_rng(seed)

    def scene(self, shape: tuple[int, int]) -> Scene:
        """Compose one scene of ``shape`` (height, width)."""
        rng = self._rng
        canvas = texture(rng, shape).astype(np.float32)
        owner = np.zeros(shape, np.uint8)
        layers: list[Map] = []
        for part in self._parts(shape):
            self._lay(canvas, owner, layers, part)
        for share in self._added():
            self._paste(canvas, owner, layers, share * min(shape))
        for _ in range(rng.integers(1, 4) if rng.random() < COVERED else 0):
            self._cover(canvas, owner, layers)
        faces = _visible(owner, layers)
        shade(rng, canvas, faces)
        occlude(rng, canvas, faces)
        frame(rng, canvas, faces)
        return Scene(spoilt(rng, canvas), faces)

    def _added(self) -> list[float]:
        """Return for each face that is pasted how large it may get, as a share of the scene."""
        kind = self._rng.random()
        if kind < CROWDED:
            return [0.16] * int(self._rng.integers(5, 13))
        return [0.4] * int(self._rng.integers(1, 5)) if kind < 0.4 else []

    def _parts(self, shape: tuple[int, int]) -> list[tuple[int, int, int, int]]:
        """Return the rectangles that show a picture each: one, four, or none."""
        rng, (height, width) = self._rng, shape
        kind = rng.random()
        if kind < 0.12:
            return []
        if kind < 0.65:
            return [(0, 0, width, height)]
        x, y = int(width * rng.uniform(0.3, 0.7)), int(height * rng.uniform(0.3, 0.7))
        return [(0, 0, x, y), (x, 0, width, y), (0, y, x, height), (x, y, width, height)]

    def _drawn(self, *, with_face: bool) -> Source:
        while True:
            i = int(self._rng.choice(len(self._sources), p=self._weights))
            if self._with_face[i] or not with_face:
                return self._sources[i]

    def _turn(
        self, source: Source, part: tuple[int, int, int, int], largest_px: float, centred: float
    ) -> Turn:
        rng = self._rng
        left, top, right, bottom = part
        place = (rng.uniform(left, right), rng.uniform(top, bottom))
        usual = rng.random() < 0.8
        angle = rng.normal(0, USUAL_ANGLE_RAD) if usual else rng.uniform(-1, 1) * LARGEST_ANGLE_RAD
        sure = source.sure
        if len(sure) and rng.random() < centred:
            face = source.faces[rng.choice(sure)]
            wanted = np.exp(rng.uniform(np.log(SMALLEST_FACE_PX), np.log(largest_px)))
            if rng.random() < self._large:
                wanted = rng.uniform(LARGE_FROM, 1.0) * largest_px
            scale = wanted / size_of(face)
            about = (float(face[0] + face[2] / 2), float(face[1] + face[3] / 2))
        else:
            height, width = source.levels[0].shape[:2]
            fit = max((right - left) / width, (bottom - top) / height)
            scale = fit * np.exp(rng.uniform(np.log(0.6), np.log(3.0)))
            about = (float(rng.uniform(0, width)), float(rng.uniform(0, height)))
        return Turn(
            about, place, float(min(scale, LARGEST_SCALE)), float(np.exp(rng.normal(0, 0.05))),
            float(angle), bool(rng.random() < 0.5),
        )  # fmt: skip

    def _lay(
        self, canvas: Map, owner: NDArray[np.uint8], layers: list[Map],
        part: tuple[int, int, int, int],
    ) -> None:  # fmt: skip
        left, top, right, bottom = part
        source = self._drawn(with_face=False)
        largest_px = LARGEST_SHARE * min(right - left, bottom - top)
        turn = self._turn(source, part, max(largest_px, 12.0), CENTRED)
        view, shows = turn.view(source, owner.shape)
        inside = np.zeros(owner.shape, np.bool_)
        inside[top:bottom, left:right] = shows[top:bottom, left:right] > 0
        canvas[inside] = _grey(self._rng, view)[inside]
        layers.append(turn.faces(source.faces))
        owner[inside] = len(layers)

    def _cover(self, canvas: Map, owner: NDArray[np.uint8], layers: list[Map]) -> None:
        """Put a patch somewhere that shows no face: letters, rings, cloth."""
        rng, (height, width) = self._rng, owner.shape
        largest_px = 0.5 * min(height, width)
        sides = np.exp(rng.uniform(np.log(SMALLEST_FACE_PX), np.log(largest_px), 2)).astype(int)
        top, left = rng.integers(0, height - sides[0]), rng.integers(0, width - sides[1])
        place = np.s_[top : top + sides[0], left : left + sides[1]]
        canvas[place] = texture(rng, (int(sides[0]), int(sides[1])))
        layers.append(np.zeros((0, 15), np.float32))
        owner[place] = len(layers)

    def _paste(
        self, canvas: Map, owner: NDArray[np.uint8], layers: list[Map], largest_px: float
    ) -> None:
        """Put one more face somewhere, cut out with some of what surrounds it."""
        rng, (height, width) = self._rng, owner.shape
        source = self._drawn(with_face=True)
        turn = self._turn(source, (0, 0, width, height), max(largest_px, 12.0), 1.0)
        faces = turn.faces(source.faces)
        at = int(np.argmin(np.abs(faces[:, :2] + faces[:, 2:4] / 2 - turn.to).sum(axis=1)))
        mask = _cutout(rng, faces[at], owner.shape)
        view, shows = turn.view(source, owner.shape)
        mask = np.where(shows > 0, mask, 0.0)
        grey = _grey(rng, view) * rng.uniform(0.7, 1.3)
        canvas += mask * (np.clip(grey, 0, 255) - canvas)
        layers.append(faces)
        owner[mask > 0.5] = len(layers)


def _grey(rng: Rng, bgr: NDArray[np.uint8]) -> Map:
    """Mix the colours at random: skin becomes brighter or darker than what is around it."""
    share = (
        rng.dirichlet([2.0, 5.0, 4.0]) if rng.random() < 0.7 else np.array([0.114, 0.587, 0.299])
    )
    grey = cv2.transform(bgr, share[None].astype(np.float32))
    return np.asarray(grey, np.float32).reshape(bgr.shape[:2])


def _cutout(rng: Rng, face: Map, shape: tuple[int, ...]) -> Map:
    mask = np.zeros(shape, np.float32)
    centre = (float(face[0] + face[2] / 2), float(face[1] + face[3] / 2))
    reach = rng.uniform(0.55, 1.0)
    sides = (max(1.0, float(face[2]) * reach * 2), max(1.0, float(face[3]) * reach * 2))
    if rng.random() < 0.6:
        cv2.ellipse(mask, (centre, sides, 0.0), 1.0, -1)
    else:
        low = (round(centre[0] - sides[0] / 2), round(centre[1] - sides[1] / 2))
        high = (round(centre[0] + sides[0] / 2), round(centre[1] + sides[1] / 2))
        cv2.rectangle(mask, low, high, 1.0, -1)
    soft = 0.04 * size_of(face)
    return np.asarray(cv2.GaussianBlur(mask, (0, 0), max(soft, 0.4)), np.float32)


def _visible(owner: NDArray[np.uint8], layers: list[Map]) -> Map:
    """Return the faces that can be seen; covered, cut or tiny ones count as neither."""
    kept = [np.zeros((0, 15), np.float32)]
    for number, faces in enumerate(layers, 1):
        for face in faces:
            left, top = (max(0, round(float(v))) for v in face[:2])
            right, bottom = (max(0, round(float(v))) for v in face[:2] + face[2:4])
            seen = float((owner[top:bottom, left:right] == number).sum())
            share = seen / max(1.0, float(face[2] * face[3]))
            if share > 0.1:
                whole = face[14] > 0 and share >= VISIBLE and size_of(face) >= SMALLEST_FACE_PX
                kept.append(np.append(face[:14], np.float32(whole))[None])
    return np.concatenate(kept).astype(np.float32)
