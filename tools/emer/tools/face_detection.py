"""Faces in one picture, by a small network of our own that was taught by YuNet.

Reads    a grey picture of any size
Returns  boxes that frame a face from brow to chin, each with a score and five points
Cost     about 6 ms for a search of a whole picture (one core)
Source   own network, anchor-free like FCOS (Tian et al. 2019); boxes and points are those of YuNet
         (Wu, Peng & Yu 2023), from which it was distilled
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.media.faces import Box
from emer.tools.networks import Network, check, network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]
    Points = NDArray[np.float64]
    Floats = NDArray[np.float32]

TOOL: Final = "faces"
NETWORK: Final = "face_detector"
STRIDES: Final = (8, 16, 32)
MULTIPLE_PX: Final = 32
"""Sides of what the network sees are multiples of this."""
GREY: Final = 128
"""What surrounds a picture that is not."""

SEARCH_PX: Final = (160 * 90, 320 * 180)
"""Areas at which a picture is searched: faces are told best where they are 20 to 80 px large."""
FINE_PX: Final = (160 * 90, 320 * 180, 640 * 360)
"""For small faces too."""
SAME_IOU: Final = 0.4
"""Candidates that overlap as much are one face: their mean, the surest weighing most."""
TRUST_POWER: Final = 4
"""Of the score that is a candidate's weight."""
HIDDEN_SHARE: Final = 0.7
"""Of a candidate inside a surer one that is no face of its own."""
SMALLEST_SIDE_PX: Final = 12
SMALL: Final = 1 / 12
"""Of the square root of the picture's area: a smaller face is less than 20 px large in all but the
search for small faces, which looks at four times as many places and errs as much more often."""
SMALL_TRUST: Final = 0.88
"""Factor of such a face's score, so that one threshold fits all; chosen on clips without faces that
the network was trained on."""


@dataclass(frozen=True, slots=True, eq=False)
class Detection:
    """One face in one picture."""

    box: Box
    """In pixels of the picture that was searched; may reach beyond its edge."""
    score: float
    """0..1, not calibrated."""
    points: "Points"
    """Shape ``(5, 2)`` (x, y): the picture's left eye and right eye, tip of the nose, left and
    right corner of the mouth."""

    def times(self, factor: float) -> "Detection":
        """Scale from one picture's pixels to another's."""
        box = Box(*(v * factor for v in self.box))
        return replace(self, box=box, points=self.points * factor)


class FaceDetector:
    """Finds faces, turned or tilted too. Safe to share between threads."""

    in_colour: Final = False
    """Whether it looks at colours; it does not."""

    def __init__(self, net: Network | None = None) -> None:
        """Use the shipped network, or ``net``, a candidate for it.

        Raises:
            ToolUnavailable: The shipped one is missing or altered.
        """
        self._network = net or network(TOOL, NETWORK)
        self.sure = float(self._network.settings["sure"])
        """Score from which a face may stand alone, without one being expected there."""
        self.weak = float(self._network.settings["weak"])
        """Score from which a face is believed where one is expected."""

    @staticmethod
    def ready() -> None:
        """Check that the network is there and unaltered.

        Raises:
            ToolUnavailable: It is not.
        """
        check(TOOL, NETWORK)

    def find(self, grey: "Grey", *, areas_px: Sequence[int] = SEARCH_PX) -> list[Detection]:
        """Search the whole picture, best first; candidates down to ``weak`` are included.

        Args:
            grey: Shape ``(height, width)``.
            areas_px: Of what is searched, ascending; a larger picture is made smaller first.
        """
        if min(grey.shape) < SMALLEST_SIDE_PX:
            return []
        scales = [min(1.0, float(np.sqrt(area_px / grey.size))) for area_px in areas_px]
        found = [self._candidates(grey, scale) for scale in dict.fromkeys(scales)]
        least_px = SMALL * float(np.sqrt(grey.size))
        told = [_doubted(d, least_px) for d in merged(np.concatenate(found))]
        return sorted(told, key=lambda d: -d.score)

    def _candidates(self, grey: "Grey", scale: float) -> "Floats":
        """Return what is found at one scale, in pixels of ``grey``; see ``candidates_of``."""
        small = resized(grey, scale)
        height, width = small.shape
        padded = np.full((_up(height), _up(width)), GREY, np.uint8)
        padded[:height, :width] = small
        grids = self._network.run(grey=padded[None, None])
        found = candidates_of([np.asarray(g[0], np.float32) for g in grids], self.weak)
        ratio = (grey.shape[1] / width, grey.shape[0] / height)
        found[:, :14] *= np.tile(np.array(ratio, np.float32), 7)
        return found


def candidates_of(grids: "list[Floats]", least: float) -> "Floats":
    """Return every cell that tells of a face.

    Args:
        grids: For each of ``STRIDES`` numbers per cell, shape ``(15, rows, columns)``: score (logit),
            middle and log of the sides, five points (x, y); lengths in strides from the cell.
        least: Score of the weakest face.

    Returns:
        Shape ``(n, 15)``: left, top, width, height, five points, score; in pixels.
    """
    pairs = zip(grids, STRIDES, strict=True)
    return np.concatenate([_of_one_grid(grid, stride, least) for grid, stride in pairs])


def merged(candidates: "Floats") -> list[Detection]:
    """Return one face for all candidates that are the same, best first."""
    candidates = candidates[np.argsort(-candidates[:, 14], kind="stable")]
    found: list[Detection] = []
    while len(candidates):
        same, hidden = _rivals(candidates)
        found.append(_mean_of(candidates[same]))
        candidates = candidates[~(same | hidden)]
    return found


def _doubted(found: Detection, least_px: float) -> Detection:
    small = np.sqrt(found.box.width * found.box.height) < least_px
    return replace(found, score=SMALL_TRUST * found.score) if small else found


def _of_one_grid(grid: "Floats", stride: int, least: float) -> "Floats":
    rows, columns = np.nonzero(grid[0] > np.log(least / (1.0 - least)))
    told = grid[:, rows, columns].T * np.float32(stride)
    cells = (np.stack([columns, rows], axis=1).astype(np.float32) + 0.5) * stride
    scores = 1.0 / (1.0 + np.exp(-grid[0, rows, columns]))
    sides = np.exp(np.clip(told[:, 3:5] / stride, -4.0, 4.0)) * stride
    corners = cells + told[:, 1:3] - sides / 2
    points = np.tile(cells, 5) + told[:, 5:15]
    return np.concatenate([corners, sides, points, scores[:, None]], axis=1).astype(np.float32)


def _rivals(candidates: "Floats") -> "tuple[NDArray[np.bool_], NDArray[np.bool_]]":
    """Return which candidates are the first one's face, and which merely lie inside it."""
    first = candidates[0]
    low = np.maximum(candidates[:, :2], first[:2])
    high = np.minimum(candidates[:, :2] + candidates[:, 2:4], first[:2] + first[2:4])
    shared = np.maximum(0.0, high - low).prod(axis=1)
    areas = candidates[:, 2:4].prod(axis=1)
    same = shared >= SAME_IOU * (areas + areas[0] - shared)
    same[0] = True
    return same, shared >= HIDDEN_SHARE * np.minimum(areas, areas[0])


def _mean_of(same: "Floats") -> Detection:
    mean = np.average(same[:, :14].astype(np.float64), axis=0, weights=same[:, 14] ** TRUST_POWER)
    return Detection(Box(*map(float, mean[:4])), float(same[0, 14]), mean[4:].reshape(5, 2))


def overlap(a: Box, b: Box) -> float:
    """Return intersection over union, 0..1."""
    both = shared_px(a, b)
    return both / (a.width * a.height + b.width * b.height - both)


def shared_px(a: Box, b: Box) -> float:
    """Return the area that two boxes share."""
    across = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    down = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    return max(0.0, across) * max(0.0, down)


def resized(grey: "Grey", scale: float) -> "Grey":
    """Scale a grey picture, averaging where it gets smaller."""
    import cv2

    if scale == 1.0:
        return grey
    height, width = (max(1, round(side * scale)) for side in grey.shape)
    if (times := int(1.0 / scale)) > 1:  # by a whole number first: several times as fast
        few = (max(1, grey.shape[1] // times), max(1, grey.shape[0] // times))
        grey = cv2.resize(grey, few, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)
    small = cv2.resize(grey, (width, height), interpolation=cv2.INTER_LINEAR)
    return small.astype(np.uint8, copy=False)


def _up(side_px: int) -> int:
    return -(-side_px // MULTIPLE_PX) * MULTIPLE_PX
