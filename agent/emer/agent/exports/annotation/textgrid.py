"""Tiers for Praat (.TextGrid, long text form, UTF-8), written through praatio.

Interval tiers hold no overlaps: overlapping annotations are spread over numbered tiers. All tiers
span the whole clip. Praat takes an interval without text for a blank, so that an annotation
without text reads ``[no text]``. Cuts, shifts and apexes are points.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from emer.agent.exports.marks import (
    Entry,
    Placed,
    Tier,
    lane_name,
    lanes,
    milliseconds,
    placed,
    unique,
)
from emer.agent.exports.material import Material

if TYPE_CHECKING:
    from collections.abc import Sequence

NO_TEXT: Final = "[no text]"
NOTICE: Final = "notice"
_KEYWORD: Final = re.compile(r"(item|intervals|points)( ?)\[|(ooTextFile) (short)")
"""praatio cuts files at these words, wherever they stand; Praat itself does not mind them."""
_SPARED: Final = re.compile(r"(item|intervals|points)( ?)\uff3b|(ooTextFile)\xa0(short)")


def write(material: Material, path: Path) -> None:
    """Write every tier, from 0 to the end of the clip."""
    from emer.agent.exports.annotation.tiers import end_s, tiers_of

    report = material.report
    tiers = tiers_of(report)
    # Praat's files hold nothing but tiers: the notice is one, over the whole clip
    told = Entry(0.0, end_s(report, tiers), report.run.notice)
    tiers.append(Tier(NOTICE, "quoted", (told,)))
    grid(tiers, end_s(report, tiers)).save(
        str(path), format="long_textgrid", includeBlankSpaces=True, reportingMode="silence"
    )


def grid(tiers: Iterable[Tier], end_s: float) -> Any:  # noqa: ANN401 - praatio ships no types
    """Return ``tiers`` as praatio's ``Textgrid`` from 0 to ``end_s`` seconds, or further.

    Args:
        tiers: At least one.
        end_s: Of the clip; later annotations make it later.
    """
    from praatio import textgrid

    rows = [row for tier in tiers for row in _rows(tier)]
    last_ms = max((p.end_ms for _, _, own in rows for p in own), default=1)
    end = max(last_ms, milliseconds(0.0, end_s)[1]) / 1000
    found = textgrid.Textgrid(0.0, end)
    taken: set[str] = set()
    for name, is_points, own in rows:
        kind = textgrid.PointTier if is_points else textgrid.IntervalTier
        entries = [_entry(p, is_points) for p in own]
        found.addTier(kind(unique(spared(name), taken), entries, 0.0, end), reportingMode="silence")
    return found


def spared(text: str) -> str:
    """Return ``text`` without what praatio stumbles over when it reads it back."""
    return _KEYWORD.sub(lambda m: f"{m[1]}{m[2]}\uff3b" if m[1] else f"{m[3]}\xa0{m[4]}", text)


def restored(text: str) -> str:
    """Return the text that was written."""
    if text == NO_TEXT:
        return ""
    return _SPARED.sub(lambda m: f"{m[1]}{m[2]}[" if m[1] else f"{m[3]} {m[4]}", text)


def _rows(tier: Tier) -> "list[tuple[str, bool, Sequence[Placed]]]":
    entries = placed(tier.entries)
    if tier.kind == "point":
        return [(tier.name, True, _apart(entries))]
    return [(lane_name(tier.name, i), False, row) for i, row in enumerate(lanes(entries))]


def _apart(entries: "Sequence[Placed]") -> list[Placed]:
    """Join points at one time: Praat holds one point a time."""
    at: dict[int, list[str]] = {}
    for p in entries:
        at.setdefault(p.start_ms, []).append(p.text)
    return [Placed(time, time, ", ".join(texts)) for time, texts in at.items()]


def _entry(entry: Placed, is_point: bool) -> tuple[Any, ...]:
    text = spared(" ".join(x for x in (entry.text, entry.value) if x)) or NO_TEXT
    if is_point:  # praatio does not undo the doubling of quotes in points
        return entry.start_ms / 1000, text.replace('"', "'")
    return entry.start_ms / 1000, entry.end_ms / 1000, text
