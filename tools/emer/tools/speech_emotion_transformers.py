"""What a voice sounds like over each utterance, by a classifier of transformers.

Reads    the soundtrack by span; utterances (or speaker turns) and speech stretches found before
Returns  one ``SpeechEmotionReading`` per utterance, without dimensions, or a gap
Cost     ten to a hundred times slower than our own network on a CPU, by model size
Source   the model's page, see its card

Its labels are brought to ours by the catalogue; of a checkpoint that the catalogue does not know,
by the words below. What has no counterpart is left out, so that scores may sum to less than 1.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, cast, get_args

from emer.tools.errors import ToolUnavailable
from emer.tools.findings import SCENE, Evidence, Finding, Modality, TimeSpan
from emer.tools.model_engine import ModelEngine
from emer.tools.readings import SpeechEmotionReading, VoiceSet
from emer.tools.specialist import Clip, Scope
from emer.tools.voice_models import Answer, Voiced, judged

OWN_SET: Final = "voice8"
"""Of a checkpoint that the catalogue does not know."""
WORDS: Final[Mapping[str, str]] = {
    "neu": "neutral", "neutral": "neutral", "calm": "calm", "hap": "happy", "happy": "happy",
    "happiness": "happy", "joy": "happy", "sad": "sad", "sadness": "sad", "ang": "angry",
    "anger": "angry", "angry": "angry", "fea": "fearful", "fear": "fearful", "fearful": "fearful",
    "dis": "disgust", "disgust": "disgust", "disgusted": "disgust", "sur": "surprised",
    "surprise": "surprised", "surprised": "surprised",
}  # fmt: skip
"""What people call our categories of a voice, in models that can be found."""
LEAST_LABELS: Final = 2
"""With fewer that are known here, a model tells nothing apart."""


class SpeechEmotionTransformers(ModelEngine):
    """Categories of a voice by ``AutoModelForAudioClassification``."""

    tool: ClassVar[str] = "speech_emotion"
    engine: ClassVar[str] = "transformers"
    modality: ClassVar[Modality] = Modality.VOICE
    needs: ClassVar[tuple[str, ...]] = ("utterances", "diarization", "speech_activity")
    scope: ClassVar[Scope] = "utterances"
    rank: ClassVar[int] = 20
    cost: ClassVar[float] = 0.5

    loader: ClassVar[str] = "emer.tools.loaders.voice:load_categories"
    purpose: ClassVar[str] = "Says which of a few emotion categories a voice sounds like."
    inputs: ClassVar[str] = "16 kHz mono sound of utterances, in windows of at most 9 s"
    outputs: ClassVar[str] = (
        "scores 0..1 per category that is known here, sum at most 1, not calibrated"
    )
    unknown: ClassVar[tuple[str, ...]] = (
        "most such models learnt from actors and know few emotions",
        "nothing of what is usual for a speaker is taken away",
    )

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Judge the voice in every span; a span over several utterances gives one each."""
        if not spans:
            return []
        host, card, entry = self.host(), self.card, self.entry()
        name, table = OWN_SET, dict(WORDS)
        if entry is not None and entry.labels:
            name, table = entry.category_set or OWN_SET, dict(entry.labels)
        if name not in get_args(VoiceSet):
            raise ToolUnavailable(
                self.tool, f"the catalogue names a category set {name} for {entry and entry.name}",
                remedy=f"Name one of {', '.join(get_args(VoiceSet))} in your models.toml.",
            )  # fmt: skip

        def numbers(answer: Answer) -> Mapping[str, float]:
            told = in_our_words(answer["scores"], table)
            if len(told) < LEAST_LABELS:
                raise ToolUnavailable(
                    self.tool, f"the labels of {card.name} are not known here",
                    remedy="Say what they mean in your models.toml, under labels.",
                )  # fmt: skip
            return told

        def made(voiced: Voiced, scores: Mapping[str, float]) -> Evidence:
            reading = SpeechEmotionReading(
                category_set=cast("VoiceSet", name),
                scores={c: round(min(max(s, 0.0), 1.0), 3) for c, s in scores.items()},
                adapted_from=0,
            )
            return Evidence.of(
                tool=self.tool, engine=self.engine, modality=self.modality, card=card,
                span=voiced.part.span, subject=voiced.part.speaker or SCENE, reading=reading,
                score=max(reading.scores.values()) * voiced.trust(),
            )  # fmt: skip

        return judged(self.tool, host, clip, spans, known, numbers, made)


def in_our_words(scores: Mapping[str, float], table: Mapping[str, str]) -> dict[str, float]:
    """Return scores under our categories; labels without a counterpart are left out.

    Args:
        scores: By the model's labels.
        table: Our category by label, whatever its case.
    """
    folded = {label.casefold(): ours for label, ours in table.items()}
    found: dict[str, float] = {}
    for label, score in scores.items():
        # emotion2vec says "生气/angry"
        ours = folded.get(label.casefold()) or folded.get(label.rpartition("/")[2].casefold())
        if ours is not None:
            found[ours] = found.get(ours, 0.0) + float(score)
    return found
