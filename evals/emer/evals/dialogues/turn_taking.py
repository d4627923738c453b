"""Who speaks when in real conversations, taken from the annotations of VoxConverse.

No sound goes with them: only the order, length and overlap of turns is used.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from numpy.random import Generator

QUICK: Final = (0.35, 1.0)
"""Half of the conversations are squeezed by such a factor: the recordings are of broadcasts and
debates, and people at a table take shorter turns."""
BRIDGED_S: Final = 0.5
"""Pauses of one speaker that are shorter belong to the turn, as in most annotations."""
INTERJECTIONS_PER_S: Final = 0.08
EARLIER: Final = 0.35
"""Share of changes in which the next speaker comes in early, in the lively half."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn; ``who`` counts from 0."""

    start_s: float
    end_s: float
    who: int


def read_rttm(path: Path) -> list[tuple[float, float, str]]:
    """Return start, end and speaker of every line, in time order."""
    rows = [line.split() for line in path.read_text("utf-8").splitlines() if line.strip()]
    found = [(float(r[3]), float(r[3]) + float(r[4]), r[7]) for r in rows if r[0] == "SPEAKER"]
    return sorted(found)


def conversations(data: Path, part: str) -> list[list[tuple[float, float, str]]]:
    """Return the annotations of ``part`` ("dev" or "test")."""
    folder = data / "diarization" / "voxconverse_rttm" / part
    return [read_rttm(p) for p in sorted(folder.glob("*.rttm"))]


def excerpt(
    rows: list[tuple[float, float, str]], length_s: float, most: int, rng: "Generator"
) -> list[Turn]:
    """Return the turns of a random stretch, perhaps squeezed and made livelier.

    Args:
        rows: A whole conversation.
        length_s: Length of the stretch.
        most: Speakers beyond so many are left out.
        rng: Decides.
    """
    quick = rng.random() < 0.5
    pace = float(rng.uniform(*QUICK)) if quick else 1.0
    end_s = max(r[1] for r in rows)
    window_s = length_s / pace
    start_s = float(rng.uniform(0, max(0.0, end_s - window_s)))
    names: dict[str, int] = {}
    turns = []
    for a, b, name in rows:
        a, b = max(a, start_s), min(b, start_s + window_s)
        if b - a < 0.1:
            continue
        who = names.setdefault(name, len(names))
        if who < most:
            turns.append(Turn((a - start_s) * pace, (b - start_s) * pace, who))
    if rng.random() < 0.5:
        turns = _livelier(turns, length_s, most, rng)
    style = rng.random()
    if style < 0.3:
        turns = _with_rests(turns, (0.3, 3.0), (0.8, 9.0), rng)
    elif style < 0.6:
        turns = _with_rests(turns, (0.5, 6.0), (0.6, 2.5), rng)
    return _bridged(turns)


def _bridged(turns: list[Turn]) -> list[Turn]:
    """Join turns of one speaker across short pauses."""
    joined: list[Turn] = []
    last_of: dict[int, int] = {}
    for turn in sorted(turns, key=lambda t: t.start_s):
        at = last_of.get(turn.who)
        if at is not None and turn.start_s - joined[at].end_s < BRIDGED_S:
            end_s = max(joined[at].end_s, turn.end_s)
            joined[at] = Turn(joined[at].start_s, end_s, turn.who)
        else:
            last_of[turn.who] = len(joined)
            joined.append(turn)
    return joined


def _with_rests(
    turns: list[Turn],
    talk_s: tuple[float, float],
    rest_s: tuple[float, float],
    rng: "Generator",
) -> list[Turn]:
    """Let speakers rest within turns: the annotations bridge many pauses, and meetings have long ones."""
    rested = []
    for turn in turns:
        at = turn.start_s
        while turn.end_s - at > 0.1:
            end_s = min(turn.end_s, at + float(rng.uniform(*talk_s)))
            rested.append(Turn(at, end_s, turn.who))
            at = end_s + float(rng.uniform(*rest_s))
    return rested


def _livelier(turns: list[Turn], length_s: float, most: int, rng: "Generator") -> list[Turn]:
    """Let some come in early, and others put in a word."""
    early = []
    for before, turn in zip([None, *turns], turns, strict=False):
        start_s = turn.start_s
        if before and before.who != turn.who and rng.random() < EARLIER:
            start_s = max(before.start_s, start_s - float(rng.uniform(0.2, 1.2)))
        early.append(Turn(start_s, turn.end_s, turn.who))
    n = max((t.who for t in turns), default=0) + 1
    for _ in range(int(rng.poisson(INTERJECTIONS_PER_S * length_s)) if n > 1 else 0):
        start_s = float(rng.uniform(0, length_s - 0.3))
        end_s = min(length_s, start_s + float(rng.uniform(0.3, 1.4)))
        early.append(Turn(start_s, end_s, int(rng.integers(min(n, most)))))
    return sorted(early, key=lambda t: t.start_s)
