"""One person over a long time: shares and means per column instead of single moments."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Final, NamedTuple

from emer.agent.exports.timeline import style
from emer.agent.exports.timeline.lanes import AFFECT, MAX_INTENSITY, Lane, clash_box, leading_sounds
from emer.agent.exports.timeline.pen import Pen, Ruler
from emer.agent.exports.timeline.things import Chip, Mark, Movement, Said, Shown, Sound

MAX_COLUMNS: Final = 120
LEAST_S: Final = 0.25
"""Columns are no shorter."""
SHADES: Final = 6
STRIP: Final = 0.16
FEW: Final = 3
"""Persons up to whom each gets ``MANY_ROWS`` labels and action units, else ``FEW_ROWS``."""
MANY_ROWS: Final = 6
FEW_ROWS: Final = 3


class Columns(NamedTuple):
    """The grid that a stretch of time is summed up on."""

    start_s: float
    step_s: float
    n: int

    @classmethod
    def over(cls, start_s: float, end_s: float) -> "Columns":
        """Return the grid for a stretch."""
        n = max(1, min(MAX_COLUMNS, int((end_s - start_s) / LEAST_S)))
        return cls(start_s, (end_s - start_s) / n, n)

    def hit(self, start_s: float, end_s: float) -> Iterable[tuple[int, float]]:
        """Yield each column that a stretch touches, and the share of it that is covered."""
        first = max(0, int((start_s - self.start_s) / self.step_s))
        last = min(self.n - 1, int((end_s - self.start_s) / self.step_s))
        for i in range(first, last + 1):
            left = self.start_s + i * self.step_s
            covered = min(end_s, left + self.step_s) - max(start_s, left)
            if covered > 0:
                yield i, covered / self.step_s

    def middle(self, i: int) -> float:
        """Return the middle of column ``i``, seconds."""
        return self.start_s + (i + 0.5) * self.step_s

    def edges(self, i: int) -> tuple[float, float]:
        """Return where column ``i`` begins and ends, seconds."""
        return self.start_s + i * self.step_s, self.start_s + (i + 1) * self.step_s


def overview_of(own: Shown, columns: Columns, n_persons: int) -> list[Lane]:
    """Return the lanes that sum up one person."""
    n_rows = MANY_ROWS if n_persons <= FEW else FEW_ROWS
    lanes: list[Lane] = []
    if own.said:
        lanes.append(Lane("speaks, share", 0.3, partial(_shares, own.said, columns)))
    lanes += _named_lanes(own.chips, "“{}”", style.BLUE, columns, n_rows)
    for dimension in ("valence", "arousal", "dominance"):
        if marks := own.affect.get(dimension, []):
            lanes.append(Lane(f"{dimension}, mean", AFFECT, partial(_means, marks, columns)))
    lanes += _unit_lanes(own, columns, n_rows)
    lanes += _named_lanes(own.tones, "voice: {}", style.VERMILION, columns, FEW_ROWS)
    if own.clashes:
        lanes.append(Lane("conflicts", 0.3, partial(_conflicts, own, columns)))
    for name in leading_sounds(own, MANY_ROWS):
        draw = partial(_density, own.sounds[name], style.PURPLE, columns)
        lanes.append(Lane(name, STRIP, draw, quiet=True))
    if own.screen:
        lanes.append(Lane("text in picture", STRIP, partial(_shares, own.screen, columns)))
    return lanes


def _named_lanes(
    chips: list[Chip], name_as: str, fill: str, columns: Columns, n_rows: int
) -> list[Lane]:
    """Return one lane for each of the names that the chips have most of."""
    by_name: dict[str, list[Chip]] = defaultdict(list)
    for chip in chips:
        by_name[chip.text].append(chip)
    order = sorted(by_name, key=lambda n: (-sum(_mass(c) for c in by_name[n]), n))
    return [
        Lane(name_as.format(name), STRIP, partial(_density, by_name[name], fill, columns),
             quiet=True)
        for name in order[:n_rows]
    ]  # fmt: skip


def _mass(chip: Chip) -> float:
    return chip.score * (chip.end_s - chip.start_s)


def _unit_lanes(own: Shown, columns: Columns, n_rows: int) -> list[Lane]:
    order = sorted(own.units, key=lambda au: -sum(m.intensity for m in own.units[au]))
    kept = set(order[:n_rows])
    return [
        Lane(f"{au} {own.unit_names[au]}", STRIP, partial(_peaks, moves, columns), quiet=True)
        for au, moves in own.units.items() if au in kept
    ]  # fmt: skip


def _shares(
    items: list[Said], columns: Columns, pen: Pen, ruler: Ruler, top: float, bottom: float
) -> None:
    shares: dict[int, float] = defaultdict(float)
    for said in items:
        for i, share in columns.hit(said.start_s, said.end_s):
            shares[i] += share
    whole = bottom - top
    for i, share in shares.items():
        _column(pen, ruler, columns, i, bottom, whole * min(1.0, share), style.SPEECH)
    _base(pen, ruler, bottom)
    total_s = sum(s.end_s - s.start_s for s in items)
    _total(pen, ruler, (top + bottom) / 2, style.clock(total_s))


def _density(
    chips: Sequence[Chip | Sound], fill: str, columns: Columns, pen: Pen, ruler: Ruler, top: float,
    bottom: float,
) -> None:  # fmt: skip
    shades: dict[int, float] = defaultdict(float)
    for chip in chips:
        for i, share in columns.hit(chip.start_s, chip.end_s):
            shades[i] += share * chip.score
    most = max(shades.values(), default=1.0)
    for i, shade in shades.items():
        level = max(1, min(SHADES, round(SHADES * shade / most)))
        start_s, end_s = columns.edges(i)
        x = ruler.x(start_s)
        pen.box(x, top + 0.02, ruler.x(end_s) - x, bottom - top - 0.04, fill,
                alpha=level / SHADES)  # fmt: skip
    _base(pen, ruler, bottom)
    _total(pen, ruler, (top + bottom) / 2, f"{len(chips)}{style.TIMES}")


def _peaks(
    moves: list[Movement], columns: Columns, pen: Pen, ruler: Ruler, top: float, bottom: float
) -> None:
    peaks: dict[int, float] = defaultdict(float)
    for move in moves:
        for i, _ in columns.hit(move.start_s, move.end_s):
            peaks[i] = max(peaks[i], move.intensity)
    for i, peak in peaks.items():
        high = (bottom - top - 0.02) * min(1.0, peak / MAX_INTENSITY)
        _column(pen, ruler, columns, i, bottom, high, style.UNITS)
    _base(pen, ruler, bottom)
    _total(pen, ruler, (top + bottom) / 2, f"{len(moves)}{style.TIMES}")


def _means(
    marks: list[Mark], columns: Columns, pen: Pen, ruler: Ruler, top: float, bottom: float
) -> None:
    pen.box(ruler.left, top, ruler.wide, bottom - top, style.BAND, order=0)
    middle, half = (top + bottom) / 2, (bottom - top) / 2 - 0.03
    pen.stroke([(ruler.left, middle), (ruler.right, middle)], style.FAINT, width=0.6, order=1)
    for y, name in ((top + 0.045, "+1"), (middle, "0"), (bottom - 0.045, f"{style.MINUS}1")):
        pen.text(ruler.left - 0.04, y, name, style.SMALL_PT, color=style.SOFT, ha="right")
    sums: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for mark in marks:
        for i, share in columns.hit(mark.start_s, mark.end_s):
            entry = sums[mark.series, i]
            entry[0] += share * mark.value
            entry[1] += share
    for series, hand in style.HANDS.items():
        line: list[tuple[float, float]] = []
        for i in range(columns.n):
            total, weight = sums.get((series, i), (0.0, 0.0))
            if weight <= 0:
                _run(pen, line, hand)
                line = []
                continue
            y = middle - half * min(1.0, max(-1.0, total / weight))
            line.append((ruler.x(columns.middle(i)), y))
        _run(pen, line, hand)


def _run(pen: Pen, line: list[tuple[float, float]], hand: style.Hand) -> None:
    if len(line) > 1:
        pen.stroke(line, hand.color, width=1.0, line=hand.line)
    for x, y in line[:: max(1, len(line) // 12)]:
        pen.dot(x, y, hand.color, hand.marker, size=2.6)


def _conflicts(
    own: Shown, columns: Columns, pen: Pen, ruler: Ruler, top: float, bottom: float
) -> None:
    counts: dict[int, int] = defaultdict(int)
    for clash in own.clashes:
        for i, _ in columns.hit(clash.start_s, clash.end_s):
            counts[i] += 1
    most = max(counts.values(), default=1)
    for i, n in counts.items():
        start_s, end_s = columns.edges(i)
        x, high = ruler.x(start_s), (bottom - top) * n / most
        clash_box(pen, x, bottom - high, ruler.x(end_s) - x, high)
    pen.text(ruler.left - 0.04, top + 0.045, str(most), style.SMALL_PT, color=style.SOFT,
             ha="right")  # fmt: skip
    _base(pen, ruler, bottom)
    _total(pen, ruler, (top + bottom) / 2, f"{len(own.clashes)}{style.TIMES}")


def _column(
    pen: Pen, ruler: Ruler, columns: Columns, i: int, bottom: float, high: float, fill: str
) -> None:
    start_s, end_s = columns.edges(i)
    x = ruler.x(start_s)
    pen.box(x, bottom - high, ruler.x(end_s) - x, high, fill)


def _base(pen: Pen, ruler: Ruler, bottom: float) -> None:
    pen.stroke([(ruler.left, bottom), (ruler.right, bottom)], style.FAINT, width=0.4, order=1)


def _total(pen: Pen, ruler: Ruler, y: float, words: str) -> None:
    pen.text(ruler.right + 0.04, y, words, style.SMALL_PT, color=style.SOFT, room=style.RIGHT)
