"""From a report to a figure, and from a figure to a file.

Reads    a report
Returns  a figure 10 inches wide: every moment while that fits ``style.MAX_HEIGHT`` (a clip of
         some minutes, in rows), else an overview in which columns sum up seconds or minutes
Cost     about a second; the pictures of the clip are not needed
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Literal

from emer.agent.exports.lettering import shown
from emer.agent.exports.timeline import frame, style
from emer.agent.exports.timeline.contents import contents_of
from emer.agent.exports.timeline.lanes import GAP, Lane, lanes_of
from emer.agent.exports.timeline.overview import Columns, overview_of
from emer.agent.exports.timeline.pen import Pen, Ruler
from emer.agent.exports.timeline.still import lanes_of_still
from emer.agent.exports.timeline.things import Contents, Shown
from emer.graphs.report import Report

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ROW_S: Final = (40.0, 60.0)
"""Seconds in one row of a timeline: the roomier one while it fits."""
MAX_ITEMS: Final = 2_500
"""Things drawn one by one; more are summed up."""
_FOOT: Final = 1.1
_HEAD: Final = 0.24
"""Height of the line that names a person."""
_LOCK: Final = threading.Lock()
"""matplotlib's settings are one for the whole process."""

Block = tuple[Shown, list[Lane]]


@contextmanager
def own_settings() -> Iterator[None]:
    """Draw under matplotlib's own defaults, whatever the host has set; its settings come back."""
    import matplotlib

    # a back end is no matter of style: touching its name would load it
    plain: dict[Any, Any] = {
        name: value
        for name, value in matplotlib.rcParamsDefault.items()
        if not name.startswith(("backend", "interactive", "toolbar", "tk.", "webagg."))
    }
    ours: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "emer", "hatch.linewidth": 0.5}
    with _LOCK, matplotlib.rc_context({**plain, **ours}):
        yield


def save(report: Report, path: Path | IO[bytes], kind: Literal["png", "svg"]) -> None:
    """Draw ``report`` and write it to ``path``, or into an open file; the same report gives the same bytes."""
    with own_settings():
        figure = draw(report)
        notice = shown(report.run.notice, longest=600)
        title = f"{shown(report.media.name, longest=200)}: timeline"
        if kind == "svg":
            from matplotlib.backends.backend_svg import FigureCanvasSVG

            about = {"Date": None, "Title": title, "Description": notice, "Creator": "emer"}
            pen: Any = FigureCanvasSVG(figure)
            pen.print_svg(path, metadata=about)
        else:
            from matplotlib.backends.backend_agg import FigureCanvasAgg

            told = {"Software": "emer", "Title": title, "Description": notice}
            brush: Any = FigureCanvasAgg(figure)
            brush.print_png(path, metadata=told)


def draw(report: Report) -> "Figure":
    """Return the timeline of ``report`` as a figure; call it within ``own_settings``."""
    contents = contents_of(report)
    pen = Pen()
    blocks, n_rows, note = _plan(contents)
    frame.title(pen, report, contents, note)
    cuts_s = [] if note else contents.cuts_s
    y = frame.TOP + frame.legend(pen, frame.TOP, _keys(contents, overview=bool(note))) + 0.1
    if contents.still:
        y = _row(pen, Ruler(0.0, 1.0), y, blocks, contents, [])
    else:
        for start_s, end_s in frame.parts(contents.start_s, contents.end_s, n_rows):
            y = _row(pen, Ruler(start_s, end_s), y, blocks, contents, cuts_s)
    y += 0.06
    y += frame.foot(pen, y, report, contents.others)
    return pen.finish(y + 0.05)


def _plan(contents: Contents) -> tuple[list[Block], int, str]:
    """Choose how much is shown: lanes per person, number of rows, and what to say about it."""
    if contents.still:
        return [(p, lanes_of_still(p)) for p in contents.blocks], 1, ""
    length_s = contents.end_s - contents.start_s
    blocks = [(p, lanes_of(p)) for p in contents.blocks]
    if sum(p.n_items for p in contents.blocks) <= MAX_ITEMS:
        high = frame.TOP + frame.KEY * 2 + _FOOT
        for row_s in ROW_S:
            n_rows = max(1, ceil(length_s / row_s - 1e-6))
            if high + n_rows * _height(blocks) <= style.MAX_HEIGHT:
                return blocks, n_rows, ""
    columns = Columns.over(contents.start_s, contents.end_s)
    n = len(contents.persons)
    summed = [(p, overview_of(p, columns, n)) for p in contents.blocks]
    step = f"{columns.step_s:.1f} s" if columns.step_s < 60 else f"{columns.step_s / 60:.1f} min"
    return summed, 1, f"overview: each column sums up {step}"


def _height(blocks: list[Block]) -> float:
    own = sum(_HEAD + sum(lane.height + GAP for lane in lanes) for _, lanes in blocks)
    return own + frame.AXIS + 0.15 if blocks else 1.0


def _row(
    pen: Pen, ruler: Ruler, top: float, blocks: list[Block], contents: Contents, cuts_s: list[float]
) -> float:
    """Draw one row of the timeline; return where it ends."""
    y = top
    if not blocks:
        middle = (ruler.left + ruler.right) / 2
        pen.box(ruler.left, y, ruler.wide, 0.6, style.BAND, order=0)
        pen.text(middle, y + 0.3, "Nobody was seen or heard here.", style.HEAD_PT, ha="center")
        y += 0.7
    for own, lanes in blocks:
        frame.rule(pen, y)
        about = " · ".join(own.about if lanes else [*own.about, "nothing measured stands out"])
        wide = pen.text(style.MARGIN, y + 0.12, own.id, style.HEAD_PT, bold=True)
        pen.text(style.MARGIN + wide + 0.1, y + 0.12, about, style.SMALL_PT, color=style.SOFT)
        y += _HEAD
        for lane in lanes:
            _name(pen, lane, y)
            lane.draw(pen, ruler, y, y + lane.height)
            y += lane.height + GAP
    if contents.still:
        return y + 0.05
    frame.axis(pen, ruler, top, y, cuts_s)
    return y + frame.AXIS


def _name(pen: Pen, lane: Lane, top: float) -> None:
    size = style.SMALL_PT if lane.quiet else style.TEXT_PT
    y = top + (lane.height / 2 if lane.height < 0.3 else 0.07)
    room = style.GUTTER - style.MARGIN - (0.08 if lane.quiet else 0.25)
    pen.text(style.MARGIN, y, lane.name, size, room=room)


def _keys(contents: Contents, *, overview: bool) -> list[tuple[str, frame.Glyph]]:
    """Return the signs that this picture uses; a still has its names beside its bars."""
    people = contents.blocks
    if contents.still or not people:
        return []
    series = {m.series for p in people for marks in p.affect.values() for m in marks}
    keys = [(hand.name, frame.hand_key(hand)) for s, hand in style.HANDS.items() if s in series]
    if any(p.units for p in people):
        units = "action unit, peak in column" if overview else "action unit: onset, apex, offset"
        glyph = frame.box_key(style.UNITS, "none") if overview else frame.triangle_key
        keys.append((f"{units} (0-5)", glyph))
    if any(p.chips for p in people):
        fill, edge = (style.BLUE, "none") if overview else (style.CHIP, style.SOFT)
        name = "label, darker: more of it" if overview else "label"
        keys.append((name, frame.box_key(fill, edge)))
    if any(p.tones for p in people):
        name = "voice heard as, darker: more of it" if overview else "voice heard as, score"
        fill, edge = (style.VERMILION, "none") if overview else (style.TONE, style.SOFT)
        keys.append((name, frame.box_key(fill, edge)))
    if any(p.sounds for p in people):
        fill, edge = (style.PURPLE, "none") if overview else (style.SOUND, style.PURPLE)
        keys.append(("sound that is not a word, score", frame.box_key(fill, edge)))
    if any(p.voice for p in people) and not overview:
        keys.append(("pitch, semitones from own usual", frame.hand_key(style.PITCH)))
        keys.append(("loudness, dB from own usual", frame.hand_key(style.LOUDNESS)))
    if any(p.clashes for p in people):
        keys.append(("conflict", frame.clash_key))
    if contents.cuts_s and not overview:
        keys.append(("cut", frame.cut_key))
    if not overview:
        keys.append(("not seen or not measured", frame.blank_key))
    return keys
