"""What a host agent may want to know before it replies: never the reply itself.

Reads    a finished report
Returns  emotion words, polarity, intensity, a possible cause, a fitting kind of reply with the
         reason, and what is uncertain; by the rules below, with citations
Cost     milliseconds
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from pydantic import Field

from emer.agent.queries.answer import Answer, Cited
from emer.agent.queries.args import Of
from emer.agent.queries.facts import Facts
from emer.agent.reply_acts import Degree, Polarity, ReplyAct, Shown, degree_of, fitting_act
from emer.graphs.report import Label, Report, Segment
from emer.graphs.report import Polarity as ToldPolarity
from emer.graphs.rule.writing.polarity import side_of
from emer.graphs.rule.writing.wording import at
from emer.tools import taxonomy

MAX_WORDS: Final = 3
THIN: Final = 0.4
"""Support below which the leading word is called weak."""


class GuidanceArgs(Of):
    """Whom, and which stretch; without a person, who speaks most."""


class Guidance(Answer):
    """Fields for whoever replies."""

    person: str | None = Field(description="whom it is about; null: nobody was found")
    emotions: tuple[str, ...] = Field(
        description="words for what is shown, by score times how long it is shown, the most first"
    )
    at_the_end: tuple[str, ...] = Field(
        description="those of the last stretch that has any, the best supported first"
    )
    polarity: Polarity
    intensity: Degree = Field(description="how strongly it is shown, not how sure it is")
    intensity_score: float | None = Field(ge=0, le=1)
    cause: Cited | None = Field(
        description="a possible cause of one of these emotions, which it names with its time: a "
        "hypothesis, never a finding"
    )
    reply_act: ReplyAct = Field(description="a fitting kind of reply; the reply is yours to write")
    reply_reason: str
    uncertain: tuple[str, ...] = Field(description="what to be careful about")


def guidance(report: Report, asked: GuidanceArgs) -> Guidance:
    """Return what a host agent should know before it replies to somebody."""
    facts = Facts.of(report)
    who = facts.person(asked.person)
    person = who.id if who else _who_speaks_most(facts, asked)
    about = asked.model_copy(update={"person": person})
    segments = facts.chosen(report.explanation.segments, about) if person else []
    labels = facts.chosen(report.labels, about) if person else []
    total = _sum(labels, _polarity(report, segments, labels))
    conflicts = _conflicts(report, segments)
    weak = max((x.score for x in labels), default=0.0) < THIN
    act, reason = fitting_act(facts, segments, total, conflicts=bool(conflicts), weak=weak)
    ends = _at_the_end(labels)
    cause = _cause(facts, [x for x in labels if x in ends or x.label in total.words])
    doubts = _uncertain(report, segments, labels, cause)
    lines = [*_lines(facts, labels), *([cause] if cause else []), *conflicts]
    if not lines and segments:
        lines = [_nothing_named(facts, segments, person or "scene")]
    return Guidance.of(
        report, lines, nothing="nobody was heard or seen there", person=person,
        emotions=total.words,
        at_the_end=tuple(x.label for x in ends),
        polarity=total.polarity, intensity=degree_of(total.intensity),
        intensity_score=None if total.intensity is None else round(total.intensity, 3),
        cause=cause, reply_act=act, reply_reason=reason,
        uncertain=tuple(doubts), remarks=_advice(total, ends, act, reason, doubts) if person else (),
    )  # fmt: skip


def _at_the_end(labels: Sequence[Label]) -> list[Label]:
    """Return the labels of the last stretch that has any, the best supported first."""
    last_s = max((x.start_s for x in labels), default=None)
    own = sorted((x for x in labels if x.start_s == last_s), key=lambda x: -x.score)
    return own[:MAX_WORDS]


def _advice(
    total: Shown, ends: Sequence[Label], act: ReplyAct, reason: str, doubts: Sequence[str]
) -> tuple[str, ...]:
    """Say the fields in words, for whoever is told no more than the text."""
    shown: tuple[str, ...] = ()
    if ends:
        last = ", ".join(x.label for x in ends)
        shown = (
            f"Emotions, by score times how long each is shown: {', '.join(total.words)}; at the "
            f"end (from {at(ends[0].start_s)} on): {last}.",
        )
    return (
        *shown,
        f"Polarity: {total.polarity}; intensity: {degree_of(total.intensity)}.",
        f"A fitting kind of reply, by rule: {act} ({reason}). The reply itself is yours to write.",
        f"Uncertain: {'; '.join(doubts)}.",
    )


def _who_speaks_most(facts: Facts, asked: Of) -> str | None:
    spoken: dict[str, float] = defaultdict(float)
    for s in facts.chosen(facts.report.explanation.segments, asked):
        if s.subject != "scene":
            spoken[s.subject] += s.duration_s * (1.0 if s.role == "speaking" else 1e-3)
    return max(spoken, key=lambda p: (spoken[p], p), default=None)


def _polarity(report: Report, segments: Sequence[Segment], labels: Sequence[Label]) -> Polarity:
    """Return which way the labels point: as the report says it, else by the rule that it is held to."""
    if not labels:
        return "neutral" if _unmarked(report, segments) else "unknown"
    for told in report.polarity:
        if [x for x in report.labels if _is_of(x, told)] == list(labels):
            return told.polarity
    return side_of((x.label, x.score) for x in labels) or "unknown"


def _is_of(label: Label, told: ToldPolarity) -> bool:
    """Whether a polarity is told of all labels of a segment, or of a person, and this is one."""
    if told.segment is not None:
        return label.segment == told.segment
    return label.subject == told.subject


def _unmarked(report: Report, segments: Sequence[Segment]) -> bool:
    """Whether clues were compared and showed nothing marked: that is neutral, not unknown."""
    names = {s.id for s in segments}
    return any(
        r.abstained and r.pattern == "congruent"
        for r in report.explanation.readings
        if r.segment in names
    )


def _sum(labels: Sequence[Label], polarity: Polarity) -> Shown:
    if not labels:
        return Shown((), (), polarity, None, 0.0)
    weights: dict[str, float] = defaultdict(float)
    for x in labels:
        weights[x.label] += x.score * x.duration_s
    words = sorted(weights, key=lambda w: (-weights[w], w))[:MAX_WORDS]
    known = {w: taxonomy.LABELS[w] for w in words if w in taxonomy.LABELS}
    total_s = sum(x.duration_s for x in labels)
    return Shown(
        words=tuple(words),
        families=tuple(k.family for k in known.values()),
        polarity=polarity,
        intensity=min(1.0, sum(x.intensity * x.duration_s for x in labels) / total_s),
        arousal=known[words[0]].arousal if words[0] in known else 0.0,
    )


def _conflicts(report: Report, segments: Sequence[Segment]) -> list[Cited]:
    facts, names = Facts.of(report), {s.id for s in segments}
    return [
        facts.cited(f"{a.subject}: {a.detail}.", a, a.subject, a.evidence)
        for a in report.agreement
        if a.verdict == "conflict" and a.segment in names
    ]


def _cause(facts: Facts, effects: Sequence[Label]) -> Cited | None:
    """Return the last hypothesis about what brought one of some emotions about, with the emotion.

    It is cited where the emotion is shown; what came before is among its evidence.
    """
    shown: dict[str, list[Label]] = defaultdict(list)
    for x in effects:
        shown[x.segment].append(x)
    told = facts.report.explanation
    claims = [
        c
        for c in told.claims
        if c.hypothesis and c.segment in shown and c.subject == shown[c.segment][0].subject
    ]
    if not claims:
        return None
    places = {s.id: s for s in told.segments}
    cause = max(claims, key=lambda c: places[c.segment or ""].start_s)
    place, own = places[cause.segment or ""], shown[cause.segment or ""]
    words = " and ".join(x.shown for x in own)
    head = f"{own[0].subject} comes across as {words} at {at(place.start_s)}."
    changes = [
        c.text
        for c in told.claims
        if c.id in cause.rests_on and c.stage == "shift" and c.segment == place.id
    ]
    return facts.of_claim(cause, " ".join([head, *changes, cause.text]), place)


def _lines(facts: Facts, labels: Sequence[Label]) -> list[Cited]:
    best = sorted(labels, key=lambda x: (-x.score * x.duration_s, x.start_s))[:MAX_WORDS]
    return [
        facts.cited(
            f"{x.subject} comes across as {x.shown} (score {x.score:.2f}, intensity "
            f"{x.intensity:.2f}).", x, x.subject, x.evidence,
        )
        for x in best
    ]  # fmt: skip


def _nothing_named(facts: Facts, segments: Sequence[Segment], person: str) -> Cited:
    ids = [i for s in segments for i in facts.ids_of(s)[:3]]
    return facts.cited("No emotion can be named.", segments[0], person, ids)


def _uncertain(
    report: Report, segments: Sequence[Segment], labels: Sequence[Label], cause: Cited | None
) -> list[str]:
    names = {s.id for s in segments}
    said = []
    if not labels:
        said.append("no emotion could be named")
    elif max(x.score for x in labels) < THIN:
        said.append("the support for every emotion word is weak")
    readings = [r for r in report.explanation.readings if r.segment in names and r.alternatives]
    others = list(dict.fromkeys(a.label for r in readings for a in r.alternatives))
    others = [x for x in others if x not in {y.label for y in labels}][:MAX_WORDS]
    if others:
        said.append(f"also possible: {', '.join(others)}")
    if any(a.verdict == "conflict" for a in report.agreement if a.segment in names):
        said.append("face, voice and words do not go together")
    seen = {m for m, ids in _lanes(segments).items() if ids}
    said += [f"no {m} was read" for m in ("face", "voice", "words") if segments and m not in seen]
    if cause is None:
        said.append("no cause was found")
    said.append("scores are support by the evidence, not probabilities")
    return said


def _lanes(segments: Sequence[Segment]) -> dict[str, list[str]]:
    return {
        lane: [i for s in segments for i in getattr(s, lane)] for lane in ("face", "voice", "words")
    }
