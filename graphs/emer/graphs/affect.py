"""Bring the readings of one modality down to one place on the valence/arousal plane.

This is the common measure on which face, voice and words are compared. ``trust`` says how much a
modality weighs when they are combined; the weights are assumptions, stated here and nowhere else.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from emer.tools import taxonomy
from emer.tools.findings import Evidence, Modality, Spanned
from emer.tools.readings import ExpressionReading, TextEmotionReading, VoiceReading

# Assumption: words carry valence best, the voice arousal, the face lies between (the direction
# found for human raters, e.g. Busso et al. 2008, IEMOCAP); not fitted to any data.
TRUST: Final = {Modality.WORDS: 0.9, Modality.FACE: 0.7, Modality.VOICE: 0.6}
LOW_SNR_DB: Final = 10.0
CATEGORY_FLOOR: Final = 0.2
"""Category scores below this support no label."""


class ModalityAffect(NamedTuple):
    """What one modality tells about one person in one stretch of time."""

    valence: float | None
    arousal: float | None
    trust: float
    """0..1."""
    support: dict[str, float]
    """Open-vocabulary labels that its categories speak for, 0..1 each."""
    evidence: tuple[str, ...]


def affect_of(
    modality: Modality, evidence: Iterable[Evidence], span: Spanned
) -> ModalityAffect | None:
    """Combine the affect readings of ``modality`` over ``span``; ``None`` if there are none."""
    parts = [
        (e, part)
        for e in evidence
        if e.modality == modality and e.overlaps(span) and (part := _part(e)) is not None
    ]
    if not parts:
        return None
    weights = [e.overlap_s(span) for e, _ in parts]
    support: dict[str, float] = {}
    for _, part in parts:
        for label, score in part.support.items():
            support[label] = max(support.get(label, 0.0), score)
    return ModalityAffect(
        _mean([p.valence for _, p in parts], weights),
        _mean([p.arousal for _, p in parts], weights),
        max(p.trust for _, p in parts),
        support,
        tuple(e.id for e, _ in parts),
    )


def _part(evidence: Evidence) -> ModalityAffect | None:
    reading = evidence.reading
    trust = TRUST.get(evidence.modality, 0.5)
    if isinstance(reading, VoiceReading):
        noisy = reading.snr_db is not None and reading.snr_db < LOW_SNR_DB
        unknown_speaker = reading.baseline == "population"
        trust *= (0.5 if noisy else 1.0) * (0.6 if unknown_speaker else 1.0)
        return ModalityAffect(reading.valence, reading.arousal, trust, {}, (evidence.id,))
    if isinstance(reading, TextEmotionReading):
        # independent scores are low in absolute terms: the engine's thresholds say what counts, and
        # the root spreads what is above them over the range
        expressed = {c: math.sqrt(reading.scores[c]) for c in reading.expressed if c != "neutral"}
        support = _supported("goemotions28", expressed)
        trust *= 0.4 + 0.6 * max(expressed.values(), default=0.0)
        return ModalityAffect(reading.valence, reading.arousal, trust, support, (evidence.id,))
    if isinstance(reading, ExpressionReading):
        support = _supported(reading.category_set, reading.scores)
        trust *= evidence.score if evidence.score is not None else 0.6
        return ModalityAffect(reading.valence, reading.arousal, trust, support, (evidence.id,))
    return None


def _supported(category_set: str, scores: dict[str, float]) -> dict[str, float]:
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
