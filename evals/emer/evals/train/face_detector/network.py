"""The detector's network: three grids of cells, each cell says whether a face's middle lies in it.

Reads    grey pictures, ``(batch, 1, height, width)``, 0..255, sides multiples of 32
Returns  per cell 15 numbers: face (logit), middle (x, y) and log of the sides in strides of the
         cell, five points (x, y) in strides
Cost     137 thousand parameters; 4 ms for 480x288 on one core
Source   own; anchor-free like FCOS (Tian et al. 2019), separable convolutions like YuNet
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from emer.tools.face_detection import STRIDES

CHANNELS: Final = (12, 24, 48, 64, 96)
WIDTH: Final = 48
N_OUTPUTS: Final = 15
LEAST_SPREAD: Final = 8.0
"""Added to the standard deviation by which each picture is divided, so that noise stays small."""
RARE: Final = -4.6
"""First logit of a face: one cell in a hundred."""


def conv(n_in: int, n_out: int, stride: int) -> nn.Sequential:
    """Full convolution with normalisation."""
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, 3, stride, 1, bias=False), nn.BatchNorm2d(n_out), nn.ReLU()
    )


def separable(n_in: int, n_out: int, stride: int = 1) -> nn.Sequential:
    """Convolution per channel, then across channels."""
    return nn.Sequential(
        nn.Conv2d(n_in, n_in, 3, stride, 1, groups=n_in, bias=False),
        nn.BatchNorm2d(n_in),
        nn.ReLU(),
        nn.Conv2d(n_in, n_out, 1, bias=False),
        nn.BatchNorm2d(n_out),
    )


class Added(nn.Module):  # type: ignore[misc]  # torch has no types here
    """Adds what it computes to what it was given."""

    def __init__(self, part: nn.Module) -> None:
        super().__init__()
        self.part = part

    def forward(self, x: Tensor) -> Tensor:
        """Same shape in and out."""
        return functional.relu(x + self.part(x))


def plain(n: int) -> nn.Module:
    """Full convolution, added."""
    return Added(nn.Sequential(nn.Conv2d(n, n, 3, 1, 1, bias=False), nn.BatchNorm2d(n)))


class FaceGrids(nn.Module):  # type: ignore[misc]  # torch has no types here
    """See the module."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d, e = CHANNELS
        self.fine = nn.Sequential(conv(1, a, 2), conv(a, b, 2), conv(b, c, 2), plain(c), plain(c))
        self.middle = nn.Sequential(
            separable(c, d, 2), nn.ReLU(), *[Added(separable(d, d)) for _ in range(3)]
        )
        self.coarse = nn.Sequential(
            separable(d, e, 2), nn.ReLU(), *[Added(separable(e, e)) for _ in range(3)]
        )
        self.aside = nn.ModuleList([nn.Conv2d(n, WIDTH, 1) for n in (c, d, e)])
        self.mixed = nn.ModuleList(
            [nn.Sequential(separable(WIDTH, WIDTH), nn.ReLU()) for _ in STRIDES]
        )
        self.tower = nn.Sequential(
            separable(WIDTH, WIDTH), nn.ReLU(), Added(separable(WIDTH, WIDTH))
        )
        self.head = nn.Conv2d(WIDTH, N_OUTPUTS, 1)
        with torch.no_grad():
            assert self.head.bias is not None
            self.head.bias[0] = RARE

    def forward(self, grey: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the three grids, fine to coarse, each ``(batch, 15, height, width)``."""
        mean = grey.mean((2, 3), keepdim=True)
        apart = grey - mean
        spread = torch.sqrt((apart * apart).mean((2, 3), keepdim=True))
        fine = self.fine(apart / (spread + LEAST_SPREAD))
        middle = self.middle(fine)
        third = self.mixed[2](self.aside[2](self.coarse(middle)))
        second = self.mixed[1](self.aside[1](middle) + _twice(third))
        first = self.mixed[0](self.aside[0](fine) + _twice(second))
        return self._told(first), self._told(second), self._told(third)

    def _told(self, grid: Tensor) -> Tensor:
        mixed = self.tower(grid)
        with torch.autocast("cpu", enabled=False):  # places need more than bfloat16's eight bits
            told: Tensor = self.head(mixed.float())
        return told


def _twice(grid: Tensor) -> Tensor:
    return functional.interpolate(grid, scale_factor=2.0, mode="nearest")
