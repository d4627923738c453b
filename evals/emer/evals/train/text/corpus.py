"""Labelled texts: GoEmotions as published, and MELD, which is only ever measured on.

Reads    ``text/goemotions/original`` (Demszky et al. 2020, doi:10.18653/v1/2020.acl-main.372;
         Apache-2.0) and ``text/meld`` (Poria et al. 2019, doi:10.18653/v1/P19-1050) below a folder
Returns  texts and their categories
"""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from emer.tools.errors import EmerError
from emer.tools.text_model import CATEGORIES

SEED: Final = 7
N_FOLDS: Final = 3
GOEMOTIONS: Final = Path("text", "goemotions", "original")
MELD: Final = Path("text", "meld", "meld_train_dev.csv")
MELD_GROUPS: Final = {
    "neutral": ("neutral",),
    "joy": (
        "joy", "amusement", "approval", "excitement", "gratitude", "love", "optimism", "relief",
        "pride", "admiration", "desire", "caring",
    ),
    "surprise": ("surprise", "realization", "confusion", "curiosity"),
    "anger": ("anger", "annoyance", "disapproval"),
    "sadness": ("sadness", "disappointment", "embarrassment", "grief", "remorse"),
    "disgust": ("disgust",),
    "fear": ("fear", "nervousness"),
}  # fmt: skip
"""The grouping into Ekman's categories that was published with GoEmotions."""


class Texts(NamedTuple):
    """Labelled texts, n of them."""

    texts: list[str]
    truth: NDArray[np.bool_]
    """Shape ``(n, 28)``; for MELD ``(n, 7)``."""


def goemotions(data: Path, part: str) -> Texts:
    """Read ``train`` or ``dev`` of GoEmotions; the placeholders for names are dropped.

    Raises:
        EmerError: It is not there.
    """
    rows = [line.split("\t") for line in _read(data / GOEMOTIONS / f"{part}.tsv").splitlines()]
    truth = np.zeros((len(rows), len(CATEGORIES)), np.bool_)
    for i, row in enumerate(rows):
        truth[i, [int(k) for k in row[1].split(",")]] = True
    return Texts([re.sub(r"\[(?:NAME|RELIGION)\]", "", row[0]) for row in rows], truth)


def meld_dev(data: Path) -> Texts:
    """Read the development part of MELD in the seven groups of ``MELD_GROUPS``.

    Raises:
        EmerError: It is not there.
    """
    lines = _read(data / MELD).splitlines()
    rows = [row for row in csv.DictReader(lines) if row["split"] == "val"]
    truth = np.array([[row["emotion"] == name for name in MELD_GROUPS] for row in rows])
    return Texts([row["transcript_en"] for row in rows], truth)


def as_recognised(text: str) -> str:
    """Write ``text`` as a speech recogniser without punctuation would."""
    return re.sub(r"[^\w\s'\u2019]|_", " ", text).lower()


def normalised(text: str) -> str:
    """Return what two texts share that say the same words."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def folds(texts: Sequence[str]) -> NDArray[np.int64]:
    """Return the fold of each text; texts of the same words share one."""
    _, group = np.unique([normalised(text) for text in texts], return_inverse=True)
    drawn = np.random.default_rng(SEED).integers(N_FOLDS, size=int(group.max()) + 1)
    return np.asarray(drawn[group], np.int64)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise EmerError(
            f"{file} cannot be read ({error.strerror})",
            remedy="Give the folder of data sets with --data.",
        ) from error
