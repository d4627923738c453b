"""Cut what a language model says into sentences with their citations, while it is still saying it.

Reads    pieces of a text, cut anywhere
Returns  each sentence as soon as nothing that may follow can change it
Cost     microseconds a piece

However a text is cut into pieces, the sentences are those of the whole.
"""

import re
from itertools import pairwise
from typing import Final

Cut = tuple[str, tuple[str, ...]]
"""A sentence, and the ids in the brackets right behind it."""
MAX_CITED: Final = 400
"""Characters between two brackets; what is longer is no citation."""
_CITED: Final = re.compile(rf"\[([^\[\]]{{1,{MAX_CITED}}})\]")
_END: Final = re.compile(r"(?<=[.!?。！？])\s+|\n+")
_STOPS: Final = ".。!?！？"
"""One of them may stand behind a citation, and belongs to its sentence."""
_MARKS: Final = " \n-*#"
"""Around a sentence, of lists and headings."""
_QUOTED: Final = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」")
_OPENS: Final = re.compile(r"[“\"「]")


class Cutter:
    """Takes pieces of one text, gives out its sentences."""

    def __init__(self) -> None:
        self._text = ""
        self._is_behind_citation = False

    def feed(self, piece: str) -> list[Cut]:
        """Take a piece; return the sentences that are complete with it."""
        self._text += piece
        found: list[Cut] = []
        while self._is_begun() and (match := _CITED.search(self._text)):
            parts = _sentences(self._text[: match.start()])
            ids = dict.fromkeys(x.strip() for x in re.split(r"[,;，；]", match[1]))
            found += [(p, ()) for p in parts[:-1]]
            found += [(p, tuple(i for i in ids if i)) for p in parts[-1:]]
            self._text = self._text[match.end() :]
            self._is_behind_citation = True
        if not self._is_behind_citation:
            found += self._taken(self._settled())
        return found

    def rest(self) -> list[Cut]:
        """Return what is left when the text has ended."""
        return self._taken(len(self._text)) if self._is_begun() else []

    def _taken(self, end: int) -> list[Cut]:
        taken, self._text = self._text[:end], self._text[end:]
        return [(s, ()) for s in _sentences(taken)]

    def _is_begun(self) -> bool:
        """Whether the next sentence has begun; what ends the one before is taken away."""
        if self._is_behind_citation and (text := self._text.lstrip()):
            self._text = text[1:] if text[0] in _STOPS else text
            self._is_behind_citation = False
        return not self._is_behind_citation

    def _settled(self) -> int:
        """Return up to where sentences have ended that no citation can follow any more."""
        hidden, limit = _hidden(self._text), len(self._text)
        if opened := _OPENS.search(hidden):  # a quotation that has not ended yet
            limit = opened.start()
        bracket = self._text.rfind("[")
        is_open = bracket >= 0 and "]" not in self._text[bracket:]
        if is_open and len(self._text) - bracket <= MAX_CITED + 1:
            limit = min(limit, bracket)
        ends = [m.end() for m in _END.finditer(hidden, 0, limit)]
        return max((e for e in ends if hidden[e:limit].strip(_MARKS)), default=0)


def pieces(text: str) -> list[Cut]:
    """Cut a whole text."""
    cutter = Cutter()
    return [*cutter.feed(text), *cutter.rest()]


def _sentences(text: str) -> list[str]:
    cuts = [0, *(m.end() for m in _END.finditer(_hidden(text))), len(text)]
    parts = [text[a:b].strip(_MARKS) for a, b in pairwise(cuts)]
    return [p for p in parts if p]


def _hidden(text: str) -> str:
    # a full stop within a quotation ends no sentence of the analyst's
    return _QUOTED.sub(lambda m: "\0" * len(m.group()), text)
