"""A portrait that can speak, smile, frown and blink, by warping one photograph.

Reads    a ``Cutout`` and one ``Pose`` per picture
Returns  the posed picture with its transparency
Cost     about 30 to 60 ms per pose

Movements are smooth displacement fields around hand-placed landmarks. The fields work backwards:
for each pixel shown they say where in the photograph it comes from. Action units in the comments
are those of FACS that a movement imitates.
"""

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from sample_portraits import Cutout

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grid = NDArray[np.float32]

# lengths are in distances between the eyes
OPEN_WIDEST: Final = 0.24
"""Gap between the lips at ``open = 1``."""
MOUTH_BGR: Final = np.array((22.0, 20.0, 48.0), np.float32)
TEETH_BGR: Final = np.array((150.0, 172.0, 184.0), np.float32)
FURROW_BGR: Final = np.array((0.34, 0.30, 0.20), np.float32)
"""Shadowed skin loses more blue than red."""
LINE_DARKENING: Final = 0.55
TEETH_AT_REST: Final = 0.12
"""How much of the photograph's gap between the lips is left when a toothy smile is taken away."""


class Pose(NamedTuple):
    """How far each movement has gone; 0 is the person's neutral face, 1 is full."""

    open: float = 0.0
    """Jaw and lips (AU25, AU26)."""
    smile: float = 0.0
    """Lip corners out and up, cheeks up (AU12, AU6)."""
    frown: float = 0.0
    """Lip corners down (AU15)."""
    brow_up: float = 0.0
    """Whole brows up (AU1, AU2)."""
    brow_down: float = 0.0
    """Brows down and together (AU4)."""
    blink: float = 0.0
    """Upper lids down (AU45)."""


class Puppet:
    """One person's photograph, ready to be posed."""

    def __init__(self, cutout: Cutout) -> None:
        self._cutout = cutout
        self._unit = unit = cutout.eye_distance_px
        x0, y0 = (cutout.between_eyes - (1.35 * unit, 1.0 * unit)).astype(int)
        x1 = int(cutout.between_eyes[0] + 1.35 * unit)
        y1 = int(cutout.chin[1] + 0.65 * unit)
        self._x0, self._y0 = max(0, int(x0)), max(0, int(y0))
        self._x1 = min(x1, cutout.bgr.shape[1])
        self._y1 = min(y1, cutout.bgr.shape[0])
        ys, xs = np.mgrid[self._y0 : self._y1, self._x0 : self._x1]
        self._x, self._y = xs.astype(np.float32), ys.astype(np.float32)
        self._smile = self._smile_field()
        self._frown = self._frown_field()
        self._furrow = self._furrow_field()
        self._brow_up = self._brow_field(inward=0.0, lift=-0.10, tall=0.11, above=0.04)
        self._brow_down = self._brow_field(inward=0.05, lift=0.10, tall=0.09, above=0.0)

    def pose(self, pose: Pose) -> "tuple[NDArray[np.uint8], NDArray[np.float32]]":
        """Return the posed picture, BGR, and its transparency, both as large as the cut-out."""
        import cv2

        cutout = self._cutout
        # the photograph may smile already: what is asked for is counted from there
        smile = pose.smile - cutout.rest_smile
        dx = smile * self._smile[0] + pose.frown * self._frown[0]
        dy = smile * self._smile[1] + pose.frown * self._frown[1]
        for amount, field in ((pose.brow_up, self._brow_up), (pose.brow_down, self._brow_down)):
            dx = dx + amount * field[0]
            dy = dy + amount * field[1]
        x, y = self._x - dx, self._y - dy
        mouth_y, gap = self._mouth(x, y, pose)
        lid_y, lash = self._lids(x, mouth_y, max(pose.blink, 0.18 * max(pose.smile, 0.0)))
        face = cv2.remap(
            cutout.bgr, x, lid_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        ).astype(np.float32)
        face *= 1.0 - (LINE_DARKENING * lash)[..., None]
        face *= 1.0 - (pose.brow_down * self._furrow)[..., None] * FURROW_BGR
        face += gap[..., None] * (self._inside(x, y) - face)
        bgr, alpha = cutout.bgr.copy(), cutout.alpha.copy()
        region = np.s_[self._y0 : self._y1, self._x0 : self._x1]
        bgr[region] = np.clip(face, 0, 255).astype(np.uint8)
        alpha[region] = cv2.remap(
            cutout.alpha, x, mouth_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        return bgr, alpha

    def _mouth(self, x: "Grid", y: "Grid", pose: Pose) -> "tuple[Grid, Grid]":
        """Open or close the lips.

        Returns:
            Rows of the photograph, and where the dark inside of the mouth is seen (0..1).
        """
        cutout, unit = self._cutout, self._unit
        left, right = cutout.upper_lip[0, 0], cutout.upper_lip[-1, 0]
        middle, half = (left + right) / 2, (right - left) / 2
        upper = np.interp(x, *cutout.upper_lip.T).astype(np.float32)
        lower = np.interp(x, *cutout.lower_lip.T).astype(np.float32)
        gap0 = lower - upper
        arch = np.sqrt(np.clip(1.0 - ((x - middle) / (0.92 * half)) ** 2, 0.0, 1.0))
        wide = pose.open * OPEN_WIDEST * unit
        keep = 1.0
        if cutout.rest_smile > 0:
            smiled = min(max(pose.smile, 0.0) / cutout.rest_smile, 1.0)
            keep = TEETH_AT_REST + (1.0 - TEETH_AT_REST) * smiled
        up = (1.0 - keep) * 0.45 * gap0 - 0.14 * wide * arch
        down = -(1.0 - keep) * 0.55 * gap0 + 0.86 * wide * arch
        top, bottom = upper + up, lower + down

        above, below = top - y, y - bottom
        rows = y - np.where(above > 0, up * np.exp(-((above / (0.16 * unit)) ** 2)), 0.0)
        jaw = 0.8 * wide * np.exp(-0.5 * ((x - middle) / (0.50 * unit)) ** 2)
        deep = _smooth(below / (0.30 * unit))
        dies = 1.0 - _smooth((y - cutout.chin[1]) / (0.5 * unit))
        # beside the mouth the jaw pulls too, but not above the lip line
        rows = np.where(below > 0, y - ((1.0 - deep) * down + deep * jaw) * dies, rows)
        inside = (above <= 0) & (below <= 0)
        # teeth hang on the skull: they stay where they are, and the lips slide over them
        rows = np.where(inside, np.minimum(y, lower), rows)
        soft = np.clip((y - np.maximum(top, lower - 0.02 * unit)) / 2.5, 0.0, 1.0)
        # lips that close over teeth leave a dark line, not a white one
        soft = np.maximum(soft, LINE_DARKENING * (1.0 - keep) * max(0.0, 1.0 - 4.0 * pose.open))
        gap = np.where(inside, soft * np.clip(-below / 2.5, 0.0, 1.0), 0.0)
        return rows.astype(np.float32), gap.astype(np.float32)

    def _lids(self, x: "Grid", y: "Grid", closed: float) -> "tuple[Grid, Grid]":
        """Draw the upper lids down; return rows of the photograph and the lash line (0..1)."""
        lash = np.zeros_like(y)
        if closed <= 0.0:
            return y, lash
        lid = self._cutout.lid_px
        for eye in self._cutout.eyes:
            upper = _parabola(x, eye[0], eye[1], eye[2])
            lower = _parabola(x, eye[0], eye[3], eye[2])
            drop = closed * np.clip(lower - upper, 0.0, None)
            edge = upper + drop
            over = (y >= upper - lid) & (y < edge)
            stretched = upper - lid + (y - upper + lid) * (lid / (lid + drop))
            y_new = np.where(over, stretched, y)
            line = np.exp(-(((y - edge) / (0.018 * self._unit)) ** 2)) * (drop > 0.5)
            lash = np.maximum(lash, line * min(1.0, 2.0 * max(closed - 0.3, 0.0)))
            y = y_new.astype(np.float32)
        return y, lash.astype(np.float32)

    def _smile_field(self) -> "tuple[Grid, Grid]":
        lips = (self._cutout.upper_lip[0], self._cutout.upper_lip[-1])
        dx, dy = np.zeros_like(self._x), np.zeros_like(self._y)
        for side, corner in zip((-1.0, 1.0), lips, strict=True):
            at_corner = self._bump(corner, 0.23, 0.21)
            dx += side * 0.10 * self._unit * at_corner
            dy -= 0.15 * self._unit * at_corner
            cheek = corner + np.array((side * 0.16, -0.42)) * self._unit
            dy -= 0.05 * self._unit * self._bump(cheek, 0.24, 0.18)
        return dx, dy

    def _frown_field(self) -> "tuple[Grid, Grid]":
        lips = (self._cutout.upper_lip[0], self._cutout.upper_lip[-1])
        dx, dy = np.zeros_like(self._x), np.zeros_like(self._y)
        for corner in lips:
            dy += 0.11 * self._unit * self._bump(corner, 0.19, 0.18)
        return dx, dy

    def _brow_field(
        self, *, inward: float, lift: float, tall: float, above: float
    ) -> "tuple[Grid, Grid]":
        dx, dy = np.zeros_like(self._x), np.zeros_like(self._y)
        for side, brow in zip((1.0, -1.0), self._cutout.brows, strict=True):
            inner = brow[2] if side > 0 else brow[0]
            place = (brow[1] + inner) / 2 if inward else brow[1]
            place = place - np.array((0.0, above)) * self._unit
            at_brow = self._bump(place, 0.26, tall)
            dx += side * inward * self._unit * at_brow
            dy += lift * self._unit * at_brow
        return dx, dy

    def _inside(self, x: "Grid", y: "Grid") -> "Grid":
        """Return the colour of the opened mouth; teeth are drawn where the photograph has none."""
        colour = np.broadcast_to(MOUTH_BGR, (*x.shape, 3))
        upper, lower = self._cutout.upper_lip, self._cutout.lower_lip
        if np.ptp(lower[:, 1]) > np.ptp(upper[:, 1]) + 2.0:
            return np.asarray(colour, np.float32)
        middle, half = (upper[0, 0] + upper[-1, 0]) / 2, (upper[-1, 0] - upper[0, 0]) / 2
        edge = np.interp(x, *upper.T) + 0.035 * self._unit
        across = np.clip(1.0 - ((x - middle) / (0.75 * half)) ** 2, 0.0, 1.0)
        row = 0.75 * np.sqrt(across) / (1.0 + np.exp((y - edge) / (0.008 * self._unit)))
        return np.asarray(colour + row[..., None] * (TEETH_BGR - colour), np.float32)

    def _furrow_field(self) -> "Grid":
        """Two upright lines between the brows, the shadow of AU4."""
        inner = (self._cutout.brows[0][2] + self._cutout.brows[1][0]) / 2
        lines: Grid = np.zeros_like(self._x)
        for side in (-1.0, 1.0):
            place = inner + np.array((side * 0.07, 0.05)) * self._unit
            lines += self._bump(place, 0.022, 0.09)
        return lines

    def _bump(self, centre: "NDArray[np.float64]", wide: float, tall: float) -> "Grid":
        across = (self._x - centre[0]) / (wide * self._unit)
        along = (self._y - centre[1]) / (tall * self._unit)
        return np.asarray(np.exp(-0.5 * (across**2 + along**2)), np.float32)


def _smooth(share: "Grid") -> "Grid":
    held = np.clip(share, 0.0, 1.0)
    return np.asarray(held * held * (3.0 - 2.0 * held), np.float32)


def _parabola(
    x: "Grid",
    left: "NDArray[np.float64]",
    peak: "NDArray[np.float64]",
    right: "NDArray[np.float64]",
) -> "Grid":
    """Return the curve from ``left`` over ``peak`` to ``right``; outside, the straight line."""
    along = np.clip((x - left[0]) / (right[0] - left[0]), 0.0, 1.0)
    chord = left[1] + along * (right[1] - left[1])
    at_peak = (peak[0] - left[0]) / (right[0] - left[0])
    height = peak[1] - (left[1] + at_peak * (right[1] - left[1]))
    arch = along * (1.0 - along) / max(at_peak * (1.0 - at_peak), 1e-3)
    return np.asarray(chord + height * arch, np.float32)
