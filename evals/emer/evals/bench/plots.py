"""Plots of a benchmark as SVG; the same figures always give the same file."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from emer.evals.bench.results import Benchmark, Figure, Group

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, FIRST, SECOND = "#333333", "#3b6ea5", "#c2703d"
SHARE: Final = 0.004
"""Bars below this share of the longest are left out; the table has them."""
STYLE: Final[dict[Any, Any]] = {
    "svg.hashsalt": "emer", "font.size": 9, "axes.spines.top": False, "axes.spines.right": False,
    "axes.edgecolor": INK, "text.color": INK, "axes.labelcolor": INK, "xtick.color": INK,
    "ytick.color": INK, "text.parse_math": False,
}  # fmt: skip


def plots(found: Benchmark) -> dict[str, str]:
    """Draw what there is to draw.

    Returns:
        SVG by file name, which begins with the group it belongs to.
    """
    drawn: dict[str, str] = {}
    for group, title in (("decoding", "decoding"), ("step", "steps"), ("tool", "specialists")):
        rows = _timed(found, group)  # type: ignore[arg-type]  # three of the groups
        if len(rows) > 1:
            drawn[f"{group}.svg"] = _bars(rows, title)
    growth = _longest_of_one(_timed(found, "growth"))
    if len(growth) > 1:
        drawn["growth.svg"] = _growth(growth)
    return drawn


def _timed(found: Benchmark, group: Group) -> list[Figure]:
    return [f for f in found.figures if f.group == group and f.wall_s and f.per_media_s]


def _longest_of_one(rows: Sequence[Figure]) -> list[Figure]:
    """Return the points of the clip that was measured at several lengths, by length."""
    names = [f.subject.partition(" looped to ")[0] for f in rows]
    first = [f for f, name in zip(rows, names, strict=True) if name == names[0]]
    return sorted(first, key=lambda f: f.media_s or 0.0)


def _bars(rows: Sequence[Figure], title: str) -> str:
    longest = max(f.per_media_s or 0.0 for f in rows)
    shown = [f for f in rows if (f.per_media_s or 0.0) >= SHARE * longest][::-1]

    def draw(axes: "Axes") -> None:
        lengths = [1000 * (f.per_media_s or 0.0) for f in shown]
        bars = axes.barh([f.name for f in shown], lengths, color=FIRST, height=0.65)
        for bar, figure in zip(bars, shown, strict=True):
            _whisker(axes, bar.get_y() + bar.get_height() / 2, figure)
        axes.bar_label(bars, [f"{v:.3g}" for v in lengths], padding=6, fontsize=8)
        axes.set_xlabel(f"{title}: ms of wall time per second of media; line: least to most")
        axes.margins(x=0.12)

    return _svg([draw], height=0.6 + 0.26 * len(shown))


def _whisker(axes: "Axes", y: float, figure: Figure) -> None:
    if figure.wall_s is not None and figure.wall_s.n > 1 and figure.media_s:
        ends = [1000 * v / figure.media_s for v in (figure.wall_s.least, figure.wall_s.most)]
        axes.plot(ends, [y, y], color=INK, linewidth=1.2)


def _growth(rows: Sequence[Figure]) -> str:
    lengths = [f.media_s or 0.0 for f in rows]
    names = [f.name for f in rows]

    def points(axes: "Axes", values: Sequence[float], colour: str, label: str) -> None:
        axes.plot(lengths, values, color=colour, marker="o", linewidth=1.5)
        for x, y in zip(lengths, values, strict=True):
            axes.annotate(
                f"{y:.3g}", (x, y), xytext=(0, 6), textcoords="offset points", ha="center"
            )
        axes.set_xscale("log")
        axes.set_xticks(lengths, names)
        axes.minorticks_off()
        axes.set_ylim(0, 1.25 * max(values))
        axes.margins(x=0.12)
        axes.set_xlabel("length of the media")
        axes.set_ylabel(label)

    def ratio(axes: "Axes") -> None:
        points(axes, [f.per_media_s or 0.0 for f in rows], FIRST, "wall s per s of media")

    def memory(axes: "Axes") -> None:
        points(axes, [f.peak_mb or 0.0 for f in rows], SECOND, "peak MB")

    return _svg([ratio, memory], height=2.6)


def _svg(draws: Sequence[object], *, height: float) -> str:
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure as Canvas

    with matplotlib.rc_context(STYLE):
        canvas = Canvas(figsize=(7.2, height), layout="constrained")
        FigureCanvasSVG(canvas)
        every = canvas.subplots(1, len(draws), squeeze=False)[0]
        for axes, draw in zip(every, draws, strict=True):
            draw(axes)  # type: ignore[operator]
        out = io.StringIO()
        canvas.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"
