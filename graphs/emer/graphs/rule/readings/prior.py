"""What people would make of a voice, a face and words together, and what that does to a reading.

It disambiguates: kinds of feeling that the clues carry anyway are carried a little further or less
far. It brings up none by itself.
"""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final

from emer.graphs.fusion import Scores, Table, fuse, likelihood, table
from emer.graphs.tasks.facts import Fact, SegmentFacts
from emer.tools import taxonomy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

GAIN: Final = 0.25
"""Power of the ratio between what people would say and what they say of anybody. An assumption."""
LEAST: Final = 0.75
MOST: Final = 1.2
"""By how much a kind may be carried less or more far."""
WEAK: Final = 0.1
"""An engine's scores below this sum are no answer."""
_OF_TOOLS: Final = {"expression": "face.", "speech_emotion": "tone.", "text_emotion": "text."}
"""Kinds of evidence that score categories, and how their quantities begin."""
_SIX: Final[Mapping[str, tuple[str, ...]]] = {
    "anger": ("anger", "annoyance", "disapproval"),
    "disgust": ("disgust",),
    "fear": ("fear", "nervousness"),
    "happiness": (
        "joy", "amusement", "approval", "excitement", "gratitude", "love", "optimism", "relief",
        "pride", "admiration", "desire", "caring",
    ),
    "neutral": ("neutral", "calm"),
    "sadness": ("sadness", "disappointment", "embarrassment", "grief", "remorse"),
}  # fmt: skip
"""Concepts of the taxonomy by the raters' six categories (the grouping published with GoEmotions)."""
_CATEGORY_OF: Final = {concept: six for six, own in _SIX.items() for concept in own}


def prior_of(segment: SegmentFacts) -> dict[str, float]:
    """Return what raters would say of this segment, shares of six emotions.

    Empty unless two of face, voice and words were given categories: one alone leaves nothing to
    be weighed.
    """
    given = table()
    signs = {
        kind: sign
        for kind in _OF_TOOLS
        if (sign := _sign(kind, segment, given)) is not None
    }  # fmt: skip
    if len(signs) < 2:
        return {}
    shares = fuse(
        given,
        heard=signs.get("speech_emotion"),
        seen=signs.get("expression"),
        said=signs.get("text_emotion"),
    )
    return {c: round(float(s), 3) for c, s in zip(given.categories, shares, strict=True)}


def lifts(prior: Mapping[str, float]) -> dict[str, float]:
    """Return by how much each kind of feeling is carried further, 1.0 being not at all."""
    if not prior:
        return {}
    given = table()
    usual = dict(zip(given.categories, given.marginal(), strict=True))
    by_category = {
        c: min(MOST, max(LEAST, (share / float(usual[c])) ** GAIN)) for c, share in prior.items()
    }
    return {kind: by_category[c] for kind, c in _CATEGORY_OF.items()}


def six_of(category_set: str, scores: Mapping[str, float]) -> dict[str, float]:
    """Return the scores of any category set on the raters' six categories; others are left out."""
    concepts = taxonomy.concepts_of(category_set)
    found: dict[str, float] = {}
    for category, score in scores.items():
        six = _CATEGORY_OF.get(concepts.get(category, ""))
        if six is not None:
            found[six] = min(1.0, found.get(six, 0.0) + score)
    return found


def _sign(kind: str, segment: SegmentFacts, given: Table) -> "Floats | None":
    scores = _mean(_scores(f, _OF_TOOLS[kind]) for f in segment.facts if f.kind == kind)
    if sum(scores.values()) < WEAK:
        return None
    return likelihood(scores, _confusion(kind, segment, given), given.categories)


def _confusion(kind: str, segment: SegmentFacts, given: Table) -> "Floats":
    """Return how a tool's answers go wrong: what was measured is true of our own network alone."""
    own = (f for f in segment.facts if f.kind == kind)
    if kind == "speech_emotion" and not any("tone.familiarity" in f.quantities for f in own):
        return given.unmeasured()
    return given.confusion(kind)


def _scores(fact: Fact, prefix: str) -> Scores:
    scores = {
        name.removeprefix(prefix): float(value)
        for name, value in fact.quantities.items()
        if name.startswith(prefix) and isinstance(value, float | int)
    }
    sets = ("basic", "ravdess8", "goemotions28", "fer7")
    best = max(sets, key=lambda s: len(set(taxonomy.CATEGORY_SETS[s]) & set(scores)))
    known = {c: s for c, s in scores.items() if c in taxonomy.CATEGORY_SETS[best]}
    return six_of(best, known)


def _mean(found: Iterable[Scores]) -> dict[str, float]:
    everything = list(found)
    return {
        c: sum(s.get(c, 0.0) for s in everything) / len(everything)
        for c in {c for s in everything for c in s}
    }
