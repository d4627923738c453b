"""Voices: categories, arousal and valence of speakers that were not heard in training; abstention.

Reads    ``speech_emotion/ravdess`` and ``speech_emotion/emodb`` below the data folder, or the data
         folder itself if it holds a ``labels.csv`` (file, speaker, emotion); for plain talk
         ``asr/librispeech_test_other`` and ``asr/speechbrain``
Returns  with ``folds`` all figures by folds of speakers, trained anew; else what the shipped weights
         say about every corpus, apart for speakers that training heard and others; and always what
         comes of sound that is no voice
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emer.evals.accuracy.not_voices import abstention
from emer.evals.accuracy.plain_talk import plain_talk
from emer.evals.accuracy.subjects import Tell
from emer.evals.statistics import bootstrap, uar
from emer.evals.tables import Cell, Table
from emer.evals.train.voice.corpora import CATEGORIES, Spoken, read_corpus
from emer.tools.errors import EmerError
from emer.tools.speech_emotion_features import RENDERINGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emer.evals.train.voice.regimes import Heard

    Floats = NDArray[np.float32]
    Indices = NDArray[np.int64]

TOOL: Final = "speech_emotion"
KNOWN: Final = 20


def measure(data: Path, *, folds: bool, tell: Tell) -> list[Table]:
    """Measure voices; see the module's head and ``accuracy.subjects.Measure``."""
    if not folds:
        shipped = _shipped(_summarised(corpora_in(data), tell))
        return [shipped, *plain_talk(data, tell), abstention()]
    from emer.evals.train.voice.command import read_heard, tables_of, unheard_answers

    tell("every file is summarised, and so are its copies")
    heard = read_heard(data, None)
    folds_apart = tables_of(unheard_answers(heard, tell))
    return [*folds_apart, _shipped(_both(heard)), *plain_talk(data, tell), abstention()]


class _Summarised(NamedTuple):
    """One corpus as the network hears it."""

    name: str
    vectors: "Floats"
    """Shape ``(files, RENDERINGS, f)``."""
    truth: "Indices"
    speakers: "NDArray[np.str_]"


def _both(heard: "Heard") -> Iterator[_Summarised]:
    for name in ("ravdess", "emodb"):
        own = heard.corpus == name
        vectors = heard.vectors[:RENDERINGS, own].swapaxes(0, 1)
        yield _Summarised(str(name), vectors, heard.truth[own], heard.speakers[own])


def _summarised(corpora: list[list[Spoken]], tell: Tell) -> Iterator[_Summarised]:
    from emer.evals.train.voice.extraction import extract

    for corpus in corpora:
        tell(f"{corpus[0].corpus}: {len(corpus)} files")
        yield _Summarised(
            corpus[0].corpus,
            extract(corpus, RENDERINGS, None).swapaxes(0, 1),
            np.array([CATEGORIES.index(s.category) for s in corpus]),
            np.array([s.speaker for s in corpus]),
        )


def corpora_in(data: Path) -> list[list[Spoken]]:
    """Return the corpora below ``data``, or the one that it is.

    Raises:
        EmerError: There is none.
    """
    tables = [data / "labels.csv", *sorted((data / "speech_emotion").glob("*/labels.csv"))]
    found = [read_corpus(table.parent) for table in tables if table.is_file()]
    if not found:
        raise EmerError(
            f"{data} holds no labelled speech",
            remedy="Name a folder with labels.csv, or one with speech_emotion/ravdess/labels.csv.",
        )
    return found


def _shipped(corpora: Iterable[_Summarised]) -> Table:
    """Judge every file with the weights as they ship."""
    from emer.tools.networks import network

    heard_in_training = set(network(TOOL, TOOL).settings["speakers"])
    rows: list[tuple[Cell, ...]] = []
    for name, vectors, truth, speakers in corpora:
        seen = np.isin(speakers, list(heard_in_training))
        for words, own in (("yes", seen), ("no", ~seen)):
            if own.any():
                rows += _rows(name, words, vectors[own], truth[own], speakers[own])
    return Table(
        "voice.shipped", "The weights as they ship",
        "Unweighted average recall over the categories that occur in a corpus; scores of others are "
        "left out, and calm counts as neutral where it does not occur. Speakers that training heard "
        "are no test: those figures only show that the file is the one that was trained. Known "
        f"utterances: up to {KNOWN} others of the speaker, drawn once at random, unlabelled, the "
        "judged one not among them. Intervals: 95 %, bootstrap over speakers.",
        ("corpus", "heard in training", "files", "categories", "0 known", f"{KNOWN} known"),
        tuple(rows),
    )  # fmt: skip


def _rows(
    name: str, seen: str, vectors: "Floats", truth: "Indices", speakers: "NDArray[np.str_]"
) -> list[tuple[Cell, ...]]:
    occurring = sorted({int(t) for t in truth})
    cells: list[Cell] = []
    for known in (0, KNOWN):
        scores = _judged(vectors, speakers, known)
        if CATEGORIES.index("calm") not in occurring:
            scores[:, CATEGORIES.index("neutral")] += scores[:, CATEGORIES.index("calm")]
        said = np.array(occurring)[scores[:, occurring].argmax(axis=1)]

        def recall(truth: "Indices", said: "Indices") -> float:
            return uar(truth, said, len(CATEGORIES))

        cells.append(bootstrap(recall, truth, said, groups=speakers, unit="speakers"))
    return [(name, seen, len(truth), len(occurring), *cells)]


def _judged(vectors: "Floats", speakers: "NDArray[np.str_]", known: int) -> "Floats":
    """Return the shipped network's scores, ``(files, 8)``."""
    from emer.tools.networks import network

    net = network(TOOL, TOOL)
    rng = np.random.default_rng(known)
    found = []
    for i, speaker in enumerate(speakers):
        others = np.flatnonzero((speakers == speaker) & (np.arange(len(speakers)) != i))
        drawn = rng.choice(others, min(known, len(others)), replace=False) if known else others[:0]
        found.append(
            net.run(windows=vectors[i], others=vectors[drawn].reshape(-1, vectors.shape[2]))[0]
        )
    scores: Floats = np.stack(found).astype(np.float32)
    return scores
