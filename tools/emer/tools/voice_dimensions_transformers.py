"""Where a voice lies on arousal, valence and dominance over each utterance, by a trained model.

Reads    the soundtrack by span; utterances (or speaker turns) and speech stretches found before
Returns  one ``VoiceDimensionsReading`` per utterance, or a gap
Cost     about as long as the speech on one core, for models of the usual size
Source   the model's page, see its card; heads: ``loaders.voice_heads``

Such models answer on 0..1, as raters' seven steps were scaled; -1..1 is twice that minus 1, so that
0 is the middle of the raters' scale, not this speaker's usual.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from emer.tools.findings import SCENE, Evidence, Finding, Modality, TimeSpan
from emer.tools.model_engine import ModelEngine
from emer.tools.readings import VoiceDimensionsReading
from emer.tools.specialist import Clip, Scope
from emer.tools.voice_models import Answer, Voiced, judged

NAMES: Final = ("arousal", "valence", "dominance")


class VoiceDimensions(ModelEngine):
    """Arousal, valence and dominance of a voice."""

    tool: ClassVar[str] = "voice_dimensions"
    engine: ClassVar[str] = "transformers"
    modality: ClassVar[Modality] = Modality.VOICE
    needs: ClassVar[tuple[str, ...]] = ("utterances", "diarization", "speech_activity")
    scope: ClassVar[Scope] = "utterances"
    rank: ClassVar[int] = 20
    optional: ClassVar[bool] = True
    refines: ClassVar[bool] = True
    cost: ClassVar[float] = 1.0

    loader: ClassVar[str] = "emer.tools.loaders.voice:load_dimensions"
    purpose: ClassVar[str] = "Says where a voice lies on arousal, valence and dominance."
    inputs: ClassVar[str] = "16 kHz mono sound of utterances, in windows of at most 9 s"
    outputs: ClassVar[str] = (
        "arousal, valence, dominance -1..1; 0 is the middle of the raters' scale"
    )
    unknown: ClassVar[tuple[str, ...]] = (
        "valence is carried by the voice weakly; models lean on the words that they overhear",
        "0 is the middle of a scale, not what is usual for this speaker",
    )

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Judge the voice in every span; a span over several utterances gives one each."""
        if not spans:
            return []
        host, card = self.host(), self.card

        def numbers(answer: Answer) -> Mapping[str, float]:
            return {name: float(answer[name]) for name in NAMES}

        def made(voiced: Voiced, means: Mapping[str, float]) -> Evidence:
            return Evidence.of(
                tool=self.tool, engine=self.engine, modality=self.modality, card=card,
                span=voiced.part.span, subject=voiced.part.speaker or SCENE,
                reading=VoiceDimensionsReading(**{n: signed(means[n]) for n in NAMES}),
                score=voiced.trust(),
            )  # fmt: skip

        return judged(self.tool, host, clip, spans, known, numbers, made)


def signed(share: float) -> float:
    """Bring 0..1 to -1..1; what a regression says beyond its scale counts as its end."""
    return round(min(max(2.0 * share - 1.0, -1.0), 1.0), 3)
