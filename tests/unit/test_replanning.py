"""When the built-in analyst looks again, where, and when it lets well alone."""

import pytest

from emer.graphs.rule.plans.replanning import CLOSE_HZ, replan
from emer.graphs.tasks.planning import (
    ConflictFact,
    LookFact,
    PlanTask,
    ReplanTask,
    SegmentBrief,
    SpeakingFact,
    ToolOffer,
)
from emer.tools.findings import Modality

FACE, VOICE, WORDS = Modality.FACE, Modality.VOICE, Modality.WORDS
NEEDS = {
    "speech_activity": (VOICE, ()), "diarization": (VOICE, ("speech_activity",)),
    "asr": (WORDS, ("speech_activity",)), "utterances": (VOICE, ("diarization", "asr")),
    "voice_affect": (VOICE, ("utterances",)), "text_emotion": (WORDS, ("utterances",)),
    "faces": (FACE, ()), "active_speaker": (FACE, ("faces", "utterances")),
    "action_units": (FACE, ("faces",)), "expression": (FACE, ("action_units", "utterances")),
}  # fmt: skip
ALL = tuple(sorted(NEEDS))


def segment(start_s, end_s, *modalities, role="speaking"):
    return SegmentBrief(
        id="S1", subject="P1", role=role, start_s=start_s, end_s=end_s, modalities=modalities
    )


def conflict(start_s, end_s, magnitude, pair=(FACE, WORDS)):
    return ConflictFact(
        segment="S1", subject="P1", start_s=start_s, end_s=end_s, pair=pair, dimension="valence",
        magnitude=magnitude,
    )  # fmt: skip


def looked(question=None, *, run=ALL, look=1, rates=((0, 60, 5.0),), picture=True, **facts):
    plan = PlanTask(
        question=question, media_kind="video", duration_s=60, has_sound=True, has_picture=picture,
        n_subtitle_tracks=0, start_s=0, end_s=60, rate_hz=5,
        tools=tuple(
            ToolOffer(tool=t, purpose="test", modality=m, needs=n, cost_s=6 if t == "faces" else 0.1)
            for t, (m, n) in NEEDS.items()
        ),
    )  # fmt: skip
    task = ReplanTask(
        question=question, plan=plan, look=look, tools_run=run, persons=(),
        segments=facts.get("segments", (segment(10, 14, FACE, VOICE, WORDS),)),
        conflicts=facts.get("conflicts", ()), gaps=(), speaking=facts.get("speaking", ()),
        looks=tuple(LookFact(start_s=a, end_s=b, rate_hz=r) for a, b, r in rates),
    )  # fmt: skip
    return replan(task).look


def test_when_the_clues_fit_nothing_is_looked_at_again():
    assert looked() is None


def test_a_face_that_is_asked_about_is_looked_at_more_closely_there():
    look = looked("Is he faking the smile at 0:12?")
    assert look.rate_hz == CLOSE_HZ
    assert look.start_s < 12 < look.end_s
    assert set(look.tools) == {"action_units", "expression"}


def test_what_was_looked_at_closely_is_not_looked_at_closely_again():
    assert (
        looked("Is he faking the smile at 0:12?", look=2, rates=((0, 60, 5), (9, 15, 12.5))) is None
    )


def test_a_face_that_is_not_there_is_not_looked_at_more_closely():
    assert looked("Is he smiling at 0:12?", segments=(segment(10, 14, WORDS),)) is None


def test_a_strong_conflict_with_a_face_is_looked_at_more_closely():
    look = looked(conflicts=(conflict(10, 13, 1.1), conflict(30, 33, 0.8)))
    assert (look.start_s, look.end_s) == (10, 13)
    assert "contradict" in look.reason


@pytest.mark.parametrize(
    "mild", [conflict(10, 13, 0.5), conflict(10, 13, 1.2, (VOICE, WORDS)), conflict(10, 40, 1.2)]
)
def test_a_mild_or_faceless_or_long_conflict_is_left_as_it_is(mild):
    assert looked(conflicts=(mild,)) is None


def test_a_question_about_words_is_no_reason_to_look_at_faces():
    assert looked("What did he say?", conflicts=(conflict(10, 13, 1.2),)) is None


def test_without_words_a_question_about_their_tone_turns_to_voice_and_face():
    run = ("speech_activity", "diarization", "asr", "utterances", "text_emotion")
    look = looked("Are his words friendly?", run=run, segments=(segment(10, 14),))
    assert {"voice_affect", "expression", "faces"} <= set(look.tools)
    no_picture = looked(
        "Are his words friendly?", run=run, segments=(segment(10, 14),), picture=False
    )
    assert "voice_affect" in no_picture.tools
    assert "faces" not in no_picture.tools


def test_where_nothing_was_found_the_nearest_stretch_is_looked_at():
    look = looked("How does he sound at 0:30?", segments=(segment(10, 14, VOICE),))
    assert look.start_s == 10
    assert "nearest" in look.reason


def facts(*sure):
    return tuple(
        SpeakingFact(speaker="SPK_01", track=t, score=s, start_s=a, end_s=a + 3) for a, t, s in sure
    )


def test_one_voice_of_two_faces_is_told_apart_again():
    turns = facts(
        (1, "FACE_01", 0.9), (1, "FACE_02", 0.1), (5, "FACE_01", 0.2), (5, "FACE_02", 0.9)
    )
    look = looked(speaking=turns)
    assert look.n_speakers == 2
    assert {"diarization", "utterances", "voice_affect", "text_emotion"} <= set(look.tools)
    assert "faces" not in look.tools


def test_faces_that_are_never_seen_together_may_be_one_person():
    assert looked(speaking=facts((1, "FACE_01", 0.9), (5, "FACE_02", 0.9))) is None


def test_an_unsure_face_contradicts_nobody():
    turns = facts(
        (1, "FACE_01", 0.9), (1, "FACE_02", 0.1), (5, "FACE_01", 0.4), (5, "FACE_02", 0.6)
    )
    assert looked(speaking=turns) is None
