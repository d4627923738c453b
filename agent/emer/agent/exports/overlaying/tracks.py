"""Where a face is between the pictures in which it was looked for.

Reads    the samples of one face track, some a second
Returns  a box for any moment, smoothed and interpolated; none where the track is gone
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.media.faces import Box, FaceSamples

if TYPE_CHECKING:
    from numpy.typing import NDArray

LONGEST_GAP: Final = 2.6
"""Samples further apart than this many usual steps: the face was gone meanwhile."""
LEAST_GAP_S: Final = 0.3
JUMP: Final = 0.8
"""A box that moves by more than this share of its width in one step has jumped, not glided."""


@dataclass(frozen=True, slots=True)
class Path:
    """One track's boxes over time."""

    times_s: "NDArray[np.float64]"
    boxes_px: "NDArray[np.float64]"
    """Shape ``(n, 4)``: left, top, width, height, smoothed."""
    step_s: float
    """Usual time from one sample to the next."""
    longest_s: float
    """Samples further apart hold nothing between them."""

    @classmethod
    def through(cls, samples: FaceSamples, step_s: float) -> "Path":
        """Return the path through ``samples``; ``step_s``: where one sample alone tells no step."""
        times = samples.times_s
        boxes = samples.boxes_px.astype(np.float64)
        steps = np.diff(times)
        usual = float(np.median(steps)) if len(steps) else step_s
        longest = max(LEAST_GAP_S, LONGEST_GAP * usual)
        joined = (steps <= longest) & ~_jumps(boxes)
        return cls(times, _smoothed(boxes, joined), min(usual, 1.0), longest)

    def at(self, time_s: float) -> Box | None:
        """Return the box at ``time_s``, or ``None`` if the face is not in the picture."""
        times, half = self.times_s, self.step_s / 2
        i = int(np.searchsorted(times, time_s, "right")) - 1
        if i < 0:
            near = len(times) > 0 and times[0] - time_s <= half
            return Box(*self.boxes_px[0].tolist()) if near else None
        if i + 1 < len(times) and times[i + 1] - times[i] <= self.longest_s:
            return self._between(i, (time_s - times[i]) / max(times[i + 1] - times[i], 1e-9))
        if time_s - times[i] <= half + 1e-9:
            return Box(*self.boxes_px[i].tolist())
        coming = i + 1 < len(times) and times[i + 1] - time_s <= half
        return Box(*self.boxes_px[i + 1].tolist()) if coming else None

    def _between(self, i: int, share: float) -> Box:
        one, other = self.boxes_px[i], self.boxes_px[i + 1]
        if _jumps(self.boxes_px[i : i + 2])[0]:
            return Box(*(one if share < 0.5 else other).tolist())
        return Box(*(one + share * (other - one)).tolist())


def _jumps(boxes: "NDArray[np.float64]") -> "NDArray[np.bool_]":
    """Tell for each step whether the box jumps in it; shape ``(n - 1,)``."""
    middles = boxes[:, :2] + boxes[:, 2:] / 2
    moved = np.abs(np.diff(middles, axis=0)).max(axis=1, initial=0.0)
    jumps: NDArray[np.bool_] = moved > JUMP * boxes[:-1, 2]
    return jumps


def _smoothed(boxes: "NDArray[np.float64]", joined: "NDArray[np.bool_]") -> "NDArray[np.float64]":
    """Take a quarter of each neighbour that is joined to a sample: detectors tremble."""
    smooth = boxes.copy()
    steps = np.where(joined[:, None], np.diff(boxes, axis=0), 0.0) / 4
    smooth[:-1] += steps
    smooth[1:] -= steps
    return smooth
