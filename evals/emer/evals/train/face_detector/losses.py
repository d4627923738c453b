"""How wrong the network is about a scene."""

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from emer.tools.face_detection import STRIDES

FOCUS: Final = 2.0
"""Power by which cells that are nearly right count less (focal loss, Lin et al. 2017)."""
BOX_WEIGHT: Final = 1.5
FEWEST: Final = 6.0
"""A grid with fewer cells that show a face counts less."""


def loss(
    outputs: tuple[Tensor, ...],
    wanted: list[tuple[Tensor, Tensor]],
    *,
    points: float,
) -> Tensor:
    """Return the loss of a batch.

    Args:
        outputs: The network's grids.
        wanted: Face and geometry of each grid, batch first.
        points: Weight of the five points.
    """
    total = outputs[0].new_zeros(())
    counts = [float((face > 0).sum()) for face, _ in wanted]
    for stride, grid, (face, geometry), n in zip(STRIDES, outputs, wanted, counts, strict=True):
        n_faces = len(counts) * max(n, FEWEST)  # each grid counts alike, however few its faces
        total = total + _face_loss(grid[:, 0], face) / n_faces
        at = face > 0
        if at.any():
            found = decoded(grid, stride).permute(0, 2, 3, 1)[at]
            shape = _shape_loss(found, geometry.permute(0, 2, 3, 1)[at], points)
            total = total + shape / n_faces
    return total


def decoded(grid: Tensor, stride: int) -> Tensor:
    """Return middle, sides and points in pixels, ``(batch, 14, height, width)``."""
    height, width = grid.shape[2:]
    rows = (torch.arange(height, dtype=grid.dtype) + 0.5).view(1, 1, height, 1) * stride
    columns = (torch.arange(width, dtype=grid.dtype) + 0.5).view(1, 1, 1, width) * stride
    cells = torch.cat([columns.expand(1, 1, height, width), rows.expand(1, 1, height, width)], 1)
    middle = cells + grid[:, 1:3] * stride
    sides = torch.exp(grid[:, 3:5].clamp(-4.0, 4.0)) * stride
    points = cells.repeat(1, 5, 1, 1) + grid[:, 5:15] * stride
    return torch.cat([middle, sides, points], 1)


def _face_loss(logit: Tensor, face: Tensor) -> Tensor:
    asked = face >= 0
    wanted = face.clamp(min=0.0)
    wrong = functional.binary_cross_entropy_with_logits(logit, wanted, reduction="none")
    sure = torch.sigmoid(logit)
    off = torch.abs(sure - wanted) ** FOCUS
    return (wrong * off * asked).sum()


def _shape_loss(found: Tensor, wanted: Tensor, weight: float) -> Tensor:
    """Return generalised IoU loss of the boxes and the distance of the points in face sizes."""
    size = torch.sqrt(wanted[:, 2] * wanted[:, 3]).unsqueeze(1)
    low, high = found[:, :2] - found[:, 2:4] / 2, found[:, :2] + found[:, 2:4] / 2
    low_w, high_w = wanted[:, :2] - wanted[:, 2:4] / 2, wanted[:, :2] + wanted[:, 2:4] / 2
    shared = (torch.minimum(high, high_w) - torch.maximum(low, low_w)).clamp(min=0).prod(1)
    union = found[:, 2:4].prod(1) + wanted[:, 2:4].prod(1) - shared
    hull = (torch.maximum(high, high_w) - torch.minimum(low, low_w)).prod(1)
    boxes = 1.0 - shared / union + (hull - union) / hull
    points = functional.smooth_l1_loss(
        found[:, 4:] / size, wanted[:, 4:] / size, beta=0.02, reduction="none"
    ).mean(1)
    return BOX_WEIGHT * boxes.sum() + weight * points.sum()
