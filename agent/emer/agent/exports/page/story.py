"""The explanation as a tree: segment by segment, stage by stage, each claim on what it rests on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from emer.agent.exports.fixed_words import Words
from emer.agent.exports.page.pictures import Pictures
from emer.agent.exports.page.polarity import segment_sides
from emer.agent.exports.page.words import during, event_words, kind_words, pattern_words, unit_name
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
    branch: str
    """What it was read by, in words; empty if the report does not tell."""
    side: str
    """Which way its labels point; empty if none do."""
    agreement: Sequence[Agreement]
    evidence: Sequence[Piece]
    cases: Sequence[CaseShown]
    picture: int | None
    picture_text: str

    @property
    def told(self) -> bool:
        """Whether there is more to it than that nothing stands out."""
        return bool(self.stages or self.labels)


def moments(report: Report, pictures: Pictures, t: Words) -> list[Moment]:
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
    sides = segment_sides(report)
    heard = report.media.audio is not None or bool(report.utterances)
    still = report.media.kind == "image"
    found = []
    for s in sorted(told.segments, key=lambda s: (s.start_s, s.role != "speaking", s.id)):
        reading = readings.get(s.id)
        number = pictures.of_segment.get(s.id)
        found.append(Moment(
            segment=s, time="" if still else during(s.start_s, s.end_s),
            role=_role(s, t, heard=heard, still=still),
            stages=stages(claims[s.id], t), labels=labels[s.id], reading=reading,
            pattern=_pattern(reading, t), branch=_branch(reading, t), side=sides.get(s.id, ""),
            agreement=agreement[s.id],
            evidence=_pieces((*s.face, *s.voice, *s.words, *s.around), known, t), cases=cases[s.id],
            picture=number, picture_text="" if number is None else pictures.texts[number],
        ))  # fmt: skip
    return found


def _role(segment: Segment, t: Words, *, heard: bool, still: bool) -> str:
    if still:
        return ""
    return t("role.not_heard" if segment.role == "silent" and not heard else f"role.{segment.role}")


def stages(claims: Sequence[Claim], t: Words) -> list[Stage]:
    """Sort claims by stage, in the order in which they rest on each other."""
    return [
        Stage(name, title, t.named("stage_note", name) or "", own)
        for name, title in t.family("stage").items()
        if (own := [c for c in claims if c.stage == name])
    ]


def _branch(reading: SegmentReading | None, t: Words) -> str:
    return t(f"branch.{reading.branch}") if reading and reading.branch else ""


def _pattern(reading: SegmentReading | None, t: Words) -> str:
    if reading is None or (reading.abstained and reading.pattern in {"congruent", "thin"}):
        return ""
    return pattern_words(reading.pattern, t)


def _pieces(ids: Sequence[str], known: Mapping[str, Evidence], t: Words) -> list[Piece]:
    return [Piece(i, evidence_words(known[i], t)) for i in dict.fromkeys(ids) if i in known]


def evidence_words(e: Evidence, t: Words) -> str:
    """Name a piece of evidence in a few words."""
    reading = e.reading
    if reading.kind == "action_unit":
        return t(
            "piece.unit", au=reading.au, name=unit_name(reading.au, reading.name, t),
            intensity=f"{reading.intensity:.1f}", time=at(reading.apex_s),
        )  # fmt: skip
    if reading.kind == "vocal_event":
        return t(
            "piece.event", event=event_words(reading.event, t), span=during(e.start_s, e.end_s)
        )
    return kind_words(reading.kind, t)
