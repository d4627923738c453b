"""Why one moment is read as it is, and why not otherwise."""

from collections.abc import Iterator
from typing import Annotated, Final

from pydantic import Field

from emer.agent.queries.answer import Answer, Cited, QueryError
from emer.agent.queries.args import PersonName, Seconds, Some
from emer.agent.queries.facts import Facts
from emer.agent.queries.timeline import Stretch, line, stretches
from emer.graphs.report import Agreement, Alternative, Claim, Dropped, Report, Segment
from emer.graphs.rule.writing.wording import quote
from emer.tools import taxonomy
from emer.tools.findings import TimeSpan
from emer.tools.quoting import quoted

NEAR_S: Final = 3.0
"""A moment outside of every segment means those that begin or end this near to it."""
MOST: Final = 3
"""Segments that are accounted for at once."""
MAX_DROPPED: Final = 5


class WhyArgs(Some):
    """Which moment, and which reading of it."""

    at_s: Seconds | None = Field(default=None, description="the moment, seconds")
    segment: Annotated[str, Field(pattern=r"^S\d{1,6}$")] | None = Field(
        default=None, description="or the segment, as timeline names it"
    )
    label: str | None = Field(
        default=None, max_length=60,
        description="an emotion word: why this one, or why not; without it: why what was read",
    )  # fmt: skip
    person: PersonName | None = Field(default=None, description="only this person, e.g. P1")


class WhyAnswer(Answer):
    """The readings in question and all that they rest on."""

    stretches: tuple[Stretch, ...]
    claims: tuple[Claim, ...]
    agreement: tuple[Agreement, ...]
    alternatives: tuple[Alternative, ...] = Field(description="other readings that were weighed")
    dropped: tuple[Dropped, ...] = Field(description="what verification refused, clip-wide")


def why(report: Report, asked: WhyArgs) -> WhyAnswer:
    """Return what a reading rests on: claims, agreement, counter-evidence, what was refused."""
    facts = Facts.of(report)
    chosen = stretches(report, _segments(facts, asked))
    names = {s.segment.id for s in chosen}
    claims = [c for c in report.explanation.claims if c.segment in names]
    agreement = [a for a in report.agreement if a.segment in names]
    lines = [x for s in chosen for x in _one(facts, s, asked.label, claims, agreement)]
    return WhyAnswer.of(
        report, lines, limit=asked.limit, stretches=tuple(chosen), claims=tuple(claims),
        agreement=tuple(agreement), dropped=report.run.dropped[:MAX_DROPPED],
        alternatives=tuple(a for s in chosen if s.reading for a in s.reading.alternatives),
        nothing="nobody was read there", remarks=_refused(report) if chosen else (),
    )  # fmt: skip


def _refused(report: Report) -> tuple[str, ...]:
    n = len(report.run.dropped)
    return (f"{n} further statement(s) were refused by verification.",) if n else ()


def _segments(facts: Facts, asked: WhyArgs) -> list[Segment]:
    every = facts.chosen(facts.report.explanation.segments, asked)
    if asked.segment is not None:
        found = [s for s in every if s.id == asked.segment]
        if not found:
            raise QueryError(
                f"there is no segment {asked.segment} there", remedy="timeline lists them."
            )
        return found
    if asked.at_s is not None:
        at_s = facts.inside(asked.at_s)
        moment = TimeSpan(start_s=at_s, end_s=at_s + 1e-3)
        wide = TimeSpan(start_s=max(0.0, at_s - NEAR_S), end_s=at_s + NEAR_S)
        there = [s for s in every if s.overlaps(moment)] or [s for s in every if s.overlaps(wide)]
        return there[:MOST]
    return _most_telling(facts.report, every, asked.label)


def _most_telling(report: Report, segments: list[Segment], label: str | None) -> list[Segment]:
    """Choose where no moment is named: where the label was given or weighed, else the strongest."""
    found = stretches(report, segments)
    ranked = sorted(found, key=lambda s: -(s.labels[0].score if s.labels else 0.0))
    if label is not None:
        held = [s for s in ranked if _score(s, label) > 0]
        return [s.segment for s in sorted(held, key=lambda s: -_score(s, label)) or ranked][:1]
    return [s.segment for s in ranked[:1]]


def _score(stretch: Stretch, label: str) -> float:
    word = _word(label)
    weighed = [(x.label, x.score) for x in stretch.labels]
    if stretch.reading:
        weighed += [(a.label, a.score) for a in stretch.reading.alternatives]
    return max((score for name, score in weighed if name == word), default=0.0)


def _word(label: str) -> str:
    known = taxonomy.find(label)
    return known.word if known else quoted(label, 60).casefold()


def _one(
    facts: Facts,
    stretch: Stretch,
    label: str | None,
    claims: list[Claim],
    agreement: list[Agreement],
) -> Iterator[Cited]:
    segment, reading = stretch.segment, stretch.reading
    yield line(facts, stretch)
    if label is not None:
        yield _of_label(facts, stretch, _word(label))
    own = [c for c in claims if c.segment == segment.id and c.stage != "whole"]
    yield from (facts.of_claim(c) for c in own)
    for a in agreement:
        if a.segment == segment.id and a.verdict != "missing":
            yield facts.cited(
                f"{a.pair[0].capitalize()} against {a.pair[1]}: {a.detail}.", a, a.subject,
                a.evidence,
            )  # fmt: skip
    if reading is None:
        return
    ids = facts.ids_of(segment)
    if reading.speaks_for:
        text = f"In favour: {'; '.join(reading.speaks_for)}."
        yield facts.cited(text, segment, segment.subject, ids)
    if reading.speaks_against:
        text = f"Against: {'; '.join(reading.speaks_against)}."
        yield facts.cited(text, segment, segment.subject, ids)
    if reading.alternatives:
        others = ", ".join(f"{a.label} ({a.score:.2f})" for a in reading.alternatives)
        yield facts.cited(f"Also weighed: {others}.", segment, segment.subject, ids)


def _of_label(facts: Facts, stretch: Stretch, word: str) -> Cited:
    segment, reading = stretch.segment, stretch.reading
    given = next((x for x in stretch.labels if x.label == word), None)
    if given is not None:
        text = f"{word.capitalize()} is named, with a score of {given.score:.2f}."
        return facts.cited(text, segment, segment.subject, given.evidence)
    others = reading.alternatives if reading else ()
    near = next((a for a in others if a.label == word), None)
    shown = quote(word, 60)
    if near is not None:
        best = max((x.score for x in stretch.labels), default=0.0)
        than = f"less than the {best:.2f} of what is named" if best else "too little to name it"
        text = f"{shown} was weighed and got {near.score:.2f}, {than}."
    else:
        text = f"Nothing that was measured here speaks for {shown}."
    return facts.cited(text, segment, segment.subject, facts.ids_of(segment))
