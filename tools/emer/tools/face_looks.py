"""How a face looks, apart from light and exact cut, so that two sightings can be compared.

Reads    aligned RGB crops, shape ``(CROP_PX, CROP_PX, 3)``
Returns  a ``Look`` per crop: how its edges run, cell by cell, minus how they run in a usual face
Cost     about 2 ms a crop, and 0.7 ms to compare four with four; 0.1 MB a look, 8 kB of weights
Source   histograms of oriented gradients: Dalal & Triggs 2005, doi:10.1109/CVPR.2005.177; the graph
         that takes off the usual face: ``emer.evals.train.face_likeness``

A look holds no colour, since it changes with the light, and is never written to disk.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emer.tools.media.faces import CROP_PX, EYE_ROW
from emer.tools.networks import Network, network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float32]

SIDE_PX: Final = 112
"""Of the part of a crop that is looked at: brow to chin with some hair, little of what is behind."""
CELL_PX: Final = 8
BLOCK_PX: Final = 16
BINS: Final = 9
N_BLOCKS: Final = (SIDE_PX // BLOCK_PX) ** 2
N_VALUES: Final = N_BLOCKS * (BLOCK_PX // CELL_PX) ** 2 * BINS
SHIFT_PX: Final = 4
"""A second crop is tried at this distance in every direction: the eyes, after which crops are cut,
are found to about 6 % of their distance."""
SCALES: Final = (0.92, 1.0, 1.08)
N_TRIES: Final = 9 * len(SCALES)
EYES_PX: Final = (CROP_PX / 2 - 0.5, EYE_ROW * CROP_PX - 0.5)
BEST: Final = 4
"""Of all pairs of crops of two faces, one in so many counts, the most alike: a head that turns or
a mouth that opens must not hide that another moment fits."""
LOOKS: Final = 4
"""Crops of a track that are compared, spread over its time; six found no more."""
NAME: Final = "face_likeness"
"""Of the tool and of its network."""


class Look(NamedTuple):
    """How one crop looks; rows have length 1."""

    plain: "Values"
    """As it was cut, shape ``(N_VALUES,)``."""
    tried: "NDArray[np.float16]"
    """Cut a little otherwise, shape ``(N_TRIES, N_VALUES)``."""


def edges(crop: "NDArray[np.uint8]") -> "Values":
    """Describe how edges run in a crop, cut in every way that is tried.

    Returns:
        Shape ``(N_TRIES, N_BLOCKS, N_VALUES // N_BLOCKS)``, each block of length 1 at most; the
        cut as it is stands in the middle.
    """
    import cv2

    hog = cv2.HOGDescriptor(
        (SIDE_PX, SIDE_PX), (BLOCK_PX, BLOCK_PX), (BLOCK_PX, BLOCK_PX), (CELL_PX, CELL_PX), BINS
    )
    side_px = SIDE_PX + 2 * SHIFT_PX
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    rows = []
    for scale in SCALES:
        turn = cv2.getRotationMatrix2D(EYES_PX, 0.0, scale)
        turn = turn - np.array([[0.0, 0.0, (CROP_PX - side_px) / 2]] * 2)
        part = cv2.warpAffine(
            grey, turn, (side_px, side_px), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        rows.append(np.reshape(hog.compute(part, (SHIFT_PX, SHIFT_PX)), (9, N_BLOCKS, -1)))
    return np.concatenate(rows).astype(np.float32, copy=False)


def look_of(crop: "NDArray[np.uint8]", against: Network | None = None) -> Look:
    """Return how a crop looks against a usual face.

    Args:
        crop: RGB, ``(CROP_PX, CROP_PX, 3)``, eyes in place.
        against: Takes off the usual face; default: the shipped network.

    Raises:
        ToolUnavailable: The shipped network is missing, altered, or cannot be loaded.
    """
    (found,) = (against or network(NAME, NAME)).run(edges=edges(crop))
    rows = found.astype(np.float32, copy=False)
    return Look(rows[N_TRIES // 2].copy(), rows.astype(np.float16))


def chosen(places: Sequence[int]) -> list[int]:
    """Spread at most ``LOOKS`` choices evenly over ``places``; none if there are none."""
    spread = np.linspace(0, len(places) - 1, min(LOOKS, len(places)))
    return [places[int(i)] for i in spread.round()]


def alike(one: Sequence[Look], other: Sequence[Look]) -> float:
    """Return how alike two faces look in the moments at which they look most alike, -1..1."""
    forth, back = _best(one, other), _best(other, one).T
    both = np.sort(np.ravel(forth + back) / 2.0)
    return float(np.mean(both[-max(1, len(both) // BEST) :]))


def _best(tried: Sequence[Look], plain: Sequence[Look]) -> "Values":
    """Correlate every look of ``tried`` at its best with every one of ``plain``."""
    rows = np.concatenate([look.tried for look in tried]).astype(np.float32)
    matched = rows @ np.stack([look.plain for look in plain]).T
    best: Values = matched.reshape(len(tried), N_TRIES, len(plain)).max(axis=1)
    return best
