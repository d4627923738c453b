"""Letter statistics of English, for ``emer.tools.text_language``."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from emer.tools.text_language import LETTERS, folded_words, letter_codes
from emer.tools.text_model import LETTER_STEPS

SMOOTHING: Final = 0.02
"""Count given to every unseen triple of letters."""


def letter_statistics(texts: Sequence[str]) -> NDArray[np.uint8]:
    """Count triples of letters; see ``text_language.guess`` for what the values mean."""
    n = len(LETTERS)
    counts = np.full((n, n, n), SMOOTHING)
    for text in texts:
        codes = letter_codes(f"  {' '.join(folded_words(text))} ")
        np.add.at(counts, (codes[:-2], codes[1:-1], codes[2:]), 1)
    surprise = -np.log(counts / counts.sum(axis=2, keepdims=True))
    typical = np.average(surprise, weights=counts - SMOOTHING)
    return np.asarray(np.round(np.minimum(surprise / typical * LETTER_STEPS, 255)), np.uint8)
