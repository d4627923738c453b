"""What a closer look found, put in the place of what the first one had there.

Reads    the report on all of a clip, and that of a closer look at a stretch of it
Returns  the first report, read again with the closer evidence; persons keep their names
Cost     one reading, a few hundred milliseconds for a minute of dialogue

A look at a stretch tells people apart by that stretch alone, so that its P1 may be another P2. Its
evidence is filed under face tracks. Those of the same pass are the same; those of a pass of its own
are found by where they lie in the picture meanwhile. A face that is nowhere in the first report is
told of by itself, under a name of its own.
"""

from typing import Final, NamedTuple

from emer.agent.queries.without import read_again
from emer.graphs.report import Report, Segment
from emer.tools.findings import Evidence, TimeSpan
from emer.tools.readings import FaceTrackReading

Box = tuple[float, float, float, float]
"""Left, top, width, height."""


SAME_PLACE: Final = 0.4
"""Overlap of two boxes (intersection over union) from which they are taken for one face."""
MEANWHILE: Final = 0.5
"""Share of the shorter of two tracks during which both must be seen."""


class Graft(NamedTuple):
    """What came of a closer look."""

    report: Report
    """On all of the clip."""
    strangers: tuple[Evidence, ...] = ()
    """Of faces that the first look had not seen; they are in the report, and of nobody in it."""


def grafted(whole: Report, near: Report) -> Graft | None:
    """Return ``whole`` with what ``near`` looked at more closely; ``None`` if that is nothing."""
    look = closely(near)
    if look is None:
        return None
    tools = {d.tool for d in near.run.plan if d.look and d.chosen}
    found = [e for e in near.evidence if e.tool in tools and e.overlaps(look)]
    if not found:
        return None
    names = same_tracks(whole, near)
    new = [e.named(names[e.subject]) for e in found if e.subject in names]
    strangers = _strangers(whole, [e for e in found if e.subject not in names])
    seen = {e.subject for e in new}
    old = {
        e.id for e in whole.evidence
        if e.tool in tools and e.overlaps(look) and e.subject in seen
    }  # fmt: skip
    kept = [e for e in whole.evidence if e.id not in old]
    evidence = sorted((*kept, *new, *strangers), key=lambda e: (e.start_s, e.tool, e.id))
    members = {p.id: p.members for p in whole.subjects}
    segments = tuple(
        _with(s, old, [e for e in new if e.subject in members.get(s.subject, ())])
        for s in whole.explanation.segments
    )
    told = whole.explanation.model_copy(update={"segments": segments})
    put = whole.model_copy(update={"evidence": tuple(evidence), "explanation": told})
    return Graft(reread(put), strangers)


def closely(near: Report) -> TimeSpan | None:
    """Return the stretch that a report looked at again; ``None``: the planner saw nothing to gain."""
    looks = [d for d in near.run.plan if d.look and d.chosen]
    if not looks:
        return None
    return TimeSpan(start_s=min(d.start_s for d in looks), end_s=max(d.end_s for d in looks))


def same_tracks(whole: Report, near: Report) -> dict[str, str]:
    """Return which tracks of ``near`` are which of ``whole``: each is one other at most."""
    known = {e.id: e for e in whole.evidence if e.reading.kind == "face_track"}
    own = [e for e in near.evidence if e.reading.kind == "face_track"]
    if all(e.id in known for e in own):  # found in one and the same pass
        return {e.subject: e.subject for e in own}
    scores = [
        (_overlap(e.reading.box_px, other.reading.box_px), e.subject, other.subject)
        for e in own for other in known.values()
        if isinstance(e.reading, FaceTrackReading) and isinstance(other.reading, FaceTrackReading)
        and e.overlap_s(other) >= MEANWHILE * min(e.duration_s, other.duration_s)
    ]  # fmt: skip
    names: dict[str, str] = {}
    for score, name, other in sorted(scores, key=lambda s: (-s[0], s[1], s[2])):
        if score >= SAME_PLACE and name not in names and other not in names.values():
            names[name] = other
    return names


def _overlap(one: Box, other: Box) -> float:
    left, top = max(one[0], other[0]), max(one[1], other[1])
    right = min(one[0] + one[2], other[0] + other[2])
    bottom = min(one[1] + one[3], other[1] + other[3])
    shared = max(0.0, right - left) * max(0.0, bottom - top)
    total = one[2] * one[3] + other[2] * other[3] - shared
    return shared / total if total > 0 else 0.0


def _strangers(whole: Report, found: list[Evidence]) -> tuple[Evidence, ...]:
    """Give faces that nobody in ``whole`` has names that nobody has."""
    taken = {e.subject for e in whole.evidence} | {m for p in whole.subjects for m in p.members}
    free = (name for n in range(1, 1000) if (name := f"FACE_{n:02d}") not in taken)
    names = {track: next(free) for track in sorted({e.subject for e in found})}
    return tuple(e.named(names[e.subject]) for e in found)


def reread(report: Report) -> Report:
    """Return a report with what the built-in analyst makes of its evidence, in its language."""
    again = read_again(report, frozenset())
    told = again.explanation.model_copy(update={"limits": report.explanation.limits})
    return report.model_copy(
        update={
            "explanation": told,
            "labels": again.labels,
            "polarity": again.polarity,
            "agreement": again.agreement,
        }
    )


def _with(segment: Segment, old: set[str], new: list[Evidence]) -> Segment:
    kept = [i for i in segment.face if i not in old]
    own = [e.id for e in new if e.overlaps(segment)]
    return segment.model_copy(update={"face": tuple(dict.fromkeys((*kept, *own)))})
