"""Utterances of which no words are known: by speaker, cut at pauses and hushes.

Reads    speech and speaker turns; the soundtrack, only to place a cut in a long stretch
Returns  ``Piece``s without words
Cost     arithmetic on times, and the sound around each cut
Source   none: rules, stated below
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from emer.tools.findings import Evidence, TimeSpan
from emer.tools.media.soundtrack import Soundtrack
from emer.tools.quiet_points import pauses_s, quietest_s
from emer.tools.specialist import Clip
from emer.tools.utterance_pieces import JOIN_GAP_S, LONGEST_S, SHORTEST_S, Piece, Timeline

EDGE_S: Final = 0.1
"""Left at both sides of a pause: voices fade."""
SHORTEST_PART_S: Final = 1.0
"""A pause that would leave less than this does not part an utterance without words."""
SHORTEST_CUT_S: Final = LONGEST_S / 2
"""A long stretch without words is cut at its quietest moment between this and the longest."""


def wordless(
    speech: Timeline[Evidence], turns: Timeline[Evidence], covered: Timeline[TimeSpan], clip: Clip
) -> list[Piece]:
    """Return the speech that no words cover, by speaker, cut where it is too long."""
    stretches: list[Piece] = []
    for _, first_s, last_s in speech.between(clip.span.start_s, clip.span.end_s):
        for start_s, end_s in covered.free(first_s, last_s):
            stretches.extend(_held(turns, start_s, end_s))
    joined: list[Piece] = []
    last_of: dict[str | None, int] = {}
    for piece in sorted(stretches, key=lambda p: (p.start_s, p.end_s)):
        at = last_of.get(piece.speaker)
        if at is not None and piece.start_s - joined[at].end_s < JOIN_GAP_S:
            joined[at] = replace(joined[at], end_s=max(piece.end_s, joined[at].end_s))
        else:
            last_of[piece.speaker] = len(joined)
            joined.append(piece)
    track = clip.soundtrack
    return [q for piece in joined for p in _cut_in_hushes(piece, track) for q in _parted(p, track)]


def _held(turns: Timeline[Evidence], start_s: float, end_s: float) -> Iterator[Piece]:
    """Share out a stretch of speech among those who hold the floor."""
    for turn, first_s, last_s in turns.between(start_s, end_s):
        yield Piece(first_s, last_s, speaker=turn.subject, share=turn.score)
    for first_s, last_s in turns.free(start_s, end_s):
        if last_s - first_s >= JOIN_GAP_S:  # less is the seam between two turns
            yield Piece(first_s, last_s)


def _cut_in_hushes(piece: Piece, track: Soundtrack | None) -> Iterator[Piece]:
    """Cut a stretch that is too long where it is quietest."""
    while piece.duration_s > LONGEST_S:
        first_s = piece.start_s + SHORTEST_CUT_S
        last_s = min(piece.start_s + LONGEST_S, piece.end_s - SHORTEST_S)
        cut_s = quietest_s(track, first_s, last_s)
        yield replace(piece, end_s=cut_s)
        piece = replace(piece, start_s=cut_s)
    yield piece


def _parted(piece: Piece, track: Soundtrack | None) -> Iterator[Piece]:
    """Take out the pauses that the detector of speech has bridged."""
    for start_s, end_s in pauses_s(track, piece.start_s, piece.end_s):
        left_s, right_s = start_s + EDGE_S - piece.start_s, piece.end_s - end_s + EDGE_S
        if min(left_s, right_s) >= SHORTEST_PART_S:
            yield replace(piece, end_s=start_s + EDGE_S)
            piece = replace(piece, start_s=end_s - EDGE_S)
    yield piece
