"""What voices are heard as, in explanations: told where it is clear, and held against the evidence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.findings import said, tone, voice, words
from tests.telling import LANGUAGES, told

from emer.graphs.affect import affect_of
from emer.graphs.tabular.wide import WIDE
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.claims import refused
from emer.tools.findings import Modality, TimeSpan
from emer.tools.taxonomy import CATEGORY_SETS, labels_for

CATEGORIES = CATEGORY_SETS["ravdess8"]
HEARD = {"en": "heard as", "zh": "声音听起来像是"}
shares = st.lists(st.floats(0, 1), min_size=8, max_size=8).filter(lambda x: sum(x) > 0.1)


def speech(**given):
    return [said("SPK_01", 1, 4, "It is on the table."), tone("SPK_01", 1, 4, **given)]


def heard(found):
    return " ".join(found.of("expression"))


def test_a_clear_category_of_a_voice_is_told_with_its_score():
    found = told(speech(angry=0.8, score=0.7))
    assert "P1's voice is heard as angry (score 0.80)" in heard(found)
    assert not found.refused


def test_it_is_told_in_chinese_too():
    found = told(speech(angry=0.8, score=0.7), "zh")
    assert "声音听起来像是生气（分值 0.80）" in heard(found)
    assert not found.refused


def test_it_stands_beside_what_the_voice_measures():
    found = told([*speech(sad=0.85, score=0.7), voice("SPK_01", 1, 4, -0.6, -0.2)])
    assert "subdued (arousal -0.60), heard as sad (score 0.85)" in heard(found)


@pytest.mark.parametrize(
    "given",
    [
        {"angry": 0.45, "score": 0.7},
        {"fearful": 0.5, "surprised": 0.4, "score": 0.7},
        {"disgust": 0.9, "score": 0.35},
        {"calm": 0.9, "score": 0.9},
        {"neutral": 0.9, "score": 0.9},
    ],
    ids=["weak", "two near each other", "hardly trusted", "calm", "neutral"],
)
def test_an_unclear_or_quiet_voice_is_not_called_anything(given):
    assert HEARD["en"] not in heard(told(speech(**given)))


@given(shares, st.floats(0, 1), st.sampled_from(LANGUAGES), st.floats(-1, 1))
@settings(max_examples=60, deadline=None)
def test_whatever_a_voice_is_heard_as_the_claims_hold(shares, score, language, valence):
    scores = dict(zip(CATEGORIES, (s / sum(shares) for s in shares), strict=True))
    found = told(
        [*speech(score=score, **scores), words("SPK_01", 1, 4, valence, joy=0.4)], language
    )
    lasting = found.refused.values()
    assert all("contradicts" in w or "does not hold" in w for w in lasting), lasting


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_voice_that_sounds_otherwise_than_the_conclusion_is_told_there_too(language):
    found = told(
        [*speech(angry=0.9, score=0.8), words("SPK_01", 1, 4, 0.7, joy=0.9, optimism=0.4)], language
    )
    (conclusion,) = found.of("emotion")
    assert {"en": "heard as angry", "zh": "像是生气"}[language] in conclusion
    assert not found.refused


def test_a_category_alone_makes_no_sarcasm_of_kind_words():
    found = told([*speech(angry=0.9, score=0.8), words("SPK_01", 1, 4, 0.7, joy=0.9)])
    assert "sarcas" not in found.prose


def test_a_claim_about_a_category_that_was_not_heard_is_refused():
    found = told(speech(angry=0.8, score=0.7))
    basis = Basis.of_state(found.state, language="en", model="rule")
    claim = found.claim("expression")
    assert refused([claim], basis) == {}
    for told_of, quantity in (("fearful", "tone.fearful"), ("fearful", "tone.angry")):
        asserted = claim.assertions[0].model_copy(update={"quantity": quantity})
        lied = claim.model_copy(
            update={"text": claim.text.replace("angry", told_of), "assertions": (asserted,)}
        )
        assert refused([lied], basis), quantity


def test_only_marked_categories_speak_for_labels():
    span = TimeSpan(start_s=1, end_s=4)
    (angry,) = labels_for("ravdess8", "angry")[:1]
    marked = affect_of(Modality.VOICE, [tone("SPK_01", 1, 4, angry=0.8, score=0.7)], span)
    calm = affect_of(Modality.VOICE, [tone("SPK_01", 1, 4, calm=0.8, score=0.7)], span)
    spread = affect_of(Modality.VOICE, [tone("SPK_01", 1, 4, angry=0.4, score=0.7)], span)
    assert marked.support[angry] == pytest.approx(0.8)
    assert calm.support == {} == spread.support


def test_a_voice_that_is_hardly_trusted_weighs_less():
    span = TimeSpan(start_s=1, end_s=4)
    sure, unsure = (
        affect_of(Modality.VOICE, [tone("SPK_01", 1, 4, angry=0.8, score=s)], span).trust
        for s in (0.8, 0.2)
    )
    assert sure == pytest.approx(4 * unsure)


def test_the_wide_table_has_a_column_for_every_category():
    assert {f"tone_{c}" for c in CATEGORIES} <= {c.name for c in WIDE}


@pytest.mark.parametrize(
    ("language", "voice_named"), [("en", "the voice"), ("zh", "声音")], ids=LANGUAGES
)
@pytest.mark.parametrize("valence", [-0.6, 0.6])
def test_grounds_name_the_voice_once(language, voice_named, valence):
    said = (
        words("SPK_01", 1, 4, valence, anger=0.9)
        if valence < 0
        else words("SPK_01", 1, 4, valence, joy=0.9)
    )
    found = told([*speech(angry=0.9, score=0.8), said, voice("SPK_01", 1, 4, 0.7, -0.1)], language)
    (conclusion,) = found.of("emotion")
    grounds = conclusion.partition(": " if language == "en" else "：")[2] or conclusion
    assert grounds.casefold().count(voice_named) == 1, conclusion
    assert not found.refused
