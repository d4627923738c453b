"""Which action units a report can speak of, and what they are called elsewhere."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final

from emer.graphs.report import Report
from emer.tools.findings import Evidence, Spanned, select
from emer.tools.readings import ActionUnitReading

FACS: Final = (
    1, 2, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 22, 23, 24, 25, 26, 27, 28, 43,
    45, 46,
)  # fmt: skip
"""Numbers of the action units that have columns; the long table holds any others."""
TOOL: Final = "action_units"
BUILT_IN: Final = "landmarks"
_RAN: Final = frozenset({"done", "gap"})


def openface_name(au: str) -> str:
    """Return an action unit's name with two digits, as OpenFace writes it: ``AU1`` to ``AU01``."""
    return f"AU{int(au.removeprefix('AU')):02d}"


def told_units(report: Report) -> frozenset[str]:
    """Return the action units that would have been found if they had been shown.

    For the built-in engine these are the ones it can tell; for any other, those that it found in
    this clip, since reports do not say what else it looks for.
    """
    found = _found(report)
    engines = {e.engine for e in found}
    engines |= {t.engine for t in report.run.tools if t.tool == TOOL and t.status in _RAN}
    own: frozenset[str] = frozenset()
    if BUILT_IN in engines:
        from emer.tools.facial_movements import TOLD

        own = frozenset(TOLD)
    return own | {e.reading.au for e in found if isinstance(e.reading, ActionUnitReading)}


def units_by_track(report: Report) -> dict[str, list[Evidence]]:
    """Return the action units of every face track, in time order."""
    tracks: dict[str, list[Evidence]] = {}
    for e in _found(report):
        tracks.setdefault(e.subject, []).append(e)
    return tracks


class Track:
    """The action units of one face, found by time without looking at all of them.

    Args:
        units: In time order.
    """

    def __init__(self, units: Sequence[Evidence]) -> None:
        self._units = units
        self._starts = [e.start_s for e in units]
        self._longest_s = max((e.duration_s for e in units), default=0.0)

    def strongest(self, span: Spanned) -> dict[str, float]:
        """Return the greatest intensity (0..5) of each action unit that overlaps ``span``."""
        first = bisect_left(self._starts, span.start_s - self._longest_s)
        end = bisect_left(self._starts, span.end_s)
        most: dict[str, float] = {}
        for e in self._units[first:end]:
            if isinstance(e.reading, ActionUnitReading) and e.overlaps(span):
                most[e.reading.au] = max(most.get(e.reading.au, 0.0), e.reading.intensity)
        return most


def judged_tracks(report: Report) -> dict[str, list[Spanned]]:
    """Return where each face was seen long enough for its movements to be told, by track.

    Outside, a missing action unit means that nobody could look, not that it was not shown.
    """
    unjudged: dict[str, list[Spanned]] = {}
    for gap in report.gaps:
        if gap.tool == TOOL and gap.subject != "scene":
            unjudged.setdefault(gap.subject, []).append(gap)
    seen: dict[str, list[Spanned]] = {}
    for e in select(report.evidence, kind="face_track"):
        if not any(gap.overlaps(e) for gap in unjudged.get(e.subject, ())):
            seen.setdefault(e.subject, []).append(e)
    return seen


def anywhere(tracks: Sequence[str], judged: Mapping[str, Sequence[Spanned]], span: Spanned) -> bool:
    """Whether the movements of any of ``tracks`` could be told within ``span``."""
    return any(seen.overlaps(span) for track in tracks for seen in judged.get(track, ()))


def _found(report: Report) -> list[Evidence]:
    return select(report.evidence, kind="action_unit")
