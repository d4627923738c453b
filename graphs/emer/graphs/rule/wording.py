"""How numbers become words: cautious, in physical terms, and checkable against the evidence.

Every phrase comes with the assertions that it rests on; the numbers it prints are those asserted.
"""

from typing import Final, NamedTuple

from emer.graphs.report import Assertion
from emer.graphs.tasks import Fact

MAX_QUOTE: Final = 140
NEUTRAL: Final = 0.1
"""Values on -1..1 nearer to 0 than this are called neutral."""

# quantity, threshold up, phrase up, threshold down, phrase down, unit, decimals
_VOICE: Final = (
    ("voice.intensity_offset_db", 2.5, "louder", -2.5, "quieter", "dB", 1),
    ("voice.f0_offset_st", 1.5, "higher", -1.5, "lower", "semitones", 1),
    ("voice.rate_offset", 1.2, "faster", 0.83, "slower", "times the usual rate", 2),
)
# acted speech measures 3.6 to 12 semitones of range (5th to 90th percentile, RAVDESS and EmoDB)
_VOICE_ABSOLUTE: Final = (
    ("voice.f0_range_st", 11.0, "lively in pitch", 4.0, "monotone", "semitones of range", 1),
    ("voice.pause_ratio", 0.35, "broken by pauses", None, "", "of the time in pauses", 2),
)


class Phrase(NamedTuple):
    """Some words and what they assert."""

    text: str
    assertions: tuple[Assertion, ...]


def at(seconds: float) -> str:
    """Write a time as m:ss.t."""
    tenths = round(seconds * 10)
    return f"{tenths // 600}:{tenths % 600 // 10:02d}.{tenths % 10}"


def during(start_s: float, end_s: float) -> str:
    """Write a span as m:ss.t-m:ss.t."""
    return f"{at(start_s)}-{at(end_s)}"


def cut(text: str) -> str:
    """Return the part of a long text that is quoted."""
    return text if len(text) <= MAX_QUOTE else text[:MAX_QUOTE].rsplit(" ", 1)[0]


def quote(text: str) -> str:
    """Quote what was said, as a sentence's end; long texts are cut and say so."""
    shown = cut(text)
    return f"“{shown}{'' if shown == text else '…'}”"


def value(fact: Fact, quantity: str) -> float | None:
    """Return a numeric quantity of a fact."""
    found = fact.quantities.get(quantity)
    return found if isinstance(found, float | int) else None


def equals(fact: Fact, quantity: str, decimals: int) -> Assertion:
    """Assert a number as it will be printed."""
    number = value(fact, quantity)
    shown = round(number if number is not None else 0.0, decimals)
    return Assertion(quantity=quantity, relation="eq", value=shown, evidence=(fact.evidence,))


def contains(fact: Fact, text: str) -> Assertion:
    """Assert that the cited words contain a text."""
    return Assertion(
        quantity="words.text", relation="contains", value=text, evidence=(fact.evidence,)
    )


def voice_phrases(fact: Fact) -> list[Phrase]:
    """Say what stands out in a voice, compared with the same speaker and in absolute terms."""
    phrases = []
    for table, against in ((_VOICE, " than usual for this speaker"), (_VOICE_ABSOLUTE, "")):
        for quantity, high, up, low, down, unit, decimals in table:
            number = value(fact, quantity)
            if number is None:
                continue
            word = up if number >= high else down if low is not None and number <= low else ""
            if word:
                sign = "+" if number > 0 and "offset_" in quantity else ""
                shown = f"{word}{against} ({sign}{number:.{decimals}f} {unit})"
                phrases.append(Phrase(shown, (equals(fact, quantity, decimals),)))
    return phrases


def listed(items: list[str]) -> str:
    """Join items with commas and a final 'and'."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def side(number: float, positive: str, negative: str, *, clear: float = 0.3) -> str:
    """Name to which side a number on -1..1 leans."""
    if abs(number) < NEUTRAL:
        return "neutral"
    degree = "" if abs(number) >= clear else "slightly "
    return f"{degree}{positive if number > 0 else negative}"
