"""Linear baselines of text emotion: TF-IDF and one-vs-rest logistic regression (scikit-learn)."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emer.evals.train.text.corpus import N_FOLDS, Texts, folds
from emer.evals.train.text.thresholds import best_threshold, best_thresholds
from emer.tools.errors import EmerError

Scores = NDArray[np.float32]
Row = tuple[str, Scores, NDArray[np.bool_], float, NDArray[np.float64]]


def baselines(train: Texts, dev: Texts, tell: Callable[[str], None]) -> Iterator[Row]:
    """Yield name, scores on dev, truth, and thresholds fixed on folds of the training part.

    Raises:
        EmerError: scikit-learn is not installed.
    """
    try:
        import sklearn  # noqa: F401
    except ImportError as error:
        raise EmerError(
            "the baselines need scikit-learn, which is not installed",
            remedy="Run: pip install scikit-learn",
        ) from error
    fold = folds(train.texts)
    for name, characters, strength in (
        ("words and pairs of words, TF-IDF, logistic regression", False, 3.0),
        ("the same with pieces of words", True, 2.0),
    ):
        tell(name)
        held_out = np.zeros(train.truth.shape, np.float32)
        for k in range(N_FOLDS):
            seen, unseen = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
            held_out[unseen] = _scores(_some(train, seen), _some(train, unseen).texts, characters, strength)  # fmt: skip
        scores = _scores(train, dev.texts, characters, strength)
        one, each = best_threshold(held_out, train.truth), best_thresholds(held_out, train.truth)
        yield name, scores, dev.truth, one, each


def _some(texts: Texts, rows: NDArray[np.intp]) -> Texts:
    return Texts([texts.texts[i] for i in rows], texts.truth[rows])


def _scores(train: Texts, texts: Sequence[str], characters: bool, strength: float) -> Scores:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_union

    vectors = make_union(*_vectorizers(characters))
    seen, asked = vectors.fit_transform(train.texts), vectors.transform(texts)
    scores = np.zeros((len(texts), train.truth.shape[1]), np.float32)
    for k in range(train.truth.shape[1]):
        model = LogisticRegression(
            C=strength, solver="liblinear", dual=True, max_iter=60, tol=0.1, random_state=0
        )
        scores[:, k] = model.fit(seen, train.truth[:, k]).predict_proba(asked)[:, 1]
    return scores


def _vectorizers(characters: bool) -> list[Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    pieces = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(2, 5), min_df=5, sublinear_tf=True, max_features=60_000
    )
    return [words, pieces] if characters else [words]
