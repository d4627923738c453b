"""Which words of a clip a judge of texts reads for which span, and what stays a gap.

Reads    the utterances of the clip, as the tool ``utterances`` found them, and translations of those
         that are in no language of the judge's, where somebody made them
Returns  ``Task``s to judge, and gaps where there are no words or none that the judge can read
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

from emer.tools.findings import SCENE, Evidence, Finding, Gap, GapCode, Spanned, TimeSpan, select
from emer.tools.specialist import Clip
from emer.tools.text_features import MAX_CHARS
from emer.tools.text_readable import Reader, Said, has_words, judged_readable, translated

TOOL: Final = "text_emotion"
ENOUGH: Final = 0.5
"""An utterance belongs to a span if they share this much of the shorter one."""
REMEDY: Final = (
    "Fetch an engine that reads this language, if 'emer models list' names one, with 'emer models "
    "pull'; or set a language model with --llm, which translates it first; or provide English "
    "subtitles. If it is English after all, say so with --language en."
)


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
    spoken = judged_readable(select(known, kind="utterance"), clip.language, reader)
    said = translated(spoken, select(known, kind="translation"), reader)
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


def _by_span(
    spans: Sequence[TimeSpan], said: Sequence[Said], within: TimeSpan
) -> Iterator[tuple[TimeSpan, list[Said]]]:
    """Yield each span, cut to the clip, with the utterances that belong to it."""
    starts = [one.utterance.start_s for one in said]
    latest_end = list(accumulate((one.utterance.end_s for one in said), max))
    for asked in spans:
        start_s, end_s = max(asked.start_s, within.start_s), min(asked.end_s, within.end_s)
        if end_s <= start_s:
            continue
        span = TimeSpan(start_s=start_s, end_s=end_s)
        touching: list[Said] = []
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
    span: TimeSpan, group: Sequence[Said], reader: Reader
) -> tuple[list[Task], list[Finding]]:
    """Decide what to read of one speaker's utterances in one span, and what stays a gap."""
    subject = group[0].subject
    readable = [one for one in group if one.readable and has_words(one.text)]
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
    unclear = [one for one in group if one.readable is None and has_words(one.text)]
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


def _first_chars(said: Sequence[Said]) -> list[Said]:
    """Return the leading utterances that fit into ``MAX_CHARS`` together, at least one."""
    ends = accumulate(len(one.text) + 1 for one in said)
    n = sum(end <= MAX_CHARS + 1 for end in ends)
    return list(said[: max(n, 1)])


def _around(group: Sequence[Said], span: TimeSpan) -> TimeSpan:
    """Return the part of ``span`` from the group's first word to its last."""
    start_s = max(span.start_s, min(one.utterance.start_s for one in group))
    end_s = min(span.end_s, max(one.utterance.end_s for one in group))
    return TimeSpan(start_s=start_s, end_s=end_s)


def _gap(span: Spanned, code: GapCode, reason: str, remedy: str, subject: str = SCENE) -> Gap:
    return Gap(
        tool=TOOL, code=code, start_s=span.start_s, end_s=span.end_s, subject=subject,
        reason=reason, remedy=remedy,
    )  # fmt: skip
