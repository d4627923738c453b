"""Slips of the keyboard in a question: words near to those that questions are made of.

Only a question that no rule understands is mended, and how it was taken is said.
"""

import difflib
import re
from typing import Final

from emer.tools import taxonomy

NEAR: Final = 0.74
"""Likeness (0..1, of ``difflib``) from which a word is taken for another."""
SHORTEST: Final = 3
_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_COUNTED: Final = re.compile(
    r"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[零一二两三四五六七八九])(?=(?:秒|分钟|分(?!析|开|歧)))"
)
_WORD: Final = re.compile(r"[A-Za-z]+")
_WORDS: Final = frozenset(
    [
        "a",
        "about",
        "after",
        "again",
        "agree",
        "alike",
        "an",
        "and",
        "angry",
        "any",
        "anybody",
        "anyone",
        "are",
        "at",
        "be",
        "because",
        "been",
        "before",
        "between",
        "bit",
        "both",
        "calm",
        "change",
        "changes",
        "clip",
        "cry",
        "crying",
        "compare",
        "confident",
        "could",
        "describe",
        "did",
        "different",
        "do",
        "does",
        "earlier",
        "emotion",
        "emotions",
        "end",
        "evidence",
        "face",
        "feel",
        "feeling",
        "feels",
        "first",
        "for",
        "from",
        "get",
        "gets",
        "happen",
        "happened",
        "happens",
        "happier",
        "happy",
        "has",
        "have",
        "he",
        "her",
        "him",
        "his",
        "how",
        "in",
        "interrupt",
        "is",
        "it",
        "joy",
        "language",
        "last",
        "later",
        "laugh",
        "laughing",
        "long",
        "loud",
        "man",
        "many",
        "mean",
        "mention",
        "mood",
        "moment",
        "more",
        "most",
        "music",
        "no",
        "not",
        "now",
        "of",
        "off",
        "on",
        "or",
        "other",
        "over",
        "people",
        "person",
        "picture",
        "reaction",
        "really",
        "right",
        "sad",
        "said",
        "sarcastic",
        "say",
        "says",
        "scared",
        "second",
        "seconds",
        "see",
        "seem",
        "seems",
        "she",
        "show",
        "shows",
        "similar",
        "smile",
        "smiles",
        "smiling",
        "sound",
        "speak",
        "speaking",
        "speaks",
        "start",
        "strong",
        "summarise",
        "summarize",
        "summary",
        "sure",
        "surprised",
        "talk",
        "talking",
        "talks",
        "tell",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "think",
        "this",
        "time",
        "to",
        "together",
        "tone",
        "tool",
        "two",
        "upset",
        "video",
        "voice",
        "was",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "whose",
        "why",
        "with",
        "without",
        "woman",
        "word",
        "words",
    ]
)
_JOINED: Final = {
    "whos": "who is", "whats": "what is", "wheres": "where is", "hows": "how is", "whens": "when is",
    "wat": "what", "wut": "what", "wot": "what", "u": "you", "ur": "your", "r": "are", "y": "why",
    "hw": "how", "wen": "when", "n": "and", "pls": "please", "plz": "please", "ppl": "people",
    "vid": "video", "vids": "videos", "dis": "this", "dat": "that", "da": "the", "cuz": "because",
    "thier": "their", "teh": "the", "ther": "there", "wich": "which",
}  # fmt: skip


def with_digits(text: str) -> str:
    """Return a question with Chinese numbers of seconds and minutes as digits."""
    return _COUNTED.sub(lambda m: str(_number(m.group())), text)


def _number(said: str) -> int:
    tens, _, ones = said.rpartition("十")
    if "十" not in said:
        return _DIGITS[said]
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)


def mended(text: str) -> str:
    """Return a question with words that nobody knows replaced by those that they are near to."""
    return _WORD.sub(lambda m: _mended(m.group()), text)


def _mended(word: str) -> str:
    lower = word.lower()
    if lower in _JOINED:
        return _JOINED[lower]
    if len(lower) < SHORTEST or lower in _WORDS or re.fullmatch(r"(?:spk|face|au|p)\d*", lower):
        return word
    if lower.endswith("in") and f"{lower}g" in _WORDS:
        return f"{lower}g"
    if taxonomy.find(lower) is not None:
        return word
    near = difflib.get_close_matches(lower, _WORDS, n=1, cutoff=NEAR)
    return near[0] if near and near[0][0] == lower[0] else word
