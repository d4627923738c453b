"""What stands behind a report: persons, plan, tools, gaps, what was dropped."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from emer.agent.exports.page.words import during, tool_words
from emer.graphs.abstaining import abstention_of, sentence_for
from emer.graphs.report import Decision, Report, ToolRun
from emer.graphs.rule.language import wording
from emer.graphs.rule.writing.prose import unnamed
from emer.tools.findings import Gap, Person

MAX_PLACES: Final = 6


class GapRow(NamedTuple):
    """Gaps of one reason."""

    tools: str
    reason: str
    remedy: str
    places: str
    lost: bool


class DecisionRow(NamedTuple):
    """What was decided of several tools alike."""

    tools: str
    chosen: bool
    reason: str
    where: str
    cost_s: float


def whole_gap(gap: Gap, report: Report) -> bool:
    """Whether a gap is one of the whole clip."""
    return (gap.start_s, gap.end_s) == tuple(report.run.span)


def gap_rows(report: Report) -> list[GapRow]:
    """Return the gaps, those of one reason together; losses first."""
    groups: dict[tuple[str, str], list[Gap]] = {}
    for gap in report.gaps:
        reason = persons_named(gap.reason, report.subjects)
        groups.setdefault((reason, gap.remedy), []).append(gap)
    rows = [
        GapRow(
            tools=_names(g.tool for g in own), reason=reason, remedy=remedy,
            places=_places([g for g in own if not whole_gap(g, report)]),
            lost=any(g.code.is_loss for g in own),
        )
        for (reason, remedy), own in groups.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda r: not r.lost)


def persons_named(text: str, persons: Sequence[Person]) -> str:
    """Return a tool's sentence with persons in place of the ids of their voices and faces."""
    for person in persons:
        for member in person.members:
            text = re.sub(rf"\b{re.escape(member)}\b", person.id, text)
    return text


def _names(tools: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(map(tool_words, tools)))


def _places(gaps: Sequence[Gap]) -> str:
    places = list(dict.fromkeys(during(g.start_s, g.end_s) for g in gaps))
    more = f" and {len(places) - MAX_PLACES} more" if len(places) > MAX_PLACES else ""
    return ", ".join(places[:MAX_PLACES]) + more


def decision_rows(plan: Sequence[Decision]) -> list[DecisionRow]:
    """Return the plan, what was decided alike together."""
    alike: dict[tuple[object, ...], list[Decision]] = {}
    for d in plan:
        alike.setdefault((d.chosen, d.reason, d.look, d.start_s, d.end_s, d.rate_hz), []).append(d)
    return [_decision(own) for own in alike.values()]


def _decision(own: Sequence[Decision]) -> DecisionRow:
    first = own[0]
    where = during(first.start_s, first.end_s) if first.end_s > first.start_s else ""
    if first.rate_hz:
        where += f", {first.rate_hz:g} pictures/s"
    if first.look:
        where += f", look {first.look + 1}"
    return DecisionRow(
        _names(d.tool for d in own), first.chosen, first.reason, where, sum(d.cost_s for d in own)
    )


def bound_tools(tools: Sequence[ToolRun]) -> list[ToolRun]:
    """Return the tools whose licence forbids commercial use and whose answers are in the report."""
    return [t for t in tools if not t.commercial_use and t.n_evidence]


def person_facts(person: Person, report: Report) -> list[str]:
    """Return how much of a person was seen and heard, as short sentences."""
    facts = []
    if person.speaker:
        n = sum(u.subject == person.id for u in report.utterances)
        facts.append(f"Heard {person.heard_s:.1f} s, in {_count(n)}.")
    if person.face_tracks and report.media.kind != "image":
        facts.append(f"Seen {person.seen_s:.1f} s.")
    if person.face_tracks and person.unseen_speech_s >= 0.05:
        facts.append(f"{person.unseen_speech_s:.1f} s of speech without the face in the picture.")
    if person.speaker and not person.face_tracks:
        facts.append("No face is linked to this voice.")
    return facts


def person_parts(person: Person) -> str:
    """Name the voice and the faces that are taken for one person, by their ids."""
    voice = f"voice {person.speaker}" if person.speaker else "no voice"
    faces = ", ".join(person.face_tracks)
    return f"{voice}; {f'faces {faces}' if faces else 'no face'}"


def _count(n: int) -> str:
    return f"{n} utterance" + ("" if n == 1 else "s")


def unnamed_words(report: Report) -> list[str]:
    """Say for each person in how many moments no emotion is named."""
    told = report.explanation
    silent = {r.segment for r in told.readings if r.abstained}
    return unnamed(told.segments, silent, wording(told.language))


def abstained_words(report: Report) -> str:
    """Say that no emotion is named for anybody, and why; empty if one is."""
    why = abstention_of(report)
    return sentence_for(why, report.explanation.language) if why else ""
