"""Which turns were given to the right speaker, and whether their scores say so."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from scipy.optimize import linear_sum_assignment

from emer.evals.accuracy.der import Turn
from emer.evals.statistics import risk_coverage
from emer.evals.tables import Cell, Table

COVERAGES: Final = (0.25, 0.5, 0.75, 0.9, 1.0)

Judged = tuple[float, bool]
"""Score of a turn, and whether it is right."""


def judged(truth: Sequence[Turn], said: Sequence[Turn], scores: Sequence[float]) -> list[Judged]:
    """Judge each turn: right if the speaker who goes with its name speaks in half of it.

    Args:
        truth: What is said by whom.
        said: Turns; names are matched with those of the truth one to one, as error rates are.
        scores: One per turn of ``said``.
    """
    real = sorted({name for _, _, name in truth})
    found = sorted({name for _, _, name in said})
    shared = np.zeros((len(found), len(real)))
    for start_s, end_s, name in said:
        shared[found.index(name)] += _spoken_s(truth, start_s, end_s, real)
    rows, columns = linear_sum_assignment(-shared)
    match = {found[i]: k for i, k in zip(rows, columns, strict=True)}
    judgements = []
    for (start_s, end_s, name), score in zip(said, scores, strict=True):
        spoken_s = _spoken_s(truth, start_s, end_s, real)
        right = name in match and spoken_s[match[name]] >= (end_s - start_s) / 2
        judgements.append((score, bool(right)))
    return judgements


def _spoken_s(
    truth: Sequence[Turn], start_s: float, end_s: float, real: Sequence[str]
) -> np.ndarray:
    total = np.zeros(len(real))
    for a, b, name in truth:
        total[real.index(name)] += max(0.0, min(b, end_s) - max(a, start_s))
    return total


def turns_table(turns: Sequence[Judged]) -> Table:
    """Return how often the surest turns are wrong."""
    scores = np.array([s for s, _ in turns])
    right = np.array([r for _, r in turns], np.bool_)
    wrong: Sequence[float | None] = [None] * len(COVERAGES)
    if len(turns):
        wrong = risk_coverage(scores, right, COVERAGES)
    rows: list[tuple[Cell, ...]] = list(zip(COVERAGES, wrong, strict=True))
    return Table(
        "speakers.turns",
        "Whether a turn's score tells that it is right",
        f"{len(turns)} turns of the synthetic conversations in which several speakers were found,"
        " surest first by their score (the mean chance of the speaker in the path; not calibrated). A"
        " turn is wrong if the speaker who goes with its name speaks in less than half of it.",
        ("share of turns kept", "of them wrong"),
        tuple(rows),
    )
