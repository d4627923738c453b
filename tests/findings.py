"""Typed findings for tests, as specialists would make them."""

from emer.tools import taxonomy
from emer.tools.findings import Evidence, Modality, ModelCard, TimeSpan
from emer.tools.readings import (
    ActionUnitReading,
    ExpressionReading,
    FaceTrackReading,
    ImpressionReading,
    ScreenTextReading,
    SpeakingFaceReading,
    SpeechEmotionReading,
    TextEmotionReading,
    TextLine,
    UtteranceReading,
    VocalEventReading,
    VoiceDimensionsReading,
    VoiceReading,
)

CARD = ModelCard(
    name="test-model",
    revision="1",
    purpose="Tests.",
    inputs="none",
    outputs="none",
    licence="Apache-2.0",
    commercial_use=True,
    source="tests",
    trained_on="nothing",
    metrics="not measured",
    limits=("not real",),
)
VOICE, FACE, WORDS = Modality.VOICE, Modality.FACE, Modality.WORDS


def evidence(tool, modality, subject, start_s, end_s, reading, score=None):
    return Evidence.of(
        tool=tool, engine="test", modality=modality, card=CARD, subject=subject,
        span=TimeSpan(start_s=start_s, end_s=end_s), reading=reading, score=score,
    )  # fmt: skip


def said(speaker, start_s, end_s, text=None):
    reading = UtteranceReading(speaker=speaker, text=text, language="en", speech_s=end_s - start_s)
    return evidence("utterances", WORDS, speaker or "scene", start_s, end_s, reading)


def words(speaker, start_s, end_s, valence, arousal=0.0, **scores):
    reading = TextEmotionReading(
        scores=scores or {"neutral": 0.5},
        valence=valence,
        arousal=arousal,
        language="en",
        expressed=tuple(scores),
    )
    return evidence("text_emotion", WORDS, speaker, start_s, end_s, reading)


def voice(speaker, start_s, end_s, arousal, valence=None, **fields):
    fields.setdefault("baseline", "own_utterances")
    reading = VoiceReading(intensity_db=-20, arousal=arousal, valence=valence, **fields)
    return evidence("voice_affect", VOICE, speaker, start_s, end_s, reading)


def tone(speaker, start_s, end_s, score=0.6, **scores):
    """What a voice sounds like; what is left of 1 is shared by the categories not given."""
    names = taxonomy.CATEGORY_SETS["ravdess8"]
    others = [n for n in names if n not in scores]
    left = max(0.0, 1.0 - sum(scores.values()))
    shares = {n: scores.get(n, left / max(1, len(others))) for n in names}
    places = {n: taxonomy.category_affect("ravdess8", n) for n in names}
    reading = SpeechEmotionReading(
        scores={n: min(1.0, s) for n, s in shares.items()},
        arousal=sum(s * places[n].arousal for n, s in shares.items()),
        valence=sum(s * places[n].valence for n, s in shares.items()),
        dominance=0.0, adapted_from=4, familiarity=1.0,
    )  # fmt: skip
    return evidence("speech_emotion", VOICE, speaker, start_s, end_s, reading, score)


def rated(speaker, start_s, end_s, arousal, valence, dominance, score=0.8):
    reading = VoiceDimensionsReading(arousal=arousal, valence=valence, dominance=dominance)
    return evidence("voice_dimensions", VOICE, speaker, start_s, end_s, reading, score)


def sound(event, start_s, end_s, loudest=0.6):
    """A sound that is not a word, of nobody in particular, as its engines report it."""
    reading = VocalEventReading(event=event, loudest=loudest, n_windows=2)
    return evidence("vocal_events", VOICE, "scene", start_s, end_s, reading, loudest)


def screen_text(text, start_s, end_s):
    line = TextLine(text=text, box=(0.1, 0.8, 0.5, 0.1), score=0.9)
    reading = ScreenTextReading(text=text, lines=(line,), n_pictures=3)
    return evidence("on_screen_text", Modality.SCENE, "scene", start_s, end_s, reading, 0.9)


def face_track(track, start_s, end_s):
    reading = FaceTrackReading(
        track=track, n_frames=10, box_px=(0, 0, 100, 100), picture_share=0.1, aligned_share=1
    )
    return evidence("faces", FACE, track, start_s, end_s, reading, 0.9)


def expression(track, start_s, end_s, valence, arousal=0.0, **scores):
    reading = ExpressionReading(scores=scores or {"neutral": 0.6}, valence=valence, arousal=arousal)
    return evidence("expression", FACE, track, start_s, end_s, reading, 0.8)


def action_unit(track, start_s, end_s, au="AU12", intensity=3.0, name="lip corner puller"):
    reading = ActionUnitReading(
        au=au, name=name, intensity=intensity, onset_s=start_s, offset_s=end_s,
        apex_s=(start_s + end_s) / 2, cue="a test",
    )  # fmt: skip
    return evidence("action_units", FACE, track, start_s, end_s, reading, 0.8)


def speaking(track, start_s, end_s, score):
    reading = SpeakingFaceReading(track=track, speaking_score=score, mouth_motion=2.0, n_faces=2)
    return evidence("active_speaker", FACE, track, start_s, end_s, reading)


def impression(speaker, start_s, end_s, text):
    reading = ImpressionReading(text=text, n_pictures=2, sound_s=end_s - start_s)
    return evidence("impression", Modality.SCENE, speaker, start_s, end_s, reading)
