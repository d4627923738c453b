"""Answer the user's question from verified claims; say so when they hold no answer."""

import re
from collections.abc import Sequence
from typing import Final

from emer.graphs.report import Claim
from emer.graphs.rule.wording import at

_CLOCK: Final = re.compile(r"\b(\d{1,2}):(\d\d(?:\.\d)?)\b")
_SECONDS: Final = re.compile(r"\b(\d+(?:\.\d+)?) ?s(?:ec(?:ond)?s?)?\b", re.IGNORECASE)
_SAID: Final = re.compile(r"\b(said|say|says|saying|words|transcript)\b", re.IGNORECASE)
_PERSON: Final = re.compile(r"\bP\d+\b")
MAX_CLAIMS: Final = 8


def answer(question: str, claims: Sequence[Claim]) -> str:
    """Return the claims that bear on ``question``, as prose."""
    chosen = [c for c in claims if _at_moment(c, question) and _about(c, question)]
    moments = _moments(question)
    if _SAID.search(question):
        chosen = [c for c in chosen if " says " in c.text]
    elif moments:
        chosen = [c for c in chosen if c.stage != "whole"]
    else:
        chosen = [c for c in chosen if c.stage in {"whole", "disagreement"}]
    if not chosen:
        where = f" at {at(moments[0])}" if moments else ""
        return f"Cannot tell: nothing that was measured{where} bears on the question."
    rest = len(chosen) - MAX_CLAIMS
    more = f" ({rest} more in the full account.)" if rest > 0 else ""
    return " ".join(c.text for c in chosen[:MAX_CLAIMS]) + more


def _moments(question: str) -> list[float]:
    clock = [int(m) * 60 + float(s) for m, s in _CLOCK.findall(question)]
    return clock or [float(s) for s in _SECONDS.findall(question)]


def _at_moment(claim: Claim, question: str) -> bool:
    moments = _moments(question)
    return not moments or any(claim.start_s - 1 <= m < claim.end_s + 1 for m in moments)


def _about(claim: Claim, question: str) -> bool:
    people = _PERSON.findall(question)
    return not people or claim.subject in people
