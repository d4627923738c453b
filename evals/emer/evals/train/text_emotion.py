"""Train and measure the text emotion model; everything is chosen on folds of the training part.

Reads    a folder with ``train.tsv``, ``dev.tsv`` and ``labels.txt`` of GoEmotions (Demszky et al.
         2020, doi:10.18653/v1/2020.acl-main.372; Apache-2.0), and for a second opinion MELD as a table
Returns  the weights file that ``emer.tools.text_model`` loads, and a report as JSON
Cost     about 10 minutes on two busy cores, 2 GB of memory
Source   one-vs-rest logistic regression, liblinear's dual solver (Fan et al. 2008)

    python -m emer.evals.train.text_emotion --data DIR --out FILE [--report FILE] [--meld FILE]

Seeds are fixed: the same versions of the libraries on the same machine give the same file.
"""

import argparse
import csv
import hashlib
import io
import json
import re
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from emer.evals.train.text_phrases import phrases
from emer.tools.errors import EmerError
from emer.tools.text_features import ROWS, WORD_ROWS, features, tokenize
from emer.tools.text_language import LETTERS, folded_words, letter_codes
from emer.tools.text_model import CATEGORIES, LETTER_STEPS, TextModel, load

STRENGTHS: Final = (2.0, 4.0)
"""Inverse strengths of the L2 penalty that are tried."""
N_FOLDS: Final = 3
SEED: Final = 7
GRID: Final = np.round(np.arange(0.05, 0.76, 0.01), 2)
"""Thresholds that are tried."""
FIXED: Final = 0.3
"""A threshold nobody chose, for comparison with published figures."""
SMOOTHING: Final = 0.02
"""Count given to every unseen triple of letters."""

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
    """Shape ``(n, 28)``."""


class Prepared(NamedTuple):
    """Training texts as sparse matrices of shape ``(n, ROWS)``, and our own phrases."""

    written: Any
    recognised: Any
    truth: NDArray[np.bool_]
    phrases: Any
    phrases_truth: NDArray[np.bool_]


class Weights(NamedTuple):
    """A trained model before rounding."""

    table: NDArray[np.float32]
    """Shape ``(ROWS, 28)``."""
    bias: NDArray[np.float32]
    """Shape ``(28,)``."""


def read_goemotions(file: Path) -> Texts:
    """Read one part of GoEmotions; the placeholders for names are dropped."""
    rows = [line.split("\t") for line in file.read_text("utf-8").splitlines()]
    truth = np.zeros((len(rows), len(CATEGORIES)), np.bool_)
    for i, row in enumerate(rows):
        truth[i, [int(k) for k in row[1].split(",")]] = True
    return Texts([re.sub(r"\[(?:NAME|RELIGION)\]", "", row[0]) for row in rows], truth)


def as_recognised(text: str) -> str:
    """Write ``text`` as a speech recogniser without punctuation would."""
    return re.sub(r"[^\w\s'\u2019]|_", " ", text).lower()


def matrix(texts: Sequence[str]) -> Any:  # noqa: ANN401 - scipy has no types
    """Return the features of ``texts`` as a sparse matrix of shape ``(len(texts), ROWS)``."""
    sparse = _library("scipy.sparse")
    rows, values, ends = [], [], [0]
    for text in texts:
        one = features(tokenize(text))
        for group in (one.words, one.pieces):
            rows.append(group)
            values.append(np.full(len(group), 1.0 / np.sqrt(max(len(group), 1)), np.float32))
        ends.append(ends[-1] + len(one.words) + len(one.pieces))
    x = sparse.csr_matrix(
        (np.concatenate(values), np.concatenate(rows), ends), shape=(len(texts), ROWS)
    )
    x.sum_duplicates()
    return x


def prepare(texts: Texts) -> Prepared:
    """Compute the features of ``texts``, once for all trainings."""
    own = phrases()
    truth = np.array([[category == name for name in CATEGORIES] for _, category in own])
    return Prepared(
        matrix(texts.texts),
        matrix([as_recognised(text) for text in texts.texts]),
        texts.truth,
        matrix([text for text, _ in own]),
        truth,
    )


def fit(data: Prepared, chosen: NDArray[np.intp], jobs: int, strength: float) -> Weights:
    """Train on the ``chosen`` texts, as written and as recognised, and on our own phrases."""
    sparse, joblib = _library("scipy.sparse"), _library("joblib")
    x = sparse.vstack([data.written[chosen], data.recognised[chosen], data.phrases]).tocsr()
    truth = np.vstack([data.truth[chosen], data.truth[chosen], data.phrases_truth])
    fitted = joblib.Parallel(n_jobs=jobs)(
        # each text comes twice, so that each copy counts half
        joblib.delayed(_fit_one)(x, truth[:, k], strength / 2)
        for k in range(len(CATEGORIES))
    )
    return Weights(
        np.stack([row for row, _ in fitted], axis=1),
        np.array([bias for _, bias in fitted], np.float32),
    )


def _fit_one(
    x: Any,  # noqa: ANN401 - scipy has no types
    truth: NDArray[np.bool_],
    strength: float,
) -> tuple[NDArray[np.float32], float]:
    linear = _library("sklearn.linear_model")
    model = linear.LogisticRegression(
        C=strength, solver="liblinear", dual=True, max_iter=60, tol=0.1, random_state=SEED
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # not quite converged is early enough for 8 bits
        model.fit(x, truth)
    return model.coef_[0].astype(np.float32), float(model.intercept_[0])


def out_of_fold(data: Prepared, strength: float, jobs: int) -> NDArray[np.float32]:
    """Return scores of shape ``(n, 28)``, each by a model that did not see the text."""
    fold = np.random.default_rng(SEED).integers(N_FOLDS, size=len(data.truth))
    scores = np.zeros(data.truth.shape, np.float32)
    for k in range(N_FOLDS):
        trained = fit(data, np.flatnonzero(fold != k), jobs, strength)
        logits = data.written[fold == k] @ trained.table + trained.bias
        scores[fold == k] = 1.0 / (1.0 + np.exp(-logits))
    return scores


def f1_per_label(
    scores: NDArray[np.float32],
    truth: NDArray[np.bool_],
    threshold: float | NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return F1 per category, shape ``(28,)``; 0 where nothing is true or found."""
    said = scores >= threshold
    hits = (said & truth).sum(axis=0)
    return np.asarray(2.0 * hits / np.maximum(said.sum(axis=0) + truth.sum(axis=0), 1))


def micro_f1(
    scores: NDArray[np.float32],
    truth: NDArray[np.bool_],
    threshold: float | NDArray[np.float64],
) -> float:
    """Return F1 over all decisions."""
    said = scores >= threshold
    return 2.0 * int((said & truth).sum()) / max(int(said.sum()) + int(truth.sum()), 1)


def best_threshold(scores: NDArray[np.float32], truth: NDArray[np.bool_]) -> float:
    """Return the one threshold with the best macro-F1."""
    return float(max(GRID, key=lambda t: f1_per_label(scores, truth, float(t)).mean()))


def best_thresholds(scores: NDArray[np.float32], truth: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return per category the threshold with its best F1, shape ``(28,)``."""
    f1 = np.stack([f1_per_label(scores, truth, float(t)) for t in GRID])
    return np.asarray(GRID[f1.argmax(axis=0)])


def letter_statistics(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Count triples of letters; see ``text_language.guess`` for what the values mean."""
    n = len(LETTERS)
    counts = np.full((n, n, n), SMOOTHING)
    for text in texts:
        codes = letter_codes(f"  {' '.join(folded_words(text))} ")
        np.add.at(counts, (codes[:-2], codes[1:-1], codes[2:]), 1)
    surprise = -np.log(counts / counts.sum(axis=2, keepdims=True))
    typical = np.average(surprise, weights=counts - SMOOTHING)
    return np.asarray(np.round(np.minimum(surprise / typical * LETTER_STEPS, 255)), np.uint8)


def pack(weights: Weights, base_rate: NDArray[np.float32], letters: NDArray[np.uint8]) -> bytes:
    """Round to 8 bits per weight, one scale per category, and return the file's bytes."""
    scale = (np.abs(weights.table).max(axis=0) / 127.0).astype(np.float32)
    file = io.BytesIO()
    np.savez_compressed(
        file, rows=np.round(weights.table / scale).astype(np.int8), scale=scale,
        bias=weights.bias, base_rate=base_rate, letters=letters,
    )  # fmt: skip
    return file.getvalue()


def measure(
    scores: NDArray[np.float32],
    truth: NDArray[np.bool_],
    one: float,
    each: NDArray[np.float64],
) -> dict[str, float]:
    """Return the figures of the model card for thresholds that were fixed beforehand."""
    figures = {
        "macro_f1_one_threshold": f1_per_label(scores, truth, one).mean(),
        "micro_f1_one_threshold": micro_f1(scores, truth, one),
        f"macro_f1_at_{FIXED}": f1_per_label(scores, truth, FIXED).mean(),
        "macro_f1_per_label_thresholds": f1_per_label(scores, truth, each).mean(),
        "micro_f1_per_label_thresholds": micro_f1(scores, truth, each),
        "top1_in_gold": truth[np.arange(len(truth)), scores.argmax(axis=1)].mean(),
    }
    return {name: round(float(value), 4) for name, value in figures.items()}


def measure_meld(model: TextModel, file: Path) -> dict[str, float]:
    """Score MELD's development part in seven categories; nothing is trained or tuned on it."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["split"] == "val"]
    scores = model.scores([row["transcript_en"] for row in rows])
    names = list(MELD_GROUPS)
    members = [[CATEGORIES.index(c) for c in MELD_GROUPS[name]] for name in names]
    grouped = np.stack([scores[:, m].max(axis=1) for m in members], axis=1)
    truth = np.array([[row["emotion"] == name for name in names] for row in rows])
    said = grouped.argmax(axis=1)[:, None] == np.arange(len(names))
    f1 = f1_per_label(said.astype(np.float32), truth, 0.5)
    figures = {
        "n": len(rows),
        "accuracy": (said & truth).sum() / len(rows),
        "macro_f1": f1.mean(),
        "weighted_f1": (f1 * truth.mean(axis=0)).sum(),
        "accuracy_of_always_neutral": truth[:, names.index("neutral")].mean(),
    }
    return {name: round(float(value), 4) for name, value in figures.items()}


def train(data: Path, strengths: Sequence[float], jobs: int) -> tuple[bytes, dict[str, Any]]:
    """Choose on folds of the training part, train on all of it, measure once on the dev part."""
    texts = read_goemotions(data / "train.tsv")
    prepared = prepare(texts)
    scores = {c: out_of_fold(prepared, c, jobs) for c in strengths}
    folds = {
        c: f1_per_label(s, texts.truth, best_threshold(s, texts.truth)).mean()
        for c, s in scores.items()
    }
    strength = max(folds, key=lambda c: folds[c])
    one = best_threshold(scores[strength], texts.truth)
    each = best_thresholds(scores[strength], texts.truth)
    raw = pack(
        fit(prepared, np.arange(len(texts.texts)), jobs, strength),
        texts.truth.mean(axis=0).astype(np.float32),
        letter_statistics(texts.texts),
    )
    model, dev = load(raw), read_goemotions(data / "dev.tsv")
    unseen = np.array([t not in set(texts.texts) for t in dev.texts])
    report = {
        "sha256": hashlib.sha256(raw).hexdigest(),
        "size_bytes": len(raw),
        "rows": {"words": WORD_ROWS, "pieces": ROWS - WORD_ROWS},
        "strength": strength,
        "folds_macro_f1": {str(c): round(float(f), 4) for c, f in folds.items()},
        "threshold": one,
        "thresholds": dict(zip(CATEGORIES, each.tolist(), strict=True)),
        "folds": measure(scores[strength], texts.truth, one, each),
        "dev": measure(model.scores(dev.texts), dev.truth, one, each),
        "dev_without_texts_of_train": measure(
            model.scores([t for t, new in zip(dev.texts, unseen, strict=True) if new]),
            dev.truth[unseen], one, each,
        ),
        "dev_without_punctuation": measure(
            model.scores([as_recognised(t) for t in dev.texts]), dev.truth, one, each
        ),
        "dev_f1_per_label": dict(
            zip(
                CATEGORIES,
                np.round(f1_per_label(model.scores(dev.texts), dev.truth, each), 3).tolist(),
                strict=True,
            )
        ),
    }  # fmt: skip
    return raw, report


def _library(name: str) -> Any:  # noqa: ANN401 - these libraries have no types
    import importlib

    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise EmerError(
            f"training needs {name.partition('.')[0]}, which is not installed",
            remedy="Run: pip install scikit-learn scipy joblib",
        ) from error


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write the weights, and write the report to a file or to standard output."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of GoEmotions")
    parser.add_argument("--out", type=Path, required=True, help="weights file to write (.npz)")
    parser.add_argument("--report", type=Path, help="where the figures go; default standard output")
    parser.add_argument("--meld", type=Path, help="table of MELD, only measured on")
    parser.add_argument("--strengths", type=float, nargs="+", default=list(STRENGTHS))
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args(arguments)
    try:
        raw, report = train(asked.data, asked.strengths, asked.jobs)
    except (EmerError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    asked.out.write_bytes(raw)
    if asked.meld:
        report["meld_dev"] = measure_meld(load(raw), asked.meld)
    text = json.dumps(report, indent=1) + "\n"
    if asked.report:
        asked.report.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
