"""Faces in one picture, by boosted cascades of Haar features.

Reads    a grey picture of any size
Returns  boxes that frame a face from brow to chin, with a score
Cost     about 20 ms for a search of a whole picture, 2 ms near a known place (one busy core)
Source   Viola & Jones 2001; Lienhart & Maydt 2002; the cascades are carried by OpenCV (Apache-2.0)
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emer.tools.errors import ToolUnavailable
from emer.tools.media.faces import Box
from emer.tools.quiet import import_quietly

if TYPE_CHECKING:
    import cv2
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Points = NDArray[np.float64]

FACE_CASCADE: Final = "haarcascade_frontalface_default.xml"
SEARCH_AREA_PX: Final = 320 * 180
"""Pixels of the picture that is searched; measured: larger ones add false faces."""
FINE_AREA_PX: Final = 640 * 360
"""For small faces only, where more is asked of a face."""
STILL_AREA_PX: Final = 480 * 360
"""For photos, where there is but one look; measured on 75 photos with 112 faces: 85 of 100 found,
with 1 false face, against 78 and 2 at the size for video."""
SMALLEST_FACE_PX: Final = 20
"""Of the cascade's square in the searched picture; it was trained on 24 pixels."""
SCALE_STEP: Final = 1.1
WEAK_NEIGHBOURS: Final = 3
"""Overlapping hits that make a candidate; enough only where a face is expected."""
FINE_NEIGHBOURS: Final = 8
SURE_NEIGHBOURS: Final = 8
"""Enough to believe in a new face; measured: 0.8 false faces per 100 pictures without tracking."""
HALF_SCORE_NEIGHBOURS: Final = 12.0
"""Score 0.5; measured: false faces have at most 11, 95 of 100 true ones at least 14."""

BOX_CENTRE: Final = (0.496, 0.511)
BOX_SIZE: Final = (0.776, 1.102)
"""From the cascade's square to a box from brow to chin; measured: medians over 964 faces against
a neural detector's boxes."""

NEAR_FACE_PX: Final = 36
"""Width of the cascade's square when a face is looked for near a known place."""
NEAR_MARGIN: Final = 0.45
NEAR_SIZES: Final = (0.75, 1.35)


class Detection(NamedTuple):
    """One face in one picture."""

    box: Box
    """In pixels of the picture that was searched."""
    neighbours: int
    """Overlapping hits of the cascade."""

    @property
    def score(self) -> float:
        """0..1, not calibrated."""
        return self.neighbours / (self.neighbours + HALF_SCORE_NEIGHBOURS)

    @property
    def sure(self) -> bool:
        """Whether it may stand alone, without a face expected there."""
        return self.neighbours >= SURE_NEIGHBOURS


def load_cascade(name: str) -> "cv2.CascadeClassifier":
    """Load one of OpenCV's cascades.

    Raises:
        ToolUnavailable: This OpenCV carries no cascades (version 5) or cannot read them.
    """
    opencv = import_quietly("cv2")  # it changes the environment of whoever imports it first
    folder = getattr(getattr(opencv, "data", None), "haarcascades", None)
    cascade: cv2.CascadeClassifier | None = None
    if folder:
        cascade = opencv.CascadeClassifier(f"{folder}{name}")
    if cascade is None or cascade.empty():
        raise ToolUnavailable(
            "faces",
            f"OpenCV {opencv.__version__} carries no {name}",
            remedy='Install a version that does: pip install "opencv-contrib-python-headless<5".',
        )
    return cascade


class FaceDetector:
    """Finds upright faces that look about towards the camera. Not thread-safe."""

    def __init__(self, *, search_area_px: int = SEARCH_AREA_PX) -> None:
        self._area_px = search_area_px
        self._faces = load_cascade(FACE_CASCADE)

    def find(self, grey: "Grey", *, finely: bool = False) -> list[Detection]:
        """Search the whole picture; candidates with few neighbours are included.

        Args:
            grey: Shape ``(height, width)``.
            finely: Also look for faces too small for the usual search; several times dearer.
        """
        found = self._search(grey, self._area_px, WEAK_NEIGHBOURS, largest_px=0)
        if finely and grey.size > self._area_px and self._area_px < FINE_AREA_PX:
            once_more = float(np.sqrt(FINE_AREA_PX / self._area_px))
            largest_px = round(SMALLEST_FACE_PX * once_more * SCALE_STEP)
            found += self._search(grey, FINE_AREA_PX, FINE_NEIGHBOURS, largest_px=largest_px)
        return found

    def _search(
        self, grey: "Grey", area_px: int, neighbours: int, *, largest_px: int
    ) -> list[Detection]:
        scale = min(1.0, float(np.sqrt(area_px / grey.size)))
        small = resized(grey, scale)
        if min(small.shape) < SMALLEST_FACE_PX:
            return []
        smallest = (SMALLEST_FACE_PX, SMALLEST_FACE_PX)
        found = in_order(
            *self._faces.detectMultiScale2(
                small, SCALE_STEP, neighbours, 0, smallest, (largest_px, largest_px)
            )
        )
        return [Detection(_face_box(square, scale, 0.0, 0.0), n) for square, n in found]

    def find_near(self, grey: "Grey", box: Box) -> Detection | None:
        """Search around ``box`` for a face of about its size; the best candidate or none."""
        side = box.width / BOX_SIZE[0]
        scale = min(1.0, NEAR_FACE_PX / side)
        centre_x, centre_y = box.left + box.width / 2, box.top + box.height / 2
        reach = side * (0.5 + NEAR_MARGIN)
        left, top = max(0, int(centre_x - reach)), max(0, int(centre_y - reach))
        part = grey[top : max(0, int(centre_y + reach)), left : max(0, int(centre_x + reach))]
        if min(part.shape) * scale < SMALLEST_FACE_PX:
            return None
        small = resized(part, scale)
        low, high = (max(SMALLEST_FACE_PX, round(side * scale * k)) for k in NEAR_SIZES)
        found = in_order(
            *self._faces.detectMultiScale2(
                small, SCALE_STEP, WEAK_NEIGHBOURS, 0, (low, low), (high, high)
            )
        )
        if not found:
            return None
        square, n = max(found, key=lambda candidate: candidate[1])
        return Detection(_face_box(square, scale, left, top), n)


def in_order(
    squares: "Sequence[Sequence[int]]", neighbours: "Sequence[int]"
) -> list[tuple[tuple[int, ...], int]]:
    """Return what a cascade found in a fixed order: its threads finish in any."""
    found = zip(squares, np.ravel(neighbours), strict=True)
    return sorted((tuple(int(v) for v in square), int(n)) for square, n in found)


def resized(grey: "Grey", scale: float) -> "Grey":
    """Scale a grey picture, averaging where it gets smaller."""
    import cv2

    if scale == 1.0:
        return grey
    method = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR
    height, width = (max(1, round(side * scale)) for side in grey.shape)
    return cv2.resize(grey, (width, height), interpolation=method).astype(np.uint8, copy=False)


def _face_box(square: Sequence[int], scale: float, left: float, top: float) -> Box:
    x, y, side, _ = (float(v) / scale for v in square)
    width, height = BOX_SIZE[0] * side, BOX_SIZE[1] * side
    return Box(
        left + x + BOX_CENTRE[0] * side - width / 2,
        top + y + BOX_CENTRE[1] * side - height / 2,
        width,
        height,
    )
