"""What a voice sounds like over each utterance: eight acted categories and three dimensions.

Reads    the soundtrack by span; utterances (or speaker turns) and speech stretches found before
Returns  one ``SpeechEmotionReading`` per utterance, filed under its speaker, or a gap
Cost     see the card; at most two minutes of any one utterance are heard
Source   ours: ``python -m emer.evals.train voice``. What is usual for a speaker is taken away, as
         by Busso, Mariooryad, Metallinou & Narayanan 2013, "Iterative feature normalization scheme
         for automatic emotion detection from speech", in each direction by as much as speakers
         differ there and by how much of them was heard
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from emer.tools.findings import (
    SCENE,
    Evidence,
    Finding,
    Gap,
    GapCode,
    Modality,
    ModelCard,
    TimeSpan,
)
from emer.tools.networks import card_of, check, network
from emer.tools.prosody import Prosody
from emer.tools.readings import SpeechEmotionReading
from emer.tools.specialist import Clip, Scope
from emer.tools.speech_emotion_features import N_FEATURES, renderings
from emer.tools.voice_presence import Heard, Refused, every_voice, gap_of, is_voice
from emer.tools.voice_spans import Part, VoiceSpans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.generic]
    Vectors = NDArray[np.float32]

NAME: Final = "speech_emotion"
WINDOW_S: Final = 4.0
HOP_S: Final = 2.0
WHOLE_S: Final = 5.0
"""An utterance no longer than this is one window; the network was trained on such."""
MAX_WINDOWS: Final = 60
"""Two minutes; of a longer utterance, so many, evenly spread, are heard."""
MIN_SOUND_S: Final = 0.6
"""Of an utterance that is judged; shorter ones have no melody."""
ENOUGH_S: Final = 1.5
"""From so much voiced sound on, length takes nothing from the score. Training heard 0.4 to 3 s."""
CLEAN_SNR_DB: Final = 20.0
UNKNOWN_SNR_SCORE: Final = 0.8
STRANGER_SCORE: Final = 0.7
"""Where nothing is known of the speaker, timbre passes for emotion: readers whom training never heard
are then taken for emotional in three of twenty utterances, known ones in none."""
KNOWN_HALF: Final = 3
"""So many other utterances take away half of that."""
LEAST_FAMILIAR: Final = 0.05
"""Below, the sound is so unlike all that was trained on that an answer means nothing."""


class SpeechEmotion:
    """Categories, arousal, valence and dominance of a voice, compared with its own usual."""

    tool: ClassVar[str] = NAME
    engine: ClassVar[str] = "spectral"
    modality: ClassVar[Modality] = Modality.VOICE
    needs: ClassVar[tuple[str, ...]] = ("utterances", "diarization", "speech_activity")
    networks: ClassVar[tuple[str, ...]] = (NAME,)
    scope: ClassVar[Scope] = "utterances"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.035
    card: ClassVar[ModelCard] = card_of(NAME)

    def ready(self) -> None:
        """Check that the weights are there and unaltered."""
        check(self.tool, NAME)

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Judge the voice in every span; a span over several utterances gives one each."""
        return _Listening().observe(clip, spans, known)


class _Listening:
    """One call: every stretch of sound is summarised once."""

    def __init__(self) -> None:
        self._network = network(NAME, NAME)
        self._vectors: dict[tuple[float, float], Vectors] = {}

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        return every_voice(NAME, clip, spans, known, self._judged)

    def _judged(self, part: Part, voices: VoiceSpans, heard: Heard) -> Evidence | Gap:
        own = self._heard(voices, part.span)
        if heard.prosody.duration_s < MIN_SOUND_S or not len(own):
            seconds = f"{heard.prosody.duration_s:.2f} s of sound"
            return gap_of(NAME, part, Refused(GapCode.TOO_SHORT, f"{seconds} are too few"))
        others = [
            vectors
            for span in voices.others(part)
            if is_voice(voices, span) and len(vectors := self._heard(voices, span))
        ]
        usual = np.concatenate([np.zeros((0, N_FEATURES), np.float32), *others])
        scores, places, familiarity = self._network.run(windows=own, others=usual)
        reading = self._reading(scores, places, float(familiarity[0]), len(others))
        if (reading.familiarity or 0.0) < LEAST_FAMILIAR:
            strange = "this sound is unlike all speech that the network was trained on"
            return gap_of(NAME, part, Refused(GapCode.NOT_CREDIBLE, strange))
        return Evidence.of(
            tool=NAME, engine=SpeechEmotion.engine, modality=Modality.VOICE,
            card=SpeechEmotion.card, span=part.span, subject=part.speaker or SCENE,
            reading=reading, score=_score(heard.prosody, heard.snr_db, part.shared, reading),
        )  # fmt: skip

    def _heard(self, voices: VoiceSpans, span: TimeSpan) -> "Vectors":
        """Return the windows of a stretch as vectors, ``(windows * RENDERINGS, N_FEATURES)``."""
        key = (span.start_s, span.end_s)
        if key not in self._vectors:
            found = [v for w in windows_of(span) if (v := renderings(voices.sound(w))) is not None]
            self._vectors[key] = (
                np.concatenate(found) if found else np.zeros((0, N_FEATURES), np.float32)
            )
        return self._vectors[key]

    def _reading(
        self, scores: "Array", places: "Array", familiarity: float, n_others: int
    ) -> SpeechEmotionReading:
        names = self._network.settings["labels"]
        arousal, valence, dominance = (
            float(np.clip(round(float(x), 3), -1.0, 1.0)) for x in places
        )
        return SpeechEmotionReading(
            scores={n: round(float(s), 4) for n, s in zip(names, scores, strict=True)},
            arousal=arousal,
            valence=valence,
            dominance=dominance,
            adapted_from=n_others,
            familiarity=round(familiarity, 3),
        )


def windows_of(span: TimeSpan) -> Iterator[TimeSpan]:
    """Yield the stretches that an utterance is heard in, in order."""
    if span.duration_s <= WHOLE_S:
        yield span
        return
    last_s = span.end_s - WINDOW_S
    n = int(np.ceil((last_s - span.start_s) / HOP_S)) + 1
    for start_s in np.linspace(span.start_s, last_s, min(n, MAX_WINDOWS)):
        yield TimeSpan(start_s=float(start_s), end_s=float(start_s) + WINDOW_S)


def _score(p: Prosody, snr_db: float | None, shared: float, reading: SpeechEmotionReading) -> float:
    """Return how far the reading may be trusted, 0..1: a product of plain fractions."""
    length = float(np.sqrt(min(p.voiced_s / ENOUGH_S, 1.0)))
    clean = UNKNOWN_SNR_SCORE
    if snr_db is not None:
        clean = float(np.clip(snr_db / CLEAN_SNR_DB, 0.1, 1.0))
    best, familiarity = max(reading.scores.values()), reading.familiarity or 0.0
    return trust(best, reading.adapted_from, familiarity) * length * clean * (1.0 - 0.8 * shared)


def trust(best: float, known: int, familiarity: float) -> float:
    """Return how far the highest score may be trusted in clean sound that is long enough, 0..1."""
    acquainted = known / (known + KNOWN_HALF)
    return best * familiarity * (STRANGER_SCORE + (1.0 - STRANGER_SCORE) * acquainted)
