"""What the built-in analyst writes holds against the evidence it cites, whatever it is given."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.findings import action_unit, expression, face_track, said, speaking, voice, words
from tests.telling import LANGUAGES, told

from emer.graphs.report import Alternative, Shift, Trigger
from emer.graphs.tasks.reading import ReadingDraft
from emer.tools.quoting import quoted

signed = st.floats(-1, 1, allow_nan=False)
unit = st.floats(0, 1, allow_nan=False)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=200).map(
    quoted
)
"""As findings hold them: fit to be quoted."""
languages = st.sampled_from(LANGUAGES)


def two_people(text="I am so happy for you!", **voiced):
    """One person speaks, seen and heard; another listens and smiles."""
    smile = action_unit("FACE_02", 1.6, 3, intensity=3.0)
    glad = expression("FACE_02", 1, 4, 0.5, happiness=0.7)
    reading = glad.reading.model_copy(update={"basis": (smile.id,)})
    return [
        said("SPK_01", 1, 4, text),
        words("SPK_01", 1, 4, 0.6, 0.3, joy=0.7),
        voice("SPK_01", 1, 4, 0.5, 0.2, **voiced),
        face_track("FACE_01", 0, 10),
        speaking("FACE_01", 1, 4, 0.9),
        face_track("FACE_02", 0, 10),
        speaking("FACE_02", 1, 4, 0.1),
        smile,
        glad.model_copy(update={"reading": reading}),
    ]


@given(
    languages, texts, signed, signed, signed, signed, signed, unit, unit, st.floats(0, 5),
    st.floats(-30, 30), st.floats(0.2, 3), st.floats(0, 30), st.floats(-5, 40),
)  # fmt: skip
@settings(max_examples=120, deadline=None)
def test_every_claim_of_the_analyst_survives_verification(
    language, text, v_words, a_words, v_voice, a_voice, v_face, joy, happy, intensity, offset_db,
    rate, range_st, snr_db,
):  # fmt: skip
    found = told(
        [
            said("SPK_01", 1, 4, text),
            words("SPK_01", 1, 4, v_words, a_words, joy=joy),
            voice(
                "SPK_01", 1, 4, a_voice, v_voice, intensity_offset_db=offset_db, rate_offset=rate,
                f0_range_st=range_st, snr_db=snr_db,
            ),
            face_track("FACE_01", 0, 10),
            speaking("FACE_01", 1, 4, 0.9),
            action_unit("FACE_01", 1.5, 3, intensity=intensity),
            expression("FACE_01", 1, 4, v_face, happiness=happy),
            expression("FACE_01", 4, 9, v_voice, sadness=joy),
        ],
        language,
    )  # fmt: skip
    texts_of = {c.id: c.text for c in found.claims}
    lasting = {texts_of[name]: why for name, why in found.refused.items()}
    # a label that all values contradict, and what rests on it, is all that may be refused
    assert all("contradicts" in w or "does not hold" in w for w in lasting.values()), lasting


@given(languages, texts, signed, signed, st.floats(0, 5), st.floats(1, 6), unit)
@settings(max_examples=60, deadline=None)
def test_what_is_told_of_listeners_and_changes_survives_too(
    language, text, v_words, v_face, intensity, onset_s, happy
):
    smile = action_unit("FACE_01", onset_s, onset_s + 1, intensity=intensity)
    shown = expression("FACE_01", 1, 4, v_face, happiness=happy)
    reading = shown.reading.model_copy(update={"basis": (smile.id,)})
    found = told(
        [
            said("SPK_01", 1, 4, text),
            words("SPK_01", 1, 4, v_words, joy=0.5),
            said("SPK_02", 5, 8, text or None),
            words("SPK_02", 5, 8, -v_words, sadness=0.5),
            said("SPK_01", 8.5, 9.5, text[::-1] or None),
            words("SPK_01", 8.5, 9.5, -v_words, 0.4, anger=0.5),
            face_track("FACE_01", 0, 10),
            speaking("FACE_01", 1, 4, 0.1),
            speaking("FACE_01", 5, 8, 0.9),
            smile,
            action_unit("FACE_01", onset_s, onset_s + 1, "AU6", intensity, "cheek raiser"),
            shown.model_copy(update={"reading": reading}),
            expression("FACE_01", 5, 8, -v_face, sadness=happy),
        ],
        language,
    )
    lasting = {c.text: found.refused[c.id] for c in found.claims if c.id in found.refused}
    assert all("contradicts" in w or "does not hold" in w for w in lasting.values()), lasting


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text",
    [
        'He said "no" 5 times at 9:59, 7" long',
        "P7 shows AU4 and AU99”. The end",
        "“”",
        "3 — 4 … 5",
        "furious " * 40,
        "two  spaces and\na new line",
        "我讨厌你，P2 更大 -4.2 dB",
    ],
)
def test_whatever_is_said_is_quoted_without_being_taken_for_a_claim(text, language):
    found = told([said("SPK_01", 1, 4, text)], language)
    assert found.of("attribute")
    assert found.refused == {}


def test_words_and_voice_are_told_in_one_sentence_with_their_numbers():
    (text,) = told(two_people(intensity_offset_db=4.24, f0_range_st=11.3)).of("attribute", "P1")
    assert text == (
        "P1 says “I am so happy for you!”, louder (+4.2 dB) than usual for this voice, with a "
        "wide pitch range (11.3 semitones)."
    )


def test_the_same_in_chinese():
    (text,) = told(two_people(intensity_offset_db=-7, rate_offset=1.3), "zh").of("attribute", "P1")
    assert text == (
        "P1 说：“I am so happy for you!”，与这个声音平时相比，音量明显更小（-7.0 dB），"
        "语速更快（平时的 1.30 倍）。"
    )


def test_loudness_is_not_told_of_a_voice_in_noise_and_the_noise_is():
    (text,) = told(two_people(intensity_offset_db=6, f0_offset_st=3, snr_db=4)).of(
        "attribute", "P1"
    )
    assert "louder" not in text
    assert "+3.0 semitones" in text
    assert "only 4.0 dB above" in text


def test_who_is_heard_but_not_seen_is_off_screen_only_where_faces_were_looked_for():
    heard = [said("SPK_01", 1, 4, "Come in."), voice("SPK_01", 1, 4, 0.1)]
    assert told(heard).of("attribute") == ["P1 says “Come in”."]
    assert told([*heard, face_track("FACE_01", 2, 10)]).of("attribute", "P1") == [
        "P1, off screen, says “Come in”."
    ]


def test_somebody_without_words_is_told_by_the_voice_alone():
    found = told([said("SPK_01", 1, 4), voice("SPK_01", 1, 4, 0.1, f0_offset_st=-2.0)])
    assert found.of("attribute") == [
        "P1 speaks, lower in pitch (-2.0 semitones) than usual for this voice."
    ]


def face_of_a_speaker(*units):
    return [
        said("SPK_01", 1, 4, "Well."),
        face_track("FACE_01", 0, 10),
        speaking("FACE_01", 1, 4, 0.9),
        *(action_unit("FACE_01", 1.5, 3, au, strength, "x") for au, strength in units),
    ]


def test_movements_are_told_where_they_peak_and_weak_ones_not_at_all():
    found = told(face_of_a_speaker(("AU4", 2.4), ("AU1", 0.6), ("AU12", 4.1)))
    assert found.of("attribute")[1] == (
        "While speaking, P1 strongly pulls the lip corners up (AU12, 4.1 of 5 at 0:02.2) and draws "
        "the brows down and together (AU4, 2.4 of 5 at 0:02.2)."
    )


def test_a_mouth_that_moves_a_little_while_talking_is_told_with_the_caveat():
    (text,) = told(face_of_a_speaker(("AU12", 2.0))).of("attribute")[1:]
    assert text.endswith(", though talking moves the mouth too.")
    (text,) = told(face_of_a_speaker(("AU4", 2.0))).of("attribute")[1:]
    assert "talking" not in text


def test_what_talking_consists_of_is_not_told_of_who_talks():
    assert len(told(face_of_a_speaker(("AU25", 5.0), ("AU26", 5.0))).of("attribute")) == 1


def test_a_movement_that_no_language_knows_is_told_by_its_code():
    for language in LANGUAGES:
        found = told(face_of_a_speaker(("AU39", 3.0)), language)
        assert "AU39" in found.of("attribute")[1]
        assert found.refused == {}


def test_a_movement_without_a_rise_has_no_moment_of_its_own():
    held = action_unit("FACE_01", 0, 1, intensity=4.8)
    reading = held.reading.model_copy(update={"apex_s": 0.0})
    still = held.model_copy(update={"reading": reading})
    found = told([face_track("FACE_01", 0, 1), still], end_s=1.0, still=True)
    assert found.of("attribute") == ["P1 strongly pulls the lip corners up (AU12, 4.8 of 5)."]
    assert "0:0" not in found.prose


def listener_moves(onset_s, apex_s, offset_s, au="AU12", *, language="en"):
    """Tell of somebody whose face moves around what another says, at 4..8 s."""
    smile = action_unit("FACE_02", onset_s, offset_s, au, 4.2)
    peak = smile.reading.model_copy(update={"apex_s": apex_s})
    smile = smile.model_copy(update={"reading": peak})
    findings = [
        said("SPK_01", 4, 8, "That is wonderful news"), face_track("FACE_01", 0, 12),
        speaking("FACE_01", 4, 8, 0.9), face_track("FACE_02", 0, 12),
        speaking("FACE_02", 4, 8, 0.1), smile,
    ]  # fmt: skip
    found = told(findings, language, end_s=12.0)
    segments = {s.id for s in found.state["segments"] if (s.start_s, s.role) == (4, "listening")}
    assert segments
    assert found.refused == {}
    return [
        c.text
        for c in found.claims
        if c.segment in segments and c.stage in {"attribute", "reaction"}
    ]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (
            (2.0, 3.6, 5.4),
            "While listening, P2 still pulls the lip corners up, fading (AU12, 4.2 of 5 before, at "
            "0:03.6, gone by 0:05.4).",
        ),
        (
            (2.0, 3.6, 8.5),
            "While listening, P2 still pulls the lip corners up (AU12, 4.2 of 5 before, at 0:03.6).",
        ),
        (
            (3.0, 8.6, 9.5),
            "While listening, P2 pulls the lip corners up (AU12, 4.2 of 5 later, at 0:08.6).",
        ),
        (
            (3.0, 5.0, 6.0),
            "While listening, P2 strongly pulls the lip corners up (AU12, 4.2 of 5 at 0:05.0).",
        ),
    ],
)
def test_the_strength_of_a_movement_is_told_of_the_moment_of_its_peak_alone(times, expected):
    assert listener_moves(*times) == [expected]


def test_the_same_of_a_movement_that_fades_in_chinese():
    assert listener_moves(2.0, 3.6, 5.4, language="zh") == [
        "P2 在听的时候，嘴角上提，正在消退（AU12，此前 0:03.6 时最强，五级强度 4.2，0:05.4 时消失）。"
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_movement_that_peaks_after_the_words_that_it_answers_is_told_with_that_peak(language):
    (text,) = listener_moves(7.0, 10.6, 11.0, language=language)
    assert "0:07.0" in text
    assert "0:10.6" in text
    assert not any(strong in text for strong in ("broadly", "strongly", "咧嘴"))


@pytest.mark.parametrize("offset_s", [4.2, 4.35])
def test_a_movement_of_which_hardly_anything_is_left_is_not_told(offset_s):
    assert listener_moves(2.0, 3.6, offset_s, "AU9") == []
    assert listener_moves(2.0, 3.6, 4.5, "AU9")


def test_a_movement_that_peaks_later_is_told_in_every_part_with_the_time_of_its_peak():
    evidence = [
        face_track("FACE_01", 0, 10),
        action_unit("FACE_01", 0.5, 9.5, "AU4", 4.0, "brow lowerer"),
        action_unit("FACE_01", 0.5, 9.5, "AU23", 4.0, "lip tightener"),
    ]
    found = told(evidence)
    first, second = found.of("attribute")
    assert "strongly" in second
    assert first.count("(AU4, from 0:00.5 on, 4.0 of 5 later, at 0:05.0)") == 1
    assert "strongly" not in first
    assert found.refused == {}


def test_lids_that_fall_a_little_are_not_told():
    face = [face_track("FACE_01", 0, 10)]
    assert told([*face, action_unit("FACE_01", 1, 2, "AU43", 1.6)]).of("attribute") == []
    assert told([*face, action_unit("FACE_01", 1, 2, "AU43", 3.0)]).of("attribute") != []


def test_movements_of_doubtful_evidence_are_not_told():
    unit = action_unit("FACE_01", 1, 2, "AU4", 3.0, "brow lowerer")
    face = [face_track("FACE_01", 0, 10)]
    for score, told_of in ((0.3, False), (0.6, True)):
        found = told([*face, unit.model_copy(update={"score": score})])
        assert bool(found.of("attribute")) is told_of


def test_eyes_that_stay_closed_are_told_in_every_part_that_they_fill():
    face = [face_track("FACE_01", 0, 20), action_unit("FACE_01", 0, 19, "AU43", 4.0)]
    found = told([*face, action_unit("FACE_01", 1, 2, "AU4", 3.0)], end_s=20.0)
    assert len(found.of("attribute")) > 1
    assert all("AU43" in text for text in found.of("attribute"))
    assert found.refused == {}


def test_a_face_that_shows_a_category_weakly_is_not_said_to_show_it():
    face = [face_track("FACE_01", 0, 10)]
    for score, told_of in ((0.42, False), (0.7, True)):
        found = told([*face, expression("FACE_01", 0, 10, 0.3, happiness=score)])
        assert any("happiness" in text for text in found.of("expression")) is told_of


def test_what_is_expressed_is_one_sentence_and_turns_where_modalities_conflict():
    found = told(
        [
            said("SPK_01", 1, 4, "What wonderful news"),
            words("SPK_01", 1, 4, 0.7, joy=0.94),
            voice("SPK_01", 1, 4, -0.7, -0.45),
        ]
    )
    assert found.of("expression") == [
        "P1's words express joy (score 0.94), but the voice sounds markedly subdued (arousal "
        "-0.70) and negative (valence -0.45)."
    ]
    assert found.of("disagreement") == [
        "Voice and words disagree sharply: P1's voice is negative (valence -0.45), while the words "
        "are markedly positive (valence +0.70)."
    ]


def test_plain_words_are_told_beside_a_marked_voice_only():
    plain = [said("SPK_01", 1, 4, "It is on the table."), words("SPK_01", 1, 4, 0.02)]
    assert told(plain).of("expression") == []
    assert told([*plain, voice("SPK_01", 1, 4, -0.5)]).of("expression") == [
        "P1's words are plain in themselves (valence +0.02), and the voice sounds subdued (arousal "
        "-0.50)."
    ]


def test_words_that_lean_without_a_category_are_told_by_their_side():
    (text,) = told([said("SPK_01", 1, 4, "Hm."), words("SPK_01", 1, 4, -0.4)]).of("expression")
    assert text == "P1's words are negative (valence -0.40)."


def test_only_cue_words_that_were_said_are_quoted():
    reading = words("SPK_01", 1, 4, 0.5, joy=0.7)
    cued = reading.reading.model_copy(update={"cue_words": ("so", "happy", "glad")})
    evidence = reading.model_copy(update={"reading": cued})
    (text,) = told([said("SPK_01", 1, 4, "So happy, really."), evidence]).of("expression")
    assert text.endswith("above all through “so” and “happy”.")


def test_a_face_at_rest_is_told_beside_words_but_not_by_itself():
    face = [face_track("FACE_01", 0, 10), expression("FACE_01", 1, 4, 0.0, neutral=0.8)]
    assert told(face).of("expression") == []
    speaker = [
        said("SPK_01", 1, 4, "Great."), words("SPK_01", 1, 4, 0.5, joy=0.5),
        speaking("FACE_01", 1, 4, 0.9),
    ]  # fmt: skip
    (text,) = told([*face, *speaker]).of("expression")
    assert text.endswith("and no measured movement shows in the face.")


def test_a_face_that_moves_is_not_said_to_be_at_rest():
    found = told(
        [
            *face_of_a_speaker(("AU1", 4.0)),
            words("SPK_01", 1, 4, 0.5, joy=0.5),
            expression("FACE_01", 1, 4, 0.0, neutral=0.6),
        ]
    )
    assert not any("no measured movement" in c.text for c in found.claims)


def test_a_listener_is_told_to_answer_the_words_with_the_onset_and_both_sides():
    found = told(two_people())
    reaction = found.claim("reaction")
    assert reaction.subject == "P2"
    assert reaction.about == ("P1",)
    assert reaction.text == (
        "While P1 says “I am so happy for you!”, P2 smiles (AU12, 3.0 of 5, from 0:01.6 on); the "
        "face is positive (valence +0.50), in line with what is said: P1's words are markedly "
        "positive (valence +0.60)."
    )
    assert not any("AU12" in text for text in found.of("attribute", "P2"))  # told once
    assert found.refused == {}


def reads(label, *, pattern="congruent", intensity=0.5, speaks_for=(), others=()):
    """Return a reading that names the same in every segment."""
    return lambda segment: ReadingDraft(
        segment=segment.id, pattern=pattern, abstained=False, reason="a test", intensity=intensity,
        labels=[Alternative(label=label, score=0.6)], speaks_for=list(speaks_for),
        alternatives=[Alternative(label=x, score=0.5) for x in others],
    )  # fmt: skip


GLAD = [said("SPK_01", 1, 4, "Yes!"), words("SPK_01", 1, 4, 0.6, joy=0.7)]


def test_an_emotion_claim_rests_on_what_was_told_before_it():
    found = told(GLAD, reading=reads("happy"))
    emotion = found.claim("emotion")
    earlier = [c.id for c in found.claims if c.stage in {"attribute", "expression"}]
    assert list(emotion.rests_on) == earlier
    assert emotion.labels == ("happy",)
    assert emotion.text == (
        "Going by the words alone, P1 comes across as clearly happy: the words are markedly "
        "positive (valence +0.60)."
    )


@pytest.mark.parametrize(
    ("label", "intensity", "shown"),
    [
        ("happy", 0.1, "as slightly happy"),
        ("happy", 0.5, "as clearly happy"),
        ("happy", 0.95, "as very happy"),
        ("ecstatic", 0.95, "as ecstatic"),
        ("in awe", 0.95, "as clearly in awe"),
    ],
)
def test_how_strongly_an_emotion_shows_is_in_words(label, intensity, shown):
    found = told(GLAD, reading=reads(label, intensity=intensity))
    assert shown in found.claim("emotion").text


def test_alternatives_are_other_kinds_of_feeling_and_marked_as_possible():
    found = told(GLAD, reading=reads("happy", others=("joyful", "proud", "curious", "amused")))
    assert ", possibly proud or curious:" in found.claim("emotion").text
    assert found.claim("emotion").labels == ("happy",)
    assert found.refused == {}


def test_where_a_modality_is_near_neutral_its_category_is_the_ground():
    evidence = [
        said("SPK_01", 1, 4, "Oh?"), words("SPK_01", 1, 4, 0.05, surprise=0.6),
        face_track("FACE_01", 0, 10), speaking("FACE_01", 1, 4, 0.9),
        expression("FACE_01", 1, 4, 0.02, surprise=0.7),
    ]  # fmt: skip
    found = told(evidence, reading=reads("surprised"))
    assert found.of("emotion", "P1")[-1].endswith(
        ": the words express surprise and the face expresses surprise."
    )
    assert found.refused == {}


def test_a_named_pattern_is_told_with_one_ground_of_each_modality():
    phrases = ("the words are positive", "the words tell of something good", "not of the table")
    reading = reads("reserved", pattern="flat_good_news", speaks_for=phrases)
    text = told(GLAD, reading=reading).claim("emotion").text
    assert text.endswith("which fits good news told flatly: the words are positive.")


def test_a_ground_whose_side_nothing_carries_is_not_repeated():
    reading = reads("happy", pattern="sarcasm", speaks_for=("the voice is louder than usual",))
    assert "louder" not in told(GLAD, reading=reading).claim("emotion").text


def test_nobody_is_said_to_feel_or_to_be_anything():
    found = told(two_people())
    assert not any(" feel" in c.text or " is happy" in c.text for c in found.claims)


KEYS = [
    said("SPK_01", 0, 2, "Lovely!"), words("SPK_01", 0, 2, 0.6, joy=0.6),
    said("SPK_02", 2, 4, "I have lost your keys."),
    face_track("FACE_01", 2, 4), speaking("FACE_01", 2, 4, 0.9),
    action_unit("FACE_01", 2.2, 3.8, "AU4", 3.2, "brow lowerer"),
    said("SPK_01", 4, 6, "You did what?"), words("SPK_01", 4, 6, -0.6, anger=0.6),
]  # fmt: skip


def changed(language, trigger):
    """Return what is told of somebody whose words turn, with what may have brought it about."""
    plain = told(KEYS, language)
    own = [s for s in plain.state["segments"] if s.subject == "P1"]
    found = told(
        KEYS,
        language,
        shifts=[
            Shift(
                subject="P1", start_s=0, end_s=6, from_segment=own[0].id, to_segment=own[-1].id,
                dimension="valence", before=0.6, after=-0.6, evidence=(own[0].words[0],),
                trigger=trigger,
            )
        ],
    )  # fmt: skip
    assert found.refused == {}
    return [c for c in found.claims if c.stage == "shift"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_change_is_told_with_both_values_and_its_cause_as_a_possibility(language):
    trigger = Trigger(kind="words_of_other", subject="P2", at_s=4, evidence=(KEYS[2].id,))
    change, cause = changed(language, trigger)
    assert "-0.60" in change.text
    assert "+0.60" in change.text
    assert not change.hypothesis
    assert cause.hypothesis
    assert cause.about == ("P2",)
    assert "“I have lost your keys”" in cause.text
    assert "ossibly" in cause.text or "可能" in cause.text


def test_a_face_or_a_cut_may_be_the_cause_too():
    face = Trigger(kind="face_of_other", subject="P2", at_s=4, evidence=(KEYS[5].id,))
    assert changed("en", face)[1].text == (
        "Possibly this answers P2, who draws the brows down and together (AU4, 3.2 of 5) just "
        "before."
    )
    cut = Trigger(kind="cut", subject="scene", at_s=4, evidence=("SCN-00000000",))
    assert "cuts just before" in changed("en", cut)[1].text


def test_words_are_no_cause_of_their_own_change():
    own = Trigger(kind="own_words", subject="P1", at_s=4, evidence=(KEYS[6].id,))
    assert len(changed("en", own)) == 1


def test_a_change_without_a_cause_is_told_alone():
    (change,) = changed("en", None)
    assert change.text == (
        "P1's words turn markedly negative here (valence -0.60); at 0:00.0 they were markedly "
        "positive (valence +0.60)."
    )


def test_labels_come_from_emotion_claims_alone_with_intensity_and_perspective():
    found = told(two_people(), reading=reads("happy", intensity=0.7))
    listener = next(x for x in found.labels if x.subject == "P2" and x.start_s == 1)
    speaker = next(x for x in found.labels if x.subject == "P1" and x.start_s == 1)
    assert (speaker.perspective, listener.perspective) == ("speaker", "listener")
    assert {x.intensity for x in found.labels} == {0.7}
    stated = {c.segment: c.labels for c in found.claims if c.stage == "emotion"}
    assert all(x.label in stated[x.segment] for x in found.labels)


def test_claims_come_in_stages():
    order = ["attribute", "expression", "disagreement", "reaction", "shift", "emotion"]
    found = told(two_people(intensity_offset_db=5))
    for segment in found.state["segments"]:
        stages = [order.index(c.stage) for c in found.claims if c.segment == segment.id]
        assert stages == sorted(stages)
