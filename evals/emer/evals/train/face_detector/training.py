"""Train the network on composed scenes; one thread, equal seeds give equal weights."""

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from emer.evals.train.face_detector.losses import loss
from emer.evals.train.face_detector.network import FaceGrids
from emer.evals.train.face_detector.scenes import Composer
from emer.evals.train.face_detector.sources import Source
from emer.evals.train.face_detector.targets import answers

WARM_UP: Final = 0.06
DECAY: Final = 0.02
AVERAGED: Final = 0.998
"""The weights that are kept are a running mean, this much of it from the step before."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Part of the training; the next one goes on from its mean weights."""

    n_steps: int
    horizon: int
    """Steps in which the rate would fall to nothing."""
    rate: float
    shapes: tuple[tuple[tuple[int, int], int], ...]
    """Scenes (height, width) and how many make a batch."""
    shares: tuple[float, ...]
    """How often each shape is drawn."""
    large: float
    """Share of the faces that are made to fill much of their scene."""
    points: float
    """Weight of the five points: they are learnt last, and not at all with little weight."""


STAGES: Final = (
    Stage(
        n_steps=1300, horizon=2600, rate=2.5e-3,
        shapes=(((160, 224), 8), ((256, 256), 4), ((320, 320), 3), ((128, 160), 12)),
        shares=(0.45, 0.2, 0.1, 0.25), large=0.2, points=2.0,
    ),
    Stage(
        n_steps=1300, horizon=1300, rate=2e-3,
        shapes=(((160, 224), 8), ((256, 256), 4), ((192, 192), 7), ((128, 160), 12)),
        shares=(0.35, 0.15, 0.25, 0.25), large=0.3, points=20.0,
    ),
    Stage(
        n_steps=500, horizon=500, rate=1e-3,
        shapes=(((160, 224), 8), ((256, 256), 4), ((192, 192), 7), ((128, 160), 12)),
        shares=(0.35, 0.15, 0.25, 0.25), large=0.2, points=20.0,
    ),
)  # fmt: skip


def trained(
    sources: Sequence[Source],
    weights: NDArray[np.float64],
    *,
    seed: int = 0,
    say: Callable[[str], None] = print,
) -> FaceGrids:
    """Return a network trained on ``sources``, drawn by ``weights``."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    net = FaceGrids().to(memory_format=torch.channels_last)
    for number, stage in enumerate(STAGES):
        composer = Composer(list(sources), weights, seed + number, large=stage.large)
        net = taught(net, composer, stage, seed + number, say)
    kept: FaceGrids = net.eval()
    return kept


def taught(
    net: FaceGrids, composer: Composer, stage: Stage, seed: int, say: Callable[[str], None]
) -> FaceGrids:
    """Return the running mean of ``net`` over one stage."""
    rng = np.random.default_rng(seed)
    mean = copy.deepcopy(net)
    optimizer = torch.optim.AdamW(net.parameters(), stage.rate, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda i: _rate(i / stage.horizon))
    usual = 0.0
    for step in range(stage.n_steps):
        shape, n = stage.shapes[rng.choice(len(stage.shapes), p=stage.shares)]
        pictures, wanted = _batch(composer, shape, n)
        net.train()
        with torch.autocast("cpu", torch.bfloat16):
            told = net(pictures)
        error = loss(told, wanted, points=stage.points)
        optimizer.zero_grad()
        error.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimizer.step()
        schedule.step()
        _average(mean, net, min(AVERAGED, step / (step + 10)))
        usual = 0.98 * usual + 0.02 * float(error.detach())
        if step % 100 == 99:
            so_far = usual / (1 - 0.98 ** (step + 1))
            say(f"step {step + 1} of {stage.n_steps}: loss {so_far:.3f}")
    return mean


def _rate(done: float) -> float:
    if done < WARM_UP:
        return done / WARM_UP + 1e-3
    return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (done - WARM_UP) / (1 - WARM_UP)))


def _average(mean: FaceGrids, net: FaceGrids, keep: float) -> None:
    with torch.no_grad():
        for kept, new in zip(mean.state_dict().values(), net.state_dict().values(), strict=True):
            if kept.dtype.is_floating_point:
                kept.mul_(keep).add_(new, alpha=1 - keep)
            else:
                kept.copy_(new)


def _batch(
    composer: Composer, shape: tuple[int, int], n: int
) -> tuple[torch.Tensor, list[tuple[torch.Tensor, torch.Tensor]]]:
    scenes = [composer.scene(shape) for _ in range(n)]
    pictures = torch.from_numpy(np.stack([s.grey for s in scenes])).float().unsqueeze(1)
    pictures = pictures.contiguous(memory_format=torch.channels_last)
    each = [answers(s.faces, shape) for s in scenes]
    wanted = []
    for grids in zip(*each, strict=True):
        face = torch.from_numpy(np.stack([g.face for g in grids]))
        geometry = torch.from_numpy(np.stack([g.geometry for g in grids]))
        wanted.append((face, geometry))
    return pictures, wanted
