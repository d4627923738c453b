"""A voice's categories by what was learnt without its speaker, as similar cases are found by."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

KNOWN: Final = 20
"""Other utterances of the speaker that are known, unlabelled."""

Scores = dict[str, float]
Tell = Callable[[str], None]


def unheard_categories(data: Path, tell: Tell, cache: Path | None = None) -> dict[Path, Scores]:
    """Return the eight categories' scores per file of RAVDESS and EmoDB; learns anew per fold.

    Args:
        data: Folder of data sets.
        tell: Gets a line per fold.
        cache: Folder for features between runs.
    """
    from emer.evals.train.voice.command import read_heard
    from emer.evals.train.voice.corpora import CATEGORIES, FOLDS, read_both
    from emer.evals.train.voice.recipe import Recipe
    from emer.evals.train.voice.regimes import probabilities, unheard

    heard, paths = read_heard(data, cache), [spoken.path for spoken in read_both(data)]
    found: dict[Path, Scores] = {}
    for corpus in ("ravdess", "emodb"):
        own = heard.corpus == corpus
        folds = FOLDS if corpus == "ravdess" else len(set(heard.speakers[own]))
        answers = unheard(heard, corpus, folds, Recipe(), (KNOWN,), tell)
        order = fold_by_fold(heard.speakers, own, folds)
        for i, row in zip(order, probabilities(answers.logits[KNOWN][0]), strict=True):
            found[paths[i]] = dict(zip(CATEGORIES, row.astype(float).tolist(), strict=True))
    return found


def fold_by_fold(
    speakers: "NDArray[np.str_]", own: "NDArray[np.bool_]", folds: int
) -> "NDArray[np.intp]":
    """Return the places of one corpus' files in the order in which folds answer for them.

    Args:
        speakers: Of all files.
        own: Which files are of the corpus.
        folds: How many its speakers are dealt into.
    """
    from emer.evals.train.voice.corpora import actor_folds

    dealt = actor_folds(list(speakers[own]), folds)
    return np.concatenate([np.flatnonzero(own & np.isin(speakers, held)) for held in dealt])
