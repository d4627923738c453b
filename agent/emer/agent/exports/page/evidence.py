"""What the evidence panel shows, as one JSON value inside the page.

Texts of the media are in it as they are, less characters that act instead of being seen; the
page's script puts them in place as text and nothing else.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

from markupsafe import Markup

from emer.agent.exports.fixed_words import Words, fixed_words
from emer.agent.exports.page.pictures import Pictures
from emer.agent.exports.page.words import (
    kind_words,
    quantity_words,
    relation_words,
    unit_name,
    value_words,
    who,
)
from emer.graphs.report import Claim, Report
from emer.tools.findings import Evidence
from emer.tools.readings import (
    ActionUnitReading,
    ExpressionReading,
    ImpressionReading,
    ScreenTextReading,
    SpeechEmotionReading,
    TextEmotionReading,
    TranslationReading,
    UtteranceReading,
    VoiceDimensionsReading,
    VoiceReading,
    WordsReading,
)

LEAST_SCORE: Final = 0.02
"""Categories below are listed together, not one by one."""
_TOLD_ELSEWHERE: Final = frozenset({"words.text", "text.cue", "screen.text", "impression.text"})
_FAMILIES: Final = {"text_emotion": "text", "expression": "face", "speech_emotion": "tone"}
"""What the names of category scores begin with, by kind of reading."""
_ACTING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, and those that turn the reading direction of what follows them."""


def visible(text: str) -> str:
    """Return ``text`` without characters that act on other text instead of being seen."""
    return _ACTING.sub("", text)


def as_json(value: object) -> Markup:
    """Return JSON that can stand inside a ``<script>`` element."""
    text = json.dumps(_visible(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for sign in "<>&\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return Markup(text)


def _visible(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, dict):
        return {visible(k): _visible(v) for k, v in value.items()}
    return [_visible(v) for v in value] if isinstance(value, list | tuple) else value


def evidence_data(report: Report, pictures: Pictures) -> dict[str, Any]:
    """Return every piece of evidence by id, short keys because there are many.

    ``k`` kind, ``m`` modality, ``s`` subject, ``p`` person, ``a`` and ``b`` span, ``c`` score,
    ``r`` tool, engine, model, revision, device, ``q`` rows of name and value, ``w`` words, ``u`` cue
    words, ``i`` pictures, ``n`` a remark.
    """
    persons = {m: p.id for p in report.subjects for m in p.members}
    said = _said(report)
    t = fixed_words(report.explanation.language)
    return {e.id: _one(e, persons, said, pictures, t) for e in report.evidence}


def _one(
    e: Evidence, persons: dict[str, str], said: dict[tuple[str, float, float], str],
    pictures: Pictures, t: Words,
) -> dict[str, Any]:  # fmt: skip
    reading = e.reading
    item: dict[str, Any] = {
        "k": kind_words(reading.kind, t), "m": e.modality.value, "s": e.subject,
        "a": e.start_s, "b": e.end_s, "c": e.score,
        "r": [e.tool, e.engine, e.model, e.revision, e.device], "q": _quantities(e, t),
    }  # fmt: skip
    if e.confidence is not None:
        item["d"] = e.confidence
    if e.subject in persons:
        item["p"] = persons[e.subject]
    if shown := pictures.of_evidence.get(e.id):
        item["i"] = shown
    match reading:
        case WordsReading() | UtteranceReading() | ScreenTextReading() if reading.text:
            item["w"] = reading.text
        case ImpressionReading():
            item["w"] = reading.text
            item["n"] = t("remark.impression", n=reading.n_pictures, seconds=f"{reading.sound_s:g}")
        case TranslationReading():
            item["n"] = t("remark.translation", text=reading.text, of=reading.of)
        case TextEmotionReading():
            item["w"] = said.get((e.subject, e.start_s, e.end_s), "")
            item["u"] = list(reading.cue_words)
            if reading.translations:
                item["n"] = t("remark.translated", names=t("comma").join(reading.translations))
        case ActionUnitReading():
            name = unit_name(reading.au, reading.name, t)
            item["n"] = t("remark.unit", au=reading.au, name=name, cue=reading.cue)
        case VoiceReading():
            own = reading.baseline == "own_utterances"
            item["n"] = t("remark.usual_own" if own else "remark.usual_others")
        case SpeechEmotionReading():
            n = reading.adapted_from
            known = [t("remark.known", n=n) if n else t("remark.known_nothing")]
            if reading.category_set == "ravdess8":
                known.append(t("remark.actors"))
            item["n"] = t("space").join(known)
        case VoiceDimensionsReading():
            item["n"] = t("remark.raters")
    return item


def _quantities(e: Evidence, t: Words) -> list[list[str]]:
    """Return rows of name and value; of categories the strongest first, the weak ones as one."""
    found = {n: v for n, v in e.reading.quantities().items() if n not in _TOLD_ELSEWHERE}
    scores: dict[str, float] = {}
    if isinstance(e.reading, TextEmotionReading | ExpressionReading | SpeechEmotionReading):
        family = _FAMILIES[e.reading.kind]
        scores = {f"{family}.{name}": score for name, score in e.reading.scores.items()}
    rows = [
        [quantity_words(n, t)[0], value_words(n, v, t)] for n, v in found.items() if n not in scores
    ]
    strong = sorted((n for n in scores if scores[n] >= LEAST_SCORE), key=lambda n: -scores[n])
    rows += [[quantity_words(n, t)[0], value_words(n, scores[n], t)] for n in strong]
    if len(strong) < len(scores):
        others = t("categories.others", n=len(scores) - len(strong))
        rows.append([others, t("categories.below", score=f"{LEAST_SCORE:g}")])
    return rows


def _said(report: Report) -> dict[tuple[str, float, float], str]:
    """Return what was said by whom and when, for readings that quote it only in part."""
    found: dict[tuple[str, float, float], str] = {}
    for u in report.utterances:
        for subject in {u.subject, u.speaker or u.subject, "scene"}:
            found[subject, round(u.start_s, 3), round(u.end_s, 3)] = u.text or ""
    return found


def claim_data(claims: Iterable[Claim], t: Words) -> dict[str, Any]:
    """Return every claim by id, short keys as above.

    ``t`` text, ``g`` stage, ``s`` subject, ``a`` and ``b`` span, ``e`` evidence, ``o`` assertions
    as name, relation, value and evidence, ``r`` claims it rests on, ``h`` hypothesis.
    """
    return {
        c.id: {
            "t": c.text, "a": c.start_s, "b": c.end_s, "e": list(c.evidence), "g": c.stage,
            "s": who(c.subject, t) if c.subject else "", "r": list(c.rests_on), "h": c.hypothesis,
            "o": [[*relation_words(a.quantity, a.relation, a.value, t), list(a.evidence)]
                  for a in c.assertions],
        }
        for c in claims
    }  # fmt: skip
