"""Which of the fixed wordings stand in a text: of a page in Chinese there must be none in English."""

import re

from emer.agent.exports.fixed_words import TABLE

LEAST = 13
"""Characters; shorter pieces stand in other texts by chance."""


def _pieces():
    for english, _ in TABLE.values():
        for piece in re.split(r"\{\w+\}|<[^>]*>", english):
            words = piece.strip(" .:;,()“”")
            if len(words) >= LEAST and " " in words:
                yield words


ENGLISH_PIECES = frozenset(_pieces())


def own_english(text):
    """Return the pieces of English wordings that stand in a text."""
    return sorted(piece for piece in ENGLISH_PIECES if piece in text)
