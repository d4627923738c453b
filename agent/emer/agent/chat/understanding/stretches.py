"""Which stretch of the clip a question means: named, pointed at, or moved on from the last one."""

import re
from typing import Final

from emer.agent.chat.understanding.asked import Draft, Focus, Stretch, Unclear
from emer.agent.chat.understanding.following import OF_FILE, OF_MOMENT
from emer.agent.chat.understanding.slots import Slots
from emer.graphs.rule.plans.question import Inquiry, moments
from emer.tools.findings import TimeSpan

_STEP: Final = re.compile(
    r"\b(\d+(?:\.\d+)?) ?(?:s|secs?|seconds?) (?:earlier|later|before that|after that)\b"
    r"|(?:再)?(?:早|晚|往前|往后|过)(\d+)秒",
    re.I,
)
STEP_S: Final = 5.0
"""'A bit later' is a stretch as long as the last one, but no shorter than this, and no longer than:"""

MAX_STEP_S: Final = 30.0


def stretch_of(
    read: Draft, own: Inquiry, before: Focus, part: TimeSpan
) -> Stretch | Unclear | None:
    """Find out which stretch a question is about: the one it names, or one taken from before."""
    slots = read.slots
    named = moments(read.text)
    step = _STEP.search(read.text)
    around = before.window or before.around
    if step is not None and around is not None and slots.way:
        by_s = float(step[1] or step[2]) * (1 if slots.way == "later" else -1)
        return _inside(around[0] + by_s, around[1] + by_s, part) or Unclear(
            why="beyond", language=slots.language,
            options=(f"{part.start_s:.1f}", f"{part.end_s:.1f}"),
        )  # fmt: skip
    if slots.way and len(named) == 1:
        later = slots.way == "later"
        bounds = (named[0], part.end_s) if later else (part.start_s, named[0])
        return _inside(*bounds, part) or Unclear(
            why="beyond", language=slots.language,
            options=(f"{part.start_s:.1f}", f"{part.end_s:.1f}"),
        )  # fmt: skip
    if own.window is not None:
        return own.window.start_s, own.window.end_s
    if not read.follows:
        return None
    kind = read.kind or before.kind
    last = before.window or before.around
    if slots.way:
        return _moved(slots, last, part) if last else None
    if kind in OF_FILE:
        return None
    points = slots.there or (read.kind in OF_MOMENT and read.kind is not None)
    return last if points else before.window


def _moved(slots: Slots, last: Stretch, part: TimeSpan) -> Stretch | Unclear:
    step_s = min(MAX_STEP_S, max(STEP_S, last[1] - last[0]))
    later = slots.way == "later"
    bounds = (last[1], last[1] + step_s) if later else (last[0] - step_s, last[0])
    return _inside(*bounds, part) or Unclear(
        why="beyond", language=slots.language, options=(f"{part.start_s:.1f}", f"{part.end_s:.1f}")
    )


def _inside(start_s: float, end_s: float, part: TimeSpan) -> Stretch | None:
    first, last = max(part.start_s, start_s), min(part.end_s, end_s)
    return (round(first, 3), round(last, 3)) if last - first > 0.05 else None
