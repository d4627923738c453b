"""What specialists hear in a voice apart from words; see ``readings``."""

from typing import ClassVar, Literal

from pydantic import Field

from emer.tools.reading_base import MeasuredReading, Quantity, Signed, Unit

VoiceSet = Literal["ravdess8", "iemocap4", "emotion2vec9", "voice8"]
"""Sets of categories of a voice."""
VocalEvent = Literal[
    "laughter", "crying", "sigh", "gasp", "groan", "scream", "shout", "whisper", "sniff", "cough",
    "singing", "cheering", "applause", "music",
]  # fmt: skip
"""Sounds that are not words; the last two are made by no voice."""


class VoiceReading(MeasuredReading):
    """How a voice sounds over one utterance, in physical units, and affect from them.

    ``*_offset_*`` compare with the median of the same speaker's other utterances in this clip and
    are ``None`` when there are too few of them. Arousal and valence run from -1 to 1, 0 neutral.
    """

    prefix: ClassVar[str] = "VOX"
    kind: Literal["voice"] = "voice"
    f0_median_hz: float | None = Field(default=None, gt=0)
    f0_offset_st: float | None = Field(default=None, description="semitones, own median = 0")
    f0_range_st: float | None = Field(default=None, ge=0, description="10th to 90th percentile")
    f0_slope_st_per_s: float | None = None
    intensity_db: float = Field(description="dB relative to full scale, voiced parts")
    intensity_offset_db: float | None = None
    intensity_range_db: float | None = Field(default=None, ge=0)
    rate_syllables_per_s: float | None = Field(default=None, ge=0)
    rate_offset: float | None = Field(default=None, description="ratio to own median; 1 = usual")
    pause_ratio: Unit | None = Field(default=None, description="share of the utterance in pauses")
    longest_pause_s: float | None = Field(default=None, ge=0)
    jitter: float | None = Field(default=None, ge=0, description="local, ratio")
    shimmer: float | None = Field(default=None, ge=0, description="local, ratio")
    hnr_db: float | None = Field(default=None, description="harmonics-to-noise ratio")
    voiced_ratio: Unit | None = None
    snr_db: float | None = Field(default=None, description="speech over the clip's noise floor")
    arousal: Signed
    valence: Signed | None = Field(description="weakly carried by the voice; None if not credible")
    baseline: Literal["own_utterances", "population"] = Field(
        description="what 'usual' means in arousal and valence"
    )

    def quantities(self) -> dict[str, Quantity]:
        """``voice.<field>`` for every number that was measured."""
        values = self.model_dump(exclude={"kind", "baseline"})
        return {f"voice.{name}": float(v) for name, v in values.items() if v is not None}


class SpeechEmotionReading(MeasuredReading):
    """What a voice sounds like over one utterance, in the categories that its model knows.

    ``ravdess8``: eight, acted, of our own network. ``iemocap4``: neutral, happy, sad, angry.
    ``emotion2vec9``: without its "other" and "unknown". ``voice8``: of a checkpoint of the user's
    own, as far as its labels are known here. Categories of one name mean the same in all of them.
    """

    prefix: ClassVar[str] = "SER"
    kind: Literal["speech_emotion"] = "speech_emotion"
    category_set: VoiceSet = "ravdess8"
    scores: dict[str, Unit] = Field(
        description="per category, sum at most 1; nearer to each other the stranger the recording"
    )
    arousal: Signed | None = Field(default=None, description="null: the model does not say")
    valence: Signed | None = Field(default=None, description="likewise")
    dominance: Signed | None = Field(default=None, description="likewise")
    adapted_from: int = Field(
        ge=0, description="other utterances of the same speaker that it was compared with"
    )
    familiarity: Unit | None = Field(
        default=None,
        description="how much the sound is like what the network was trained on; 1 fully; null: "
        "the model does not say",
    )

    def quantities(self) -> dict[str, Quantity]:
        """``tone.<category>``, ``.arousal``, ``.valence``, ``.dominance``, ``.familiarity``."""
        scores: dict[str, Quantity] = {f"tone.{name}": s for name, s in self.scores.items()}
        told = {
            "tone.arousal": self.arousal, "tone.valence": self.valence,
            "tone.dominance": self.dominance, "tone.familiarity": self.familiarity,
        }  # fmt: skip
        return scores | {name: value for name, value in told.items() if value is not None}


class VoiceDimensionsReading(MeasuredReading):
    """Where a voice lies over one utterance, by a model that learnt it from raters.

    Raters' steps were scaled to 0..1 and are given as -1..1: 0 is the middle of their scale.
    """

    prefix: ClassVar[str] = "DIM"
    kind: Literal["voice_dimensions"] = "voice_dimensions"
    arousal: Signed
    valence: Signed
    dominance: Signed

    def quantities(self) -> dict[str, Quantity]:
        """``tone.arousal``, ``tone.valence``, ``tone.dominance``."""
        return {
            "tone.arousal": self.arousal, "tone.valence": self.valence,
            "tone.dominance": self.dominance,
        }  # fmt: skip


class VocalEventReading(MeasuredReading):
    """A sound that is not a word: laughter, crying, a sigh; or music and applause around people."""

    prefix: ClassVar[str] = "EVT"
    kind: Literal["vocal_event"] = "vocal_event"
    event: VocalEvent
    loudest: Unit = Field(description="highest score of the detector in the span, not calibrated")
    n_windows: int = Field(ge=1, description="overlapping stretches of sound in which it was heard")

    @property
    def key(self) -> str:
        """The event: several may share a span."""
        return self.event

    def quantities(self) -> dict[str, Quantity]:
        """``event.<name>`` (highest score) and ``event.name``."""
        return {f"event.{self.event}": self.loudest, "event.name": self.event}
