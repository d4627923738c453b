"""Pieces of speech: cut by pauses and speakers, joined into sentences, laid side by side.

Reads    spans, words with times
Returns  ``Piece`` values in time order
Cost     arithmetic on times; a timeline answers in the logarithm of its length
"""

import bisect
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Generic, TypeVar

from emer.tools.findings import Spanned
from emer.tools.readings import Word

LONGEST_S: Final = 15.0
"""Longer utterances are cut where that is possible: affect changes within them."""
SHORTEST_S: Final = 0.3
"""Shorter stretches without words hold no syllable that could be measured."""
JOIN_GAP_S: Final = 0.5
"""Pauses up to this length do not end an utterance."""
WORD_GAP_S: Final = 1.0
"""A pause of this length between two timed words ends an utterance."""
SPACELESS: Final = ("zh", "ja", "th", "lo", "my", "km")
# as code points: full-width ! and ?, Arabic ?, danda; closing quotes and brackets may follow
_ENDS_SENTENCE: Final = re.compile(
    "[.!?\u2026\u3002\uff01\uff1f\u061f\u0964]+[\"'\u2019\u201d\u00bb)\\]]*$"
)

S = TypeVar("S", bound=Spanned)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of speech on its way to become an utterance."""

    start_s: float
    end_s: float
    speaker: str | None = None
    text: str | None = None
    language: str | None = None
    words: tuple[Word, ...] = ()
    sources: tuple[str, ...] = ()
    """Ids of the evidence that the text came from."""
    share: float | None = None
    """Of the time in which anybody holds the floor, the part of ``speaker``, 0..1."""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


class Timeline(Generic[S]):
    """Spans that can be asked, quickly, what happens between two times."""

    def __init__(self, spans: Iterable[S]) -> None:
        self._spans = sorted(spans, key=lambda s: (s.start_s, s.end_s))
        self._reach = list(itertools.accumulate((s.end_s for s in self._spans), max))

    def between(self, start_s: float, end_s: float) -> Iterator[tuple[S, float, float]]:
        """Yield every span that meets ``[start_s, end_s)``, with the common start and end."""
        for span in self._spans[bisect.bisect_right(self._reach, start_s) :]:
            if span.start_s >= end_s:
                return
            first_s, last_s = max(start_s, span.start_s), min(end_s, span.end_s)
            if last_s > first_s:
                yield span, first_s, last_s

    def covered_s(self, start_s: float, end_s: float) -> float:
        """Return the seconds of ``[start_s, end_s)`` in which at least one span runs."""
        total_s, reach_s = 0.0, start_s
        for _, first_s, last_s in self.between(start_s, end_s):
            total_s += max(0.0, last_s - max(first_s, reach_s))
            reach_s = max(reach_s, last_s)
        return total_s

    def free(self, start_s: float, end_s: float) -> Iterator[tuple[float, float]]:
        """Yield what no span covers of ``[start_s, end_s)``."""
        reach_s = start_s
        for _, first_s, last_s in self.between(start_s, end_s):
            if first_s > reach_s:
                yield reach_s, first_s
            reach_s = max(reach_s, last_s)
        if end_s > reach_s:
            yield reach_s, end_s


def cut(piece: Piece, starts: Sequence[int]) -> list[Piece]:
    """Cut ``piece`` before the words of these indices; the text goes with its words.

    The first part keeps the start and the last the end of ``piece``; in between, words bound.
    """
    bounds = [0, *(i for i in sorted(set(starts)) if 0 < i < len(piece.words)), len(piece.words)]
    if len(bounds) < 3 or piece.text is None:
        return [piece]
    places = _places(piece.text, piece.words)
    parts: list[Piece] = []
    for first, last in itertools.pairwise(bounds):
        begins, ends = first == 0, last == len(piece.words)
        text = piece.text[0 if begins else places[first] : None if ends else places[last]]
        start_s = piece.start_s if begins else piece.words[first].start_s
        start_s = max(start_s, parts[-1].end_s if parts else start_s)
        end_s = piece.end_s if ends else piece.words[last - 1].end_s
        end_s = min(max(end_s, start_s), piece.end_s)
        parts.append(
            replace(
                piece, start_s=start_s, end_s=end_s, text=text.strip(),
                words=piece.words[first:last],
            )
        )  # fmt: skip
    # words without a length of their own are no utterance: then the piece stays whole
    return parts if all(p.duration_s > 0 and p.text for p in parts) else [piece]


def _places(text: str, words: Sequence[Word]) -> list[int]:
    """Return where in ``text`` each word begins; one that is not found sits at its predecessor."""
    places, at = [], 0
    for word in words:
        place = text.find(word.text, at)
        places.append(place if place >= 0 else at)
        at = place + len(word.text) if place >= 0 else at
    return places


def pauses(piece: Piece) -> list[int]:
    """Return the words of ``piece`` that follow a pause which ends an utterance."""
    return [
        i + 1
        for i, (a, b) in enumerate(itertools.pairwise(piece.words))
        if b.start_s - a.end_s >= WORD_GAP_S
    ]


def shortened(piece: Piece) -> list[Piece]:
    """Cut a piece that is too long between sentences or, failing that, at its longest pause."""
    if piece.duration_s <= LONGEST_S or len(piece.words) < 2:
        return [piece]
    middle = len(piece.words) / 2

    def merit(i: int) -> tuple[bool, float, float]:
        before, after = piece.words[i - 1], piece.words[i]
        pause_s = round(max(0.0, after.start_s - before.end_s), 2)
        return bool(_ENDS_SENTENCE.search(before.text)), pause_s, -abs(i - middle)

    parts = cut(piece, [max(range(1, len(piece.words)), key=merit)])
    return [piece] if len(parts) == 1 else [q for p in parts for q in shortened(p)]


def sentences(pieces: Iterable[Piece]) -> list[Piece]:
    """Join neighbours of one speaker while a sentence is unfinished."""
    joined: list[Piece] = []
    for piece in pieces:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.speaker == piece.speaker
            and last.language == piece.language
            and last.text
            and piece.text
            and not _ENDS_SENTENCE.search(last.text)
            and piece.start_s - last.end_s <= JOIN_GAP_S
            and piece.end_s - last.start_s <= LONGEST_S
        ):
            joined[-1] = _union(last, piece)
        else:
            joined.append(piece)
    return joined


def side_by_side(pieces: Iterable[Piece]) -> list[Piece]:
    """Remove overlaps within each speaker: what lies inside another joins it, the rest is cut.

    No text is lost.
    """
    last_of: dict[str | None, int] = {}
    laid: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: (p.start_s, p.end_s)):
        at = last_of.get(piece.speaker)
        last = laid[at] if at is not None else None
        if at is None or last is None or piece.start_s >= last.end_s:
            last_of[piece.speaker] = len(laid)
            laid.append(piece)
        elif piece.end_s <= last.end_s or piece.start_s - last.start_s < SHORTEST_S:
            laid[at] = _union(last, piece)
        else:
            middle_s = max((piece.start_s + last.end_s) / 2, last.start_s + SHORTEST_S / 2)
            laid[at] = replace(last, end_s=middle_s)
            last_of[piece.speaker] = len(laid)
            laid.append(replace(piece, start_s=middle_s))
    return sorted(laid, key=lambda p: (p.start_s, p.end_s))


def _union(a: Piece, b: Piece) -> Piece:
    glue = "" if (a.language or "").split("-")[0] in SPACELESS else " "
    texts = [t for t in (a.text, b.text) if t]
    shares = [(p.share, p.duration_s) for p in (a, b) if p.share is not None]
    weight_s = sum(w for _, w in shares)
    return replace(
        a,
        start_s=min(a.start_s, b.start_s),
        end_s=max(a.end_s, b.end_s),
        text=glue.join(texts) if texts else None,
        language=a.language or b.language,
        words=(*a.words, *b.words),
        sources=tuple(dict.fromkeys((*a.sources, *b.sources))),
        share=sum(s * w for s, w in shares) / weight_s if weight_s else None,
    )
