"""Similar annotated cases: analogies, never evidence about the clip."""

from typing import Final

from emer.agent.queries.answer import Answer, Cited
from emer.agent.queries.args import Some
from emer.agent.queries.facts import Facts
from emer.agent.queries.marks import mark
from emer.graphs.instructions import instructs
from emer.graphs.report import CaseShown, Report, Segment
from emer.graphs.rule.writing.wording import quote
from emer.tools.quoting import quoted

MAX_WHY: Final = 160


class CasesAnswer(Answer):
    """Cases by the time of the segment that they resemble."""

    cases: tuple[CaseShown, ...]


def cases(report: Report, asked: Some) -> CasesAnswer:
    """Return annotated cases that resemble segments of the clip, and why."""
    facts = Facts.of(report)
    chosen = {s.id: s for s in facts.chosen(report.explanation.segments, asked)}
    found = [c for c in report.cases if c.segment in chosen]
    return CasesAnswer.of(
        report, [_line(facts, c, chosen[c.segment]) for c in found], limit=asked.limit,
        cases=tuple(found[: asked.limit]), nothing="no similar annotated case was found",
        remarks=("A similar case is an analogy. It says nothing about this clip by itself.",),
    )  # fmt: skip


def _line(facts: Facts, case: CaseShown, segment: Segment) -> Cited:
    who = facts.who(segment.subject)
    words = f" {quote(quoted(case.words))}" if case.words else ""
    return Cited(
        text=f"{case.case} resembles it (similarity {case.similarity:.2f}, {quoted(case.why, MAX_WHY)}): "
        f"{quote(quoted(case.situation), 300)}{words} was annotated as "
        f"{quoted(', '.join(case.labels)) or 'no emotion'}.",
        mark=mark(segment.start_s, who, f"case:{case.case}"),
        start_s=segment.start_s, end_s=segment.end_s, subject=who, untrusted=True,
        warning=instructs(quoted(f"{case.situation} {case.words}")),
    )  # fmt: skip
