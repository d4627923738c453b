"""Answers about what was said: quoted, by whom and when."""

import re
from collections.abc import Iterator
from typing import Final

from emer.agent.chat.answering.places import chosen, where, why_missing
from emer.agent.chat.answering.sentences import Sentence, Teller
from emer.agent.chat.understanding.asked import Asked
from emer.agent.queries.transcript import TranscriptArgs, transcript
from emer.graphs.rule.writing.wording import quote
from emer.tools.findings import TimeSpan, Utterance

_TIMES: Final = re.compile(r"\bhow (?:often|many times)\b|[几多]少?次", re.I)
_HEARD: Final = frozenset({"asr", "utterances", "speech_activity"})


def said(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Quote what was said, or where some words were."""
    utterances = tell.report.utterances
    if asked.contains:
        found = transcript(tell.report, TranscriptArgs(contains=asked.contains, limit=200))
        utterances = found.utterances
        if not utterances and tell.report.utterances:
            yield tell.cannot("not_mentioned", word=quote(asked.contains))
            return
    spoken = chosen(tell, utterances, asked)
    told = [u for u in spoken if u.text]
    if asked.nearest and told:
        told = told[:1] if asked.nearest == "first" else told[-1:]
    if asked.contains and told and _TIMES.search(asked.text):
        place = TimeSpan(start_s=told[0].start_s, end_s=told[-1].end_s)
        ids = [i for u in told for i in u.evidence]
        whose = {u.subject for u in told}
        yield tell.say(
            "said_times", place, whose.pop() if len(whose) == 1 else "scene", ids,
            word=quote(asked.contains), n=len(told),
        )  # fmt: skip
    for u in told:
        yield quoted_line(tell, u)
    if not told and spoken:
        why = why_missing(tell, asked, _HEARD)
        yield from (tell.say("wordless", u, u.subject, u.evidence, why=why) for u in spoken)
    elif not told:
        last = _last_before(tell, asked)
        why = why_missing(tell, asked, _HEARD)
        yield tell.cannot("nothing_said", where=where(tell, asked), why=why)
        if last is not None:
            yield quoted_line(tell, last)


def quoted_line(tell: Teller, u: Utterance) -> Sentence:
    """Quote one utterance."""
    text = u.text or ""
    return tell.say("says", u, u.subject, u.evidence, quotes=text, quote=quote(text))


def _last_before(tell: Teller, asked: Asked) -> Utterance | None:
    """Return what was said last before a stretch in which nothing is: the nearest there is."""
    if asked.window is None:
        return None
    own = [u for u in tell.report.utterances if not asked.persons or u.subject in asked.persons]
    before = [u for u in own if u.text and u.start_s < asked.window[1]]
    return before[-1] if before else None
