"""What stands behind a report: persons, plan, tools, gaps, what was dropped."""

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from emer.agent.exports.fixed_words import Words
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
    """Span, rate, look and cost, as far as they are known."""


def whole_gap(gap: Gap, report: Report) -> bool:
    """Whether a gap is one of the whole clip."""
    return (gap.start_s, gap.end_s) == tuple(report.run.span)


def gap_rows(report: Report, t: Words) -> list[GapRow]:
    """Return the gaps, those of one reason together; losses first."""
    groups: dict[tuple[str, str], list[Gap]] = {}
    for gap in report.gaps:
        reason = persons_named(gap.reason, report.subjects)
        groups.setdefault((reason, gap.remedy), []).append(gap)
    rows = [
        GapRow(
            tools=_names((g.tool for g in own), t), reason=reason, remedy=remedy,
            places=_places([g for g in own if not whole_gap(g, report)], t),
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


def _names(tools: Iterable[str], t: Words) -> str:
    return t("comma").join(dict.fromkeys(tool_words(tool, t) for tool in tools))


def _places(gaps: Sequence[Gap], t: Words) -> str:
    places = list(dict.fromkeys(during(g.start_s, g.end_s) for g in gaps))
    shown = t("comma").join(places[:MAX_PLACES])
    left = len(places) - MAX_PLACES
    return t("limits.more_places", places=shown, n=left) if left > 0 else shown


def decision_rows(plan: Sequence[Decision], t: Words) -> list[DecisionRow]:
    """Return the plan, what was decided alike together."""
    alike: dict[tuple[object, ...], list[Decision]] = {}
    for d in plan:
        alike.setdefault((d.chosen, d.reason, d.look, d.start_s, d.end_s, d.rate_hz), []).append(d)
    return [_decision(own, t) for own in alike.values()]


def _decision(own: Sequence[Decision], t: Words) -> DecisionRow:
    first = own[0]
    where = [during(first.start_s, first.end_s)] if first.end_s > first.start_s else []
    if first.rate_hz:
        where.append(t("plan.rate", rate=f"{first.rate_hz:g}"))
    if first.look:
        where.append(t("plan.look", n=first.look + 1))
    cost_s = sum(d.cost_s for d in own)
    if first.chosen:
        where.append(t("plan.cost", seconds=f"{cost_s:.1f}"))
    return DecisionRow(
        _names((d.tool for d in own), t), first.chosen, first.reason, t("comma").join(where)
    )


def bound_tools(tools: Sequence[ToolRun]) -> list[ToolRun]:
    """Return the tools whose licence forbids commercial use and whose answers are in the report."""
    return [t for t in tools if not t.commercial_use and t.n_evidence]


def person_facts(person: Person, report: Report, t: Words) -> list[str]:
    """Return how much of a person was seen and heard, as short sentences."""
    facts = []
    if person.speaker:
        n = sum(u.subject == person.id for u in report.utterances)
        facts.append(t("persons.heard_in", seconds=f"{person.heard_s:.1f}", n=n))
    if person.face_tracks and report.media.kind != "image":
        facts.append(t("persons.seen_for", seconds=f"{person.seen_s:.1f}"))
    if person.face_tracks and person.unseen_speech_s >= 0.05:
        facts.append(t("persons.unseen", seconds=f"{person.unseen_speech_s:.1f}"))
    if person.speaker and not person.face_tracks:
        facts.append(t("persons.faceless"))
    return facts


def person_parts(person: Person, t: Words) -> str:
    """Name the voice and the faces that are taken for one person, by their ids."""
    own = person.speaker
    voice = t("persons.voice", name=own) if own else t("persons.no_voice")
    names = t("comma").join(person.face_tracks)
    faces = t("persons.faces", names=names) if names else t("persons.no_face")
    return t("clause").join((voice, faces))


def unnamed_words(report: Report) -> list[str]:
    """Say for each person in how many moments no emotion is named."""
    told = report.explanation
    silent = {r.segment for r in told.readings if r.abstained}
    return unnamed(told.segments, silent, wording(told.language))


def abstained_words(report: Report) -> str:
    """Say that no emotion is named for anybody, and why; empty if one is."""
    why = abstention_of(report)
    return sentence_for(why, report.explanation.language) if why else ""
