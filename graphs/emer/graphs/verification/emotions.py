"""Emotion words: stated as labels, carried by the reading, and never against the evidence."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from emer.graphs.report import Alternative, Claim, Language, SegmentReading
from emer.graphs.rule.language import wording
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.lexicon import DOUBT
from emer.graphs.verification.phrases import any_of
from emer.graphs.verification.scan import Mark, Scan
from emer.tools import taxonomy
from emer.tools.findings import Evidence

SIGN_AT: Final = 0.3
"""Values and labels beyond this have a side; a label must not contradict them all."""
STRONG: Final = 0.5
"""Likewise for arousal, which says less about which emotion it is."""
CATEGORY_FROM: Final = 0.2
"""A category that is named scores at least this, or counts as expressed for its engine."""
PLAIN: Final = frozenset({"congruent", "mixed", "thin"})
"""Patterns of a reading that name no disagreement."""
VALENCES: Final = ("text.valence", "face.valence", "voice.valence", "tone.valence")
AROUSALS: Final = ("text.arousal", "voice.arousal", "tone.arousal")
_LATIN: Final = "[A-Za-zÀ-ÿ0-9_]"
"""What goes on with a Latin word; Chinese around one writes on without a space."""
_STOP: Final = re.compile(r"[:;(.]|[：；（。]")


def canonical(word: str) -> str:
    """Return the label that a word is a form of; words that are no label come back lower-case."""
    known = taxonomy.find(word)
    return known.word if known else " ".join(word.casefold().split())


def emotion_words(prose: str) -> list[Mark]:
    """Return the emotion words of a text, each with the label that it is a form of."""
    return [Mark(m.start(), m.end(), canonical(m.group())) for m in _forms().finditer(prose)]


def carried(claim: Claim, basis: Basis) -> set[str]:
    """Return the labels whose words a text may hold: stated, asserted, or other readings."""
    return _stated(claim) | _named_categories(claim, basis) | _weighed(claim, basis)


def emotion_problem(
    claim: Claim,
    scan: Scan,
    basis: Basis,
    *,
    free: frozenset[str],
    premises: Sequence[Claim] = (),
) -> str | None:
    """Return the first emotion word that is not stated, not carried or contradicted.

    Args:
        claim: The claim.
        scan: Its text.
        basis: The facts.
        free: Emotion words that may occur without being meant as such.
        premises: What it rests on; a cause may name the emotion that it is a cause of.
    """
    stated = _stated(claim)
    words = emotion_words(scan.prose)
    certain = [w for w in words if not _is_doubted(scan.prose, w.start)]
    missing = [
        x for x in stated if x not in {w.what for w in certain} and not _says(scan, x, basis)
    ]
    if missing:
        return f"its labels hold '{missing[0]}', which its text does not state"
    named = _named_categories(claim, basis)
    if claim.stage not in {"emotion", "whole"} and stated - named:
        return f"it states '{min(stated - named)}' as a label but does not conclude it"
    own = stated | named
    if claim.stage == "cause":
        own |= {x for p in premises for x in _stated(p)}
    others = own | _weighed(claim, basis)
    for word in words:
        said = scan.prose[word.start : word.end]
        if word.what not in (own if word in certain else others) and said.casefold() not in free:
            return f"its text says '{said}', which it neither states as a label nor asserts"
    cited = [basis.evidence[i] for i in claim.evidence]
    reading = basis.readings.get(claim.segment or "")
    return _unread(claim, stated, basis) or contradicted(stated, cited, reading)


def contradicted(
    labels: Iterable[str], evidence: Sequence[Evidence], reading: SegmentReading | None
) -> str | None:
    """Return why a label cannot be: every value of the cited evidence lies on the other side.

    A named disagreement says that what is said or shown is not all that there is: there it is
    enough that the arousal speaks for the label.
    """
    quantities = [e.reading.quantities() for e in evidence]
    valences = [v for q in quantities for n in VALENCES if not isinstance(v := q.get(n, ""), str)]
    arousals = [v for q in quantities for n in AROUSALS if not isinstance(v := q.get(n, ""), str)]
    named = reading is not None and reading.pattern not in PLAIN
    for label in sorted(labels):
        place = taxonomy.LABELS.get(label)
        if place is None:
            continue
        carried_by_arousal = named and any(
            place.arousal * a > 0 and abs(a) >= SIGN_AT for a in arousals
        )
        if _all_opposed(place.valence, valences, SIGN_AT) and not carried_by_arousal:
            side = "negative" if place.valence > 0 else "positive"
            return f"'{label}' contradicts the cited evidence, all of which is {side}"
        if _all_opposed(place.arousal, arousals, STRONG):
            side = "subdued" if place.arousal > 0 else "aroused"
            return f"'{label}' contradicts the cited evidence, all of which is {side}"
    return None


def _all_opposed(side: float, values: Sequence[float], least: float) -> bool:
    if abs(side) < least or not values:
        return False
    return all(side * v < 0 and abs(v) >= least for v in values)


def _stated(claim: Claim) -> set[str]:
    return {canonical(label) for label in claim.labels}


def _unread(claim: Claim, stated: set[str], basis: Basis) -> str | None:
    """Return the first label of an emotion claim that the reading of its segment does not carry."""
    if claim.stage != "emotion":
        return None
    if not stated:
        return "it concludes an emotion but states no label"
    reading = basis.readings.get(claim.segment or "")
    if reading is None or reading.abstained:
        return "no emotion was read in its segment"
    carried = _words_of(reading.labels)
    missing = sorted(stated - carried)
    return f"'{missing[0]}' is not what was read in its segment" if missing else None


def _weighed(claim: Claim, basis: Basis) -> set[str]:
    """Return the labels that may stand as other possible readings."""
    reading = basis.readings.get(claim.segment or "")
    return _words_of((*reading.labels, *reading.alternatives)) if reading else set()


def _words_of(weighed: Iterable[Alternative]) -> set[str]:
    return {canonical(a.label) for a in weighed}


def _named_categories(claim: Claim, basis: Basis) -> set[str]:
    """Return the labels that asserted categories are called by."""
    found: set[str] = set()
    for asserted in claim.assertions:
        family, _, name = asserted.quantity.partition(".")
        if family not in {"text", "face", "tone"}:
            continue
        for cited in (basis.evidence[i] for i in asserted.evidence):
            names = str(asserted.value).split() if name == "expressed" else [name]
            for category in names:
                if _counts(cited, family, category):
                    found |= _called(cited, category)
    return found


def _counts(evidence: Evidence, family: str, category: str) -> bool:
    quantities = evidence.reading.quantities()
    expressed = str(quantities.get(f"{family}.expressed", "")).split()
    score = quantities.get(f"{family}.{category}", 0.0)
    return category in expressed or (not isinstance(score, str) and score >= CATEGORY_FROM)


def _called(evidence: Evidence, category: str) -> set[str]:
    own = {
        canonical(category),
        *(canonical(taxonomy.category_word(category, x)) for x in ("en", "zh")),
    }
    known = getattr(evidence.reading, "category_set", None)
    if known is None or category not in taxonomy.CATEGORY_SETS.get(known, ()):
        return own
    return own | set(taxonomy.labels_for(known, category))


def _is_doubted(prose: str, at: int) -> bool:
    """Whether a word stands behind 'possibly' or its like, in the same part of the sentence."""
    stops = [m.end() for m in _STOP.finditer(prose, 0, at)]
    return DOUBT.search(prose, stops[-1] if stops else 0, at) is not None


def _says(scan: Scan, label: str, basis: Basis) -> bool:
    """Whether the text holds a label that no taxonomy knows, or what that is called there."""
    if basis.label_words.get(label, "") and basis.label_words[label] in scan.prose:
        return True
    return label not in taxonomy.LABELS and re.search(
        rf"(?<!{_LATIN}){re.escape(label)}(?!{_LATIN})", scan.prose, re.IGNORECASE
    ) is not None  # fmt: skip


@cache
def fixed_words(language: Language) -> frozenset[str]:
    """Return the emotion words that the built-in analyst's own sentences are made with."""
    texts = [t.casefold() for t in wording(language).templates()]
    return frozenset(t[w.start : w.end] for t in texts for w in emotion_words(t))


@cache
def _forms() -> "re.Pattern[str]":
    return any_of(f for x in taxonomy.LABELS.values() for f in (x.word, *x.forms, x.zh))
