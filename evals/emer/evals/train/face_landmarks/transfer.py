"""A face that borrows another's expression: bent so that its points lie as the other's do.

What a bent face cannot show, the inside of a mouth and of eyes that were shut, comes from the
other picture. The result is no exact expression, and need not be: the teacher labels what it sees.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Floats = NDArray[np.float64]

SIDE_PX: Final = 288
"""Pictures are squares of this side."""
_GRID: Final = 96
_INNER_LIPS: Final = (
    78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95,
)  # fmt: skip
_EYE: Final = (33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7)
_OTHER_EYE: Final = (
    263, 466, 388, 387, 386, 385, 384, 398, 362, 382, 381, 380, 374, 373, 390, 249,
)  # fmt: skip
_OPENINGS: Final = ((_INNER_LIPS, 0.004), (_EYE, 0.001), (_OTHER_EYE, 0.001))
"""Outlines, and by how much (share of the squared eye distance) one must be wider open than the
face's own before its inside is taken from the other picture."""
WIDER: Final = 1.35
TURNS_DEG: Final = (16.0, 8.0)
"""Standard deviations of the turn to a side and of the nod of a turned head."""
STRENGTH: Final = (0.4, 1.15)
"""How much of the way to the other's expression."""


def borrowed(
    rng: np.random.Generator,
    picture: "Picture",
    points: "Floats",
    other: "Picture",
    other_points: "Floats",
    *,
    turned: bool = False,
) -> "Picture":
    """Return ``picture`` with the expression of ``other``, and a shape that is neither's.

    Args:
        rng: For how much is borrowed, and how the face is bent.
        picture: RGB, ``(SIDE_PX, SIDE_PX, 3)``.
        points: The teacher's in it, ``(478, 3)``; depth counts only for a turn.
        other: As ``picture``.
        other_points: As ``points``.
        turned: Turn the head, too, as well as a flat picture allows.
    """
    import cv2

    depth = points[:, 2]
    points, other_points = points[:, :2], other_points[:, :2]
    aim = _aim(rng, points, other_points)
    if turned:
        aim = _turned(rng, aim, depth)
    rim = _rim()
    bent = _bent(picture, np.vstack([points, rim]), np.vstack([aim, rim])).astype(np.float64)
    taken: Floats | None = None
    for outline, least in _OPENINGS:
        if _opening(aim, outline) <= WIDER * _opening(points, outline) + least:
            continue
        if taken is None:
            taken = _bent(other, np.vstack([other_points, rim]), np.vstack([aim, rim])).astype(
                np.float64
            )
        mask = np.zeros((SIDE_PX, SIDE_PX), np.float32)
        corners = np.round(aim[list(outline)] * 8).astype(np.int32)
        cv2.fillPoly(mask, [corners], (1.0,), shift=3)
        soft = cv2.GaussianBlur(mask, (0, 0), 1.2)[..., None]
        bent = bent * (1.0 - soft) + taken * soft
    return np.clip(bent, 0, 255).astype(np.uint8)


def _aim(rng: np.random.Generator, points: "Floats", other: "Floats") -> "Floats":
    """Return where the points shall go."""
    across = np.column_stack([other, np.ones(len(other))])
    onto, *_ = np.linalg.lstsq(across, points, rcond=None)
    aim = points + rng.uniform(*STRENGTH) * (across @ onto - points)
    middle = points.mean(axis=0)
    rest = (aim - middle) / SIDE_PX
    nearer = 1.0 + rest @ rng.normal(0, 0.12, 2)  # as if the head were turned a little
    rest = rest @ (np.eye(2) + rng.normal(0, 0.05, (2, 2))).T / nearer[:, None]
    aim = rest * SIDE_PX + middle
    for _ in range(4):
        place = points[rng.integers(len(points))]
        width = rng.uniform(0.05, 0.18) * SIDE_PX
        near = np.exp(-((points - place) ** 2).sum(axis=1) / (2 * width**2))
        aim = aim + rng.normal(0, 0.012 * SIDE_PX, 2) * near[:, None]
    inside: Floats = np.clip(aim, 2, SIDE_PX - 3) + rng.normal(0, 1e-3, aim.shape)
    return inside


def _turned(rng: np.random.Generator, aim: "Floats", depth: "Floats") -> "Floats":
    """Return the points of a head turned about its middle, as seen from the front."""
    yaw, pitch = np.radians(rng.normal(0, TURNS_DEG))
    middle = aim.mean(axis=0)
    x, y = (aim - middle).T
    z = depth - depth.mean()
    x, z = np.cos(yaw) * x + np.sin(yaw) * z, np.cos(yaw) * z - np.sin(yaw) * x
    y = np.cos(pitch) * y - np.sin(pitch) * z
    inside: Floats = np.clip(np.column_stack([x, y]) + middle, 2, SIDE_PX - 3)
    return inside + rng.normal(0, 1e-3, inside.shape)


def _rim() -> "Floats":
    """Return places on the rim of the picture, which stay where they are."""
    steps = np.linspace(0, SIDE_PX - 1, 7)
    ends = (0.0, SIDE_PX - 1.0)
    rows = [(x, y) for x in steps for y in ends] + [(x, y) for y in steps[1:-1] for x in ends]
    return np.array(rows)


def _bent(picture: "Picture", source: "Floats", target: "Floats") -> "Picture":
    """Return the picture bent so that ``source`` comes to lie on ``target``."""
    import cv2
    from scipy.spatial import Delaunay

    line = np.linspace(0, SIDE_PX - 1, _GRID)
    grid = np.stack(np.meshgrid(line, line), -1).reshape(-1, 2)
    net = Delaunay(target)
    triangle = net.find_simplex(grid)
    frame = net.transform[triangle]
    two = np.einsum("nij,nj->ni", frame[:, :2], grid - frame[:, 2])
    weights = np.column_stack([two, 1.0 - two.sum(axis=1)])
    origin = (weights[..., None] * source[net.simplices[triangle]]).sum(axis=1)
    origin[triangle < 0] = grid[triangle < 0]
    flow = cv2.resize(origin.reshape(_GRID, _GRID, 2).astype(np.float32), (SIDE_PX, SIDE_PX))
    bent = cv2.remap(
        picture, flow[..., 0], flow[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    return bent.astype(np.uint8, copy=False)


def _opening(points: "Floats", outline: tuple[int, ...]) -> float:
    """Return the area within an outline, as a share of the squared distance of the eyes."""
    x, y = points[list(outline)].T
    area = abs(float((x * np.roll(y, 1) - y * np.roll(x, 1)).sum())) / 2
    return area / float(((points[263] - points[33]) ** 2).sum())
