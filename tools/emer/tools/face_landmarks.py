"""Points of a face, how its head is turned and how its parts move: one small network of our own.

Reads    RGB crops with surroundings, ``(n, WIDE_PX, WIDE_PX, 3)``, eyes about in their place
Returns  146 points per crop, three angles of the head, and the shapes (0..1) that moved it
Cost     3 ms a look on one core. A first crop is looked at twice, the second time laid straight by
         the points that the first look found; later ones once, laid by the points of the crop
         before, and again where these have moved
Source   soft-argmax heat maps: Luvizon et al. 2019, doi:10.1016/j.cag.2019.09.002; trained by
         ``emer.evals.train.face_landmarks`` with MediaPipe's face landmarker as teacher
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emer.tools.media.faces import EYES_PX
from emer.tools.networks import Network, network
from emer.tools.similarity import moved, similarity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Crops = NDArray[np.uint8]
    Floats = NDArray[np.float64]

NAME: Final = "face_landmarks"
PASSES: Final = 2
MOVED: Final = 0.04
"""A crop whose places are farther from those before than this, in distances of the eyes, is looked
at again. Measured on persons not trained on, at 5 pictures a second: one crop in five; points and
shapes agree with the teacher as they do after two looks at every crop."""
LOST: Final = 0.1
"""After points that drift farther the next crop is begun afresh."""


class Landmarks(NamedTuple):
    """What the network says of ``n`` crops."""

    points_px: "Floats"
    """``(n, 146, 2)``: x and y in the crop; pixel centres lie at whole numbers. Which point of the
    mesh each is, stands in the network's settings (``points``)."""
    head_deg: "Floats"
    """``(n, 3)``: yaw and pitch, 0 for a face that looks at the camera, and roll: how far eyes,
    nose and mouth are turned in the crop, clockwise."""
    shapes: "Floats"
    """``(n, m)``: how much each of ``shape_names()`` is shown, 0..1."""
    drift: "Floats"
    """``(n,)``: how far points went when it was looked at twice last, mean in distances of the eyes;
    a face that is covered or none at all drifts."""


def shape_names() -> tuple[str, ...]:
    """Return the names of the shapes, in order.

    Raises:
        ToolUnavailable: The network is missing or altered.
    """
    return tuple(_network().settings["shapes"])


def landmarks(crops: "Crops | Iterable[Crops]", net: Network | None = None) -> Landmarks:
    """Find the points of one face in crop after crop.

    Args:
        crops: RGB, ``(n, WIDE_PX, WIDE_PX, 3)``, or batches of them; in time order, so that one
            leads to the next.
        net: The shipped network, or another in its place.

    Raises:
        ToolUnavailable: The network is missing or altered.
    """
    net = net or _network()
    parts = [crops] if isinstance(crops, np.ndarray) else crops
    found = list(_followed(net, (crop for part in parts for crop in part)))
    if not found:
        n_points, n_shapes = len(net.settings["points"]), len(net.settings["shapes"])
        empty = (np.zeros((0, n_points, 2)), np.zeros((0, 3)), np.zeros((0, n_shapes)))
        return Landmarks(*empty, np.zeros(0))
    return Landmarks(*(np.concatenate(column) for column in zip(*found, strict=True)))


def _followed(net: Network, crops: "Iterable[Crops]") -> "Iterator[Landmarks]":
    """Look at each crop where the one before had its points."""
    usual = usual_places(net)[None]
    places, drift = usual, np.full(1, np.inf)
    for crop in crops:
        fresh = drift[0] > LOST
        seen = look(net, crop[None], usual if fresh else places, passes=PASSES if fresh else 1)
        now = places_of(net, seen.points_px)
        if fresh:
            drift = seen.drift
        elif _apart(now, places)[0] > MOVED:
            first, seen = seen.points_px, look(net, crop[None], now, passes=1)
            drift = _apart(seen.points_px, first, now)
            now = places_of(net, seen.points_px)
        places = now
        yield seen._replace(drift=drift)


def lip_gap(points_px: "Floats") -> "Floats":
    """Return how far the lips are apart, ``(n,)``, in distances of the outer eye corners."""
    upper, lower, right, left = (_place(i) for i in (13, 14, 33, 263))
    gap = np.linalg.norm(points_px[:, upper] - points_px[:, lower], axis=1)
    wide: Floats = np.linalg.norm(points_px[:, right] - points_px[:, left], axis=1)
    found: Floats = gap / np.maximum(wide, 1e-3)
    return found


def usual_places(net: Network) -> "Floats":
    """Return where eyes, nose and mouth usually are in a crop of the store, ``(5, 2)``."""
    template = np.array(net.settings["template"])
    return moved(template, similarity(template[:2], np.array(EYES_PX)))


def places_of(net: Network, points_px: "Floats") -> "Floats":
    """Return where eyes, nose and mouth are, ``(n, 5, 2)``, from points ``(n, 146, 2)``."""
    five = net.settings["five"]
    return np.stack([points_px[:, group].mean(axis=1) for group in five], axis=1)


def look(net: Network, crops: "Crops", places: "Floats", *, passes: int = PASSES) -> Landmarks:
    """Look at each crop, beginning with a rough idea of where eyes, nose and mouth are.

    Args:
        net: The network.
        crops: RGB, ``(n, height, width, 3)``.
        places: Eye centres, nose tip and mouth corners in each crop, ``(n, 5, 2)``.
        passes: How often; drift is not known (0) after a single look.
    """
    template, begun = np.array(net.settings["template"]), places
    seen: list[Floats] = []
    head = shapes = np.zeros((len(crops), 0))
    for _ in range(passes):
        lain = np.array([similarity(one, template) for one in places])
        points, head, shapes = _run(net, crops, lain)
        places = places_of(net, points)
        seen.append(points)
    return Landmarks(seen[-1], head, shapes, _apart(seen[-1], seen[-2:][0], begun))


def _apart(one: "Floats", other: "Floats", places: "Floats | None" = None) -> "Floats":
    """Return the mean distance between points, ``(n,)``, in distances of the eyes of ``places``."""
    eyes = (other if places is None else places)[:, :2]
    gaps = np.linalg.norm(eyes[:, 1] - eyes[:, 0], axis=1)
    away: Floats = np.linalg.norm(one - other, axis=2).mean(axis=1) / np.maximum(gaps, 1e-3)
    return away


def _run(net: Network, crops: "Crops", lain: "Floats") -> "tuple[Floats, Floats, Floats]":
    """Look once at crops that are laid straight by ``lain`` ``(n, 2, 3)``; points come back."""
    import cv2

    side_px = int(net.settings["side_px"])
    straight = [
        cv2.warpAffine(
            crop, matrix, (side_px, side_px),
            flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE,
        )
        for crop, matrix in zip(crops, lain, strict=True)
    ]  # fmt: skip
    found, shapes, head = net.run(crops=np.stack(straight).astype(np.uint8, copy=False))
    back = np.linalg.inv(lain[:, :, :2])
    points: Floats = (found.astype(np.float64) - lain[:, None, :, 2]) @ back.transpose(0, 2, 1)
    turned = np.degrees(np.arctan2(lain[:, 1, 0], lain[:, 0, 0]))
    angles = np.column_stack([head, -turned])
    return points, angles, shapes.astype(np.float64)


def _place(point: int) -> int:
    """Return the row of a point of the mesh."""
    return int(_network().settings["points"].index(point))


def _network() -> Network:
    return network("action_units", NAME)
