"""Train the model that tells speakers apart."""

import datetime
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from emer.evals.train.saving import save
from emer.evals.train.speakers.card import card
from emer.evals.train.speakers.fitting import fit
from emer.evals.train.speakers.judging import judgement
from emer.evals.train.speakers.material import material
from emer.evals.train.sums import FOLDER

NAME: Final = "speakers"
SEED: Final = 11
CONVERSATIONS: Final = 200


def train(
    data: Annotated[Path, typer.Option(help="Folder of data sets.", exists=True, file_okay=False)],
    out: Annotated[Path, typer.Option(help="Folder of weights.", file_okay=False)] = FOLDER,
    n: Annotated[int, typer.Option(help="Synthetic conversations of 40 s.")] = CONVERSATIONS,
    date: Annotated[str, typer.Option(help="Date for the card. [default: today]")] = "",
) -> None:
    """Train on synthetic conversations of speakers who are not held out; ten minutes or so.

    Real conversations are not touched.
    """
    from emer.evals.train.speakers.graph import serialised

    rng = np.random.default_rng(SEED)
    voices = material(data, n, rng)
    model = fit(voices, rng)
    made = date or datetime.datetime.now(datetime.UTC).date().isoformat()
    settings = {
        "between": [round(float(v), 5) for v in model.between],
        "counting": judgement(data, voices, rng),
    }
    save(NAME, serialised(model), card(made), settings, out)
    hours = sum(len(v.cepstra) for v in voices) / 360_000
    names = {v.name for v in voices}
    typer.echo(f"{len(voices)} voices, {len(names)} persons and speeds, {hours:.1f} h voiced")
