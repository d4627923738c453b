"""What the teacher's numbers mean: points, shapes, mirror images; and who is in which clip.

Needs nothing but numpy, since the teacher lives in a Python of its own.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.face_shapes import SHAPES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

POINTS: Final = (
    0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65, 66,
    67, 70, 78, 80, 81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136, 144, 145,
    146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163, 168, 172, 173, 176,
    178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276, 282, 283, 284, 285,
    288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318, 321, 323, 324, 332, 334,
    336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380, 381, 382, 384, 385, 386, 387,
    388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466, 468, 469, 470, 471, 472, 473, 474,
    475, 476, 477,
)  # fmt: skip
"""Of the mesh's 478 points those from which the teacher itself tells the shapes."""
EYES: Final = (
    33, 133, 144, 145, 153, 154, 155, 157, 158, 159, 160, 161, 163, 173, 246, 7, 362, 263, 373, 374,
    380, 381, 382, 384, 385, 386, 387, 388, 390, 398, 466, 249, 468, 469, 470, 471, 472, 473, 474,
    475, 476, 477, 46, 52, 53, 55, 63, 65, 66, 70, 105, 107, 276, 282, 283, 285, 293, 295, 296, 300,
    334, 336,
)  # fmt: skip
"""Lids, irises and brows."""
MOUTH: Final = (
    0, 13, 14, 17, 37, 39, 40, 61, 78, 80, 81, 82, 84, 87, 88, 91, 95, 146, 178, 181, 185, 191, 267,
    269, 270, 291, 308, 310, 311, 312, 314, 317, 318, 321, 324, 375, 402, 405, 409, 415,
)  # fmt: skip
FIVE: Final = ((33, 133), (362, 263), (1,), (61,), (291,))
"""Eye centres, nose tip and corners of the mouth: means of these points."""
GAPS: Final = (
    (159, 145), (386, 374), (158, 153), (385, 380), (160, 144), (387, 373), (13, 14), (61, 291),
    (0, 17), (82, 87), (312, 317), (0, 13), (14, 17), (66, 159), (107, 133), (70, 33), (105, 159),
    (296, 386), (336, 362), (300, 263), (334, 386), (468, 33), (468, 133), (468, 159), (473, 263),
    (473, 362), (473, 386), (107, 336), (55, 285), (78, 308), (17, 152), (0, 1), (61, 1), (291, 1),
)  # fmt: skip
"""Pairs whose distance says how a part of the face has moved."""
DEAD: Final = ("cheekPuff", "cheekSquintLeft", "cheekSquintRight", "jawForward", "noseSneerLeft",
               "noseSneerRight")  # fmt: skip
"""Shapes that are always near 0 in the teacher: never shipped."""
LIVE: Final = tuple(shape for shape in SHAPES if shape not in DEAD)

SIDE_PX: Final = 112
EYE_GAP_PX: Final = 34.0
EYES_PX: Final = (55.5, 38.0)
"""Size of what the network sees, and where it has the eyes: distance, and middle (x, y)."""
TEMPLATE: Final = np.array(EYES_PX) + EYE_GAP_PX * np.array(
    [[-0.5, 0.0], [0.5, 0.0], [0.0, 0.62], [-0.38, 1.08], [0.38, 1.08]]
)
"""``FIVE`` in what the network sees, ``(5, 2)``."""
KEPT_PX: Final = 176
KEPT_GAP_PX: Final = 51.2
KEPT_EYES_PX: Final = (88.0, 64.0)
"""The same for the crops that are kept for training: wider, so that they can be moved about."""

SAME_PERSON: Final = {
    "pyfeat/face_noface.mov": "pyfeat/man", "pyfeat/noface_face.mov": "pyfeat/man",
    "pyfeat/single_face.mp4": "pyfeat/man",
}  # fmt: skip
"""Clips that show a person who is in another clip, too; found by looking at all of them."""
HELD_OUT: Final = (
    "fer/woman2.mp4", "liveportrait/d12.mp4", "liveportrait/d14.mp4", "liveportrait/d19.mp4",
    "pyfeat/WolfgangLanger_Pexels.mp4", "video_retalking/face3.mp4",
)  # fmt: skip
"""Persons that the measured network never saw: two with glasses, two with strong expressions."""
PHOTO: Final = "photo"
"""Stands for everybody who is only seen in photos."""


def person_of(clip: str) -> str:
    """Return who is seen in a clip or photo, by its name within the data."""
    return PHOTO if clip.startswith(PHOTO) else SAME_PERSON.get(clip, clip)


def places(points: tuple[int, ...]) -> list[int]:
    """Return the rows of ``POINTS`` in which ``points`` stand."""
    return [POINTS.index(p) for p in points]


def five_of(points_px: "Floats") -> "Floats":
    """Return ``FIVE`` of one face's ``POINTS`` ``(146, 2)``, shape ``(5, 2)``."""
    return np.array([points_px[places(group)].mean(axis=0) for group in FIVE])


def mirrored_shapes() -> "NDArray[np.intp]":
    """Return where each shape stands in a mirrored face."""
    swap = {"Left": "Right", "Right": "Left"}
    other = [next((s[: -len(a)] + b for a, b in swap.items() if s.endswith(a)), s) for s in SHAPES]
    return np.array([SHAPES.index(name) for name in other])


def mirrored_points(mean_px: "Floats") -> "NDArray[np.intp]":
    """Return where each point stands in a mirrored face, from a symmetric mean ``(146, 2)``."""
    from scipy.optimize import linear_sum_assignment

    across = mean_px[places((33,))[0], 0] + mean_px[places((263,))[0], 0]
    other = mean_px * (-1.0, 1.0) + (across, 0.0)
    apart = np.linalg.norm(other[:, None] - mean_px[None], axis=2)
    found: NDArray[np.intp] = linear_sum_assignment(apart)[1]
    return found


def angles_deg(matrices: "Floats") -> "Floats":
    """Return yaw and pitch ``(n, 2)`` of the teacher's matrices ``(n, 4, 4)``.

    Roll is no business of the network: it is how far a face was turned to lay it straight.
    """
    turn = matrices[:, :3, :3] / np.linalg.norm(matrices[:, :3, :3], axis=1, keepdims=True)
    yaw = np.arctan2(turn[:, 0, 2], turn[:, 2, 2])
    pitch = np.arcsin(np.clip(-turn[:, 1, 2], -1.0, 1.0))
    found: Floats = np.degrees(np.stack([yaw, pitch], axis=1))
    return found
