"""How many speakers there are: are two voices two people, or two moods of one?

Reads    what a hidden Markov model makes of a recording with two, three, four speakers
Returns  the most speakers of whom every two are judged to be different people
Cost     milliseconds
Source   the judgement is a logistic regression that this project fits on synthetic conversations
         (``python -m emer.evals.train speakers``)

To split one person in two does more harm to a reader than to merge two: one person in many moods,
alone, is a part of what the threshold was chosen on.

Two things are told to the judgement: how much the sound of two voices, without their pitch, is like
one person's, and how much the pitch varies within each; moods of one person are mostly told apart
by a narrow pitch. Measured on people whom the model never heard, 1 to 3 % of those who speak alone
split, no more than two voices looked for: these two leave 0.247 of the speech of two people taking
turns with the wrong one and 0.240 in conversations; likeness alone 0.256 and 0.254; with the
likeness of the pitch in it and with difference of pitch, distance, changes and length besides, 0.337
and 0.263 (2 %). How regularly the voices alternate was tried and told less.
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
"""Frames; how much the pitch of voices with fewer varies is not known."""
UNKNOWN_SPREAD: Final = 4.0
"""What is taken then, in semitones."""


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
    blocks: Blocks, units: "Doubles", weights: "Doubles", between: "Doubles", most: int = MOST
) -> Iterator[tuple[Solution, list[Pair]]]:
    """Yield what comes of two, three and four speakers, or up to ``most`` if they are fewer."""
    for n in range(2, min(MOST, most) + 1):
        if len(units) > n:
            found = learnt(blocks, merged(units, weights, between, n), between)
            yield found, pairs(blocks, found, between)


def counted(
    blocks: Blocks,
    units: "Doubles",
    weights: "Doubles",
    between: "Doubles",
    counting: Counting,
    told: tuple[int, int] = (1, MOST),
) -> Solution:
    """Return the solution with the most speakers of whom every two are two people.

    Args:
        blocks: What is heard.
        units: Embeddings of 1.5 s or so to begin with, shape ``(units, dimensions)``.
        weights: How many full windows each rests on, shape ``(units,)``.
        between: Variance between speakers, shape ``(dimensions,)``.
        counting: The judgement.
        told: How many there are at least and at most; stronger than the judgement. Fewer are
            left if learning gives all that one of them said to others.
    """
    least, most = told
    best = learnt(blocks, blocks.middle[None], between)
    if least < most:
        for found, judged in candidates(blocks, units, weights, between, most):
            if all(
                p.least_s >= LEAST_S and counting.log_odds(p.clues) > counting.threshold
                for p in judged
            ):
                best = found
    if len(best.speakers.means) < least:
        best = learnt(blocks, merged(units, weights, between, least), between)
    return best


def pairs(blocks: Blocks, found: Solution, between: "Doubles") -> list[Pair]:
    """Return what speaks for each two voices being two people.

    Args:
        blocks: What is heard; the last dimension of the vectors is their pitch.
        found: The voices.
        between: Variance between speakers, shape ``(dimensions,)``.
    """
    who, middle, n = found.share.argmax(axis=1), blocks.middle, found.share.shape[1]
    own = [who == k for k in range(n)]
    full = np.array([blocks.trust[o].sum() for o in own])
    counts = np.maximum(full / WINDOW_BLOCKS, 0.1)
    means = np.stack([blocks.part(np.flatnonzero(o)).middle if o.any() else middle for o in own])
    sound = (means - middle)[:, :-1]
    pitch = [blocks.pitch[o].sum(axis=0) for o in own]
    made = []
    for i in range(n):
        for j in range(i):
            likeness = float(same_speaker(sound, counts, i, np.array([j]), between[:-1])[0])
            clues = np.array([likeness, _spread(pitch[i], pitch[j])])
            made.append(Pair(i, j, clues, BLOCK_S * float(min(full[i], full[j]))))
    return made


def _spread(one: "Doubles", other: "Doubles") -> float:
    """Return how much the pitch of two voices varies in each of them, in semitones."""
    if min(one[2], other[2]) <= FEWEST_PITCHED:
        return UNKNOWN_SPREAD
    within = sum(p[1] - p[0] ** 2 / p[2] for p in (one, other))
    return float(np.sqrt(max(0.0, within) / (one[2] + other[2])))
