"""Slips of the keyboard in a question: words near to those that questions are made of.

Only a question that no rule understands is mended, and how it was taken is said.
"""

import re
from typing import Final

from emer.agent.chat.understanding.leftover import is_known
from emer.tools import taxonomy

LONG: Final = 6
"""Words from this length on may hold two slips, shorter ones one."""
SHORTEST: Final = 3
_DIGITS: Final = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"两": 2}
_COUNTED: Final = re.compile(
    r"(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[零一二两三四五六七八九])(?=(?:秒|分钟|分(?!析|开|歧)))"
)
_NO_APOSTROPHE: Final = re.compile(r"\b(what|who|where|how|when|that)s\b", re.I)
_WORD: Final = re.compile(r"[A-Za-z]+")
_WORDS_TEXT: Final = """
a about after again agree alike an and angry any anybody anyone are at be because been
before between bit both calm change changes clip compare confident could cry crying describe
did different do does earlier emotion emotions end evidence face feel feeling feels first
for from get gets happen happened happens happier happy has have he her him his how in
interrupt is it joy language last later laugh laughing long loud man many mean mention
moment mood more most music no not now of off on or other over people person picture
reaction really right sad said sarcastic say says scared second seconds see seem seems she
show shows similar smile smiles smiling sound speak speaking speaks start strong summarise
summarize summary sure surprised talk talking talks tell than that the their them then there
they think this time to together tone tool two upset video voice was were what when where
which who whose why with without woman word words
"""
_WORDS: Final = frozenset(_WORDS_TEXT.split())
_JOINED: Final = {
    "whos": "who is", "whats": "what is", "wheres": "where is", "hows": "how is", "whens": "when is",
    "wat": "what", "wut": "what", "wot": "what", "u": "you", "ur": "your", "r": "are", "y": "why",
    "hw": "how", "wen": "when", "n": "and", "pls": "please", "plz": "please", "ppl": "people",
    "vid": "video", "vids": "videos", "dis": "this", "dat": "that", "da": "the", "cuz": "because",
    "thier": "their", "teh": "the", "ther": "there", "wich": "which",
}  # fmt: skip


def plain(text: str) -> str:
    """Return a question with "whats" as "what's" and Chinese numbers of seconds as digits."""
    text = _NO_APOSTROPHE.sub(r"\1's", text)
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
    if lower.endswith("in") and is_known(f"{lower}g") and not is_known(lower):
        return f"{lower}g"
    if taxonomy.find(lower) is not None:
        return word
    if is_known(lower):
        return word
    near = sorted((_slips(lower, w), w) for w in _WORDS if w[0] == lower[0] and _alike(lower, w))
    return near[0][1] if near and near[0][0] <= (1 if len(lower) < LONG else 2) else word


def _alike(one: str, other: str) -> bool:
    """Whether a slip is likely: short words lose or swap letters, they hold no others."""
    if len(one) < LONG and len(one) == len(other) and sorted(one) != sorted(other):
        return False
    return abs(len(one) - len(other)) <= 2 and len(other) > SHORTEST


def _slips(one: str, other: str) -> int:
    """Return how many letters were added, lost, changed or swapped with the next."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                cost = min(cost, rows[-2][j - 2] + 1)
            row.append(cost)
        rows.append(row)
    return rows[-1][-1]
