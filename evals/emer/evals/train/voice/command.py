"""Train, measure and ship ``speech_emotion``: ``python -m emer.evals.train voice --data DIR``."""

import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from emer.evals.tables import Table, as_markdown
from emer.evals.train.sums import FOLDER
from emer.evals.train.voice import augment, figures
from emer.evals.train.voice.calibration import familiar_until, fit_sharpness
from emer.evals.train.voice.corpora import FOLDS, read_both
from emer.evals.train.voice.discriminant import Recipe
from emer.evals.train.voice.extraction import extract
from emer.evals.train.voice.regimes import Answers, Heard, Tell, across, unheard

NAME: Final = "speech_emotion"


def train(
    data: Annotated[
        Path, typer.Option(help="Folder with speech_emotion/.", exists=True, file_okay=False)
    ],
    out: Annotated[Path, typer.Option(help="Folder of weights.", file_okay=False)] = FOLDER,
    cache: Annotated[
        Path | None, typer.Option(help="Keep features here between runs.", file_okay=False)
    ] = None,
) -> None:
    """Train on RAVDESS and EmoDB; measure by folds of speakers; write the weights and their card.

    About five minutes on one core, nearly all of it for the features.
    """
    from emer.evals.train.saving import save
    from emer.evals.train.voice.card import calibration, card, settings
    from emer.evals.train.voice.export import as_onnx

    heard = read_heard(data, cache)
    answers = unheard_answers(heard, typer.echo)
    sharp = fit_sharpness(answers["ravdess"], answers["ravdess"].truth >= 0)
    full, none = familiar_until(answers["ravdess"])
    listener = heard.listener(Recipe())
    tables = tables_of(answers)
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    beside = settings(answers["ravdess"], sorted(set(heard.speakers)), sharp, full, none)
    beside["calibration"] = calibration(answers["ravdess"], sharp, today)
    save(NAME, as_onnx(listener, sharp, full, none), card(tables, today), beside, out)
    typer.echo(as_markdown(tables))


def read_heard(data: Path, cache: Path | None) -> Heard:
    """Return both corpora with their features and those of their altered copies."""
    spoken = read_both(data)
    return Heard.of(spoken, extract(spoken, len(augment.COPIES), cache))


def unheard_answers(heard: Heard, tell: Tell) -> dict[str, Answers]:
    """Return the answers of every regime; learns anew for each fold."""
    recipe = Recipe()
    known = figures.KNOWN
    leave_one = len(set(heard.speakers[heard.corpus == "emodb"]))
    found = {
        "ravdess": unheard(heard, "ravdess", FOLDS, recipe, known, tell),
        "emodb": unheard(heard, "emodb", leave_one, recipe, known, tell),
    }
    for source, judged in (("ravdess", "emodb"), ("emodb", "ravdess")):
        found[f"{source}_to_{judged}"] = across(heard, source, recipe, known)
        tell(f"{judged}, by what was learnt on {source}")
    return found


def tables_of(answers: dict[str, Answers]) -> list[Table]:
    """Lay out everything that is measured by folds."""
    return [
        figures.regimes(answers),
        figures.recalls(answers["ravdess"]),
        figures.calibration(answers["ravdess"]),
        figures.dimensions(answers["ravdess"], answers["emodb"]),
    ]
