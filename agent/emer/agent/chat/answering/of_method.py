"""Answers about how it was found out: tools and models, language, recording, voices at once."""

import re
from collections.abc import Iterator
from typing import Final

from emer.agent.chat.answering import chinese
from emer.agent.chat.answering.of_shows import not_shown
from emer.agent.chat.answering.places import chosen, where, why_missing
from emer.agent.chat.answering.sentences import Sentence, Teller
from emer.agent.chat.understanding.asked import Asked
from emer.agent.queries.moments import families_of
from emer.agent.queries.timeline import Stretch, stretches
from emer.graphs.verification.basis import BUILT_IN
from emer.tools import taxonomy
from emer.tools.findings import Evidence, TimeSpan, select
from emer.tools.readings import FaceTrackReading, TurnReading, VoiceReading

MOST: Final = 6
AT_ONCE_S: Final = 0.3
"""Turns that meet by less than this only touch: their ends are not known any better."""
_SOUND: Final = re.compile(r"\b(?:sounds?|audio|nois\w*|speech)\b|声|音", re.I)
_PICTURE: Final = re.compile(r"\b(?:pictures?|images?|video|blurr\w*)\b|画|图像|视频", re.I)
_HEARD: Final = frozenset({"asr", "utterances", "speech_activity"})


def method(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say which models and tools a reading rests on, or all that looked at the clip."""
    report = tell.report
    own = _asked_of(tell, asked)
    every = [i for s in own for i in tell.facts.ids_of(s.segment)] or list(tell.facts.evidence)
    whole = TimeSpan(start_s=report.run.span[0], end_s=report.run.span[1])
    if not every:
        yield tell.cannot("no_method", where=where(tell, asked))
        return
    if asked.label and not asked.follows:
        yield _of_run(tell, tell.word("measures"), every)
    if asked.label and not any(_has(s, asked.label) for s in own):
        yield from not_shown(tell, asked, instead=False)
        own = []
    for stretch in own[:MOST]:
        ids = _grounds(stretch) or tell.facts.ids_of(stretch.segment)
        tools = dict.fromkeys((e.tool, e.model) for e in (tell.facts.evidence[i] for i in ids))
        named = [
            tell.word("tool_of", tool=chinese.tool(t, tell.language), model=m) for t, m in tools
        ]
        yield tell.say(
            "rests_on", stretch.segment, stretch.segment.subject, ids, tools=tell.listed(named)
        )
    name = "read_by_rules" if report.run.llm == BUILT_IN else "read_by_model"
    yield _of_run(tell, tell.word(name, model=report.run.llm), every)
    if not own:
        yield from _all_tools(tell, whole)


def _of_run(tell: Teller, text: str, evidence: list[str]) -> Sentence:
    """Return what holds of the analysis as such: it rests on all that was measured."""
    first_s, last_s = tell.report.run.span
    whole = TimeSpan(start_s=first_s, end_s=last_s)
    return tell.cited(tell.facts.cited(text, whole, "scene", evidence, what="report"))


def _asked_of(tell: Teller, asked: Asked) -> list[Stretch]:
    if not (asked.window or asked.label or asked.persons):
        return []
    found = stretches(tell.report, chosen(tell, tell.report.explanation.segments, asked))
    named = [s for s in found if s.labels]
    return sorted(
        [s for s in named if not asked.label or _has(s, asked.label)] or named,
        key=lambda s: -s.labels[0].score,
    )[: 1 if asked.label else MOST]


def _has(stretch: Stretch, label: str) -> bool:
    kin = [taxonomy.find(x.label) for x in stretch.labels]
    return any(k is not None and k.family in families_of(label) for k in kin)


def _grounds(stretch: Stretch) -> tuple[str, ...]:
    return tuple(dict.fromkeys(i for x in stretch.labels for i in x.evidence))


def _all_tools(tell: Teller, whole: TimeSpan) -> Iterator[Sentence]:
    for ran in tell.report.run.tools:
        own = [e.id for e in tell.report.evidence if e.tool == ran.tool]
        if own:
            yield tell.say(
                "tool", whole, "scene", own, tool=chinese.tool(ran.tool, tell.language),
                model=ran.model, engine=ran.engine, n=ran.n_evidence,
            )  # fmt: skip


def language(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say in which language the known words are."""
    known = [u for u in tell.report.utterances if u.text]
    if not known:
        why = why_missing(tell, asked, _HEARD)
        yield tell.cannot("no_language", why=why)
        return
    codes = list(dict.fromkeys(u.language for u in known if u.language))
    if not codes:
        yield tell.cannot("language_open")
        return
    place = TimeSpan(start_s=known[0].start_s, end_s=known[-1].end_s)
    written = any("subtitle" in e.engine for e in tell.report.evidence if e.tool == "asr")
    yield tell.say(
        "language", place, "scene", [i for u in known for i in u.evidence],
        language=tell.listed(chinese.spoken(c, tell.language) for c in codes),
        source=tell.word("of_subtitles") if written else "",
    )  # fmt: skip


def overlap(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say where two voices are heard at once."""
    turns = [e for e in tell.report.evidence if isinstance(e.reading, TurnReading)]
    if not turns:
        yield tell.cannot("no_clue", where="", whom="", why=why_missing(tell, asked, _HEARD))
        return
    found = [
        (a, b) for n, a in enumerate(turns) for b in turns[n + 1 :]
        if a.subject != b.subject and a.overlap_s(b) >= AT_ONCE_S
    ]  # fmt: skip
    if not found:
        yield tell.cannot("no_overlap")
    for a, b in found[:MOST]:
        place = TimeSpan(start_s=max(a.start_s, b.start_s), end_s=min(a.end_s, b.end_s))
        yield tell.say(
            "overlaps", place, "scene", (a.id, b.id), one=tell.who(a.subject),
            other=tell.who(b.subject),
        )  # fmt: skip


def quality(tell: Teller, asked: Asked) -> Iterator[Sentence]:
    """Say how well voices and faces could be measured."""
    voices: list[tuple[Evidence, float]] = []
    for e in select(tell.report.evidence, kind="voice"):
        if isinstance(e.reading, VoiceReading) and e.reading.snr_db is not None:
            voices.append((e, e.reading.snr_db))
    wanted = [p.search(asked.text) for p in (_SOUND, _PICTURE)]
    hears, sees = (bool(own) or not any(wanted) for own in wanted)
    if voices and hears:
        whole = TimeSpan(start_s=voices[0][0].start_s, end_s=voices[-1][0].end_s)
        yield tell.say(
            "heard_above", whole, "scene", [e.id for e, _ in voices],
            low=f"{min(n for _, n in voices):.0f}", high=f"{max(n for _, n in voices):.0f}",
        )  # fmt: skip
    faces = select(tell.report.evidence, kind="face_track") if sees else []
    for e in faces:
        if isinstance(e.reading, FaceTrackReading):
            yield tell.say(
                "face_large", e, e.subject, (e.id,), share=f"{100 * e.reading.picture_share:.0f}",
                aligned=f"{100 * e.reading.aligned_share:.0f}",
            )  # fmt: skip
    if not (voices and hears) and not faces:
        yield tell.cannot("no_quality")
