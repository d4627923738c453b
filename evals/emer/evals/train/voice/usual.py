"""What categories are like in a corpus that lacks some, and how often they are to be expected.

Reads    ``Parts``, the number of a corpus, a ``Recipe``
Returns  its category means, what is usual for a speaker, and what is added to the answers

Actors are recorded in every emotion as often as in any other. People who talk are mostly neutral:
their corpus holds nothing else, and an answer about ordinary talk has to expect that.
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.train.voice.corpora import CATEGORIES, FOUR

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

    from emer.evals.train.voice.parts import Parts
    from emer.evals.train.voice.recipe import Recipe

_N: Final = len(CATEGORIES)
_FOUR_OF: Final = [CATEGORIES.index(name) for name in FOUR]
_NEUTRAL: Final = CATEGORIES.index("neutral")
_CALM: Final = CATEGORIES.index("calm")
_AT_REST: Final = [_NEUTRAL, _CALM]
_NEVER: Final = 1e-13


def means_of(parts: "Parts", corpus: int, recipe: "Recipe") -> "tuple[Floats, Floats, Floats]":
    """Return means of all categories, what is usual, and what is added to the answers.

    A corpus that lacks categories borrows them, see below; calm, where it lacks, is a quarter of
    neutral. What no corpus holds is never said. What actors say is usually the middle of what they
    act; who talks evenly is mostly neutral, who talks in a lively way is so less often.
    """
    own, heard, acted = parts.means[corpus].copy(), parts.heard[corpus], parts.acted[corpus]
    centre = own[heard].mean(axis=0)
    told = _borrow_acted(own, centre, parts, corpus) if acted else _borrow_ordinary(own, parts)
    if not heard[_CALM]:
        own[_CALM] = own[_NEUTRAL]
        told[_CALM] = True
    if not acted:
        usual, often = zip(recipe.even, recipe.lively, strict=True)
        usually = np.stack([_often(told, share) for share in usual])
        now = np.stack([_often(told, share) for share in often])
        return own, usually @ own, np.log(np.maximum(now, _NEVER))
    prior = np.zeros(_N)
    if not heard[_CALM]:
        prior[_AT_REST] = np.log([0.75, 0.25])
    prior[~told] = np.log(_NEVER)
    return own, np.stack([centre, centre]), np.stack([prior, prior])


def _often(told: "NDArray[np.bool_]", neutral: float) -> "Floats":
    """Return how often each category occurs where ``neutral`` of all is neutral or calm, ``(8,)``."""
    found = np.where(told, (1 - neutral) / max(told.sum() - 2, 1), 0.0)
    found[_AT_REST] = np.array([0.75, 0.25]) * neutral
    return found


def _borrow_acted(
    own: "Floats", centre: "Floats", parts: "Parts", corpus: int
) -> "NDArray[np.bool_]":
    """Fill in missing categories: they lie to the middle of the four shared ones as elsewhere."""
    heard: NDArray[np.bool_] = parts.heard[corpus].copy()
    for place, other in enumerate(parts.means):
        if place == corpus or not parts.acted[place]:
            continue
        missing = parts.heard[place] & ~heard
        own[missing] = centre + other[missing] - other[_FOUR_OF].mean(axis=0)
        heard |= missing
    return heard


def _borrow_ordinary(own: "Floats", parts: "Parts") -> "NDArray[np.bool_]":
    """Fill in all but neutral: they lie to neutral as they do on average where they are acted."""
    told = np.zeros(_N, bool)
    told[_NEUTRAL] = True
    for c in range(_N):
        holds = parts.acted & parts.heard[:, c]
        if c != _NEUTRAL and holds.any():
            away = parts.means[holds, c] - parts.means[holds, _NEUTRAL]
            own[c] = own[_NEUTRAL] + away.mean(axis=0)
            told[c] = True
    return told
