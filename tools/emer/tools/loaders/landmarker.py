"""MediaPipe's face landmarker through LiteRT, without MediaPipe; see ``action_units_blendshapes``.

Reads    items with ``crop``: RGB, ``(height, width, 3)`` uint8, both eyes at ``EYES_PX``
Returns  ``points`` ``(146, 2)`` in pixels of the crop, ``shapes`` ``(51,)`` 0..1, ``presence`` 0..1:
         whether it is a face, and ``drift``: how far points went on the second look, in distances
         of the eyes
Cost     13 ms a crop on one core
Source   Grishchenko et al. 2020, arXiv:2006.10962 (points); Bazarevsky et al. 2023,
         arXiv:2309.05782 (shapes). What happens before and after the networks is as in MediaPipe's
         graphs of tasks/cc/vision/face_landmarker: the face's square is 1.5 times the extent of its
         points, turned by its outer eye corners; pixels are 0..1
"""

import zipfile
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from emer.tools.errors import ModelOutputError
from emer.tools.hosting.items import Item, Message
from emer.tools.media.faces import EYES_PX

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Floats = NDArray[np.float64]

BUNDLE: Final = "face_landmarker.task"
LANDMARKS, SHAPES = "face_landmarks_detector.tflite", "face_blendshapes.tflite"
"""The networks in the bundle that are run; its face detector is not, faces are found already."""
LARGEST_BYTES: Final = 64 << 20
"""Of one network in the bundle."""
N_POINTS: Final = 478
SIDE_PX: Final = 256
OUTER: Final = (33, 263)
"""Points at the outer corners of the eyes."""
MARGIN: Final = 1.5
SQUARE: Final = 4.2
BELOW: Final = 0.49
"""Side of a face's square, and how far its middle lies below the eyes, in distances of the eyes:
where the first look begins. Measured: medians over 40 pictures of 20 clips."""
LOOKS: Final = 2


class Square(NamedTuple):
    """A square in a picture that may be turned."""

    middle: "Floats"
    side_px: float
    turn: float
    """Radians, clockwise."""

    def matrix(self) -> "Floats":
        """Return what leads from the network's pixels to the picture's, ``(2, 3)``."""
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        turn = np.array([[cos, -sin], [sin, cos]]) * (self.side_px / SIDE_PX)
        return np.column_stack([turn, self.middle - turn @ np.full(2, SIDE_PX / 2)])


class Landmarker:
    """Both networks, loaded."""

    def __init__(self, landmarks: Any, shapes: Any, points: Sequence[int]) -> None:  # noqa: ANN401 - carry no types
        self._landmarks, self._shapes = landmarks, shapes
        self._points = list(points)
        self.facts = {
            "device": "cpu", "dtype": "float32",
            "library": f"ai-edge-litert {version('ai-edge-litert')}",
        }  # fmt: skip

    def answer(self, batch: Sequence[Item]) -> list[Message]:
        """Look at every crop."""
        return [self.look(item.arrays["crop"], usual_square()) for item in batch]

    def look(self, rgb: "Picture", square: Square, *, looks: int = LOOKS) -> Message:
        """Look at one face, each time where the look before found it."""
        points, presence, drift = np.zeros((0, 2)), 0.0, 0.0
        for _ in range(looks):
            before = points
            points, presence = self._seen(rgb, square)
            square = square_around(points)
            if len(before):
                gap = max(float(np.linalg.norm(points[OUTER[1]] - points[OUTER[0]])), 1e-3)
                drift = float(np.linalg.norm(points - before, axis=1).mean()) / gap
        few = points[self._points]
        (shapes,) = _run(self._shapes, few[None])
        return {
            "points": few.tolist(), "shapes": shapes.ravel()[1:].tolist(),
            "presence": presence, "drift": drift,
        }  # fmt: skip

    def _seen(self, rgb: "Picture", square: Square) -> "tuple[Floats, float]":
        """Return all points in pixels of the picture, and whether a face is there."""
        import cv2

        back = square.matrix()
        seen = cv2.warpAffine(
            rgb, back, (SIDE_PX, SIDE_PX),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        points, presence, *_ = _run(self._landmarks, (seen / 255.0)[None])
        flat = points.reshape(N_POINTS, 3)[:, :2]
        sure = float(1.0 / (1.0 + np.exp(-np.clip(presence.ravel()[0], -50.0, 50.0))))
        return flat @ back[:, :2].T + back[:, 2], sure


def usual_square() -> Square:
    """Return where the face is in a crop of the store."""
    eyes = np.array(EYES_PX)
    gap = float(eyes[1, 0] - eyes[0, 0])
    return Square(eyes.mean(axis=0) + np.array([0.0, BELOW * gap]), SQUARE * gap, 0.0)


def square_around(points: "Floats") -> Square:
    """Return the square in which a face with these points ``(478, 2)`` is looked at next."""
    low, high = points.min(axis=0), points.max(axis=0)
    right, down = points[OUTER[1]] - points[OUTER[0]]
    side_px = max(MARGIN * float((high - low).max()), 1.0)
    return Square((low + high) / 2, side_px, float(np.arctan2(down, right)))


def load(options: Message) -> Landmarker:
    """Load the bundle.

    Args:
        options: ``folder``: one with ``BUNDLE``, or the file; ``points``: which of the mesh's points
            the second network reads.

    Raises:
        ValueError: The bundle does not hold these networks.
    """
    from ai_edge_litert.interpreter import Interpreter

    path = Path(options["folder"])
    path = path / BUNDLE if path.is_dir() else path
    with zipfile.ZipFile(path) as bundle:
        for name in (LANDMARKS, SHAPES):
            if bundle.getinfo(name).file_size > LARGEST_BYTES:
                raise ValueError(f"{name} in {path.name} is larger than {LARGEST_BYTES >> 20} MB")
        raw = [bundle.read(name) for name in (LANDMARKS, SHAPES)]
    networks = [Interpreter(model_content=content, num_threads=1) for content in raw]
    points = [int(p) for p in options["points"]]
    for one, shape in zip(networks, ((1, SIDE_PX, SIDE_PX, 3), (1, len(points), 2)), strict=True):
        one.allocate_tensors()
        (given,) = one.get_input_details()
        if tuple(int(n) for n in given["shape"]) != shape:
            raise ValueError(f"{path.name} holds other networks than a face landmarker's")
    landmarks, shapes = networks
    return Landmarker(landmarks, shapes, points)


def _run(network: Any, given: "NDArray[Any]") -> "list[NDArray[np.float32]]":  # noqa: ANN401 - carries no types
    """Return the outputs by their names, in order.

    Raises:
        ModelOutputError: A number is not finite.
    """
    (into,) = network.get_input_details()
    network.set_tensor(into["index"], given.astype(np.float32))
    network.invoke()
    told = sorted(network.get_output_details(), key=lambda d: str(d["name"]))
    found = [np.array(network.get_tensor(d["index"])) for d in told]
    if not all(np.isfinite(one).all() for one in found):
        raise ModelOutputError("the landmarker's numbers were not finite")
    return found
