"""What a closer look found, put in the place of what the first one had there.

Reads    the report on all of a clip, and that of a closer look at a stretch of it
Returns  the first report, read again with the closer evidence; persons keep their names
Cost     one reading, a few hundred milliseconds for a minute of dialogue

A look at a stretch tells people apart by that stretch alone, so that its P1 may be another P2. Its
evidence is filed under face tracks, which are those of the same pass: by them it finds its person.
"""

from emer.agent.queries.without import read_again
from emer.graphs.report import Report, Segment
from emer.tools.findings import Evidence, TimeSpan


def grafted(whole: Report, near: Report) -> Report | None:
    """Return ``whole`` with what ``near`` looked at more closely; ``None`` if that is nothing."""
    closer = [d for d in near.run.plan if d.look and d.chosen]
    if not closer:
        return None
    tools = {d.tool for d in closer}
    look = TimeSpan(start_s=min(d.start_s for d in closer), end_s=max(d.end_s for d in closer))
    new = [e for e in near.evidence if e.tool in tools and e.overlaps(look)]
    if not _same_faces(whole, near, new):
        return None
    old = {e.id for e in whole.evidence if e.tool in tools and e.overlaps(look)}
    kept = [e for e in whole.evidence if e.id not in old]
    evidence = sorted((*kept, *new), key=lambda e: (e.start_s, e.tool, e.id))
    members = {p.id: p.members for p in whole.subjects}
    segments = tuple(
        _with(s, old, [e for e in new if e.subject in members.get(s.subject, ())])
        for s in whole.explanation.segments
    )
    told = whole.explanation.model_copy(update={"segments": segments})
    seen = whole.model_copy(update={"evidence": tuple(evidence), "explanation": told})
    return reread(seen)


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


def _same_faces(whole: Report, near: Report, new: list[Evidence]) -> bool:
    """Whether the tracks of the closer look are those of the first: found in one and the same pass."""
    known = {e.id for e in whole.evidence}
    tracks = {e.subject for e in new}
    return bool(tracks) and all(
        e.id in known
        for e in near.evidence
        if e.reading.kind == "face_track" and e.subject in tracks
    )
