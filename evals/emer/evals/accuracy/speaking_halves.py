"""How much moving at all should count beside moving together: chosen on one half, tested on the other."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emer.evals.accuracy.speaking_clips import Heard, ours_beside, windows
from emer.evals.accuracy.speaking_pairs import (
    CHOSEN_ON,
    FEWEST,
    LENGTHS_S,
    OTHERS,
    TALKING,
    UNIT,
    WORDLESS,
    chosen,
    face_of,
)
from emer.evals.statistics import bootstrap
from emer.evals.tables import Cell, Table
from emer.tools.active_speaker import Weights

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIRST: Final = frozenset({
    "latentsync/demo1_video", "video_retalking/face1", "video_retalking/face3", "liveportrait/d11",
    "liveportrait/d10", "liveportrait/d13", "fer/test", "liveportrait/d0", "liveportrait/d14",
    "liveportrait/d19",
})  # fmt: skip
"""Clips of the first half; nobody is in both."""
TRIED: Final = (0.0, 1.0, 3.0, 6.0)


class _Judged(NamedTuple):
    voice: str
    length_s: float | None
    wordless: bool
    """The face beside does not talk."""
    right: float


def halves_table(clips: Mapping[str, Heard]) -> Table:
    """Return the share of right choices on each half, with the weight that the other chose."""
    every = [*TALKING, *WORDLESS]
    halves = {
        "first": [n for n in every if n in FIRST],
        "second": [n for n in every if n not in FIRST],
    }
    found = {
        name: {w: _judged(clips, half, Weights(lively=w)) for w in TRIED}
        for name, half in halves.items()
    }
    best = {"first": _best(found["second"]), "second": _best(found["first"])}
    shipped = Weights().lively
    rows: list[tuple[Cell, ...]] = [
        (
            "both",
            "as the other half chose",
            *_figures([j for h in found for j in found[h][best[h]]]),
        ),
        ("both", shipped, *_figures([j for h in found for j in found[h][shipped]])),
        ("both", 0.0, *_figures([j for h in found for j in found[h][0.0]])),
    ]
    for half, weight in best.items():
        rows.append((f"{half}, as the other chose", weight, *_figures(found[half][weight])))
    regime = (
        "As above, emer alone: sounds and faces of one half, the weight of moving at all (0: what mouths "
        f"did alone does not count) chosen on the other, of {', '.join(f'{w:.0f}' for w in TRIED)}. What "
        f"ships is {shipped:.0f}. Nobody is in both halves. The weight of moving together is what the first "
        "five sounds gave."
    )
    heads = ["utterance" if s is None else f"{s:.0f} s" for s in LENGTHS_S]
    return Table(
        "speaking.halves", "How much moving at all counts", regime,
        ("tested on half", "weight", *(f"talking beside, {h}" for h in heads),
         *(f"not talking beside, {h}" for h in heads)),
        tuple(rows),
    )  # fmt: skip


def _best(found: Mapping[float, Sequence[_Judged]]) -> float:
    """Return the weight with the highest mean over lengths and kinds; the smaller of equal ones."""
    means = {
        w: np.mean([np.mean([j.right for j in part]) for part in _parts(judged)])
        for w, judged in found.items()
    }
    return max(means, key=lambda w: (round(float(means[w]), 3), -w))


def _figures(judged: Sequence[_Judged]) -> list[Cell]:
    cells: list[Cell] = []
    for part in _parts(judged):
        voices = np.array([j.voice for j in part])
        right = np.array([j.right for j in part])
        enough = len(np.unique(voices)) >= FEWEST
        share = float(right.mean())
        cells.append(bootstrap(_mean, right, groups=voices, unit=UNIT) if enough else share)
    return cells


def _parts(judged: Sequence[_Judged]) -> list[list[_Judged]]:
    """Sort by whether the face beside talks, then by length."""
    return [
        [j for j in judged if j.wordless == wordless and j.length_s == length_s]
        for wordless in (False, True)
        for length_s in LENGTHS_S
    ]


def _judged(clips: Mapping[str, Heard], half: Sequence[str], weights: Weights) -> list[_Judged]:
    found = []
    for name in half:
        if name not in (*CHOSEN_ON, *OTHERS):
            continue
        voice = clips[name]
        for rival in half:
            if rival == name:
                continue
            faces = face_of(voice), face_of(clips[rival])
            for length_s in LENGTHS_S:
                asked = (
                    [u.span for u in voice.said] if length_s is None else windows(voice, length_s)
                )
                if not asked:
                    continue
                scores = ours_beside(voice, faces, asked, weights=weights)
                found += [
                    _Judged(name, length_s, rival in WORDLESS, chosen(a, b)) for a, b in scores
                ]
    return found


def _mean(values: "NDArray[np.float64]") -> float:
    return float(np.mean(values))
