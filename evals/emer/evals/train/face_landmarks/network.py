"""The network: maps that light up at each point of a face, and from points to shapes and pose."""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from emer.evals.train.face_landmarks.mesh import EYES, FIVE, LIVE, MOUTH, POINTS, TEMPLATE, places

N: Final = len(POINTS)
CELL_PX: Final = 4
EYE_WINDOW: Final = (slice(1, 15), slice(1, 27))
MOUTH_WINDOW: Final = (slice(12, 28), slice(4, 24))
"""Rows and columns of cells in which fine points are looked for, in quarters of cells."""
_FINE: Final = places(EYES + MOUTH)
_COARSE: Final = [i for i in range(N) if i not in _FINE]
_N_FEATURES: Final = 6
GREY: Final = (118.0, 64.0)
"""Mean and spread of brightness, taken off in the network."""


def _conv(n_in: int, n_out: int, stride: int = 1, side: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, side, stride, side // 2, bias=False),
        nn.BatchNorm2d(n_out),
        nn.ReLU(inplace=True),
    )


class _Residual(nn.Module):  # type: ignore[misc]  # torch has no types here
    def __init__(self, n: int) -> None:
        super().__init__()
        self.first = _conv(n, n)
        self.second = nn.Sequential(nn.Conv2d(n, n, 3, 1, 1, bias=False), nn.BatchNorm2d(n))

    def forward(self, x: Tensor) -> Tensor:
        """Return ``x`` with what was learnt added."""
        return functional.relu(x + self.second(self.first(x)))


def _places_of_cells(window: tuple[slice, slice]) -> Tensor:
    """Return x and y of the middle of each cell in pixels, ``(2, n_cells)``."""
    rows, columns = (torch.arange(part.start, part.stop) for part in window)
    y, x = ((cells + 0.5) * CELL_PX - 0.5 for cells in (rows, columns))
    grid = torch.stack([x.expand(len(rows), -1), y[:, None].expand(-1, len(columns))])
    return grid.flatten(1)


class Landmarker(nn.Module):  # type: ignore[misc]  # torch has no types here
    """Reads faces laid straight, ``(n, 3, 112, 112)``, brightness 0..255."""

    def __init__(self) -> None:
        super().__init__()
        n_shapes = len(LIVE)
        self.stem = _conv(3, 16, 2, 5)
        self.quarter = nn.Sequential(_conv(16, 56, 2), _Residual(56))
        self.eighth = nn.Sequential(_conv(56, 96, 2), _Residual(96))
        self.sixteenth = nn.Sequential(_conv(96, 128, 2), _Residual(128))
        self.aside_eighth = nn.Conv2d(128, 96, 1)
        self.up_eighth = _conv(96, 64)
        self.aside_quarter = nn.Conv2d(64, 56, 1)
        self.up_quarter = _conv(56, 64)
        self.coarse = nn.Conv2d(64, len(_COARSE), 1)
        self.eyes = nn.Conv2d(64, 4 * len(EYES), 1)
        self.mouth = nn.Conv2d(64, 4 * len(MOUTH), 1)
        self.looks = nn.Conv2d(64, _N_FEATURES, 1)
        self.overall = nn.Linear(128, 32)
        n_in = N * (2 + _N_FEATURES) + 32
        self.by_looks = nn.Sequential(
            nn.Dropout(0.1), nn.Linear(n_in, 224), nn.ReLU(),
            nn.Dropout(0.2), nn.Linear(224, 128), nn.ReLU(), nn.Linear(128, n_shapes),
        )  # fmt: skip
        self.by_points = nn.Sequential(
            nn.Linear(2 * N, 320), nn.ReLU(), nn.Linear(320, 192), nn.ReLU(),
            nn.Linear(192, n_shapes),
        )  # fmt: skip
        self.head = nn.Sequential(nn.Linear(2 * N + 32, 64), nn.ReLU(), nn.Linear(64, 2))
        self.register_buffer("mean", torch.zeros(N, 2))
        self.register_buffer("spread", torch.ones(N, 2))
        template = torch.tensor(TEMPLATE, dtype=torch.float32)
        self.register_buffer("template", template - template.mean(0))
        self.register_buffer("order", torch.tensor([(_COARSE + _FINE).index(i) for i in range(N)]))
        quarters = torch.tensor([[-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0], [1.0, 1.0]])
        self.register_buffer("quarters", quarters * CELL_PX / 4)

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return points, shapes, angles, and shapes by points alone.

        Returns:
            ``(n, 146, 2)`` pixels, ``(n, n_shapes)`` 0..1, ``(n, 2)`` degrees, ``(n, n_shapes)``.
        """
        x = (pictures - GREY[0]) / GREY[1]
        quarter = self.quarter(self.stem(x))
        eighth = self.eighth(quarter)
        sixteenth = self.sixteenth(eighth)
        up = self.up_eighth(functional.relu(eighth + _doubled(self.aside_eighth(sixteenth))))
        up = self.up_quarter(functional.relu(quarter + _doubled(self.aside_quarter(up))))
        looks = self.looks(up)
        rows, columns = up.shape[2:]
        whole = (slice(0, rows), slice(0, columns))
        found = [
            self._find(up, looks, self.coarse, whole, 1),
            self._find(up, looks, self.eyes, EYE_WINDOW, 4),
            self._find(up, looks, self.mouth, MOUTH_WINDOW, 4),
        ]
        points = torch.cat([place for place, _ in found], 1)[:, self.order]
        standard = self.standard(points)
        near = [functional.relu(feature).flatten(1) for _, feature in found]
        overall = functional.relu(self.overall(sixteenth.float().mean((2, 3))))
        by_points = self.by_points(standard)
        by_looks = self.by_looks(torch.cat([standard, *near, overall], 1))
        angles = self.head(torch.cat([standard, overall], 1))
        return points, torch.sigmoid(by_points + by_looks), angles, torch.sigmoid(by_points)

    def standard(self, points: Tensor) -> Tensor:
        """Return points laid straight, as differences from the mean face, ``(n, 292)``."""
        five = torch.stack([points[:, places(group)].mean(1) for group in FIVE], 1)
        middle = five.mean(1, keepdim=True)
        a, b = five - middle, self.template
        size = (a**2).sum((1, 2)).clamp(min=1e-3)
        along = ((a * b).sum((1, 2)) / size)[:, None]
        across = ((a[..., 0] * b[:, 1] - a[..., 1] * b[:, 0]).sum(1) / size)[:, None]
        x, y = (points - middle).unbind(-1)
        straight = torch.stack([x * along - y * across, x * across + y * along], -1)
        return ((straight - self.mean) / self.spread).flatten(1)

    def _find(
        self, features: Tensor, looks: Tensor, maps: nn.Conv2d, window: tuple[slice, slice], n: int
    ) -> tuple[Tensor, Tensor]:
        """Return where each map lights up, and how it looks there; ``n`` maps a point."""
        part = features[:, :, window[0], window[1]].flatten(2).contiguous()
        seen = looks[:, :, window[0], window[1]].flatten(2).float()
        lit = torch.matmul(maps.weight.flatten(1), part) + maps.bias[:, None]
        n_faces, n_maps, n_cells = lit.shape
        share = torch.softmax(lit.reshape(n_faces, n_maps // n, n * n_cells).float(), -1)
        share = share.reshape(n_faces, n_maps, n_cells)
        cells = _places_of_cells(window).to(share).expand(n_faces, -1, -1)
        ones = torch.ones_like(seen[:, :1])
        with torch.autocast("cpu", enabled=False):
            mean = torch.matmul(share, torch.cat([cells, seen, ones], 1).transpose(1, 2))
            mean = mean.reshape(n_faces, n_maps // n, n, -1)
            place = mean[..., :2]
            if n > 1:
                place = place + mean[..., -1:] * self.quarters
        return place.sum(2), mean[..., 2:-1].sum(2)


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2, mode="nearest")
