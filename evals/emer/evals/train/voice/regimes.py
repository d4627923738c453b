"""What a listener may know, and answers given without having heard the speaker in training.

RAVDESS in folds of actors, EmoDB leaving one speaker out, and each corpus by what was learnt on the
other, alone or with plain readers. In each, nothing is known of the speaker, or some of their other
utterances, drawn at random and unlabelled; the judged utterance is never among them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.train.voice.corpora import CATEGORIES, FOUR, Spoken, actor_folds
from emer.evals.train.voice.discriminant import fit
from emer.evals.train.voice.listener import Listener
from emer.evals.train.voice.recipe import Recipe
from emer.tools.speech_emotion_features import RENDERINGS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Indices = NDArray[np.int64]

Tell = Callable[[str], None]

DRAWS: Final = 10
"""How often a speaker's known utterances are drawn anew; figures are means over the draws."""
_FOUR_OF: Final = tuple(CATEGORIES.index(name) for name in FOUR)


@dataclass(frozen=True, slots=True)
class Heard:
    """Files with their features."""

    vectors: "Floats"
    """Shape ``(copies, files, f)``."""
    truth: "Indices"
    speakers: "NDArray[np.str_]"
    corpus: "NDArray[np.str_]"

    @classmethod
    def of(cls, spoken: Sequence[Spoken], vectors: "Floats") -> "Heard":
        """Put labels beside features."""
        return cls(
            vectors,
            np.array([CATEGORIES.index(s.category) for s in spoken]),
            np.array([s.speaker for s in spoken]),
            np.array([s.corpus for s in spoken]),
        )

    def part(self, rows: "NDArray[np.bool_]") -> "Heard":
        """Return some of the files."""
        return Heard(
            self.vectors[:, rows], self.truth[rows], self.speakers[rows], self.corpus[rows]
        )

    def listener(self, recipe: Recipe) -> Listener:
        """Learn from these files."""
        return fit(self.vectors, self.truth, self.speakers, self.corpus, recipe)


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers about files whose speakers the listener had not heard."""

    truth: "Indices"
    speakers: "NDArray[np.str_]"
    logits: "dict[int, Floats]"
    """By number of known utterances: shape ``(draws, files, 8)``; one draw where none is known."""
    strangeness: "Floats"
    """Mean square of the standardised features, ``(files,)``."""


def answer(
    listener: Listener, heard: Heard, known: Sequence[int], seed: int = 1, draws: int = DRAWS
) -> Answers:
    """Judge ``heard``, given so many other utterances of each speaker as ``known`` says."""
    own = heard.vectors[:RENDERINGS].swapaxes(0, 1)
    found: dict[int, Floats] = {}
    for k in known:
        rng = np.random.default_rng((seed, k))
        times = draws if k else 1
        found[k] = np.stack([_once(listener, own, heard.speakers, k, rng) for _ in range(times)])
    strangeness = (listener.standard(own) ** 2).mean(axis=(1, 2))
    return Answers(heard.truth, heard.speakers, found, strangeness)


def _once(
    listener: Listener,
    own: "Floats",
    speakers: "NDArray[np.str_]",
    k: int,
    rng: np.random.Generator,
) -> "Floats":
    """Judge every file once; ``own`` has shape ``(files, RENDERINGS, f)``."""
    found = np.zeros((len(own), len(CATEGORIES)), np.float32)
    for i, speaker in enumerate(speakers):
        others = np.flatnonzero((speakers == speaker) & (np.arange(len(own)) != i))
        drawn = rng.choice(others, min(k, len(others)), replace=False) if k else others[:0]
        found[i] = listener.logits(own[i], own[drawn].reshape(-1, own.shape[2]))
    return found


def unheard(
    heard: Heard,
    tested: str,
    folds: int,
    recipe: Recipe,
    known: Sequence[int],
    tell: Tell = lambda _: None,
    *,
    alone: bool = False,
) -> Answers:
    """Judge every speaker of one corpus by a listener that learnt without them.

    Args:
        heard: All corpora.
        tested: The corpus to judge.
        folds: How many folds its speakers are dealt into.
        recipe: How to train.
        known: Numbers of other utterances known of a speaker.
        tell: Gets a line per fold.
        alone: Train on the rest of the tested corpus alone, without the other one.
    """
    own = heard.corpus == tested
    parts: list[Answers] = []
    for number, held in enumerate(actor_folds(list(heard.speakers[own]), folds), start=1):
        test = own & np.isin(heard.speakers, held)
        train = ~test & (own if alone else True)
        parts.append(answer(heard.part(train).listener(recipe), heard.part(test), known))
        tell(f"{tested}: fold {number} of {folds}, {int(test.sum())} files of {len(held)} speakers")
    return joined(parts)


def across(
    heard: Heard, trained_on: Sequence[str], judged: str, recipe: Recipe, known: Sequence[int]
) -> Answers:
    """Judge the shared categories of one corpus by what was learnt on others."""
    test = (heard.corpus == judged) & np.isin(heard.truth, _FOUR_OF)
    source = np.isin(heard.corpus, list(trained_on))
    return answer(heard.part(source).listener(recipe), heard.part(test), known)


def joined(parts: Sequence[Answers]) -> Answers:
    """Put folds together."""
    return Answers(
        np.concatenate([p.truth for p in parts]),
        np.concatenate([p.speakers for p in parts]),
        {k: np.concatenate([p.logits[k] for p in parts], axis=1) for k in parts[0].logits},
        np.concatenate([p.strangeness for p in parts]),
    )


def probabilities(logits: "Floats") -> "Floats":
    """Return softmax over the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    found: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return found


def four(logits: "Floats") -> "Floats":
    """Return probabilities of ``FOUR``, last axis; calm counts as neutral."""
    eight = probabilities(logits)
    eight = eight + 0.0
    eight[..., CATEGORIES.index("neutral")] += eight[..., CATEGORIES.index("calm")]
    kept = eight[..., list(_FOUR_OF)]
    found: Floats = kept / kept.sum(axis=-1, keepdims=True)
    return found


def truth_of_four(truth: "Indices") -> "Indices":
    """Return which of ``FOUR`` each category is."""
    return np.array([_FOUR_OF.index(int(t)) for t in truth])
