"""Check a whole report from itself alone: who reads it need not trust who wrote it."""

from collections import Counter
from collections.abc import Iterator

from emer.graphs.report import Claim, Report
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.claims import refused
from emer.graphs.verification.labels import label_problem
from emer.graphs.verification.polarity import polarity_problems
from emer.graphs.verification.prose import prose_problems
from emer.graphs.verification.records import record_problems
from emer.tools.readings import Frozen


class Objection(Frozen):
    """Something in a report that does not hold."""

    about: str
    """``K7``, ``label happy of S3``, or the part of the record: ``S3``, ``prose``."""
    text: str
    """What it says; empty for parts of the record."""
    reason: str


def objections(report: Report) -> list[Objection]:
    """Return everything in ``report`` that does not hold; empty if all of it does.

    Claims and labels are checked against the evidence, the segments and the readings that the
    report itself holds; these against each other; and its prose against its claims.
    """
    basis = Basis.of_report(report)
    claims = report.explanation.claims
    reasons = refused(claims, basis)
    kept = [c for c in claims if c.id not in reasons]
    return [
        *(Objection(about=a, text="", reason=why) for a, why in record_problems(report)),
        *_twice(claims),
        *(
            Objection(about=c.id, text=c.text, reason=reasons[c.id])
            for c in claims
            if c.id in reasons
        ),
        *_of_labels(report, basis, kept),
        *(Objection(about=a, text="", reason=why) for a, why in polarity_problems(report)),
        *(Objection(about="prose", text=text, reason=why) for text, why in prose_problems(report)),
    ]


def _twice(claims: tuple[Claim, ...]) -> Iterator[Objection]:
    for name, n in Counter(c.id for c in claims).items():
        if n > 1:
            yield Objection(about=name, text="", reason=f"{n} claims have this id")


def _of_labels(report: Report, basis: Basis, kept: list[Claim]) -> Iterator[Objection]:
    for label in report.labels:
        problem = label_problem(label, basis, kept)
        if problem:
            about = f"label {label.label} of {label.segment}"
            yield Objection(about=about, text=label.label, reason=problem)
