"""How much of an answer a question wants: one sentence, a few, or all of it. English and Chinese."""

import re
from typing import Final

ALL: Final = 40
"""Sentences that are told at once where everything is asked for."""
FEW: Final = 2
_NUMBERS: Final = {
    "a": 1, "one": 1, "1": 1, "single": 1, "two": 2, "2": 2, "three": 3, "3": 3, "four": 4, "4": 4,
    "five": 5, "5": 5, "一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5,
}  # fmt: skip
_COUNTED: Final = re.compile(
    r"\b(?:in|with|into|to|just|only|as|me|a) (?:just |only |about )?(a|one|two|three|four|five|[1-5])(?: single| short)?[ -](?:sentence|line|liner)s?\b"
    r"|用?([一两二三四五1-5])句话",
    re.I,
)
_FEW: Final = re.compile(
    r"\b(?:briefly|in short|in brief|in a nutshell|tl;?dr|(?:short|brief|quick) (?:\w+ )?(?:summary|overview|answer|version|recap))\b"
    r"|简单(?:地|点)?(?:说|讲|总结|概括|介绍)|简短|简要|简而言之",
    re.I,
)
_ALL: Final = re.compile(
    r"\b(?:in (?:full )?detail|in full|the (?:whole|full|complete|entire) (?:transcript|account|list|dialog(?:ue)?|conversation)|all (?:of )?the details|tell me everything|everything (?:that (?:was|is) )?(?:said|you (?:have|know|found)))\b"
    r"|详细(?:地|说|讲|描述)|完整(?:的)?(?:台词|对话|记录)|全部(?:台词|对话|说出来)",
    re.I,
)


def sentences_wanted(text: str) -> int | None:
    """Return how many sentences a question asks for at most; ``None``: it says nothing of that."""
    counted = _COUNTED.search(text)
    if counted:
        return _NUMBERS[next(g for g in counted.groups() if g).lower()]
    if _FEW.search(text):
        return FEW
    return ALL if _ALL.search(text) else None
