"""The steps of training: what is asked of the network, and how it learns."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from emer.evals.train.face_landmarks.material import TOGETHER, Batch, Feed, Labelled
from emer.evals.train.face_landmarks.mesh import (
    EYE_GAP_PX,
    EYES,
    GAPS,
    LIVE,
    MOUTH,
    POINTS,
    TEMPLATE,
    five_of,
    places,
)
from emer.evals.train.face_landmarks.network import Landmarker
from emer.tools.face_shapes import SHAPES
from emer.tools.similarity import moved, similarity

RATE: Final = 1.6e-3
GOING_ON: Final = 0.5
"""Share of the rate with which a network is trained further."""
WARM_UP: Final = 200
"""Steps until the full rate."""
SLOW: Final = 0.998
"""Memory of the average of weights that is kept in the end."""
FINE: Final = 1.6
"""Weight of points of eyes, brows and mouth against the others."""
POINT: Final = 20.0
"""Points are compared in this many parts of the eye distance."""
N_POINTS_ALONE: Final = 128
"""Faces a step from which shapes are learnt by the teacher's own points alone."""


@dataclass(frozen=True, slots=True)
class Scales:
    """What is usual among the faces to learn from."""

    standard: Tensor
    """``(n, 292)``: their points as the network standardises them."""
    shapes: Tensor
    """``(n, n_live)``."""
    spread: Tensor
    """``(n_live,)``."""


def train(
    real: Labelled,
    made: Labelled,
    *,
    steps: int,
    seed: int,
    start: Landmarker | None,
    tell: Callable[[str], None],
) -> Landmarker:
    """Return a trained network: the slow average of its weights.

    Args:
        real: Clips and photos.
        made: Borrowed expressions.
        steps: How many.
        seed: Of everything that is random.
        start: Where to begin instead of at random; its standard face is kept.
        tell: Gets a line now and then.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    network = start or Landmarker()
    scales = _scales(network, real, made, fit=start is None)
    network = network.to(memory_format=torch.channels_last).train()
    feed = Feed(real, made, seed)
    optimiser = torch.optim.AdamW(
        [
            {"params": [p for p in network.parameters() if p.ndim > 1], "weight_decay": 0.02},
            {"params": [p for p in network.parameters() if p.ndim <= 1], "weight_decay": 0.0},
        ],
        lr=RATE,
    )
    slow = copy.deepcopy(network)
    rate = RATE if start is None else GOING_ON * RATE
    for step in range(steps):
        cosine = 0.5 * (1.0 + np.cos(np.pi * step / steps))
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / WARM_UP) * (cosine + 0.005)
        loss = _loss(network, feed.batch(), scales)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        _follow(slow, network, min(SLOW, (step + 1) / (step + 20)))
        if (step + 1) % 200 == 0:
            tell(f"step {step + 1} of {steps}: {float(loss):.3f}")
    slow.eval()
    kept: Landmarker = slow
    return kept


def as_pictures(crops: "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]") -> Tensor:
    """Return crops ``(n, side, side, 3)`` as the network reads them."""
    found: Tensor = torch.from_numpy(crops).permute(0, 3, 1, 2).float()
    return found.to(memory_format=torch.channels_last)


def _loss(network: Landmarker, batch: Batch, scales: Scales) -> Tensor:
    with torch.autocast("cpu", torch.bfloat16):
        said = network(as_pictures(batch.crops))
    points, shapes, angles, by_points = (part.float() for part in said)
    true_points, true_shapes, true_angles = (
        torch.from_numpy(part) for part in (batch.points, batch.shapes, batch.angles)
    )
    off = (points - true_points) / EYE_GAP_PX * POINT
    weights = torch.ones(len(POINTS))
    weights[places(EYES + MOUTH)] = FINE
    weights = (weights / weights.mean())[:, None]
    loss = (
        weights * functional.smooth_l1_loss(off, torch.zeros_like(off), reduction="none", beta=0.3)
    ).mean()
    one, two = (places(tuple(gap[i] for gap in GAPS)) for i in (0, 1))
    loss = loss + 0.7 * _smooth(off[:, one] - off[:, two], 0.3)
    error = (shapes - true_shapes) / scales.spread
    loss = loss + _smooth(error) + 0.4 * _smooth((by_points - true_shapes) / scales.spread)
    n_persons, n_each = TOGETHER
    own = error[: n_persons * n_each].view(n_persons, n_each, -1)
    loss = loss + 0.7 * _smooth(own - own.mean(1, keepdim=True))
    rows = torch.randint(0, len(scales.standard), (N_POINTS_ALONE,))
    shaken = scales.standard[rows] + 0.05 * torch.randn(N_POINTS_ALONE, scales.standard.shape[1])
    alone = torch.sigmoid(network.by_points(shaken)) - scales.shapes[rows]
    loss = loss + 0.5 * _smooth(alone / scales.spread)
    return loss + 0.3 * _smooth((angles - true_angles) / 10.0)


def _smooth(error: Tensor, beta: float = 1.0) -> Tensor:
    found: Tensor = functional.smooth_l1_loss(error, torch.zeros_like(error), beta=beta)
    return found


@torch.no_grad()  # type: ignore[untyped-decorator]  # torch has no types here
def _follow(slow: Landmarker, fast: Landmarker, kept: float) -> None:
    for old, new in zip(slow.state_dict().values(), fast.state_dict().values(), strict=True):
        if old.dtype.is_floating_point:
            old.mul_(kept).add_(new, alpha=1.0 - kept)
        else:
            old.copy_(new)


def _scales(network: Landmarker, real: Labelled, made: Labelled, *, fit: bool) -> Scales:
    """Lay all faces straight; ``fit`` sets the network's standard face by them."""
    points = np.concatenate([real.points, made.points]).astype(np.float64)
    straight = np.array([moved(p, similarity(five_of(p), TEMPLATE)) for p in points])
    straight -= TEMPLATE.mean(axis=0)
    if fit:
        network.mean.copy_(torch.tensor(straight.mean(axis=0)))
        network.spread.copy_(torch.tensor(straight.std(axis=0) + 0.3))
    with torch.no_grad():
        standard = (torch.tensor(straight).float() - network.mean) / network.spread
    live = [SHAPES.index(shape) for shape in LIVE]
    shapes = np.concatenate([real.shapes, made.shapes])[:, live]
    return Scales(
        standard.flatten(1), torch.tensor(shapes), torch.tensor(shapes.std(axis=0) + 0.03).float()
    )
