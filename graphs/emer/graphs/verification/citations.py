"""Who and when: what a claim cites exists, is about whom it speaks of, and lies in its span."""

from collections.abc import Sequence
from typing import Final

from emer.graphs.report import Claim, Label
from emer.graphs.verification.basis import Basis
from emer.tools.findings import SCENE, Spanned, TimeSpan

SAME_S: Final = 1e-3
"""Times nearer than this are the same."""


def citation_problem(item: Claim | Label, basis: Basis) -> str | None:
    """Return what is wrong with what ``item`` cites."""
    about = item.about if isinstance(item, Claim) else ()
    people = (item.subject, *about)
    unknown = [p for p in people if p not in basis.members]
    if unknown:
        return f"there is no person {unknown[0]}"
    if len(set(people)) < len(people):
        return "it names the same person twice"
    if len(set(item.evidence)) < len(item.evidence):
        return "it cites the same evidence twice"
    for cited in item.evidence:
        if cited not in basis.evidence:
            return f"it cites {cited}, which does not exist"
        if not any(basis.is_about(cited, p) for p in people):
            other = basis.evidence[cited].subject
            return f"it is about {' and '.join(people)} but cites {cited}, which is about {other}"
        if not basis.evidence[cited].overlaps(item):
            return f"it cites {cited}, which lies at another time"
    # of whom a cause is given, what it is a cause of speaks, which it rests on
    caused = isinstance(item, Claim) and item.hypothesis and item.stage in {"shift", "cause"}
    # what is heard around somebody is nobody's: it places a moment and says nothing of them
    heard = bool(item.evidence) and all(basis.is_around(cited) for cited in item.evidence)
    if heard and SCENE in about and isinstance(item, Claim) and item.stage == "attribute":
        return None
    for person in about if caused else people:
        if not any(basis.is_about(cited, person) for cited in item.evidence):
            return f"it speaks of {person} but cites nothing about them"
    return None


def place_problem(claim: Claim, basis: Basis, premises: list[Claim]) -> str | None:
    """Return what is wrong with where a claim is put: its segment, its subject, its span."""
    if claim.stage == "whole":
        if claim.segment is not None:
            return "it is about the whole but is put into one segment"
        return _span_problem(claim, [_hull(premises)] if premises else [])
    segment = basis.segments.get(claim.segment or "")
    if segment is None:
        return f"there is no segment {claim.segment}"
    if segment.subject != claim.subject:
        return f"it is about {claim.subject} but segment {segment.id} is about {segment.subject}"
    return _span_problem(claim, _spans_of(claim, basis, premises))


def _spans_of(claim: Claim, basis: Basis, premises: list[Claim]) -> list[Spanned]:
    """Return the spans that the claim may have: its segment's, or that of its typed basis."""
    segment = basis.segments[claim.segment or ""]
    if claim.stage == "reaction":
        found: list[Spanned] = []
        for reaction in basis.reactions_of(claim):
            said = basis.utterances.get(reaction.utterance)
            whole = _hull([segment, said, reaction] if said else [segment, reaction])
            found += [reaction, whole, _hull([segment, said]) if said else segment]
        return found or [segment]
    if claim.stage == "shift":
        found = []
        for shift in basis.shifts_of(claim):
            ends = (basis.segments.get(s) for s in (shift.from_segment, shift.to_segment))
            both = [s for s in ends if s is not None]
            found.append(_hull(both))
            if claim.hypothesis and shift.trigger is not None:
                cause = [basis.evidence[i] for i in shift.trigger.evidence if i in basis.evidence]
                found.append(_hull([*both, *cause]))
        return found
    if claim.stage == "cause":
        cited = (basis.evidence[i] for i in claim.evidence if i in basis.evidence)
        return [_hull([segment, *cited])]
    return [segment]


def _span_problem(claim: Claim, spans: list[Spanned]) -> str | None:
    for span in spans:
        if abs(span.start_s - claim.start_s) < SAME_S and abs(span.end_s - claim.end_s) < SAME_S:
            return None
    if not spans:
        return f"nothing that was found is a {claim.stage} of {claim.subject} here"
    return (
        f"its span is {claim.start_s:.2f}-{claim.end_s:.2f} s, but what it is about lies at "
        f"{spans[0].start_s:.2f}-{spans[0].end_s:.2f} s"
    )


def _hull(spans: Sequence[Spanned]) -> TimeSpan:
    return TimeSpan(start_s=min(s.start_s for s in spans), end_s=max(s.end_s for s in spans))
