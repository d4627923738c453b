from tests.findings import face_track, said, speaking
from tests.likeness import alike

from emer.graphs.people.persons import known_apart, link_persons


def who(evidence):
    return [(p.speaker, p.face_tracks) for p in link_persons(evidence)]


def test_a_voice_and_the_face_that_moves_with_it_are_one_person():
    (person,) = link_persons(
        [said("SPK_01", 1, 3), face_track("FACE_01", 0, 10), speaking("FACE_01", 1, 3, 0.9)]
    )
    assert (person.speaker, person.face_tracks, person.link_score) == ("SPK_01", ("FACE_01",), 0.9)


def test_a_link_says_what_it_rests_on():
    mouth = speaking("FACE_01", 1, 3, 0.9)
    looks = alike("FACE_02", "FACE_01", 5, 9, 0.8)
    (person,) = link_persons(
        [
            said("SPK_01", 1, 3),
            face_track("FACE_01", 0, 4),
            face_track("FACE_02", 5, 9),
            mouth,
            looks,
        ]
    )
    assert [(n.basis, n.one, n.other, n.score, n.evidence) for n in person.links] == [
        ("speaking", "SPK_01", "FACE_01", 0.9, (mouth.id,)),
        ("likeness", "FACE_01", "FACE_02", 0.8, (looks.id,)),
    ]
    assert person.link_score == 0.8


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
    assert set(who(evidence)) == {("SPK_01", ("FACE_01",)), ("SPK_02", ("FACE_02",))}


def test_one_speaker_may_own_two_tracks_that_never_meet():
    evidence = [
        said("SPK_01", 0, 2), said("SPK_01", 6, 8),
        face_track("FACE_01", 0, 3), face_track("FACE_02", 5, 9),
        speaking("FACE_01", 0, 2, 0.9), speaking("FACE_02", 6, 8, 0.8),
    ]  # fmt: skip
    assert who(evidence) == [("SPK_01", ("FACE_01", "FACE_02"))]


def test_who_leaves_and_comes_back_is_one_person_again():
    evidence = [
        said("SPK_01", 0, 2),
        face_track("FACE_01", 0, 4), face_track("FACE_02", 0, 4), face_track("FACE_03", 6, 9),
        speaking("FACE_01", 0, 2, 0.9), speaking("FACE_02", 0, 2, 0.1),
        alike("FACE_03", "FACE_01", 6, 9, 0.97),
    ]  # fmt: skip
    assert who(evidence) == [("SPK_01", ("FACE_01", "FACE_03")), (None, ("FACE_02",))]


def test_what_is_less_alike_than_not_is_not_linked():
    evidence = [
        face_track("FACE_01", 0, 4), face_track("FACE_02", 6, 9),
        alike("FACE_02", "FACE_01", 6, 9, 0.49),
    ]  # fmt: skip
    assert who(evidence) == [(None, ("FACE_01",)), (None, ("FACE_02",))]


def test_faces_in_the_picture_at_once_are_two_persons_however_alike():
    evidence = [
        face_track("FACE_01", 0, 4), face_track("FACE_02", 3, 9), face_track("FACE_03", 10, 12),
        alike("FACE_02", "FACE_01", 3, 9, 1.0),
    ]  # fmt: skip
    assert who(evidence)[:2] == [(None, ("FACE_01",)), (None, ("FACE_02",))]


def test_twins_seen_together_are_not_joined_through_a_third_track():
    evidence = [
        face_track("FACE_01", 0, 4), face_track("FACE_02", 0, 4), face_track("FACE_03", 6, 9),
        alike("FACE_03", "FACE_01", 6, 9, 0.99), alike("FACE_03", "FACE_02", 6, 9, 0.6),
    ]  # fmt: skip
    assert who(evidence) == [(None, ("FACE_01", "FACE_03")), (None, ("FACE_02",))]


def test_a_face_that_could_be_either_of_two_people_is_neither():
    evidence = [
        face_track("FACE_01", 0, 4), face_track("FACE_02", 0, 4), face_track("FACE_03", 6, 9),
        alike("FACE_03", "FACE_01", 6, 9, 0.90), alike("FACE_03", "FACE_02", 6, 9, 0.85),
    ]  # fmt: skip
    assert [tracks for _, tracks in who(evidence)] == [("FACE_01",), ("FACE_02",), ("FACE_03",)]


def test_nobody_has_two_voices():
    evidence = [
        said("SPK_01", 0, 2), said("SPK_02", 6, 8),
        face_track("FACE_01", 0, 3), face_track("FACE_02", 5, 9),
        speaking("FACE_01", 0, 2, 0.9), speaking("FACE_02", 6, 8, 0.9),
        alike("FACE_02", "FACE_01", 5, 9, 0.6),
    ]  # fmt: skip
    assert who(evidence) == [("SPK_01", ("FACE_01",)), ("SPK_02", ("FACE_02",))]


def test_a_sure_likeness_goes_before_a_mouth_that_moved_with_another_voice():
    evidence = [
        said("SPK_01", 0, 2), said("SPK_02", 6, 8),
        face_track("FACE_01", 0, 3), face_track("FACE_02", 5, 9),
        speaking("FACE_01", 0, 2, 0.9), speaking("FACE_02", 6, 8, 0.55),
        alike("FACE_02", "FACE_01", 5, 9, 0.98),
    ]  # fmt: skip
    assert who(evidence) == [("SPK_01", ("FACE_01", "FACE_02")), ("SPK_02", ())]


def test_one_voice_does_not_make_one_person_of_faces_that_look_different():
    evidence = [
        said("SPK_01", 0, 2), said("SPK_01", 6, 8),
        face_track("FACE_01", 0, 3), face_track("FACE_02", 5, 9),
        speaking("FACE_01", 0, 2, 0.95), speaking("FACE_02", 6, 8, 0.8),
        alike("FACE_02", "FACE_01", 5, 9, 0.01),
    ]  # fmt: skip
    assert who(evidence) == [("SPK_01", ("FACE_01",)), (None, ("FACE_02",))]


def test_a_face_that_rests_while_a_voice_is_heard_is_not_joined_to_it_by_a_weak_likeness():
    def evidence(likeness):
        return [
            said("SPK_01", 0, 2), said("SPK_01", 5, 9),
            face_track("FACE_01", 0, 3), face_track("FACE_02", 5, 9),
            speaking("FACE_01", 0, 2, 0.9), speaking("FACE_02", 5, 9, 0.05),
            alike("FACE_02", "FACE_01", 5, 9, likeness),
        ]  # fmt: skip

    assert len(who(evidence(0.6))) == 2
    assert len(who(evidence(0.95))) == 1, "a narrator is seen resting while their voice is heard"


def test_a_voice_from_off_screen_does_not_get_the_silent_face_that_is_seen():
    off_screen, seen = sorted(
        link_persons(
            [
                said("SPK_01", 1, 4), said("SPK_02", 5, 8), face_track("FACE_01", 0, 10),
                speaking("FACE_01", 1, 4, 0.05), speaking("FACE_01", 5, 8, 0.9),
            ]
        ),
        key=lambda p: p.speaker or "",
    )  # fmt: skip
    assert (off_screen.face_tracks, off_screen.heard_s, off_screen.unseen_speech_s) == ((), 3, 3)
    assert (seen.face_tracks, seen.unseen_speech_s) == (("FACE_01",), 0)


def test_speech_is_unseen_while_the_face_is_out_of_the_picture():
    (person, _) = link_persons(
        [
            said("SPK_01", 0, 2), said("SPK_01", 3, 8),
            face_track("FACE_01", 0, 4), face_track("FACE_02", 4, 9),
            speaking("FACE_01", 0, 2, 0.9), speaking("FACE_02", 3, 8, 0.1),
        ]
    )  # fmt: skip
    assert (person.seen_s, person.heard_s, person.unseen_speech_s) == (4, 7, 4)


def test_a_face_that_is_found_a_little_late_is_not_off_screen():
    (person,) = link_persons(
        [said("SPK_01", 0, 3), face_track("FACE_01", 0.4, 3), speaking("FACE_01", 0, 3, 0.9)]
    )
    assert person.unseen_speech_s == 0


def test_where_there_is_no_picture_nobody_is_off_screen():
    (person,) = link_persons([said("SPK_01", 0, 3)])
    assert (person.heard_s, person.unseen_speech_s) == (3, 0)


def test_the_order_of_the_findings_does_not_matter():
    evidence = [
        said("SPK_01", 0, 2), said("SPK_02", 6, 8), said("SPK_01", 9, 11),
        face_track("FACE_01", 0, 3), face_track("FACE_02", 5, 9), face_track("FACE_03", 9, 12),
        speaking("FACE_01", 0, 2, 0.9), speaking("FACE_02", 6, 8, 0.9),
        speaking("FACE_03", 9, 11, 0.6), alike("FACE_02", "FACE_01", 5, 9, 0.03),
        alike("FACE_03", "FACE_01", 9, 12, 0.8),
    ]  # fmt: skip
    expected = link_persons(evidence)
    assert link_persons(evidence[::-1]) == expected
    assert link_persons(sorted(evidence, key=lambda e: e.id)) == expected


def test_two_persons_are_known_apart_only_where_they_have_the_same_part():
    voice, face, other_face = (
        p
        for e in (
            [said("SPK_01", 0, 2)],
            [face_track("FACE_01", 0, 1), face_track("FACE_02", 0, 1)],
        )
        for p in link_persons(e)
    )
    other_face = other_face.model_copy(update={"id": "P9"})
    face = face.model_copy(update={"id": "P8"})
    assert known_apart(face, other_face)
    assert not known_apart(voice, face), "the voice may be that of the face"
    assert not known_apart(face, face)
    assert not known_apart(face, None)


def test_nobody_is_made_of_nothing():
    assert link_persons([]) == []
