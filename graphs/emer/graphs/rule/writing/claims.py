"""Write the explanation of every segment: attributes, expressions, conflicts, changes, emotion.

Each sentence is composed from typed assertions about evidence; nothing is said of anybody that is
not asserted. The words are those of the language that the task asks for.
"""

from collections.abc import Iterable, Iterator

from emer.graphs.rule.language import wording
from emer.graphs.rule.writing.attributes import attributes
from emer.graphs.rule.writing.conclusions import conclusion
from emer.graphs.rule.writing.expressions import expressions
from emer.graphs.rule.writing.moment import Moment
from emer.graphs.rule.writing.reactions import answered, reaction
from emer.graphs.rule.writing.shifting import grounded, shifts
from emer.graphs.rule.writing.sounds import sounds
from emer.graphs.tasks.explaining import ClaimDraft, ExplainTask, Explanation
from emer.tools.findings import Modality


def explain(task: ExplainTask) -> Explanation:
    """Explain the segments in order."""
    claims: list[ClaimDraft] = []
    heard: set[str] = set()
    segments = {s.id: s for s in task.segments}
    for here in _moments(task):
        name, first = here.segment.id, len(claims)
        found = [r for r in task.reactions if r.segment == name]
        told = [(r, d) for r in found if (d := reaction(here, r))]
        claims += attributes(here, answered(here, [r for r, _ in told]))
        claims += [d] if (d := sounds(here, heard)) else []
        claims += expressions(here)
        claims += [d for _, d in told]
        grounds = range(first, len(claims))
        changes = [s for s in task.shifts if s.to_segment == name]
        claims += shifts(here, changes, segments, claims)
        concluded = conclusion(here, _cited(claims, grounds))
        claims += [concluded] if concluded else []
    return Explanation(claims=grounded(claims, segments))


def _cited(claims: list[ClaimDraft], places: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return the evidence that claims cite, by their places."""
    return {
        place: frozenset(i for a in claims[place].assertions for i in a.evidence)
        for place in places
    }


def _moments(task: ExplainTask) -> Iterator[Moment]:
    readings = {r.segment: r for r in task.readings}
    known = {f.evidence: f for s in task.segments for f in s.facts}
    faces = any(f.modality is Modality.FACE for f in known.values())
    persons = {p.id: p for p in task.persons}
    for segment in task.segments:
        yield Moment(
            segment=segment, reading=readings.get(segment.id), words=wording(task.language),
            persons=persons, known=known, faces_read=faces,
        )  # fmt: skip
