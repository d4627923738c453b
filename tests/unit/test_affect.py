"""How the readings of one modality are brought to one place on the plane, and how far it counts."""

import pytest
from tests.findings import FACE, action_unit, evidence, expression, voice, words

from emer.graphs.affect import MOST_TRUST, affect_of, clearness, trust_in
from emer.graphs.facial_units import Movement, signs, strengths
from emer.graphs.fusion import table, telling
from emer.tools.findings import Modality, TimeSpan
from emer.tools.readings import ExpressionReading

SPAN = TimeSpan(start_s=0.0, end_s=4.0)


def heard(**fields):
    return affect_of(Modality.VOICE, [voice("SPK_01", 0, 4, 0.5, -0.2, **fields)], SPAN)


def seen(*found, speaking=False):
    return affect_of(Modality.FACE, found, SPAN, speaking=speaking)


def unit(au, intensity=2.5, start_s=0.5, end_s=3.5):
    return action_unit("FACE_01", start_s, end_s, au=au, intensity=intensity)


def moved(*aus, intensity=2.5, start_s=0.5, end_s=3.5):
    return [Movement(au, intensity, start_s, end_s, f"E-{au}") for au in aus]


def test_nothing_that_carries_affect_is_nothing():
    assert affect_of(Modality.VOICE, [], SPAN) is None
    assert affect_of(Modality.VOICE, [words("SPK_01", 0, 4, 0.5)], SPAN) is None
    assert affect_of(Modality.WORDS, [words("SPK_01", 5, 6, 0.5)], SPAN) is None


@pytest.mark.parametrize("noisy", [{"snr_db": 4.0}, {"snr_db": 9.0}])
def test_a_voice_in_noise_is_trusted_less(noisy):
    assert heard(**noisy).trust < heard(snr_db=30.0).trust


def test_the_noisier_the_less_a_voice_counts_but_never_nothing():
    assert clearness(1.0) < clearness(9.0) < clearness(14.0) <= clearness(30.0) == 1.0
    assert clearness(-20.0) > 0
    assert clearness(None) == 1.0


def test_a_voice_that_was_compared_with_strangers_is_trusted_less():
    assert heard(baseline="population").trust < heard(baseline="own_utterances").trust


def test_the_longer_a_reading_lasts_the_more_it_counts():
    found = affect_of(
        Modality.FACE,
        [expression("FACE_01", 0, 3, 0.6, happiness=0.7), expression("FACE_01", 3, 4, -0.6)],
        SPAN,
    )
    assert found.valence == pytest.approx((3 * 0.6 - 0.6) / 4)


def test_a_talking_mouth_supports_a_smile_less():
    still = seen(expression("FACE_01", 0, 4, 0.5, happiness=0.6))
    talking = seen(expression("FACE_01", 0, 4, 0.5, happiness=0.6), speaking=True)
    told = ExpressionReading(
        scores={"happiness": 0.6}, valence=0.5, arousal=0.2, while_speaking=True
    )
    flagged = seen(evidence("expression", FACE, "FACE_01", 0, 4, told, 0.8))
    assert talking.support["happy"] < still.support["happy"]
    assert flagged.support["happy"] == talking.support["happy"]


def test_speech_takes_nothing_from_the_upper_face():
    still = seen(expression("FACE_01", 0, 4, -0.5, sadness=0.6))
    talking = seen(expression("FACE_01", 0, 4, -0.5, sadness=0.6), speaking=True)
    assert talking.support == still.support


def test_action_units_tell_sadness_where_the_expression_tells_nothing():
    blank = expression("FACE_01", 0, 4, 0.0, neutral=0.5)
    units = [unit("AU1", 3.0), unit("AU4", 2.5), unit("AU15", 3.0)]
    found = seen(blank, *units)
    assert found.valence < -0.1
    assert found.support["sad"] > 0.3
    assert {u.id for u in units} <= set(found.evidence)


def test_action_units_alone_make_a_face_that_is_trusted_less():
    found = seen(unit("AU6", 3.0), unit("AU12", 3.5))
    assert found.valence > 0.3
    assert found.trust < trust_in(Modality.FACE)


def test_an_expression_that_says_something_is_not_mixed_with_action_units():
    clear = expression("FACE_01", 0, 4, 0.6, happiness=0.7)
    assert seen(clear, unit("AU1"), unit("AU4"), unit("AU15")) == seen(clear)


def test_slight_movements_tell_nothing():
    assert seen(unit("AU4", 0.8)) is None


def test_a_smile_within_speech_counts_less_than_one_that_outlasts_it():
    within = strengths(moved("AU12", intensity=2.0), SPAN, speaking=True)["AU12"].strength
    beyond = strengths(moved("AU12", intensity=2.0, end_s=6.0), SPAN, speaking=True)["AU12"]
    quiet = strengths(moved("AU12", intensity=2.0), SPAN, speaking=False)["AU12"].strength
    assert within < quiet
    assert beyond.strength > within


def test_a_strong_smile_is_more_than_speech():
    slight = strengths(moved("AU12", intensity=2.0), SPAN, speaking=True)["AU12"].strength
    strong = strengths(moved("AU12", intensity=4.0), SPAN, speaking=True)["AU12"].strength
    assert slight / (2.0 / 3.0) < strong


def test_parted_lips_of_a_talker_are_speech():
    talking = strengths(moved("AU25", "AU26"), SPAN, speaking=True)
    assert all(s.strength < 0.25 for s in talking.values())


def test_raised_brows_of_a_talker_are_not_surprise():
    talking = signs(strengths(moved("AU1", "AU2"), SPAN, speaking=True))
    watching = signs(strengths(moved("AU1", "AU2", "AU5"), SPAN, speaking=False))
    assert talking["surprised_face"].strength < 0.2 < watching["surprised_face"].strength


def test_what_lies_elsewhere_in_time_is_not_shown():
    assert strengths(moved("AU4", start_s=5.0, end_s=6.0), SPAN, speaking=False) == {}


def test_cheeks_tell_a_felt_smile_from_one_of_the_mouth():
    felt = signs(strengths(moved("AU6", "AU12"), SPAN, speaking=False))
    social = signs(strengths(moved("AU12", "AU16"), SPAN, speaking=False))
    assert felt["felt_smile"].strength > 0.7
    assert felt.get("mouth_smile", social["smile"]).strength < 0.2
    assert social["mouth_smile"].strength > 0.7
    assert "felt_smile" not in social


def test_without_other_movements_nobody_knows_about_the_cheeks():
    unknown = signs(strengths(moved("AU12"), SPAN, speaking=False))
    assert 0.2 < unknown["unsettled_smile"].strength < 0.6
    assert not {"felt_smile", "mouth_smile"} & set(unknown)


def test_an_engine_that_tells_cheeks_settles_a_smile_without_them():
    settled = signs(strengths(moved("AU12"), SPAN, speaking=False), cheeks_told=True)
    assert settled["mouth_smile"].strength > 0.7
    assert not {"felt_smile", "unsettled_smile"} & set(settled)


@pytest.mark.parametrize(
    ("aus", "sign"),
    [
        (("AU1", "AU4", "AU15"), "sad_face"),
        (("AU4", "AU5", "AU7", "AU23"), "angry_face"),
        (("AU1", "AU2", "AU4", "AU5", "AU20"), "afraid_face"),
        (("AU14",), "contempt_face"),
        (("AU9", "AU10"), "disgusted_face"),
        (("AU24", "AU28"), "tense_face"),
        (("AU12", "AU14", "AU24", "AU43"), "controlled_smile"),
    ],
)
def test_movements_are_signs_of_what_the_field_says(aus, sign):
    found = signs(strengths(moved(*aus, intensity=3.0), SPAN, speaking=False))
    faces = ("sad_face", "angry_face", "afraid_face", "contempt_face", "disgusted_face")
    assert found[sign].strength > 0.5
    if sign in faces:
        assert sign == max(faces, key=lambda f: found[f].strength if f in found else 0.0)


def test_a_sign_names_the_movements_it_rests_on():
    found = signs(strengths(moved("AU1", "AU4", "AU9"), SPAN, speaking=False))
    assert set(found["sad_face"].evidence) == {"E-AU1", "E-AU4"}


def test_trust_follows_what_the_fitted_fusion_says_each_modality_tells():
    told = telling(table())
    trusts = {sense: trust_in(Modality(sense)) for sense in told}
    assert max(trusts.values()) == MOST_TRUST
    assert sorted(trusts, key=trusts.get) == sorted(told, key=told.get)
    for sense, trust in trusts.items():
        assert trust / MOST_TRUST == pytest.approx(told[sense] / max(told.values()), abs=0.01)
