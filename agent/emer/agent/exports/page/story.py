"""The explanation as a tree: segment by segment, stage by stage, each claim on what it rests on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from emer.agent.exports.page.pictures import Pictures
from emer.agent.exports.page.words import KINDS, STAGE_NOTES, STAGES, during, pattern_words
from emer.graphs.report import (
    Agreement,
    CaseShown,
    Claim,
    Label,
    Report,
    Segment,
    SegmentReading,
)
from emer.graphs.rule.writing.wording import at
from emer.tools.findings import Evidence


class Piece(NamedTuple):
    """A piece of evidence as a button."""

    id: str
    text: str


class Stage(NamedTuple):
    """The claims of one stage of one segment."""

    name: str
    title: str
    note: str
    claims: Sequence[Claim]


class Moment(NamedTuple):
    """One segment and everything that is said about it."""

    segment: Segment
    time: str
    role: str
    stages: Sequence[Stage]
    labels: Sequence[Label]
    reading: SegmentReading | None
    pattern: str
    """In words; empty if it tells nothing."""
    agreement: Sequence[Agreement]
    evidence: Sequence[Piece]
    cases: Sequence[CaseShown]
    picture: int | None
    picture_text: str

    @property
    def told(self) -> bool:
        """Whether there is more to it than that nothing stands out."""
        return bool(self.stages or self.labels)


def moments(report: Report, pictures: Pictures) -> list[Moment]:
    """Return every segment with its claims, in time order."""
    told = report.explanation
    claims: dict[str, list[Claim]] = defaultdict(list)
    labels: dict[str, list[Label]] = defaultdict(list)
    agreement: dict[str, list[Agreement]] = defaultdict(list)
    cases: dict[str, list[CaseShown]] = defaultdict(list)
    for claim in told.claims:
        claims[claim.segment or ""].append(claim)
    for label in report.labels:
        labels[label.segment].append(label)
    for a in report.agreement:
        agreement[a.segment].append(a)
    for case in report.cases:
        cases[case.segment].append(case)
    readings = {r.segment: r for r in told.readings}
    known = {e.id: e for e in report.evidence}
    heard = report.media.audio is not None or bool(report.utterances)
    still = report.media.kind == "image"
    found = []
    for s in sorted(told.segments, key=lambda s: (s.start_s, s.role != "speaking", s.id)):
        reading = readings.get(s.id)
        number = pictures.of_segment.get(s.id)
        found.append(Moment(
            segment=s, time="" if still else during(s.start_s, s.end_s),
            role=_role(s, heard=heard, still=still),
            stages=stages(claims[s.id]), labels=labels[s.id], reading=reading,
            pattern=_pattern(reading), agreement=agreement[s.id],
            evidence=_pieces((*s.face, *s.voice, *s.words, *s.around), known), cases=cases[s.id],
            picture=number, picture_text="" if number is None else pictures.texts[number],
        ))  # fmt: skip
    return found


def _role(segment: Segment, *, heard: bool, still: bool) -> str:
    if still:
        return ""
    return "not heard" if segment.role == "silent" and not heard else segment.role


def stages(claims: Sequence[Claim]) -> list[Stage]:
    """Sort claims by stage, in the order in which they rest on each other."""
    return [
        Stage(name, title, STAGE_NOTES.get(name, ""), own)
        for name, title in STAGES.items()
        if (own := [c for c in claims if c.stage == name])
    ]


def _pattern(reading: SegmentReading | None) -> str:
    if reading is None or (reading.abstained and reading.pattern in {"congruent", "thin"}):
        return ""
    return pattern_words(reading.pattern)


def _pieces(ids: Sequence[str], known: Mapping[str, Evidence]) -> list[Piece]:
    return [Piece(i, evidence_words(known[i])) for i in dict.fromkeys(ids) if i in known]


def evidence_words(e: Evidence) -> str:
    """Name a piece of evidence in a few words."""
    reading = e.reading
    if reading.kind == "action_unit":
        return f"{reading.au} {reading.name} {reading.intensity:.1f}/5, apex {at(reading.apex_s)}"
    if reading.kind == "vocal_event":
        return f"{reading.event} heard, {during(e.start_s, e.end_s)}"
    return KINDS.get(reading.kind, reading.kind)
