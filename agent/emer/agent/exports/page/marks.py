"""Marks of the timeline: utterances, labels, disagreements, shifts, reactions, speaking, gaps.

Those of what was heard and read beside the words are in ``marks_beside``.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from emer.agent.exports.fixed_words import Words
from emer.agent.exports.page.axis import Axis, rows
from emer.agent.exports.page.words import (
    during,
    missing_words,
    tool_words,
    who,
)
from emer.graphs.report import Agreement, Label, Reaction, Report, Segment, Shift, Side
from emer.graphs.rule.writing.wording import at
from emer.tools.findings import Evidence, Gap, Person, Spanned, Utterance
from emer.tools.readings import (
    SpeakingFaceReading,
)

SPEAKS_FROM: Final = 0.5
"""Score from which a mouth is taken to go with the voice."""
_WHOLE: Final = 0.98
"""A gap over so much of the clip is told below and drawn nowhere."""


class Mark(NamedTuple):
    """One block of a lane."""

    place: str
    css: str
    row: int
    start_s: float
    text: str
    """What is written on it, as far as there is room."""
    label: str
    """All of it, for tooltips and screen readers."""
    evidence: str = ""
    """Ids, with spaces."""
    claim: str = ""


class Draft(Spanned):
    """A mark that has no row yet."""

    css: str
    text: str
    label: str
    evidence: tuple[str, ...] = ()
    claim: str = ""


def placed(drafts: Iterable[Draft], axis: Axis) -> list[Mark]:
    """Give each mark its place, and a row of its own where some overlap."""
    return [
        Mark(
            axis.place(d.start_s, d.end_s), d.css, row, d.start_s, d.text, d.label,
            " ".join(d.evidence), d.claim,
        )
        for d, row in rows(drafts)
    ]  # fmt: skip


def utterance_marks(said: Iterable[Utterance], axis: Axis, t: Words) -> list[Mark]:
    """Return one mark per utterance, with its words."""
    return placed(
        (
            Draft(
                start_s=u.start_s, end_s=u.end_s, css="said" if u.text else "said bare",
                text=u.text or t("mark.unknown_words"), evidence=u.evidence,
                label=t(
                    "mark.says", time=during(u.start_s, u.end_s), who=who(u.subject, t),
                    text=u.text or t("mark.unknown_words"),
                ),
            )
            for u in said
        ),
        axis,
    )  # fmt: skip


def label_marks(
    segments: Sequence[Segment], labels: Sequence[Label], silent: frozenset[str],
    sides: Mapping[str, Side], axis: Axis, t: Words,
) -> list[Mark]:  # fmt: skip
    """Return one mark per segment: its labels, or that none is named.

    Args:
        segments: One person's.
        labels: Of all segments.
        silent: Ids of segments in which no emotion is named.
        sides: Polarity per segment, of those that have one.
        axis: Where marks lie.
        t: What they say.
    """
    own: dict[str, list[Label]] = {}
    for label in labels:
        own.setdefault(label.segment, []).append(label)
    return placed(
        (_of_labels(s, own.get(s.id, []), s.id in silent, sides.get(s.id), t) for s in segments),
        axis,
    )


def _of_labels(
    segment: Segment, labels: Sequence[Label], abstained: bool, side: Side | None, t: Words
) -> Draft:
    shown = t("comma").join(x.shown for x in labels)
    told = t("comma").join(
        t("mark.label", label=x.shown, score=f"{x.score:.2f}", intensity=f"{x.intensity:.2f}")
        for x in labels
    )
    if side and told:
        told = t("mark.shown_side", told=told, side=t(f"side.{side}"))
    strength = max((x.intensity for x in labels), default=0.0)
    degree = "strong" if strength >= 0.67 else "medium" if strength >= 0.34 else "slight"
    css = f"shown {degree}" if labels else "none"
    told = told or t("mark.no_emotion" if abstained else "mark.nothing")
    return Draft(
        start_s=segment.start_s, end_s=segment.end_s, css=css,
        text=shown or t("mark.none_named"),
        label=t(
            "mark.shown", time=during(segment.start_s, segment.end_s), who=segment.subject,
            role=t(f"role.{segment.role}"), told=told,
        ),
        evidence=tuple(dict.fromkeys(i for x in labels for i in x.evidence)),
    )  # fmt: skip


def event_marks(person: Person, report: Report, axis: Axis, t: Words) -> list[Mark]:
    """Return a person's disagreements, shifts, reactions and gaps, stacked where they overlap."""
    told = report.explanation
    claims = {(c.segment, c.stage): c.id for c in reversed(told.claims) if c.subject == person.id}
    drafts = [
        *(
            _of_conflict(a, claims.get((a.segment, "disagreement"), ""), t)
            for a in report.agreement
            if a.verdict == "conflict" and a.subject == person.id
        ),
        *(
            _of_shift(s, claims.get((s.to_segment, "shift"), ""), told.segments, t)
            for s in told.shifts if s.subject == person.id
        ),
        *(
            _of_reaction(r, claims.get((r.segment, "reaction"), ""), t)
            for r in told.reactions if r.subject == person.id
        ),
        *gap_drafts((g for g in report.gaps if g.subject in person.members), axis, t),
    ]  # fmt: skip
    return placed(drafts, axis)


def _of_conflict(a: Agreement, claim: str, t: Words) -> Draft:
    one, other = (t(f"modality.{m}") for m in a.pair)
    return Draft(
        start_s=a.start_s, end_s=a.end_s, css="conflict", text=f"{one} ≠ {other}", claim=claim,
        label=t(
            "mark.conflict", time=during(a.start_s, a.end_s), one=one, other=other,
            dimension=t(f"dimension.{a.dimension or 'valence'}"), distance=f"{a.magnitude:.2f}",
        ),
        evidence=a.evidence,
    )  # fmt: skip


def _of_shift(s: Shift, claim: str, segments: Sequence[Segment], t: Words) -> Draft:
    """Mark a shift where it has come about: at the segment in which the new value is found."""
    arrow = "↗" if s.after > s.before else "↘"
    begin = next((x.start_s for x in segments if x.id == s.to_segment), s.start_s)
    dimension = t(f"dimension.{s.dimension}")
    label = t(
        "mark.shift", time=at(begin), dimension=dimension, before=f"{s.before:+.2f}",
        after=f"{s.after:+.2f}",
    )  # fmt: skip
    if s.trigger:
        why = t(f"trigger.{s.trigger.kind}", who=who(s.trigger.subject, t))
        label = t("mark.shift_why", shift=label, why=why)
    return Draft(
        start_s=min(begin, s.end_s - 0.001), end_s=s.end_s, css="shift",
        text=f"{arrow} {dimension}", claim=claim, evidence=s.evidence, label=label,
    )  # fmt: skip


def _of_reaction(r: Reaction, claim: str, t: Words) -> Draft:
    to = who(r.to, t)
    return Draft(
        start_s=r.start_s, end_s=r.end_s, css="reaction", text=t("mark.to", who=to), claim=claim,
        label=t(
            "mark.reaction", time=during(r.start_s, r.end_s), who=to,
            relation=t(f"relates.{r.relation}"), seconds=f"{r.latency_s:+.1f}",
        ),
        evidence=r.evidence,
    )  # fmt: skip


def gap_drafts(gaps: Iterable[Gap], axis: Axis, t: Words) -> list[Draft]:
    """Return marks for gaps of part of the clip; equal ones that touch become one."""
    found: dict[tuple[str, str], list[Draft]] = {}
    for g in sorted(gaps, key=lambda g: g.start_s):
        if g.duration_s >= _WHOLE * axis.duration_s:
            continue
        own = found.setdefault((g.tool, g.reason), [])
        first_s, last_s = g.start_s, g.end_s
        if own and own[-1].end_s >= g.start_s - 0.05:
            joined = own.pop()
            first_s, last_s = joined.start_s, max(joined.end_s, last_s)
        own.append(Draft(
            start_s=first_s, end_s=last_s, css="gap", text=f"▨ {missing_words(g.tool, t)}",
            label=t(
                "mark.gap", time=during(first_s, last_s), tool=tool_words(g.tool, t),
                reason=g.reason,
            ),
        ))  # fmt: skip
    return [d for own in found.values() for d in own]


def gap_marks(gaps: Iterable[Gap], axis: Axis, t: Words) -> list[Mark]:
    """Return the gaps that belong to nobody in particular."""
    return placed(gap_drafts(gaps, axis, t), axis)


def cut_marks(times_s: Iterable[float], axis: Axis, t: Words) -> list[Mark]:
    """Return one thin mark per hard cut."""
    return [
        Mark(axis.place(s, s), "cut", 0, s, "", t("mark.cut", time=at(s)))
        for s in sorted(set(times_s))
    ]


def presence_marks(
    person: Person, evidence: Sequence[Evidence], axis: Axis, t: Words
) -> list[Mark]:
    """Return when a person's face is in the picture, and when its mouth goes with the voice."""
    marks: list[Mark] = []
    for e in evidence:
        if e.subject not in person.members:
            continue
        reading, time = e.reading, during(e.start_s, e.end_s)
        place = axis.place(e.start_s, e.end_s)
        if reading.kind == "face_track":
            label = t("mark.seen", time=time, who=person.id)
            marks.append(Mark(place, "seen", 0, e.start_s, "", label, e.id))
        elif isinstance(reading, SpeakingFaceReading) and reading.speaking_score >= SPEAKS_FROM:
            label = t("mark.mouth", time=time, score=f"{reading.speaking_score:.2f}")
            marks.append(Mark(place, "mouth", 0, e.start_s, "", label, e.id))
    return sorted(marks, key=lambda m: (m.css != "seen", m.start_s))
