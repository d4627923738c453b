from tests.findings import expression, face_track, said, speaking, voice, words
from tests.likeness import alike

from emer.graphs.nodes.alignment import align
from emer.tools.findings import TimeSpan


def aligned(*evidence, end_s=10.0):
    state = {
        "span": TimeSpan(start_s=0, end_s=end_s),
        "evidence": {e.id: e for e in evidence},
    }
    return align(state)


def test_speaker_and_listener_have_a_segment_each_during_an_utterance():
    update = aligned(
        said("SPK_01", 1, 4, "Hello"), words("SPK_01", 1, 4, 0.2), voice("SPK_01", 1, 4, 0.1),
        face_track("FACE_01", 0, 10), face_track("FACE_02", 0, 10),
        speaking("FACE_01", 1, 4, 0.9), speaking("FACE_02", 1, 4, 0.1),
        expression("FACE_01", 1, 4, 0.1), expression("FACE_02", 1, 4, 0.5),
    )  # fmt: skip
    during = [s for s in update["segments"] if s.start_s == 1]
    assert [(s.role, len(s.voice), len(s.words), len(s.face)) for s in during] == [
        ("speaking", 1, 2, 2),
        ("listening", 0, 0, 2),
    ]


def test_a_silent_visible_person_is_looked_at_in_fixed_windows():
    update = aligned(face_track("FACE_01", 0, 10))
    assert [(s.role, s.start_s, s.end_s) for s in update["segments"]] == [
        ("silent", 0, 5),
        ("silent", 5, 10),
    ]


def test_a_person_has_one_segment_a_window_whichever_of_their_faces_is_seen():
    update = aligned(
        face_track("FACE_01", 0, 2), face_track("FACE_02", 2.5, 10),
        alike("FACE_02", "FACE_01", 2.5, 10, 0.95),
    )  # fmt: skip
    assert [(s.subject, s.start_s) for s in update["segments"]] == [("P1", 0), ("P1", 5)]


def test_whoever_is_seen_for_a_moment_only_has_no_segment():
    update = aligned(face_track("FACE_01", 0, 10), face_track("FACE_02", 4, 5))
    assert {s.subject for s in update["segments"]} == {"P1"}


def test_that_two_faces_are_alike_is_no_clue_to_how_anybody_is():
    likeness = alike("FACE_02", "FACE_01", 5, 10, 0.95)
    update = aligned(
        face_track("FACE_01", 0, 4), face_track("FACE_02", 5, 10),
        expression("FACE_02", 5, 10, 0.5), likeness,
    )  # fmt: skip
    (late,) = [s for s in update["segments"] if s.start_s == 5]
    assert len(late.face) == 1
    assert likeness.id not in late.face


def test_a_voice_that_nobody_could_attribute_belongs_to_the_scene():
    update = aligned(said(None, 1, 3, "Who was that?"))
    assert update["persons"] == []
    assert [(u.subject, u.text) for u in update["utterances"]] == [("scene", "Who was that?")]


def test_alignment_of_nothing_is_nothing():
    assert aligned() == {"persons": [], "utterances": [], "segments": []}
