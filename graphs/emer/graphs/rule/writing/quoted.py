"""What is only quoted: text in the picture, and what another multimodal model says.

It also tells how many utterances were read in a translation, whoever wrote the account. Both are untrusted. They are told of after the account, as quotations with where they come from;
no claim rests on them and no reading takes them in.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from emer.graphs.report import Language
from emer.graphs.rule.language import wording
from emer.graphs.rule.writing.wording import during, quote
from emer.tools.findings import Evidence
from emer.tools.readings import ImpressionReading, ScreenTextReading, TextEmotionReading

MAX_QUOTED: Final = 5
"""Texts of the picture, and as many opinions; the evidence holds the others."""
LONGEST: Final = 280
_INNER: Final = str.maketrans("“”", "‘’")  # noqa: RUF001 - quotation marks


def quotations(evidence: Iterable[Evidence], language: Language) -> list[str]:
    """Return a line for each text in the picture and each second opinion, in time order."""
    found = sorted(evidence, key=lambda e: (e.start_s, e.end_s, e.id))
    return [line for e in found if (line := _line(e, language))]


def quoted_part(evidence: Iterable[Evidence], language: Language) -> list[str]:
    """Return the lines that a running text has room for, and how many it leaves out."""
    found = list(evidence)
    read = [e for e in found if isinstance(e.reading, ScreenTextReading)]
    opinions = [e for e in found if isinstance(e.reading, ImpressionReading)]
    lines = [x for own in (read, opinions) for x in quotations(own, language)[:MAX_QUOTED]]
    left = len(quotations((*read, *opinions), language)) - len(lines)
    if left:
        lines.append(wording(language).say("left_out_quoted", n=str(left)))
    return lines


def translated_part(evidence: Iterable[Evidence], language: Language) -> list[str]:
    """Return a line per language model whose translations were read instead of the words."""
    found = list(evidence)
    read = {
        i
        for e in found
        if isinstance(e.reading, TextEmotionReading)
        for i in e.reading.translations
    }
    makers = Counter(" ".join(e.model.split()) for e in found if e.id in read)
    words = wording(language)
    return [words.say("translated", n=str(n), model=m) for m, n in sorted(makers.items())]


def _line(evidence: Evidence, language: Language) -> str:
    reading, words = evidence.reading, wording(language)
    time = during(evidence.start_s, evidence.end_s)
    if isinstance(reading, ScreenTextReading):
        return words.say("screen_text", time=time, quote=_quoted(reading.text))
    if isinstance(reading, ImpressionReading):
        model = " ".join(evidence.model.split())
        return words.say("impression", model=model, time=time, quote=_quoted(reading.text))
    return ""


def _quoted(text: str) -> str:
    return quote(text.translate(_INNER), LONGEST)
