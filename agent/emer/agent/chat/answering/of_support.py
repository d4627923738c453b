"""Answers about how surely something can be said."""

from collections.abc import Iterator

from emer.agent.chat.answering import chinese
from emer.agent.chat.answering.of_shows import (
    MAX_LABELS,
    SURE_OF,
    agreement,
    nobody_there,
    not_shown,
    score_of,
    stretches_of,
    unnamed,
)
from emer.agent.chat.answering.sentences import Sentence, Teller
from emer.agent.chat.understanding.asked import Asked
from emer.agent.queries.timeline import Stretch
from emer.tools import taxonomy
from emer.tools.findings import TimeSpan


def sure(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say how well a reading is supported, and what was weighed beside it."""
    every = stretches_of(tell, asked)
    named = sorted((s for s in every if s.labels), key=lambda s: -score_of(s, asked.label))
    if not every:
        yield nobody_there(tell, asked)
        return
    if not named:
        yield from (unnamed(tell, s) for s in every[:SURE_OF])
        return
    if asked.label and not score_of(named[0], asked.label):
        yield from not_shown(tell, asked)
        return
    for stretch in named[:SURE_OF]:
        yield from _support(tell, stretch)
    yield from _links(tell, [s.segment.subject for s in named[:SURE_OF]])


def _support(tell: Teller, stretch: Stretch) -> Iterator[Sentence]:
    segment = stretch.segment
    for label in stretch.labels[:MAX_LABELS]:
        yield tell.say(
            "support", label, label.subject, label.evidence, label=label.shown,
            score=f"{label.score:.2f}",
        )  # fmt: skip
    for e in (tell.facts.evidence[i] for i in tell.facts.ids_of(segment)):
        if e.confidence is not None:
            yield tell.say(
                "confident", e, e.subject, (e.id,), tool=chinese.tool(e.tool, tell.language),
                n=f"{e.confidence:.2f}",
            )  # fmt: skip
    own = [a for a in tell.report.agreement if a.segment == segment.id]
    yield from (agreement(tell, a) for a in own)
    if stretch.reading and stretch.reading.alternatives:
        told = [
            f"{taxonomy.label_word(a.label, tell.language)} {a.score:.2f}"
            for a in stretch.reading.alternatives[:MAX_LABELS]
        ]
        ids = tell.facts.ids_of(segment)
        yield tell.say("also", segment, segment.subject, ids, labels=tell.listed(told))


def _links(tell: Teller, subjects: list[str]) -> Iterator[Sentence]:
    for person in tell.report.subjects:
        if person.id in subjects and person.link_score is not None:
            ids = [i for link in person.links for i in link.evidence]
            place = TimeSpan(
                start_s=min((tell.facts.evidence[i].start_s for i in ids if i in tell.facts.evidence), default=0.0),
                end_s=tell.report.run.span[1],
            )  # fmt: skip
            yield tell.say("link", place, person.id, ids, n=f"{person.link_score:.2f}")
