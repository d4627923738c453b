"""Whether a label follows from a verified claim and from the evidence that it cites."""

from collections.abc import Iterable
from typing import Final

from emer.graphs.report import Claim, Label
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.citations import SAME_S, citation_problem
from emer.graphs.verification.emotions import canonical, contradicted
from emer.tools import taxonomy

NEEDS: Final = {"speaker": "speaking", "listener": "listening"}
"""Perspectives that only one role has."""


def label_problem(label: Label, basis: Basis, claims: Iterable[Claim]) -> str | None:
    """Return why ``label`` must not be printed; ``None`` if it holds.

    Args:
        label: What is to be checked.
        basis: The facts that it is checked against.
        claims: Claims that hold.
    """
    problem = citation_problem(label, basis) or _place_problem(label, basis)
    if problem:
        return problem
    emotions = [c for c in claims if c.stage == "emotion" and c.segment == label.segment]
    stating = [c for c in emotions if canonical(label.label) in {canonical(x) for x in c.labels}]
    if not stating:
        return f"no verified claim about its segment states '{label.label}'"
    cited = {i for c in stating for i in c.evidence}
    stray = [i for i in label.evidence if i not in cited]
    if stray:
        return f"it cites {stray[0]}, which the claim that states it does not cite"
    return _name_problem(label, basis) or _score_problem(label, basis) or contradicted(
        [canonical(label.label)], [basis.evidence[i] for i in label.evidence],
        basis.readings.get(label.segment),
    )  # fmt: skip


def _place_problem(label: Label, basis: Basis) -> str | None:
    segment = basis.segments.get(label.segment)
    if segment is None:
        return f"there is no segment {label.segment}"
    if segment.subject != label.subject:
        return f"it is about {label.subject} but segment {segment.id} is about {segment.subject}"
    off_s = max(abs(segment.start_s - label.start_s), abs(segment.end_s - label.end_s))
    if off_s >= SAME_S:
        return (
            f"its span is {label.start_s:.2f}-{label.end_s:.2f} s, but segment {segment.id} lies "
            f"at {segment.start_s:.2f}-{segment.end_s:.2f} s"
        )
    needed = NEEDS.get(label.perspective)
    if needed is not None and segment.role != needed:
        return f"it is the {label.perspective}'s, but {label.subject} is {segment.role} there"
    return None


def _name_problem(label: Label, basis: Basis) -> str | None:
    name = canonical(label.label)
    expected = basis.label_words.get(name) or taxonomy.label_word(name, basis.language)
    if canonical(label.shown) == canonical(label.label) or label.shown == expected:
        return None
    return f"it is shown as '{label.shown}', which is another word than '{label.label}'"


def _score_problem(label: Label, basis: Basis) -> str | None:
    """Return whether the built-in analyst's label has another score than it was read with."""
    reading = basis.readings.get(label.segment)
    if reading is None or not basis.closed:
        return None
    scores = [a.score for a in reading.labels if canonical(a.label) == canonical(label.label)]
    if any(abs(s - label.score) <= SAME_S for s in scores):
        return None
    return f"its score is {label.score}, which is not what was read"
