"""Whether the cases that retrieval finds are alike in what people saw in them.

Reads    ``emer/emer_v2.csv`` and ``emer/emotion_resolved_2026.csv``, ``text/goemotions``,
         ``speech_emotion/ravdess`` and ``emodb`` below the folder of data
Returns  mean agreement of labels with the nearest 5 and 10, beside chance, TF-IDF and parts of the
         vector alone
Cost     three minutes; with ``folds`` ten more, on one core
"""

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from emer.evals.accuracy.emotion_wheels import Wheels, overlap, wheel_overlap
from emer.evals.accuracy.neighbours import Agreement, Floats, embedded, rows, tf_idf
from emer.evals.accuracy.retrieval_unheard import unheard_categories
from emer.evals.accuracy.retrieval_voices import voices
from emer.evals.tables import Table
from emer.evals.train.text.corpus import goemotions
from emer.memory.case import AffectProfile, ModalityAffect
from emer.memory.embedding import WORDING_AT
from emer.tools.errors import EmerError
from emer.tools.text_model import text_model

EMER: Final = Path("emer", "emer_v2.csv")
WHEELS: Final = Path("emer", "emotion_resolved_2026.csv")
SEED: Final = 11
N_QUERIES: Final = 1000
N_KEYS: Final = 6000
COLUMNS: Final = ("compared by", "agreement, nearest 5", "agreement, nearest 10")
Tell = Callable[[str], None]


def measure(data: Path, *, folds: bool, tell: Tell) -> list[Table]:
    """Return all tables; see ``emer.evals.accuracy.subjects``."""
    tell("EMER subtitles")
    tables = _subtitles(data, tell)
    tell("GoEmotions")
    tables += _comments(data, tell)
    tell("voices")
    return [*tables, *voices(data, tell, unheard_categories(data, tell) if folds else None)]


def judged(texts: Sequence[str]) -> list[AffectProfile]:
    """Return what the text emotion specialist makes of each text, as a profile."""
    return [
        AffectProfile(
            words=ModalityAffect(valence=v.valence, arousal=v.arousal), text_categories=v.expressed
        )
        for v in text_model().judge(texts)
    ]


def _ways(
    queries: Sequence[str], keys: Sequence[str], tell: Tell
) -> dict[str, tuple[Floats, Floats]]:
    nothing = AffectProfile()

    def both(with_affect: bool, with_words: bool) -> tuple[Floats, Floats]:
        pair = []
        for texts in (queries, keys):
            profiles = judged(texts) if with_affect else [nothing] * len(texts)
            pair.append(embedded(profiles, texts if with_words else [""] * len(texts), tell))
        return pair[0], pair[1]

    words = both(False, True)
    return {
        "TF-IDF of the words": tf_idf(keys, queries),
        "hashed words alone": (_hashed(words[0]), _hashed(words[1])),
        "affect and categories of the words alone": both(True, False),
        "hashed words and what they express": words,
        "what emer compares: both": both(True, True),
    }


def _hashed(vectors: Floats) -> Floats:
    """Return the part of case vectors that holds the words themselves, at length 1."""
    part = vectors[:, WORDING_AT:]
    length = np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-9)
    return np.asarray(part / length, np.float32)


def _subtitles(data: Path, tell: Tell) -> list[Table]:
    clips = [row for row in _rows(data / EMER) if row["subtitle_en"].strip()]
    words = [row["subtitle_en"] for row in clips]
    labels = [
        frozenset(x.strip().casefold() for x in row["ov_labels"].split(";") if x.strip())
        for row in clips
    ]
    wheels = Wheels(data / WHEELS)
    groups = [wheels.groups(one) for one in labels]
    n = len(clips)
    by_wheel, plain = np.full((n, n), np.nan, np.float32), np.full((n, n), np.nan, np.float32)
    for i in range(n):
        for j in range(n):
            if i != j:
                by_wheel[i, j] = _number(wheel_overlap(groups[i], groups[j]))
                plain[i, j] = _number(overlap(labels[i], labels[j]))
    ways = _ways(words, words, tell)
    regime = (
        f"{n} clips of EMER v2; only the English subtitle is query and key, each clip against all "
        "others. Nothing was trained or chosen on EMER. The labels describe face and voice as "
        "well, which words cannot know."
    )
    return [
        Table(
            f"retrieval.emer.{name}", f"Subtitles of EMER: {title}", regime, COLUMNS,
            tuple(rows(ways, agreement, unit="clips")),
        )
        for name, title, agreement in (
            ("wheels", "overlap of groups on the emotion wheels (Jaccard, mean of five)", by_wheel),
            ("labels", "overlap of the labels themselves (Jaccard)", plain),
        )
    ]  # fmt: skip


def _comments(data: Path, tell: Tell) -> list[Table]:
    train, dev = goemotions(data, "train"), goemotions(data, "dev")
    rng = np.random.default_rng(SEED)
    keys = rng.choice(len(train.texts), N_KEYS, replace=False)
    asked = rng.permutation(len(dev.texts))
    queries, others = asked[:N_QUERIES], asked[N_QUERIES:]
    tables = []
    for name, texts, truth, what in (
        ("train", [train.texts[i] for i in keys], train.truth[keys], "of the training part, which "
         "the networks were trained on"),
        ("dev", [dev.texts[i] for i in others], dev.truth[others], "of the same part, which no "
         "network has seen either: so it is with cases"),
    ):  # fmt: skip
        agreement = _jaccard(dev.truth[queries], truth)
        ways = _ways([dev.texts[i] for i in queries], texts, tell)
        regime = (
            f"{N_QUERIES:,} comments of GoEmotions dev, drawn once, against {len(texts):,} {what}. "
            "Agreement: labels in common over labels of either (Jaccard)."
        )
        found = tuple(rows(ways, agreement, unit="texts"))
        shared = np.where(agreement > 0, np.float32(1), np.float32(0))
        found += tuple(
            (f"{way}; any label in common", *cells)
            for way, *cells in rows(ways, shared, unit="texts")
        )
        title = f"Comments of GoEmotions, neighbours of the {'training' if name == 'train' else 'same'} part"
        tables.append(Table(f"retrieval.goemotions.{name}", title, regime, COLUMNS, found))
    return tables


def _jaccard(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> Agreement:
    a, b = one.astype(np.float32), other.astype(np.float32)
    shared = a @ b.T
    either = a.sum(axis=1)[:, None] + b.sum(axis=1)[None, :] - shared
    return np.asarray(shared / either, np.float32)


def _number(value: float | None) -> float:
    return float("nan") if value is None else value


def _rows(file: Path) -> list[dict[str, str]]:
    try:
        return list(csv.DictReader(file.open(encoding="utf-8", newline="")))
    except OSError as error:
        raise EmerError(
            f"{file} cannot be read ({error.strerror})",
            remedy="Give the folder of data sets with --data.",
        ) from error
