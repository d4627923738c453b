"""A case as evidence, as specialists would have measured it; what a branch lacks is left out.

Reads    a case and a branch
Returns  evidence for the nodes that reason
Cost     microseconds
"""

from collections.abc import Iterator
from typing import Any, Final

from emer.evals.branches.cases import BRANCHES, Branch, Case
from emer.tools.findings import SCENE, Evidence, Modality, ModelCard, TimeSpan
from emer.tools.readings import (
    ActionUnitReading,
    ExpressionReading,
    FaceTrackReading,
    SpeakingFaceReading,
    TextEmotionReading,
    UtteranceReading,
    VocalEventReading,
    VoiceReading,
)

SPEAKER: Final = "SPK_01"
_TRACK: Final = "FACE_01"
_LOUDNESS_DB: Final = -22.0
_SCORE: Final = 0.8
"""How sure the engines of the face are said to be."""
_NAMES: Final = {
    "AU1": "inner brow raiser", "AU2": "outer brow raiser", "AU4": "brow lowerer",
    "AU5": "upper lid raiser", "AU6": "cheek raiser", "AU7": "lid tightener",
    "AU9": "nose wrinkler", "AU10": "upper lip raiser", "AU12": "lip corner puller",
    "AU14": "dimpler", "AU15": "lip corner depressor", "AU17": "chin raiser",
    "AU20": "lip stretcher", "AU23": "lip tightener", "AU24": "lip pressor", "AU25": "lips part",
    "AU43": "eyes closed",
}  # fmt: skip
_CARD: Final = ModelCard(
    name="described", revision="1", purpose="Stands for engines in a set of described scenes.",
    inputs="none", outputs="what the scene describes", licence="Apache-2.0", commercial_use=True,
    source="this project", trained_on="nothing", metrics="not measured", limits=("made up",),
)  # fmt: skip


def findings_of(case: Case, branch: Branch) -> list[Evidence]:
    """Return what ``branch`` is given of ``case``."""
    given = BRANCHES[branch]
    return [
        e
        for e in (*_said(case), *_heard(case), *_seen(case))
        if e.modality in given
    ]  # fmt: skip


def _said(case: Case) -> Iterator[Evidence]:
    spoken = UtteranceReading(
        speaker=SPEAKER, text=case.sentence, language=case.language,
        speech_s=case.end_s - case.start_s,
    )  # fmt: skip
    yield _found("utterances", Modality.WORDS, SPEAKER, case.start_s, case.end_s, spoken)
    felt = TextEmotionReading(language=case.language, **case.words)
    yield _found("text_emotion", Modality.WORDS, SPEAKER, case.start_s, case.end_s, felt)


def _heard(case: Case) -> Iterator[Evidence]:
    voice = VoiceReading(intensity_db=_LOUDNESS_DB, **case.voice)
    yield _found("voice_affect", Modality.VOICE, SPEAKER, case.start_s, case.end_s, voice)
    for s in case.sounds:
        sound = VocalEventReading(event=s["event"], loudest=s["loudest"], n_windows=2)
        place = (s["start_s"], s["end_s"])
        yield _found("vocal_events", Modality.VOICE, SCENE, *place, sound, s["loudest"])


def _seen(case: Case) -> Iterator[Evidence]:
    track = FaceTrackReading(
        track=_TRACK, n_frames=round(5 * case.duration_s), box_px=(8.0, 8.0, 64.0, 64.0),
        picture_share=0.2, aligned_share=1.0,
    )  # fmt: skip
    yield _found("faces", Modality.FACE, _TRACK, 0.0, case.duration_s, track, 0.9)
    talks = SpeakingFaceReading(track=_TRACK, speaking_score=0.9, mouth_motion=2.0, n_faces=1)
    yield _found("active_speaker", Modality.FACE, _TRACK, case.start_s, case.end_s, talks)
    for a in case.action_units:
        moved = ActionUnitReading(name=_NAMES[a["au"]], cue="a described scene", **a)
        place = (a["onset_s"], a["offset_s"])
        yield _found("action_units", Modality.FACE, _TRACK, *place, moved, _SCORE)
    for e in case.expressions:
        place = (e["start_s"], e["end_s"])
        shown = ExpressionReading(
            scores=e["scores"], valence=e["valence"], arousal=e["arousal"],
            while_speaking=e["start_s"] < case.end_s,
        )  # fmt: skip
        yield _found("expression", Modality.FACE, _TRACK, *place, shown, _SCORE)


def _found(
    tool: str,
    modality: Modality,
    subject: str,
    start_s: float,
    end_s: float,
    reading: Any,  # noqa: ANN401 - one of the readings
    score: float | None = None,
) -> Evidence:
    return Evidence.of(
        tool=tool, engine="described", modality=modality, card=_CARD, subject=subject,
        span=TimeSpan(start_s=start_s, end_s=end_s), reading=reading, score=score,
    )  # fmt: skip
