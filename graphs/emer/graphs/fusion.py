"""What people would take a voice and a face for together: a prior, fitted to raters' votes.

An engine's answer is a noisy sign of what people would hear or see. How noisy, its own confusion
says, measured on speakers or persons that it had not met. With ``H`` what people would hear, ``S``
what they would see:

    P(taken for c)  ~  sum over H, S of  P(H, S) L(voice | H) L(face | S) P(c | H, S)

``P(H, S)`` and ``P(c | H, S)`` come from raters who heard, saw, or did both. What is missing or
tells nothing sums out. Words then count as a third sign, by a weight that is an assumption.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from emer.tools.errors import ToolUnavailable
from emer.tools.networks import settings_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NAME: Final = "fusion"
CONFUSION: Final = "confusion_of_six"
"""Setting of an engine's weights: counts, ``(6, 6)``, what was right by what it said, on speakers,
persons or texts that it had not met."""
ENGINES: Final = {"voice": "speech_emotion", "face": "expression", "words": "text_emotion"}
"""Whose answers stand for what is heard, seen and said."""
Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Table:
    """The fitted table, and how far engines and words are trusted."""

    categories: tuple[str, ...]
    joint: "Floats"
    """``(n, n)``: how often people hear the first and see the second."""
    taken_for: "Floats"
    """``(n, n, n)``: shares of what they take that pair for."""
    words_weight: float
    unmeasured_accuracy: float

    def marginal(self) -> "Floats":
        """Return what people take somebody for of whom nothing is known, ``(n,)``."""
        found: Floats = np.einsum("ij,ijk->k", self.joint, self.taken_for)
        return found

    def confusion(self, tool: str) -> "Floats":
        """Return how often the engine of ``tool`` says the second of two where the first is right.

        Shape ``(n, n)``, rows sum to 1; as measured where its weights say so, else as supposed.
        """
        found = measured(tool)
        return self.unmeasured() if found is None else found

    def unmeasured(self) -> "Floats":
        """Return the confusion that an engine is supposed to have which nobody measured."""
        n = len(self.categories)
        right = self.unmeasured_accuracy
        return np.full((n, n), (1.0 - right) / (n - 1)) + np.eye(n) * (
            right - (1.0 - right) / (n - 1)
        )


@cache
def table() -> Table:
    """Return the shipped table.

    Raises:
        ToolUnavailable: It is missing or altered.
    """
    return table_of(settings_of(NAME, NAME))


def table_of(settings: Mapping[str, Any]) -> Table:
    """Return the table that a model's settings hold."""
    return Table(
        tuple(settings["categories"]),
        np.array(settings["joint"], dtype=np.float64),
        np.array(settings["taken_for"], dtype=np.float64),
        float(settings["words_weight"]),
        float(settings["unmeasured_accuracy"]),
    )


@cache
def measured(tool: str) -> "Floats | None":
    """Return the confusion that ships with the weights of ``tool``, or ``None``."""
    try:
        counts = settings_of(tool, tool).get(CONFUSION)
    except ToolUnavailable:
        return None
    if counts is None:
        return None
    smoothed = np.array(counts, dtype=np.float64) + 1.0
    found: Floats = smoothed / smoothed.sum(axis=1, keepdims=True)
    return found


def likelihood(scores: Scores, confusion: "Floats", categories: tuple[str, ...]) -> "Floats":
    """Return how well an engine's scores go with each thing that people might perceive, ``(n,)``.

    Args:
        scores: Of the engine, 0..1 per category, sum at most 1; what is left tells nothing.
        confusion: ``(n, n)``: how often the engine says the second where it is the first; rows
            sum to 1.
        categories: Of both axes.
    """
    said = np.array([max(0.0, scores.get(c, 0.0)) for c in categories])
    known = min(1.0, float(said.sum()))
    if known <= 0.0:
        return np.ones(len(categories))
    said *= known / said.sum()
    # a sign that occurs as often whatever is perceived is worth nothing, however rare it is
    relative = confusion / confusion.mean(axis=0, keepdims=True)
    found: Floats = relative @ said + (1.0 - known)
    return found


def fuse(
    given: Table,
    *,
    heard: "Floats | None" = None,
    seen: "Floats | None" = None,
    said: "Floats | None" = None,
) -> "Floats":
    """Return what people would take this for, shares ``(n,)``.

    Args:
        given: The fitted table.
        heard: Likelihoods of the voice, see ``likelihood``; ``None`` if there is none.
        seen: Likewise of the face.
        said: Likewise of the words.
    """
    n = len(given.categories)
    pairs = given.joint.copy()
    pairs *= (np.ones(n) if heard is None else heard)[:, None]
    pairs *= (np.ones(n) if seen is None else seen)[None, :]
    shares = np.einsum("ij,ijk->k", pairs, given.taken_for)
    if said is not None:
        shares = shares * said**given.words_weight
    found: Floats = shares / shares.sum()
    return found


def telling(given: Table, confusions: "Mapping[str, Floats] | None" = None) -> dict[str, float]:
    """Return how much an answer of each of ``ENGINES`` tells of what people take somebody for.

    0: nothing, 1: all of it. The informational coefficient of correlation (Linfoot 1957,
    doi:10.1016/S0019-9958(57)90116-X) between the two, each engine erring as measured: the
    correlation of two Gaussian variables that tell as much of each other.

    Args:
        given: The fitted table.
        confusions: How engines err, by the names in ``ENGINES``; default: as they do.
    """
    erring = confusions or {sense: given.confusion(tool) for sense, tool in ENGINES.items()}
    voice, face = erring["voice"], erring["face"]
    weighed = erring["words"] ** given.words_weight
    weighed /= weighed.sum(axis=1, keepdims=True)
    pairs = {
        "voice": np.einsum("ij,ijk,iv->vk", given.joint, given.taken_for, voice),
        "face": np.einsum("ij,ijk,jf->fk", given.joint, given.taken_for, face),
        "words": (given.marginal()[:, None] * weighed).T,
    }
    return {sense: correlation_of(joint) for sense, joint in pairs.items()}


def correlation_of(joint: "Floats") -> float:
    """Return the informational coefficient of correlation of two things, 0..1.

    Args:
        joint: ``(n, m)``: how often they occur together, in any unit.
    """
    joint = joint / joint.sum()
    apart = joint.sum(axis=1, keepdims=True) * joint.sum(axis=0, keepdims=True)
    known = joint > 0
    nats = float((joint[known] * np.log(joint[known] / apart[known])).sum())
    return float(np.sqrt(1.0 - np.exp(-2.0 * max(0.0, nats))))
