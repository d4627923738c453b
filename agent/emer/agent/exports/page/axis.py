"""The time axis of the page and where things lie on it, as classes of one style sheet.

A strict content policy allows no style attributes, so every place in time becomes a class; marks
of the same span share one. Zooming changes the width of the tracks and nothing else.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from emer.tools.findings import Spanned, TimeSpan

PX_PER_S: Final = 30
"""Width of a second when the page opens: enough to read what is written on marks."""
MIN_SHARE: Final = 1e-6
"""Of the axis; nothing is narrower."""

_T = TypeVar("_T")
_S = TypeVar("_S", bound=Spanned)


class Axis:
    """Turns spans into class names and collects their rules."""

    def __init__(self, span: TimeSpan) -> None:
        self.span = span
        self._classes: dict[tuple[float, float], str] = {}

    @property
    def start_s(self) -> float:
        """Where the axis begins, seconds."""
        return self.span.start_s

    @property
    def duration_s(self) -> float:
        """Its length in seconds, never 0."""
        return self.span.duration_s

    def place(self, start_s: float, end_s: float) -> str:
        """Return the class of a span; what lies outside the axis is cut."""
        first = min(max(start_s, self.span.start_s), self.span.end_s)
        last = min(max(end_s, first), self.span.end_s)
        left = round(100 * (first - self.start_s) / self.duration_s, 4)
        width = round(100 * max((last - first) / self.duration_s, MIN_SHARE), 4)
        return self._classes.setdefault((left, width), f"x{len(self._classes)}")

    def rules(self) -> str:
        """Return the style rules of all places so far."""
        places = "".join(
            f".{name}{{left:{left:g}%;width:{width:g}%}}"
            for (left, width), name in self._classes.items()
        )
        # wide from the start, so that a long clip is not laid out twice, once as crowded as can be
        width = f"calc(var(--label) + {self.duration_s * PX_PER_S:.0f}px)"
        return f"@media screen{{.canvas{{width:max(100%,{width})}}}}{places}"

    def ticks(self, about: int = 6) -> list[tuple[str, float]]:
        """Return about so many round times, each with its class."""
        step = round_step(self.duration_s / about)
        first = math.ceil(self.start_s / step - 1e-9)
        last = math.floor(self.span.end_s / step + 1e-9)
        return [(self.place(i * step, i * step), i * step) for i in range(first, last + 1)]


def round_step(least_s: float) -> float:
    """Return the smallest round number of seconds from ``least_s`` on."""
    for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800):
        if step >= least_s:
            return float(step)
    return 3600.0 * math.ceil(least_s / 3600)


def rows(items: Iterable[_S]) -> list[tuple[_S, int]]:
    """Give each item the first row in which nothing overlaps it, in time order."""
    ends: list[float] = []
    placed: list[tuple[_S, int]] = []
    for item in sorted(items, key=lambda i: (i.start_s, i.end_s)):
        row = next((n for n, end in enumerate(ends) if end <= item.start_s + 1e-6), len(ends))
        ends[row : row + 1] = [item.end_s]
        placed.append((item, row))
    return placed


def thinned(items: Sequence[_T], most: int) -> list[_T]:
    """Return at most ``most`` of the items, evenly spread."""
    if len(items) <= most:
        return list(items)
    return [items[i * len(items) // most] for i in range(most)]
