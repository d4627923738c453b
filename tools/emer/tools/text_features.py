"""Words of an utterance and the hashed features that the text emotion network reads.

Reads    text as people write down speech: subtitles or recognised words, any length or alphabet
Returns  tokens that keep the literal text, and rows of the network's tables
Cost     about 40 us per utterance of ten words
Source   feature hashing: Weinberger et al. 2009, doi:10.1145/1553374.1553516; marking the scope of
         a negation: Das and Chen 2001, and Pang et al. 2002, doi:10.3115/1118693.1118704

There is no vocabulary: every word, pair of neighbours and piece of a word is hashed to a row of a
table. Row 0 of each table is zero and stands for "nothing here". Whatever changes here changes what
the trained weights mean; train again after it.
"""

import re
import unicodedata
import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

MAX_CHARS: Final = 2_000
"""Longer text is cut: two minutes of fast speech; it also bounds the cost of hostile input."""
WORD_ROWS: Final = 1 << 14
"""Rows for words, besides row 0; a power of two, as all of them."""
PIECE_ROWS: Final = 1 << 14
"""Rows for pieces of words."""
PAIR_ROWS: Final = 1 << 15
"""Rows for pairs of neighbours."""
MAX_WORD: Final = 40
"""Characters of a word that count; longer ones are not words."""
PIECE_LENGTHS: Final = (3, 4, 5)
MAX_PIECES: Final = 60
"""Pieces of a word that count: all of a word of 20 letters."""
SCOPE: Final = 3
"""Words after a negator that it turns round, unless punctuation or "but" comes first."""

_NEGATORS: Final = """
not no never nobody nothing none neither nor without cannot cant hardly barely aint dont doesnt
didnt isnt wasnt arent werent wont wouldnt couldnt shouldnt havent hasnt hadnt
"""
NEGATORS: Final = frozenset(_NEGATORS.split())
"""And every word that ends in "n't"."""
SHORT_SCOPE: Final = frozenset({"no", "nor", "neither", "without", "nothing", "nobody", "none"})
"""These turn round the next word only: "no problem", but "no I love it"."""
SCOPE_ENDS: Final = frozenset({"but", "because", "although", "though", "however", "and", "so"})

MUSIC: Final = "\u2669\u266a\u266b\u266c"
"""Notes, with which subtitles mark singing; they are not words."""
_DOUBLED: Final = """
good cool too see free all hell well still kill need feel sweet week keep been seen boo food mood
soon room look book took happy funny really hello yeet woo pretty sorry off boss kiss miss pass
mess less ass aww haa ooh ahh ugghh mmm hmm shh grr brr eww woohoo poor stoopid yeehaw bee door
noon week ball call fall tall small tell sell smell full pull butt buddy daddy mommy puppy kitty
silly hurry carry worry weird loose choose sleep deep creepy freak agree three indeed
"""
DOUBLED: Final = frozenset(_DOUBLED.split())
"""Words that keep two letters of a drawn-out one: "goood" is "good", but "sooo" is "so"."""

_EMOTICONS: Final = {
    "smile": ":) :-) =) :] (: ^^ ^_^ c:",
    "laugh": ":D :-D =D xD XD x'D",
    "frown": ":( :-( =( :[ ): :c",
    "weep": ":'( ;( ;_; T_T ='(",
    "wink": ";) ;-) ;D",
    "tongue": ":P :-P :p :-p =P ;P xP",
    "gasp": ":O :-O :o :-o o_o O_O o_O O_o",
    "wry": ":/ :-/ :\\ :-\\ :| :-| =/ -_-",
    "heart": "<3 :* :-* :3",
    "heartbreak": "</3",
    "anger": ">:( D:< >:[",
}
_EMOJI: Final = {
    "smile": "🙂😊😀😃😄😁☺😌🥰🤗😇",
    "laugh": "😂🤣😆😹😅",
    "frown": "☹🙁😞😔😟😕😣😖😩😫",
    "weep": "😢😭😿🥺😥",
    "wink": "😉😏",
    "tongue": "😛😜😝🤪",
    "gasp": "😮😯😲😱😳🤯😧😦",
    "wry": "😐😑😒🙄😬",
    "heart": "❤♥💕💖💗💓💙💚💛💜🧡💘💞😍😘😻😚",
    "heartbreak": "💔",
    "anger": "😠😡🤬👿😤",
    "disgust": "🤢🤮",
    "fear": "😨😰😓",
    "praise": "👍👏🙌💪🔥💯🎉🥳",
    "pray": "🙏",
    "doubt": "🤔🤨🧐",
    "shame": "🙈🤦",
}
_SIGNS: Final = {sign: kind for kind, signs in _EMOTICONS.items() for sign in signs.split()} | {
    sign: kind for kind, signs in _EMOJI.items() for sign in signs
}
_LAUGHTER: Final = re.compile(r"(?:[ao]?(?:ha|he|hi)){2,}h?|(?:lo)+l+|lmf?ao+|rofl|hah+")
_ELONGATED: Final = re.compile(r"([^\W\d_])\1{2,}")
_TOKEN: Final = re.compile(
    # the look ahead spares most words a hundred comparisons
    rf"(?P<sign>(?=[{re.escape(''.join(sorted({s[0] for s in _SIGNS})))}])(?:"
    + "|".join(re.escape(s) for s in sorted(_SIGNS, key=lambda s: (-len(s), s)))
    + r"))|(?P<word>[^\W_]+(?:['\u2019\u02bc][^\W_]+)*)|(?P<mark>[!?\u203c-\u2049\u2026]+|\.{2,})"
    r"|(?P<stop>[.,;:\u3002\uff0c()\[\]\"\n\u2014-])|(?P<other>[^\w\s])"
)


class Token(NamedTuple):
    """One word, sign or run of punctuation."""

    surface: str
    """As it stands in the text."""
    form: str
    """What is looked up: folded case, "not_" in front when negated, ``<...>`` for signs."""
    negator: int = -1
    """Index of the token that negates it, -1 if none does."""

    @property
    def is_cue(self) -> bool:
        """Whether it can be shown as a cue: a word or a sign, not punctuation."""
        return self.form[0] not in "!?\u2026"


class Features(NamedTuple):
    """Texts as the network's inputs; every distinct form of a word is described once."""

    words: NDArray[np.int64]
    """Row of each form, shape ``(forms,)``; form 0 is nothing and has row 0."""
    pieces: NDArray[np.int64]
    """Rows of the pieces of each form, shape ``(forms, most)``, filled up with 0."""
    order: NDArray[np.int64]
    """The forms of each text in order, shape ``(texts, longest)``, filled up with 0."""
    pairs: NDArray[np.int64]
    """Row of each word together with the one before it, shape ``(texts, longest)``, likewise."""


def tokenize(text: str) -> list[Token]:
    """Split ``text`` (its first ``MAX_CHARS``) into tokens, with negations marked."""
    found: list[Token] = []
    negator, left = -1, 0
    for match in _TOKEN.finditer(text[:MAX_CHARS]):
        kind, surface = match.lastgroup, match.group()
        if kind == "stop":
            left = 0
            continue
        if kind != "word":
            form = _sign(surface) if kind == "sign" else _mark(surface)
            if form:
                found.append(Token(surface, form))
            left = 0 if kind == "mark" else left
            continue
        form, scope = _known(surface)
        if form in SCOPE_ENDS:
            left = 0
        if left > 0:
            found.append(Token(surface, f"not_{form}", negator))
            left -= 1
        else:
            found.append(Token(surface, form))
        if scope:
            negator, left = len(found) - 1, scope
    return found


@lru_cache(maxsize=1 << 15)
def _known(word: str) -> tuple[str, int]:
    """Return a word's form and how many words after it it turns round."""
    form = _fold(word)
    if form not in NEGATORS and not form.endswith("n't"):
        return form, 0
    return form, 1 if form in SHORT_SCOPE else SCOPE


def features(texts: Sequence[Sequence[Token]]) -> Features:
    """Return the network's inputs for several tokenised texts; at least one text."""
    numbers: dict[str, int] = {}
    said = [[numbers.setdefault(t.form, len(numbers) + 1) for t in tokens] for tokens in texts]
    forms = [form_of(form) for form in numbers]
    pieces = np.zeros(
        (len(forms) + 1, max((len(f.pieces) for f in forms), default=0) or 1), np.int64
    )
    for i, form in enumerate(forms, start=1):
        pieces[i, : len(form.pieces)] = form.pieces
    order = np.zeros((len(said), max(map(len, said)) or 1), np.int64)
    for i, numbered in enumerate(said):
        order[i, : len(numbered)] = numbered
    codes = np.array([0, *(form.code for form in forms)], np.uint64)
    words = np.array([0, *(word_row(form.code) for form in forms)], np.int64)
    return Features(words, pieces, order, np.where(order > 0, pair_rows(codes[order]), 0))


def word_row(code: int) -> int:
    """Return the row of a word by the code of its form."""
    return 1 + (code & (WORD_ROWS - 1))


def pair_rows(codes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the row of each word together with the one before it.

    Args:
        codes: Of words in order along the last axis.
    """
    before = np.full(codes.shape, _START, np.uint64)
    before[..., 1:] = codes[..., :-1]
    mixed = codes * _MIX[0] + before * _MIX[1]
    return ((mixed >> _SHIFT) & np.uint64(PAIR_ROWS - 1)).astype(np.int64) + 1


_START: Final = zlib.crc32(b"<start>")
_MIX: Final = (np.uint64(2_654_435_761), np.uint64(2_246_822_519))
_SHIFT: Final = np.uint64(13)


class Form(NamedTuple):
    """What the network is told of one form of a word, wherever it stands."""

    code: int
    """Its digest, 32 bits."""
    pieces: tuple[int, ...]


@lru_cache(maxsize=1 << 15)
def form_of(form: str) -> Form:
    """Return what the network is told of one form."""
    code = zlib.crc32(form.encode("utf-8", "replace"))
    if form[0] in "!?\u2026":
        return Form(code, ())
    # a sign is one piece, so that it is not drowned by the pieces of the words around it
    if form[0] == "<":
        return Form(code, (1 + (code & (PIECE_ROWS - 1)),))
    negated = form.startswith("not_")
    padded = f"\x02{form[4:] if negated else form}\x03"
    # the negation mark is part of each piece
    head = "-" if negated else "+"
    cut = [
        zlib.crc32((head + padded[i : i + n]).encode("utf-8", "replace"))
        for n in PIECE_LENGTHS
        for i in range(len(padded) - n + 1)
    ]
    return Form(code, tuple(1 + (digest & (PIECE_ROWS - 1)) for digest in cut[:MAX_PIECES]))


def _fold(word: str) -> str:
    """Fold case and width, straighten apostrophes, shorten drawn-out letters and laughter."""
    plain = unicodedata.normalize("NFKC", word[:MAX_WORD]).casefold()
    plain = plain.replace("\u2019", "'").replace("\u02bc", "'")
    if (drawn := _ELONGATED.sub(r"\1\1", plain)) != plain:
        plain = drawn if drawn in DOUBLED else _ELONGATED.sub(r"\1", plain)
    if _LAUGHTER.fullmatch(plain):
        return "haha" if plain[0] in "aoh" else "lol"
    return "".join("0" if c.isdigit() else c for c in plain) or word[:MAX_WORD]


def _sign(surface: str) -> str:
    return f"<{_SIGNS[surface]}>"


def _mark(surface: str) -> str:
    """Name a run of punctuation or an unknown symbol; empty if it says nothing."""
    asks = any(c in "?\u2047\u2048\u2049" for c in surface)
    cries = any(c in "!\u203c\u2048\u2049" for c in surface)
    if asks and cries:
        return "?!"
    if asks or cries:
        sign = "?" if asks else "!"
        return sign if len(surface) == 1 else sign * 2
    if surface[0] in ".\u2026":
        return "\u2026"
    if surface in MUSIC:
        return ""
    return f"<{surface}>" if unicodedata.category(surface[0]) == "So" else ""
