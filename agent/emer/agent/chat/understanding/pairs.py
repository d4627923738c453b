"""Two stretches of a clip that one question sets side by side: the beginning and the end, before and after."""

import re
from typing import Final

from emer.agent.chat.understanding.asked import Stretch
from emer.graphs.rule.plans.question import inquiry, moments
from emer.tools.findings import TimeSpan

_HALVES: Final = re.compile(
    r"\bfirst half\b.*\b(?:second|other|last) half\b|前半(?:段|部分)?.*后半", re.I
)
_AROUND: Final = re.compile(r"\bbefore and after\b|前后", re.I)
_CUT: Final = re.compile(
    r"\b(?:versus|vs\.?|than|and|with|to|compared (?:to|with))\b|[,，]|和|与|跟|比|相比|对比", re.I
)


def pair_of(text: str, part: TimeSpan) -> tuple[Stretch, Stretch] | None:
    """Return the two stretches that ``text`` names, in its order; ``None``: it names no two.

    Args:
        text: The question.
        part: What was analysed.
    """
    if _HALVES.search(text):
        middle = round((part.start_s + part.end_s) / 2, 3)
        return (part.start_s, middle), (middle, part.end_s)
    named = moments(text)
    if _AROUND.search(text) and len(named) == 1 and part.start_s < named[0] < part.end_s:
        return (part.start_s, named[0]), (named[0], part.end_s)
    for cut in _CUT.finditer(text):
        one, other = _place(text[: cut.start()], part), _place(text[cut.end() :], part)
        if one and other and one != other:
            return one, other
    return None


def _place(text: str, part: TimeSpan) -> Stretch | None:
    # "the end" alone names a place only behind a preposition
    found = inquiry(f"at {text.strip()}", part).window or inquiry(text, part).window
    return (found.start_s, found.end_s) if found else None
