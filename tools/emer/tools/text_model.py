"""The linear model behind the text emotion specialist: its file, and what it computes.

Reads    ``weights/text_emotion.npz`` of this package: arrays only, never pickles
Returns  per text 28 scores (0..1, independent, not calibrated), and what each word contributed
Cost     2 MB on disk, 3 MB in memory; about 10,000 utterances a second on one core
Source   one-vs-rest logistic regression, trained by ``emer.evals.train.text_emotion``
"""

import io
import zipfile
import zlib
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from emer.tools.errors import ToolUnavailable
from emer.tools.shipped_weights import REMEDY
from emer.tools.taxonomy import CATEGORY_SETS, category_affect
from emer.tools.text_features import ROWS, Features, Token, features, tokenize
from emer.tools.text_language import LETTERS

TOOL: Final = "text_emotion"
WEIGHTS: Final = "text_emotion.npz"
CATEGORIES: Final = CATEGORY_SETS["goemotions28"]
NEUTRAL: Final = CATEGORIES.index("neutral")
SHA256: Final = "3642d14d9dd3d673ca84ef25599745513a972f53b637d22b4d22d05139765c4f"
"""Of the file that ships; written here after each training."""
THRESHOLDS: Final = {
    "admiration": 0.26, "amusement": 0.14, "anger": 0.15, "annoyance": 0.11, "approval": 0.14,
    "caring": 0.13, "confusion": 0.13, "curiosity": 0.14, "desire": 0.14, "disappointment": 0.11,
    "disapproval": 0.15, "disgust": 0.12, "embarrassment": 0.07, "excitement": 0.14, "fear": 0.1,
    "gratitude": 0.4, "grief": 0.05, "joy": 0.14, "love": 0.16, "nervousness": 0.05, "optimism":
    0.3, "pride": 0.08, "realization": 0.13, "relief": 0.05, "remorse": 0.05, "sadness": 0.16,
    "surprise": 0.12, "neutral": 0.27,
}  # fmt: skip
"""Score from which a category counts as expressed: its best F1 on folds of the training part."""
LETTER_STEPS: Final = 32.0
"""Steps per unit in which the letter statistics are stored."""
MAX_CUES: Final = 3
CUE_SHARE: Final = 0.4
"""A cue word contributes at least this share of what the strongest one does."""
_BATCH_ROWS: Final = 1 << 15
"""Rows summed at once; bounds memory at 4 MB whatever the texts."""
_AFFECT: Final = np.array([category_affect("goemotions28", c) for c in CATEGORIES], np.float32)


class Verdict(NamedTuple):
    """What the words of one text express."""

    scores: dict[str, float]
    """Per category, 0..1, in the order of ``CATEGORIES``."""
    valence: float
    arousal: float
    cue_words: tuple[str, ...]
    """Literal words of the text, strongest first; none if nothing but neutral stands out."""


class TextModel:
    """Weights, read-only; safe to share between threads."""

    def __init__(
        self,
        rows: NDArray[np.int8],
        scale: NDArray[np.float32],
        bias: NDArray[np.float32],
        base_rate: NDArray[np.float32],
        letters: NDArray[np.uint8],
    ) -> None:
        """Take the arrays as stored.

        Args:
            rows: Weights, shape ``(ROWS, 28)``.
            scale: Value of one step of ``rows`` per category, shape ``(28,)``.
            bias: Per category, shape ``(28,)``.
            base_rate: How often each category occurs in the training data, shape ``(28,)``.
            letters: Letter statistics in steps, shape ``(29, 29, 29)``, see ``text_language``.

        Raises:
            ValueError: An array has another shape, or a value that is not finite.
        """
        n, n_letters = len(CATEGORIES), len(LETTERS)
        if rows.shape != (ROWS, n) or rows.dtype != np.int8 or letters.shape != (n_letters,) * 3:
            raise ValueError(f"tables of shape {rows.shape} and {letters.shape}")
        for values in (scale, bias, base_rate):
            if values.shape != (n,) or not np.isfinite(values).all():
                raise ValueError(f"a vector of shape {values.shape} or with values not finite")
        self._rows, self._scale, self._bias, self._base_rate = rows, scale, bias, base_rate
        self.letters: NDArray[np.float32] = letters.astype(np.float32) / np.float32(LETTER_STEPS)

    def scores(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return scores of shape ``(len(texts), 28)``."""
        return self._score([features(tokenize(text)) for text in texts])

    def judge(self, texts: Sequence[str]) -> list[Verdict]:
        """Return the verdict on each text, in order."""
        tokens = [tokenize(text) for text in texts]
        touched = [features(one) for one in tokens]
        scores = self._score(touched)
        affect = self._affect(scores)
        return [
            Verdict(
                {c: round(float(s), 4) for c, s in zip(CATEGORIES, scores[i], strict=True)},
                round(float(affect[i, 0]), 4),
                round(float(affect[i, 1]), 4),
                self._cues(tokens[i], touched[i], int(scores[i].argmax())),
            )
            for i in range(len(texts))
        ]

    def _score(self, touched: Sequence[Features]) -> NDArray[np.float32]:
        out = np.empty((len(touched), len(CATEGORIES)), np.float32)
        first, size = 0, 0
        for last, one in enumerate(touched, start=1):
            size += len(one.words) + len(one.pieces)
            if size >= _BATCH_ROWS or last == len(touched):
                out[first:last] = self._sums(touched[first:last])
                first, size = last, 0
        logits = np.clip(out * self._scale + self._bias, -30.0, 30.0)
        return np.asarray(1.0 / (1.0 + np.exp(-logits)), np.float32)

    def _sums(self, batch: Sequence[Features]) -> NDArray[np.float32]:
        """Return the weighted sums of rows, shape ``(len(batch), 28)``, in steps of the scale."""
        groups = [group for one in batch for group in (one.words, one.pieces)]
        counts = np.array([len(group) for group in groups])
        sums = np.zeros((len(groups), len(CATEGORIES)), np.float32)
        filled = counts > 0
        if filled.any():
            gathered = self._rows[np.concatenate(groups)]
            starts = np.concatenate([[0], np.cumsum(counts[filled])[:-1]])
            sums[filled] = np.add.reduceat(gathered, starts, axis=0, dtype=np.float32)
            sums[filled] /= np.sqrt(counts[filled], dtype=np.float32)[:, None]
        return sums[0::2] + sums[1::2]

    def _affect(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return valence and arousal, shape ``(n, 2)``: the place of what rises above usual.

        The mean is over at least one whole unit of score: words that move no category far from
        how often it occurs anyway stay near 0.
        """
        risen = np.clip((scores - self._base_rate) / (1.0 - self._base_rate), 0.0, 1.0)
        risen[:, NEUTRAL] = scores[:, NEUTRAL]
        mean = risen @ _AFFECT / np.maximum(risen.sum(axis=1, keepdims=True), 1.0)
        return np.asarray(np.clip(mean, -1.0, 1.0), np.float32)

    def _cues(self, tokens: Sequence[Token], touched: Features, top: int) -> tuple[str, ...]:
        if top == NEUTRAL or not tokens:
            return ()
        n = len(tokens)
        words = self._rows[touched.words, top].astype(np.float32) / np.sqrt(2 * n)
        share = words[:n] + words[n:] / 2
        share[:-1] += words[n + 1 :] / 2
        if len(touched.pieces):
            pieces = self._rows[touched.pieces, top].astype(np.float32)
            pieces /= np.sqrt(len(touched.pieces))
            share += np.bincount(touched.piece_owner, pieces, n).astype(np.float32)
        said = [i for i in range(n) if tokens[i].is_cue and share[i] > 0]
        said.sort(key=lambda i: (-share[i], i))
        strong = [i for i in said if share[i] >= CUE_SHARE * share[said[0]]][:MAX_CUES]
        cues: list[str] = []
        for i in strong:
            negator = tokens[i].negator
            # "happy" alone would mislead where the text says "not happy"
            both = [tokens[negator].surface] if negator >= 0 else []
            cues.extend(w for w in (*both, tokens[i].surface) if w not in cues)
        return tuple(cues)


def load(raw: bytes) -> TextModel:
    """Build the model from the bytes of its file.

    Raises:
        ToolUnavailable: The bytes are no such file.
    """
    try:
        with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
            return TextModel(
                arrays["rows"],
                arrays["scale"],
                arrays["bias"],
                arrays["base_rate"],
                arrays["letters"],
            )
    except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise ToolUnavailable(
            TOOL,
            f"its weights cannot be read ({type(error).__name__}: {error})",
            remedy=REMEDY,
        ) from error
