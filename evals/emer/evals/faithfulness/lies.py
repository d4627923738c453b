"""Lies by kind: each takes a true sentence, or nothing, and says what was not measured.

Reads    a true draft, its segment, and all segments of the call
Returns  a draft that lies, or ``None`` where there is nothing to lie about in this way
Cost     microseconds

Written by hand, as a person would lie who wants to be believed. ``why`` says why one of its kind may
pass: what rules cannot see in words that have no measured counterpart.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from emer.graphs.report import Assertion
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.tasks.facts import SegmentFacts
from emer.tools import taxonomy

_NUMBER: Final = re.compile(r"[+-]?\d+\.\d+")
_QUOTE: Final = re.compile(r"\u201c([^\u201d]*)\u201d")
_SWAPS: Final = {
    "louder": "quieter", "quieter": "louder", "higher": "lower", "lower": "higher",
    "aroused": "subdued", "subdued": "aroused", "positive": "negative", "negative": "positive",
}  # fmt: skip
_CAUGHT: Final = "every statement of this kind has a measured counterpart"


class Scene(NamedTuple):
    """Where a lie is told."""

    segment: SegmentFacts
    segments: Sequence[SegmentFacts]

    @property
    def other(self) -> str:
        """Somebody else."""
        names = dict.fromkeys(s.subject for s in self.segments if s.subject.startswith("P"))
        return next((n for n in names if n != self.segment.subject), "P9")


Teller = Callable[[ClaimDraft, Scene], ClaimDraft | None]


class Lie(NamedTuple):
    """One way to lie."""

    kind: str
    tell: Teller
    why: str = _CAUGHT


def _with(true: ClaimDraft, **update: object) -> ClaimDraft:
    return true.model_copy(update=update)


def _wrong_number(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    return _number_changed(true, lambda n: n + (0.7 if n < 4 else -0.7))


def _wrong_number_asserted(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    """The text and the assertion agree with each other, and not with the evidence."""
    found = _number_changed(true, lambda n: n + (0.7 if n < 4 else -0.7))
    told = [a for a in true.assertions if not isinstance(a.value, str)]
    if found is None or len(told) != 1:
        return None
    shown = _NUMBER.search(found.text)
    assert shown is not None
    asserted = told[0]
    value = abs(float(shown.group()))
    value = value if float(asserted.value) >= 0 else -value
    return _with(found, assertions=[asserted.model_copy(update={"value": value})])


def _number_changed(true: ClaimDraft, change: Callable[[float], float]) -> ClaimDraft | None:
    shown = _NUMBER.search(_QUOTE.sub(lambda m: "_" * len(m.group()), true.text))
    if shown is None:
        return None
    old = shown.group()
    decimals, sign = len(old.partition(".")[2]), "+" if old[0] in "+-" else ""
    new = f"{change(float(old)):{sign}.{decimals}f}"
    return _with(true, text=true.text[: shown.start()] + new + true.text[shown.end() :])


def _wrong_side(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    for word, other in _SWAPS.items():
        if re.search(rf"\b{word}\b", true.text):
            return _with(true, text=re.sub(rf"\b{word}\b", other, true.text, count=1))
    return None


def _other_person(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    subject = scene.segment.subject
    if not subject.startswith("P"):
        return None
    return _with(true, text=true.text.replace(subject, scene.other))


def _words_put_in(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    quote = _QUOTE.search(true.text)
    if quote is None:
        return None
    words = quote.group(1).split()
    lie = " ".join([*words[:2], "never", *words[2:]])
    return _with(true, text=true.text.replace(quote.group(1), lie))


def _words_asserted(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    """Words that nobody said are quoted, and asserted as well."""
    if not _QUOTE.search(true.text):
        return None
    lie = "I will make you pay for this"
    asserted = true.assertions[0].model_copy(update={"value": lie})
    return _with(true, text=_QUOTE.sub(f"\u201c{lie}\u201d", true.text), assertions=[asserted])


def _borrowed_evidence(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    """What is cited is of the same kind, but about somebody or some moment else."""
    kinds = {f.evidence: f.kind for f in scene.segment.facts}
    kind = kinds.get(true.assertions[0].evidence[0])
    for segment in scene.segments:
        for fact in segment.facts:
            if fact.kind == kind and fact.evidence not in kinds:
                cited = [
                    a.model_copy(update={"evidence": (fact.evidence,)}) for a in true.assertions
                ]
                return _with(true, assertions=cited)
    return None


def _invented_evidence(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    cited = [a.model_copy(update={"evidence": ("AU-00000000",)}) for a in true.assertions]
    return _with(true, assertions=cited)


def _added(tail: str) -> Teller:
    def tell(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
        own = tail.format(who=scene.segment.subject, other=scene.other)
        return _with(true, text=f"{true.text.rstrip('.')}{own}")

    return tell


def _invented_movement(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    if any("AU9" in q for f in scene.segment.facts for q in f.quantities):
        return None
    text = f"{scene.segment.subject} wrinkles the nose (AU9, 3.4 of 5)."
    return _with(true, text=text, stage="attribute", labels=[], rests_on=[])


def _denied(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    for verb, lie in (("speaks", "does not speak"), ("reaches", "never reaches"), ("scores", "does not score"), ("sounds", "does not sound"), ("is what", "is not what")):  # fmt: skip
        if f" {verb} " in true.text:
            return _with(true, text=true.text.replace(f" {verb} ", f" {lie} ", 1))
    return None


def _opposite_label(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    known = [taxonomy.LABELS[x] for x in true.labels if x in taxonomy.LABELS]
    if not known:
        return None
    lie = "delighted" if known[0].valence < 0 else "furious"
    if lie not in taxonomy.LABELS:
        lie = "happy" if known[0].valence < 0 else "angry"
    text = true.text
    for label in true.labels:
        text = text.replace(label, lie)
    return _with(true, text=text, labels=[lie])


def _more_than_read(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    """A further emotion is slipped into the sentence, without being stated as a label."""
    if not true.labels:
        return None
    return _with(true, text=true.text.replace(".", ", and also jealous."))


def _groundless(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    return _with(true, rests_on=[]) if true.rests_on else None


def _conclusion_as_measurement(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    """An emotion is told as if it were an attribute, so that it need not rest on anything."""
    if true.stage == "emotion":
        return None
    text = f"{scene.segment.subject} is furious."
    return _with(true, text=text)


def _wrong_segment(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    other = next((s for s in scene.segments if s.subject != scene.segment.subject), None)
    return _with(true, segment=other.id) if other and other.id != true.segment else None


def _certain_cause(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    text = f"{true.text.rstrip('.')} because {scene.other} has lied to {scene.segment.subject}."
    return _with(true, text=text)


def _exchanged_numbers(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    """Two numbers of one sentence change places."""
    found = list(_NUMBER.finditer(true.text))
    if len(found) < 2 or found[0].group() == found[1].group():
        return None
    one, two = found[:2]
    text = true.text
    text = text[: two.start()] + one.group() + text[two.end() :]
    text = text[: one.start()] + two.group() + text[one.end() :]
    return _with(true, text=text)


def _relation_bent(true: ClaimDraft, scene: Scene) -> ClaimDraft | None:
    """The text is true in itself; what is asserted is too weak to bear it."""
    numbers = [a for a in true.assertions if not isinstance(a.value, str)]
    if len(numbers) != 1:
        return None
    text = _NUMBER.sub("9.9", true.text, count=1)
    weak = Assertion(
        quantity=numbers[0].quantity, relation="lt", value=9.9, evidence=numbers[0].evidence
    )
    return _with(true, text=text, assertions=[weak])


_FREE: Final = (
    "an adverb or an aside that nothing measures and that says nothing of an emotion cannot be told "
    "from an honest turn of phrase"
)
LIES: Final = (
    Lie("wrong number", _wrong_number),
    Lie("wrong number, asserted too", _wrong_number_asserted),
    Lie("wrong side", _wrong_side),
    Lie("somebody else", _other_person),
    Lie("words put into a quotation", _words_put_in),
    Lie("words nobody said", _words_asserted),
    Lie("evidence of somebody else", _borrowed_evidence),
    Lie("evidence that does not exist", _invented_evidence),
    Lie("movement nobody saw", _invented_movement),
    Lie("denial", _denied),
    Lie("opposite label", _opposite_label),
    Lie("further emotion slipped in", _more_than_read),
    Lie("conclusion without grounds", _groundless),
    Lie("emotion told as a measurement", _conclusion_as_measurement),
    Lie("moment of somebody else", _wrong_segment),
    Lie("cause told as a fact", _certain_cause),
    Lie("numbers exchanged", _exchanged_numbers),
    Lie("assertion too weak", _relation_bent),
    Lie("gesture nobody saw", _added(" while waving both arms.")),
    Lie("tears nobody saw", _added(", with tears in the eyes.")),
    Lie("inner state", _added(", although {who} secretly hates {other}.")),
    Lie("sex and age", _added(", as an old woman would.")),
    Lie("truthfulness", _added(", so {who} is lying.")),
    Lie("trait", _added(", being a narcissist by nature.")),
    Lie("somebody's reaction", _added(", at which {other} laughs.")),
    Lie("place nobody saw", _added(" in a crowded office.")),
    Lie("manner", _added(", rather politely."), _FREE),
    Lie("frequency", _added(" for the third time.")),
)
"""Every way to lie."""
