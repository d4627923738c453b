"""Train the landmark network twice from one beginning: once for the figures, once to be shipped."""

import copy
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import numpy as np
import typer

from emer.evals.train.face_landmarks.card import card
from emer.evals.train.face_landmarks.mesh import (
    FIVE,
    HELD_OUT,
    LIVE,
    POINTS,
    SIDE_PX,
    TEMPLATE,
    places,
)
from emer.evals.train.saving import save
from emer.evals.train.sums import FOLDER

if TYPE_CHECKING:
    from emer.evals.train.face_landmarks.network import Landmarker

NAME: Final = "face_landmarks"
STEPS: Final = 4200
"""Of the beginning, which never sees ``HELD_OUT``."""
MORE: Final = 1800
"""Going on: without ``HELD_OUT`` for the figures, with everybody for what is shipped."""
SEED: Final = 0
MEASURED: Final = "measured"
"""Folder beside the labels for the network that never saw the persons held out: accuracy is
measured with it, not with the shipped one."""


def train(
    labels: Annotated[
        Path, typer.Option(help="Folder that the teacher's labels were written to.", exists=True)
    ],
    data: Annotated[
        Path | None, typer.Option(help="Folder of data sets; the labels hold all that is needed.")
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder of weights.", file_okay=False)] = FOLDER,
    steps: Annotated[int, typer.Option(help="Steps of the beginning.", min=1)] = STEPS,
    more: Annotated[int, typer.Option(help="Steps of each end.", min=1)] = MORE,
    resume: Annotated[
        bool, typer.Option("--resume", help="Use parts that are done, beside the labels.")
    ] = False,
    date: Annotated[str, typer.Option(help="Date for the card. [default: today]")] = "",
) -> None:
    """Train without the persons held out, measure on them, and train on with everybody.

    The teacher's labels come from python -m emer.evals.train.face_landmarks.labelling.
    """
    from emer.evals.train.face_landmarks.export import exported
    from emer.evals.train.face_landmarks.judging import judge
    from emer.evals.train.face_landmarks.material import seen
    from emer.tools.networks import load

    first = part(labels, "first", steps, resume, hold_out=True)
    measured = part(labels, "measured", more, resume, hold_out=True, start=first)
    shipped = part(labels, "shipped", more, resume, hold_out=False, start=first)
    today = date or datetime.datetime.now(datetime.UTC).date().isoformat()
    save(NAME, exported(measured), card(None, today, steps, more), settings(), labels / MEASURED)
    everybody = seen(labels)
    held = everybody.part(np.isin(everybody.persons, HELD_OUT))
    judged = judge(load("action_units", NAME, folder=labels / MEASURED), held)
    typer.echo(f"persons left out: error {judged.errors.mean():.4f}, r {judged.mean_within():.3f}")
    save(NAME, exported(shipped), card(judged, today, steps, more), settings(), out)


def part(
    labels: Path,
    name: str,
    steps: int,
    resume: bool,
    *,
    hold_out: bool,
    start: "Landmarker | None" = None,
    tell: Callable[[str], None] = typer.echo,
) -> "Landmarker":
    """Train one part and keep it as ``NAME.pt`` beside the labels.

    Args:
        labels: Folder of the labels.
        name: Of the part.
        steps: How many.
        resume: Use the part if it is done.
        hold_out: Without the persons held out.
        start: Where to begin; it stays as it is.
        tell: Gets a line now and then.
    """
    import torch

    from emer.evals.train.face_landmarks.learning import train as learn
    from emer.evals.train.face_landmarks.material import borrowed, seen
    from emer.evals.train.face_landmarks.network import Landmarker

    path = labels / f"{name}.pt"
    if resume and path.is_file():
        network = Landmarker()
        network.load_state_dict(torch.load(path, weights_only=True))
        network.eval()
        return network
    real = seen(labels)
    if hold_out:
        real = real.part(~np.isin(real.persons, HELD_OUT))
    made = borrowed(labels, hold_out=hold_out)
    seed = SEED if start is None else SEED + 1
    network = learn(real, made, steps=steps, seed=seed, start=copy.deepcopy(start), tell=tell)
    torch.save(network.state_dict(), path)
    return network


def settings() -> dict[str, Any]:
    """Return what the product needs beside the graph."""
    return {
        "points": list(POINTS),
        "five": [places(group) for group in FIVE],
        "template": np.round(TEMPLATE, 4).tolist(),
        "side_px": SIDE_PX,
        "shapes": list(LIVE),
    }
