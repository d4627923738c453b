"""How a voice sounds over each utterance, and the affect that it carries: no model, a formula.

Reads    the soundtrack by span; utterances (or speaker turns) and speech stretches found before
Returns  one ``VoiceReading`` per utterance asked for, filed under its speaker, or a gap
Cost     see the card; at most two minutes of any one utterance are measured
Source   see ``pitch``, ``prosody`` and ``vocal_dimensions``
"""

from collections.abc import Sequence
from typing import ClassVar, Final

import numpy as np

from emer.tools.findings import (
    NOTHING_TRAINED,
    SCENE,
    Evidence,
    Finding,
    Modality,
    ModelCard,
    TimeSpan,
)
from emer.tools.prosody import Prosody
from emer.tools.readings import VoiceReading
from emer.tools.specialist import Clip, Scope
from emer.tools.vocal_dimensions import MIN_OTHERS, STEADY_ST_PER_S, judge
from emer.tools.voice_presence import SILENT_DB, Heard, every_voice, is_voice
from emer.tools.voice_spans import Part, VoiceSpans

BEST_SCORE: Final = 0.9
"""A formula of a dozen numbers is never the last word."""
ENOUGH_VOICED_S: Final = 2.0
UNKNOWN_SNR_SCORE: Final = 0.8
POPULATION_SCORE: Final = 0.8
STEADY_SCORE: Final = 0.2
"""Somebody was found to speak, but the pitch is that of a machine."""


class VoiceAffect:
    """Pitch, loudness, tempo and voice quality per utterance, with arousal and weak valence.

    Args:
        own_baseline: Compare speakers with their own other utterances where there are enough.
    """

    tool: ClassVar[str] = "voice_affect"
    engine: ClassVar[str] = "prosody"
    modality: ClassVar[Modality] = Modality.VOICE
    needs: ClassVar[tuple[str, ...]] = ("utterances", "diarization", "speech_activity")
    scope: ClassVar[Scope] = "utterances"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.005
    card: ClassVar[ModelCard] = ModelCard(
        name="emer-prosody",
        revision="1",
        purpose="Measures how a voice sounds over an utterance and derives arousal and valence.",
        inputs="mono sound, 16 kHz, [-1, 1); utterances or speaker turns; speech stretches",
        outputs="physical units as named; arousal -1..1; valence -0.5..0.5 or none",
        licence="Apache-2.0",
        commercial_use=True,
        source="Boersma 1993; de Jong & Wempe 2009; Juslin & Laukka 2003; Goudbeek & Scherer 2010",
        trained_on="nothing: a formula; norms and rounded weights were checked against RAVDESS "
        "actors 1-8 and EmoDB, whose sound is not contained in it",
        metrics=(
            "Arousal, angry, fearful, happy, surprised against sad, calm, neutral, AUC (Spearman): "
            "RAVDESS actors 9-16, left out when the weights (not the norms) were chosen, n=416: 0.87 (0.63) by "
            "population, 0.93 (0.73) by own utterances; actors 1-8, n=415: 0.89 (0.66), 0.93 "
            "(0.73); EmoDB, 6 German speakers, n=206: 1.00 (0.85), 0.99 (0.85). With only 3 other "
            "utterances, mixed at random, actors 9-16: 0.89 (0.65). "
            "Valence, happy against angry, fearful, sad, disgusted: actors 9-16, n=315: 0.66 "
            "(0.22) by population, 0.70 (0.27) by own utterances; EmoDB, n=156: 0.80 (0.44), 0.82 "
            "(0.48). White noise at 10 dB, population, every 4th file: arousal 0.85 (RAVDESS, "
            "n=204), 0.99 (EmoDB, n=50). "
            "Against Praat, 132 files of RAVDESS, EmoDB and LibriSpeech: gross F0 errors (over "
            "20 %) 0.5 % of frames, voicing differs in 4.3 %, median F0 differs by 0.18 semitones; "
            "correlation over files and own minus Praat's mean: intensity 1.00, -0.3 dB; jitter "
            "0.94, +0.0024; shimmer 0.81, -0.010; harmonics-to-noise 0.81, +2.6 dB; F0 range 0.86, "
            "+1.0 semitones. Syllables of RAVDESS' seven-syllable sentences: 7.3 (sd 1.1). "
            "Speed: 138 s of sound per second of processor time, one core."
        ),
        split="by actor: RAVDESS actors 1-8 served to choose rounded weights, 9-16 are only measured; the "
        "norms saw both, and EmoDB",
        calibration="none: arousal and valence are places on a scale of its own, not probabilities",
        training=NOTHING_TRAINED,
        limits=(
            "Measured on acted, studio-recorded speech in English and German; spontaneous speech "
            "carries less.",
            "Valence is weakly carried by the voice: of pairs of a happy and an unhappy utterance "
            "one in three is ordered wrongly. It stays within 0.5 of neutral and serves to find "
            "conflicts with words and face.",
            "Disgust and sadness of RAVDESS score no less aroused than its neutral speech.",
            "Loudness in dB depends on the microphone; it counts only against the same speaker's "
            "other utterances, at one distance and gain.",
            "Tilt depends on the channel: telephone and strong compression lower arousal.",
            "Without three utterances of a speaker the norms decide, which are broad; children "
            "and very low or high voices are misjudged.",
            "Music under speech, overlapping speakers and strong reverberation spoil pitch; jitter, "
            "shimmer and harmonics-to-noise are not clinical values.",
            "A whisper has no pitch and leaves a gap; of utterances over two minutes, six pieces "
            "of 20 s are measured.",
        ),
    )

    def __init__(self, *, own_baseline: bool = True) -> None:
        self._own_baseline = own_baseline

    def ready(self) -> None:
        """Nothing can be missing: it is arithmetic."""

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Measure the voice in every span; a span over several utterances gives one each."""
        return every_voice(self.tool, clip, spans, known, self._look)

    def _look(self, part: Part, voices: VoiceSpans, heard: Heard) -> Evidence:
        others = voices.others(part) if self._own_baseline else []
        usable = [voices.prosody(span) for span in others if is_voice(voices, span)]
        return self._evidence(part, heard.prosody, usable, heard.snr_db)

    def _evidence(
        self, part: Part, this: Prosody, others: list[Prosody], snr_db: float | None
    ) -> Evidence:
        found = judge(this, others, snr_db)
        reading = VoiceReading(
            f0_median_hz=_rounded(this.f0_median_hz, 1),
            f0_offset_st=_rounded(found.f0_offset_st, 2),
            f0_range_st=_rounded(this.f0_range_st, 2),
            f0_slope_st_per_s=_rounded(this.f0_slope_st_per_s, 2),
            intensity_db=round(this.intensity_db or SILENT_DB, 1),
            intensity_offset_db=_rounded(found.intensity_offset_db, 1),
            intensity_range_db=_rounded(this.intensity_range_db, 1),
            rate_syllables_per_s=_rounded(this.rate_syllables_per_s, 2),
            rate_offset=_rounded(found.rate_offset, 2),
            pause_ratio=_rounded(this.pause_ratio, 3),
            longest_pause_s=_rounded(this.longest_pause_s, 2),
            jitter=_rounded(this.jitter, 4),
            shimmer=_rounded(this.shimmer, 4),
            hnr_db=_rounded(this.hnr_db, 1),
            voiced_ratio=_rounded(this.voiced_ratio, 3),
            snr_db=_rounded(snr_db, 1),
            arousal=round(found.arousal, 3),
            valence=_rounded(found.valence, 3),
            baseline=found.baseline,
        )
        return Evidence.of(
            tool=self.tool, engine=self.engine, modality=self.modality, card=self.card,
            span=part.span, subject=part.speaker or SCENE, reading=reading,
            score=_score(this, snr_db, part.shared, len(others)),
        )  # fmt: skip


def _score(p: Prosody, snr_db: float | None, shared: float, n_others: int) -> float:
    """Return how far the affect may be trusted, 0..1: a product of plain fractions."""
    length = float(np.sqrt(min(p.voiced_s / ENOUGH_VOICED_S, 1.0)))
    clean = UNKNOWN_SNR_SCORE if snr_db is None else float(np.clip(snr_db / 20.0, 0.1, 1.0))
    periodic = float(np.clip(((p.strength or 0.0) - 0.5) / 0.3, 0.1, 1.0))
    baseline = 1.0 if n_others >= MIN_OTHERS else POPULATION_SCORE
    human = 1.0 if (p.f0_speed_st_per_s or 0.0) >= STEADY_ST_PER_S else STEADY_SCORE
    alone = 1.0 - 0.8 * shared
    return BEST_SCORE * length * clean * periodic * baseline * human * alone


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
