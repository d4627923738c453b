"""Source pictures of composed scenes, turned and scaled together with their faces."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from emer.evals.train.face_detector.material import SURE, Faces, Picture, Shown

LONGEST_FRAME_PX: Final = 640
LONGEST_PHOTO_PX: Final = 1280
CLIP_WEIGHT: Final = 1.0
PHOTO_WEIGHT: Final = 0.4
GROUP_WEIGHT: Final = 1.2
A_GROUP: Final = 4
N_LEVELS: Final = 5
N_IN_A_CLIP: Final = 1
"""No clip shows two people: what else the teacher sees there (hands, a lamp) is background."""
MIRRORED: Final = (1, 0, 2, 4, 3)
"""Order of the five points after left and right are exchanged."""

Map = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Source:
    """One picture at several sizes, each half of the one before."""

    levels: tuple[Picture, ...]
    faces: Faces
    """In pixels of the first level; the score is 1 where the face is sure, 0 where it is not."""

    @property
    def sure(self) -> NDArray[np.intp]:
        """Which faces are sure."""
        return np.flatnonzero(self.faces[:, 14] > 0)

    @classmethod
    def of(cls, one: Shown) -> "Source":
        """Prepare one picture for training."""
        longest = LONGEST_PHOTO_PX if one.photo else LONGEST_FRAME_PX
        scale = min(1.0, longest / max(one.bgr.shape[:2]))
        first = one.bgr
        if scale < 1.0:
            first = np.asarray(
                cv2.resize(first, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8
            )
        levels = [first]
        while len(levels) < N_LEVELS and min(levels[-1].shape[:2]) >= 32:
            size = (levels[-1].shape[1] // 2, levels[-1].shape[0] // 2)
            levels.append(
                np.asarray(cv2.resize(levels[-1], size, interpolation=cv2.INTER_AREA), np.uint8)
            )
        faces = one.faces.copy() if one.photo else one.faces[:N_IN_A_CLIP].copy()
        faces[:, :14] *= scale
        faces[:, 14] = faces[:, 14] >= SURE
        return cls(tuple(levels), faces)


def size_of(face: Map) -> float:
    """Return the geometric mean of a box's sides."""
    return float(np.sqrt(face[2] * face[3]))


@dataclass(frozen=True, slots=True)
class Turn:
    """A similarity with a slight stretch, about a point of the picture."""

    about: tuple[float, float]
    to: tuple[float, float]
    scale: float
    stretch: float
    angle_rad: float
    mirrored: bool

    @property
    def matrix(self) -> NDArray[np.float64]:
        """Shape ``(2, 3)``: from the first level's pixels to the scene's."""
        cos, sin = np.cos(self.angle_rad), np.sin(self.angle_rad)
        across = self.scale * self.stretch * (-1.0 if self.mirrored else 1.0)
        linear = np.array([[cos, -sin], [sin, cos]]) @ np.diag([across, self.scale / self.stretch])
        return np.column_stack([linear, np.array(self.to) - linear @ np.array(self.about)])

    def view(self, source: Source, shape: tuple[int, int]) -> tuple[Picture, NDArray[np.uint8]]:
        """Return the scene's view, ``(height, width, 3)``, and where it shows the picture."""
        level = int(np.clip(np.floor(-np.log2(max(self.scale, 1e-6))), 0, len(source.levels) - 1))
        picture = source.levels[level]
        matrix = self.matrix.copy()
        matrix[:, 0] *= source.levels[0].shape[1] / picture.shape[1]
        matrix[:, 1] *= source.levels[0].shape[0] / picture.shape[0]
        matrix[:, 2] += 0.5 * matrix[:, :2].sum(axis=1) - 0.5  # OpenCV counts from pixels' middles
        size = (shape[1], shape[0])
        view = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR)
        inside = np.full(picture.shape[:2], 255, np.uint8)
        shows = cv2.warpAffine(inside, matrix, size, flags=cv2.INTER_NEAREST)
        return view.astype(np.uint8, copy=False), shows.astype(np.uint8, copy=False)

    def faces(self, faces: Faces) -> Faces:
        """Return the faces in the scene; a turned face keeps the shape of an upright ellipse."""
        if not len(faces):
            return faces
        matrix = self.matrix
        turned = faces.copy()
        centres = faces[:, :2] + faces[:, 2:4] / 2
        centres = centres @ matrix[:, :2].T + matrix[:, 2]
        sides = faces[:, 2:4] * self.scale * [self.stretch, 1.0 / self.stretch]
        share = np.array([[np.cos(self.angle_rad), np.sin(self.angle_rad)]]) ** 2
        width = np.sqrt((sides**2 * share).sum(axis=1))
        height = np.sqrt((sides**2 * share[:, ::-1]).sum(axis=1))
        turned[:, 2], turned[:, 3] = width, height
        turned[:, :2] = centres - turned[:, 2:4] / 2
        points = faces[:, 4:14].reshape(-1, 5, 2) @ matrix[:, :2].T + matrix[:, 2]
        if self.mirrored:
            points = points[:, MIRRORED]
        turned[:, 4:14] = points.reshape(-1, 10)
        return turned


def weights(shown: Sequence[Shown]) -> NDArray[np.float64]:
    """Return how often each picture is drawn: clips alike however long, groups more than one face.

    Args:
        shown: The pictures in their order.
    """
    clips = [one.name.partition("#")[0] for one in shown]
    length = Counter(clips)
    drawn = []
    for one, clip in zip(shown, clips, strict=True):
        if not one.photo:
            drawn.append(CLIP_WEIGHT / length[clip])
        else:
            many = int((one.faces[:, 14] >= SURE).sum()) >= A_GROUP
            drawn.append(GROUP_WEIGHT if many else PHOTO_WEIGHT)
    return np.array(drawn)
