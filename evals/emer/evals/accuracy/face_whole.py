"""Points and shapes from whole pictures: our own detector, our own alignment, then the network.

Reads    clips and the teacher's labels of their pictures
Returns  what the product says of the same pictures, in pixels of the labelled crops
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import cv2
import numpy as np

from emer.evals.train.face_landmarks.labelling import DETECTOR, found_faces
from emer.evals.train.face_landmarks.material import Labelled
from emer.tools.errors import EmerError
from emer.tools.face_alignment import EyeMemory, aligned_crop
from emer.tools.face_detection import FaceDetector
from emer.tools.face_landmarks import Landmarks, look, usual_places
from emer.tools.face_points import FacePointer
from emer.tools.media.faces import EYES_PX
from emer.tools.networks import Network
from emer.tools.similarity import moved, similarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Picture = NDArray[np.uint8]

NEAR_PX: Final = 0.5
"""Places that the labelling detector finds again are at most so far from those that it found."""


class Whole(NamedTuple):
    """What was said of the pictures in which a face was found."""

    rows: "NDArray[np.intp]"
    """Which of the labelled pictures these are."""
    said: Landmarks
    """Points in pixels of the labelled crops."""


def whole(
    data: Path, net: Network, faces: Labelled, detector_for: Callable[[str], FaceDetector]
) -> Whole:
    """Look at the pictures that ``faces`` were cut from, each by itself, as the product does.

    Args:
        data: Folder of data sets, with ``video`` and the labelling detector's weights.
        net: The landmark network.
        faces: Labelled pictures of clips.
        detector_for: Gives the detector for a clip.
    """
    again = cv2.FaceDetectorYN.create(str(data / DETECTOR), "", (320, 320), 0.6, 0.3, 50)
    pointer, usual = FacePointer(net), usual_places(net)[None]
    rows: list[int] = []
    said: list[Landmarks] = []
    for clip in np.unique(faces.clips):
        detector = detector_for(str(clip))
        for row, rgb in _pictures(data / "video" / str(clip), str(clip), faces):
            aligned = _aligned(rgb, detector, pointer)
            if aligned is None:
                continue
            crop, matrix = aligned
            seen = look(net, crop[None], usual)
            here = (seen.points_px[0] - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T + 0.5
            there = moved(here, _to_labelled(again, rgb, faces.rough[row].astype(np.float64)))
            rows.append(row)
            said.append(seen._replace(points_px=there[None]))
    if not said:
        raise EmerError(
            f"the detector finds no face in the clips of {data}",
            remedy="Give the folder of data sets that the labels were made of.",
        )
    each = (np.concatenate(column) for column in zip(*said, strict=True))
    return Whole(np.array(rows), Landmarks(*each))


def _pictures(path: Path, clip: str, faces: Labelled) -> "Iterator[tuple[int, Picture]]":
    """Yield the labelled pictures of a clip, each with its row in ``faces``."""
    row_of = {int(faces.frames[i]): int(i) for i in np.flatnonzero(faces.clips == clip)}
    video = cv2.VideoCapture(str(path))
    number = 0
    while (read := video.read())[0]:
        if number in row_of:
            yield row_of[number], np.ascontiguousarray(read[1][..., ::-1]).astype(np.uint8)
        number += 1


def _aligned(
    rgb: "Picture", detector: FaceDetector, pointer: FacePointer
) -> "tuple[Picture, Floats] | None":
    """Return the crop of the surest face, and the matrix that made it; ``None``: no face is sure."""
    found = detector.find(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False))
    if not found or found[0].score < detector.sure:
        return None
    face = pointer.begin(rgb, found[0])
    eyes, _ = EyeMemory().place(face.box, face.eyes)
    return aligned_crop(rgb, eyes), similarity(eyes - 0.5, np.array(EYES_PX))


def _to_labelled(detector: "cv2.FaceDetectorYN", rgb: "Picture", rough: "Floats") -> "Floats":
    """Return the matrix from a picture to its labelled crop: one detector saw both alike."""
    five = found_faces(detector, rgb, photo=False)[0, 4:14].reshape(5, 2)
    matrix = similarity(five, rough)
    if np.abs(moved(five, matrix) - rough).max() > NEAR_PX:
        raise EmerError(
            "a labelled picture is not the one that was labelled",
            remedy="Label the clips anew: python -m emer.evals.train.face_landmarks.labelling",
        )
    return matrix
