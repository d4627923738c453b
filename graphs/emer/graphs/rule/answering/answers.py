"""Answer a question from a report: from its verified claims and typed facts, and nothing else.

Reads    the question (as data: it selects, it never commands) and a report
Returns  one paragraph in the report's language; a plain "cannot tell" with the reason if the
         report holds no answer
Cost     milliseconds
"""

from collections.abc import Callable, Sequence
from typing import Final, TypeVar

from emer.graphs.report import Claim, Report
from emer.graphs.rule.answering.answer_words import WORDS, Phrases
from emer.graphs.rule.plans.question import Inquiry, Topic, inquiry
from emer.graphs.rule.writing.wording import at, during, quote
from emer.tools import taxonomy
from emer.tools.findings import Gap, Spanned, TimeSpan, select
from emer.tools.readings import SceneReading, ScreenTextReading

Place = TypeVar("Place", bound=Spanned)

MAX_CLAIMS: Final = 8
NEAR_S: Final = 0.5
"""What ends or begins this near to a moment that is asked about counts as holding it."""
MAX_UTTERANCES: Final = 12
_QUANTITIES: Final[dict[Topic, tuple[str, ...]]] = {
    "voice": ("voice.", "tone.", "event."), "face": ("face.", "au."), "words_emotion": ("text.",),
}  # fmt: skip
_GAP_TOOLS: Final[dict[Topic, frozenset[str]]] = {
    "words": frozenset({"asr", "utterances"}),
    "speakers": frozenset({"diarization", "faces", "utterances"}),
    "voice": frozenset(
        {"voice_affect", "speech_emotion", "voice_dimensions", "vocal_events", "utterances"}
    ),
    "face": frozenset({"faces", "action_units", "expression"}),
    "words_emotion": frozenset({"text_emotion", "asr"}),
    "reaction": frozenset({"faces", "expression"}),
    "screen_text": frozenset({"on_screen_text"}),
}  # fmt: skip


def answer(question: str, report: Report) -> str:
    """Return what ``report`` says to ``question``."""
    words = WORDS[report.explanation.language]
    part = TimeSpan(start_s=report.run.span[0], end_s=report.run.span[1])
    asked = inquiry(question, part)
    if asked.beyond:
        return words.beyond.format(start=at(part.start_s), end=at(part.end_s))
    found = [text for topic in _ANSWERED if topic in asked.topics
             for text in _ANSWERED[topic](asked, report, words)]  # fmt: skip
    placed = asked.is_general or asked.window is not None or bool(asked.persons)
    if asked.topics & _FROM_CLAIMS or (not asked.topics and placed):
        found += _from_claims(asked, report, words)
    if not found:
        return _cannot_tell(asked, report, words)
    if asked.by_looks and len(_present(asked, report)) > 1:
        found.append(words.by_looks)
    return words.joined(found)


def _of_media(asked: Inquiry, report: Report, words: Phrases) -> list[str]:
    media = report.media
    said = [words.lasts.format(time=at(media.duration_s), n=f"{media.duration_s:.1f}")]
    if media.video:
        rate = f"{media.video.rate_hz:.4g}" if media.video.rate_hz else "?"
        said.append(
            words.picture.format(
                width=media.video.width_px, height=media.video.height_px, rate=rate
            )
        )
    said.append(words.sound if media.audio else words.no_sound)
    if media.subtitles:
        said.append(words.subtitles.format(n=len(media.subtitles)))
    return said


def _of_words(asked: Inquiry, report: Report, words: Phrases) -> list[str]:
    spoken = _nearest(asked, [u for u in report.utterances if _fits(u, u.subject, asked)])
    if asked.place == "end" and not spoken:
        spoken = [u for u in report.utterances if u.text][-1:]
    told = [u for u in spoken if u.text]
    said = [
        words.says.format(
            when=during(u.start_s, u.end_s), who=words.person(u.subject), quote=quote(u.text or "")
        )
        for u in told[:MAX_UTTERANCES]
    ]
    if len(told) > MAX_UTTERANCES:
        said.append(words.more_said.format(n=len(told) - MAX_UTTERANCES))
    if spoken and not told:
        said.append(words.wordless.format(n=len(spoken), why=_why(asked, report, words)))
    return said


def _of_speakers(asked: Inquiry, report: Report, words: Phrases) -> list[str]:
    present = _present(asked, report)
    if not present:
        return []
    lines = [words.people.format(n=len(present))]
    for person in report.subjects:
        if person.id not in present:
            continue
        parts = []
        if person.heard_s:
            parts.append(words.heard.format(n=f"{person.heard_s:.1f}"))
        if person.seen_s:
            parts.append(words.seen.format(n=f"{person.seen_s:.1f}"))
        if person.link_score is not None:
            parts.append(words.linked.format(n=f"{person.link_score:.2f}"))
        lines.append(words.who.format(who=person.id, what=words.comma.join(parts)))
    return lines


def _of_scene(asked: Inquiry, report: Report, words: Phrases) -> list[str]:
    scenes = [
        (e, e.reading)
        for e in select(report.evidence, kind="scene")
        if isinstance(e.reading, SceneReading) and (not asked.window or e.overlaps(asked.window))
    ]
    if not scenes:
        return []
    cuts = sorted({c for _, r in scenes for c in r.cuts_s})
    total_s = sum(e.duration_s for e, _ in scenes)
    bright = sum(r.brightness * e.duration_s for e, r in scenes) / total_s
    colour = sum(r.colourfulness * e.duration_s for e, r in scenes) / total_s
    where = ", ".join(at(c) for c in cuts[:12])
    return [
        words.cuts.format(n=len(cuts), where=words.where_cuts.format(times=where) if cuts else ""),
        words.light.format(bright=f"{bright:.2f}", colour=f"{colour:.0f}"),
    ]


def _of_screen_text(asked: Inquiry, report: Report, words: Phrases) -> list[str]:
    found = [
        (e, e.reading)
        for e in select(report.evidence, kind="on_screen_text")
        if isinstance(e.reading, ScreenTextReading)
        and (not asked.window or e.overlaps(asked.window))
    ]
    told = [
        words.reads.format(when=during(e.start_s, e.end_s), quote=quote(r.text))
        for e, r in found[:MAX_UTTERANCES]
    ]
    if len(found) > MAX_UTTERANCES:
        told.append(words.more_read.format(n=len(found) - MAX_UTTERANCES))
    return told


_ANSWERED: Final[dict[Topic, Callable[[Inquiry, Report, Phrases], list[str]]]] = {
    "media": _of_media, "speakers": _of_speakers, "words": _of_words, "scene": _of_scene,
    "screen_text": _of_screen_text,
}  # fmt: skip
_FROM_CLAIMS: Final[frozenset[Topic]] = frozenset(
    {"voice", "face", "words_emotion", "sincerity", "reaction", "emotion"}
)


def _from_claims(asked: Inquiry, report: Report, words: Phrases) -> list[str]:
    fitting = [c for c in report.explanation.claims if _fits(c, c.subject, asked, *c.about)]
    here = _nearest(asked, fitting)
    if asked.families and asked.topics & {"emotion"}:
        return _of_families(asked, here, words)
    chosen = _bearing_on(asked, here)
    said = [c.text for c in chosen[:MAX_CLAIMS]]
    if "sincerity" in asked.topics and here:
        conflicts = [c for c in chosen if c.stage == "disagreement"]
        compared = [
            a for a in report.agreement
            if a.verdict == "agree" and _fits(a, a.subject, asked)
        ]  # fmt: skip
        if conflicts:
            said.insert(0, words.apart)
        elif compared:
            said.insert(0, words.together)
        else:
            said.insert(0, words.uncompared)
        said.append(words.not_inside)
    if len(chosen) > MAX_CLAIMS:
        said.append(words.more_claims.format(n=len(chosen) - MAX_CLAIMS))
    return said


def _of_families(asked: Inquiry, here: Sequence[Claim], words: Phrases) -> list[str]:
    """Answer for the emotions that are named: where they are shown, and what goes with it."""
    shown = [
        c for c in here
        if c.stage == "emotion"
        and any(taxonomy.LABELS[x].family in asked.families for x in c.labels if x in taxonomy.LABELS)
    ]  # fmt: skip
    if not shown:
        others = [c.text for c in here if c.stage == "whole"]
        return [words.nobody, *others[:MAX_CLAIMS]] if here else []
    places = {c.segment for c in shown}
    told = [
        c for c in here
        if c.segment in places
        and c.stage in {"attribute", "disagreement", "shift", "emotion", "cause"}
    ]  # fmt: skip
    said = []
    for c in told[:MAX_CLAIMS]:
        said.append(f"[{during(c.start_s, c.end_s)}] {c.text}" if c.stage == "emotion" else c.text)
    return said


def _nearest(asked: Inquiry, items: Sequence[Place]) -> list[Place]:
    """Of a moment that is asked about, keep what holds it, if anything does."""
    if asked.place != "moment" or asked.window is None:
        return list(items)
    middle_s = (asked.window.start_s + asked.window.end_s) / 2
    at_it = [x for x in items if x.start_s - NEAR_S <= middle_s < x.end_s + NEAR_S]
    return at_it or list(items)


def _bearing_on(asked: Inquiry, claims: Sequence[Claim]) -> list[Claim]:
    """Choose the claims that bear on the topics; the most inferential first, each once."""
    wanted: list[Claim] = []
    prefixes = tuple(p for t in asked.topics for p in _QUANTITIES.get(t, ()))
    measured = [
        c
        for c in claims
        if prefixes
        and c.stage in {"attribute", "expression"}
        and any(a.quantity.startswith(prefixes) for a in c.assertions)
    ]
    stages: set[str] = set()
    if asked.persons:  # whose reaction it is comes first in a question, to whom second
        claims = [c for c in claims if c.stage != "reaction" or c.subject == asked.persons[0]]
    if "reaction" in asked.topics:
        stages |= {"reaction"}
    if "sincerity" in asked.topics:
        stages |= {"disagreement", "emotion"}
    if "emotion" in asked.topics or not asked.topics:
        narrow = asked.window is not None
        stages |= {"disagreement", "shift", "cause", *({"emotion"} if narrow else {"whole"})}
    if not asked.topics and asked.window is not None:
        stages |= {"attribute", "expression", "reaction"}
    wanted = [c for c in claims if c.stage in stages]
    if not wanted and "emotion" in asked.topics:
        wanted = [c for c in claims if c.stage == "expression"]
    order = {"whole": 0, "emotion": 1, "disagreement": 2, "shift": 3, "cause": 4, "reaction": 5}
    ranked = sorted(wanted, key=lambda c: order.get(c.stage, 6)) if asked.window is None else wanted
    return list({c.id: c for c in (*ranked, *measured)}.values())


def _present(asked: Inquiry, report: Report) -> set[str]:
    return {
        s.subject
        for s in report.explanation.segments
        if _fits(s, s.subject, asked) and s.subject in {p.id for p in report.subjects}
    } or ({p.id for p in report.subjects} if asked.window is None else set())


def _fits(item: Spanned, subject: str, asked: Inquiry, *others: str) -> bool:
    in_time = asked.window is None or item.overlaps(asked.window)
    return in_time and (not asked.persons or bool({subject, *others} & set(asked.persons)))


def _cannot_tell(asked: Inquiry, report: Report, words: Phrases) -> str:
    where = words.where.format(when=during(asked.window.start_s, asked.window.end_s)) if (
        asked.window
    ) else ""  # fmt: skip
    return words.cannot.format(where=where, why=_why(asked, report, words))


def _why(asked: Inquiry, report: Report, words: Phrases) -> str:
    """Return the first gap that explains why there is no answer, with its remedy."""
    tools = {t for topic in asked.topics for t in _GAP_TOOLS.get(topic, frozenset())}
    for gap in report.gaps:
        if gap.tool in tools and (asked.window is None or gap.overlaps(asked.window)):
            return words.because.format(reason=_reason(gap))
    return ""


def _reason(gap: Gap) -> str:
    return f"{gap.reason}. {gap.remedy}".rstrip(". ") if gap.remedy else gap.reason
