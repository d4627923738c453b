"""Diarization error rate: the share of speech time that is missed, invented or given to another.

Time is cut exactly at the borders of turns, not sampled. Overlapped speech counts once per speaker.
Source: NIST, "The 2009 (RT-09) Rich Transcription Meeting Recognition Evaluation Plan".
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.optimize import linear_sum_assignment

Turn = tuple[float, float, str]
"""Start and end in seconds, speaker."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Seconds; sums over recordings are pooled figures."""

    speech_s: float = 0.0
    missed_s: float = 0.0
    false_s: float = 0.0
    confused_s: float = 0.0

    def __add__(self, other: Self) -> "Errors":
        """Pool two recordings."""
        return Errors(
            self.speech_s + other.speech_s, self.missed_s + other.missed_s,
            self.false_s + other.false_s, self.confused_s + other.confused_s,
        )  # fmt: skip

    @property
    def rate(self) -> float:
        """Errors per second of speech; NaN if there was no speech."""
        wrong = self.missed_s + self.false_s + self.confused_s
        return wrong / self.speech_s if self.speech_s > 0 else float("nan")


def errors(
    truth: Sequence[Turn],
    said: Sequence[Turn],
    scored: Sequence[tuple[float, float]],
    *,
    collar_s: float = 0.0,
) -> Errors:
    """Compare ``said`` with ``truth``.

    Args:
        truth: Turns; those of one speaker may overlap.
        said: Likewise; speakers' names need not agree, the best one-to-one mapping is taken.
        scored: Stretches that count.
        collar_s: So much on either side of each true border does not count.
    """
    edges = {t for turns in (truth, said) for a, b, _ in turns for t in (a, b)}
    edges |= {t for a, b in scored for t in (a, b)}
    ignored = [(t - collar_s, t + collar_s) for a, b, _ in truth for t in (a, b)]
    edges |= {t for a, b in ignored for t in (a, b)}
    grid = np.array(sorted(edges))
    if len(grid) < 2:
        return Errors()
    middle, length = (grid[1:] + grid[:-1]) / 2, np.diff(grid)
    counts = _inside(middle, scored)
    if collar_s > 0:
        counts &= ~_inside(middle, ignored)
    real, heard = _active(truth, middle), _active(said, middle)
    weight = np.where(counts, length, 0.0)
    together = (real * weight) @ heard.T
    rows, columns = linear_sum_assignment(-together)
    right_s = float(together[rows, columns].sum())
    n_real, n_heard = real.sum(axis=0), heard.sum(axis=0)
    both_s = float((np.minimum(n_real, n_heard) * weight).sum())
    return Errors(
        speech_s=float((n_real * weight).sum()),
        missed_s=float((np.maximum(0, n_real - n_heard) * weight).sum()),
        false_s=float((np.maximum(0, n_heard - n_real) * weight).sum()),
        confused_s=max(0.0, both_s - right_s),
    )


def _inside(at: np.ndarray, stretches: Iterable[tuple[float, float]]) -> np.ndarray:
    found = np.zeros(len(at), np.bool_)
    for a, b in stretches:
        found |= (at > a) & (at < b)
    return found


def _active(turns: Sequence[Turn], at: np.ndarray) -> np.ndarray:
    """Return who speaks at each time, shape ``(speakers, times)``, 0 or 1."""
    names = sorted({name for _, _, name in turns})
    rows = [_inside(at, [(a, b) for a, b, n in turns if n == name]) for name in names]
    return np.array(rows, np.float64).reshape(len(names), len(at))
