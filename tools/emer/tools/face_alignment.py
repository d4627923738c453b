"""Upright crops of a face: where the eyes are over time, and the crop that puts them in place.

Reads    a picture, the face's box and, when found, its eye centres
Returns  RGB crops of ``WIDE_PX`` squared with both eyes at the fixed place of ``media.faces``
Cost     about 0.2 ms a crop
"""

from collections import deque
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.media.faces import EYES_PX, WIDE_PX, Box
from emer.tools.similarity import similarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

TYPICAL_EYES: Final = ((0.266, 0.390), (0.740, 0.391))
"""Eye centres in a box, picture's left one first; measured: medians over 1108 faces."""
MEMORY: Final = 5
"""Sightings of the eyes whose median is used where they are not seen: one second at 5 pictures a
second."""
STEADY: Final = 0.4
TREMBLE: Final = 0.02
BRISK: Final = 12.0
"""A shift of the eyes by less than ``TREMBLE`` widths of the box is mostly noise and is followed
with weight ``STEADY``; the weight rises by ``BRISK`` per width, to 1 for a head that moves."""
LARGEST_TILT_DEG: Final = 60.0
SMALLEST_GAP: Final = 0.3
LARGEST_GAP: Final = 0.65
"""Believed distance between the eyes, in widths of the box; measured: 0.37 .. 0.58."""


class EyeMemory:
    """Places of one face's eyes relative to its box, smoothed over time."""

    def __init__(self) -> None:
        self._seen: deque[Points] = deque(maxlen=MEMORY)
        self._last: Points | None = None

    def place(self, box: Box, eyes: "Points | None") -> "tuple[Points, bool]":
        """Take in what was found and return the eye centres to use.

        Args:
            box: The face's box.
            eyes: Centres that were found, shape ``(2, 2)``, or ``None``.

        Returns:
            Centres, shape ``(2, 2)`` (x, y), and whether they rest on what was detected in this
            picture; they do not where the face is turned too far for two eyes to be aligned.
        """
        corner, size = np.array(box[:2]), np.array(box[2:])
        found = eyes if eyes is not None and plausible(eyes, box) else None
        if found is not None:
            self._seen.append((found - corner) / size)
        shares = np.median(self._seen, axis=0) if self._seen else np.array(TYPICAL_EYES)
        place: Points = corner + shares * size if found is None else found
        if self._last is not None:
            off = float(np.abs(place - self._last).max()) / box.width
            weight = min(1.0, STEADY + BRISK * max(0.0, off - TREMBLE))
            place = self._last + weight * (place - self._last)
        self._last = place
        return place, found is not None


def plausible(eyes: "Points", box: Box) -> bool:
    """Whether two found eyes can belong to a face of this size that is about upright."""
    across, down = eyes[1] - eyes[0]
    gap = float(np.hypot(across, down)) / box.width
    tilt_deg = float(np.degrees(np.arctan2(abs(down), across)))
    return SMALLEST_GAP <= gap <= LARGEST_GAP and tilt_deg <= LARGEST_TILT_DEG


def aligned_crop(rgb: "NDArray[np.uint8]", eyes: "Points") -> "NDArray[np.uint8]":
    """Turn, scale and cut ``rgb`` so that ``eyes`` land on the fixed places.

    Args:
        rgb: Shape ``(height, width, 3)``.
        eyes: Eye centres in its pixels, shape ``(2, 2)``, the picture's left one first.

    Returns:
        Shape ``(WIDE_PX, WIDE_PX, 3)``; beyond the picture's edge its rim is repeated.
    """
    return cut_by(rgb, similarity(eyes - 0.5, np.array(EYES_PX)))


def cut_by(rgb: "NDArray[np.uint8]", matrix: "Points") -> "NDArray[np.uint8]":
    """Cut a crop of ``WIDE_PX`` squared out of ``rgb``.

    Args:
        rgb: Shape ``(height, width, 3)``.
        matrix: Turns, scales and shifts pixels of ``rgb`` to those of the crop, shape ``(2, 3)``;
            centres of pixels lie at whole numbers.

    Returns:
        Shape ``(WIDE_PX, WIDE_PX, 3)``; beyond the picture's edge its rim is repeated.
    """
    import cv2

    scale = max(float(np.hypot(*matrix[:, 0])), 1e-6)
    if (times := int(1.0 / scale)) > 1:  # warping alone would alias: shrink the surroundings first
        rgb, matrix = _shrunk(rgb, matrix, WIDE_PX / scale, times)
    crop = cv2.warpAffine(
        rgb, matrix, (WIDE_PX, WIDE_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return crop.astype(np.uint8, copy=False)


def _shrunk(
    rgb: "NDArray[np.uint8]", matrix: "Points", side: float, times: int
) -> "tuple[NDArray[np.uint8], Points]":
    """Shrink the surroundings of a crop ``side`` wide by a whole number (fast); adapt the matrix."""
    import cv2

    middle = np.linalg.solve(matrix[:, :2], np.array([WIDE_PX / 2] * 2) - matrix[:, 2])
    reach = 0.75 * side  # farther than any corner of the crop, however it is turned
    left, top = (max(0, int(v - reach)) for v in middle)
    part = rgb[top : max(0, int(middle[1] + reach)), left : max(0, int(middle[0] + reach))]
    height, width = (side // times for side in part.shape[:2])
    if min(height, width) < 1:
        return rgb, matrix
    part = part[: height * times, : width * times]
    small = cv2.resize(part, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8)
    corner = np.array([left, top]) + (times - 1) / 2  # centres of pixels, not their corners
    shift = matrix[:, 2] + matrix[:, :2] @ corner
    return small, np.column_stack([matrix[:, :2] * times, shift])
