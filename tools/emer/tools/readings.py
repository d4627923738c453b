"""What specialists measure: one frozen class per kind of reading.

Every reading lists its checkable numbers and words in ``quantities()``; a claim of an explanation
may assert nothing about a reading that is not among them. Names there are dotted and stable:
``voice.f0_median_hz``, ``au.AU12``, ``text.joy``, ``words.text``.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from emer.tools.reading_base import Frozen, MeasuredReading, Quantity, Signed, Unit
from emer.tools.readings_seen import (
    ActionUnitReading,
    ExpressionReading,
    FaceTrackReading,
    ImpressionReading,
    LikenessReading,
    SceneReading,
    ScreenTextReading,
    SpeakingFaceReading,
    TextLine,
)

__all__ = [
    "ActionUnitReading",
    "ExpressionReading",
    "FaceTrackReading",
    "Frozen",
    "ImpressionReading",
    "LikenessReading",
    "MeasuredReading",
    "Quantity",
    "Reading",
    "SceneReading",
    "ScreenTextReading",
    "Signed",
    "SpeakingFaceReading",
    "SpeechEmotionReading",
    "SpeechReading",
    "TextEmotionReading",
    "TextLine",
    "TurnReading",
    "Unit",
    "UtteranceReading",
    "VocalEvent",
    "VocalEventReading",
    "VoiceDimensionsReading",
    "VoiceReading",
    "VoiceSet",
    "Word",
    "WordsReading",
]
VoiceSet = Literal["ravdess8", "iemocap4", "emotion2vec9", "voice8"]
"""Sets of categories of a voice."""
VocalEvent = Literal[
    "laughter", "crying", "sigh", "gasp", "groan", "scream", "shout", "whisper", "sniff", "cough",
    "singing", "cheering", "applause", "music",
]  # fmt: skip
"""Sounds that are not words; the last two are made by no voice."""


class SpeechReading(MeasuredReading):
    """Somebody is speaking."""

    prefix: ClassVar[str] = "SPC"
    kind: Literal["speech"] = "speech"
    speech_score: Unit = Field(description="mean score of the detector over the span")

    def quantities(self) -> dict[str, Quantity]:
        """``speech.score``."""
        return {"speech.score": self.speech_score}


class TurnReading(MeasuredReading):
    """One speaker holds the floor."""

    prefix: ClassVar[str] = "TRN"
    kind: Literal["speaker_turn"] = "speaker_turn"
    speaker: str = Field(description="SPK_01, ... in order of first appearance")
    n_speakers: int = Field(ge=1, description="estimated for the whole clip")
    overlapped: bool = False

    @property
    def key(self) -> str:
        """The speaker: overlapping turns may share a span."""
        return self.speaker

    def quantities(self) -> dict[str, Quantity]:
        """``turn.speaker``, ``turn.n_speakers``."""
        return {"turn.speaker": self.speaker, "turn.n_speakers": float(self.n_speakers)}


class Word(Frozen):
    """One word with its place in time."""

    text: str
    start_s: float = Field(ge=0)
    end_s: float
    score: Unit | None = None


class WordsReading(MeasuredReading):
    """What was said, from subtitles or speech recognition. Untrusted text."""

    prefix: ClassVar[str] = "WRD"
    kind: Literal["words"] = "words"
    text: str
    language: str | None = Field(default=None, description="BCP 47, e.g. 'en'; None if unknown")
    origin: Literal["subtitle_track", "sidecar", "speech_recognition"]
    named_speaker: str | None = Field(default=None, description="as the subtitle names them")
    words: tuple[Word, ...] = ()

    @property
    def key(self) -> str:
        """The text: two cues may share a span."""
        return self.text

    def quantities(self) -> dict[str, Quantity]:
        """``words.text``, ``words.n``."""
        return {"words.text": self.text, "words.n": float(len(self.text.split()))}


class UtteranceReading(MeasuredReading):
    """One person's stretch of speech, with its words if there are any."""

    prefix: ClassVar[str] = "UTT"
    kind: Literal["utterance"] = "utterance"
    speaker: str | None
    text: str | None = None
    language: str | None = None
    words_evidence: tuple[str, ...] = ()
    speech_s: float = Field(ge=0, description="seconds of detected speech inside the span")

    @property
    def key(self) -> str:
        """The speaker."""
        return self.speaker or ""

    def quantities(self) -> dict[str, Quantity]:
        """``utterance.speech_s`` and, with a transcript, ``words.text``."""
        said: dict[str, Quantity] = {} if self.text is None else {"words.text": self.text}
        return {"utterance.speech_s": self.speech_s, **said}


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


class TextEmotionReading(MeasuredReading):
    """What the words of one utterance express, in the 28 GoEmotions categories."""

    prefix: ClassVar[str] = "TXT"
    kind: Literal["text_emotion"] = "text_emotion"
    category_set: Literal["goemotions28"] = "goemotions28"
    scores: dict[str, Unit] = Field(description="per category, independent, not calibrated")
    valence: Signed
    arousal: Signed
    language: str
    expressed: tuple[str, ...] = Field(
        default=(), description="categories above the engine's own thresholds, strongest first"
    )
    cue_words: tuple[str, ...] = Field(default=(), description="words that carried the result")

    def quantities(self) -> dict[str, Quantity]:
        """``text.<category>``, ``.valence``, ``.arousal``, ``.expressed``, ``.cue``."""
        scores: dict[str, Quantity] = {f"text.{name}": s for name, s in self.scores.items()}
        cues: dict[str, Quantity] = {"text.cue": " ".join(self.cue_words)} if self.cue_words else {}
        found: dict[str, Quantity] = (
            {"text.expressed": " ".join(self.expressed)} if self.expressed else {}
        )
        affect: dict[str, Quantity] = {"text.valence": self.valence, "text.arousal": self.arousal}
        return {**scores, **affect, **found, **cues}


Reading = Annotated[
    SpeechReading
    | TurnReading
    | WordsReading
    | UtteranceReading
    | VoiceReading
    | SpeechEmotionReading
    | VoiceDimensionsReading
    | VocalEventReading
    | FaceTrackReading
    | SpeakingFaceReading
    | LikenessReading
    | TextEmotionReading
    | ActionUnitReading
    | ExpressionReading
    | SceneReading
    | ScreenTextReading
    | ImpressionReading,
    Field(discriminator="kind"),
]
