"""How far a network agrees with the teacher on persons that it has not seen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.train.face_landmarks.material import Labelled
from emer.evals.train.face_landmarks.mesh import LIVE, places
from emer.tools.face_landmarks import Landmarks, look
from emer.tools.face_shapes import SHAPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emer.tools.networks import Network

    Floats = NDArray[np.float64]

MOVES: Final = 0.02
"""A shape moves in a clip if the teacher's spreads by at least this much (standard deviation)."""
GROUPS: Final = {
    "smile": ("mouthSmile",), "upper lip": ("mouthUpperUp",), "jaw": ("jawOpen",),
    "pucker": ("mouthPucker",), "brows": ("brow",), "blink": ("eyeBlink",), "gaze": ("eyeLook",),
}  # fmt: skip
"""First letters of the shapes that go together in the figures."""
CHUNK: Final = 64


@dataclass(frozen=True, slots=True)
class Judged:
    """Agreement with the teacher."""

    errors: "Floats"
    """``(n,)``: mean distance of a picture's points, in shares of the outer eye distance."""
    clips: "NDArray[np.str_]"
    """``(n,)``."""
    within: dict[str, dict[str, float]]
    """Of each shape, in each clip in which it moves: correlation over the clip's pictures."""
    angles: "Floats"
    """``(n, 2)``: absolute differences of yaw and pitch in degrees."""

    def mean_within(self) -> float:
        """Return the mean over shapes of their means over clips."""
        return float(np.mean([np.mean(list(by.values())) for by in self.within.values() if by]))

    def of_group(self, group: str) -> float:
        """Return the same over the shapes of one of ``GROUPS``."""
        own = [by for shape, by in self.within.items() if shape.startswith(GROUPS[group]) and by]
        return float(np.mean([np.mean(list(by.values())) for by in own])) if own else float("nan")


def judge(net: "Network", faces: Labelled) -> Judged:
    """Look at faces, beginning where a detector puts eyes, nose and mouth, and compare.

    Args:
        net: The network.
        faces: Clips' pictures, with what the teacher says of them.
    """
    parts = [
        look(net, faces.crops[i : i + CHUNK], faces.rough[i : i + CHUNK].astype(np.float64))
        for i in range(0, len(faces.crops), CHUNK)
    ]
    return agreement(Landmarks(*(np.concatenate(each) for each in zip(*parts, strict=True))), faces)


def agreement(said: Landmarks, faces: Labelled) -> Judged:
    """Compare what was said of faces with what the teacher says.

    Args:
        said: Points in pixels of the crops of ``faces``.
        faces: The same pictures, with what the teacher says of them.
    """
    outer = faces.points[:, places((33, 263))]
    wide = np.linalg.norm(outer[:, 0] - outer[:, 1], axis=1)
    errors = np.linalg.norm(said.points_px - faces.points, axis=2).mean(axis=1) / wide
    angles = np.abs(said.head_deg[:, :2] - faces.angles)
    true = faces.shapes[:, [SHAPES.index(shape) for shape in LIVE]]
    within: dict[str, dict[str, float]] = {shape: {} for shape in LIVE}
    for clip in np.unique(faces.clips):
        own = faces.clips == clip
        for column, shape in enumerate(LIVE):
            if true[own, column].std() >= MOVES:
                within[shape][str(clip)] = correlation(said.shapes[own, column], true[own, column])
    return Judged(errors, faces.clips, within, angles)


def correlation(a: "NDArray[np.floating]", b: "NDArray[np.floating]") -> float:
    """Return Pearson's r; 0 where ``a`` does not move at all."""
    return float(np.corrcoef(a, b)[0, 1]) if np.std(a) > 1e-9 else 0.0
