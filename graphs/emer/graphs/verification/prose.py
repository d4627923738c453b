"""Whether the running texts of a report say nothing beside its claims and typed facts."""

import re
from collections.abc import Iterator
from typing import Final

from emer.graphs.report import Report
from emer.graphs.rule.answering.answers import answer
from emer.graphs.rule.language import wording
from emer.graphs.rule.writing.quoted import quotations, translated_part
from emer.tools.findings import SCENE

_WORD: Final = re.compile(r"[^\W\d_]")
_ABOUT_ITSELF: Final = ("unnamed_", "left_out")
"""Beginnings of the names of sentences that tell of the account: what is unnamed or left out."""


def prose_problems(report: Report) -> Iterator[tuple[str, str]]:
    """Yield what the explanation's text or the answer says beyond the report, with a reason."""
    told = report.explanation
    if told.answer is not None and told.answer != answer(report.run.question or "", report):
        yield told.answer, "the answer is not the one that the report gives to its question"
    rest = report.explanation.text
    for sentence in sorted(_sayable(report), key=lambda t: -len(t)):
        rest = re.sub(re.escape(sentence), "\n", rest, flags=re.IGNORECASE)
    for pattern in _templates(report):
        rest = pattern.sub("\n", rest)
    for line in rest.splitlines():
        if _WORD.search(line):
            yield line.strip(), "the text of the explanation says what is none of its claims"


def _sayable(report: Report) -> set[str]:
    """Return the claims, why segments have no emotion, and what is quoted of the evidence."""
    told = report.explanation
    words = wording(told.language)
    who = {
        s.id: words.frames["unknown"] if s.subject == SCENE else s.subject for s in told.segments
    }
    silent = [r for r in told.readings if r.abstained and r.segment in who]
    reasons = {words.say("unnamed", who=who[r.segment], reason=r.reason) for r in silent}
    beside = (
        *quotations(report.evidence, told.language),
        *translated_part(report.evidence, told.language),
    )
    return {c.text for c in told.claims} | reasons | set(beside)


def _templates(report: Report) -> "Iterator[re.Pattern[str]]":
    words = wording(report.explanation.language)
    slots = {
        "who": r"(?:P\d+|{})".format(re.escape(words.frames["unknown"])),
        "n": r"\d+",
        "total": r"\d+",
    }
    for name, frame in words.frames.items():
        if not name.startswith(_ABOUT_ITSELF):
            continue
        pattern = re.escape(frame)
        for slot, shown in slots.items():
            pattern = pattern.replace(re.escape(f"{{{slot}}}"), shown)
        yield re.compile(pattern, re.IGNORECASE)
