import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.graphs.rule.plans.planning import plan
from emer.graphs.tasks.planning import PlanTask, ToolOffer
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
COST_S = {"faces": 6.0, "action_units": 0.5, "voice_affect": 0.4}
OFFERS = tuple(
    ToolOffer(
        tool=tool, purpose="test", modality=modality, needs=needs, cost_s=COST_S.get(tool, 0.1)
    )
    for tool, (modality, needs) in NEEDS.items()
)


def planned(question=None, *, sound=True, picture=True, tools=OFFERS, budget_s=None):
    task = PlanTask(
        question=question, media_kind="video", duration_s=10, has_sound=sound,
        has_picture=picture, n_subtitle_tracks=1, tools=tools, start_s=0, end_s=10, rate_hz=5,
        budget_s=budget_s,
    )  # fmt: skip
    return plan(task)


def chosen(question=None, *, tools=OFFERS, **media):
    choices = planned(question, tools=tools, **media).choices
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
    broken = OFFERS[0].model_copy(update={"can_run": False})
    task_tools = (broken, *OFFERS[1:])
    assert "speech_activity" not in chosen(tools=task_tools)


@pytest.mark.parametrize(
    ("question", "needed", "needless"),
    [
        ("How does her voice sound?", {"voice_affect"}, {"faces", "text_emotion", "expression"}),
        ("Is he smiling?", {"action_units", "expression"}, {"text_emotion", "voice_affect"}),
        ("Are the words friendly?", {"text_emotion"}, {"faces", "voice_affect"}),
        ("How long is the clip?", set(), set(NEEDS)),
        ("How does P2 react to that?", {"expression", "text_emotion"}, set()),
        ("他的声音听起来怎么样", {"voice_affect"}, {"faces"}),
    ],
)
def test_a_question_runs_what_it_needs_and_nothing_else(question, needed, needless):
    ran = chosen(question)
    assert needed <= ran
    assert not needless & ran


def test_a_moment_in_the_question_says_where_to_look():
    answer = planned("Is he smiling at 0:05?")
    assert answer.start_s < 5 < answer.end_s
    assert planned("Is he smiling?").start_s is None


def test_a_budget_buys_words_before_faces():
    ran = chosen(budget_s=2)
    assert {"asr", "text_emotion", "voice_affect"} <= ran
    assert not ran & {"faces", "expression", "action_units"}


def test_a_budget_buys_first_what_is_asked_about():
    ran = chosen("Is he smiling?", budget_s=7.2)
    assert "expression" in ran


def test_what_the_budget_cannot_buy_is_said():
    choices = {c.tool: c for c in planned(budget_s=2).choices}
    assert "budget" in choices["faces"].reason


@given(st.floats(0.01, 12))
def test_a_plan_never_costs_more_than_its_budget(budget_s):
    costs = {o.tool: o.cost_s for o in OFFERS}
    ran = chosen(budget_s=budget_s)
    assert sum(costs[t] for t in ran) <= budget_s + 1e-9
    assert all(set(NEEDS[t][1]) <= ran for t in ran)
