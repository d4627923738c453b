"""Whether a polarity follows from the labels that it was told from."""

from collections.abc import Iterator, Sequence

from emer.graphs.report import Label, Polarity, Report, Side
from emer.graphs.rule.writing.polarity import Sides, Weighed


def polarity_problem(side: Side, labels: Weighed) -> str | None:
    """Return why labels do not point this way; words that no table knows contradict nothing."""
    positive, negative, neutral = Sides.of(labels)
    if positive + negative + neutral == 0.0:
        return None
    fits: dict[Side, bool] = {
        "positive": positive > 0 and positive >= negative,
        "negative": negative > 0 and negative >= positive,
        "mixed": positive > 0 and negative > 0,
        "neutral": neutral >= positive + negative,
    }
    return None if fits[side] else f"the labels do not point to '{side}'"


def polarity_problems(report: Report) -> Iterator[tuple[str, str]]:
    """Yield every polarity of a report that does not follow from its labels, with a reason."""
    for told in report.polarity:
        where = told.segment or "the whole clip"
        own = labels_under(told, report.labels)
        problem = (
            "its labels are not those of the report"
            if {x.label for x in own} != set(told.labels)
            else polarity_problem(told.polarity, ((x.label, x.score) for x in own))
        )
        if problem:
            yield f"polarity of {told.subject} in {where}", problem


def labels_under(told: Polarity, labels: Sequence[Label]) -> list[Label]:
    """Return the labels that a polarity is told from."""
    return [x for x in labels if x.subject == told.subject and told.segment in {None, x.segment}]
