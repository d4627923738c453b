"""How findings become words: cautious, in physical terms, and checkable against the evidence.

A phrase comes with the assertions that it rests on; the numbers it prints are those asserted.
Which words stand for what is the languages' to say, see ``emer.graphs.rule.language``.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from emer.graphs.report import Assertion
from emer.graphs.rule.language import direction_word
from emer.graphs.rule.language.tables import Wording
from emer.graphs.tasks.facts import Fact

MAX_QUOTE: Final = 140
SHORT_QUOTE: Final = 45
"""Likewise where the words were quoted in full before."""
NEUTRAL: Final = 0.1
"""Values on -1..1 nearer to 0 than this are called neutral."""
CLEAR: Final = 0.3
MARKED: Final = 0.6
"""Values on -1..1 below ``CLEAR`` are slight, those from here on marked."""
_ENDS: Final = "!?.。！？"
_LOOSE_END: Final = re.compile(r"[\s.,;:，。；：、]+$")


class Phrase(NamedTuple):
    """Some words and what they assert."""

    text: str
    assertions: tuple[Assertion, ...]


def evidence_of(parts: Iterable[Phrase]) -> frozenset[str]:
    """Return the evidence that phrases assert something of."""
    return frozenset(i for p in parts for a in p.assertions for i in a.evidence)


def at(seconds: float) -> str:
    """Write a time as m:ss.t."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"


def during(start_s: float, end_s: float) -> str:
    """Write a span as m:ss.t-m:ss.t."""
    return f"{at(start_s)}-{at(end_s)}"


def cut(text: str, longest: int = MAX_QUOTE) -> str:
    """Return the part of a text that is quoted: its start, word by word, without a loose end.

    White space is that of a line of prose, as it will be printed.
    """
    shown = " ".join(text.split())
    if len(shown) > longest:
        shown = shown[: longest + 1]
        shown = shown.rsplit(" ", 1)[0] if " " in shown[longest // 2 :] else shown[:longest]
    return _LOOSE_END.sub("", shown) or shown


def quote(text: str, longest: int = MAX_QUOTE) -> str:
    """Quote what was said; what is cut says so."""
    shown = cut(text, longest)
    whole = _LOOSE_END.sub("", " ".join(text.split()))
    return f"“{shown}{'' if whole in ('', shown) else '…'}”"


def ended(sentence: str, stop: str) -> str:
    """Close a sentence, unless it ends with a quotation that closes it."""
    closed = sentence.endswith("”") and sentence[-2:-1] in _ENDS
    return sentence if closed else f"{sentence}{stop}"


def capital(sentence: str) -> str:
    """Begin a sentence with a capital letter."""
    return sentence[:1].upper() + sentence[1:]


def value(fact: Fact, quantity: str) -> float | None:
    """Return a numeric quantity of a fact."""
    found = fact.quantities.get(quantity)
    return found if isinstance(found, float | int) else None


def equals(fact: Fact, quantity: str, decimals: int) -> Assertion:
    """Assert a number as it will be printed."""
    number = value(fact, quantity)
    shown = round(number if number is not None else 0.0, decimals)
    return Assertion(quantity=quantity, relation="eq", value=shown, evidence=(fact.evidence,))


def moment(fact: Fact, quantity: str) -> tuple[str, Assertion]:
    """Return a time as it is printed and its assertion."""
    seconds = value(fact, quantity) or 0.0
    tenths = round(seconds * 10) / 10
    asserted = Assertion(quantity=quantity, relation="eq", value=tenths, evidence=(fact.evidence,))
    return at(seconds), asserted


def contains(fact: Fact, text: str, quantity: str = "words.text") -> Assertion:
    """Assert that cited words contain a text."""
    return Assertion(quantity=quantity, relation="contains", value=text, evidence=(fact.evidence,))


def printed(number: float, decimals: int, *, signed: bool = False) -> str:
    """Write a number; zero has no sign."""
    shown = round(number, decimals) + 0.0
    return f"{shown:{'+' if signed and shown else ''}.{decimals}f}"


def side(number: float, quantity: str, words: Wording) -> tuple[str, str]:
    """Return the degree and the direction of a value on -1..1."""
    if abs(number) < NEUTRAL:
        return "", words.neutral
    place = 0 if abs(number) < CLEAR else 1 if abs(number) < MARKED else 2
    return words.degrees[place], direction_word(quantity, number, words.language)
