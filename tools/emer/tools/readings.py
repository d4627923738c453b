"""What specialists measure: one frozen class per kind of reading.

Every reading lists its checkable numbers and words in ``quantities()``; a claim of an explanation
may assert nothing about a reading that is not among them. Names there are dotted and stable:
``voice.f0_median_hz``, ``au.AU12``, ``text.joy``, ``words.text``.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from emer.tools.reading_base import Frozen, MeasuredReading, Quantity, Signed, Unit
from emer.tools.readings_heard import (
    SpeechEmotionReading,
    VocalEvent,
    VocalEventReading,
    VoiceDimensionsReading,
    VoiceReading,
    VoiceSet,
)
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
    "TranslationReading",
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


class TranslationReading(MeasuredReading):
    """What a language model made of one utterance in another language. Nobody said these words.

    Its text is no quantity: a claim can quote what was said, never what it was translated to.
    """

    prefix: ClassVar[str] = "TRL"
    kind: Literal["translation"] = "translation"
    of: str = Field(description="id of the utterance's evidence")
    text: str
    from_language: str = Field(description="BCP 47 tag as given; 'und' where nothing tells")
    to_language: str = Field(description="BCP 47")

    @property
    def key(self) -> str:
        """The utterance: two people may speak in the same span."""
        return self.of

    def quantities(self) -> dict[str, Quantity]:
        """``translation.from``, ``translation.to``."""
        return {"translation.from": self.from_language, "translation.to": self.to_language}


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
    cue_words: tuple[str, ...] = Field(
        default=(), description="words that carried the result; none of a translation's"
    )
    translations: tuple[str, ...] = Field(
        default=(), description="ids of the translations that were read; empty: the words as said"
    )
    translated_from: str | None = Field(default=None, description="their first language, BCP 47")

    def quantities(self) -> dict[str, Quantity]:
        """``text.<category>``, ``.valence``, ``.arousal``, ``.expressed``, ``.cue``.

        ``text.translated_from`` says that a translation was read.
        """
        scores: dict[str, Quantity] = {f"text.{name}": s for name, s in self.scores.items()}
        cues: dict[str, Quantity] = {"text.cue": " ".join(self.cue_words)} if self.cue_words else {}
        found: dict[str, Quantity] = (
            {"text.expressed": " ".join(self.expressed)} if self.expressed else {}
        )
        affect: dict[str, Quantity] = {"text.valence": self.valence, "text.arousal": self.arousal}
        made: dict[str, Quantity] = (
            {"text.translated_from": self.translated_from} if self.translated_from else {}
        )
        return {**scores, **affect, **found, **cues, **made}


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
    | TranslationReading
    | TextEmotionReading
    | ActionUnitReading
    | ExpressionReading
    | SceneReading
    | ScreenTextReading
    | ImpressionReading,
    Field(discriminator="kind"),
]
