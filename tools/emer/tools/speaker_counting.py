"""How many speakers there are: are two voices two people, or two moods of one?

Reads    what a hidden Markov model makes of a recording with two, three, four speakers
Returns  the most speakers of whom every two are judged to be different people
Cost     milliseconds
Source   the judgement is a logistic regression that this project fits on synthetic conversations
         (``python -m emer.evals.train speakers``)

To split one person in two does more harm to a reader than to merge two: one person in many moods,
alone, is a part of what the threshold was chosen on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.tools.speaker_clustering import merged, same_speaker
from emer.tools.speaker_features import BLOCK_S, WINDOW_BLOCKS
from emer.tools.speaker_path import Blocks, Solution, learnt

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Doubles = NDArray[np.float64]

MOST: Final = 4
"""More speakers are not looked for; of more, few were ever told apart."""
LEAST_S: Final = 2.5
"""Less speech than this does not make a speaker."""
FEWEST_PITCHED: Final = 20
"""Frames; of voices with fewer the pitch is not compared."""
UNKNOWN_PITCH: Final = (3.0, 4.0)
"""Difference and spread that are taken then, in semitones."""


@dataclass(frozen=True, slots=True)
class Counting:
    """The fitted judgement."""

    weights: "Doubles"
    """Of the clues, shape ``(clues,)``."""
    bias: float
    threshold: float
    """Log odds above which two voices are two people."""

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> "Counting":
        """Read it from a network's settings."""
        told = settings["counting"]
        return cls(np.array(told["weights"], np.float64), told["bias"], told["threshold"])

    def log_odds(self, clues: "Doubles") -> float:
        """Return the log odds that two voices are two people."""
        return float(clues @ self.weights + self.bias)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two voices of one solution."""

    one: int
    other: int
    clues: "Doubles"
    least_s: float
    """Speech of the one who says less."""


def candidates(
    blocks: Blocks, units: "Doubles", weights: "Doubles", between: "Doubles"
) -> Iterator[tuple[Solution, list[Pair]]]:
    """Yield what comes of two, three and four speakers."""
    alone = learnt(blocks, blocks.middle[None], between).bound
    for n in range(2, MOST + 1):
        if len(units) > n:
            found = learnt(blocks, merged(units, weights, between, n), between)
            yield found, pairs(blocks, found, alone, between)


def counted(
    blocks: Blocks, units: "Doubles", weights: "Doubles", between: "Doubles", counting: Counting
) -> Solution:
    """Return the solution with the most speakers of whom every two are two people.

    Args:
        blocks: What is heard.
        units: Embeddings of 1.5 s or so to begin with, shape ``(units, dimensions)``.
        weights: How many full windows each rests on, shape ``(units,)``.
        between: Variance between speakers, shape ``(dimensions,)``.
        counting: The judgement.
    """
    best = learnt(blocks, blocks.middle[None], between)
    for found, judged in candidates(blocks, units, weights, between):
        if all(
            p.least_s >= LEAST_S and counting.log_odds(p.clues) > counting.threshold for p in judged
        ):
            best = found
    return best


def pairs(blocks: Blocks, found: Solution, alone: float, between: "Doubles") -> list[Pair]:
    """Return what speaks for each two voices being two people.

    Args:
        blocks: What is heard.
        found: The voices.
        alone: Bound of the solution with one speaker.
        between: Variance between speakers, shape ``(dimensions,)``.
    """
    who, middle, n = found.share.argmax(axis=1), blocks.middle, found.share.shape[1]
    own = [who == k for k in range(n)]
    full = np.array([blocks.trust[o].sum() for o in own])
    counts = np.maximum(full / WINDOW_BLOCKS, 0.1)
    means = np.stack([blocks.part(np.flatnonzero(o)).middle if o.any() else middle for o in own])
    means -= middle
    pitch = [blocks.pitch[o].sum(axis=0) for o in own]
    minutes = len(who) * BLOCK_S / 60
    general = (
        min((found.bound - alone) / 10, 10.0),
        float((np.diff(who) != 0).sum()) / (6 * minutes),
    )
    made = []
    for i in range(n):
        for j in range(i):
            both = own[i] | own[j]
            sure = float(found.share[both].max(axis=1).mean()) if both.any() else 0.5
            likeness = float(same_speaker(means, counts, i, np.array([j]), between)[0])
            apart = np.square(means[i] - means[j])
            far = float(np.sqrt((apart * between / (between + 1)).sum()))
            least = float(np.log(min(counts[i], counts[j])))
            clues = (likeness, far, least, *_pitches(pitch[i], pitch[j]), *general, sure,
                     float(np.log(60 * minutes)))  # fmt: skip
            made.append(Pair(i, j, np.array(clues), BLOCK_S * float(min(full[i], full[j]))))
    return made


def _pitches(one: "Doubles", other: "Doubles") -> tuple[float, float, float]:
    """Return the difference of pitch, that against its spread, and the spread, in semitones."""
    apart, spread = UNKNOWN_PITCH
    if min(one[2], other[2]) > FEWEST_PITCHED:
        means = one[0] / one[2], other[0] / other[2]
        apart = abs(float(means[0] - means[1]))
        within = one[1] - one[2] * means[0] ** 2 + other[1] - other[2] * means[1] ** 2
        spread = float(np.sqrt(max(0.0, within) / (one[2] + other[2])))
    return apart, apart / (spread + 1), spread
