"""Put claims that a language model wrote in another language than asked into that language.

Weak models answer in English whatever they are asked, or mix two languages. Such claims are sent back
once, their texts alone, to be translated; what they assert stays. A translation is taken if it keeps
every number, name and quotation and is in the language asked for; else the claim stays as it is, and
verification refuses it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from emer.graphs.report import Claim, Language
from emer.graphs.rule.model import RuleChatModel
from emer.graphs.state import Context, Event
from emer.graphs.tasks.translating import ForeignText
from emer.graphs.translations import TASK, asked_for, parts
from emer.graphs.verification.scan import Scan
from emer.graphs.verification.tongues import strange_tongue
from emer.tools import taxonomy

MOST_PARTS: Final = 10
"""Calls per analysis; a model that needs more had better be replaced."""
OTHER: Final[dict[Language, Language]] = {"en": "zh", "zh": "en"}
MOST_CHARS: Final = 1200
"""A longer text is no sentence."""


def in_language(
    drafts: list[Claim], words: dict[str, str], context: Context
) -> tuple[list[Claim], dict[str, str]]:
    """Return the drafts, those in another language translated where that worked, and notes.

    Args:
        drafts: Of one analysis.
        words: What labels that no table knows are called in the language asked for.
        context: Of the run.
    """
    language = context.request.output_language
    if isinstance(context.model, RuleChatModel):
        return drafts, {}
    english = {shown: word for word, shown in words.items()}
    drafts = [
        c.model_copy(update={"labels": tuple(english.get(x, x) for x in c.labels)})
        if not english.keys().isdisjoint(c.labels)
        else c
        for c in drafts
    ]
    strange = {c.id: c for c in drafts if _is_strange(c, language)}
    if not strange:
        return drafts, {}
    texts, failure = _translated(list(strange.values()), words, context)
    put = {
        i: new
        for i, text in texts.items()
        if (new := _with_text(strange[i], text, words, language)) is not None
    }
    told = f"{len(put)} of {len(strange)} claim(s) put into the language asked for"
    context.emit(Event("explain", "progress", told))
    notes = {"tongues": f"{told}; the others are dropped"}
    if failure:
        notes[f"llm-{TASK}"] = (
            f"the language model failed at '{TASK}' ({failure}); the claims stay as they are"
        )
    return [put.get(c.id, c) for c in drafts], notes


def _translated(
    strange: Sequence[Claim], words: dict[str, str], context: Context
) -> tuple[dict[str, str], str]:
    language = context.request.output_language
    terms = words | _terms(strange, language)
    sent = [
        ForeignText(id=c.id, text=c.text, language=OTHER[language], keep=tuple(dict.fromkeys(_kept(c, words))))
        for c in strange
    ]  # fmt: skip
    texts: dict[str, str] = {}
    for number, part in enumerate(parts(sent)):
        if number >= MOST_PARTS:
            break
        said = asked_for(context, language, part, terms=terms)
        texts |= said.texts
        if said.failure:
            return texts, said.failure
    return texts, ""


def _terms(claims: Sequence[Claim], language: Language) -> dict[str, str]:
    """Return the emotion words of claims, each with the one word that it is to become."""
    words = dict.fromkeys(x for c in claims for x in c.labels)
    known = {x: label for x in words if (label := taxonomy.find(x)) is not None}
    return {x: taxonomy.label_word(label.word, language) for x, label in known.items()}


def _is_strange(claim: Claim, language: Language) -> bool:
    return bool(strange_tongue(claim, _scan(claim, claim.text), language))


def _scan(claim: Claim, text: str) -> Scan:
    return Scan.of(text, [a.value for a in claim.assertions if isinstance(a.value, str)])


def _kept(claim: Claim, words: dict[str, str]) -> Iterator[str]:
    """Yield what stays letter by letter: quotations, persons, units, times, numbers, own labels."""
    scan = _scan(claim, claim.text)
    found = [(m.start, m.end) for m in (*scan.quotes, *scan.persons, *scan.units)]
    found += [(t.start, t.end) for t in scan.times] + [(n.start, n.end) for n in scan.numbers]
    quotes = {m.start for m in scan.quotes}
    for start, end in sorted(found):
        part = claim.text[start:end].strip()
        # of somebody unknown every language speaks in its own words
        if any(c.isdigit() for c in part) or start in quotes:
            yield part
    yield from (x for x in claim.labels if taxonomy.find(x) is None and x not in words)


def _with_text(claim: Claim, text: str, words: dict[str, str], language: Language) -> Claim | None:
    """Return the claim with another text; ``None`` if that is no translation of its own."""
    if not text or len(text) > MOST_CHARS:
        return None
    for part, n in Counter(_kept(claim, words)).items():
        if text.count(part) < n:
            return None
    new = claim.model_copy(update={"text": text})
    return None if _is_strange(new, language) else new
