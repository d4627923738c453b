"""From what was measured on one utterance to an affect profile, the key to similar cases.

Reads    evidence of one subject over one span: voice, expression, text emotion, action units
Returns  an ``AffectProfile``; a modality without a reading stays missing
Cost     microseconds
Source   the cuts below are ours, rounded and not fitted to data. They lie well above what listeners
         just notice in speech: 5 % of rate (Quene 2007, doi:10.1016/j.wocn.2006.09.001), about
         1 dB; pitch movements below 3 semitones hardly matter to them ('t Hart 1981,
         doi:10.1121/1.385592)

Of a voice, everything in the vocabulary is told but what ``HEARD_CUES`` lists.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from emer.memory.case import (
    TEXT_CATEGORIES,
    VOICE_CATEGORIES,
    AffectProfile,
    ModalityAffect,
    VoiceCue,
)
from emer.tools.findings import Evidence
from emer.tools.readings import (
    ActionUnitReading,
    ExpressionReading,
    TextEmotionReading,
    VoiceDimensionsReading,
    VoiceReading,
)

PITCH_ST: Final = 2.0
"""Offset of the median from the same speaker's usual one, semitones."""
LOUDNESS_DB: Final = 3.0
RATE_RATIO: Final = 1.15
MONOTONE_ST: Final = 4.0
WIDE_ST: Final = 11.0
"""Between the 10th and the 90th percentile; acted speech measures 3.6 to 12 semitones of range
(5th to 90th percentile, RAVDESS and EmoDB)."""
PAUSE_RATIO: Final = 0.3
RISE_ST: Final = 3.0
"""Fitted line from start to end of the utterance, semitones. Speech as a rule falls, so that a rise
is rare: 4 % of RAVDESS (8 % of its fear, 6 % of its surprise), 10 % of EmoDB, 8 % of 60 utterances
read aloud (LibriSpeech)."""
FALL_ST: Final = 8.0
"""Likewise; well below the usual fall, whose medians there are 6, 3 and 1 semitones: 28 %, 10 % and
7 % of those utterances fall so far."""
AU_INTENSITY: Final = 1.0
"""FACS level A, a trace; what is weaker is not there."""
PARTED_LIPS: Final = frozenset({"AU25", "AU26"})
"""They open with every syllable, so that they say nothing about a face that talks."""
TEXT_SCORE: Final = 0.3
"""Score from which a category counts where an engine does not say what it found expressed."""


def profile_of(evidence: Iterable[Evidence]) -> AffectProfile:
    """Return the affect profile of what was measured.

    Several readings of one kind are averaged, weighted by how long each lasted. Where a model that
    learnt from raters places a voice, that goes before what a formula makes of its prosody, as it
    does when modalities are compared.

    Args:
        evidence: About one subject and one utterance; other kinds of readings are passed over.
    """
    found = list(evidence)
    voices = [(e.reading, e.duration_s) for e in found if isinstance(e.reading, VoiceReading)]
    rated = [
        (e.reading, e.duration_s) for e in found if isinstance(e.reading, VoiceDimensionsReading)
    ]
    faces = [(e.reading, e.duration_s) for e in found if isinstance(e.reading, ExpressionReading)]
    texts = [(e.reading, e.duration_s) for e in found if isinstance(e.reading, TextEmotionReading)]
    talking = any(face.while_speaking for face, _ in faces)
    units = {
        e.reading.au
        for e in found
        if isinstance(e.reading, ActionUnitReading) and e.reading.intensity >= AU_INTENSITY
    }
    tones = [tone for e in found if (tone := _tone(e))]
    return AffectProfile(
        face=_mean(faces),
        voice=_mean(rated or voices),
        words=_mean(texts),
        action_units=tuple(units - PARTED_LIPS if talking else units),
        voice_cues=tuple({cue for voice, s in voices for cue in _voice_cues(voice, s)}),
        text_categories=tuple({name for text, _ in texts for name in _categories(text)}),
        voice_categories=_averaged(tones),
    )


def _tone(evidence: Evidence) -> tuple[dict[str, float], float] | None:
    """Return the scores of a voice's categories and how long it was heard, if it was judged."""
    told = evidence.reading.quantities()
    scores = {name: told.get(f"tone.{name}") for name in VOICE_CATEGORIES}
    known = {name: score for name, score in scores.items() if isinstance(score, float)}
    return (known, evidence.duration_s) if known else None


def _averaged(scored: Sequence[tuple[dict[str, float], float]]) -> dict[str, float]:
    total = sum(seconds for _, seconds in scored)
    names = {name for scores, _ in scored for name in scores}
    return {
        name: min(sum(s.get(name, 0.0) * seconds for s, seconds in scored) / total, 1.0)
        for name in sorted(names)
    }


def _mean(
    readings: Sequence[
        tuple[VoiceReading | VoiceDimensionsReading | ExpressionReading | TextEmotionReading, float]
    ],
) -> ModalityAffect | None:
    if not readings:
        return None
    return ModalityAffect(
        valence=_weighted([(r.valence, s) for r, s in readings]),
        arousal=_weighted([(r.arousal, s) for r, s in readings]),
    )


def _weighted(values: Sequence[tuple[float | None, float]]) -> float | None:
    known = [(value, weight) for value, weight in values if value is not None]
    if not known:
        return None
    mean = sum(value * weight for value, weight in known) / sum(weight for _, weight in known)
    return min(max(mean, -1.0), 1.0)  # a mean of ones may round to more than one


def _categories(text: TextEmotionReading) -> Iterable[str]:
    # each category has a threshold of its own, and the engine knows it
    found = text.expressed or [name for name, s in text.scores.items() if s >= TEXT_SCORE]
    return (name for name in found if name in TEXT_CATEGORIES)


def _voice_cues(voice: VoiceReading, duration_s: float) -> Iterator[VoiceCue]:
    slope = voice.f0_slope_st_per_s
    moved_st = None if slope is None else slope * duration_s
    marks: tuple[tuple[VoiceCue, float | None, float, bool], ...] = (
        ("high_pitch", voice.f0_offset_st, PITCH_ST, True),
        ("low_pitch", voice.f0_offset_st, -PITCH_ST, False),
        ("wide_pitch", voice.f0_range_st, WIDE_ST, True),
        ("monotone", voice.f0_range_st, MONOTONE_ST, False),
        ("rising", moved_st, RISE_ST, True),
        ("falling", moved_st, -FALL_ST, False),
        ("loud", voice.intensity_offset_db, LOUDNESS_DB, True),
        ("quiet", voice.intensity_offset_db, -LOUDNESS_DB, False),
        ("fast", voice.rate_offset, RATE_RATIO, True),
        ("slow", voice.rate_offset, 1 / RATE_RATIO, False),
        ("pauses", voice.pause_ratio, PAUSE_RATIO, True),
    )
    for cue, value, mark, above in marks:
        if value is not None and (value >= mark if above else value <= mark):
            yield cue
