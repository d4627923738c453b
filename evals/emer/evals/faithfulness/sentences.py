"""Sentences that a careful person would write of what was measured, each with what it asserts.

Reads    the typed facts of one segment, as a language model is given them
Returns  drafts of claims, all of them true, in words that are not the built-in analyst's
Cost     microseconds
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from emer.graphs.report import Assertion, Stage
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.tasks.facts import Fact, SegmentFacts
from emer.graphs.tasks.reading import ReadingDraft
from emer.tools.findings import SCENE, Modality
from emer.tools.taxonomy import CATEGORY_SETS

NEUTRAL: Final = 0.1
"""Valences nearer to 0 than this are on neither side."""
CLEAR: Final = 0.3
"""Scores of categories from which one is worth a sentence."""
MOST_MOVEMENTS: Final = 2
QUOTED: Final = 70
"""Characters of an utterance that are quoted."""
_FACES: Final = CATEGORY_SETS["basic"]


class Said(NamedTuple):
    """One true sentence about one segment."""

    stage: Stage
    modality: Modality
    text: str
    assertions: tuple[Assertion, ...]


def who(segment: SegmentFacts) -> str:
    """Return what a segment's person is called in a sentence."""
    return "an unidentified speaker" if segment.subject == SCENE else segment.subject


def sentences(segment: SegmentFacts) -> list[Said]:
    """Return what can be said of one segment, clue by clue."""
    name = who(segment)
    return [
        *_words(segment, name), *_voice(segment, name), *_face(segment, name),
    ]  # fmt: skip


def draft(segment: SegmentFacts, said: Said) -> ClaimDraft:
    """Return the claim that a sentence makes."""
    return ClaimDraft(
        segment=segment.id, stage=said.stage, text=said.text, assertions=list(said.assertions)
    )


def contrast(segment: SegmentFacts) -> ClaimDraft | None:
    """Return the sentence for two modalities whose valences lie on different sides."""
    conflict = next(
        (a for a in segment.agreement if a.verdict == "conflict" and a.dimension == "valence"),
        None,
    )
    if conflict is None:
        return None
    sides = [_place(segment, m) for m in conflict.pair]
    if any(s is None for s in sides):
        return None
    (one, first), (other, second) = (s for s in sides if s is not None)
    names = [str(m) for m in conflict.pair]
    have = "lean" if names[0] == "words" else "leans"
    lean = "lean" if names[1] == "words" else "leans"
    text = (
        f"With {who(segment)}, the {names[0]} {have} {_side(first)} (valence {first:+.2f}), "
        f"but the {names[1]} {lean} {_side(second)} (valence {second:+.2f})."
    )
    return ClaimDraft(segment=segment.id, stage="disagreement", text=text, assertions=[one, other])


def conclusion(
    segment: SegmentFacts, reading: ReadingDraft | None, grounds: list[ClaimDraft], first: int
) -> ClaimDraft | None:
    """Return what a person comes across as, resting on every sentence about the segment."""
    if reading is None or reading.abstained or not reading.labels:
        return None
    labels = [a.label for a in reading.labels[:2]]
    assertions = [a for c in grounds for a in c.assertions]
    if not assertions:
        return None
    text = f"On balance, {who(segment)} comes across as {' and '.join(labels)}."
    return ClaimDraft(
        segment=segment.id, stage="emotion", text=text, assertions=assertions, labels=labels,
        rests_on=list(range(first, first + len(grounds))),
    )  # fmt: skip


def facts_of(segment: SegmentFacts, kind: str) -> list[Fact]:
    """Return the facts of one kind about the segment's person."""
    return [
        f
        for f in segment.facts
        if (f.kind == kind and f.subject != SCENE) or (f.kind == kind and segment.subject == SCENE)
    ]


def number(fact: Fact, quantity: str, decimals: int = 2) -> float | None:
    """Return a quantity as it is printed; ``None`` if it was not measured."""
    value = fact.quantities.get(quantity)
    return None if value is None or isinstance(value, str) else round(value, decimals)


def equals(fact: Fact, quantity: str, value: float) -> Assertion:
    """Assert that cited evidence has just this value."""
    return Assertion(quantity=quantity, relation="eq", value=value, evidence=(fact.evidence,))


def _words(segment: SegmentFacts, name: str) -> Iterator[Said]:
    for fact in facts_of(segment, "utterance"):
        text = str(fact.quantities.get("words.text", ""))[:QUOTED].strip(" .,!?")
        if text and not fact.instructs and '"' not in text and "\u201d" not in text:
            asserted = Assertion(
                quantity="words.text", relation="contains", value=text, evidence=(fact.evidence,)
            )
            yield Said(
                "attribute", Modality.WORDS, f"\u201c{text}\u201d is what {name} says.", (asserted,)
            )
    for fact in facts_of(segment, "text_emotion"):
        valence = number(fact, "text.valence")
        if valence is not None and abs(valence) >= NEUTRAL:
            text = f"The wording of {name} is {_side(valence)}, with a valence of {valence:+.2f}."
            yield Said("expression", Modality.WORDS, text, (equals(fact, "text.valence", valence),))


def _voice(segment: SegmentFacts, name: str) -> Iterator[Said]:
    frames = (
        ("voice.intensity_offset_db", 1, 2.5, "{who} speaks {n} dB {side} than is usual for {who}.",
         "louder", "quieter"),
        ("voice.f0_offset_st", 1, 1.5, "The pitch of {who} lies {n} semitones {side} than usual.",
         "higher", "lower"),
        ("voice.arousal", 2, 0.2, "The voice of {who} sounds {side} (arousal {signed}).",
         "aroused", "subdued"),
    )  # fmt: skip
    for fact in facts_of(segment, "voice"):
        for quantity, decimals, least, frame, up, down in frames:
            value = number(fact, quantity, decimals)
            if value is None or abs(value) < least:
                continue
            text = frame.format(
                who=name, n=f"{abs(value):.{decimals}f}", signed=f"{value:+.{decimals}f}",
                side=up if value > 0 else down,
            )  # fmt: skip
            stage: Stage = "expression" if quantity == "voice.arousal" else "attribute"
            yield Said(stage, Modality.VOICE, text, (equals(fact, quantity, value),))


def _face(segment: SegmentFacts, name: str) -> Iterator[Said]:
    moved = [
        (n, f, q)
        for f in facts_of(segment, "action_unit")
        for q in f.quantities
        if q.startswith("au.AU") and q.count(".") == 1 and (n := number(f, q, 1)) is not None
    ]
    for value, fact, quantity in sorted(moved, key=lambda x: (-x[0], x[2]))[:MOST_MOVEMENTS]:
        unit = quantity.partition(".")[2]
        text = f"In the face of {name}, {unit} reaches {value:.1f} of 5."
        yield Said("attribute", Modality.FACE, text, (equals(fact, quantity, value),))
    for fact in facts_of(segment, "expression"):
        scores = {c: n for c in _FACES if (n := number(fact, f"face.{c}")) is not None}
        best = max(scores, key=lambda c: scores[c], default="neutral")
        if best != "neutral" and scores[best] >= CLEAR:
            text = f"For {best}, the face of {name} scores {scores[best]:.2f}."
            yield Said(
                "expression", Modality.FACE, text, (equals(fact, f"face.{best}", scores[best]),)
            )


def _place(segment: SegmentFacts, modality: Modality) -> tuple[Assertion, float] | None:
    sources = {
        Modality.WORDS: (("text_emotion", "text.valence"),),
        Modality.FACE: (("expression", "face.valence"),),
        Modality.VOICE: (("voice_dimensions", "tone.valence"), ("voice", "voice.valence"),
                         ("speech_emotion", "tone.valence")),
    }  # fmt: skip
    for kind, quantity in sources[modality]:
        for fact in facts_of(segment, kind):
            value = number(fact, quantity)
            if value is not None and abs(value) >= NEUTRAL:
                return equals(fact, quantity, value), value
    return None


def _side(value: float) -> str:
    return "positive" if value > 0 else "negative"
