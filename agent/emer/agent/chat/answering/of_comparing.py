"""Answers that set people side by side: all that is read of them, one emotion, or how often something is shown."""

from collections.abc import Iterator
from typing import Final

from emer.agent.chat.answering import chinese
from emer.agent.chat.answering.places import bounds, where
from emer.agent.chat.answering.sentences import Sentence, Teller
from emer.agent.chat.understanding.asked import Asked
from emer.agent.queries.answer import QueryError
from emer.agent.queries.compare import SAME, CompareAnswer, CompareArgs, Side, compare
from emer.agent.queries.moments import MomentsArgs, moments
from emer.graphs.rule.writing.wording import quote
from emer.tools import taxonomy
from emer.tools.findings import TimeSpan

MEASURED: Final = frozenset(
    {"smile", "frown", "raised brows", "raised voice", "laughter", "crying"}
)
"""What is compared by how often and how long it is shown."""


def compared(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Set two people side by side, or rank all by one emotion."""
    everybody = [p.id for p in tell.report.subjects]
    if asked.shows in MEASURED and len(asked.persons) != 1:
        yield from _by_amount(tell, asked, list(asked.persons) or everybody)
        return
    if asked.label is not None and len(asked.persons) != 1:
        yield from _ranked(tell, asked, list(asked.persons) or everybody)
        return
    pair = [*asked.persons, *(p for p in everybody if p not in asked.persons)][:2]
    if len(pair) < 2 or (len(everybody) > 2 and len(asked.persons) < 2):
        names = tell.word("because", reason=tell.listed(everybody)) if everybody else ""
        yield tell.cannot("no_pair", n=len(everybody), names=names)
        return
    try:
        answer = compare(
            tell.report, CompareArgs(person=pair[0], other_person=pair[1], **bounds(asked))
        )
    except QueryError:
        yield tell.cannot("no_pair", n=len(everybody), names="")
        return
    yield from _sides(tell, asked, answer)


def _by_amount(tell: Teller, asked: Asked, persons: list[str]) -> Iterator[Sentence]:
    """Say of each how often, how long and how strongly something is shown, the most first."""
    told: list[tuple[float, Sentence]] = []
    for person in persons:
        args = MomentsArgs(shows=asked.shows or "", person=person, limit=200, **bounds(asked))
        found = moments(tell.report, args)
        what = chinese.event(asked.shows or "", tell.language)
        if not found.moments:
            whom = tell.word("of_whom", who=person)
            word = quote(what) if tell.language == "en" else what
            none = tell.cannot("shows_not", word=word, whom=whom, where=where(tell, asked))
            told.append((0.0, none))
            continue
        every = found.moments
        place = TimeSpan(start_s=min(m.start_s for m in every), end_s=max(m.end_s for m in every))
        lasts = sum(m.end_s - m.start_s for m in every)
        ids = [i for line in found.lines for i in line.evidence]
        told.append((lasts, tell.say(
            "amount", place, person, ids, what=what, n=len(every), s=f"{lasts:.1f}",
            most=f"{every[0].score:.1f}",
        )))  # fmt: skip
    yield from (sentence for _, sentence in sorted(told, key=lambda x: -x[0]))


def _ranked(tell: Teller, asked: Asked, persons: list[str]) -> Iterator[Sentence]:
    best, without = [], []
    for person in persons:
        args = MomentsArgs(shows=asked.label or "", person=person, limit=1, **bounds(asked))
        found = moments(tell.report, args)
        if found.moments:
            best.append((found.moments[0], found.lines[0]))
        else:
            without.append(person)
    for moment, line in sorted(best, key=lambda x: -x[0].score):
        label = taxonomy.label_word(moment.shows, tell.language)
        place = TimeSpan(start_s=moment.start_s, end_s=moment.end_s)
        yield tell.say(
            "strongest", place, moment.subject, line.evidence, label=label,
            score=f"{moment.score:.2f}",
        )  # fmt: skip
    word = taxonomy.label_word(asked.label or "", tell.language)
    for person in without:
        yield tell.cannot(
            "shows_not", word=word, whom=tell.word("of_whom", who=person), where=where(tell, asked)
        )


def _sides(tell: Teller, asked: Asked, answer: CompareAnswer) -> Iterator[Sentence]:
    assert answer.sides is not None
    for side in answer.sides:
        yield from _side(tell, asked, side)
    one, other = answer.sides
    for modality, first in one.leanings.items():
        second = other.leanings.get(modality)
        for axis in ("valence", "arousal"):
            x, y = getattr(first, axis), getattr(second, axis, None)
            if x is None or y is None or (modality == "face" and axis == "arousal"):
                continue  # a face's arousal is guesswork from few movements
            how = "alike" if abs(x - y) < SAME else "higher" if x > y else "lower"
            ids = [*_cited(tell, asked, one)[:6], *_cited(tell, asked, other)[:6]]
            yield tell.say(
                "leaning", _place(one), one.person or "scene", ids, modality=tell.word(modality),
                one=one.person, other=other.person, x=f"{x:+.2f}", y=f"{y:+.2f}",
                how=tell.word(how), axis=tell.word(axis),
            )  # fmt: skip


def _side(tell: Teller, asked: Asked, side: Side) -> Iterator[Sentence]:
    who, ids = side.person or "scene", _cited(tell, asked, side)
    if not side.n_segments:
        yield tell.cannot("none_there", who=who, where=where(tell, asked))
        return
    yield tell.say(
        "side", _place(side), who, ids, speaks=f"{side.speaks_s:.1f}",
        conflicts=side.n_conflicts, where=where(tell, asked),
    )  # fmt: skip
    told = [
        tell.word("for_seconds", label=taxonomy.label_word(x, tell.language), n=f"{n:.1f}")
        for x, n in side.labels.items()
    ]
    name = "side_labels" if told else "side_none"
    own = [x for x in tell.report.labels if x.subject == who]
    yield tell.say(
        name, _place(side), who, [i for x in own for i in x.evidence] or ids,
        labels=tell.listed(told),
    )  # fmt: skip


def _place(side: Side) -> TimeSpan:
    return TimeSpan(start_s=side.start_s, end_s=side.end_s)


def _cited(tell: Teller, asked: Asked, side: Side) -> list[str]:
    own = [s for s in tell.report.explanation.segments if s.subject == side.person]
    return [i for s in own if s.overlaps(_place(side)) for i in tell.facts.ids_of(s)[:3]]
