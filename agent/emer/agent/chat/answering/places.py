"""Where and of whom something is asked, for queries and for phrases."""

from typing import TypeVar

from emer.agent.chat.answering import chinese
from emer.agent.chat.answering.sentences import Teller
from emer.agent.chat.understanding.asked import Asked
from emer.agent.queries.args import Of
from emer.graphs.rule.writing.wording import during
from emer.tools.findings import Spanned, TimeSpan

Place = TypeVar("Place", bound=Spanned)
AT_S = 0.5
"""What ends or begins this near to a moment that is asked about counts as holding it."""


def bounds(asked: Asked) -> dict[str, float]:
    """Return the stretch as arguments of a query."""
    if asked.window is None:
        return {}
    return {"start_s": asked.window[0], "end_s": asked.window[1]}


def each(asked: Asked) -> tuple[str | None, ...]:
    """Return whom to ask about, one by one; ``None``: everybody at once."""
    return asked.persons or (None,)


def chosen(tell: Teller, items: "tuple[Place, ...] | list[Place]", asked: Asked) -> list[Place]:
    """Return those of ``items`` that the question is about, and at a moment only what holds it."""
    found = [
        x for person in each(asked)
        for x in tell.facts.chosen(items, Of(person=person, **bounds(asked)))
    ]  # fmt: skip
    if len(asked.persons) > 1:
        found.sort(key=lambda x: x.start_s)
    if asked.at_s is None:
        return found
    at_it = [x for x in found if x.start_s - AT_S <= asked.at_s < x.end_s + AT_S]
    return at_it or found


def where(tell: Teller, asked: Asked) -> str:
    """Say which stretch is meant; nothing for all of it."""
    return tell.word("where", when=during(*asked.window)) if asked.window else ""


def whom(tell: Teller, asked: Asked) -> str:
    """Say of whom."""
    return tell.word("of_whom", who=tell.listed(asked.persons)) if asked.persons else ""


def why_missing(tell: Teller, asked: Asked, tools: frozenset[str]) -> str:
    """Return the first gap of some tools that explains why there is nothing, with its remedy."""
    window = TimeSpan(start_s=asked.window[0], end_s=asked.window[1]) if asked.window else None
    for gap in tell.report.gaps:
        if gap.tool in tools and (window is None or gap.overlaps(window)):
            return tell.word("because", reason=chinese.gap(gap, tell.language))
    return ""
