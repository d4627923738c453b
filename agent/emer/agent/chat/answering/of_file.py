"""Answers about the clip as such: its length, who is in it, its pictures, what is missing."""

import re
from collections.abc import Iterator
from typing import Final

from emer.agent.chat.answering import chinese
from emer.agent.chat.answering.places import bounds, chosen, each, where, why_missing
from emer.agent.chat.answering.sentences import Sentence, Teller
from emer.agent.chat.understanding.asked import Asked
from emer.agent.queries.args import NoArgs, Some
from emer.agent.queries.basics import gaps as ask_gaps
from emer.agent.queries.basics import people as ask_people
from emer.agent.queries.cases import cases as ask_cases
from emer.graphs.rule.writing.wording import at, during, quote
from emer.tools import taxonomy
from emer.tools.findings import select
from emer.tools.quoting import quoted
from emer.tools.readings import SceneReading, ScreenTextReading

_LEAST: Final = re.compile(r"\b(?:less|least|fewer|fewest)\b|[更最].{0,2}少", re.I)
_MOST: Final = re.compile(rf"\b(?:more|most)\b|[更最].{{0,2}}多|{_LEAST.pattern}", re.I)
MAX_TIMES: Final = 12
_WHO: Final = frozenset({"diarization", "faces", "utterances", "voice_affect", "speech_activity"})
_SEEN: Final = frozenset({"visual_attributes", "on_screen_text", "faces"})


def length(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say how long it is."""
    media = tell.report.media
    if media.kind == "image":
        yield tell.of_file("still")
        return
    yield tell.of_file("lasts", time=at(media.duration_s), n=f"{media.duration_s:.1f}")
    first_s, last_s = tell.report.run.span
    if first_s > 0 or last_s < media.duration_s - 0.1:
        yield tell.of_file("part", when=during(first_s, last_s))


def media(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say what the file is."""
    info = tell.report.media
    yield from length(tell, asked)
    if info.video:
        rate = f"{info.video.rate_hz:.4g}" if info.video.rate_hz else "?"
        yield tell.of_file(
            "picture", width=info.video.width_px, height=info.video.height_px, rate=rate
        )
    else:
        yield tell.of_file("no_picture")
    yield tell.of_file("sound" if info.audio else "no_sound")
    n = len(info.subtitles)
    yield tell.of_file("subtitles", n=n) if n else tell.of_file("no_subtitles")


def people(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say who is there; within a stretch, who is heard or seen in it."""
    report = tell.report
    present = {s.subject for s in chosen(tell, report.explanation.segments, asked)}
    told = [
        p for p in report.subjects
        if (not asked.persons or p.id in asked.persons) and (not asked.window or p.id in present)
    ]  # fmt: skip
    if not told:
        yield tell.cannot("nobody", why=why_missing(tell, asked, _WHO))
        return
    lines = {x.subject: x for x in ask_people(report, NoArgs()).lines}
    first = lines[told[0].id]
    heard = sorted((p for p in told if p.heard_s), key=lambda p: -p.heard_s)
    if len(heard) > 1 and _MOST.search(asked.text):
        ranked = heard[::-1] if _LEAST.search(asked.text) else heard
        times = tell.listed(f"{p.id} {p.heard_s:.1f} s" for p in ranked)
        text = tell.word(
            "speaks_least" if ranked is not heard else "speaks_most", who=ranked[0].id, times=times
        )
        ids = tuple(dict.fromkeys(i for p in ranked for i in lines[p.id].evidence[:4]))
        yield tell.cited(lines[ranked[0].id].model_copy(update={"evidence": ids}), text)
        return
    if not asked.persons:
        names = tell.listed(p.id for p in told)
        every = tuple(dict.fromkeys(i for p in told for i in lines[p.id].evidence[:4]))
        text = tell.word("count", n=len(told), names=names)
        yield tell.cited(first.model_copy(update={"evidence": every, "subject": "scene"}), text)
    for person in told:
        if asked.persons and asked.speaks and not person.heard_s:
            yield tell.cannot("not_heard", who=person.id, why=why_missing(tell, asked, _WHO))
            continue
        parts = []
        if person.heard_s:
            parts.append(tell.word("heard", n=f"{person.heard_s:.1f}"))
        if person.seen_s:
            parts.append(tell.word("seen", n=f"{person.seen_s:.1f}"))
        if person.link_score is not None:
            parts.append(tell.word("linked", n=f"{person.link_score:.2f}"))
        text = tell.word("person", who=person.id, what=tell.listed(parts))
        yield tell.cited(lines[person.id], text)


def scene(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say where it is cut and how bright and colourful it is."""
    found = [
        (e, e.reading)
        for e in chosen(tell, select(tell.report.evidence, kind="scene"), _anybody(asked))
        if isinstance(e.reading, SceneReading)
    ]
    if not found:
        why = why_missing(tell, asked, _SEEN)
        yield tell.cannot("no_clue", where=where(tell, asked), whom="", why=why)
        return
    cuts = sorted({c for _, r in found for c in r.cuts_s})
    ids, place = [e.id for e, _ in found], found[0][0]
    total_s = sum(e.duration_s for e, _ in found)
    times = tell.listed(at(c) for c in cuts[:MAX_TIMES])
    told = tell.word("because", reason=times) if cuts else ""
    yield tell.say("cuts", place, "scene", ids, n=len(cuts), where=told)
    yield tell.say(
        "light", place, "scene", ids,
        bright=f"{sum(r.brightness * e.duration_s for e, r in found) / total_s:.2f}",
        colour=f"{sum(r.colourfulness * e.duration_s for e, r in found) / total_s:.0f}",
    )  # fmt: skip


def screen_text(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Quote text in the picture."""
    found = chosen(tell, select(tell.report.evidence, kind="on_screen_text"), _anybody(asked))
    if not found:
        why = why_missing(tell, asked, frozenset({"on_screen_text"}))
        yield tell.cannot("no_clue", where=where(tell, asked), whom="", why=why)
    for e in found:
        if isinstance(e.reading, ScreenTextReading):
            text = e.reading.text
            yield tell.say("reads", e, e.subject, (e.id,), quotes=text, quote=quote(text))


def gaps(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say what could not be measured, each reason once."""
    told: set[tuple[str, str]] = set()
    # a gap belongs to a voice or face; of a person only where one is named
    for person in each(asked):
        answer = ask_gaps(tell.report, Some(person=person, limit=200, **bounds(asked)))
        for gap, line in zip(answer.gaps, answer.lines, strict=True):
            if (gap.tool, gap.reason) in told:
                continue
            told.add((gap.tool, gap.reason))
            text = tell.word(
                "gap", tool=chinese.tool(gap.tool, tell.language),
                when=during(gap.start_s, gap.end_s), reason=chinese.gap(gap, tell.language),
            )  # fmt: skip
            yield tell.cited(line, text)
    if not told:
        yield tell.of_file("no_gap")


def cases(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Name similar annotated cases, the most similar first, each once."""
    found = [
        (case, line)
        for person in each(asked)
        for answer in [ask_cases(tell.report, Some(person=person, limit=200, **bounds(asked)))]
        for case, line in zip(answer.cases, answer.lines, strict=True)
    ]
    if not found:
        yield tell.cannot("no_cases", where=where(tell, asked))
    named: set[str] = set()
    for case, line in sorted(found, key=lambda x: -x[0].similarity):
        if case.case in named:
            continue
        named.add(case.case)
        text = tell.word(
            "case", case=case.case, n=f"{case.similarity:.2f}",
            why=chinese.similarity(case.why, tell.language),
            situation=quote(quoted(case.situation), 300),
            labels=tell.listed(taxonomy.label_word(x, tell.language) for x in case.labels),
        )  # fmt: skip
        yield tell.cited(line, text)


def _anybody(asked: Asked) -> Asked:
    """Return the question without persons: pictures and texts are nobody's."""
    return asked.model_copy(update={"persons": ()})
