"""Compare a detector's faces with those of a teacher, picture by picture.

A teacher's face counts if its score is at least ``SURE`` and both sides of its box are ``LEAST_PX``
or more; it is found by a detection whose box overlaps its by ``FOUND_IOU`` or more (intersection
over union). A detection is false if no face that the teacher saw, be it with a score of
``DOUBTFUL`` only and of any size, overlaps it by ``NEAR_IOU`` or more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.train.face_detector.material import Faces, iou

if TYPE_CHECKING:
    from numpy.typing import NDArray

SURE: Final = 0.7
DOUBTFUL: Final = 0.3
LEAST_PX: Final = 40.0
FOUND_IOU: Final = 0.5
NEAR_IOU: Final = 0.3
EYES: Final = slice(4, 8)
"""Columns of the eye centres."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One picture's faces, teacher against detector."""

    best: "NDArray[np.float32]"
    """For each of the teacher's faces that count the score of the detection that finds it, 0 where
    none does."""
    overlaps: "NDArray[np.float32]"
    """And how far their boxes overlap."""
    off: "NDArray[np.float32]"
    """And the mean distance of the five points, as a share of the teacher's eye distance."""
    false: "NDArray[np.float32]"
    """Scores of false detections."""


def compare(teacher: Faces, found: Faces) -> Compared:
    """Compare one picture's faces; both ``(n, 15)`` as in ``material``."""
    sides = teacher[:, 2:4].min(axis=1) if len(teacher) else np.zeros(0)
    wanted = teacher[(teacher[:, 14] >= SURE) & (sides >= LEAST_PX)]
    near = iou(found[:, :4], teacher[teacher[:, 14] >= DOUBTFUL][:, :4])
    false = found[near.max(axis=1, initial=0.0) < NEAR_IOU, 14]
    best, overlaps, off = (np.zeros(len(wanted), np.float32) for _ in range(3))
    shared = iou(wanted[:, :4], found[:, :4])
    for _ in range(min(shared.shape)):
        row, column = np.unravel_index(int(shared.argmax()), shared.shape)
        if shared[row, column] < FOUND_IOU:
            break
        best[row], overlaps[row] = found[column, 14], shared[row, column]
        off[row] = _off(wanted[row], found[column])
        shared[row, :] = shared[:, column] = 0.0
    return Compared(best, overlaps, off, false.astype(np.float32))


def _off(wanted: "NDArray[np.float32]", found: "NDArray[np.float32]") -> float:
    left, right = wanted[EYES].reshape(2, 2)
    apart = max(float(np.hypot(*(right - left))), 1.0)
    steps = (wanted[4:14] - found[4:14]).reshape(5, 2)
    return float(np.hypot(steps[:, 0], steps[:, 1]).mean()) / apart


def threshold_for(compared: Sequence[Compared], most_false: float) -> float:
    """Return the lowest score at which at most ``most_false`` pictures in 1 have a false face.

    Args:
        compared: Pictures that the detector was not trained on.
        most_false: False faces per picture.
    """
    false = np.sort(np.concatenate([c.false for c in compared]))[::-1]
    allowed = int(most_false * len(compared))
    return float(np.nextafter(false[allowed], np.float32(1.0))) if len(false) > allowed else 0.0


def recall(best: "NDArray[np.float32]", threshold: float) -> float:
    """Return the share of faces found at ``threshold``."""
    return float(np.mean(best >= max(threshold, 1e-6)))
