"""Bring the readings of one modality down to one place on the valence/arousal plane.

This is the common measure on which face, voice and words are compared. ``trust`` says how much a
modality weighs when they are combined: what its engines tell of what people take somebody for, by
the fitted fusion, less what noise, strangers and half-measured faces take away; how much these
take is an assumption, stated here and nowhere else.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from emer.graphs.facial_units import Movement, Sign, either, ramp, signs, strengths
from emer.graphs.fusion import table, telling
from emer.tools import taxonomy
from emer.tools.findings import Evidence, Modality, Spanned
from emer.tools.readings import (
    ActionUnitReading,
    ExpressionReading,
    SpeechEmotionReading,
    TextEmotionReading,
    VocalEventReading,
    VoiceDimensionsReading,
    VoiceReading,
)

MOST_TRUST: Final = 0.9
"""Of the modality that tells most. A scale: the thresholds on sums of trust are made for it."""
OTHER_TRUST: Final = 0.5
"""Of what is neither face nor voice nor words."""
LOW_SNR_DB: Final = 10.0
"""Below this loudness and voice quality tell more about the noise than about the speaker."""
CLEAN_SNR_DB: Final = 16.0
HOPELESS_SNR_DB: Final = 2.0
LEFT_IN_NOISE: Final = 0.3
"""What is left of a voice's weight in speech that noise all but covers."""
UNKNOWN_SPEAKER: Final = 0.6
"""Likewise where a voice could be compared with the population alone."""
CATEGORY_FLOOR: Final = 0.2
"""Category scores below this support no label."""
TONE_FLOOR: Final = 0.45
"""Likewise for a voice, whose eight categories were learnt from actors."""
LEFT_UNDER_MUSIC: Final = 0.4
"""What is left of the trust in categories of a voice that is heard through loud music all along:
they were learnt from voices alone. An assumption."""
LEFT_IN_TRANSLATION: Final = 0.75
"""What is left of the trust in words of which a language model's translation was read: irony,
politeness and strength of words are what translations change first. An assumption, not fitted."""
MUSICAL: Final = frozenset({"music", "singing"})
AT_REST: Final = frozenset({"neutral", "calm"})
"""Categories of a voice that show nothing."""
MOUTHED: Final = frozenset({"happiness", "disgust", "contempt", "surprise", "happy"})
MOUTHED_WHILE_TALKING: Final = 0.85
"""What is left of categories that rest on the mouth while their owner talks. The engine has
discounted its movements already; what remains is less sure all the same. An assumption."""
COARSE: Final = 0.35
"""A sign made of action units is used where the expression's own category stays below this."""
UNITS_TRUST: Final = 0.5
"""An engine's expression is tested as a whole; our composites are not."""
_SIGNS: Final = {
    "felt_smile": "happiness", "unsettled_smile": "happiness", "sad_face": "sadness",
    "angry_face": "anger", "afraid_face": "fear", "contempt_face": "contempt",
    "disgusted_face": "disgust", "surprised_face": "surprise",
}  # fmt: skip


class ModalityAffect(NamedTuple):
    """What one modality tells about one person in one stretch of time."""

    valence: float | None
    arousal: float | None
    trust: float
    """0..1."""
    support: dict[str, float]
    """Open-vocabulary labels that its categories speak for, 0..1 each."""
    evidence: tuple[str, ...]


@cache
def trust_in(modality: Modality) -> float:
    """Return how much a modality may weigh at most, 0..1.

    Assumption: where it lies on the plane is as telling as its categories, for which alone there
    are votes.

    Raises:
        ToolUnavailable: The fitted fusion is missing or altered.
    """
    told = telling(table())
    if modality.value not in told:
        return OTHER_TRUST
    return round(MOST_TRUST * told[modality.value] / max(told.values()), 2)


def affect_of(
    modality: Modality, evidence: Iterable[Evidence], span: Spanned, *, speaking: bool = False
) -> ModalityAffect | None:
    """Combine the affect readings of ``modality`` over ``span``; ``None`` if there are none.

    Args:
        modality: Whose readings count.
        evidence: About one person; what lies elsewhere is passed over.
        span: Where to look, seconds.
        speaking: The person talks in ``span``; the lower face then counts for less.
    """
    own = [e for e in evidence if e.modality == modality and e.overlaps(span)]
    placed = any(isinstance(e.reading, VoiceDimensionsReading) for e in own)
    music = through_music(own, span)
    parts = [
        (part, e.overlap_s(span))
        for e in own
        if (part := _part(e, speaking=speaking, placed=placed, music=music)) is not None
    ]
    if modality is Modality.FACE and (moved := _of_units(own, parts, span, speaking=speaking)):
        parts.append((moved, span.duration_s))
    if not parts:
        return None
    weights = [w for _, w in parts]
    support: dict[str, float] = {}
    for part, _ in parts:
        for label, score in part.support.items():
            support[label] = max(support.get(label, 0.0), score)
    return ModalityAffect(
        _mean([p.valence for p, _ in parts], weights),
        _mean([p.arousal for p, _ in parts], weights),
        max(p.trust for p, _ in parts),
        support,
        tuple(dict.fromkeys(i for p, _ in parts for i in p.evidence)),
    )


def clearness(snr_db: float | None) -> float:
    """Return how far loudness and voice quality may count, 0.3 (in noise) .. 1 (clean)."""
    if snr_db is None:
        return 1.0
    return LEFT_IN_NOISE + (1.0 - LEFT_IN_NOISE) * ramp(snr_db, HOPELESS_SNR_DB, CLEAN_SNR_DB)


def through_music(evidence: Iterable[Evidence], span: Spanned) -> float:
    """Return what music over ``span`` leaves of the trust in a voice's categories, 0.4 .. 1."""
    heard = (
        e.reading.loudest * e.overlap_s(span) / span.duration_s
        for e in evidence
        if isinstance(e.reading, VocalEventReading) and e.reading.event in MUSICAL
    )
    return 1.0 - (1.0 - LEFT_UNDER_MUSIC) * max(heard, default=0.0)


def _part(
    evidence: Evidence, *, speaking: bool, placed: bool, music: float
) -> ModalityAffect | None:
    """Return what one reading says.

    Args:
        evidence: It.
        speaking: Its person talks.
        placed: Raters' dimensions place the voice here.
        music: What music leaves of the trust in categories of a voice.
    """
    reading = evidence.reading
    trust = trust_in(evidence.modality)
    if isinstance(reading, VoiceDimensionsReading):
        # what was learnt from raters goes before what a formula makes of prosody
        trust *= 0.5 + 0.5 * (1.0 if evidence.score is None else evidence.score)
        return ModalityAffect(reading.valence, reading.arousal, trust, {}, (evidence.id,))
    if isinstance(reading, VoiceReading):
        if placed:
            return ModalityAffect(None, None, 0.0, {}, (evidence.id,))
        unknown_speaker = reading.baseline == "population"
        trust *= clearness(reading.snr_db) * (UNKNOWN_SPEAKER if unknown_speaker else 1.0)
        return ModalityAffect(reading.valence, reading.arousal, trust, {}, (evidence.id,))
    if isinstance(reading, SpeechEmotionReading):
        # actors' categories: a voice that sounds calm or neutral speaks for no label
        marked = {c: s for c, s in reading.scores.items() if s >= TONE_FLOOR and c not in AT_REST}
        trust *= music * (evidence.score if evidence.score is not None else 0.5)
        support = {
            x: round(music * s, 4) for x, s in _supported(reading.category_set, marked).items()
        }
        # where the voice lies, its measured prosody says: two engines of one sound are not two clues
        return ModalityAffect(None, None, trust, support, (evidence.id,))
    if isinstance(reading, TextEmotionReading):
        # independent scores are low in absolute terms: the engine's thresholds say what counts, and
        # the root spreads what is above them over the range
        expressed = {
            c: math.sqrt(s)
            for c in reading.expressed
            if c != "neutral" and (s := reading.scores.get(c)) is not None
        }
        support = _supported("goemotions28", expressed)
        trust *= 0.4 + 0.6 * max(expressed.values(), default=0.0)
        trust *= LEFT_IN_TRANSLATION if reading.translations else 1.0
        return ModalityAffect(reading.valence, reading.arousal, trust, support, (evidence.id,))
    if isinstance(reading, ExpressionReading):
        discounted = reading.while_speaking or speaking
        scores = {
            c: s * (MOUTHED_WHILE_TALKING if discounted and c in MOUTHED else 1.0)
            for c, s in reading.scores.items()
        }
        support = _supported(reading.category_set, scores)
        trust *= evidence.score if evidence.score is not None else 0.6
        return ModalityAffect(reading.valence, reading.arousal, trust, support, (evidence.id,))
    return None


def movements_of(evidence: Iterable[Evidence]) -> list[Movement]:
    """Return the action units among ``evidence``."""
    return [
        Movement(e.reading.au, e.reading.intensity, e.start_s, e.end_s, e.id)
        for e in evidence
        if isinstance(e.reading, ActionUnitReading)
    ]


def _of_units(
    own: Sequence[Evidence],
    parts: Sequence[tuple[ModalityAffect, float]],
    span: Spanned,
    *,
    speaking: bool,
) -> ModalityAffect | None:
    """Say what action units add where the expression's categories are missing or say nothing."""
    marked = max((s for p, _ in parts for s in p.support.values()), default=0.0)
    if marked >= COARSE:
        return None
    found = signs(strengths(movements_of(own), span, speaking=speaking))
    scores: dict[str, float] = {}
    for sign, category in _SIGNS.items():
        if sign in found:
            scores[category] = max(scores.get(category, 0.0), found[sign].strength)
    if either(*scores.values()) < COARSE:
        return None
    return _from_signs(scores, found)


def _from_signs(scores: Mapping[str, float], found: Mapping[str, Sign]) -> ModalityAffect:
    total = sum(scores.values())
    places = {c: taxonomy.category_affect("basic", c) for c in scores}
    strength = max(scores.values())
    cited = (e for sign in _SIGNS if sign in found for e in found[sign].evidence)
    return ModalityAffect(
        strength * sum(s * places[c].valence for c, s in scores.items()) / total,
        strength * sum(s * places[c].arousal for c, s in scores.items()) / total,
        trust_in(Modality.FACE) * UNITS_TRUST,
        _supported("basic", scores),
        tuple(dict.fromkeys(cited)),
    )


def _supported(category_set: str, scores: Mapping[str, float]) -> dict[str, float]:
    """Spread category scores over the labels that say the same, the best label first."""
    support: dict[str, float] = {}
    for category, score in scores.items():
        if score < CATEGORY_FLOOR:
            continue
        for place, label in enumerate(taxonomy.labels_for(category_set, category)[:3]):
            support[label] = max(support.get(label, 0.0), score * (1.0, 0.7, 0.5)[place])
    return support


def _mean(values: Sequence[float | None], weights: Sequence[float]) -> float | None:
    known = [(v, w) for v, w in zip(values, weights, strict=True) if v is not None]
    total = sum(w for _, w in known)
    return sum(v * w for v, w in known) / total if total > 0 else None
