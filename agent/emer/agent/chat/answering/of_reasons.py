"""Answers about why: grounds, other readings, comparisons, and what would be read without a part."""

from collections.abc import Iterator
from typing import Final

from emer.agent.chat.answering.of_shows import across, agreement, not_shown
from emer.agent.chat.answering.places import bounds, chosen, each, where
from emer.agent.chat.answering.sentences import Sentence, Teller
from emer.agent.chat.understanding.asked import Asked
from emer.agent.queries.moments import families_of
from emer.agent.queries.timeline import Stretch
from emer.agent.queries.why import WhyAnswer, WhyArgs, why
from emer.agent.queries.without import WithoutArgs, without
from emer.graphs.report import Claim
from emer.tools import taxonomy
from emer.tools.findings import TimeSpan

MAX_CLAIMS: Final = 6
_ORDER: Final = {
    "emotion": 0,
    "disagreement": 1,
    "shift": 2,
    "reaction": 3,
    "expression": 4,
    "attribute": 5,
}


def reasons(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say what a reading rests on, what speaks against it, and what may have led to it."""
    for answer in _whys(tell, asked):
        if asked.label and not any(_holds(s, asked.label) for s in answer.stretches):
            # nobody shows it: said before why what is shown is read
            yield from not_shown(tell, asked, instead=False)
        for stretch in answer.stretches:
            own = [c for c in answer.claims if c.segment == stretch.segment.id]
            yield from (_reading(tell, stretch, own))
            yield from (tell.claim(c) for c in _telling(own))
            for a in answer.agreement:
                if a.segment == stretch.segment.id and a.verdict != "missing":
                    yield agreement(tell, a)
            yield from _grounds(tell, stretch)
        if answer.stretches:
            return
    yield tell.cannot("no_reason", where=where(tell, asked))


def against(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say what speaks against a reading, and what else was weighed."""
    for answer in _whys(tell, asked):
        for stretch in answer.stretches:
            own = [c for c in answer.claims if c.segment == stretch.segment.id]
            yield from (tell.claim(c) for c in own if c.stage == "disagreement")
            reading, segment = stretch.reading, stretch.segment
            if reading is None or not (reading.speaks_against or reading.alternatives):
                yield tell.say(
                    "nothing_against", segment, segment.subject, tell.facts.ids_of(segment)
                )
            yield from _grounds(tell, stretch, ("against",))
        if answer.stretches:
            return
    yield tell.cannot("no_reason", where=where(tell, asked))


def decisive(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say which part of the evidence a reading turns on: what changes if one is left out."""
    for answer in _whys(tell, asked):
        for stretch in answer.stretches[:1]:
            yield from _turns_on(tell, stretch)
        if answer.stretches:
            return
    yield tell.cannot("no_reason", where=where(tell, asked))


def _turns_on(tell: Teller, stretch: Stretch) -> Iterator[Sentence]:
    segment = stretch.segment
    if not stretch.labels:
        yield from _reading(tell, stretch, [])
        return
    lanes = {"words": segment.words, "voice": segment.voice, "picture": segment.face}
    told: list[tuple[bool, Sentence]] = []
    first = [taxonomy.label_word(x.label, tell.language) for x in stretch.labels]
    for part, lane in lanes.items():
        if not lane:
            continue
        args = WithoutArgs.model_validate({
            "left_out": part, "start_s": segment.start_s, "end_s": segment.end_s, "limit": 200,
            "person": segment.subject if segment.subject in _people(tell) else None,
        })  # fmt: skip
        changed = [c for c in without(tell.report, args).changed if c.segment.id == segment.id]
        then = [taxonomy.label_word(x, tell.language) for c in changed for x in c.without]
        told.append((bool(changed), tell.say(
            "decides" if changed else "decides_not", segment, segment.subject,
            tell.facts.strongest(lane), what=tell.word(f"{part}_"), first=tell.listed(first),
            then=tell.listed(then) or tell.word("nothing_named_then"),
        )))  # fmt: skip
    yield from (sentence for _, sentence in sorted(told, key=lambda x: not x[0]))


def _people(tell: Teller) -> set[str]:
    return {p.id for p in tell.report.subjects}


def why_not(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say why something else is not named: whether it was weighed, and what is named instead."""
    if asked.label is None:
        yield tell.cannot("which_emotion")
        yield from reasons(tell, asked)
        return
    for answer in _whys(tell, asked):
        for stretch in answer.stretches:
            own = [c for c in answer.claims if c.segment == stretch.segment.id]
            yield _of_label(tell, stretch, asked.label)
            yield from _reading(tell, stretch, own)
            yield from _grounds(tell, stretch)
            yield from (tell.claim(c) for c in _telling(own) if c.stage != "attribute")
        if answer.stretches:
            return
    yield tell.cannot("no_reason", where=where(tell, asked))


def _holds(stretch: Stretch, label: str) -> bool:
    """Whether a stretch is read as an emotion of the same family."""
    kin = [taxonomy.find(x.label) for x in stretch.labels]
    families = families_of(label)
    return any(k is not None and (k.word == label or k.family in families) for k in kin)


def _whys(tell: Teller, asked: Asked) -> Iterator[WhyAnswer]:
    """Ask at the moment, then, if nobody was read there, in all of the clip."""
    moment = asked.at_s
    if moment is None and asked.window is not None:
        moment = (asked.window[0] + asked.window[1]) / 2
    if moment is not None:
        found = [why(tell.report, _args(asked, p, moment)) for p in each(asked)]
        yield from (x for x in found if x.stretches)
    if asked.window is None:
        yield from (why(tell.report, _args(asked, p, None)) for p in each(asked))


def _args(asked: Asked, person: str | None, moment: float | None) -> WhyArgs:
    return WhyArgs(at_s=moment, person=person, label=asked.label, limit=200)


def _leads(claim: Claim) -> int:
    """Put a possible cause first, then what was said: why is what people ask, not how it was measured."""
    return 0 if claim.hypothesis else 1 if "“" in claim.text else 2


def _telling(claims: list[Claim]) -> list[Claim]:
    named = [c for c in claims if c.stage in _ORDER and c.stage != "emotion"]
    return sorted(named, key=lambda c: (_leads(c), _ORDER[c.stage], c.start_s))[:MAX_CLAIMS]


def _reading(tell: Teller, stretch: Stretch, claims: list[Claim]) -> Iterator[Sentence]:
    concluded = [c for c in claims if c.stage == "emotion"]
    if concluded:
        yield from (tell.claim(c) for c in concluded)
    elif stretch.labels:
        yield across(tell, stretch)
    else:
        segment = stretch.segment
        reason = stretch.reading.reason.rstrip(".。") if stretch.reading else "-"
        ids = tell.facts.ids_of(segment)
        yield tell.say("unnamed", segment, segment.subject, ids, reason=reason)


def _grounds(
    tell: Teller, stretch: Stretch, kept: tuple[str, ...] = ("in_favour", "against")
) -> Iterator[Sentence]:
    reading, segment = stretch.reading, stretch.segment
    if reading is None:
        return
    ids = tell.facts.ids_of(segment)
    for name, told in (("in_favour", reading.speaks_for), ("against", reading.speaks_against)):
        if told and name in kept:
            yield tell.say(
                name, segment, segment.subject, ids, what=tell.word("semicolon").join(told)
            )
    if reading.alternatives:
        others = [
            f"{taxonomy.label_word(a.label, tell.language)} {a.score:.2f}"
            for a in reading.alternatives
        ]
        yield tell.say("also", segment, segment.subject, ids, labels=tell.listed(others))


def _of_label(tell: Teller, stretch: Stretch, label: str) -> Sentence:
    segment, reading = stretch.segment, stretch.reading
    word = taxonomy.label_word(label, tell.language)
    given = next((x for x in stretch.labels if x.label == label), None)
    if given is not None:
        score = f"{given.score:.2f}"
        return tell.say(
            "is_named", segment, segment.subject, given.evidence, label=word, score=score
        )
    ids = tell.facts.ids_of(segment)
    near = next((a for a in (reading.alternatives if reading else ()) if a.label == label), None)
    if near is None:
        return tell.say("not_weighed", segment, segment.subject, ids, label=word)
    best = max((x.score for x in stretch.labels), default=0.0)
    rest = tell.word("less_than", best=f"{best:.2f}") if best else tell.word("too_little")
    return tell.say(
        "was_weighed", segment, segment.subject, ids, label=word, score=f"{near.score:.2f}",
        rest=rest,
    )  # fmt: skip


def left_out(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say what would be read if a part were missing."""
    if asked.left_out is None:
        yield tell.cannot("which_out")
        return
    what = tell.word(f"{asked.left_out}_")
    n_same = 0
    for person in each(asked):
        args = WithoutArgs(left_out=asked.left_out, person=person, limit=200, **bounds(asked))
        answer = without(tell.report, args)
        n_same += answer.n_same
        for change in answer.changed:
            segment = change.segment
            first = [taxonomy.label_word(x, tell.language) for x in change.with_all]
            then = [taxonomy.label_word(x, tell.language) for x in change.without]
            name = "instead" if then else "nothing_left"
            yield tell.say(
                name, segment, segment.subject, tell.facts.ids_of(segment), what=what,
                first=tell.listed(first) or tell.word("nothing_first"), then=tell.listed(then),
                reason=change.reason.rstrip(".。"),
            )  # fmt: skip
    segments = chosen(tell, tell.report.explanation.segments, asked)
    ids = [i for s in segments for i in tell.facts.ids_of(s)[:3]]
    if not segments:
        yield tell.cannot("nothing_named", where=where(tell, asked))
    elif n_same:
        place = TimeSpan(
            start_s=min(s.start_s for s in segments), end_s=max(s.end_s for s in segments)
        )
        yield tell.say("same", place, "scene", ids, what=what, n=n_same)
