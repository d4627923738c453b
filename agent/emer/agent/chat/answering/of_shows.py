"""Answers about who shows what, when, and how surely that can be said."""

import re
from collections.abc import Iterator
from typing import Final

from emer.agent.chat.answering import chinese
from emer.agent.chat.answering.places import bounds, chosen, each, where, whom, why_missing
from emer.agent.chat.answering.sentences import Sentence, Teller
from emer.agent.chat.understanding.asked import Asked
from emer.agent.queries.answer import Cited
from emer.agent.queries.moments import Moment, MomentsArgs, families_of, moments
from emer.agent.queries.timeline import Stretch, stretches
from emer.graphs.report import Agreement, Label, Reaction, Shift
from emer.graphs.rule.writing.wording import quote
from emer.tools import taxonomy
from emer.tools.findings import TimeSpan
from emer.tools.readings import ActionUnitReading, VocalEventReading, VoiceReading

BEST: Final = 3
"""Moments that are shown when one is asked for."""
MAX_LABELS: Final = 4
_LOOKED: Final = frozenset({"faces", "expression", "action_units", "voice_affect", "speech_emotion", "text_emotion", "asr"})  # fmt: skip
_SOUNDS: Final = frozenset({"music", "laughter", "crying"})
_OF_SOUNDS: Final = frozenset({"vocal_events"})
_LASTS: Final = re.compile(r"\bhow long\b|多久|多长时间", re.I)
SURE_OF: Final = 2
"""Moments whose support is told of at once."""


def who(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say who shows it, the strongest first."""
    if not (asked.label or asked.shows):
        yield from feels(tell, asked)
        return
    yield from shown(tell, asked, limit=200)


def when(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say when it is shown, in order of time."""
    if not (asked.label or asked.shows):
        yield from speaks(tell, asked) if asked.speaks else feels(tell, asked)
        return
    yield from shown(tell, asked, limit=200, by_time=True)


def moment(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Point to the best moments."""
    if not (asked.label or asked.shows):
        yield from speaks(tell, asked) if asked.speaks else _best(tell, asked)
        return
    yield from shown(tell, asked, limit=BEST)


def intensity(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say how intense it is, the most intense first."""
    if asked.label or asked.shows:
        yield from shown(tell, asked, limit=BEST)
        return
    named = [s for s in stretches_of(tell, asked) if s.labels]
    yield from (across(tell, s) for s in _by_intensity(named)[:BEST])
    if not named:
        yield from feels(tell, asked)


def _by_intensity(found: list[Stretch]) -> list[Stretch]:
    return sorted(found, key=lambda s: (-s.labels[0].intensity, -s.labels[0].score))


def speaks(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say when somebody speaks."""
    from emer.agent.chat.answering.of_words import said

    yield from said(tell, asked)


def feels(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say how people come across: what can be named, and where nothing can be."""
    if asked.label:
        yield from shown(tell, asked, limit=BEST)
        return
    if asked.window is None:
        claims = chosen(tell, tell.report.explanation.claims, asked)
        yield from (tell.claim(c) for c in claims if c.stage == "whole")
    found = stretches_of(tell, asked)
    if not found:
        yield nobody_there(tell, asked)
    named = [s for s in found if s.labels]
    for stretch in sorted(named, key=lambda s: -s.labels[0].score) if not asked.window else named:
        yield across(tell, stretch)
    if asked.window is not None or not named:
        yield from (unnamed(tell, s) for s in found if not s.labels)


def nobody_there(tell: Teller, asked: Asked) -> Sentence:
    """Say that nobody is heard or seen there."""
    if asked.persons:
        return tell.cannot("none_there", who=tell.listed(asked.persons), where=where(tell, asked))
    return tell.cannot("nothing_named", where=where(tell, asked))


def agreement(tell: Teller, a: Agreement) -> Sentence:
    """Say whether two modalities fit together."""
    name = {"agree": "agrees", "conflict": "conflicts", "missing": "missing"}[a.verdict]
    one, other = (tell.word(m.value) for m in a.pair)
    ids = a.evidence or _ids(tell, a.segment, [m.value for m in a.pair])
    return tell.say(name, a, a.subject, ids, one=one, other=other, n=f"{a.magnitude:.2f}")


def across(tell: Teller, stretch: Stretch) -> Sentence:
    """Say what somebody comes across as in one segment."""
    labels = stretch.labels[:MAX_LABELS]
    told = [
        tell.word("scored", label=x.shown, score=f"{x.score:.2f}", intensity=f"{x.intensity:.2f}")
        for x in labels
    ]
    ids = [i for x in labels for i in x.evidence]
    segment = stretch.segment
    return tell.say("comes_across", segment, segment.subject, ids, labels=tell.listed(told))


def unnamed(tell: Teller, stretch: Stretch) -> Sentence:
    """Say that no emotion can be named, and why."""
    segment = stretch.segment
    reason = stretch.reading.reason.rstrip(".。") if stretch.reading else "-"
    ids = tell.facts.ids_of(segment)
    return tell.say("unnamed", segment, segment.subject, ids, reason=reason)


def shown(tell: Teller, asked: Asked, *, limit: int, by_time: bool = False) -> Iterator[Sentence]:
    """Say where what is asked for is shown, or that nothing shows it."""
    wanted = asked.shows or asked.label or ""
    found: list[tuple[Moment, Cited]] = []
    for person in each(asked):
        args = MomentsArgs(shows=wanted, person=person, limit=200, **bounds(asked))
        answer = moments(tell.report, args)
        found += zip(answer.moments, answer.lines, strict=True)
    if not found:
        yield from not_shown(tell, asked)
        return
    found.sort(key=lambda x: (x[0].start_s if by_time else 0.0, -x[0].score, x[0].start_s))
    if asked.nearest:
        yield from _nearest(tell, asked, found)
        return
    if by_time and (len(found) > 1 or _LASTS.search(asked.text)):
        yield _counted(tell, asked, found)
    for one, cited in found[:limit]:
        yield tell.cited(cited, _told(tell, one, cited))


def _nearest(tell: Teller, asked: Asked, found: list[tuple[Moment, Cited]]) -> Iterator[Sentence]:
    """Tell the first or the last alone."""
    one, cited = (min if asked.nearest == "first" else max)(found, key=lambda x: x[0].start_s)
    yield tell.cited(cited, _told(tell, one, cited))


def _counted(tell: Teller, asked: Asked, found: list[tuple[Moment, Cited]]) -> Sentence:
    """Say how often it is shown."""
    place = TimeSpan(start_s=min(m.start_s for m, _ in found), end_s=max(m.end_s for m, _ in found))
    whose = {m.subject for m, _ in found}
    word = asked.label_said or chinese.event(asked.shows or "", tell.language) or asked.label
    return tell.say(
        "counted", place, whose.pop() if len(whose) == 1 else "scene",
        [i for _, line in found for i in line.evidence], n=len(found), word=word,
        s=f"{sum(m.end_s - m.start_s for m, _ in found):.1f}",
    )  # fmt: skip


def _told(tell: Teller, at: Moment, cited: Cited) -> str:
    """Say what is shown in the chat's words; what has none keeps those of the query."""
    place = TimeSpan(start_s=at.start_s, end_s=at.end_s)
    who, when = tell.who(at.subject), _during(place)
    label = _label_at(tell, at)
    if label is not None:
        scored = tell.word(
            "scored", label=label.shown, score=f"{label.score:.2f}",
            intensity=f"{label.intensity:.2f}",
        )  # fmt: skip
        return tell.word("comes_across", when=when, who=who, labels=scored)
    reading = next((tell.facts.evidence[i].reading for i in cited.evidence), None)
    if isinstance(reading, ActionUnitReading):
        return tell.word(
            "moves", when=when, who=who, au=reading.au,
            name=chinese.movement(reading.au, reading.name, tell.language),
            n=f"{reading.intensity:.1f}",
        )  # fmt: skip
    if isinstance(reading, VoiceReading) and at.shows == "raised voice":
        return tell.word("louder", when=when, who=who, n=f"{at.score:+.1f}")
    if isinstance(reading, VocalEventReading):
        return tell.word(
            "sounds",
            when=when,
            event=chinese.event(reading.event, tell.language),
            n=f"{reading.loudest:.2f}",
        )
    return _of_relation(tell, at, place) or f"{when} {cited.text}"


def _relations(tell: Teller) -> list[Shift | Reaction | Agreement]:
    told = tell.report.explanation
    return [*told.shifts, *told.reactions, *tell.report.agreement]


def _of_relation(tell: Teller, at: Moment, place: TimeSpan) -> str | None:
    """Say what changes, how somebody reacts, what contradicts: none of it is one reading."""
    here = [
        x for x in _relations(tell)
        if x.start_s == place.start_s and x.end_s == place.end_s
        and tell.facts.who(x.subject) == at.subject
    ]  # fmt: skip
    for x in here:
        if at.shows == "shift" and isinstance(x, Shift):
            axis = " ".join(tell.word(part) for part in x.dimension.split("."))
            return tell.word(
                "shifts", when=_during(place), who=at.subject, axis=axis, x=f"{x.before:+.2f}",
                y=f"{x.after:+.2f}",
            )  # fmt: skip
        if at.shows == "reaction" and isinstance(x, Reaction):
            return tell.word(
                "reacts", when=_during(place), who=at.subject, other=tell.who(x.to),
                n=f"{x.latency_s:.1f}",
            )  # fmt: skip
        if at.shows == "conflict" and isinstance(x, Agreement) and x.verdict == "conflict":
            return agreement(tell, x).text
    return None


def _label_at(tell: Teller, at: Moment) -> Label | None:
    return next(
        (
            x for x in tell.report.labels
            if x.label == at.shows and x.start_s == at.start_s
            and tell.facts.who(x.subject) == at.subject
        ),
        None,
    )  # fmt: skip


def not_shown(tell: Teller, asked: Asked, *, instead: bool = True) -> Iterator[Sentence]:
    """Say that nothing shows it, why if something could not be looked at, and what is shown."""
    said = asked.label_said or chinese.event(asked.shows or "", tell.language) or asked.label or ""
    word = quote(said) if tell.language == "en" else said
    yield tell.cannot("shows_not", word=word, whom=whom(tell, asked), where=where(tell, asked))
    if not tell.report.explanation.segments:
        why = why_missing(tell, asked, _LOOKED)
        yield tell.cannot("no_clue", where=where(tell, asked), whom="", why=why)
    if not instead or not (asked.persons or asked.window or asked.shows):
        return
    if asked.shows:  # who wants to know of laughter does not ask for moods
        why = why_missing(tell, asked, _OF_SOUNDS) if asked.shows in _SOUNDS else ""
        if why:
            yield tell.cannot("no_clue", where=where(tell, asked), whom="", why=why)
        return
    named = sorted(
        (s for s in stretches_of(tell, asked) if s.labels), key=lambda s: -s.labels[0].score
    )
    yield from (across(tell, s) for s in named[:SURE_OF])


def _best(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Point to what stands out where nothing in particular is asked for."""
    named = sorted(
        (s for s in stretches_of(tell, asked) if s.labels), key=lambda s: -s.labels[0].score
    )
    if not named:
        yield from feels(tell, asked)
    elif asked.intense:
        named = _by_intensity(named)
    yield from (across(tell, s) for s in named[:BEST])


def stretches_of(tell: Teller, asked: Asked) -> list[Stretch]:
    """Return the stretches that are asked about."""
    segments = chosen(tell, tell.report.explanation.segments, asked)
    return stretches(tell.report, segments)


def score_of(stretch: Stretch, label: str | None) -> float:
    """Return the support of a label, or of the best one."""
    families = families_of(label) if label else frozenset()
    own = [
        x.score for x in stretch.labels
        if label is None or x.label == label
        or (x.label in taxonomy.LABELS and taxonomy.LABELS[x.label].family in families)
    ]  # fmt: skip
    return max(own, default=0.0)


def _ids(tell: Teller, segment: str, lanes: list[str]) -> tuple[str, ...]:
    own = next((s for s in tell.report.explanation.segments if s.id == segment), None)
    if own is None:
        return ()
    there = tuple(i for lane in lanes for i in getattr(own, lane))
    return tell.facts.strongest(there) or tell.facts.ids_of(own)


def _during(place: TimeSpan) -> str:
    from emer.graphs.rule.writing.wording import during

    return during(place.start_s, place.end_s)
