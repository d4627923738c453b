"""Upright crops of a face: where the eyes are over time, and the crop that puts them in place.

Reads    a picture, the face's box and, when found, its eye centres
Returns  RGB crops of ``WIDE_PX`` squared with both eyes at the fixed place of ``media.faces``
Cost     about 0.2 ms a crop
"""

from collections import deque
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.eye_detection import TYPICAL_EYES
from emer.tools.media.faces import CLOSE, CROP_PX, EYE_COLUMNS, EYE_ROW, WIDE_PX, Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

MEMORY: Final = 5
"""Sightings of the eyes whose median is used: one second at 5 pictures a second."""
TRUST: Final = 0.7
"""Weight of the eyes found in this picture against the usual place; measured: steadier and closer
to a neural detector's eyes than either alone (median error 6.0 % of the eye distance)."""
STEADY: Final = 0.4
TREMBLE: Final = 0.02
BRISK: Final = 12.0
"""A shift of the eyes by less than ``TREMBLE`` widths of the box is mostly noise and is followed
with weight ``STEADY``; the weight rises by ``BRISK`` per width, to 1 for a head that moves."""
LARGEST_TILT_DEG: Final = 30.0
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
            eyes: Found centres, shape ``(2, 2)``, or ``None``.

        Returns:
            Centres, shape ``(2, 2)`` (x, y), and whether they rest on eyes found in this picture.
        """
        corner, size = np.array(box[:2]), np.array(box[2:])
        found = eyes if eyes is not None and plausible(eyes, box) else None
        if found is not None:
            self._seen.append((found - corner) / size)
        shares = np.median(self._seen, axis=0) if self._seen else np.array(TYPICAL_EYES)
        place: Points = corner + shares * size
        if found is not None:
            place = TRUST * found + (1.0 - TRUST) * place
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
    import cv2

    across, down = eyes[1] - eyes[0]
    gap = max(float(np.hypot(across, down)), 1e-3)
    scale = (EYE_COLUMNS[1] - EYE_COLUMNS[0]) * CROP_PX / gap
    cos, sin = scale * across / gap, scale * down / gap
    middle = eyes.mean(axis=0) - 0.5  # centres of pixels lie at whole numbers
    target = np.array([sum(EYE_COLUMNS) / 2, EYE_ROW]) * CROP_PX - 0.5
    target += (CLOSE[1].start, CLOSE[0].start)
    turn = np.array([[cos, sin], [-sin, cos]])
    matrix = np.column_stack([turn, target - turn @ middle])
    if (times := int(1.0 / scale)) > 1:  # warping alone would alias: shrink the surroundings first
        rgb, matrix = _shrunk(rgb, middle, gap, matrix, times)
    crop = cv2.warpAffine(
        rgb, matrix, (WIDE_PX, WIDE_PX), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return crop.astype(np.uint8, copy=False)


def _shrunk(
    rgb: "NDArray[np.uint8]",
    middle: "Points",
    gap: float,
    matrix: "NDArray[np.float64]",
    times: int,
) -> "tuple[NDArray[np.uint8], NDArray[np.float64]]":
    """Shrink the face's surroundings by a whole number (fast) and adapt the matrix."""
    import cv2

    reach = 3.5 * gap  # farther than any corner of the crop, in eye distances
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
