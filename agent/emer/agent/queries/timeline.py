"""What is shown when: one line per segment, its labels or why there are none."""

from pydantic import Field

from emer.agent.queries.answer import Answer, Cited
from emer.agent.queries.args import Some
from emer.agent.queries.facts import Facts
from emer.graphs.report import Label, Report, Segment, SegmentReading
from emer.tools.readings import Frozen


class Stretch(Frozen):
    """One segment and how it was read."""

    segment: Segment
    labels: tuple[Label, ...] = Field(description="best first; empty: none was named")
    reading: SegmentReading | None


class TimelineAnswer(Answer):
    """Segments in order."""

    stretches: tuple[Stretch, ...]


def timeline(report: Report, asked: Some) -> TimelineAnswer:
    """Return who shows what when: emotion words with scores, or that none can be named."""
    facts = Facts.of(report)
    found = stretches(report, facts.chosen(report.explanation.segments, asked))
    return TimelineAnswer.of(
        report, [line(facts, s) for s in found], limit=asked.limit,
        stretches=tuple(found[: asked.limit]), nothing="nobody was heard or seen there",
    )  # fmt: skip


def stretches(report: Report, segments: list[Segment]) -> list[Stretch]:
    """Put labels and readings to segments."""
    readings = {r.segment: r for r in report.explanation.readings}
    labels: dict[str, list[Label]] = {}
    for label in report.labels:
        labels.setdefault(label.segment, []).append(label)
    return [
        Stretch(
            segment=s, labels=tuple(sorted(labels.get(s.id, ()), key=lambda x: -x.score)),
            reading=readings.get(s.id),
        )
        for s in segments
    ]  # fmt: skip


def line(facts: Facts, stretch: Stretch) -> Cited:
    """Say how one segment was read."""
    segment, role = stretch.segment, stretch.segment.role
    who = "Somebody" if segment.subject == "scene" else segment.subject
    if stretch.labels:
        words = ", ".join(
            f"{x.shown} (score {x.score:.2f}, intensity {x.intensity:.2f})" for x in stretch.labels
        )
        ids = [i for x in stretch.labels for i in x.evidence]
        return facts.cited(
            f"{who}, {role}, comes across as {words}.", segment, segment.subject, ids
        )
    why = stretch.reading.reason.rstrip(".") if stretch.reading else "it was not read"
    return facts.cited(
        f"{who}, {role}: no emotion can be named ({why}).", segment, segment.subject,
        facts.ids_of(segment),
    )  # fmt: skip
