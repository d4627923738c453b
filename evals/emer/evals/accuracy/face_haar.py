"""The detector before ours, to compare with: OpenCV's boosted cascade of Haar features.

Source   Viola & Jones 2001; Lienhart & Maydt 2002; the cascade is carried by OpenCV below 5
"""

from typing import TYPE_CHECKING, Any, Final

import cv2
import numpy as np

from emer.evals.train.face_detector.material import Faces, Shown
from emer.tools.errors import ToolUnavailable

if TYPE_CHECKING:
    from numpy.typing import NDArray

CASCADE: Final = "haarcascade_frontalface_default.xml"
CLIP_AREA_PX: Final = 320 * 180
PHOTO_AREA_PX: Final = 480 * 360
"""Its best sizes, measured on these same clips and photos."""
SMALLEST_PX: Final = 20
STEP: Final = 1.1
NEIGHBOURS: Final = 3
SURE_NEIGHBOURS: Final = 8
BOX_CENTRE: Final = (0.496, 0.511)
BOX_SIZE: Final = (0.776, 1.102)
"""From the cascade's square to a box as the teacher draws it: medians over the same clips."""


class Haar:
    """Finds upright frontal faces; the score is the number of overlapping hits."""

    def __init__(self) -> None:
        """Load the cascade.

        Raises:
            ToolUnavailable: This OpenCV carries none.
        """
        folder = getattr(getattr(cv2, "data", None), "haarcascades", None)
        self._cascade: Any = cv2.CascadeClassifier(f"{folder}{CASCADE}") if folder else None
        if self._cascade is None or self._cascade.empty():
            raise ToolUnavailable(
                "the comparison with Haar cascades",
                f"OpenCV {cv2.__version__} carries none",
                remedy='pip install "opencv-contrib-python-headless<5"',
            )

    def faces_in(self, one: Shown) -> Faces:
        """Return faces at its best size for the kind of picture; see ``faces``."""
        grey = np.asarray(cv2.cvtColor(one.bgr, cv2.COLOR_BGR2GRAY), np.uint8)
        return self.faces(grey, PHOTO_AREA_PX if one.photo else CLIP_AREA_PX)

    def faces(self, grey: "NDArray[np.uint8]", area_px: int) -> Faces:
        """Return faces without points, shape ``(n, 15)``."""
        scale = min(1.0, float(np.sqrt(area_px / grey.size)))
        small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        least = (SMALLEST_PX, SMALLEST_PX)
        squares, hits = self._cascade.detectMultiScale2(small, STEP, NEIGHBOURS, 0, least)
        found = np.zeros((len(squares), 15), np.float32)
        for row, (x, y, side, _), n in zip(found, squares, np.ravel(hits), strict=True):
            width, height = BOX_SIZE[0] * side, BOX_SIZE[1] * side
            left, top = x + BOX_CENTRE[0] * side - width / 2, y + BOX_CENTRE[1] * side - height / 2
            row[:4] = np.array([left, top, width, height]) / scale
            row[14] = n
        return found
