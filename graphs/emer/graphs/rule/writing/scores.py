"""Phrases for scores: a category with its own, or a side of a dimension with its number."""

from typing import Final, NamedTuple

from emer.graphs.rule.writing.moment import Moment, placing
from emer.graphs.rule.writing.wording import Phrase, equals, printed, side
from emer.graphs.tasks.facts import Fact
from emer.tools import taxonomy
from emer.tools.findings import Modality

SECOND: Final = 0.5
"""A second category is told if it scores at least this share of the first."""
MIN_LEAN: Final = 0.15
"""Valence or arousal nearer to 0 than this is not worth a word by itself."""
MIN_AROUSAL: Final = 0.2
FRAMES: Final = {Modality.FACE: "face_is", Modality.VOICE: "voice_is", Modality.WORDS: "words_are"}


class Scored(NamedTuple):
    """A category with its score, and where it comes from."""

    category: str
    score: float
    fact: Fact


def scored(here: Moment, found: Scored, prefix: str) -> Phrase:
    """Say a category with its score; ``prefix`` is that of its quantity."""
    text = here.words.say(
        "scored",
        category=taxonomy.category_word(found.category, here.words.language),
        n=printed(found.score, 2),
    )
    return Phrase(text, (equals(found.fact, f"{prefix}.{found.category}", 2),))


def leans(here: Moment, frame: str, own: str, fact: Fact, quantity: str, number: float) -> Phrase:
    """Say which way a reading leans on a dimension, how far, and the number."""
    degree, direction = side(number, quantity, here.words)
    text = here.words.say(
        frame, own=own, degree=degree, direction=direction, n=printed(number, 2, signed=True),
        dimension=here.words.frames[quantity.rpartition(".")[2]],
    )  # fmt: skip
    return Phrase(text, (equals(fact, quantity, 2),))


def placed(
    here: Moment, modality: Modality, dimension: str, own: str
) -> tuple[Phrase, float] | None:
    """Say where a modality lies on a dimension; ``None`` if no reading of it does."""
    leaning = here.leaning(modality, dimension)
    if leaning is None:
        return None
    number, fact = leaning
    quantity = placing(fact, dimension)
    degree, direction = side(number, quantity, here.words)
    text = here.words.say(
        FRAMES[modality], own=own, degree=degree, direction=direction,
        dimension=here.words.frames[dimension], n=printed(number, 2, signed=True),
    )  # fmt: skip
    return Phrase(text, (equals(fact, quantity, 2),)), number
