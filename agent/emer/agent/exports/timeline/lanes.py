"""One person, moment by moment: words, labels, valence, arousal, action units, voice, sounds.

A lane is a name, a height in inches and a function that draws it on a ruler.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, NamedTuple

from emer.agent.exports.lettering import clipped, width, wrapped
from emer.agent.exports.timeline import style
from emer.agent.exports.timeline.contents import unseen
from emer.agent.exports.timeline.pen import POINTS, Pen, Ruler
from emer.agent.exports.timeline.things import (
    Chip,
    Clash,
    Mark,
    Movement,
    Said,
    Shown,
    Sound,
    Stretch,
)

Draw = Callable[[Pen, Ruler, float, float], None]
"""Draw on a ruler between the heights ``top`` and ``bottom``."""

LINE: Final = 0.115
"""Height of a line of words."""
WORD_LINES: Final = 3
CHIP_ROW: Final = 0.15
MAX_CHIPS: Final = 2
UNIT: Final = 0.21
MAX_UNITS: Final = 8
SOUND: Final = 0.14
MAX_SOUNDS: Final = 6
MAX_INTENSITY: Final = 5.0
VOICE_RANGE: Final = 12.0
"""Semitones and dB that the voice lane shows to either side; what goes beyond lies on its edge."""
AFFECT: Final = 0.52
GAP: Final = 0.06


class Lane(NamedTuple):
    """One row of a person's block."""

    name: str
    height: float
    draw: Draw
    quiet: bool = False
    """Its name is set small."""


def lanes_of(own: Shown) -> list[Lane]:
    """Return the lanes that hold anything about a person."""
    lanes: list[Lane] = []
    if own.said:
        n_lines = WORD_LINES if any(s.text for s in own.said) else 1
        blanks = own.blanks.get("words", [])
        draw = partial(_words, own.said, blanks, "(no transcript)")
        lanes.append(Lane("words", 0.1 + n_lines * LINE, draw))
    if own.chips:
        n_rows = min(MAX_CHIPS, 1 + max(c.row for c in own.chips))
        lanes.append(Lane("labels, score", n_rows * CHIP_ROW + 0.04, partial(_chips, own.chips)))
    for dimension in ("valence", "arousal", "dominance"):
        clashes = [c for c in own.clashes if c.dimension == dimension]
        if marks := own.affect.get(dimension, []):
            lanes.append(Lane(dimension, AFFECT, partial(_affect, marks, clashes)))
    lanes += _unit_lanes(own)
    if own.voice or own.absolute:
        lanes.append(Lane("voice", 0.42 if own.voice else 0.16, partial(_voice, own)))
    if own.tones:
        lanes.append(Lane("voice heard as", CHIP_ROW + 0.04, partial(_tones, own)))
    for name in leading_sounds(own, MAX_SOUNDS):
        lanes.append(Lane(name, SOUND, partial(_sounds, own.sounds[name])))
    if own.screen:
        draw = partial(_words, own.screen, [], "")
        lanes.append(Lane("text in picture", 0.1 + 2 * LINE, draw))
    return lanes


def leading_sounds(own: Shown, most: int) -> list[str]:
    """Return the names of the sounds that are drawn, what is heard longest and surest first."""
    mass = {
        name: sum(s.score * (s.end_s - s.start_s) for s in heard)
        for name, heard in own.sounds.items()
    }
    return sorted(mass, key=lambda name: (-mass[name], name))[:most]


def _unit_lanes(own: Shown) -> list[Lane]:
    peaks = {au: max(m.intensity for m in moves) for au, moves in own.units.items()}
    kept = set(sorted(peaks, key=lambda au: -peaks[au])[:MAX_UNITS])
    lanes = [
        Lane(f"{au} {own.unit_names[au]}", UNIT, partial(_unit, own, moves), quiet=True)
        for au, moves in own.units.items() if au in kept
    ]  # fmt: skip
    if left := [au for au in own.units if au not in kept]:
        lanes.append(Lane(f"weaker: {', '.join(left)}", 0.12, _nothing, quiet=True))
    if not lanes and own.seen:
        lanes.append(Lane("no action units", UNIT, partial(_unit, own, []), quiet=True))
    return lanes


def _nothing(pen: Pen, ruler: Ruler, top: float, bottom: float) -> None:
    """A lane of which only the name matters."""


def _words(
    items: list[Said], blanks: list[Stretch], wordless: str, pen: Pen, ruler: Ruler, top: float,
    bottom: float,
) -> None:  # fmt: skip
    _blank(pen, ruler, blanks, top, bottom)
    for i, said in enumerate(items):
        if not ruler.holds(said.start_s, said.end_s):
            continue
        x, end = ruler.x(said.start_s), ruler.x(said.end_s)
        pen.box(x, top, max(0.01, end - x), 0.06, style.SPEECH)
        if not ruler.start_s <= (said.start_s + said.end_s) / 2 < ruler.end_s:
            continue  # the words stand where most of the utterance lies
        nexts = [s.start_s for s in items[i + 1 : i + 2]]
        room = (ruler.x(nexts[0]) if nexts else ruler.right) - x - 0.04
        words = wordless if said.text is None else f"“{said.text}”"
        tint = style.SOFT if said.text is None else style.INK
        n_lines = int((bottom - top - 0.1) / LINE + 0.5)
        for n, line in enumerate(wrapped(words, style.TEXT_PT / POINTS, room, n_lines)):
            y = top + 0.1 + (n + 0.5) * LINE
            pen.text(x, y, line, style.TEXT_PT, color=tint, italic=said.text is None)


def _tones(own: Shown, pen: Pen, ruler: Ruler, top: float, bottom: float) -> None:
    _blank(pen, ruler, own.blanks.get("tones", []), top, bottom)
    _chips(own.tones, pen, ruler, top, bottom, fill=style.TONE)


def _sounds(heard: list[Sound], pen: Pen, ruler: Ruler, top: float, bottom: float) -> None:
    middle = (top + bottom) / 2
    pen.stroke([(ruler.left, bottom), (ruler.right, bottom)], style.FAINT, width=0.4, order=1)
    for i, sound in enumerate(heard):
        if not ruler.holds(sound.start_s, sound.end_s):
            continue
        x, end = ruler.x(sound.start_s), ruler.x(sound.end_s)
        pen.box(x, top + 0.02, max(0.02, end - x), bottom - top - 0.04, style.SOUND,
                edge=style.PURPLE, line=0.5)  # fmt: skip
        told = f"{sound.score:.2f}"
        nexts = [s.start_s for s in heard[i + 1 : i + 2]]
        room = (ruler.x(nexts[0]) if nexts else ruler.right) - x - 0.03
        if sound.start_s >= ruler.start_s and width(told, style.SMALL_PT / POINTS) <= room:
            pen.text(x + 0.03, middle, told, style.SMALL_PT)


def _chips(
    all_rows: list[Chip], pen: Pen, ruler: Ruler, top: float, bottom: float,
    *, fill: str = style.CHIP,
) -> None:  # fmt: skip
    for row in range(MAX_CHIPS):
        chips = [c for c in all_rows if c.row == row]
        for i, chip in enumerate(chips):
            if not ruler.holds(chip.start_s, chip.end_s):
                continue
            x, end = ruler.x(chip.start_s), ruler.x(chip.end_s)
            y = top + 0.02 + row * CHIP_ROW
            starts = [c.start_s for c in chips[i + 1 :] if c.start_s > chip.start_s][:1]
            room = (ruler.x(starts[0]) if starts else ruler.right) - x - 0.02
            _chip(pen, x, y, end - x, chip, room, fill)


def _chip(pen: Pen, x: float, y: float, wide: float, chip: Chip, room: float, fill: str) -> None:
    """Draw one label: a frame around its words, of which the label's own time is filled."""
    size = style.TEXT_PT / POINTS
    words = f"{chip.text} {chip.score:.2f}"
    if width(words, size) + 0.06 > room:  # a score cut in half would be another score
        words = clipped(chip.text, size, room - 0.06)
    high = CHIP_ROW - 0.03
    needed = width(words, size) + 0.06 if words else 0.0
    pen.box(x, y, max(0.01, wide), high, fill)
    pen.box(x, y, max(0.01, wide, needed), high, "none", edge=style.SOFT, line=0.4)
    pen.text(x + 0.03, y + high / 2, words, style.TEXT_PT)


def _affect(
    marks: list[Mark], clashes: list[Clash], pen: Pen, ruler: Ruler, top: float, bottom: float
) -> None:
    _scale(pen, ruler, top, bottom, ("+1", "0", f"{style.MINUS}1"))
    for clash in _told_together(clashes):
        if ruler.holds(clash.start_s, clash.end_s):
            x, end = ruler.x(clash.start_s), ruler.x(clash.end_s)
            clash_box(pen, x, top, end - x, bottom - top)
            y = _free_edge(marks, clash, top, bottom)
            pen.text(x + 0.03, y, clash.text, style.SMALL_PT, room=ruler.right - x,
                     color=style.CLASH, bold=True)  # fmt: skip
    for mark in marks:
        _value(pen, ruler, top, bottom, mark, 1.0, style.HANDS[mark.series])


def _told_together(clashes: list[Clash]) -> list[Clash]:
    """Join the names of conflicts of one moment, which would be written over each other."""
    found: dict[tuple[float, float], list[Clash]] = {}
    for clash in clashes:
        found.setdefault((clash.start_s, clash.end_s), []).append(clash)
    return [
        own[0]._replace(text=", ".join(dict.fromkeys(c.text for c in own)))
        for own in found.values()
    ]


def _free_edge(marks: list[Mark], clash: Clash, top: float, bottom: float) -> float:
    """Return where a conflict's name covers no value: at the upper or the lower edge."""
    values = [m.value for m in marks if m.start_s < clash.end_s and m.end_s > clash.start_s]
    above = 1.0 - max(values, default=0.0)
    beneath = min(values, default=0.0) + 1.0
    return top + 0.05 if above > beneath else bottom - 0.05


def _voice(own: Shown, pen: Pen, ruler: Ruler, top: float, bottom: float) -> None:
    _blank(pen, ruler, own.blanks.get("voice", []), top, bottom)
    if own.voice:
        _scale(pen, ruler, top, bottom, (f"+{VOICE_RANGE:g}", "0", f"{style.MINUS}{VOICE_RANGE:g}"))
    hands = {"pitch": style.PITCH, "loudness": style.LOUDNESS}
    for mark in own.voice:
        _value(pen, ruler, top, bottom, mark, VOICE_RANGE, hands[mark.series])
    for i, told in enumerate(own.absolute):
        if ruler.start_s <= told.start_s < ruler.end_s:
            x = ruler.x(told.start_s)
            nexts = [s.start_s for s in own.absolute[i + 1 : i + 2]]
            room = (ruler.x(nexts[0]) if nexts else ruler.right) - x - 0.04
            pen.text(x, top + 0.06, told.text or "", style.SMALL_PT, room=room)


def _unit(
    own: Shown, moves: list[Movement], pen: Pen, ruler: Ruler, top: float, bottom: float
) -> None:
    base, high = bottom - 0.02, bottom - top - 0.04
    pen.stroke([(ruler.left, base), (ruler.right, base)], style.FAINT, width=0.4, order=1)
    away = unseen(own, ruler.start_s, ruler.end_s)
    _blank(pen, ruler, [*own.blanks.get("units", []), *away], top, bottom)
    for i, move in enumerate(moves):
        if not ruler.holds(move.start_s, move.end_s):
            continue
        apex = ruler.x(move.apex_s)
        peak = base - high * min(1.0, move.intensity / MAX_INTENSITY)
        points = [(ruler.x(move.start_s), base), (apex, peak), (ruler.x(move.end_s), base)]
        pen.shape(points, style.UNITS, edge=style.BLUE, line=0.6)
        if ruler.start_s <= move.end_s <= ruler.end_s:
            x = ruler.x(move.end_s) + 0.03
            told = f"{move.intensity:.1f}"
            nexts = [m.start_s for m in moves[i + 1 : i + 2]]
            room = (ruler.x(nexts[0]) if nexts else ruler.right + style.RIGHT) - x
            if width(told, style.SMALL_PT / POINTS) <= room:
                pen.text(x, base - 0.05, told, style.SMALL_PT, color=style.SOFT)


def _scale(pen: Pen, ruler: Ruler, top: float, bottom: float, names: tuple[str, str, str]) -> None:
    pen.box(ruler.left, top, ruler.wide, bottom - top, style.BAND, order=0)
    middle = (top + bottom) / 2
    pen.stroke([(ruler.left, middle), (ruler.right, middle)], style.FAINT, width=0.6, order=1)
    for y, name in zip((top + 0.045, middle, bottom - 0.045), names, strict=True):
        pen.text(ruler.left - 0.04, y, name, style.SMALL_PT, color=style.SOFT, ha="right")


def _value(
    pen: Pen, ruler: Ruler, top: float, bottom: float, mark: Mark, most: float, hand: style.Hand
) -> None:
    if not ruler.holds(mark.start_s, mark.end_s):
        return
    x, end = ruler.x(mark.start_s), ruler.x(mark.end_s)
    half = (bottom - top) / 2 - 0.03
    y = (top + bottom) / 2 - half * min(1.0, max(-1.0, mark.value / most))
    pen.stroke([(x, y), (end, y)], hand.color, width=1.3, line=hand.line)
    pen.dot((x + end) / 2, y, hand.color, hand.marker)


def _blank(pen: Pen, ruler: Ruler, stretches: Iterable[Stretch], top: float, bottom: float) -> None:
    for start_s, end_s in stretches:
        if ruler.holds(start_s, end_s):
            x, end = ruler.x(start_s), ruler.x(end_s)
            blank_box(pen, x, top, end - x, bottom - top)


def blank_box(pen: Pen, x: float, y: float, wide: float, high: float) -> None:
    """Mark where nothing was measured."""
    pen.box(x, y, wide, high, style.PAPER, edge=style.BLANK, line=0.3, hatch=style.BLANK_HATCH,
            order=1.5)  # fmt: skip


def clash_box(pen: Pen, x: float, y: float, wide: float, high: float) -> None:
    """Mark a conflict."""
    pen.box(x, y, max(0.02, wide), high, "none", edge=style.CLASH, line=0.7,
            hatch=style.CLASH_HATCH, alpha=0.55, order=1.6)  # fmt: skip
