"""Write the explanation of every segment: attributes, then expressions, conflicts, emotion.

Each sentence is composed from typed assertions about evidence of the segment; nothing is said
that is not asserted.
"""

from typing import Final

from emer.graphs.report import Agreement, Assertion, Stage
from emer.graphs.rule.wording import (
    NEUTRAL,
    Phrase,
    contains,
    cut,
    during,
    equals,
    listed,
    quote,
    side,
    value,
    voice_phrases,
)
from emer.graphs.tasks import (
    ClaimDraft,
    ExplainTask,
    Explanation,
    Fact,
    ReadingDraft,
    SegmentFacts,
)
from emer.tools import taxonomy
from emer.tools.findings import Modality

MIN_INTENSITY: Final = 1.0
"""Action units weaker than this (of 5) are not worth a sentence."""
MAX_UNITS: Final = 4
MIN_SCORE: Final = 0.3


def explain(task: ExplainTask) -> Explanation:
    """Explain the segments in order."""
    readings = {r.segment: r for r in task.readings}
    claims: list[ClaimDraft] = []
    for segment in task.segments:
        claims += _explain(segment, readings.get(segment.id))
    return Explanation(claims=claims)


def _explain(segment: SegmentFacts, reading: ReadingDraft | None) -> list[ClaimDraft]:
    drafts = [
        _said(segment), _voice(segment), _face(segment),
        *_expressions(segment), *_conflicts(segment), _emotion(segment, reading),
    ]  # fmt: skip
    return [d for d in drafts if d is not None]


def _claim(segment: SegmentFacts, stage: Stage, text: str, parts: list[Phrase]) -> ClaimDraft:
    return ClaimDraft(
        segment=segment.id,
        stage=stage,
        text=text,
        assertions=[a for p in parts for a in p.assertions],
    )


def _facts(segment: SegmentFacts, kind: str) -> list[Fact]:
    return [f for f in segment.facts if f.kind == kind]


def _who(segment: SegmentFacts) -> str:
    return "an unidentified speaker" if segment.subject == "scene" else segment.subject


def _said(segment: SegmentFacts) -> ClaimDraft | None:
    spoken = [f for f in _facts(segment, "utterance") if f.quantities.get("words.text")]
    if segment.role != "speaking" or not spoken:
        return None
    fact = spoken[0]
    words = str(fact.quantities["words.text"])
    shown = quote(words)
    part = Phrase(shown, (contains(fact, cut(words)),))
    when = during(segment.start_s, segment.end_s)
    return _claim(segment, "attribute", f"{when} {_who(segment)} says {shown}", [part])


def _voice(segment: SegmentFacts) -> ClaimDraft | None:
    for fact in _facts(segment, "voice"):
        phrases = voice_phrases(fact)
        if phrases:
            text = f"The voice of {_who(segment)} is {listed([p.text for p in phrases])}."
            return _claim(segment, "attribute", text, phrases)
    return None


def _face(segment: SegmentFacts) -> ClaimDraft | None:
    units: dict[str, tuple[float, Fact]] = {}
    for fact in _facts(segment, "action_unit"):
        name = next(q for q in fact.quantities if q.startswith("au.AU"))
        strength = value(fact, name) or 0.0
        apex_s = value(fact, f"{name}.apex_s") or 0.0
        if not segment.start_s <= apex_s < segment.end_s:
            continue  # it is told where it is strongest, not in every segment that it touches
        if strength >= MIN_INTENSITY and strength > units.get(name, (0.0, fact))[0]:
            units[name] = (strength, fact)
    if not units:
        return None
    strongest = sorted(units.items(), key=lambda u: -u[1][0])[:MAX_UNITS]
    parts = [
        Phrase(f"{q.removeprefix('au.')} ({_au_name(f)}) {s:.1f} of 5", (equals(f, q, 1),))
        for q, (s, f) in strongest
    ]
    text = f"The face of {_who(segment)} shows {listed([p.text for p in parts])}."
    return _claim(segment, "attribute", text, parts)


def _au_name(fact: Fact) -> str:
    return str(fact.quantities.get("au.name", "action unit"))


def _expressions(segment: SegmentFacts) -> list[ClaimDraft]:
    drafts = []
    if words := _expressed(segment):
        category, score, fact = words
        text = f"The words express {category.replace('_', ' ')} (score {score:.2f})"
        parts = [Phrase(text, (equals(fact, f"text.{category}", 2),))]
        if cue := fact.quantities.get("text.cue"):
            shown = quote(str(cue))
            literal = cut(str(cue))
            asserted = Assertion(
                quantity="text.cue", relation="contains", value=literal,
                evidence=(fact.evidence,),
            )  # fmt: skip
            parts.append(Phrase(f", carried by {shown}", (asserted,)))
        drafts.append(_claim(segment, "expression", "".join(p.text for p in parts) + ".", parts))
    drafts += _tone(segment)
    if face := _top(segment, "expression", "face.", skip=("valence", "arousal")):
        category, score, fact = face
        if category == "neutral" and segment.role != "speaking":
            return drafts  # a face at rest is worth a word only beside what its owner says
        shown = "no marked expression" if category == "neutral" else category
        text = f"The face of {_who(segment)} shows {shown} (score {score:.2f})."
        drafts.append(
            _claim(
                segment, "expression", text, [Phrase(text, (equals(fact, f"face.{category}", 2),))]
            )
        )
    return drafts


def _expressed(segment: SegmentFacts) -> tuple[str, float, Fact] | None:
    """Return the strongest category that the words count as expressing, if it is no neutral one."""
    found = [
        (category, score, fact)
        for fact in _facts(segment, "text_emotion")
        for category in str(fact.quantities.get("text.expressed", "")).split()
        if category != "neutral" and (score := value(fact, f"text.{category}")) is not None
    ]
    return max(found, key=lambda item: item[1], default=None)


def _tone(segment: SegmentFacts) -> list[ClaimDraft]:
    for fact in _facts(segment, "voice"):
        aroused = value(fact, "voice.arousal")
        if aroused is None or abs(aroused) < 0.2:
            continue
        text = f"The voice sounds {side(aroused, 'aroused', 'subdued')} (arousal {aroused:+.2f})."
        part = Phrase(text, (equals(fact, "voice.arousal", 2),))
        return [_claim(segment, "expression", text, [part])]
    return []


def _top(
    segment: SegmentFacts, kind: str, prefix: str, *, skip: tuple[str, ...]
) -> tuple[str, float, Fact] | None:
    best: tuple[str, float, Fact] | None = None
    for fact in _facts(segment, kind):
        for quantity, number in fact.quantities.items():
            name = quantity.removeprefix(prefix)
            if name in skip or not isinstance(number, float | int):
                continue
            if number >= MIN_SCORE and (best is None or number > best[1]):
                best = (name, float(number), fact)
    return best


def _conflicts(segment: SegmentFacts) -> list[ClaimDraft]:
    return [
        draft
        for agreement in segment.agreement
        if agreement.verdict == "conflict" and (draft := _conflict(segment, agreement))
    ]


def _conflict(segment: SegmentFacts, agreement: Agreement) -> ClaimDraft | None:
    parts = []
    for modality in agreement.pair:
        if phrase := _lean(segment, modality, agreement.dimension or "valence"):
            parts.append(phrase)
    if len(parts) < 2:
        return None
    one, other = agreement.pair
    text = f"{str(one).capitalize()} and {other} disagree: {parts[0].text}, {parts[1].text}."
    return _claim(segment, "disagreement", text, parts)


_PREFIX: Final = {Modality.FACE: "face", Modality.VOICE: "voice", Modality.WORDS: "text"}
_KIND: Final = {
    Modality.FACE: "expression",
    Modality.VOICE: "voice",
    Modality.WORDS: "text_emotion",
}
_NOUN: Final = {
    Modality.FACE: "the face is",
    Modality.VOICE: "the voice is",
    Modality.WORDS: "the words are",
}
_SIDES: Final = {"valence": ("positive", "negative"), "arousal": ("aroused", "subdued")}


def _lean(segment: SegmentFacts, modality: Modality, dimension: str) -> Phrase | None:
    """Say to which side a modality leans, by its reading with the largest value."""
    quantity = f"{_PREFIX[modality]}.{dimension}"
    known = [
        (v, f) for f in _facts(segment, _KIND[modality]) if (v := value(f, quantity)) is not None
    ]
    if not known:
        return None
    number, fact = max(known, key=lambda item: abs(item[0]))
    up, down = _SIDES[dimension]
    text = f"{_NOUN[modality]} {side(number, up, down)} ({dimension} {number:+.2f})"
    return Phrase(text, (equals(fact, quantity, 2),))


def _emotion(segment: SegmentFacts, reading: ReadingDraft | None) -> ClaimDraft | None:
    """Name the emotion that the clues carry together; the clues' leanings are its assertions."""
    parts = [
        phrase
        for m in segment.modalities
        if (
            phrase := _lean(segment, m.modality, "valence") or _lean(segment, m.modality, "arousal")
        )
    ]
    if reading is None or reading.abstained or not reading.labels or not parts:
        return None
    labels = [a.label for a in reading.labels if a.label in taxonomy.LABELS]
    if not labels:
        return None
    others = [a.label for a in reading.alternatives if a.label not in labels][:2]
    doubt = f", possibly {listed(others)}" if others else ""
    because = f"{_reason(segment, reading)}: {'; '.join(p.text for p in parts)}"
    text = f"Taken together {_who(segment)} comes across as {listed(labels)}{doubt} ({because})."
    return _claim(segment, "emotion", text, parts)


def _reason(segment: SegmentFacts, reading: ReadingDraft) -> str:
    sides = {v > 0 for m in segment.modalities if (v := m.valence or 0.0) and abs(v) >= NEUTRAL}
    named = {
        "congruent": "the clues agree" if len(sides) < 2 else "no clue clearly contradicts",
        "mixed": "the clues are mixed",
        "thin": "on one clue alone",
        "flat_good_news": "good news told flatly",
        "sarcasm": "as sarcasm would",
        "masking": "as if a smile covered something",
        "smiling_through_tears": "a smile over sad words",
        "polite_anger": "civil words, tense delivery",
        "teasing": "critical words with a smile",
    }
    return named.get(reading.pattern, reading.pattern.replace("_", " "))
