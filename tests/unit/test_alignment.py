from tests.findings import expression, face_track, said, speaking, voice, words

from emer.graphs.nodes.alignment import align, link_persons
from emer.tools.findings import TimeSpan


def aligned(*evidence, end_s=10.0):
    state = {
        "span": TimeSpan(start_s=0, end_s=end_s),
        "evidence": {e.id: e for e in evidence},
    }
    return align(state)


def test_a_voice_and_the_face_that_moves_with_it_are_one_person():
    persons = link_persons(
        [said("SPK_01", 1, 3), face_track("FACE_01", 0, 10), speaking("FACE_01", 1, 3, 0.9)]
    )
    (person,) = persons
    assert (person.speaker, person.face_tracks, person.link_score) == ("SPK_01", ("FACE_01",), 0.9)


def test_a_silent_face_and_an_unseen_voice_stay_two_persons():
    persons = link_persons(
        [said("SPK_01", 1, 3), face_track("FACE_01", 0, 10), speaking("FACE_01", 1, 3, 0.1)]
    )
    assert [(p.speaker, p.face_tracks, p.link_score) for p in persons] == [
        (None, ("FACE_01",), None),
        ("SPK_01", (), None),
    ]


def test_each_voice_gets_the_face_that_fits_it_best():
    evidence = [
        said("SPK_01", 0, 2), said("SPK_02", 3, 5),
        face_track("FACE_01", 0, 6), face_track("FACE_02", 0, 6),
        speaking("FACE_01", 0, 2, 0.9), speaking("FACE_02", 0, 2, 0.6),
        speaking("FACE_01", 3, 5, 0.55), speaking("FACE_02", 3, 5, 0.8),
    ]  # fmt: skip
    assert {(p.speaker, p.face_tracks) for p in link_persons(evidence)} == {
        ("SPK_01", ("FACE_01",)),
        ("SPK_02", ("FACE_02",)),
    }


def test_one_speaker_may_own_two_tracks_that_never_meet():
    evidence = [
        said("SPK_01", 0, 2), said("SPK_01", 6, 8),
        face_track("FACE_01", 0, 3), face_track("FACE_02", 5, 9),
        speaking("FACE_01", 0, 2, 0.9), speaking("FACE_02", 6, 8, 0.8),
    ]  # fmt: skip
    (person,) = link_persons(evidence)
    assert person.face_tracks == ("FACE_01", "FACE_02")


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


def test_a_voice_that_nobody_could_attribute_belongs_to_the_scene():
    update = aligned(said(None, 1, 3, "Who was that?"))
    assert update["persons"] == []
    assert [(u.subject, u.text) for u in update["utterances"]] == [("scene", "Who was that?")]


def test_alignment_of_nothing_is_nothing():
    assert aligned() == {"persons": [], "utterances": [], "segments": []}
