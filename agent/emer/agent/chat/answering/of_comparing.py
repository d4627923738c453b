"""Answers that set two people, or two stretches, side by side: what differs comes first."""

from collections.abc import Iterator
from typing import Final

from emer.agent.chat.answering import chinese
from emer.agent.chat.answering.places import bounds, where
from emer.agent.chat.answering.sentences import Sentence, Teller
from emer.agent.chat.understanding.asked import Asked
from emer.agent.queries.answer import QueryError
from emer.agent.queries.compare import SAME, CompareAnswer, CompareArgs, Side, compare
from emer.agent.queries.moments import MomentsArgs, moments
from emer.agent.queries.timeline import stretches
from emer.graphs.report import Segment
from emer.graphs.rule.writing.wording import during, quote
from emer.tools import taxonomy
from emer.tools.findings import TimeSpan

MAX_CITED: Final = 6
"""Ids of each side in one sentence."""
MAX_LABELS: Final = 3
MEASURED: Final = frozenset(
    {"smile", "frown", "raised brows", "raised voice", "laughter", "crying"}
)
"""What is compared by how often and how long it is shown."""


def compared(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Set two people or two stretches side by side, or rank all people by one emotion."""
    everybody = [p.id for p in tell.report.subjects]
    if asked.other_window is not None:
        yield from _stretches(tell, asked)
        return
    if asked.shows in MEASURED and len(asked.persons) != 1:
        yield from _by_amount(tell, asked, list(asked.persons) or everybody)
        return
    if asked.label is not None and len(asked.persons) != 1:
        yield from _ranked(tell, asked, list(asked.persons) or everybody)
        return
    if asked.intense and len(asked.persons) != 1:
        yield from _most_intense(tell, asked, list(asked.persons) or everybody)
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
    assert answer.sides is not None
    for side in answer.sides:
        yield _shows(tell, asked, side)
    yield from _leanings(tell, answer, [s.person or "scene" for s in answer.sides])


def _stretches(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    assert asked.window is not None
    assert asked.other_window is not None
    first, second = asked.window, asked.other_window
    person = asked.persons[0] if len(asked.persons) == 1 else None
    for window in (first, second):
        yield _at(tell, asked, TimeSpan(start_s=window[0], end_s=window[1]))
    answer = compare(
        tell.report,
        CompareArgs(
            person=person, start_s=first[0], end_s=first[1], other_start_s=second[0],
            other_end_s=second[1],
        ),
    )  # fmt: skip
    yield from _leanings(tell, answer, [during(*first), during(*second)])


def _at(tell: Teller, asked: Asked, place: TimeSpan) -> Sentence:
    """Say in one sentence what everybody comes across as in a stretch."""
    named = asked.persons or tuple(p.id for p in tell.report.subjects)
    own = [
        s for s in tell.report.explanation.segments if s.overlaps(place) and s.subject in named
    ]  # fmt: skip
    told, ids = [], []
    for person in named:
        found = stretches(tell.report, [s for s in own if s.subject == person])
        labels = list(dict.fromkeys(x.shown for s in found for x in s.labels))[:MAX_LABELS]
        if labels:
            told.append(tell.word("as_labels", who=person, labels=tell.listed(labels)))
            ids += [i for s in found for x in s.labels for i in x.evidence][:MAX_CITED]
    when = during(place.start_s, place.end_s)
    if not told:
        return tell.cannot("nothing_named", where=tell.word("where", when=when))
    return tell.say("stretch_side", place, "scene", ids, told=tell.word("then").join(told))


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


def _most_intense(tell: Teller, asked: Asked, persons: list[str]) -> Iterator[Sentence]:
    """Say of each where most is shown, whoever shows the most first."""
    best = []
    for person in persons:
        own = [x for x in tell.report.labels if x.subject == person]
        window = asked.window
        if window:
            own = [x for x in own if x.start_s < window[1] and x.end_s > window[0]]
        if own:
            best.append(max(own, key=lambda x: (x.intensity, x.score)))
    for x in sorted(best, key=lambda x: -x.intensity):
        yield tell.say(
            "most_intense", x, x.subject, x.evidence, label=x.shown, n=f"{x.intensity:.2f}"
        )
    if not best:
        yield tell.cannot("nothing_named", where=where(tell, asked))


def _leanings(tell: Teller, answer: CompareAnswer, names: list[str]) -> Iterator[Sentence]:
    """Say where the two lean apart, the furthest first, and in one sentence where they do not."""
    assert answer.sides is not None
    one, other = answer.sides
    rows = [
        (abs(x - y), modality, axis, x, y)
        for modality, first in one.leanings.items()
        for axis in ("valence", "arousal")
        if (x := getattr(first, axis)) is not None
        and (y := getattr(other.leanings.get(modality), axis, None)) is not None
        and (modality, axis) != ("face", "arousal")  # guesswork from few movements
    ]
    place = TimeSpan(start_s=min(one.start_s, other.start_s), end_s=max(one.end_s, other.end_s))
    who = one.person if one.person == other.person and one.person else "scene"
    for gap, modality, axis, x, y in sorted(rows, key=lambda r: -r[0]):
        if gap < SAME:
            break
        ids = [i for side in (one, other) for i in _ids(tell, side, modality)[:MAX_CITED]]
        yield tell.say(
            "leaning", place, who, ids, modality=tell.word(modality), one=names[0], other=names[1],
            x=f"{x:+.2f}", y=f"{y:+.2f}", how=tell.word("higher" if x > y else "lower"),
            axis=tell.word(axis),
        )  # fmt: skip
    alike = [r for r in rows if r[0] < SAME]
    if alike:
        told = [
            tell.word("axis_of", axis=tell.word(axis), modality=tell.word(modality))
            for _, modality, axis, _, _ in alike
        ]
        ids = [i for side in (one, other) for r in alike for i in _ids(tell, side, r[1])[:2]]
        yield tell.say("alike_in", place, who, ids, what=tell.listed(told))


def _shows(tell: Teller, asked: Asked, side: Side) -> Sentence:
    who = side.person or "scene"
    if not side.n_segments:
        return tell.cannot("none_there", who=who, where=where(tell, asked))
    told = [
        tell.word("for_seconds", label=taxonomy.label_word(x, tell.language), n=f"{n:.1f}")
        for x, n in side.labels.items()
    ]
    own = [x for x in tell.report.labels if x.subject == who and x.overlaps(_place(side))]
    ids = [i for x in own for i in x.evidence] or _ids(tell, side)
    name = "side_labels" if told else "side_none"
    return tell.say(
        name, _place(side), who, ids, labels=tell.listed(told), speaks=f"{side.speaks_s:.1f}",
        conflicts=side.n_conflicts, where=where(tell, asked),
    )  # fmt: skip


def _place(side: Side) -> TimeSpan:
    return TimeSpan(start_s=side.start_s, end_s=side.end_s)


def _ids(tell: Teller, side: Side, modality: str | None = None) -> list[str]:
    """Return what a side rests on, or only what is of one modality."""

    def of(segment: Segment) -> tuple[str, ...]:
        return getattr(segment, modality) if modality else tell.facts.ids_of(segment)[:3]

    place = _place(side)
    return [
        i for s in tell.report.explanation.segments
        if s.overlaps(place) and side.person in (None, s.subject) for i in of(s)
    ]  # fmt: skip
