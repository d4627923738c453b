"""Weigh the clues of each segment against each other: pattern, labels, alternatives, abstention.

Scores are support by the evidence, not probabilities. What is said in favour of a reading and
against it are the grounds that were weighed, as short phrases in the language of the output.
"""

from typing import Final

from emer.graphs.report import Alternative, Language
from emer.graphs.rule.readings.analogies import lifted
from emer.graphs.rule.readings.colours import (
    labels_of_kinds,
    labels_of_pattern,
    of_families,
    of_places,
)
from emer.graphs.rule.readings.degree import degree_of
from emer.graphs.rule.readings.grounds import Ground
from emer.graphs.rule.readings.kinds import contested
from emer.graphs.rule.readings.patterns import Clues, Pattern, named_pattern
from emer.graphs.rule.readings.reasons import (
    bearing,
    of_congruent,
    of_mixed,
    of_pattern,
    of_sound,
    of_thin,
    of_unmarked,
    of_weak,
    told,
)
from emer.graphs.tasks.facts import ModalityFact, SegmentFacts
from emer.graphs.tasks.reading import ReadingDraft, Readings, ReadTask
from emer.tools.findings import Modality

MIN_SUPPORT: Final = 0.27
"""Below this no label is given."""
MIN_SUPPORT_ALONE: Final = 0.33
"""Likewise where only one modality shows anything marked."""
MIN_TRUST: Final = 0.15
"""Below this sum of trust the clues are too thin for any label."""
MAX_LABELS: Final = 2
MAX_OTHERS: Final = 3
SECOND: Final = 0.45
"""Share of the best label's score that a second one needs."""
CLEAR_SOUND: Final = 0.3
"""Strength of a sound from which it can speak against words."""
CONTRARY_WORDS: Final = 0.3
"""Valence of words, to either side, from which a sound can speak against them."""
SETTLING_FACE: Final = 0.2
"""A face whose valence lies this far to a side tells which of the two to follow."""
CALM_RADIUS: Final = 0.18
"""Clues that lie this near the origin show nothing marked."""


def read(task: ReadTask) -> Readings:
    """Read every segment by itself."""
    return Readings(readings=[_read(segment, task.language) for segment in task.segments])


def _read(segment: SegmentFacts, language: Language) -> ReadingDraft:
    clues = Clues.of(segment)
    return _by(clues, segment, language).model_copy(update={"prior": dict(clues.prior)})


def _by(clues: Clues, segment: SegmentFacts, language: Language) -> ReadingDraft:
    pattern = named_pattern(clues)
    if pattern is not None:
        return _of_pattern(segment, clues, pattern, language)
    present = clues.present
    if not present:
        return _abstain(segment, "thin", told("nothing_there", language))
    if sum(m.trust for m in present) < MIN_TRUST:
        return _abstain(segment, "thin", of_thin(present, language))
    if {m.modality for m in present} == {Modality.VOICE}:
        # prosody shows arousal; which emotion it belongs to, other clues must tell
        return _abstain(segment, "thin", told("voice_alone", language))
    ranked = labels_of_kinds(clues)
    if against := _against_words(clues):
        negative = (clues.words.valence or 0.0) < 0 if clues.words else False
        reason = of_sound(against, negative=negative, language=language)
        return _abstain(segment, "mixed", reason, ranked[:MAX_OTHERS])
    marked = [m for m in present if _marked(m, clues)]
    needed = MIN_SUPPORT if len(marked) > 1 else MIN_SUPPORT_ALONE
    strong = [a for a in ranked if a.score >= needed]
    if not strong:
        return _unnamed(segment, clues, marked, ranked, language)
    labels, influence = lifted(of_families(strong, share=SECOND), segment.cases)
    labels = labels[:MAX_LABELS]
    name, reason = _relation(segment, clues, labels, language)
    speaks_for, speaks_against = bearing(clues, labels[0].label, language)
    return ReadingDraft(
        segment=segment.id, pattern=name, labels=labels, alternatives=_others(ranked, labels),
        abstained=False, reason=reason, pattern_score=labels[0].score,
        intensity=degree_of(segment, clues), speaks_for=speaks_for, speaks_against=speaks_against,
        influence=influence,
    )  # fmt: skip


def _against_words(clues: Clues) -> Ground | None:
    """Return a laugh beside negative words, or crying beside positive ones, that no face settles."""
    said = (clues.words.valence or 0.0) if clues.words else 0.0
    name = "sound_laughter" if said < 0 else "sound_crying"
    sound = clues.grounds.get(name)
    if sound is None or sound.strength < CLEAR_SOUND or abs(said) < CONTRARY_WORDS:
        return None
    seen = (clues.face.valence or 0.0) if clues.face else 0.0
    return sound if abs(seen) < SETTLING_FACE else None


def _of_pattern(
    segment: SegmentFacts, clues: Clues, pattern: Pattern, language: Language
) -> ReadingDraft:
    ranked = labels_of_pattern(pattern, clues)
    labels, influence = lifted(of_places(ranked, share=SECOND), segment.cases)
    labels = labels[:MAX_LABELS]
    reason, speaks_for, speaks_against = of_pattern(pattern, language)
    return ReadingDraft(
        segment=segment.id, pattern=pattern.name, labels=labels,
        alternatives=_others([*ranked, *_left(pattern, clues)], labels), abstained=False,
        reason=reason, pattern_score=min(1.0, pattern.strength), intensity=degree_of(segment, clues),
        speaks_for=speaks_for, speaks_against=speaks_against, influence=influence,
    )  # fmt: skip


def _left(pattern: Pattern, clues: Clues) -> list[Alternative]:
    """Return the labels of a reading without the pattern: what its strength leaves of them."""
    left = 1.0 - pattern.strength
    return [
        Alternative(label=a.label, score=round(left * a.score, 3)) for a in labels_of_kinds(clues)
    ]


def _unnamed(
    segment: SegmentFacts,
    clues: Clues,
    marked: list[ModalityFact],
    ranked: list[Alternative],
    language: Language,
) -> ReadingDraft:
    """Abstain, and say why none of the emotions that were thought of is carried."""
    near = ranked[:MAX_OTHERS]
    conflicts = [a for a in segment.agreement if a.verdict == "conflict"]
    if conflicts:
        return _abstain(segment, "mixed", of_mixed(conflicts, language), near)
    if not marked:
        return _abstain(segment, "congruent", of_unmarked(clues.present, language), near)
    if marked == [clues.voice]:
        return _abstain(segment, "mixed", told("voice_alone", language), near)
    kind = "mixed" if len(clues.present) > 1 else "thin"
    reason = of_weak(clues.present, contested(clues), language)
    return _abstain(segment, kind, reason, near)


def _abstain(
    segment: SegmentFacts, pattern: str, reason: str, near: list[Alternative] | None = None
) -> ReadingDraft:
    return ReadingDraft(
        segment=segment.id, pattern=pattern, labels=[], alternatives=near or [],
        abstained=True, reason=reason, intensity=0.0,
    )  # fmt: skip


def _relation(
    segment: SegmentFacts, clues: Clues, labels: list[Alternative], language: Language
) -> tuple[str, str]:
    """Say how the clues stand to each other where no named pattern does."""
    conflicts = [a for a in segment.agreement if a.verdict == "conflict"]
    if conflicts:
        return "mixed", of_mixed(conflicts, language)
    if len(clues.present) == 1:
        return "thin", of_thin(clues.present, language)
    return "congruent", of_congruent(clues, labels[0].label, language)


def _others(ranked: list[Alternative], labels: list[Alternative]) -> list[Alternative]:
    chosen = {a.label for a in labels}
    found: dict[str, Alternative] = {}
    for a in sorted(ranked, key=lambda a: (-a.score, a.label)):
        if a.label not in chosen and a.score > 0:
            found.setdefault(a.label, a)
    return list(found.values())[:MAX_OTHERS]


def _marked(m: ModalityFact, clues: Clues) -> bool:
    far = max(abs(m.valence or 0.0), abs(m.arousal or 0.0)) >= CALM_RADIUS
    return far or bool(m.support)
