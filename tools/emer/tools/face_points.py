"""Faces by their points: the landmark network says where the parts are, and whether it is a face.

Reads    an RGB picture, and where a face may be: a detector's box, or its points in the picture
         before
Returns  a ``Face`` with the places of eyes, nose and mouth and a box that follows from its points
Cost     6 to 8 ms for a new face on one core, three times as much where it is tilted; half as much
         for one that is followed
Source   own work; the networks are those of ``face_detection`` and ``face_landmarks``

A new face is looked at twice. On a face both looks agree; on anything else points go astray.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.face_alignment import TYPICAL_EYES, cut_by
from emer.tools.face_detection import Detection
from emer.tools.face_landmarks import NAME, PASSES, look, places_of, usual_places
from emer.tools.media.faces import EYES_PX, Box
from emer.tools.networks import Network, network
from emer.tools.similarity import moved, similarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    Picture = NDArray[np.uint8]

TOOL: Final = "faces"
ASTRAY: Final = 0.06
"""Drift between two looks, in distances of the eyes, above which it is no face. Measured on faces
of two folds of clips: 99 % drift less than 0.045 when looked at upright or tilted."""
STEADY: Final = 0.03
"""Below this no other tilt is tried. On a third look points of faces go less than 0.01, those of
anything else mostly more than 0.035."""
MOVED: Final = 0.08
"""A face that is farther from where it should be is looked at once more."""
TILTS_DEG: Final = (-25.0, 25.0)
BOX_SHIFT: Final = (0.004, -0.133)
BOX_SIZE: Final = (0.983, 1.133)
"""The detector's box against the extent of the points, in its widths and heights: shift of the
corner, and sides. Measured: medians over 14 clips, which differ by 0.02."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face in one picture."""

    box: Box
    score: float
    """Of the detector when it saw this face last, 0..1, not calibrated."""
    places: "Points | None" = None
    """Eye centres, nose tip and mouth corners, picture's left first, ``(5, 2)``; ``None`` where
    points go astray, as they do in profile."""

    @property
    def eyes(self) -> "Points | None":
        """Eye centres, ``(2, 2)``."""
        return None if self.places is None else self.places[:2]

    def times(self, factor: float) -> "Face":
        """Scale from one picture's pixels to another's."""
        box = Box(*(v * factor for v in self.box))
        return replace(self, box=box, places=None if self.places is None else self.places * factor)

    def shifted(self, right: float, down: float) -> "Face":
        """Move."""
        box = self.box._replace(left=self.box.left + right, top=self.box.top + down)
        places = None if self.places is None else self.places + np.array([right, down])
        return replace(self, box=box, places=places)


class FacePointer:
    """Points at the parts of faces. Safe to share between threads."""

    def __init__(self, net: Network | None = None) -> None:
        """Use the shipped network, or ``net``, another in its place.

        Raises:
            ToolUnavailable: The shipped one is missing or altered.
        """
        self._network: Network = net or network(TOOL, NAME)
        self._usual = usual_places(self._network)

    def begin(self, rgb: "Picture", found: Detection) -> Face:
        """Look at what the detector found: upright, and tilted where points go astray."""
        eyes = np.array(TYPICAL_EYES) * found.box[2:] + found.box[:2]
        best, drift = self._look(rgb, eyes, np.array(EYES_PX))
        if drift > STEADY:
            tilted = [
                self._look(rgb, _turned(eyes, tilt_deg), np.array(EYES_PX))
                for tilt_deg in TILTS_DEG
            ]
            tried = [(best, drift), *tilted]
            best, drift = min(tried, key=lambda one: one[1])
            if drift > STEADY:  # the box may be off: go on from where each look ended
                third = min((self._once_more(rgb, one) for one, _ in tried), key=lambda one: one[1])
                best, drift = third if third[1] <= STEADY else (best, drift)
        if drift > ASTRAY:
            return Face(found.box, found.score)
        return Face(box_of(best), found.score, self._places(best))

    def _once_more(self, rgb: "Picture", points: "Points") -> "tuple[Points, float]":
        """Look again from ``points``; return points and how far their places went."""
        places = self._places(points)
        found, _ = self._look(rgb, places, self._usual, passes=1)
        return found, _apart(self._places(found), places)

    def again(self, rgb: "Picture", face: Face) -> Face | None:
        """Look about where ``face`` should be; once more where it is not quite there.

        Returns:
            The face, or ``None`` if points go astray or were never told.
        """
        if face.places is None:
            return None
        points, _ = self._look(rgb, face.places, self._usual, passes=1)
        places = self._places(points)
        if _apart(places, face.places) > MOVED:
            points, _ = self._look(rgb, places, self._usual, passes=1)
            before, places = places, self._places(points)
            if _apart(places, before) > ASTRAY:
                return None
        return Face(box_of(points), face.score, places)

    def _look(
        self, rgb: "Picture", found: "Points", usual: "Points", *, passes: int = PASSES
    ) -> "tuple[Points, float]":
        """Return points ``(146, 2)`` in the picture, and their drift.

        Args:
            rgb: The picture.
            found: Some places in it, ``(k, 2)``.
            usual: Where they usually are in a crop.
            passes: How often to look.
        """
        matrix = similarity(found - 0.5, usual)  # centres of pixels lie at whole numbers
        seen = look(self._network, cut_by(rgb, matrix)[None], self._usual[None], passes=passes)
        back = np.linalg.inv(matrix[:, :2])
        points: Points = (seen.points_px[0] - matrix[:, 2]) @ back.T + 0.5
        return points, float(seen.drift[0])

    def _places(self, points: "Points") -> "Points":
        places: Points = places_of(self._network, points[None])[0]
        return places


def box_of(points: "Points") -> Box:
    """Return the box that the detector would draw around a face with these points."""
    low, high = points.min(axis=0), points.max(axis=0)
    left, top = low + np.array(BOX_SHIFT) * (high - low)
    width, height = np.array(BOX_SIZE) * (high - low)
    return Box(float(left), float(top), float(width), float(height))


def _apart(one: "Points", other: "Points") -> float:
    """Return the mean distance between places, in distances of the eyes."""
    gap = max(float(np.linalg.norm(other[1] - other[0])), 1e-3)
    return float(np.linalg.norm(one - other, axis=1).mean()) / gap


def _turned(eyes: "Points", tilt_deg: float) -> "Points":
    """Turn the eyes about the middle of their face."""
    across = eyes[1] - eyes[0]
    middle = eyes.mean(axis=0) + 0.5 * np.array([-across[1], across[0]])
    cos, sin = np.cos(np.radians(tilt_deg)), np.sin(np.radians(tilt_deg))
    turn = np.array([[cos, -sin], [sin, cos]])
    return moved(eyes - middle, np.column_stack([turn, middle]))
