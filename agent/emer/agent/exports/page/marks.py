"""Marks of the timeline: utterances, labels, disagreements, shifts, reactions, speaking, gaps."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from emer.agent.exports.page.axis import Axis, rows
from emer.agent.exports.page.words import (
    TRIGGERS,
    during,
    missing_words,
    tool_words,
    who,
)
from emer.graphs.report import Agreement, Label, Reaction, Report, Segment, Shift
from emer.graphs.rule.writing.wording import at
from emer.graphs.tones import clear_tone
from emer.tools.findings import Evidence, Gap, Person, Spanned, Utterance
from emer.tools.readings import (
    ImpressionReading,
    ScreenTextReading,
    SpeakingFaceReading,
    SpeechEmotionReading,
    VocalEventReading,
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


class _Draft(Spanned):
    css: str
    text: str
    label: str
    evidence: tuple[str, ...] = ()
    claim: str = ""


def _placed(drafts: Iterable[_Draft], axis: Axis) -> list[Mark]:
    return [
        Mark(
            axis.place(d.start_s, d.end_s), d.css, row, d.start_s, d.text, d.label,
            " ".join(d.evidence), d.claim,
        )
        for d, row in rows(drafts)
    ]  # fmt: skip


def utterance_marks(said: Iterable[Utterance], axis: Axis) -> list[Mark]:
    """Return one mark per utterance, with its words."""
    return _placed(
        (
            _Draft(
                start_s=u.start_s, end_s=u.end_s, css="said" if u.text else "said bare",
                text=u.text or "words not known", evidence=u.evidence,
                label=f"{during(u.start_s, u.end_s)}, {who(u.subject)} says: "
                + (u.text or "words not known"),
            )
            for u in said
        ),
        axis,
    )  # fmt: skip


def label_marks(
    segments: Sequence[Segment], labels: Sequence[Label], silent: frozenset[str], axis: Axis
) -> list[Mark]:
    """Return one mark per segment: its labels, or that none is named.

    Args:
        segments: One person's.
        labels: Of all segments.
        silent: Ids of segments in which no emotion is named.
        axis: Where marks lie.
    """
    own: dict[str, list[Label]] = {}
    for label in labels:
        own.setdefault(label.segment, []).append(label)
    return _placed((_of_labels(s, own.get(s.id, []), s.id in silent) for s in segments), axis)


def _of_labels(segment: Segment, labels: Sequence[Label], abstained: bool) -> _Draft:
    shown = ", ".join(x.shown for x in labels)
    scores = ", ".join(
        f"{x.shown} (score {x.score:.2f}, intensity {x.intensity:.2f})" for x in labels
    )
    strength = max((x.intensity for x in labels), default=0.0)
    degree = "strong" if strength >= 0.67 else "medium" if strength >= 0.34 else "slight"
    css = f"shown {degree}" if labels else "none"
    told = scores or ("no emotion named" if abstained else "nothing stands out")
    return _Draft(
        start_s=segment.start_s, end_s=segment.end_s, css=css,
        text=shown or "none named",
        label=f"{during(segment.start_s, segment.end_s)}, {segment.subject} {segment.role}: {told}",
        evidence=tuple(dict.fromkeys(i for x in labels for i in x.evidence)),
    )  # fmt: skip


def event_marks(person: Person, report: Report, axis: Axis) -> list[Mark]:
    """Return a person's disagreements, shifts, reactions and gaps, stacked where they overlap."""
    told = report.explanation
    claims = {(c.segment, c.stage): c.id for c in reversed(told.claims) if c.subject == person.id}
    drafts = [
        *(
            _of_conflict(a, claims.get((a.segment, "disagreement"), ""))
            for a in report.agreement
            if a.verdict == "conflict" and a.subject == person.id
        ),
        *(
            _of_shift(s, claims.get((s.to_segment, "shift"), ""), told.segments)
            for s in told.shifts if s.subject == person.id
        ),
        *(
            _of_reaction(r, claims.get((r.segment, "reaction"), ""))
            for r in told.reactions if r.subject == person.id
        ),
        *gap_drafts((g for g in report.gaps if g.subject in person.members), axis),
    ]  # fmt: skip
    return _placed(drafts, axis)


def _of_conflict(a: Agreement, claim: str) -> _Draft:
    return _Draft(
        start_s=a.start_s, end_s=a.end_s, css="conflict", text=" ≠ ".join(a.pair), claim=claim,
        label=f"{during(a.start_s, a.end_s)}, disagreement: {a.detail} (by {a.magnitude:.2f})",
        evidence=a.evidence,
    )  # fmt: skip


def _of_shift(s: Shift, claim: str, segments: Sequence[Segment]) -> _Draft:
    """Mark a shift where it has come about: at the segment in which the new value is found."""
    arrow = "↗" if s.after > s.before else "↘"
    begin = next((x.start_s for x in segments if x.id == s.to_segment), s.start_s)
    why = f"; possibly {TRIGGERS[s.trigger.kind]} {who(s.trigger.subject)}" if s.trigger else ""
    return _Draft(
        start_s=min(begin, s.end_s - 0.001), end_s=s.end_s, css="shift",
        text=f"{arrow} {s.dimension}", claim=claim, evidence=s.evidence,
        label=f"{at(begin)}, shift of {s.dimension} from {s.before:+.2f} to {s.after:+.2f}{why}",
    )  # fmt: skip


def _of_reaction(r: Reaction, claim: str) -> _Draft:
    return _Draft(
        start_s=r.start_s, end_s=r.end_s, css="reaction", text=f"↩ to {who(r.to)}", claim=claim,
        label=f"{during(r.start_s, r.end_s)}, reaction to {who(r.to)} ({r.relation}), "
        f"{r.latency_s:+.1f} s after the words began",
        evidence=r.evidence,
    )  # fmt: skip


def gap_drafts(gaps: Iterable[Gap], axis: Axis) -> list[_Draft]:
    """Return marks for gaps of part of the clip; equal ones that touch become one."""
    found: dict[tuple[str, str], list[_Draft]] = {}
    for g in sorted(gaps, key=lambda g: g.start_s):
        if g.duration_s >= _WHOLE * axis.duration_s:
            continue
        tool = tool_words(g.tool)
        draft = _Draft(
            start_s=g.start_s, end_s=g.end_s, css="gap", text=f"▨ {missing_words(g.tool)}",
            label=f"{during(g.start_s, g.end_s)}, gap in {tool}: {g.reason}",
        )  # fmt: skip
        own = found.setdefault((g.tool, g.reason), [])
        if own and own[-1].end_s >= g.start_s - 0.05:
            end_s = max(own[-1].end_s, g.end_s)
            label = f"{during(own[-1].start_s, end_s)}, gap in {tool}: {g.reason}"
            own[-1] = own[-1].model_copy(update={"end_s": end_s, "label": label})
        else:
            own.append(draft)
    return [d for own in found.values() for d in own]


def gap_marks(gaps: Iterable[Gap], axis: Axis) -> list[Mark]:
    """Return the gaps that belong to nobody in particular."""
    return _placed(gap_drafts(gaps, axis), axis)


def cut_marks(times_s: Iterable[float], axis: Axis) -> list[Mark]:
    """Return one thin mark per hard cut."""
    return [
        Mark(axis.place(t, t), "cut", 0, t, "", f"cut at {at(t)}") for t in sorted(set(times_s))
    ]


def presence_marks(person: Person, evidence: Sequence[Evidence], axis: Axis) -> list[Mark]:
    """Return when a person's face is in the picture, and when its mouth goes with the voice."""
    marks: list[Mark] = []
    for e in evidence:
        if e.subject not in person.members:
            continue
        reading, time = e.reading, during(e.start_s, e.end_s)
        place = axis.place(e.start_s, e.end_s)
        if reading.kind == "face_track":
            label = f"{time}, {person.id}'s face is in the picture"
            marks.append(Mark(place, "seen", 0, e.start_s, "", label, e.id))
        elif isinstance(reading, SpeakingFaceReading) and reading.speaking_score >= SPEAKS_FROM:
            label = f"{time}, mouth goes with the voice, score {reading.speaking_score:.2f}"
            marks.append(Mark(place, "mouth", 0, e.start_s, "", label, e.id))
    return sorted(marks, key=lambda m: (m.css != "seen", m.start_s))


def sound_marks(evidence: Iterable[Evidence], axis: Axis) -> list[Mark]:
    """Return one mark per sound that is not a word, stacked where they overlap."""
    return _placed(
        (
            _Draft(
                start_s=e.start_s, end_s=e.end_s, css="sound", evidence=(e.id,),
                text=f"♪ {e.reading.event} {e.reading.loudest:.2f}",
                label=f"{during(e.start_s, e.end_s)}, {e.reading.event} is heard, score "
                f"{e.reading.loudest:.2f}; whose it is, is not told",
            )
            for e in evidence if isinstance(e.reading, VocalEventReading)
        ),
        axis,
    )  # fmt: skip


def tone_marks(evidence: Iterable[Evidence], axis: Axis) -> list[Mark]:
    """Return, for each judged utterance, what its voice clearly sounds like, if anything."""
    drafts = []
    for e in evidence:
        scores = e.reading.scores if isinstance(e.reading, SpeechEmotionReading) else {}
        if scores:
            name = max(scores, key=lambda c: (scores[c], c))
            most = f"{name} {scores[name]:.2f}"
            clear = clear_tone(scores, e.score) is not None
            told = most if clear else "unclear"
            heard = most if clear else f"nothing clearly, most like {most}"
            label = f"{during(e.start_s, e.end_s)}, voice heard as {heard} (score)"
            drafts.append(_Draft(
                start_s=e.start_s, end_s=e.end_s, css="tone", text=told, label=label,
                evidence=(e.id,),
            ))  # fmt: skip
    return _placed(drafts, axis)


def screen_marks(evidence: Iterable[Evidence], axis: Axis) -> list[Mark]:
    """Return one mark per text in the picture, quoted."""
    return _quoted(
        ((e, e.reading.text) for e in evidence if isinstance(e.reading, ScreenTextReading)),
        "text in the picture", axis,
    )  # fmt: skip


def opinion_marks(evidence: Iterable[Evidence], axis: Axis) -> list[Mark]:
    """Return one mark per impression of another model, quoted."""
    return _quoted(
        ((e, e.reading.text) for e in evidence if isinstance(e.reading, ImpressionReading)),
        "another model's words, unchecked; no claim rests on them", axis,
    )  # fmt: skip


def _quoted(found: Iterable[tuple[Evidence, str]], about: str, axis: Axis) -> list[Mark]:
    return _placed(
        (
            _Draft(
                start_s=e.start_s, end_s=e.end_s, css="quoted", text=f"“{text}”",
                label=f"{during(e.start_s, e.end_s)}, {about}: “{text}”", evidence=(e.id,),
            )
            for e, text in found
        ),
        axis,
    )  # fmt: skip
