"""Whether the record that claims are checked against is of one piece."""

from collections import Counter
from collections.abc import Iterable, Iterator

from emer.graphs.report import Reaction, Report, Segment, Shift
from emer.graphs.verification.basis import Basis
from emer.tools.findings import SCENE

Problem = tuple[str, str]
"""What it is about, and why it does not hold."""


def record_problems(report: Report) -> Iterator[Problem]:
    """Yield what does not fit together in evidence, persons, segments, reactions and shifts."""
    basis = Basis.of_report(report)
    told = report.explanation
    yield from _repeated("evidence", (e.id for e in report.evidence))
    yield from _repeated("segment", (s.id for s in told.segments))
    yield from _repeated("person", (p.id for p in report.subjects))
    yield from _repeated("a voice or face of two persons", (
        m for p in report.subjects for m in p.members
    ))  # fmt: skip
    for segment in told.segments:
        yield from _of_segment(segment, basis)
    for agreement in report.agreement:
        where = f"agreement of {agreement.segment}"
        yield from _cited(where, agreement.evidence, (agreement.subject,), basis)
    for reaction in told.reactions:
        yield from _of_reaction(reaction, basis)
    for shift in told.shifts:
        yield from _of_shift(shift, basis)


def _repeated(what: str, names: Iterable[str]) -> Iterator[Problem]:
    for name, n in Counter(names).items():
        if n > 1:
            yield name, f"{what}: it occurs {n} times"


def _cited(
    where: str, evidence: Iterable[str], people: tuple[str, ...], basis: Basis
) -> Iterator[Problem]:
    for person in people:
        if person not in basis.members:
            yield where, f"there is no person {person}"
            return
    for cited in evidence:
        if cited not in basis.evidence:
            yield where, f"it cites {cited}, which does not exist"
        elif not any(basis.is_about(cited, p) for p in people):
            yield where, f"it cites {cited}, which is not about {' or '.join(people)}"


def _of_segment(segment: Segment, basis: Basis) -> Iterator[Problem]:
    cited = (*segment.face, *segment.voice, *segment.words)
    yield from _cited(segment.id, cited, (segment.subject,), basis)
    for name in cited:
        if name in basis.evidence and not basis.evidence[name].overlaps(segment):
            yield segment.id, f"it holds {name}, which lies at another time"
    if segment.utterance is not None and segment.utterance not in basis.utterances:
        yield segment.id, f"there is no utterance {segment.utterance}"


def _of_reaction(reaction: Reaction, basis: Basis) -> Iterator[Problem]:
    where = f"reaction of {reaction.subject} in {reaction.segment}"
    yield from _cited(where, reaction.evidence, (reaction.subject, reaction.to), basis)
    segment, said = basis.segments.get(reaction.segment), basis.utterances.get(reaction.utterance)
    if segment is None or segment.subject != reaction.subject:
        yield where, "its segment is not one of the listener's"
    if said is None or said.subject not in {reaction.to, SCENE}:
        yield where, f"its words are not {reaction.to}'s"
    face, words = reaction.face_valence, reaction.words_valence
    if face is not None and words is not None:
        if reaction.relation == "shares" and face * words < 0:
            yield where, "the two sides differ, yet it is said to share"
        if reaction.relation == "opposes" and face * words > 0:
            yield where, "the two sides are the same, yet it is said to oppose"


def _of_shift(shift: Shift, basis: Basis) -> Iterator[Problem]:
    where = f"shift of {shift.subject} in {shift.to_segment}"
    yield from _cited(where, shift.evidence, (shift.subject,), basis)
    before, after = (basis.segments.get(s) for s in (shift.from_segment, shift.to_segment))
    if before is None or after is None:
        yield where, "one of its segments does not exist"
    elif {before.subject, after.subject} != {shift.subject}:
        yield where, f"its segments are not both {shift.subject}'s"
    elif before.start_s >= after.start_s:
        yield where, "what comes after lies before"
    if shift.trigger is not None:
        own = (shift.trigger.subject,)
        yield from _cited(f"trigger of the {where}", shift.trigger.evidence, own, basis)
