"""The words of explanations, per language, and the way back from words to what they mean.

Writing and checking share these tables: ``DIRECTIONS`` says which word stands for which side of
which quantity, ``vocabulary`` lists every word that a template can print outside of its slots.

Chinese has no spaces, so its vocabulary holds whole fragments of templates: runs of Han
characters between slots and punctuation. English vocabulary holds single words. What emotions and
categories are called is ``emer.tools.taxonomy``'s to say (``label_word``, ``category_word``).
"""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from emer.graphs.report import Language
from emer.graphs.rule.language import en, zh
from emer.graphs.rule.language.tables import SLOT, Wording

WORDINGS: Final[Mapping[Language, Wording]] = MappingProxyType({"en": en.WORDING, "zh": zh.WORDING})
DIRECTIONS: Final[Mapping[Language, Mapping[str, tuple[str, str]]]] = MappingProxyType(
    {language: MappingProxyType(dict(w.directions)) for language, w in WORDINGS.items()}
)
"""Per language and quantity the word for values above its middle and the one for those below."""
MIDDLES: Final[Mapping[str, float]] = MappingProxyType(
    # 7.5 semitones is the middle of unmarked speech, see `emer.tools.vocal_dimensions.NORMS`
    {"voice.rate_offset": 1.0, "voice.f0_range_st": 7.5}
)
"""Where a quantity changes sides, if that is not 0."""
_LATIN: Final = re.compile(r"[a-zà-ÿ]+")
_HAN: Final = re.compile(r"[\u3400-\u9fff]+")


def wording(language: Language) -> Wording:
    """Return the words of a language."""
    return WORDINGS[language]


def direction_word(quantity: str, value: float, language: Language) -> str:
    """Return the word for the side of its middle on which a value lies.

    Raises:
        KeyError: The quantity has no sides.
    """
    up, down = DIRECTIONS[language][quantity]
    return up if value > MIDDLES.get(quantity, 0.0) else down


@cache
def meanings(language: Language) -> Mapping[str, frozenset[tuple[str, int]]]:
    """Return, per direction word, the quantities and sides (1 above, -1 below) it can stand for."""
    found: dict[str, set[tuple[str, int]]] = {}
    for quantity, (up, down) in DIRECTIONS[language].items():
        found.setdefault(up, set()).add((quantity, 1))
        found.setdefault(down, set()).add((quantity, -1))
    return MappingProxyType({word: frozenset(sides) for word, sides in found.items()})


@cache
def vocabulary(language: Language) -> frozenset[str]:
    """Return every word (English) or fragment (Chinese) that templates print outside of slots."""
    found: set[str] = set()
    for template in WORDINGS[language].templates():
        for piece in SLOT.split(template):
            found.update(_LATIN.findall(piece.casefold()))
            found.update(_HAN.findall(piece))
    return frozenset(found)
