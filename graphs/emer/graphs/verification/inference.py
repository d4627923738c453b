"""Conclusions: what they rest on exists, held, is about the same, and says nothing against them."""

from collections.abc import Iterable, Sequence
from typing import Final

from emer.graphs.report import INFERENTIAL, Claim, Stage
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.emotions import PLAIN, SIGN_AT, canonical
from emer.tools import taxonomy

ORDER: Final[dict[Stage, int]] = {
    "attribute": 0, "expression": 1, "disagreement": 2, "reaction": 2, "emotion": 3, "shift": 4,
    "cause": 4, "whole": 5,
}  # fmt: skip
"""What concludes rests on what comes earlier, or before it at the same stage: never in a ring."""


class Known:
    """Claims that hold so far, by id, by segment and by the evidence that they cite."""

    def __init__(self, claims: Iterable[Claim] = ()) -> None:
        self._by_id: dict[str, Claim] = {}
        self._about: dict[str | None, list[Claim]] = {}
        self._citing: dict[str, list[Claim]] = {}
        for claim in claims:
            self.add(claim)

    def add(self, claim: Claim) -> None:
        """Take one more claim that holds."""
        self._by_id[claim.id] = claim
        self._about.setdefault(claim.segment, []).append(claim)
        for cited in claim.evidence:
            self._citing.setdefault(cited, []).append(claim)

    def get(self, name: str) -> Claim | None:
        """Return a claim by its id."""
        return self._by_id.get(name)

    def beside(self, claim: Claim) -> list[Claim]:
        """Return what bears on a conclusion: claims about its segment, or on the same evidence."""
        if claim.stage == "emotion":
            return list(self._about.get(claim.segment, ()))
        return list({c.id: c for i in claim.evidence for c in self._citing.get(i, ())}.values())

    def premises_of(self, claim: Claim) -> list[Claim]:
        """Return the claims that ``claim`` rests on, as far as they hold."""
        return [c for name in claim.rests_on if (c := self._by_id.get(name)) is not None]


def inference_problem(claim: Claim, known: Known, basis: Basis) -> str | None:
    """Return what is wrong with what ``claim`` rests on."""
    if claim.stage in INFERENTIAL and not claim.rests_on:
        return "it concludes something but names no claim that it rests on"
    if len(set(claim.rests_on)) < len(claim.rests_on):
        return "it rests on the same claim twice"
    for name in claim.rests_on:
        premise = known.get(name)
        if premise is None:
            return f"it rests on {name}, which does not hold"
        problem = _premise_problem(claim, premise, basis)
        if problem:
            return problem
    premises = known.premises_of(claim)
    return (
        _uncovered(claim, premises)
        or _left_out(claim, known, basis)
        or _against(claim, premises, basis)
    )


def _premise_problem(claim: Claim, premise: Claim, basis: Basis) -> str | None:
    if premise.id == claim.id or not _comes_before(premise, claim):
        return f"it rests on {premise.id}, which is no ground for it"
    if premise.subject not in (claim.subject, *claim.about):
        return f"it rests on {premise.id}, which is about {premise.subject}"
    if claim.hypothesis and premise.stage == "shift":
        return None if premise.segment == claim.segment else f"{premise.id} is another change"
    # what something is a cause of was told from other evidence than the cause itself
    apart = claim.stage == "emotion" or (claim.stage == "cause" and premise.stage == "emotion")
    if not apart and not set(premise.evidence) & set(claim.evidence):
        return f"it rests on {premise.id}, with which it shares no evidence"
    bound = claim.stage != "whole" and not claim.hypothesis
    if bound and premise.segment not in _segments_of(claim, basis):
        return f"it rests on {premise.id}, which is about another moment"
    return None


def _comes_before(premise: Claim, claim: Claim) -> bool:
    if ORDER[premise.stage] == ORDER[claim.stage]:
        return claim.hypothesis and not premise.hypothesis
    return ORDER[premise.stage] < ORDER[claim.stage]


def _segments_of(claim: Claim, basis: Basis) -> set[str | None]:
    """Return the segments that a conclusion is drawn from: its own, and where a shift began."""
    found: set[str | None] = {claim.segment}
    for shift in basis.shifts_of(claim) if claim.stage == "shift" else ():
        found.add(shift.from_segment)
    return found


def _uncovered(claim: Claim, premises: Sequence[Claim]) -> str | None:
    """Return what a conclusion cites although none of its premises does."""
    if claim.stage not in INFERENTIAL or claim.hypothesis:
        return None
    known = {i for p in premises for i in p.evidence}
    new = [i for i in claim.evidence if i not in known]
    return f"it cites {new[0]}, which no claim that it rests on cites" if new else None


def _left_out(claim: Claim, known: Known, basis: Basis) -> str | None:
    """Return a claim that a conclusion passes over although it bears on it.

    Whoever concludes an emotion takes every disagreement into account; the built-in analyst rests
    an emotion on all that was told of the segment, and a change on all that was told of the two
    readings that it compares.
    """
    if claim.stage not in {"emotion", "shift"}:
        return None
    segments = _segments_of(claim, basis)
    for other in known.beside(claim):
        bears = other.stage in _bearing(claim, other, closed=basis.closed)
        near = claim.hypothesis or other.segment in segments
        if bears and near and other.id not in claim.rests_on and other.id != claim.id:
            return f"it leaves out {other.id}, which bears on it"
    if claim.hypothesis and not any(p.stage == "shift" for p in known.premises_of(claim)):
        return "it gives a cause for a change that it does not rest on"
    return None


def _bearing(claim: Claim, other: Claim, *, closed: bool) -> tuple[Stage, ...]:
    """Return the stages whose claims a conclusion must rest on."""
    if not closed:
        return ("disagreement",) if claim.stage == "emotion" else ()
    if claim.stage == "emotion":
        return ("attribute", "expression", "disagreement", "reaction")
    if claim.hypothesis:
        return ("attribute", "reaction")
    earlier: tuple[Stage, ...] = ("emotion",) if other.segment != claim.segment else ()
    return ("expression", "disagreement", *earlier)


def _against(claim: Claim, premises: Sequence[Claim], basis: Basis) -> str | None:
    """Return a label on the other side of every premise that has one.

    A named disagreement says just that: what is shown is not all that there is.
    """
    reading = basis.readings.get(claim.segment or "")
    if reading is not None and reading.pattern not in PLAIN:
        return None
    sides = [s for p in premises for s in _sides(p)]
    for label in claim.labels:
        place = taxonomy.LABELS.get(canonical(label))
        if place is None or abs(place.valence) < SIGN_AT or not sides:
            continue
        if all(s * place.valence < 0 for s in sides):
            return f"'{label}' contradicts every claim that it rests on"
    return None


def _sides(premise: Claim) -> list[float]:
    """Return the sides (valences from ``SIGN_AT`` on) that a claim states."""
    places = [taxonomy.LABELS.get(canonical(x)) for x in premise.labels]
    found = [p.valence for p in places if p is not None]
    for asserted in premise.assertions:
        if isinstance(asserted.value, str) or asserted.relation != "eq":
            continue
        family, _, name = asserted.quantity.partition(".")
        if name == "valence":
            found.append(asserted.value)
        elif family in {"text", "face", "tone"} and (label := taxonomy.find(name)) is not None:
            found.append(label.valence)
    return [v for v in found if abs(v) >= SIGN_AT]
