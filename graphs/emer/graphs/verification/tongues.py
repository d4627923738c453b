"""Whether a text is in the language that the explanation is written in, told by its letters.

Quotations, persons, times, numbers, action units and ids count in no language; neither do units, FACS
names and emotion words of a model's own. Another language in Latin letters is told from English by
its small words, so a word or two of it may pass.
"""

import re
from functools import cache
from typing import Final

from emer.graphs.report import Claim, Language
from emer.graphs.rule.language import wording
from emer.graphs.rule.language.tables import SLOT
from emer.graphs.verification.lexicon import FACS
from emer.graphs.verification.phrases import any_of
from emer.graphs.verification.scan import Scan
from emer.tools import taxonomy
from emer.tools.text_language import other_script, rival_language

NAMES: Final = {"en": "English", "zh": "Chinese"}
_LATIN: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")  # noqa: RUF001 - as models write it
_CODE: Final = re.compile(r"(?<![A-Za-z0-9_])[A-Z]{1,4}[_-]?\d+(?![A-Za-z0-9_])")
"""Names of ours: K3, S2, SPK_01, AU12."""
_UNITS: Final = frozenset({"db", "hz", "khz", "st", "s", "ms", "au", "facs", "v", "a", "p", "vs"})
_NAMED: Final = frozenset({"au.name", "turn.speaker", "text.translated_from"})
"""Quantities whose values are names."""
_HAN: Final = ("CJK", "IDEOGRAPHIC")


def language_problem(claim: Claim, scan: Scan, language: Language) -> str | None:
    """Return why a claim's text is not in the language asked for; ``None`` if it is."""
    strange = strange_tongue(claim, scan, language)
    if not strange:
        return None
    return f"its text says '{strange}', which is not {NAMES[language]}"


def strange_tongue(claim: Claim, scan: Scan, language: Language) -> str:
    """Return the first stretch of a text that is in another language; empty if none is."""
    rest = _CODE.sub(" ", scan.rest)
    if language == "en":
        return other_script(rest, "LATIN") or rival_language(rest)
    strange = other_script(rest, "LATIN", *_HAN)
    return strange or _first_latin(_facs().sub(" ", rest), _own_words(claim) | _UNITS | _wording())


def _first_latin(text: str, known: frozenset[str]) -> str:
    words = (m.group() for m in _LATIN.finditer(re.sub(r"[\u3400-\u9fff]", " ", text)))
    return next((w for w in words if w.casefold() not in known), "")


def _own_words(claim: Claim) -> frozenset[str]:
    """Return words that have no Chinese form: asserted names, labels that no table knows."""
    asserted = [str(a.value) for a in claim.assertions if a.quantity in _NAMED]
    open_labels = [x for x in claim.labels if taxonomy.find(x) is None]
    return frozenset(
        w.group().casefold() for t in (*asserted, *open_labels) for w in _LATIN.finditer(t)
    )


@cache
def _wording() -> frozenset[str]:
    """Return the Latin words that the analyst's own Chinese sentences hold."""
    texts = [SLOT.sub(" ", t) for t in wording("zh").templates()]
    found = (w.group() for t in texts for w in _LATIN.finditer(re.sub(r"[^\x00-\x7f]", " ", t)))
    return frozenset(w.casefold() for w in found)


@cache
def _facs() -> "re.Pattern[str]":
    return any_of(FACS)
