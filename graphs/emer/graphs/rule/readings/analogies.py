"""What similar annotated cases may do to a reading: tip the order of what is carried anyway.

A case is an analogy and no evidence about this clip. It can lift the score of a label that the
clip's own evidence already carries, by little; it brings up no label and ends no abstention.
"""

from collections.abc import Sequence
from typing import Final

from emer.graphs.facial_units import ramp
from emer.graphs.report import Alternative, CaseInfluence, CaseShown

MAX_LIFT: Final = 0.06
"""By how much all cases together may raise one label's score (0..1)."""
ALIKE_FROM: Final = 0.5
ALIKE_FULLY: Final = 0.9
"""Similarity from which a case counts, and from which it counts in full."""
TRUST: Final = {"curated": 1.0, "user": 0.8, "imported": 0.4}
"""What a case counts by where it comes from; anything else counts nothing."""


def lifted(
    carried: Sequence[Alternative], cases: Sequence[CaseShown]
) -> tuple[list[Alternative], list[CaseInfluence]]:
    """Return the carried labels as similar cases order them, and what each case did.

    Args:
        carried: Labels that the clip's own evidence carries far enough to be given.
        cases: Similar ones, any number.
    """
    scores = {a.label: a.score for a in carried}
    own = dict(scores)
    influence: list[CaseInfluence] = []
    for case in sorted(cases, key=lambda c: (-c.similarity, c.case)):
        weight = TRUST.get(case.trust, 0.0) * ramp(case.similarity, ALIKE_FROM, ALIKE_FULLY)
        for label in dict.fromkeys(case.labels):
            if label not in own or weight <= 0.0:
                continue
            before = scores[label]
            after = round(min(1.0, own[label] + MAX_LIFT, before + 0.5 * MAX_LIFT * weight), 3)
            if after > before:
                scores[label] = after
                influence.append(
                    CaseInfluence(case=case.case, label=label, before=before, after=after)
                )
    ordered = sorted(scores.items(), key=lambda item: (-item[1], list(own).index(item[0])))
    return [Alternative(label=label, score=score) for label, score in ordered], influence
