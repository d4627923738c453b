"""Faces picture by picture, under the column names of OpenFace 2.2.

One row per face and picture that was looked at; pictures without a face have none.

==================== =============================================================================
frame                number of the picture in the video at its nominal rate, from 1
face_id              number of the face track, from 0
timestamp            seconds from the start of the media
confidence           detector's score, 0..1, not calibrated (the name is OpenFace's)
success              1: both eyes were found and the face was brought upright by them; else 0
x, y, width, height  box of the face in pixels of the upright picture (not OpenFace's)
track, person        as the report names them (not OpenFace's)
AUxx_r               intensity 0..5 in this picture, over the face's own neutral; empty where the
                     face is seen too briefly to know its neutral, or by another engine
AUxx_c               1: within a movement that the report tells of; 0: not; empty: not judged
==================== =============================================================================

There is a pair of AU columns for each action unit that the engine tells, and for no other.
"""

import heapq
import math
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from emer.agent.exports.material import Material
from emer.agent.exports.tables.csv_text import write_csv

if TYPE_CHECKING:
    from emer.graphs.report import Report
    from emer.graphs.tabular.columns import Cell
    from emer.tools.findings import Evidence
    from emer.tools.media.faces import FaceStore

HEAD: Final = (
    "frame", "face_id", "timestamp", "confidence", "success", "x", "y", "width", "height",
    "track", "person",
)  # fmt: skip
NOMINAL_RATE_HZ: Final = 25.0
"""For containers that do not tell their rate."""


class _Judged(NamedTuple):
    """What the report tells of one track."""

    person: str | None
    events: dict[str, list[tuple[float, float]]]
    """Movements by FACS id, ``[start_s, end_s)``, in time order; one unit's never overlap."""
    looked: bool
    """Whether a movement that is missing was not shown, rather than not looked for."""


def write(material: Material, path: Path) -> None:
    """Write the faces of the clip; only the names of the columns if it shows none.

    Raises:
        MediaError: The media cannot be decoded any more.
    """
    from emer.graphs.tabular.units import openface_name, told_units

    faces = material.faces
    aus = sorted(told_units(material.report), key=lambda au: int(au[2:]))
    names = [f"{openface_name(au)}_{kind}" for kind in "rc" for au in aus]
    rows = _rows(material.report, faces, aus) if faces is not None else iter(())
    write_csv([*HEAD, *names], rows, path)


def _rows(report: "Report", faces: "FaceStore", aus: list[str]) -> "Iterator[tuple[Cell, ...]]":
    """Merge the tracks by time; only numbers are held, no pictures."""
    judged = _judged(report)
    nobody = _Judged(None, {}, looked=False)
    rate_hz = (report.media.video.rate_hz if report.media.video else None) or NOMINAL_RATE_HZ
    tracks = (
        _track(faces, track, i, judged.get(track, nobody), aus, rate_hz)
        for i, track in enumerate(faces.tracks)
    )
    return heapq.merge(*tracks, key=lambda row: row[:2])


def _track(
    faces: "FaceStore", track: str, face_id: int, told: _Judged, aus: list[str], rate_hz: float
) -> "Iterator[tuple[Cell, ...]]":
    from emer.tools.face_intensities import UNITS, intensities

    samples = faces.samples(track)
    measured = any(au in UNITS for au in aus)
    strength = intensities(faces, track) if measured else {}
    for i, time_s in enumerate(samples.times_s.tolist()):
        levels: list[Cell] = []
        for au in aus:
            level = float(strength[au][i]) if au in strength else math.nan
            levels.append(None if math.isnan(level) else round(level, 2))
        box = (round(float(x), 1) for x in samples.boxes_px[i])
        yield (
            round(time_s * rate_hz) + 1, face_id, round(time_s, 3),
            round(float(samples.scores[i]), 4), float(samples.aligned[i]), *box,
            track, told.person, *levels, *(_present(told, au, time_s) for au in aus),
        )  # fmt: skip


def _present(told: _Judged, au: str, time_s: float) -> "Cell":
    spans = told.events.get(au, [])
    last = bisect_right(spans, (time_s, math.inf)) - 1
    if last >= 0 and time_s < spans[last][1]:
        return 1.0
    return 0.0 if told.looked else None


def _judged(report: "Report") -> dict[str, _Judged]:
    from emer.graphs.tabular.units import judged_tracks, units_by_track

    persons = {t: p.id for p in report.subjects for t in p.face_tracks}
    units, looked = units_by_track(report), judged_tracks(report)
    return {
        track: _Judged(persons.get(track), _events(units.get(track, [])), track in looked)
        for track in {*persons, *units, *looked}
    }


def _events(units: "list[Evidence]") -> dict[str, list[tuple[float, float]]]:
    from emer.tools.readings import ActionUnitReading

    events: dict[str, list[tuple[float, float]]] = {}
    for e in units:
        if isinstance(e.reading, ActionUnitReading):
            events.setdefault(e.reading.au, []).append((e.start_s, e.end_s))
    return events
