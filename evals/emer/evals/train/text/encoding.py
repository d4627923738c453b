"""Texts as the network reads them, laid out for fast training.

The features are those of ``emer.tools.text_features``; only the layout differs: forms are numbered
once for all texts, and the pieces of a batch are one flat list.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from emer.tools.text_features import WORD_ROWS, Form, form_of, pair_rows, tokenize, word_row

PIECES_AT: Final = 1 + WORD_ROWS
"""Where the rows of pieces begin when they follow the rows of words in one table."""
MAX_TOKENS: Final = 60
"""Tokens of a text that are trained on."""

Ints = NDArray[np.int64]


class Batch(NamedTuple):
    """Some texts, with every distinct form once."""

    rows: Ints
    """Distinct rows of the table of words and pieces that are needed."""
    words: Ints
    """Index into ``rows`` per form, shape ``(forms,)``; form 0 is nothing."""
    pieces: Ints
    """Index into ``rows`` per piece of any form, one form after the other."""
    counts: Ints
    """Pieces of each form, shape ``(forms,)``."""
    order: Ints
    """Form of each token, shape ``(texts, longest)``, filled up with 0."""
    pairs: Ints
    """Row of each pair, likewise."""


class Forms:
    """The distinct forms of many texts, numbered from 1; 0 is nothing."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._forms = [Form(0, ())]

    def encode(self, texts: Sequence[str]) -> list[Ints]:
        """Return the form numbers of each text, at most ``MAX_TOKENS``; nothing is one 0."""
        return [
            np.array([self._number(t.form) for t in tokenize(text)[:MAX_TOKENS]] or [0], np.int64)
            for text in texts
        ]

    def freeze(self) -> "Frozen":
        """Return the tables behind the numbers."""
        codes = np.array([form.code for form in self._forms], np.uint64)
        words = np.array([word_row(form.code) for form in self._forms], np.int64)
        words[0] = 0
        counts = np.array([len(form.pieces) for form in self._forms], np.int64)
        flat = np.array([row for form in self._forms for row in form.pieces], np.int64)
        return Frozen(codes, words, flat - 1 + PIECES_AT, np.cumsum(counts) - counts, counts)

    def _number(self, form: str) -> int:
        number = self._numbers.get(form)
        if number is None:
            number = self._numbers[form] = len(self._forms)
            self._forms.append(form_of(form))
        return number


class Frozen(NamedTuple):
    """What every form number stands for."""

    codes: NDArray[np.uint64]
    words: Ints
    pieces: Ints
    starts: Ints
    counts: Ints

    def batch(self, texts: Sequence[Ints]) -> Batch:
        """Lay out several encoded texts."""
        longest = max(max(map(len, texts)), 3)
        order = np.zeros((len(texts), longest), np.int64)
        for i, one in enumerate(texts):
            order[i, : len(one)] = one
        forms, within = np.unique(np.append(order.ravel(), 0), return_inverse=True)
        counts = self.counts[forms]
        ends = np.cumsum(counts)
        # the flat positions of the pieces of all forms: each form's start, counting up
        at = np.arange(ends[-1]) + np.repeat(self.starts[forms] - (ends - counts), counts)
        rows, index = np.unique(
            np.concatenate([self.words[forms], self.pieces[at]]), return_inverse=True
        )
        pairs = np.where(order > 0, pair_rows(self.codes[order]), 0)
        n = len(forms)
        return Batch(rows, index[:n], index[n:], counts, within[:-1].reshape(order.shape), pairs)
