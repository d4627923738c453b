"""Eyes inside the box of a face, by boosted cascades of Haar features.

Reads    a grey picture of any size, and a box from brow to chin
Returns  both eye centres, or that they were not found
Cost     about 2 ms a face (one busy core)
Source   Viola & Jones 2001; Lienhart & Maydt 2002; the cascades are carried by OpenCV (Apache-2.0)
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.face_detection import in_order, load_cascade, resized
from emer.tools.media.faces import Box

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Points = NDArray[np.float64]

EYE_CASCADES: Final = (
    ("haarcascade_eye.xml", 1.15),
    ("haarcascade_eye_tree_eyeglasses.xml", 1.05),
)
"""Eye searches with the step between their sizes; the second, made for people with glasses, only
where the first finds no pair. Measured on 30 views of one face with glasses: 7 % and 97 %."""

EYE_FACE_PX: Final = 96
"""Width of the face box when eyes are looked for."""
EYE_BAND: Final = (0.18, 0.60)
"""Rows of the face box in which eyes are looked for."""
TYPICAL_EYES: Final = ((0.269, 0.393), (0.739, 0.393))
"""Eye centres in a box, picture's left one first; measured with the boxes."""
EYE_SHIFT: Final = (0.017, 0.005)
"""From the centre of the eye cascade's square to the eye's, in widths of the box; measured."""
EYE_SIDES_PX: Final = (22, 38)
EYE_REACH: Final = (0.17, 0.13)
"""Farther than this from the typical place, an eye is not believed (shares of the box)."""


class EyeDetector:
    """Finds open eyes. Not thread-safe."""

    def __init__(self) -> None:
        self._cascades = [(load_cascade(name), step) for name, step in EYE_CASCADES]

    def find(self, grey: "Grey", box: Box) -> "Points | None":
        """Return both eye centres inside ``box``, shape ``(2, 2)`` (x, y), or ``None``."""
        left, top = max(0, int(box.left)), max(0, int(box.top + EYE_BAND[0] * box.height))
        bottom = max(0, int(box.top + EYE_BAND[1] * box.height))
        part = grey[top:bottom, left : max(0, int(box.left + box.width))]
        if min(part.shape) < 8:
            return None
        scale = EYE_FACE_PX / box.width
        band = resized(part, scale)
        low, high = EYE_SIDES_PX
        for cascade, step in self._cascades:
            eyes = in_order(*cascade.detectMultiScale2(band, step, 1, 0, (low, low), (high, high)))
            found = _eye_pair([e for e, _ in eyes], [n for _, n in eyes], left, top, scale, box)
            if found is not None:
                return found
        return None


def _eye_pair(
    squares: Sequence[Sequence[int]],
    neighbours: Sequence[int],
    left: float,
    top: float,
    scale: float,
    box: Box,
) -> "Points | None":
    """Pick from the hits of an eye search the pair that lies where eyes lie; ``None`` if none."""
    best: list[tuple[float, Points] | None] = [None, None]
    for (x, y, w, h), n in zip(squares, neighbours, strict=True):
        place = np.array([left + (x + w / 2) / scale, top + (y + h / 2) / scale])
        share = (place - box[:2]) / box[2:]
        side = int(share[0] > 0.5)
        place[0] += EYE_SHIFT[side] * box.width
        off = np.abs(share - TYPICAL_EYES[side]) / EYE_REACH
        rank = float(n) * (1.0 - 0.5 * float(off.max()))
        known = best[side]
        if off.max() <= 1.0 and (known is None or rank > known[0]):
            best[side] = (rank, place)
    if best[0] is None or best[1] is None:
        return None
    return np.stack([best[0][1], best[1][1]])
