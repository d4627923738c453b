"""One person in a still picture: no time, so bars and places on scales."""

from functools import partial
from typing import Final

from emer.agent.exports.timeline import style
from emer.agent.exports.timeline.lanes import MAX_INTENSITY, Lane
from emer.agent.exports.timeline.pen import Pen, Ruler
from emer.agent.exports.timeline.things import Shown

BAR: Final = 0.17
MAX_BARS: Final = 8
LEAST_SCORE: Final = 0.02


def lanes_of_still(own: Shown) -> list[Lane]:
    """Return the lanes that hold anything about a person in a still picture."""
    lanes: list[Lane] = []
    if own.chips:
        names = ", ".join(f"{c.text} {c.score:.2f}" for c in own.chips[:MAX_BARS])
        lanes.append(Lane("labels, score", 0.2, partial(_labels, names)))
    strongest = sorted(own.units, key=lambda au: -own.units[au][0].intensity)[:MAX_BARS]
    for au in sorted(strongest, key=lambda au: int(au[2:])):
        intensity = max(m.intensity for m in own.units[au])
        bar = partial(_bar, intensity, MAX_INTENSITY, f"{intensity:.1f} of 5", style.UNITS)
        lanes.append(Lane(f"{au} {own.unit_names[au]}", BAR, bar, quiet=True))
    likely = sorted(own.scores.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_BARS]
    for name, score in likely:
        if score >= LEAST_SCORE:
            bar = partial(_bar, score, 1.0, f"score {score:.2f}", style.PALE)
            lanes.append(Lane(f"face: {name}", BAR, bar, quiet=True))
    for dimension in ("valence", "arousal"):
        for mark in own.affect.get(dimension, [])[:3]:
            hand = style.HANDS[mark.series]
            draw = partial(_place, mark.value, hand)
            lanes.append(Lane(f"{dimension} ({mark.series})", BAR, draw, quiet=True))
    if own.screen:
        draw = partial(_texts, ", ".join(f"“{s.text}”" for s in own.screen[:MAX_BARS]))
        lanes.append(Lane("text in picture", BAR, draw))
    return lanes


def _texts(words: str, pen: Pen, ruler: Ruler, top: float, bottom: float) -> None:
    pen.text(ruler.left, (top + bottom) / 2, words, style.TEXT_PT, room=ruler.wide)


def _labels(names: str, pen: Pen, ruler: Ruler, top: float, bottom: float) -> None:
    y = (top + bottom) / 2
    wide = pen.text(ruler.left + 0.06, y, names, style.HEAD_PT, room=ruler.wide - 0.1)
    pen.box(ruler.left, top + 0.01, wide + 0.12, bottom - top - 0.02, style.CHIP,
            edge=style.SOFT, line=0.4)  # fmt: skip


def _bar(
    value: float, most: float, told: str, fill: str, pen: Pen, ruler: Ruler, top: float,
    bottom: float,
) -> None:  # fmt: skip
    whole = ruler.wide - 0.9
    pen.box(ruler.left, top + 0.025, whole, bottom - top - 0.05, style.BAND, order=0)
    wide = max(0.01, whole * min(1.0, value / most))
    pen.box(ruler.left, top + 0.025, wide, bottom - top - 0.05, fill, edge=style.SOFT, line=0.4)
    pen.text(ruler.left + whole + 0.06, (top + bottom) / 2, told, style.TEXT_PT)


def _place(
    value: float, hand: style.Hand, pen: Pen, ruler: Ruler, top: float, bottom: float
) -> None:
    whole, y = ruler.wide - 0.9, (top + bottom) / 2
    middle = ruler.left + whole / 2
    pen.stroke([(ruler.left, y), (ruler.left + whole, y)], style.FAINT, width=0.6, order=1)
    for x in (ruler.left, middle, ruler.left + whole):
        pen.stroke([(x, y - 0.035), (x, y + 0.035)], style.FAINT, width=0.6, order=1)
    x = middle + whole / 2 * min(1.0, max(-1.0, value))
    pen.stroke([(middle, y), (x, y)], hand.color, width=1.3, line=hand.line)
    pen.dot(x, y, hand.color, hand.marker)
    pen.text(ruler.left + whole + 0.06, y, f"{value:+.2f}", style.TEXT_PT)
