"""A case as one vector: affect per modality, how the modalities disagree, cues, and wording.

Reads    an ``AffectProfile`` and the words said, in any language
Returns  float32 ``(384,)`` of length 1; equal inputs give equal vectors, never NaN
Cost     about 1 ms for a sentence; one network of our own, which ships with the package
Source   soft bins are radial basis functions on each axis of the circumplex (Russell 1980,
         doi:10.1037/h0077714); wording is hashed n-grams (Weinberger et al. 2009,
         doi:10.1145/1553374.1553516), and for English what ``meaning`` makes of it

The cosine of two vectors is a weighted mean of part-wise similarities (weights: ``SHARES``). A part
that one side misses contributes nothing but still counts in the length, so a face-only query can
match a full case, at a lower score.

    at        holds
    0..41     face, voice, words: valence and arousal, 7 soft bins each
    42..83    face-voice, face-words, voice-words: difference in valence and arousal, 7 bins each
    84..86    which modalities are there
    87..112   action units       113..126 voice cues (what only people hear stays 0)
    127..154  text categories
    155       nothing is known
    156..163  voice categories (RAVDESS' eight), square roots of their scores
    164..191  what English words express    192..383 the words themselves
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from emer.memory.case import HEARD_CUES, TEXT_CATEGORIES, VOICE_CUES, AffectProfile
from emer.memory.meaning import SIZE, meaning_of, revision
from emer.tools.taxonomy import CATEGORY_SETS

if TYPE_CHECKING:
    from numpy.typing import NDArray

DIM: Final = 384
NAME: Final = f"emer-affect-words-v3-{revision()}-{DIM}"
"""Name, version, network and size. Anything below that changes a vector must change the version; another
network changes the name by itself. Cases embedded under another name are embedded anew."""

SHARES: Final[dict[str, float]] = {
    "face": 0.14,
    "voice": 0.11,
    "words": 0.12,
    "disagreement": 0.22,
    "presence": 0.04,
    "action_units": 0.09,
    "voice_cues": 0.07,
    "voice_categories": 0.03,
    "text_categories": 0.04,
    "wording": 0.14,
}
"""Weight of each part in the cosine, summing to 1. Disagreement weighs most because it is what
sets apart cases with the same words or the same smile; see ``tests/unit/test_case_embedding.py``
for what the weights must achieve."""
EXPRESSED: Final = 0.7
"""Of the weight of wording, the part that goes to what English words express; the rest goes to the
words themselves, and in other languages all of it."""

Modality3 = Literal["face", "voice", "words"]
MODALITIES: Final[tuple[Modality3, ...]] = ("face", "voice", "words")
PAIRS: Final[tuple[tuple[Modality3, Modality3], ...]] = (
    ("face", "voice"),
    ("face", "words"),
    ("voice", "words"),
)
ACTION_UNITS: Final = tuple(
    f"AU{n}"
    for n in (
        *(1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 22, 23, 24, 25, 26, 27, 28),
        *(43, 45),
    )
)
"""The movements of the face proper (FACS); others are kept in a case but not compared."""
_CATEGORIES: Final = tuple(sorted(TEXT_CATEGORIES))

BINS: Final = 7
"""Odd, so that one bin sits on neutral; bins are a third of a unit apart."""
_VOICE_CATEGORIES: Final = CATEGORY_SETS["ravdess8"]
_NOTHING_AT: Final = 155
_VOICE_AT: Final = 156
_MEANING_AT: Final = _VOICE_AT + len(_VOICE_CATEGORIES)
WORDING_AT: Final = _MEANING_AT + SIZE
_WORDING_DIM: Final = DIM - WORDING_AT
_FUNCTION_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        """a an and are as at be been but by can did do does for from had has have he her him his i
        if in is it its me my of on or our she so that the their them then there they this to us
        was we were what when which who will with would you your""",
    )
)
_FUNCTION_WORD_WEIGHT: Final = 0.25
"""They carry grammar, not the matter, and would make any two English sentences look alike."""
_BIGRAM_WEIGHT: Final = 0.7
_LETTERS_WEIGHT: Final = 0.35
"""Per run of four letters: lets 'promised' meet 'promise' without outweighing whole words."""


def embed(affect: AffectProfile, words: str = "") -> "NDArray[np.float32]":
    """Return the vector of a case or a query, shape ``(384,)``, length 1."""
    vector = _parts(affect, words)
    length = float(np.linalg.norm(vector))
    if length == 0.0:
        vector[_NOTHING_AT] = length = 1.0
    return (vector / length).astype(np.float32)


def reach(affect: AffectProfile, words: str = "") -> float:
    """Return how much of a complete case is known, 0..1: the length before it was made 1.

    It is also the cosine with a complete case that agrees in all that is known.
    """
    values = {m: (affect.of(m).valence, affect.of(m).arousal) for m in MODALITIES}
    axes = [(SHARES[m] / 2, value is not None) for m in MODALITIES for value in values[m]]
    gaps = [
        (
            SHARES["disagreement"] / 6,
            values[one][axis] is not None and values[two][axis] is not None,
        )
        for one, two in PAIRS
        for axis in (0, 1)
    ]
    rest = [
        (SHARES["presence"], any(getattr(affect, m) is not None for m in MODALITIES)),
        (SHARES["action_units"], any(au in ACTION_UNITS for au in affect.action_units)),
        (SHARES["voice_cues"], not HEARD_CUES.issuperset(affect.voice_cues)),
        (SHARES["voice_categories"], any(affect.voice_categories.values())),
        (SHARES["text_categories"], bool(affect.text_categories)),
        (SHARES["wording"], next(_tokens(words), None) is not None),
    ]
    return float(np.sqrt(sum(share for share, known in axes + gaps + rest if known)))


def _parts(affect: AffectProfile, words: str) -> "NDArray[np.float64]":
    vector = np.zeros(DIM, dtype=np.float64)
    _put_affect(vector[:84], affect)
    present = [getattr(affect, modality) is not None for modality in MODALITIES]
    _put_flags(vector[84:87], present, "presence")
    _put_flags(vector[87:113], [au in affect.action_units for au in ACTION_UNITS], "action_units")
    told = set(affect.voice_cues) - HEARD_CUES
    _put_flags(vector[113:127], [cue in told for cue in VOICE_CUES], "voice_cues")
    _put_flags(
        vector[127:155], [c in affect.text_categories for c in _CATEGORIES], "text_categories"
    )
    scores = [affect.voice_categories.get(name, 0.0) for name in _VOICE_CATEGORIES]
    _put_scores(vector[_VOICE_AT:_MEANING_AT], scores, "voice_categories")
    _put_wording(vector, words)
    return vector


def _put_affect(part: "NDArray[np.float64]", affect: AffectProfile) -> None:
    at = 0
    for modality in MODALITIES:
        point = affect.of(modality)
        for value in (point.valence, point.arousal):
            if value is not None:
                part[at : at + BINS] = _soft_bins(value) * np.sqrt(SHARES[modality] / 2)
            at += BINS
    for first, second in PAIRS:
        one, other = affect.of(first), affect.of(second)
        for a, b in ((one.valence, other.valence), (one.arousal, other.arousal)):
            if a is not None and b is not None:
                # differences run from -2 to 2: halved, they share the bins
                part[at : at + BINS] = _soft_bins((a - b) / 2) * np.sqrt(SHARES["disagreement"] / 6)
            at += BINS


def _soft_bins(value: float) -> "NDArray[np.float64]":
    centres = np.linspace(-1, 1, BINS)
    width = centres[1] - centres[0]
    bins: NDArray[np.float64] = np.exp(-0.5 * ((value - centres) / width) ** 2)
    return bins / np.linalg.norm(bins)


def _put_flags(part: "NDArray[np.float64]", flags: Sequence[bool], share: str) -> None:
    if any(flags):
        part[:] = np.asarray(flags, dtype=np.float64) * np.sqrt(SHARES[share] / sum(flags))


def _put_scores(part: "NDArray[np.float64]", scores: Sequence[float], share: str) -> None:
    if any(scores):
        part[:] = np.sqrt(np.asarray(scores, dtype=np.float64) * SHARES[share] / sum(scores))


def _put_wording(vector: "NDArray[np.float64]", words: str) -> None:
    part = vector[WORDING_AT:]
    for feature, weight in _features(words):
        code = zlib.crc32(feature.encode("utf-8", "replace"))
        part[code % _WORDING_DIM] += weight if code & 0x8000_0000 else -weight
    length = float(np.linalg.norm(part))
    if length == 0.0:
        return
    meaning = meaning_of(words)
    expressed = 0.0 if meaning is None else EXPRESSED
    part *= np.sqrt(SHARES["wording"] * (1.0 - expressed)) / length
    if meaning is not None:
        vector[_MEANING_AT:WORDING_AT] = meaning * np.sqrt(SHARES["wording"] * expressed)


def _features(words: str) -> Iterator[tuple[str, float]]:
    tokens = list(_tokens(words))
    for token in tokens:
        function_word = token in _FUNCTION_WORDS
        yield f"w:{token}", _FUNCTION_WORD_WEIGHT if function_word else 1.0
        padded = f"#{token}#"
        if not function_word and len(token) > 3:
            for i in range(len(padded) - 3):
                yield f"c:{padded[i : i + 4]}", _LETTERS_WEIGHT
    for first, second in pairwise(tokens):
        both_empty = first in _FUNCTION_WORDS and second in _FUNCTION_WORDS
        yield f"b:{first} {second}", _FUNCTION_WORD_WEIGHT if both_empty else _BIGRAM_WEIGHT


def _tokens(words: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", words).casefold()
    for run in re.findall(r"[^\W_]+(?:['\u2019][^\W_]+)?", folded):
        if any(_is_ideograph(c) for c in run):
            yield from run  # no spaces between words: single characters and their pairs
        else:
            yield run.replace("\u2019", "'")


def _is_ideograph(character: str) -> bool:
    return "\u3040" <= character <= "\u30ff" or "\u3400" <= character <= "\u9fff"


def cosine(vectors: "NDArray[np.float32]", vector: "NDArray[np.float32]") -> "NDArray[np.float32]":
    """Return the similarity of each row of ``(n, 384)`` with ``(384,)``, -1..1."""
    scores: NDArray[np.float32] = np.clip(vectors @ vector, -1.0, 1.0)
    return scores


def wording_similarity(one: "NDArray[np.float32]", other: "NDArray[np.float32]") -> float:
    """Return the cosine of the words themselves, -1..1; 0.0 if either side says nothing."""
    return _part_similarity(one[WORDING_AT:], other[WORDING_AT:])


def expression_similarity(one: "NDArray[np.float32]", other: "NDArray[np.float32]") -> float:
    """Return how alike is what English words express, 0..1; 0.0 if either side says nothing."""
    return _part_similarity(one[_MEANING_AT:WORDING_AT], other[_MEANING_AT:WORDING_AT])


def _part_similarity(a: "NDArray[np.float32]", b: "NDArray[np.float32]") -> float:
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / length if length else 0.0
