"""Which stretches of a clip hold whose voice, and how loud it is when nobody speaks.

Reads    the soundtrack by span; utterances (or speaker turns) and speech stretches found before
Returns  ``Part``s to measure, a speaker's other utterances, ``Prosody``, the noise floor
Cost     at most two minutes of any one stretch and a minute of background are read
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np

from emer.tools.findings import Evidence, Finding, Gap, GapCode, Spanned, TimeSpan, select
from emer.tools.media.soundtrack import Soundtrack
from emer.tools.prosody import Prosody, measure
from emer.tools.readings import TurnReading, UtteranceReading

if TYPE_CHECKING:
    from numpy.typing import NDArray

Item = TypeVar("Item")

PIECE_S: Final = 20.0
MAX_PIECES: Final = 6
"""Of a stretch longer than this many pieces, so many, evenly spread, are measured."""
MAX_OTHERS: Final = 24
"""So many other utterances of a speaker, evenly spread, give the usual; a median needs no more."""
MIN_OTHER_S: Final = 0.5
MATCH: Final = 0.5
"""A span that shares this part of its union with an utterance is that utterance."""
MIN_PART_S: Final = 0.2
FLOOR_PIECES: Final = 60
FLOOR_PIECE_S: Final = 1.0
MIN_FLOOR_S: Final = 0.5
LOWEST_FLOOR_DB: Final = -90.0
"""The rounding of 16-bit samples lies just below."""


@dataclass(frozen=True, slots=True)
class Part:
    """One stretch to measure, and whose it is."""

    span: TimeSpan
    speaker: str | None = None
    attributed: bool = False
    """Whether somebody was found to speak here."""
    shared: float = 0.0
    """Share of the stretch in which somebody else speaks too, 0..1."""


class VoiceSpans:
    """What one call of a specialist knows about who speaks where.

    Args:
        soundtrack: Of the clip.
        span: The clip's.
        known: Utterances, speaker turns, speech stretches, in any order.
    """

    def __init__(self, soundtrack: Soundtrack, span: TimeSpan, known: Sequence[Finding]) -> None:
        self._soundtrack = soundtrack
        self._talk = select(known, kind="utterance") or select(known, kind="speaker_turn")
        self._starts = [e.start_s for e in self._talk]
        self._longest_s = max((e.duration_s for e in self._talk), default=0.0)
        self._speech = select(known, kind="speech")
        self._speechless = [
            f
            for f in known
            if isinstance(f, Gap)
            and f.tool == "speech_activity"
            and f.code is GapCode.NOTHING_THERE
        ]
        self._measured: dict[tuple[float, float], Prosody] = {}
        self._references: dict[str, list[TimeSpan]] = {}
        self.floor_db = _floor_db(soundtrack, span, [*self._talk, *self._speech])

    def parts(self, span: TimeSpan) -> list[Part]:
        """Split ``span`` by utterance: itself if it is one, else its share of each it meets."""
        near = self._near(span)
        met = [e for e in near if e.overlap_s(span) >= min(MIN_PART_S, span.duration_s / 2)]
        same = [e for e in met if e.overlap_s(span) >= MATCH * _union_s(e, span)]
        parts = []
        for e in same or met:
            piece = span if same else inside(span, e)
            if piece is None:
                continue
            rivals = sum(o.overlap_s(piece) for o in near if _speaker(o) != _speaker(e))
            shared = min(rivals / piece.duration_s, 1.0)
            parts.append(Part(piece, _speaker(e), attributed=True, shared=shared))
        return parts or [Part(span)]

    def reaches(self, span: Spanned) -> bool:
        """Whether there is any sound in ``span``."""
        sound = self._soundtrack
        return sound.start_s < span.end_s and span.start_s < sound.end_s

    def is_speechless(self, span: Spanned) -> bool:
        """Whether speech was looked for and not found anywhere in ``span``."""
        if self._speech:
            return not any(e.overlaps(span) for e in self._speech)
        return any(g.overlap_s(span) >= 0.99 * span.duration_s for g in self._speechless)

    def prosody(self, span: Spanned) -> Prosody:
        """Measure ``span``, once."""
        key = (span.start_s, span.end_s)
        if key not in self._measured:
            pieces = (self._soundtrack.read(p) for p in _pieces(span))
            self._measured[key] = measure(pieces, floor_db=self.floor_db)
        return self._measured[key]

    def sound(self, span: Spanned) -> "NDArray[np.float32]":
        """Return the sound of ``span``, which should not be long."""
        return self._soundtrack.read(span.span)

    def others(self, part: Part) -> list[TimeSpan]:
        """Return the same speaker's other utterances, evenly spread if they are many.

        Which ones does not depend on the spans asked for.
        """
        if part.speaker is None:
            return []
        if part.speaker not in self._references:
            own = [
                e.span
                for e in self._talk
                if _speaker(e) == part.speaker and e.duration_s >= MIN_OTHER_S
            ]
            self._references[part.speaker] = _spread(own, MAX_OTHERS)
        return [span for span in self._references[part.speaker] if not span.overlaps(part.span)]

    def _near(self, span: Spanned) -> list[Evidence]:
        first = bisect_left(self._starts, span.start_s - self._longest_s)
        last = bisect_left(self._starts, span.end_s)
        return [e for e in self._talk[first:last] if e.overlaps(span)]


def inside(span: Spanned, outer: Spanned) -> TimeSpan | None:
    """Return ``span`` cut to ``outer``, in whole milliseconds as evidence keeps them."""
    start_s = np.ceil(max(span.start_s, outer.start_s) * 1000 - 1e-6) / 1000
    end_s = np.floor(min(span.end_s, outer.end_s) * 1000 + 1e-6) / 1000
    if end_s <= start_s:
        return None
    return TimeSpan(start_s=max(0.0, float(start_s)), end_s=float(end_s))


def _speaker(found: Evidence) -> str | None:
    reading = found.reading
    return reading.speaker if isinstance(reading, UtteranceReading | TurnReading) else None


def _union_s(a: Spanned, b: Spanned) -> float:
    return a.duration_s + b.duration_s - a.overlap_s(b)


def _pieces(span: Spanned) -> Iterator[TimeSpan]:
    """Cut ``span`` into pieces that fit into memory; of a very long one, a spread selection."""
    n = int(np.ceil(span.duration_s / PIECE_S))
    edges = np.linspace(span.start_s, span.end_s, n + 1)
    pieces = [TimeSpan(start_s=float(a), end_s=float(b)) for a, b in pairwise(edges)]
    yield from _spread(pieces, MAX_PIECES)


def _spread(items: list[Item], n: int) -> list[Item]:
    """Return at most ``n`` of ``items``, evenly spread, in order."""
    if len(items) <= n:
        return items
    return [items[int(i)] for i in np.linspace(0, len(items) - 1, n).round()]


def _floor_db(soundtrack: Soundtrack, span: TimeSpan, busy: list[Evidence]) -> float | None:
    """Return the level of the stretches in which nobody speaks, dB; ``None`` if too few."""
    if not busy:
        return None
    quiet: list[TimeSpan] = []
    reached = span.start_s
    for e in [*sorted(busy, key=lambda e: e.start_s), TimeSpan(start_s=span.end_s, end_s=1e9)]:
        while e.start_s - reached >= 0.2:
            end_s = min(reached + FLOOR_PIECE_S, e.start_s)
            quiet.append(TimeSpan(start_s=reached, end_s=end_s))
            reached = end_s
        reached = max(reached, e.end_s)
    levels: list[NDArray[np.floating]] = []
    block = soundtrack.rate_hz // 20
    for piece in _spread(quiet, FLOOR_PIECES):
        sound = soundtrack.read(piece)
        sound = sound[: len(sound) // block * block].reshape(-1, block)
        levels.append(10 * np.log10(np.mean(sound.astype(np.float64) ** 2, axis=1) + 1e-12))
    found = np.concatenate(levels) if levels else np.zeros(0)
    if len(found) * block < MIN_FLOOR_S * soundtrack.rate_hz:
        return None
    return max(float(np.median(found)), LOWEST_FLOOR_DB)
