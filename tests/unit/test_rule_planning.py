import pytest

from emer.graphs.rule.planning import plan
from emer.graphs.tasks import PlanTask, ToolOffer
from emer.tools.findings import Modality

NEEDS = {
    "speech_activity": (Modality.VOICE, ()),
    "diarization": (Modality.VOICE, ("speech_activity",)),
    "asr": (Modality.WORDS, ("speech_activity",)),
    "utterances": (Modality.VOICE, ("speech_activity", "diarization", "asr")),
    "voice_affect": (Modality.VOICE, ("utterances",)),
    "text_emotion": (Modality.WORDS, ("utterances",)),
    "faces": (Modality.FACE, ()),
    "active_speaker": (Modality.FACE, ("faces", "utterances")),
    "action_units": (Modality.FACE, ("faces",)),
    "expression": (Modality.FACE, ("action_units", "active_speaker")),
}
OFFERS = tuple(
    ToolOffer(tool=tool, purpose="test", modality=modality, needs=needs)
    for tool, (modality, needs) in NEEDS.items()
)


def chosen(question=None, *, sound=True, picture=True, tools=OFFERS):
    task = PlanTask(
        question=question, media_kind="video", duration_s=10, has_sound=sound,
        has_picture=picture, n_subtitle_tracks=1, tools=tools, start_s=0, end_s=10, rate_hz=5,
    )  # fmt: skip
    choices = plan(task).choices
    assert [c.tool for c in choices] == [t.tool for t in tools]
    assert all(c.reason for c in choices)
    return {c.tool for c in choices if c.use}


def test_without_a_question_everything_is_looked_at():
    assert chosen() == set(NEEDS)


@pytest.mark.parametrize(
    "question", ["What did they say?", "what was said at the end", "Give me a transcript"]
)
def test_a_question_about_words_looks_at_no_face_and_no_mood(question):
    assert chosen(question) == {"speech_activity", "diarization", "asr", "utterances"}


def test_a_question_about_who_speaks_looks_at_mouths_but_not_at_moods():
    ran = chosen("How many people are there?")
    assert "active_speaker" in ran
    assert not ran & {"expression", "voice_affect", "text_emotion"}


@pytest.mark.parametrize(
    "question", ["Why is she sad?", "Does he mean it?", "What did she say, and how did she feel?"]
)
def test_a_question_about_emotion_looks_at_everything(question):
    assert chosen(question) == set(NEEDS)


def test_what_there_is_no_stream_for_is_not_run():
    assert not chosen(picture=False) & {"faces", "action_units", "expression", "active_speaker"}
    assert not chosen(sound=False) & {"speech_activity", "diarization", "voice_affect"}


def test_subtitles_of_a_silent_video_are_read():
    assert {"asr", "utterances", "text_emotion"} <= chosen(sound=False)


def test_what_cannot_run_is_left_out_with_its_reason():
    broken = OFFERS[0].model_copy(update={"problem": "no weights"})
    task_tools = (broken, *OFFERS[1:])
    assert "speech_activity" not in chosen(tools=task_tools)
