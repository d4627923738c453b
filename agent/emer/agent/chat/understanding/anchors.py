"""Where something is that a question is put relative to, and the stretch that is then meant.

Reads    the report, through the queries for moments and for words
Returns  stretches; ``None`` where nothing that was measured shows it
Cost     below a millisecond
"""

from typing import Final, NamedTuple

from emer.agent.chat.understanding.asked import Stretch
from emer.agent.chat.understanding.relative import Anchor, content_words
from emer.agent.chat.understanding.slots import Slots
from emer.agent.queries.moments import MomentsArgs, moments
from emer.agent.queries.transcript import TranscriptArgs, transcript
from emer.graphs.report import Language, Report
from emer.graphs.rule.writing.wording import during
from emer.tools import taxonomy
from emer.tools.findings import SCENE, TimeSpan

SOON_S: Final = 6.0
"""What happens right after or right before something happens within this."""


class Found(NamedTuple):
    """Where that is."""

    start_s: float
    end_s: float
    told: str
    """When and what, in the language of the question."""
    subject: str
    """Who shows or says it."""


def find(anchor: Anchor, report: Report, language: Language) -> Found | None:
    """Return where what is named is shown, heard or said first; ``None``: nowhere that is known."""
    slots = anchor.slots
    person = _person(slots, report)
    wanted = slots.label or slots.shows
    if slots.contains is None and wanted is not None:
        args = MomentsArgs(shows=wanted, person=person, limit=200)
        found = moments(report, args).moments
        exact = [m for m in found if m.shows == wanted] or list(found)
        if not exact:
            return None
        first = min(exact, key=lambda m: m.start_s)
        what = (
            taxonomy.label_word(first.shows, language)
            if slots.label
            else slots.shows_said or first.shows
        )
        return _found(first.start_s, first.end_s, first.subject, what)
    for words in filter(None, (slots.contains, *content_words(anchor.text))):
        heard = transcript(report, TranscriptArgs(contains=words, person=person, limit=200))
        if heard.utterances:
            u = heard.utterances[0]
            return _found(u.start_s, u.end_s, u.subject, f"“{words}”")
    return None


def stretch_beside(anchor: Anchor, found: Found, part: TimeSpan, *, said: bool) -> Stretch | None:
    """Return the stretch that is meant; ``None``: there is nothing left of the clip there.

    Args:
        anchor: What the question is put relative to.
        found: Where that is.
        part: What was analysed.
        said: The question asks for words: the nearest are told, however far they are.
    """
    soon = anchor.near and not said
    if anchor.side == "at":
        first, last = found.start_s, found.end_s
    elif anchor.side == "after":
        first, last = found.end_s, found.end_s + SOON_S if soon else part.end_s
    else:
        first, last = found.start_s - SOON_S if soon else part.start_s, found.start_s
    first, last = max(part.start_s, first), min(part.end_s, last)
    return (round(first, 3), round(last, 3)) if last - first > 0.05 else None


def _found(start_s: float, end_s: float, subject: str | None, what: str) -> Found:
    subject = subject or SCENE
    return Found(start_s, end_s, f"{during(start_s, end_s)} ({subject} {what})", subject)


def _person(slots: Slots, report: Report) -> str | None:
    named = [n for n in slots.names if not n.startswith("#")]
    known = {m.upper() for p in report.subjects for m in p.members}
    return named[0] if named and named[0] in known else None
