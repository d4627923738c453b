"""Figures over predictions, and how far chance could have moved them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.tables import Estimate

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.generic]
    Floats = NDArray[np.float64]
    Indices = NDArray[np.int64]

N_RESAMPLES: Final = 1000
N_BINS: Final = 15


def bootstrap(
    statistic: "Callable[..., float]",
    *arrays: "Array",
    groups: "Array | None" = None,
    n: int = N_RESAMPLES,
    seed: int = 0,
    unit: str = "",
    of_distance: bool = False,
) -> Estimate:
    """Return ``statistic(*arrays)`` with its 95 % percentile bootstrap interval.

    Args:
        statistic: Takes the arrays, resampled along their first axis.
        arrays: Of one length.
        groups: What belongs together (speaker, clip); whole groups are resampled. ``None``: every
            row stands for itself.
        n: Resamples.
        seed: Of the resampling.
        unit: What a group or row is, for the reader.
        of_distance: The statistic counts deviations either way (a calibration error), so that the
            noise of resampling only adds to it; the interval is moved back by what it added on average.
    """
    rows = np.arange(len(arrays[0])) if groups is None else np.asarray(groups)
    _, inverse = np.unique(rows, return_inverse=True)
    order, sizes = np.argsort(inverse, kind="stable"), np.bincount(inverse)
    starts = np.cumsum(sizes) - sizes
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(n):
        drawn = rng.integers(0, len(sizes), len(sizes))
        # the members of every drawn group, one group after the other
        ends = np.cumsum(sizes[drawn])
        shift = np.repeat(starts[drawn] - (ends - sizes[drawn]), sizes[drawn])
        taken = order[np.arange(ends[-1]) + shift]
        value = statistic(*(a[taken] for a in arrays))
        if np.isfinite(value):
            found.append(value)
    low, high = np.percentile(found, [2.5, 97.5]) if found else (np.nan, np.nan)
    value = float(statistic(*arrays))
    if of_distance and found:
        added = float(np.mean(found)) - value
        low, high = max(0.0, low - added), high - added
    return Estimate(value, float(low), float(high), n=len(sizes), unit=unit)


def recalls(truth: "Indices", said: "Indices", n_classes: int) -> "Floats":
    """Return the recall of each class, ``(n_classes,)``; NaN for one that never occurs."""
    hits = np.bincount(truth[truth == said], minlength=n_classes).astype(np.float64)
    counts = np.bincount(truth, minlength=n_classes)
    found: Floats = np.divide(hits, counts, out=np.full(n_classes, np.nan), where=counts > 0)
    return found


def uar(truth: "Indices", said: "Indices", n_classes: int) -> float:
    """Return the unweighted average recall over the classes that occur, 0..1."""
    return float(np.nanmean(recalls(truth, said, n_classes)))


def accuracy(truth: "Indices", said: "Indices") -> float:
    """Return the share of right answers, 0..1."""
    return float(np.mean(truth == said))


def average_precision(truth: "NDArray[np.bool_]", score: "Floats") -> float:
    """Return the mean precision over recall; equal scores are one step. NaN where nothing is true.

    Args:
        truth: ``(n,)``.
        score: ``(n,)``; the higher, the likelier true.
    """
    order = np.argsort(-score, kind="stable")
    last = np.append(np.flatnonzero(np.diff(score[order])), len(order) - 1)
    hits = np.cumsum(truth[order])[last]
    if not hits[-1]:
        return float("nan")
    gained = np.diff(hits, prepend=0) / hits[-1]
    return float((gained * hits / (last + 1)).sum())


def macro_f1(truth: "NDArray[np.bool_]", said: "NDArray[np.bool_]") -> float:
    """Return the mean F1 over labels of a multi-label problem, both ``(n, n_labels)``.

    A label that is neither true nor said anywhere counts 0, as in scikit-learn's default.
    """
    hits = (truth & said).sum(axis=0)
    total = truth.sum(axis=0) + said.sum(axis=0)
    return float(np.mean(np.divide(2.0 * hits, total, out=np.zeros(hits.shape), where=total > 0)))


def log_loss(probabilities: "Floats", target: "Floats") -> float:
    """Return the mean cross-entropy in nats; both are ``(n, n_classes)`` and sum to 1 in a row."""
    return float(-(target * np.log(np.clip(probabilities, 1e-12, 1.0))).sum(axis=1).mean())


def ece(confidence: "Floats", right: "NDArray[np.bool_]", n_bins: int = N_BINS) -> float:
    """Return the expected calibration error, 0..1, over bins of equal counts.

    Source: Naeini et al. 2015; equal counts after Nixon et al. 2019.
    """
    order = np.argsort(confidence, kind="stable")
    n = min(n_bins, len(order))
    starts = np.arange(n) * len(order) // n
    gaps = np.add.reduceat(confidence[order] - right[order], starts)
    return float(np.abs(gaps).sum() / len(order))


def ece_of_perfect(
    confidence: "Floats", n_bins: int = N_BINS, n: int = 200, seed: int = 0
) -> tuple[float, float]:
    """Return the ECE that a perfectly calibrated model would show here by chance.

    Returns:
        Its mean and its 97.5 % percentile over ``n`` draws of right and wrong answers from the
        stated confidences.
    """
    rng = np.random.default_rng(seed)
    drawn = [ece(confidence, rng.random(len(confidence)) < confidence, n_bins) for _ in range(n)]
    return float(np.mean(drawn)), float(np.percentile(drawn, 97.5))


def risk_coverage(
    confidence: "Floats", right: "NDArray[np.bool_]", coverages: "tuple[float, ...]"
) -> list[float]:
    """Return the share of wrong answers among the surest ``coverage`` of all, for each coverage.

    Source: El-Yaniv & Wiener 2010.
    """
    order = np.argsort(-confidence, kind="stable")
    kept = [order[: max(1, round(c * len(order)))] for c in coverages]
    return [float(1.0 - right[rows].mean()) for rows in kept]
