"""Curves and shapes along the time axis, drawn by matplotlib, as SVG that style sheets can colour.

The drawing is stretched to whatever width the zoom asks for, so it holds no text and no marker,
and its strokes keep their width. Of what matplotlib writes only the outlines are taken, each under
a class of its own: no style attribute, no name, no colour of it reaches the page.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple
from xml.etree import ElementTree

from markupsafe import Markup

from emer.tools.findings import TimeSpan

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Points = Sequence[tuple[float, float]]
"""Time in seconds and value."""

HEIGHT_PT: Final = 100.0
PT_PER_S: Final = 10.0
"""Outlines are written to a tenth of a point: a hundredth of a second."""
WIDTH_PT: Final = (1_000.0, 60_000.0)
"""Narrowest and widest drawing; from 100 minutes on times are coarser."""
MAX_PATH_CHARS: Final = 4_000
"""Longer outlines are cut in pieces, so that only what is in view has to be painted."""
_SVG: Final = "{http://www.w3.org/2000/svg}"
_NUMBER: Final = re.compile(r"-?\d+\.\d+")
_OUTLINE: Final = re.compile(r"[\sMLCQZz0-9.\-]*")


class Shape(NamedTuple):
    """One line or filled outline of a chart."""

    css: str
    """Class that says how it looks."""
    points: Points
    filled: bool = False


def chart(
    shapes: Sequence[Shape], span: TimeSpan, bottom: float, top: float, levels: Sequence[float] = ()
) -> Markup:
    """Draw shapes over the whole of ``span``.

    Args:
        shapes: Lines and outlines.
        span: What the drawing's width stands for.
        bottom: Value at its lower edge.
        top: Value at its upper edge.
        levels: Values at which a thin line runs through.

    Returns:
        An ``<svg>`` without text, ids, styles or colours.
    """
    width = min(max(span.duration_s * PT_PER_S, WIDTH_PT[0]), WIDTH_PT[1])
    rules = [Shape("rule", ((span.start_s, v), (span.end_s, v))) for v in levels]
    everything = [*rules, *shapes]
    source = _drawn(everything, (span.start_s, span.end_s), (bottom, top), width)
    paths = "".join(
        f'<path class="{css}" d="{outline}"/>'
        for css, outlines in _outlines(source, {s.css for s in everything}).items()
        for outline in _pieces(outlines)
    )
    return Markup(
        f'<svg viewBox="0 0 {width:g} {HEIGHT_PT:g}" preserveAspectRatio="none" '
        f'aria-hidden="true" focusable="false">{paths}</svg>'
    )


def _drawn(
    shapes: Sequence[Shape], x: tuple[float, float], y: tuple[float, float], width: float
) -> bytes:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "emer", "path.simplify": True}):
        figure = Figure(figsize=(width / 72, HEIGHT_PT / 72))
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(*x)
        axes.set_ylim(*y)
        for css in dict.fromkeys(s.css for s in shapes):
            _add(axes, css, [s for s in shapes if s.css == css])
        sink = io.BytesIO()
        figure.savefig(sink, format="svg", metadata={"Date": None})
    return sink.getvalue()


def _add(axes: "Axes", css: str, shapes: Sequence[Shape]) -> None:
    from matplotlib.collections import LineCollection, PolyCollection

    filled = [s.points for s in shapes if s.filled]
    lines = [s.points for s in shapes if not s.filled]
    if filled:
        axes.add_collection(PolyCollection(filled, gid=css, clip_on=False), autolim=False)
    if lines:
        axes.add_collection(LineCollection(lines, gid=css, clip_on=False), autolim=False)


def _outlines(source: bytes, classes: set[str]) -> Mapping[str, list[str]]:
    """Return the outlines per class, rounded."""
    found: dict[str, list[str]] = {}
    for group in ElementTree.fromstring(source).iter(f"{_SVG}g"):
        css = group.get("id", "")
        if css not in classes:
            continue
        for path in group.iter(f"{_SVG}path"):
            text = " ".join(_NUMBER.sub(_rounded, path.get("d", "")).split())
            if text and _OUTLINE.fullmatch(text):
                found.setdefault(css, []).append(text)
    return found


def _rounded(number: re.Match[str]) -> str:
    return f"{float(number.group()):.1f}".removesuffix(".0")


def _pieces(outlines: Sequence[str]) -> Iterator[str]:
    """Join short outlines, as long as they stay near each other."""
    held: list[str] = []
    for outline in outlines:
        if held and sum(map(len, held)) + len(outline) > MAX_PATH_CHARS:
            yield " ".join(held)
            held = []
        held.append(outline)
    if held:
        yield " ".join(held)
