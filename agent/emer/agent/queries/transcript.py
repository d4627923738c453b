"""What was said, by whom and when."""

import re
from typing import Final

from pydantic import Field

from emer.agent.queries.answer import Answer, Cited
from emer.agent.queries.args import Some
from emer.agent.queries.facts import Facts
from emer.graphs.report import Report
from emer.graphs.rule.writing.wording import quote
from emer.tools.findings import SCENE, Utterance
from emer.tools.quoting import MAX_CHARS

SHORT: Final = 3
"""Words up to this many letters are looked for as a whole."""
_SPACED: Final = re.compile(r"[^\W\u3040-\u30ff\u3400-\u9fff]")
"""Letters of scripts that set spaces between words."""


class TranscriptArgs(Some):
    """Which part of what was said."""

    contains: str | None = Field(
        default=None, max_length=200, description="only utterances with these words, in any case"
    )


class TranscriptAnswer(Answer):
    """Utterances in order."""

    utterances: tuple[Utterance, ...]


def transcript(report: Report, asked: TranscriptArgs) -> TranscriptAnswer:
    """Return what was said word by word, with speaker and time."""
    facts = Facts.of(report)
    found = facts.chosen(report.utterances, asked)
    if asked.contains:
        wanted = _pattern(asked.contains)
        found = [u for u in found if wanted.search(" ".join((u.text or "").split()))]
    told = [u for u in found if u.text]
    wordless = len(found) - len(told)
    lines = [_line(facts, u) for u in told]
    remarks = (f"Somebody speaks {wordless} more time(s), but the words are not known.",)
    return TranscriptAnswer.of(
        report, lines, limit=asked.limit, utterances=tuple(told[: asked.limit]),
        remarks=remarks if wordless else (),
        nothing=_why(report) if not report.utterances or wordless else "nothing like it was said",
    )  # fmt: skip


def _pattern(words: str) -> "re.Pattern[str]":
    """Match words where words begin: "no" is not in "not", "house" is in "houses"."""
    plain = " ".join(words.split())
    first = r"(?<![^\W_])" if _SPACED.match(plain[:1]) else ""
    last = "" if len(plain) > SHORT or not _SPACED.match(plain[-1:]) else r"(?![^\W_])"
    return re.compile(f"{first}{re.escape(plain)}{last}", re.I)


def _line(facts: Facts, u: Utterance) -> Cited:
    who = "An unidentified speaker" if u.subject == SCENE else u.subject
    text = u.text or ""
    return facts.cited(
        f"{who} says: {quote(text, MAX_CHARS)}", u, u.subject, u.evidence, what="words", quotes=text
    )


def _why(report: Report) -> str:
    """Return why there are no words: the first gap that tells."""
    for tool in ("asr", "utterances", "speech_activity"):
        for gap in report.gaps:
            if gap.tool == tool:
                return f"{gap.reason}. {gap.remedy}".rstrip(". ")
    return "nobody was heard to speak"
