"""Whether every assertion of a claim is true of every piece of evidence that it names."""

from typing import Final

from emer.graphs.report import Assertion, Claim, Relation
from emer.graphs.verification.basis import Basis
from emer.tools.findings import Evidence
from emer.tools.readings import Quantity

LONG_QUOTE: Final = 30
"""Quotations from this many characters on may be cut inside a word."""
COARSEST: Final = 1
"""Numbers are compared to this many decimals at least, however they are stated."""
FINE: Final = ("valence", "arousal", "score", "ratio")
"""Quantities with these words in their names run over 1 or 2 units; they are compared to two."""


def assertion_problem(claim: Claim, basis: Basis) -> str | None:
    """Return the first assertion that is false, or that the claim has no right to."""
    for asserted in claim.assertions:
        stray = [i for i in asserted.evidence if i not in claim.evidence]
        if stray:
            return f"it asserts {asserted.quantity} of {stray[0]}, which it does not cite"
        for cited in asserted.evidence:
            if not holds(asserted, basis.evidence[cited]):
                return (
                    f"{cited} does not have {asserted.quantity} {asserted.relation} "
                    f"{asserted.value!r}"
                )
    used = {i for a in claim.assertions for i in a.evidence}
    idle = [i for i in claim.evidence if i not in used]
    return f"it cites {idle[0]}, of which it asserts nothing" if idle else None


def holds(asserted: Assertion, evidence: Evidence) -> bool:
    """Whether ``asserted`` is true of ``evidence``."""
    actual = evidence.reading.quantities().get(asserted.quantity)
    if actual is None:
        return False
    return _compare(actual, asserted.relation, asserted.value, _precision(asserted.quantity))


def _compare(actual: Quantity, relation: Relation, stated: Quantity, precision: int) -> bool:
    if isinstance(actual, str) or isinstance(stated, str):
        if not (isinstance(actual, str) and isinstance(stated, str)):
            return False
        if relation == "contains":
            return _contains(actual, stated)
        return relation == "eq" and actual.casefold() == stated.casefold()
    match relation:
        case "eq":  # stated as printed: true to the last digit shown
            places = max(precision, _decimals(stated))
            return abs(actual - stated) <= 0.5 * 10.0**-places + 1e-9
        case "gt":
            return actual > stated
        case "ge":
            return actual >= stated
        case "lt":
            return actual < stated
        case "le":
            return actual <= stated
        case "contains":
            return False


def _contains(text: str, part: str) -> bool:
    """Whether ``part`` occurs in ``text`` word by word."""
    one, other = " ".join(text.split()).casefold(), " ".join(part.split()).casefold()
    if not other:
        return False
    at = one.find(other)
    while at >= 0:
        whole = not _is_joined(one[at - 1 : at + 1] if at else "") and not _is_joined(
            one[at + len(other) - 1 : at + len(other) + 1]
        )
        if whole or len(other) >= LONG_QUOTE:
            return True
        at = one.find(other, at + 1)
    return False


def _is_joined(pair: str) -> bool:
    """Whether two characters belong to one word of a script that parts words by spaces."""
    return len(pair) == 2 and all(c.isalnum() and ord(c) < 0x2E80 for c in pair)


def _precision(quantity: str) -> int:
    last = quantity.rpartition(".")[2]
    fine = quantity.startswith(("text.", "face.", "tone.", "event.")) or any(
        word in last for word in FINE
    )
    return 2 if fine else COARSEST


def _decimals(number: float) -> int:
    return min(3, len(f"{number:.3f}".rstrip("0").partition(".")[2]))
