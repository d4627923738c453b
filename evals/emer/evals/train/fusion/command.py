"""Fit how people weigh a voice against a face, and save it as a table."""

import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer

from emer.evals.train.fusion.percepts import SHRINK, UNIFORM, percepts
from emer.evals.train.fusion.pool import PENALTY, SMOOTHING, fit
from emer.evals.train.fusion.votes import CATEGORIES, read_votes
from emer.evals.train.saving import save
from emer.evals.train.sums import FOLDER

NAME: Final = "fusion"
WORDS: Final = 0.6
"""How much words count beside a voice and a face that were weighed by the fit. An assumption: the
raters' sentences were fixed and told nothing."""
UNMEASURED: Final = 0.55
"""Supposed share of right answers of an engine whose confusion nobody measured."""


def train(
    data: Annotated[Path, typer.Option(help="Folder of data sets.", exists=True)],
    out: Annotated[Path, typer.Option(help="Folder of weights.", file_okay=False)] = FOLDER,
    date: Annotated[str, typer.Option(help="Date for the card. [default: today]")] = "",
) -> None:
    """Fit the fusion of voice and face to the votes of CREMA-D's raters; nothing is random."""
    from emer.evals.accuracy.fusion import measured_in_words

    votes = read_votes(data)
    pool = fit(votes)
    table = percepts(votes, pool)
    settings: dict[str, Any] = {
        "categories": list(CATEGORIES),
        "joint": np.round(table.joint, 5).tolist(),
        "taken_for": np.round(table.taken_for, 4).tolist(),
        "n_clips": np.round(table.n_clips, 1).tolist(),
        "words_weight": WORDS,
        "unmeasured_accuracy": UNMEASURED,
    }
    made = date or datetime.datetime.now(datetime.UTC).date().isoformat()
    save(NAME, None, _card(made, measured_in_words(votes)), settings, out)
    typer.echo(f"{len(votes.both)} clips of {len(np.unique(votes.actors))} actors")


def _card(date: str, metrics: str) -> dict[str, Any]:
    return {
        "name": "emer-fusion",
        "purpose": "Says what people take a person for whose voice and face differ.",
        "inputs": "scores of six emotions for the voice, the face, or both, and for the words; how "
        "often each engine that gave them confuses one emotion with another",
        "outputs": "shares of six emotions, sum 1: what raters of such a clip would say",
        "licence": "Apache-2.0; derived from votes under the Open Database License 1.0",
        "commercial_use": True,
        "source": "this project; votes: Cao et al. 2014, doi:10.1109/TAFFC.2014.2336244",
        "trained_on": "CREMA-D: some ten votes each on 7,442 clips of 91 actors, heard only, seen "
        "only, and both",
        "split": "five folds by actor for all figures; the shipped table is made of all actors",
        "metrics": metrics,
        "calibration": "shares of votes; fitted by log-loss, measured on actors left out",
        "training": f"python -m emer.evals.train fusion --data DIR (smoothing {SMOOTHING:g}, penalty "
        f"{PENALTY:g}, shrinkage {SHRINK:g}, uniform part {UNIFORM:g})",
        "date": date,
        "limits": (
            "actors of twelve fixed sentences in English, rated in the United States",
            "six categories: surprise, contempt and all finer shades are not among them",
            "how much words count is an assumption, not fitted: the sentences told nothing",
            "an engine without measured confusion is supposed to be right in "
            f"{UNMEASURED:.0%} of cases",
            "raters' votes on acted clips say how displays are taken, not what is felt",
        ),
    }
