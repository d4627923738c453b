"""Whether one claim holds, and which of many do: what rests on a claim that falls, falls too."""

from collections.abc import Sequence

from emer.graphs.report import Claim
from emer.graphs.verification.assertions import assertion_problem
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.binding import Binding
from emer.graphs.verification.causes import cause_problem
from emer.graphs.verification.citations import citation_problem, place_problem
from emer.graphs.verification.directions import direction_problem
from emer.graphs.verification.emotions import emotion_problem, fixed_words
from emer.graphs.verification.inference import ORDER, Known, inference_problem
from emer.graphs.verification.lexicon import CAUSE, DOUBT, EVERYDAY
from emer.graphs.verification.movements import movement_problem
from emer.graphs.verification.scan import Scan
from emer.graphs.verification.sums import sum_problem
from emer.graphs.verification.tongues import language_problem
from emer.graphs.verification.values import value_problem
from emer.graphs.verification.words import strange_words, word_problem
from emer.tools.findings import SCENE


def objection_to(claim: Claim, basis: Basis, known: Known | None = None) -> str | None:
    """Return why ``claim`` must not be printed; ``None`` if it holds.

    Args:
        claim: What is to be checked.
        basis: The facts that it is checked against.
        known: Claims that hold: those that it may rest on.
    """
    known = known or Known()
    problem = (
        citation_problem(claim, basis)
        or inference_problem(claim, known, basis)
        or place_problem(claim, basis, known.premises_of(claim))
        or cause_problem(claim, basis, known.premises_of(claim))
        or assertion_problem(claim, basis)
    )
    if problem:
        return problem
    return _text_problem(claim, basis, known.premises_of(claim))


def _text_problem(claim: Claim, basis: Basis, premises: Sequence[Claim]) -> str | None:
    """Return the first thing that the text says beyond what was asserted."""
    scan = Scan.of(claim.text, [a.value for a in claim.assertions if isinstance(a.value, str)])
    problem = (
        _person_problem(claim, scan)
        or _quotation_problem(claim, scan, basis)
        or language_problem(claim, scan, basis.language)
        or movement_problem(claim, scan)
        or value_problem(claim, scan, basis, premises)
        or direction_problem(claim, scan, basis)
    )
    if problem:
        return problem
    strange = strange_words(claim, scan, basis)
    if strange and (basis.closed or claim.stage == "whole"):  # sums are composed, never asked for
        return f"its text says '{strange}', which is not the analyst's wording"
    free = EVERYDAY if strange else fixed_words(basis.language)
    return (
        emotion_problem(claim, scan, basis, free=free, premises=premises)
        or sum_problem(claim, scan, premises, basis.label_words)
        or word_problem(claim, scan, basis, strange=bool(strange))
        or _hypothesis_problem(claim, scan)
    )


def refused(claims: Sequence[Claim], basis: Basis) -> dict[str, str]:
    """Return the claims that do not hold, by id, each with the reason.

    Conclusions are checked after what they can rest on, so what rests on a claim that falls,
    falls too.
    """
    known, reasons = Known(), {}
    for claim in sorted(claims, key=lambda c: (ORDER[c.stage], c.hypothesis)):
        problem = objection_to(claim, basis, known)
        if problem:
            reasons[claim.id] = problem
        else:
            known.add(claim)
    return reasons


def _quotation_problem(claim: Claim, scan: Scan, basis: Basis) -> str | None:
    loose = [q for q in scan.loose if q]
    if loose or scan.loose:
        return f"its text quotes '{loose[0] if loose else ''}', which it does not assert"
    bound = Binding(scan, basis)
    for quoted in scan.quotes:
        own = [a for a in claim.assertions if a.value == quoted.what]
        if not any(bound.is_about(a, quoted.start, None) for a in own):
            return f"its text has {bound.person(quoted.start)} say what somebody else said"
    return None


def _person_problem(claim: Claim, scan: Scan) -> str | None:
    named = {m.what for m in scan.persons}
    strangers = sorted(named - {SCENE, claim.subject, *claim.about})
    if strangers:
        return f"its text speaks of {strangers[0]}, but it is about {claim.subject}"
    absent = [p for p in claim.about if p not in named and p != SCENE]
    if absent:
        return f"it is about {absent[0]} as well, but its text does not name them"
    return None


def _hypothesis_problem(claim: Claim, scan: Scan) -> str | None:
    if claim.hypothesis and not DOUBT.search(scan.prose):
        return "it is a hypothesis but is not worded as one"
    if not claim.hypothesis and claim.stage in {"shift", "reaction"} and CAUSE.search(scan.prose):
        return "its text states a cause as if it had been measured"
    return None
