"""A possible cause: something that happened before or during what it may have set off.

What was measured of a person's own face and voice is the sign of an emotion and no cause of it; what
they say themselves may name one.
"""

from collections.abc import Sequence
from typing import Final

from emer.graphs.people.triggers import BEFORE_S
from emer.graphs.report import Claim
from emer.graphs.verification.basis import Basis
from emer.tools.findings import Evidence

EVENTS: Final = frozenset({"utterance", "text_emotion", "vocal_event", "scene"})
"""Kinds of evidence of what happens: words, sounds, the picture."""
SHOWN: Final = frozenset({"expression", "action_unit"})
"""What is seen of somebody else may set something off as well."""


def cause_problem(claim: Claim, basis: Basis, premises: Sequence[Claim]) -> str | None:
    """Return what is wrong with a claim of a possible cause; ``None`` if it is no such claim."""
    if claim.stage != "cause":
        return None
    if not claim.hypothesis:
        return "it states a cause as if it had been measured"
    segment = basis.segments.get(claim.segment or "")
    caused = [p for p in premises if p.stage == "emotion" and p.segment == claim.segment]
    if segment is None or not caused:
        return "it gives a cause for no emotion that it rests on"
    for cited in claim.evidence:
        found = basis.evidence[cited]
        if not _can_cause(found, is_own=basis.is_about(cited, claim.subject)):
            return f"it gives {cited} as a cause, which is the sign of it"
        if found.start_s >= segment.end_s:
            return f"it gives {cited} as a cause, which lies after what it may have caused"
        if found.end_s < segment.start_s - BEFORE_S:
            return f"it gives {cited} as a cause, which lies more than {BEFORE_S:g} s before"
    return None


def _can_cause(evidence: Evidence, *, is_own: bool) -> bool:
    kind = evidence.reading.kind
    return kind in EVENTS or (kind in SHOWN and not is_own)
