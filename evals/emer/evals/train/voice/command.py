"""Train, measure and ship ``speech_emotion``: ``python -m emer.evals.train voice --data DIR``."""

import datetime
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer

from emer.evals.tables import Table, as_markdown
from emer.evals.train.sums import FOLDER
from emer.evals.train.voice import augment, figures
from emer.evals.train.voice.calibration import familiar_until, fit_sharpness
from emer.evals.train.voice.corpora import FOLDS, PLAIN, READERS, read_both, read_plain
from emer.evals.train.voice.extraction import extract
from emer.evals.train.voice.recipe import Recipe
from emer.evals.train.voice.regimes import Answers, Heard, Tell, across, unheard

NAME: Final = "speech_emotion"


def train(
    data: Annotated[
        Path,
        typer.Option(help="Folder with speech_emotion/ and asr/.", exists=True, file_okay=False),
    ],
    out: Annotated[Path, typer.Option(help="Folder of weights.", file_okay=False)] = FOLDER,
    cache: Annotated[
        Path | None, typer.Option(help="Keep features here between runs.", file_okay=False)
    ] = None,
) -> None:
    """Train on RAVDESS, EmoDB and plain readers; measure by folds; write the weights and their card.

    About six minutes on one core, nearly all of it for the features.
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
    """Return what training hears: features of acted and plain speech and of their altered copies."""
    acted, plain = read_both(data), read_plain(data, READERS)
    vectors = [extract(spoken, len(augment.COPIES), cache) for spoken in (acted, plain)]
    return Heard.of([*acted, *plain], np.concatenate(vectors, axis=1))


def unheard_answers(heard: Heard, tell: Tell) -> dict[str, Answers]:
    """Return the answers of every regime; learns anew for each fold."""
    recipe, known = Recipe(), figures.KNOWN
    alike = replace(recipe, even=(recipe.even[0], recipe.lively[1]))
    leave_one = len(set(heard.speakers[heard.corpus == "emodb"]))
    found = {
        "ravdess": unheard(heard, "ravdess", FOLDS, recipe, known, tell),
        "emodb": unheard(heard, "emodb", leave_one, recipe, known, tell),
    }
    for source, judged in (("ravdess", "emodb"), ("emodb", "ravdess")):
        for corpora, way in (
            ((source,), recipe),
            ((source, PLAIN), recipe),
            ((source, PLAIN), alike),
        ):
            name = f"{'_'.join(corpora)}_to_{judged}{'_alike' if way is alike else ''}"
            found[name] = across(heard, corpora, judged, way, known)
            tell(f"{judged}, by what was learnt on {' and '.join(corpora)}")
    return found


def tables_of(answers: dict[str, Answers]) -> list[Table]:
    """Lay out everything that is measured by folds."""
    return [
        figures.regimes(answers),
        figures.recalls(answers["ravdess"]),
        figures.calibration(answers["ravdess"]),
        figures.dimensions(answers["ravdess"], answers["emodb"]),
    ]
