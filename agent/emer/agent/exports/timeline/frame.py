"""What stands around the lanes: title, legend, time axis, and who measured what at the foot."""

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from emer.agent.exports.lettering import shown, width, wrapped
from emer.agent.exports.timeline import style
from emer.agent.exports.timeline.contents import WHOLE
from emer.agent.exports.timeline.lanes import blank_box, clash_box
from emer.agent.exports.timeline.pen import POINTS, Pen, Ruler
from emer.agent.exports.timeline.things import Contents
from emer.graphs.report import Report

NOTICE: Final = (
    "Automatic analysis: it describes what people show, sound and say, not what they feel. "
    "Scores are not probabilities."
)
STEPS_S: Final = (
    0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200,
)  # fmt: skip
"""What lies between two ticks of a time axis."""
MAX_TICKS: Final = 14
AXIS: Final = 0.3
"""Height of a time axis with its numbers."""
TOP: Final = 0.66
"""Height of title and line beneath; the legend follows."""
KEY: Final = 0.17
_LINE: Final = 0.105
_MAX_TOOL_LINES: Final = 3

Glyph = Callable[[Pen, float, float], None]
"""Draw a sample of a sign, 0.26 inch wide, from ``x`` on and around ``y``."""


def title(pen: Pen, report: Report, contents: Contents, note: str) -> None:
    """Write the file's name and what is known of it."""
    room = style.WIDTH - 2 * style.MARGIN
    pen.text(style.MARGIN, 0.25, shown(report.media.name, longest=200) or "unnamed",
             style.TITLE_PT, room=room, bold=True)  # fmt: skip
    n = len(contents.persons) + len(contents.others)
    facts = ["still picture" if contents.still else style.clock(report.media.duration_s)]
    if report.media.video:
        facts.append(f"{report.media.video.width_px} {style.TIMES} {report.media.video.height_px}")
    facts.append("nobody seen or heard" if n == 0 else "1 person" if n == 1 else f"{n} persons")
    if not contents.still and (
        contents.start_s > 0 or contents.end_s < report.media.duration_s - 0.1
    ):
        part = f"{style.clock(contents.start_s)}-{style.clock(contents.end_s)}"
        facts.append(f"analysed {part}")
    if report.run.status == "partial":
        facts.append("something was lost on the way")
    facts += [note] if note else []
    pen.text(style.MARGIN, 0.46, " · ".join(facts), style.TEXT_PT, room=room, color=style.SOFT)


def legend(pen: Pen, top: float, keys: list[tuple[str, Glyph]]) -> float:
    """Draw the signs that are used; return the height taken, inches."""
    x, y = style.MARGIN, top + KEY / 2
    if not keys:
        return 0.0
    for name, glyph in keys:
        wide = 0.32 + width(name, style.TEXT_PT / POINTS) + 0.16
        if x + wide > style.WIDTH - style.MARGIN:
            x, y = style.MARGIN, y + KEY
        glyph(pen, x, y)
        pen.text(x + 0.31, y, name, style.TEXT_PT)
        x += wide
    return y + KEY / 2 - top


def hand_key(hand: style.Hand) -> Glyph:
    """Return a sample of a series of values."""

    def draw(pen: Pen, x: float, y: float) -> None:
        pen.stroke([(x, y), (x + 0.26, y)], hand.color, width=1.3, line=hand.line)
        pen.dot(x + 0.13, y, hand.color, hand.marker)

    return draw


def box_key(fill: str, edge: str) -> Glyph:
    """Return a sample of a filled box."""
    return lambda pen, x, y: pen.box(x, y - 0.05, 0.26, 0.1, fill, edge=edge, line=0.4)


def triangle_key(pen: Pen, x: float, y: float) -> None:
    """Draw a sample of an action unit."""
    points = [(x, y + 0.05), (x + 0.1, y - 0.06), (x + 0.26, y + 0.05)]
    pen.shape(points, style.UNITS, edge=style.BLUE, line=0.6)


def clash_key(pen: Pen, x: float, y: float) -> None:
    """Draw a sample of a conflict."""
    clash_box(pen, x, y - 0.06, 0.26, 0.12)


def cut_key(pen: Pen, x: float, y: float) -> None:
    """Draw a sample of a cut."""
    pen.stroke([(x + 0.13, y - 0.08), (x + 0.13, y + 0.08)], style.FAINT, width=0.8, line="-.")


def blank_key(pen: Pen, x: float, y: float) -> None:
    """Draw a sample of what was not measured."""
    blank_box(pen, x, y - 0.06, 0.26, 0.12)


def axis(pen: Pen, ruler: Ruler, top: float, bottom: float, cuts_s: list[float]) -> None:
    """Draw the time axis at ``bottom``, and its grid and the cuts up to ``top``."""
    pen.stroke([(ruler.left, bottom), (ruler.right, bottom)], style.INK, width=0.8)
    length_s = ruler.end_s - ruler.start_s
    step = next((s for s in STEPS_S if length_s / s <= MAX_TICKS), length_s)
    first = int(ruler.start_s / step)
    for n in range(first, int(ruler.end_s / step) + 1):
        at_s = n * step
        if not ruler.start_s - 1e-6 <= at_s <= ruler.end_s + 1e-6:
            continue
        x = ruler.x(at_s)
        pen.stroke([(x, bottom), (x, bottom + 0.04)], style.INK, width=0.8)
        pen.stroke([(x, top), (x, bottom)], "#ececec", width=0.5, order=0.5)
        label = style.clock(at_s, tenths=step < 1)
        pen.text(x, bottom + 0.11, label, style.TEXT_PT, ha="center")
    pen.text(style.GUTTER - 0.3, bottom + 0.11, "time, m:ss", style.SMALL_PT, color=style.SOFT,
             ha="right")  # fmt: skip
    for cut_s in cuts_s[:500]:
        if ruler.start_s < cut_s < ruler.end_s:
            x = ruler.x(cut_s)
            pen.stroke([(x, top), (x, bottom)], style.FAINT, width=0.8, line="-.", order=1.2)


def foot(pen: Pen, top: float, report: Report, others: list[str]) -> float:
    """Write what was not measured, the tools and the notice; return the height taken, inches."""
    room = style.WIDTH - 2 * style.MARGIN
    lines: list[tuple[str, str]] = []
    if others:
        names = ", ".join(others[:12]) + (", …" if len(others) > 12 else "")
        lines.append((f"Not drawn, for want of room: {names}.", style.INK))
    if lost := _not_measured(report):
        lines += [(line, style.SOFT) for line in _broken(f"Not measured: {lost}.", room)]
    lines += [(line, style.SOFT) for line in _broken(f"Tools: {_tools(report)}.", room)]
    y = top
    pen.stroke([(style.MARGIN, y), (style.WIDTH - style.MARGIN, y)], style.FAINT, width=0.6)
    for words, tint in lines:
        y += _LINE
        pen.text(style.MARGIN, y, words, style.SMALL_PT, room=room, color=tint)
    y += 1.5 * _LINE
    pen.text(style.MARGIN, y, NOTICE, style.TEXT_PT, room=room, bold=True)
    return y + _LINE - top


def _broken(text: str, room: float) -> list[str]:
    return wrapped(text, style.SMALL_PT / POINTS, room, _MAX_TOOL_LINES)


def _not_measured(report: Report) -> str:
    start_s, end_s = report.run.span
    answered = {e.tool for e in report.evidence}
    whole = {g.tool for g in report.gaps if g.duration_s >= WHOLE * (end_s - start_s)}
    names = [shown(t.replace("_", " "), longest=40) + (" in part" if t in answered else "")
             for t in sorted(whole)]  # fmt: skip
    return ", ".join(names)


def _tools(report: Report) -> str:
    told = {}
    for run in report.run.tools:
        if run.n_evidence:
            name = run.tool.replace("_", " ")
            told[run.tool] = shown(f"{name} {run.model} {run.revision[:12]} ({run.engine})")
    own = [f"emer {shown(report.run.emer_version, longest=40)}"]
    own.append(f"reasoning by {shown(report.run.llm, longest=60)}")
    return ", ".join([*own, *told.values()])


def rule(pen: Pen, y: float) -> None:
    """Part one person's block from the next."""
    pen.stroke([(style.MARGIN, y), (style.WIDTH - style.RIGHT, y)], style.FAINT, width=0.8)


def parts(start_s: float, end_s: float, n: int) -> list[tuple[float, float]]:
    """Return ``n`` equal parts of a stretch."""
    borders = [start_s + (end_s - start_s) * i / n for i in range(n + 1)]
    return list(pairwise(borders))
