"""Which words of a clip a judge of texts reads for which span, and what stays a gap.

Reads    the utterances of the clip, as the tool ``utterances`` found them, and translations of those
         that are in no language of the judge's, where somebody made them
Returns  ``Task``s to judge, and gaps where there are no words or none that the judge can read
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, runtime_checkable

import numpy as np

from emer.tools.findings import (
    SCENE,
    Evidence,
    Finding,
    Gap,
    GapCode,
    Spanned,
    TimeSpan,
    select,
)
from emer.tools.readings import TranslationReading, UtteranceReading
from emer.tools.specialist import Clip
from emer.tools.text_features import MAX_CHARS, tokenize
from emer.tools.text_language import Guess, guess

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOOL: Final = "text_emotion"
TRANSLATION: Final = "translation"
"""Name under which translations are filed; no specialist makes them."""
ENGLISH: Final = frozenset({"en", "eng", "english"})
UNDETERMINED: Final = "und"
_TAG: Final = re.compile(r"[a-z]{2,8}")
NO_LANGUAGE: Final = frozenset({"", "und", "mul", "mis", "zxx"})
"""Language tags that name no language."""
ENOUGH: Final = 0.5
"""An utterance belongs to a span if they share this much of the shorter one."""
REMEDY: Final = (
    "Fetch an engine that reads this language, if 'emer models list' names one, with 'emer models "
    "pull'; or set a language model with --llm, which translates it first; or provide English "
    "subtitles. If it is English after all, say so with --language en."
)


class Reader(NamedTuple):
    """What a judge of texts can read."""

    letters: "NDArray[np.float32]"
    """Statistics of English letters, see ``text_language.guess``."""
    languages: frozenset[str] | None = frozenset({"en"})
    """BCP 47 primary tags; ``None``: any."""

    @property
    def named(self) -> str:
        """Its languages for a person."""
        if self.languages == frozenset({"en"}):
            return "English"
        return ", ".join(sorted(self.languages or ()))


@runtime_checkable
class ReadsLanguages(Protocol):
    """A specialist that says which languages it reads, and reads translations of the others."""

    def reader(self) -> Reader:
        """Return what it can read.

        Raises:
            ToolUnavailable: Its weights are missing or altered.
        """
        ...


class Unread(NamedTuple):
    """An utterance that a judge cannot read as it is."""

    utterance: Evidence
    text: str
    language: str
    """BCP 47 primary tag as given, ``und`` where nothing gave one."""
    why: str
    """Why it cannot be read, for a person."""


class _Said(NamedTuple):
    """One utterance with what is known about its language."""

    utterance: Evidence
    subject: str
    text: str
    readable: bool | None
    """Whether it is in a language of the reader; ``None`` without text, or if nothing tells."""
    why: str
    """Why it cannot be read, for a person."""
    language: str = "en"
    """BCP 47 primary tag of the text."""
    given: str = ""
    """That of what was said, as far as it was given."""
    translation: str = ""
    """Id of the translation that the text is; empty for what was said."""


class Task(NamedTuple):
    """One text to judge and where the verdict goes."""

    text: str
    span: TimeSpan
    subject: str
    language: str
    translations: tuple[str, ...] = ()
    """Ids of those that are part of the text."""
    translated_from: str | None = None
    """First language of these, BCP 47; ``None``: the text is what was said."""


def unread(known: Sequence[Finding], stated: str | None, reader: Reader) -> list[Unread]:
    """Return the utterances in a language that is none of the reader's, in time order.

    Where there are such, those that are too short to tell their language are among them.

    Args:
        known: Findings of the tool ``utterances``.
        stated: Spoken language as the user stated it.
        reader: What the judge can read.
    """
    said = _languages(select(known, kind="utterance"), stated, reader)
    if not any(one.readable is False for one in said):
        return []
    return [
        Unread(one.utterance, one.text, _tag(one.given), one.why)
        for one in said
        if not one.readable and _has_words(one.text)
    ]


def planned(
    clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding], reader: Reader
) -> tuple[list[Task], list[Finding]]:
    """Return what to judge, and the gaps.

    Args:
        clip: Only its span and the language stated by the user are used.
        spans: Where to look, in time order.
        known: Findings of the tool ``utterances``, and translations.
        reader: What the judge can read.
    """
    spoken = _languages(select(known, kind="utterance"), clip.language, reader)
    said = _translated(spoken, select(known, kind="translation"), reader)
    tasks: list[Task] = []
    findings: list[Finding] = []
    for span, group in _by_span(spans, said, clip.span):
        if not group:
            findings.append(_gap(span, GapCode.NOTHING_THERE, "no speech was found here", ""))
        for subject in dict.fromkeys(one.subject for one in group):
            some, gaps = _plan(span, [one for one in group if one.subject == subject], reader)
            tasks.extend(some)
            findings.extend(gaps)
    return tasks, findings


def in_order(findings: Sequence[Finding]) -> list[Finding]:
    """Return findings in time order; two spans over the same words do not report them twice."""
    unique = {_identity(finding): finding for finding in findings}
    return sorted(unique.values(), key=lambda f: (f.start_s, f.end_s, f.subject))


def _identity(finding: Finding) -> tuple[object, ...]:
    """Tell findings apart; two spans over the same words must not report them twice."""
    if isinstance(finding, Evidence):
        return (finding.id,)
    return (finding.code, finding.subject, finding.start_s, finding.end_s, finding.reason)


def _languages(utterances: Sequence[Evidence], stated: str | None, reader: Reader) -> list[_Said]:
    """Decide per utterance whether it is English; where the text is too short, the others vote."""
    said = [_said(one, stated, reader) for one in utterances]
    told = [one for one in said if one.readable is not None]
    vote = sum(1 if one.readable else -1 for one in told)
    if vote > 0:
        return [
            one._replace(readable=True) if one.readable is None and one.text else one
            for one in said
        ]
    return said


def _translated(said: list[_Said], translations: Sequence[Evidence], reader: Reader) -> list[_Said]:
    """Put translations in the place of what the reader cannot read."""
    made = {e.reading.of: e for e in translations if isinstance(e.reading, TranslationReading)}
    return [_rendered(one, made.get(one.utterance.id), reader) for one in said]


def _rendered(one: _Said, translation: Evidence | None, reader: Reader) -> _Said:
    if one.readable or translation is None:
        return one
    reading = translation.reading
    assert isinstance(reading, TranslationReading)
    if reader.languages is not None and reading.to_language not in reader.languages:
        return one
    return one._replace(
        text=reading.text, readable=True, language=reading.to_language,
        given=reading.from_language, translation=translation.id,
    )  # fmt: skip


def _said(utterance: Evidence, stated: str | None, reader: Reader) -> _Said:
    reading = utterance.reading
    assert isinstance(reading, UtteranceReading)
    text = " ".join((reading.text or "").split())
    subject = reading.speaker or utterance.subject
    tag = next((t for t in map(_primary, (reading.language, stated)) if t not in NO_LANGUAGE), "")
    if tag in ENGLISH:
        tag = "en"
    if reader.languages is None or tag in reader.languages - {"en"}:
        return _Said(utterance, subject, text, True if text else None, "", tag or UNDETERMINED, tag)
    looks = guess(text, reader.letters)
    if tag and tag != "en":
        why = f"the language is given as {tag!r}"
        return _Said(utterance, subject, text, False if text else None, why, given=tag)
    if tag and not looks.by_script:
        # who states that it is English is believed, but not over another alphabet
        looks = Guess(True)
    english = looks.english if text else None
    if english is False and not tag and reader.languages != frozenset({"en"}):
        english = None  # in which of its languages it is, nothing tells
    return _Said(utterance, subject, text, english, f"the words look like {looks.name}", given=tag)


def _tag(given: str) -> str:
    """Return a tag that is one; what a file names its language may be anything."""
    return given if _TAG.fullmatch(given) else UNDETERMINED


def _primary(tag: str | None) -> str:
    return (tag or "").replace("_", "-").partition("-")[0].strip().lower()


def _by_span(
    spans: Sequence[TimeSpan], said: Sequence[_Said], within: TimeSpan
) -> Iterator[tuple[TimeSpan, list[_Said]]]:
    """Yield each span, cut to the clip, with the utterances that belong to it."""
    starts = [one.utterance.start_s for one in said]
    latest_end = list(accumulate((one.utterance.end_s for one in said), max))
    for asked in spans:
        start_s, end_s = max(asked.start_s, within.start_s), min(asked.end_s, within.end_s)
        if end_s <= start_s:
            continue
        span = TimeSpan(start_s=start_s, end_s=end_s)
        touching: list[_Said] = []
        i = bisect_left(starts, end_s) - 1
        while i >= 0 and latest_end[i] > start_s:
            if said[i].utterance.overlaps(span):
                touching.append(said[i])
            i -= 1
        touching.reverse()
        # who asks for exactly one utterance does not mean the one that talks over it
        exactly = [one for one in touching if one.utterance.span == asked]
        mainly = [one for one in touching if _share(one.utterance, span) >= ENOUGH]
        yield span, exactly or mainly or touching


def _share(one: Spanned, other: Spanned) -> float:
    return one.overlap_s(other) / min(one.duration_s, other.duration_s)


def _plan(
    span: TimeSpan, group: Sequence[_Said], reader: Reader
) -> tuple[list[Task], list[Finding]]:
    """Decide what to read of one speaker's utterances in one span, and what stays a gap."""
    subject = group[0].subject
    readable = [one for one in group if one.readable and _has_words(one.text)]
    fitting = _first_chars(readable)
    tasks: list[Task] = []
    gaps: list[Finding] = []
    if fitting:
        text = " ".join(one.text for one in fitting)[:MAX_CHARS]
        made = tuple(one.translation for one in fitting if one.translation)
        first = next((one.given for one in fitting if one.translation), None)
        where = _around(fitting, span)
        tasks.append(Task(text, where, subject, fitting[0].language, made, first))
    if len(fitting) < len(readable):
        reason = f"only the first {MAX_CHARS:,} characters of a span are read at once"
        remedy = "Ask about shorter spans."
        left = _around(readable[len(fitting) :], span)
        gaps.append(_gap(left, GapCode.NOT_LOOKED_AT, reason, remedy, subject))
    foreign = [one for one in group if one.readable is False]
    if foreign:
        reason = f"{foreign[0].why}, and this engine reads {reader.named} only"
        where = _around(foreign, span)
        gaps.append(_gap(where, GapCode.UNSUPPORTED, reason, REMEDY, subject))
    unclear = [one for one in group if one.readable is None and _has_words(one.text)]
    if unclear and not foreign:
        reason = (
            "there are too few words to tell their language, and this engine reads"
            f" {reader.named} only"
        )
        remedy = "Say the language with --language."
        where = _around(unclear, span)
        gaps.append(_gap(where, GapCode.UNSUPPORTED, reason, remedy, subject))
    if not tasks and not gaps:
        silent = all(one.text == "" for one in group)
        reason = "there is speech but no transcript of it" if silent else "the text holds no words"
        remedy = (
            "Provide subtitles, or install the weights of a speech recogniser." if silent else ""
        )
        gaps.append(_gap(_around(group, span), GapCode.NOTHING_THERE, reason, remedy, subject))
    return tasks, gaps


def _has_words(text: str) -> bool:
    foreign = any(c.isalpha() and not c.isascii() for c in text)
    return foreign or any(token.is_cue for token in tokenize(text))


def _first_chars(said: Sequence[_Said]) -> list[_Said]:
    """Return the leading utterances that fit into ``MAX_CHARS`` together, at least one."""
    ends = accumulate(len(one.text) + 1 for one in said)
    n = sum(end <= MAX_CHARS + 1 for end in ends)
    return list(said[: max(n, 1)])


def _around(group: Sequence[_Said], span: TimeSpan) -> TimeSpan:
    """Return the part of ``span`` from the group's first word to its last."""
    start_s = max(span.start_s, min(one.utterance.start_s for one in group))
    end_s = min(span.end_s, max(one.utterance.end_s for one in group))
    return TimeSpan(start_s=start_s, end_s=end_s)


def _gap(span: Spanned, code: GapCode, reason: str, remedy: str, subject: str = SCENE) -> Gap:
    return Gap(
        tool=TOOL, code=code, start_s=span.start_s, end_s=span.end_s, subject=subject,
        reason=reason, remedy=remedy,
    )  # fmt: skip
