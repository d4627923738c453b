"""A pen on a sheet of paper: inches from the upper left corner, texts taken letter by letter.

Shapes are collected and handed to matplotlib in one piece per style, which keeps thousands of
them fast. Texts are never read as formulas.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from emer.agent.exports.lettering import clipped, families, width
from emer.agent.exports.timeline import style

if TYPE_CHECKING:
    from matplotlib.figure import Figure

POINTS: Final = 72.0
"""Per inch."""
Point = tuple[float, float]


class _Filled(NamedTuple):
    order: float
    fill: str
    edge: str
    line: float
    hatch: str
    alpha: float


class _Stroke(NamedTuple):
    order: float
    color: str
    width: float
    line: str


class _Dots(NamedTuple):
    order: float
    color: str
    marker: str
    size: float
    hollow: bool


@dataclass(slots=True)
class Pen:
    """Collects what is drawn; ``finish`` makes the figure of it."""

    _filled: dict[_Filled, list[Sequence[Point]]] = field(default_factory=dict)
    _strokes: dict[_Stroke, list[Sequence[Point]]] = field(default_factory=dict)
    _dots: dict[_Dots, list[Point]] = field(default_factory=dict)
    _texts: list[tuple[float, float, str, dict[str, Any]]] = field(default_factory=list)

    def shape(
        self, points: Sequence[Point], fill: str, *, edge: str = "none", line: float = 0.5,
        hatch: str = "", alpha: float = 1.0, order: float = 2,
    ) -> None:  # fmt: skip
        """Fill a polygon."""
        look = _Filled(order, fill, edge, line, hatch, round(alpha, 2))
        self._filled.setdefault(look, []).append(points)

    def box(
        self, x: float, y: float, wide: float, high: float, fill: str, *, edge: str = "none",
        line: float = 0.5, hatch: str = "", alpha: float = 1.0, order: float = 2,
    ) -> None:  # fmt: skip
        """Fill a rectangle whose upper left corner is ``x, y``."""
        corners = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
        self.shape(corners, fill, edge=edge, line=line, hatch=hatch, alpha=alpha, order=order)

    def stroke(
        self, points: Sequence[Point], color: str, *, width: float = 1.0, line: str = "-",
        order: float = 3,
    ) -> None:  # fmt: skip
        """Draw an open line."""
        self._strokes.setdefault(_Stroke(order, color, width, line), []).append(points)

    def dot(
        self, x: float, y: float, color: str, marker: str, *, size: float = 3.5,
        hollow: bool = False, order: float = 4,
    ) -> None:  # fmt: skip
        """Draw one marker."""
        self._dots.setdefault(_Dots(order, color, marker, size, hollow), []).append((x, y))

    def text(
        self, x: float, y: float, words: str, size: float, *, room: float | None = None,
        color: str = style.INK, ha: str = "left", bold: bool = False, italic: bool = False,
    ) -> float:  # fmt: skip
        """Write on the line whose middle is ``y``; return the width taken, inches.

        Args:
            x: Left, right or middle of the text, as ``ha`` says.
            y: Middle of a line of this size.
            words: As ``lettering.shown`` returns them.
            size: Points.
            room: Inches at most; what does not fit is clipped, in the last resort to nothing.
            color: Of the letters.
            ha: 'left', 'right' or 'center'.
            bold: Heavy letters.
            italic: Slanted letters.
        """
        if room is not None:
            words = clipped(words, size * (1.1 if bold else 1.0) / POINTS, room)
        if not words:
            return 0.0
        kind = {"weight": "bold" if bold else "normal", "style": "italic" if italic else "normal"}
        # the baseline lies where capitals are centred on y: lines of one row then agree
        low = y + 0.36 * size / POINTS
        self._texts.append((x, low, words, {"ha": ha, "color": color, "size": size, **kind}))
        return width(words, size / POINTS) * (1.1 if bold else 1.0)

    def finish(self, height: float) -> "Figure":
        """Return the sheet as a figure, ``style.WIDTH`` by ``height`` inches."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=(style.WIDTH, height), dpi=style.DPI, facecolor=style.PAPER)
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_xlim(0, style.WIDTH)
        axes.set_ylim(height, 0)
        axes.set_axis_off()
        for shapes in (self._polygons(), self._lines()):
            for collection in shapes:
                axes.add_collection(collection, autolim=False)
        for look, points in self._dots.items():
            face = style.PAPER if look.hollow else look.color
            axes.plot(
                [x for x, _ in points], [y for _, y in points], linestyle="none",
                marker=look.marker, markersize=look.size, color=look.color,
                markerfacecolor=face, markeredgecolor=look.color, markeredgewidth=0.7,
                zorder=look.order,
            )  # fmt: skip
        letters = families(words for _, _, words, _ in self._texts)
        for x, y, words, kind in self._texts:
            axes.text(
                x, y, words, va="baseline", family=letters, parse_math=False, zorder=6, **kind
            )
        return figure

    def _polygons(self) -> list[Any]:
        from matplotlib.collections import PolyCollection

        return [
            PolyCollection(
                points, facecolors=look.fill, edgecolors=look.edge, linewidths=look.line,
                hatch=look.hatch or None, alpha=look.alpha, zorder=look.order,
            )
            for look, points in self._filled.items()
        ]  # fmt: skip

    def _lines(self) -> list[Any]:
        from matplotlib.collections import LineCollection

        return [
            LineCollection(
                points, colors=look.color, linewidths=look.width, linestyles=look.line,
                zorder=look.order,
            )
            for look, points in self._strokes.items()
        ]  # fmt: skip


class Ruler(NamedTuple):
    """Where time lies on the sheet."""

    start_s: float
    end_s: float
    left: float = style.GUTTER
    wide: float = style.WIDTH - style.GUTTER - style.RIGHT

    @property
    def right(self) -> float:
        """End of the axis, inches."""
        return self.left + self.wide

    def x(self, seconds: float) -> float:
        """Return the place of a moment, inches; what lies outside is put to the border."""
        share = (seconds - self.start_s) / (self.end_s - self.start_s)
        return self.left + self.wide * min(1.0, max(0.0, share))

    def holds(self, start_s: float, end_s: float) -> bool:
        """Whether any of a stretch lies on this ruler."""
        return start_s < self.end_s and end_s > self.start_s
