"""Labelled faces in memory, who is kept apart, and the batches that a step of training sees."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.evals.train.face_landmarks.changes import laid, lit
from emer.evals.train.face_landmarks.mesh import (
    HELD_OUT,
    LIVE,
    PHOTO,
    mirrored_points,
    mirrored_shapes,
    person_of,
)
from emer.tools.errors import EmerError
from emer.tools.face_shapes import SHAPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Floats = NDArray[np.float32]
    Rows = NDArray[np.intp]

TOGETHER: Final = (2, 5)
"""In each batch: so many persons, so many pictures of each, to learn what differs within one."""
N_PHOTOS: Final = 3
N_BORROWED: Final = 11
BATCH: Final = TOGETHER[0] * TOGETHER[1] + N_PHOTOS + N_BORROWED
TIGHT: Final = 0.6
"""Share of crops that lie about as they do on the second look; the others are laid roughly."""
_LIVE: Final = [SHAPES.index(shape) for shape in LIVE]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Crops with what the teacher says of them, ``n`` of them."""

    crops: "Bytes"
    """``(n, KEPT_PX, KEPT_PX, 3)``."""
    points: "Floats"
    """``(n, 146, 2)`` in pixels of the crop."""
    shapes: "Floats"
    """``(n, len(SHAPES))``."""
    angles: "Floats"
    """``(n, 2)`` degrees: yaw and pitch."""
    persons: "NDArray[np.str_]"
    clips: "NDArray[np.str_]"
    rough: "Floats"
    """``(n, 5, 2)``: what a detector says of eyes, nose and mouth, in pixels of the crop."""

    frames: "NDArray[np.int64]"
    """``(n,)``: number of the picture in its clip."""

    def part(self, rows: "Rows | NDArray[np.bool_]") -> "Labelled":
        """Return some of them."""
        return Labelled(
            self.crops[rows], self.points[rows], self.shapes[rows], self.angles[rows],
            self.persons[rows], self.clips[rows], self.rough[rows], self.frames[rows],
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Batch:
    """What one step sees: ``BATCH`` faces, of which the first are ``TOGETHER``."""

    crops: "Bytes"
    points: "Floats"
    shapes: "Floats"
    """``(BATCH, len(LIVE))``."""
    angles: "Floats"


def seen(labels: Path) -> Labelled:
    """Return the labelled clips and photos.

    Raises:
        EmerError: They were not labelled yet.
    """
    z = _read(labels / "seen.npz")
    persons = np.array([person_of(clip) for clip in z["clip"]])
    return Labelled(
        z["crop"],
        z["points"],
        z["shapes"],
        z["angles"],
        persons,
        z["clip"],
        z["rough"],
        z["frame"],
    )


def borrowed(labels: Path, *, hold_out: bool) -> Labelled:
    """Return the faces with borrowed expressions; none with a part of who is held out.

    Raises:
        EmerError: They were not made yet.
    """
    z = _read(labels / "borrowed.npz")
    kept = ~(np.isin(z["owner"], HELD_OUT) | np.isin(z["lender"], HELD_OUT)) | (not hold_out)
    crops = z["crop"][kept]
    rough = np.zeros((len(crops), 5, 2), np.float32)
    frames = np.zeros(len(crops), np.int64)
    owner = z["owner"][kept]
    return Labelled(
        crops,
        z["points"][kept],
        z["shapes"][kept],
        z["angles"][kept],
        owner,
        owner,
        rough,
        frames,
    )


def _read(path: Path) -> dict[str, Any]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return dict(archive)
    except OSError as error:
        raise EmerError(
            f"there are no labels in {path.parent} ({error})",
            remedy="Make them with python -m emer.evals.train.face_landmarks.labelling, under a "
            "Python that has mediapipe, and give their folder with --labels.",
        ) from error


class Feed:
    """Draws batches: persons evenly, whatever number of pictures each has."""

    def __init__(self, real: Labelled, made: Labelled, seed: int) -> None:
        self._real, self._made = real, made
        self._rng = np.random.default_rng(seed)
        persons = [p for p in np.unique(real.persons) if p != PHOTO]
        self._of = {p: np.flatnonzero(real.persons == p) for p in persons}
        self._persons: Sequence[str] = persons
        self._photos = np.flatnonzero(real.persons == PHOTO)
        mean = np.concatenate([real.points, made.points]).mean(axis=0)
        self._points, self._shapes = mirrored_points(mean), mirrored_shapes()

    def batch(self) -> Batch:
        """Return the next batch, every face moved, lit and spoilt anew."""
        rng, rows = self._rng, []
        for _ in range(TOGETHER[0]):
            own = self._of[self._persons[int(rng.integers(len(self._persons)))]]
            mirrored = bool(rng.random() < 0.5)
            rows += [self._row(self._real, i, mirrored) for i in rng.choice(own, TOGETHER[1])]
        for source, chosen in (
            (self._real, rng.choice(self._photos, N_PHOTOS)),
            (self._made, rng.integers(0, len(self._made.crops), N_BORROWED)),
        ):
            rows += [self._row(source, i, bool(rng.random() < 0.5)) for i in chosen]
        crops, points, shapes, angles = zip(*rows, strict=True)
        return Batch(
            np.stack(crops), np.stack(points).astype(np.float32),
            np.stack(shapes)[:, _LIVE], np.stack(angles).astype(np.float32),
        )  # fmt: skip

    def _row(
        self, source: Labelled, i: int, mirrored: bool
    ) -> "tuple[Bytes, NDArray[np.floating], Floats, NDArray[np.floating]]":
        tight = bool(self._rng.random() < TIGHT)
        crop, points = laid(
            self._rng, source.crops[i], source.points[i], tight=tight, mirrored=mirrored
        )
        shapes, angles = source.shapes[i], source.angles[i]
        if mirrored:
            points, shapes, angles = (
                points[self._points],
                shapes[self._shapes],
                angles * (-1, 1),
            )
        return lit(self._rng, crop), points, shapes, angles
