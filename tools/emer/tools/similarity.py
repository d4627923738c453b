"""Lay points on points by turning, scaling and shifting, without bending anything."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def similarity(source: "Floats", target: "Floats") -> "Floats":
    """Return the matrix ``(2, 3)`` that lays ``source`` ``(k, 2)`` on ``target``.

    Least squares, without mirroring (Umeyama 1991).
    """
    middle, aim = source.mean(axis=0), target.mean(axis=0)
    a, b = source - middle, target - aim
    size = max(float((a**2).sum()), 1e-6)
    along = float((a * b).sum()) / size
    across = float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()) / size
    turn = np.array([[along, -across], [across, along]])
    return np.column_stack([turn, aim - turn @ middle])


def moved(points: "Floats", matrix: "Floats") -> "Floats":
    """Return ``points`` ``(..., 2)`` moved by ``matrix`` ``(2, 3)``."""
    found: Floats = points @ matrix[:, :2].T + matrix[:, 2]
    return found
