import pytest
from tests.findings import (
    action_unit,
    evidence,
    expression,
    face_track,
    said,
    speaking,
    voice,
    words,
)

from emer.graphs.nodes.alignment import align
from emer.graphs.people.shifts import MIN_SHIFT, shifts
from emer.graphs.people.triggers import BEFORE_S
from emer.tools.findings import Modality, TimeSpan
from emer.tools.readings import SceneReading

FIRST, ANSWER, SECOND = (1.0, 3.0), (4.0, 6.0), (7.0, 9.0)


def found(findings, end_s=60.0):
    state = {"span": TimeSpan(start_s=0, end_s=end_s), "evidence": {e.id: e for e in findings}}
    update = align(state)
    return shifts(
        update["segments"], update["utterances"], update["persons"], state["evidence"]
    )  # fmt: skip


def talk(before, after, *more, second=SECOND):
    """SPK_01 says two things whose words have the given valence."""
    return [
        said("SPK_01", *FIRST, "First"), words("SPK_01", *FIRST, before, joy=0.6),
        said("SPK_01", *second, "Second"), words("SPK_01", *second, after, joy=0.6), *more,
    ]  # fmt: skip


def answer(*, valence=-0.8, place=ANSWER):
    """SPK_02 says something in between."""
    return [said("SPK_02", *place, "I am leaving"), words("SPK_02", *place, valence, grief=0.6)]


def cut(at_s, start_s=0.0, end_s=60.0):
    reading = SceneReading(brightness=0.5, contrast=0.5, colourfulness=20, motion=1, cuts_s=(at_s,))
    return evidence("visual_attributes", Modality.SCENE, "scene", start_s, end_s, reading)


def test_words_that_change_sides_are_a_shift():
    (shift,) = found(talk(0.7, -0.6))
    assert (shift.subject, shift.dimension, shift.before, shift.after) == (
        "P1", "valence", 0.7, -0.6,
    )  # fmt: skip
    assert (shift.start_s, shift.end_s) == (FIRST[0], SECOND[1])


@pytest.mark.parametrize(("before", "after"), [(0.2, -0.2), (0.9, 0.6), (0.7, 0.1), (0.0, 0.7)])
def test_small_changes_and_plain_words_after_strong_ones_are_none(before, after):
    assert found(talk(before, after)) == []


def test_before_and_after_are_what_the_first_two_cited_readings_say():
    findings = talk(0.7, -0.6)
    (shift,) = found(findings)
    cited = {e.id: e for e in findings}
    texts = [cited[i].reading.quantities()["text.valence"] for i in shift.evidence[:2]]
    assert texts == [shift.before, shift.after]
    assert all(cited[i].overlaps(shift) for i in shift.evidence)


def test_plain_words_count_if_the_face_goes_with_them():
    findings = talk(
        0.7, 0.05,
        face_track("FACE_01", 0, 10), speaking("FACE_01", *FIRST, 0.9),
        speaking("FACE_01", *SECOND, 0.9),
        expression("FACE_01", *FIRST, 0.6), expression("FACE_01", *SECOND, 0.0),
    )  # fmt: skip
    (shift,) = found(findings)
    assert len(shift.evidence) == 4


def test_words_that_the_face_contradicts_are_no_shift():
    findings = talk(
        0.4, -0.4,
        face_track("FACE_01", 0, 10), speaking("FACE_01", *FIRST, 0.9),
        speaking("FACE_01", *SECOND, 0.9),
        expression("FACE_01", *FIRST, -0.7), expression("FACE_01", *SECOND, 0.8),
    )  # fmt: skip
    assert all(s.after > s.before for s in found(findings)), "only the face's own change is left"


def test_a_voice_that_rises_is_a_shift_in_arousal():
    findings = [
        said("SPK_01", *FIRST), voice("SPK_01", *FIRST, -0.3),
        said("SPK_01", *SECOND), voice("SPK_01", *SECOND, 0.5),
    ]  # fmt: skip
    (shift,) = found(findings)
    assert (shift.dimension, shift.before, shift.after) == ("arousal", -0.3, 0.5)


def test_a_voice_in_noise_without_a_level_of_its_own_is_not_trusted():
    loud = {"snr_db": 1.0, "baseline": "population"}
    findings = [
        said("SPK_01", *FIRST), voice("SPK_01", *FIRST, -0.3, **loud),
        said("SPK_01", *SECOND), voice("SPK_01", *SECOND, 0.5, **loud),
    ]  # fmt: skip
    assert found(findings) == []


def test_what_is_said_is_not_compared_with_what_is_shown():
    findings = [
        said("SPK_01", *FIRST, "First"), words("SPK_01", *FIRST, 0.8, joy=0.6),
        face_track("FACE_01", 0, 12), speaking("FACE_01", *FIRST, 0.9),
        expression("FACE_01", 3, 7.5, -0.6), expression("FACE_01", 7.5, 12, -0.6),
    ]  # fmt: skip
    assert found(findings, end_s=12) == []


def test_a_talking_face_is_compared_with_talking_faces_only():
    talking = expression("FACE_01", *FIRST, 0.0)
    reading = talking.reading.model_copy(update={"while_speaking": True})
    talking = talking.model_copy(update={"reading": reading})
    findings = [
        said("SPK_01", *FIRST), face_track("FACE_01", 0, 12), speaking("FACE_01", *FIRST, 0.9),
        talking, expression("FACE_01", 3, 7.5, 0.7),
    ]  # fmt: skip
    assert found(findings, end_s=12) == [], "talk hides half of a smile"


def test_what_lies_far_apart_is_not_compared():
    assert len(found(talk(0.7, -0.6, second=(30, 32)))) == 1
    assert found(talk(0.7, -0.6, second=(40, 42))) == []


def test_a_change_is_told_once():
    findings = talk(0.7, -0.6)
    findings += [said("SPK_01", 10, 12, "Third"), words("SPK_01", 10, 12, -0.6, anger=0.6)]
    assert [s.to_segment for s in found(findings)] == ["S2"]


def smiles(before, after, *more):
    """A silent face over two windows of 5 s."""
    unit = action_unit("FACE_01", 6.0, 9.0)
    later = expression("FACE_01", 5, 10, after)
    reading = later.reading.model_copy(update={"basis": (unit.id,)})
    return [
        face_track("FACE_01", 0, 10), expression("FACE_01", 0, 5, before), unit,
        later.model_copy(update={"reading": reading}), *more,
    ]  # fmt: skip


def test_a_smile_that_comes_is_a_shift_and_one_that_ends_is_not():
    (shift,) = found(smiles(0.0, 0.6), end_s=10)
    assert (shift.before, shift.after, shift.trigger) == (0.0, 0.6, None)
    assert found(smiles(0.6, 0.0), end_s=10) == []


def test_a_smile_that_ends_when_somebody_says_the_opposite_is_one():
    findings = [
        face_track("FACE_01", 0, 10), face_track("FACE_02", 0, 10),
        expression("FACE_01", 0, 4, 0.7), *answer(), expression("FACE_01", 4, 6, 0.0),
        speaking("FACE_02", *ANSWER, 0.9), speaking("FACE_01", *ANSWER, 0.1),
    ]  # fmt: skip
    (shift,) = [s for s in found(findings, end_s=10) if s.before > s.after]
    assert shift.trigger.kind == "words_of_other"


def test_what_another_person_just_said_is_the_likely_trigger():
    findings = [*talk(0.7, -0.6), *answer()]
    (shift,) = [s for s in found(findings) if s.subject == "P1"]
    trigger = shift.trigger
    assert (trigger.kind, trigger.subject, trigger.utterance, trigger.at_s) == (
        "words_of_other", "P2", "U2", ANSWER[1],
    )  # fmt: skip
    kinds = {e.id: e.reading.kind for e in findings}
    assert [kinds[i] for i in trigger.evidence] == ["utterance", "text_emotion"]


def test_words_that_lie_too_far_back_are_no_trigger():
    late = (ANSWER[1] + BEFORE_S + 0.5, ANSWER[1] + BEFORE_S + 2)
    (shift,) = [s for s in found([*talk(0.7, -0.6, second=late), *answer()]) if s.subject == "P1"]
    assert shift.trigger is None


def test_evidence_of_the_trigger_lies_within_the_shift():
    findings = [*talk(0.7, -0.6), *answer(place=(0.0, 5.9))]
    (shift,) = [s for s in found(findings) if s.subject == "P2"]
    cited = {e.id: e for e in findings}
    assert all(cited[i].overlaps(shift) for i in shift.trigger.evidence)


def test_a_voice_that_may_be_the_persons_own_is_no_trigger():
    off_screen = said("SPK_09", 2, 5, "Look")
    (unsure,) = found(smiles(0.0, 0.6, off_screen), end_s=10)
    resting = speaking("FACE_01", 2, 5, 0.05)
    (sure,) = found(smiles(0.0, 0.6, off_screen, resting), end_s=10)
    assert unsure.trigger is None
    assert sure.trigger.kind == "words_of_other"


def voices(before, after, *more):
    return [
        said("SPK_01", *FIRST, "First"), voice("SPK_01", *FIRST, before),
        said("SPK_01", *SECOND, "Second"), voice("SPK_01", *SECOND, after), *more,
    ]  # fmt: skip


def test_own_marked_words_explain_a_voice_but_not_themselves():
    (risen,) = found(voices(-0.3, 0.5, words("SPK_01", *SECOND, -0.7, anger=0.6)))
    assert (risen.trigger.kind, risen.trigger.subject) == ("own_words", "P1")
    (turned,) = found(talk(0.7, -0.6))
    assert turned.trigger is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("You cancelled it without asking! That makes me angry", "own_words"),
        ("I am upset because you cancelled it", "own_words"),
        ("你没问我就取消了，真让我生气", "own_words"),
        ("I am upset", "words_of_other"),
    ],
)
def test_a_cause_that_the_person_states_comes_before_what_others_said(text, kind):
    findings = [
        said("SPK_01", *FIRST, "First"), voice("SPK_01", *FIRST, -0.3), *answer(),
        said("SPK_01", *SECOND, text), voice("SPK_01", *SECOND, 0.5),
        words("SPK_01", *SECOND, -0.3, anger=0.4),
    ]  # fmt: skip
    (shift,) = [s for s in found(findings) if s.subject == "P1"]
    assert shift.trigger.kind == kind


def test_another_face_is_a_trigger_where_nobody_spoke():
    findings = smiles(
        0.0, 0.6, face_track("FACE_02", 0, 10), action_unit("FACE_02", 4.5, 8, intensity=4.0)
    )
    shift = next(s for s in found(findings, end_s=10) if s.subject == "P1")
    assert (shift.trigger.kind, shift.trigger.subject, shift.trigger.at_s) == (
        "face_of_other", "P2", 4.5,
    )  # fmt: skip


def test_a_cut_is_a_trigger_only_where_nobody_spoke_lately():
    (silent,) = found(smiles(0.0, 0.6, cut(5.5)), end_s=10)
    assert (silent.trigger.kind, silent.trigger.subject) == ("cut", "scene")
    (spoken,) = found(voices(-0.3, 0.5, cut(6.5), said("SPK_01", 5, 6, "Between")))
    assert spoken.trigger is None


def test_of_others_words_and_a_later_cut_the_words_are_preferred():
    shift = next(s for s in found([*talk(0.7, -0.6), *answer(), cut(6.5)]) if s.subject == "P1")
    assert shift.trigger.kind == "words_of_other"


def test_the_threshold_itself_is_a_shift():
    assert len(found(voices(0.0, MIN_SHIFT))) == 1
    assert found(voices(0.0, MIN_SHIFT - 0.01)) == []


def test_of_nothing_there_is_no_shift():
    assert shifts([], [], [], {}) == []
