"""The network behind the text emotion specialist: what it is given, and what it answers.

Reads    ``weights/text_emotion.onnx`` and ``.json`` of this package
Returns  per text 28 scores (0..1, independent), valence and arousal, and the words that weighed most
Cost     3 MB on disk; about 8,000 utterances a second on one core, tokens and cues included
Source   a convolution over hashed words, trained by ``emer.evals.train.text``: see there
"""

import base64
import zlib
from collections.abc import Iterator, Sequence
from importlib.resources.abc import Traversable
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from emer.tools.networks import Network, load, network
from emer.tools.taxonomy import CATEGORY_SETS
from emer.tools.text_features import Token, features, tokenize
from emer.tools.text_language import LETTERS

TOOL: Final = "text_emotion"
NAME: Final = "text_emotion"
"""Of the network."""
CATEGORIES: Final = CATEGORY_SETS["goemotions28"]
NEUTRAL: Final = CATEGORIES.index("neutral")
LETTER_STEPS: Final = 32.0
"""Steps per unit in which the letter statistics are stored."""
MAX_CUES: Final = 3
CUE_SHARE: Final = 0.4
"""A cue word contributes at least this share of what the strongest one does."""
_BATCH_TOKENS: Final = 1 << 11
"""Tokens read at once, filled up: bounds memory, and is what fits the processor's cache."""

Scores = NDArray[np.float32]


class Verdict(NamedTuple):
    """What the words of one text express."""

    scores: dict[str, float]
    """Per category, 0..1, in the order of ``CATEGORIES``."""
    valence: float
    arousal: float
    expressed: tuple[str, ...]
    """Categories whose score reaches their threshold, strongest first."""
    cue_words: tuple[str, ...]
    """Literal words of the text, strongest first; none if nothing but neutral stands out."""


class _Answer(NamedTuple):
    """What the network says of one text."""

    scores: Scores
    """Shape ``(28,)``."""
    affect: Scores
    """Valence and arousal, shape ``(2,)``."""
    shares: Scores
    """What each token adds to the strongest category's logit, shape ``(tokens,)``."""


class TextModel:
    """The network and its settings, read-only; safe to share between threads.

    Args:
        net: The network as loaded.
    """

    def __init__(self, net: Network) -> None:
        self._net = net
        self.threshold = float(net.settings["threshold"])
        """One for all categories, for comparison with other models."""
        self.thresholds: dict[str, float] = net.settings["thresholds"]
        """Score from which a category counts as expressed: its best F1 on folds of the training
        part."""
        self.base_rates: dict[str, float] = net.settings["base_rates"]
        """How often each category occurs in the training part."""
        self.letters: Scores = _letters(net.settings["letters"])
        """See ``text_language.guess``."""

    def scores(self, texts: Sequence[str]) -> Scores:
        """Return scores of shape ``(len(texts), 28)``."""
        answers = self._answers([tokenize(text) for text in texts])
        if not answers:
            return np.zeros((0, len(CATEGORIES)), np.float32)
        return np.stack([a.scores for a in answers])

    def judge(self, texts: Sequence[str]) -> list[Verdict]:
        """Return the verdict on each text, in order."""
        tokens = [tokenize(text) for text in texts]
        answers = self._answers(tokens)
        return [self._verdict(*pair) for pair in zip(tokens, answers, strict=True)]

    def _verdict(self, tokens: Sequence[Token], answer: _Answer) -> Verdict:
        scores = {c: round(s, 4) for c, s in zip(CATEGORIES, answer.scores.tolist(), strict=True)}
        over = [(s, c) for c, s in scores.items() if s >= self.thresholds[c]]
        top = int(answer.scores.argmax())
        valence, arousal = answer.affect.tolist()
        return Verdict(
            scores,
            round(valence, 4),
            round(arousal, 4),
            tuple(c for _, c in sorted(over, key=lambda one: (-one[0], one[1]))),
            () if top == NEUTRAL else _cues(tokens, answer.shares),
        )

    def _answers(self, texts: Sequence[Sequence[Token]]) -> list[_Answer]:
        found: list[_Answer | None] = [None] * len(texts)
        for places in _batches(texts):
            inputs = features([texts[i] for i in places])
            scores, affect, shares = (
                np.asarray(out, np.float32) for out in self._net.run(**inputs._asdict())
            )
            for row, i in enumerate(places):
                found[i] = _Answer(scores[row], affect[row], shares[row, : len(texts[i])])
        return [one for one in found if one is not None]


def _batches(texts: Sequence[Sequence[Token]]) -> Iterator[list[int]]:
    """Yield places of texts of about one length, few enough to be read at once."""
    places = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    batch: list[int] = []
    for i in places:
        if batch and (len(batch) + 1) * len(texts[i]) > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(i)
    if batch:
        yield batch


def _cues(tokens: Sequence[Token], shares: Scores) -> tuple[str, ...]:
    said = [i for i in range(len(tokens)) if tokens[i].is_cue and shares[i] > 0]
    said.sort(key=lambda i: (-shares[i], i))
    strong = [i for i in said if shares[i] >= CUE_SHARE * shares[said[0]]][:MAX_CUES]
    cues: list[str] = []
    for i in strong:
        negator = tokens[i].negator
        # "happy" alone would mislead where the text says "not happy"
        both = [tokens[negator].surface] if negator >= 0 else []
        cues.extend(w for w in (*both, tokens[i].surface) if w not in cues)
    return tuple(cues)


def _letters(packed: str) -> Scores:
    n = len(LETTERS)
    raw = np.frombuffer(zlib.decompress(base64.b64decode(packed)), np.uint8)
    return raw.reshape(n, n, n).astype(np.float32) / np.float32(LETTER_STEPS)


def text_model(folder: Traversable | None = None) -> TextModel:
    """Return the model that ships, or the one in ``folder``.

    Raises:
        ToolUnavailable: Its files are missing or altered.
    """
    return TextModel(network(TOOL, NAME) if folder is None else load(TOOL, NAME, folder=folder))
