"""What the vector of a case must achieve, whatever its weights."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emer.memory.case import (
    HEARD_CUES,
    TEXT_CATEGORIES,
    VOICE_CATEGORIES,
    VOICE_CUES,
    AffectProfile,
    ModalityAffect,
)
from emer.memory.embedding import (
    ACTION_UNITS,
    DIM,
    NAME,
    SHARES,
    _parts,
    cosine,
    embed,
    reach,
    wording_similarity,
)
from emer.memory.profile import profile_of
from emer.memory.starter import starter_set
from emer.tools.errors import ToolUnavailable
from emer.tools.findings import Evidence, Modality, ModelCard, TimeSpan
from emer.tools.readings import (
    ActionUnitReading,
    ExpressionReading,
    TextEmotionReading,
    VoiceReading,
)


def at(valence, arousal=0.0):
    return ModalityAffect(valence=valence, arousal=arousal)


FROZEN = [0.055439, 0.080657, 0.00142, 0.199337]
FROZEN_WORDING = [2, 5, 8, 11]
"""Change these together with the version in the name, and never without it."""


def alike(one, other):
    return float(cosine(embed(*one)[None, :], embed(*other))[0])


def full(valence, arousal=0.3):
    return AffectProfile(
        face=at(valence, arousal), voice=at(valence, arousal), words=at(valence, arousal)
    )


SIGNED = st.none() | st.floats(-1, 1)
POINTS = st.none() | st.builds(ModalityAffect, valence=SIGNED, arousal=SIGNED)
PROFILES = st.builds(
    AffectProfile,
    face=POINTS,
    voice=POINTS,
    words=POINTS,
    action_units=st.lists(st.sampled_from(ACTION_UNITS), max_size=5).map(tuple),
    voice_cues=st.lists(st.sampled_from(VOICE_CUES), max_size=5).map(tuple),
    text_categories=st.lists(st.sampled_from(sorted(TEXT_CATEGORIES)), max_size=3).map(tuple),
    voice_categories=st.dictionaries(st.sampled_from(sorted(VOICE_CATEGORIES)), st.floats(0, 1)),
)


def test_the_name_carries_the_size():
    assert NAME.endswith(f"-{DIM}")
    assert embed(full(0.5), "hello").shape == (DIM,)


def test_the_shares_of_the_parts_are_a_whole():
    assert sum(SHARES.values()) == pytest.approx(1.0)


@given(PROFILES, st.text(max_size=60))
@settings(max_examples=80, deadline=None)
def test_any_input_gives_a_finite_vector_of_length_one_that_equals_itself(profile, words):
    vector = embed(profile, words)
    assert vector.dtype == np.float32
    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
    assert alike((profile, words), (profile, words)) == pytest.approx(1.0, abs=1e-5)


@given(PROFILES, st.text(alphabet="abc d我", max_size=30))
@settings(max_examples=80, deadline=None)
def test_what_can_be_reached_is_the_length_of_what_is_known(profile, words):
    assert reach(profile, words) == pytest.approx(np.linalg.norm(_parts(profile, words)), abs=1e-6)


@given(PROFILES, PROFILES, st.text(max_size=30))
@settings(max_examples=40, deadline=None)
def test_similarity_is_symmetric_and_bounded(one, other, words):
    there, back = alike((one, words), (other, "")), alike((other, ""), (one, words))
    assert there == pytest.approx(back, abs=1e-6)
    assert -1.0 <= there <= 1.0


def test_nothing_known_equals_nothing_known_and_resembles_nothing_else():
    nothing = (AffectProfile(), "")
    assert alike(nothing, nothing) == 1.0
    assert alike(nothing, (full(0.5), "hello")) == 0.0


def test_similar_affect_is_nearer_than_neutral_and_neutral_nearer_than_opposite():
    here = (full(0.7), "")
    near, neutral, opposite = ((full(v), "") for v in (0.5, 0.0, -0.7))
    assert alike(here, near) > alike(here, neutral) > alike(here, opposite)


def test_how_the_modalities_disagree_outweighs_how_most_of_them_look():
    masking = AffectProfile(face=at(0.5), voice=at(-0.6), words=at(0.4))
    other_masking = AffectProfile(face=at(0.3), voice=at(-0.7), words=at(0.2))
    plain_joy = AffectProfile(face=at(0.5), voice=at(0.5), words=at(0.4))
    assert alike((masking, ""), (other_masking, "")) > alike((masking, ""), (plain_joy, ""))


def test_words_matter_when_affect_is_equal():
    said = (full(0.2), "the train to the coast is late again")
    same_matter = (full(0.2), "again the train is late")
    other_matter = (full(0.2), "grandmother baked a cherry cake")
    assert alike(said, same_matter) > alike(said, other_matter) + 0.02


def test_function_words_alone_do_not_make_sentences_alike():
    one, other = "it was for the dog that we had come", "it was for the tax that we had to pay"
    assert wording_similarity(embed(full(0), one), embed(full(0), other)) < 0.5


@pytest.mark.parametrize(
    ("one", "same", "different"),
    [
        ("她今天又迟到了", "你又迟到了", "蛋糕很好吃"),
        ("ganz schön spät", "schön spät", "gute Torte"),
    ],
)
def test_other_languages_have_words_too(one, same, different):
    vectors = [embed(AffectProfile(), words) for words in (one, same, different)]
    assert wording_similarity(vectors[0], vectors[1]) > 0.3
    assert wording_similarity(vectors[0], vectors[2]) < 0.2


@pytest.mark.parametrize("missing", ["face", "voice", "words"])
def test_without_one_modality_the_like_is_still_nearer_than_the_unlike(missing):
    seen = full(0.6).model_copy(update={missing: None})
    assert alike((seen, ""), (full(0.6), "")) > 0.5
    assert alike((seen, ""), (full(0.6), "")) > alike((seen, ""), (full(-0.6), "")) + 0.2


def test_a_missing_modality_costs_similarity_but_not_all_of_it():
    whole, part = full(0.6), AffectProfile(face=at(0.6, 0.3))
    assert 0.2 < alike((part, ""), (whole, "")) < alike((whole, ""), (whole, ""))


def test_a_missing_modality_is_not_a_neutral_one():
    neutral = full(0.0).model_copy(update={"voice": at(0.0, 0.0)})
    missing = neutral.model_copy(update={"voice": None})
    assert alike((neutral, ""), (missing, "")) < 0.95


def test_what_can_be_reached_falls_with_what_is_missing():
    cues = {
        "action_units": ("AU12",),
        "voice_cues": ("loud",),
        "text_categories": ("joy",),
        "voice_categories": {"happy": 1.0},
    }
    whole = AffectProfile(**{**full(0.6).model_dump(), **cues})
    assert reach(whole, "hello") == pytest.approx(1.0)
    assert reach(AffectProfile(face=at(0.6, 0.3))) < reach(full(0.6)) < 1.0
    assert reach(AffectProfile()) == 0.0


def test_shared_action_units_and_voice_cues_bring_cases_nearer():
    bare = AffectProfile(face=at(0.2), voice=at(0.0))
    with_cues = bare.model_copy(update={"action_units": ("AU6", "AU12"), "voice_cues": ("quiet",)})
    same = with_cues.model_copy(update={"face": at(0.1)})
    other = same.model_copy(update={"action_units": ("AU4", "AU15"), "voice_cues": ("loud",)})
    assert alike((with_cues, ""), (same, "")) > alike((with_cues, ""), (other, ""))


@pytest.mark.parametrize("cue", sorted(HEARD_CUES))
def test_what_only_people_hear_in_a_voice_is_kept_and_not_compared(cue):
    bare = AffectProfile(voice=at(-0.2), voice_cues=("quiet",))
    noted = AffectProfile(voice=at(-0.2), voice_cues=("quiet", cue))
    assert cue in noted.voice_cues
    assert (embed(noted) == embed(bare)).all()
    assert reach(AffectProfile(voice_cues=(cue,))) == 0.0


def test_the_nearest_starter_case_shares_the_pattern_far_more_often_than_chance():
    _, cases = starter_set()
    vectors = np.stack([embed(case.affect, case.words) for case in cases])
    alikeness = vectors @ vectors.T - 2 * np.eye(len(cases))
    nearest = alikeness.argmax(axis=1)
    same = np.mean([cases[i].pattern == cases[j].pattern for i, j in enumerate(nearest)])
    assert same > 0.6  # 0.73 when written; drawing at random gives 0.20


def test_a_vector_does_not_change_between_versions_without_notice():
    words = "Wonderful. Just what I needed today."
    vector = embed(AffectProfile(face=at(-0.4, 0.15), voice=at(-0.5, 0.05)), words)
    assert vector[[0, 14, 42, 84]].tolist() == pytest.approx(FROZEN, abs=1e-5)
    assert np.flatnonzero(vector[192:])[:4].tolist() == FROZEN_WORDING


def test_words_that_express_alike_are_alike_without_sharing_a_word():
    glad = embed(AffectProfile(), "I am so happy about it")
    joy, anger = (
        embed(AffectProfile(), words) for words in ("what a joyful day", "you make me furious")
    )
    assert float(glad @ joy) > float(glad @ anger) + 0.3


def test_words_of_other_languages_are_compared_by_themselves():
    for words in ("Ich bin heute wirklich traurig.", "我今天真的很难过。"):
        vector = embed(AffectProfile(), words)
        assert not vector[164:192].any()
        assert np.linalg.norm(vector[192:]) == pytest.approx(1.0, abs=1e-5)


def test_what_a_voice_was_taken_for_brings_cases_nearer():
    bare = AffectProfile(voice=at(-0.2, 0.5))
    angry, also_angry, afraid = (
        bare.model_copy(update={"voice_categories": scores})
        for scores in (
            {"angry": 0.9, "fearful": 0.1},
            {"angry": 0.7, "calm": 0.3},
            {"fearful": 1.0},
        )
    )
    assert alike((angry, ""), (also_angry, "")) > alike((angry, ""), (afraid, "")) + 0.05


def test_another_network_is_another_name(monkeypatch):
    from emer.memory import meaning

    here = meaning.revision()
    assert f"-{here}-" in NAME
    other = ModelCard.model_construct(revision="another")
    monkeypatch.setattr(meaning, "card_of", lambda name: other)
    assert meaning.revision() != here


def test_a_missing_network_is_named_when_words_are_compared(monkeypatch):
    from emer.memory import meaning

    def missing():
        raise ToolUnavailable("text_emotion", "its weights are missing", remedy="Reinstall.")

    monkeypatch.setattr(meaning, "_model", missing)
    assert embed(full(0.5)).any()
    with pytest.raises(ToolUnavailable, match="missing"):
        embed(full(0.5), "some words")


# --- from evidence to a profile ---------------------------------------------------------------

CARD = ModelCard(
    name="m",
    revision="1",
    purpose="p",
    inputs="i",
    outputs="o",
    licence="l",
    commercial_use=True,
    source="s",
    trained_on="t",
    metrics="n",
    limits=("x",),
)


def measured(reading, modality, start_s=0.0, end_s=1.0):
    return Evidence.of(
        tool="t",
        engine="e",
        modality=modality,
        card=CARD,
        span=TimeSpan(start_s=start_s, end_s=end_s),
        reading=reading,
    )


def a_voice(**values):
    usual = {"intensity_db": -20, "arousal": 0.4, "valence": None, "baseline": "own_utterances"}
    return measured(VoiceReading(**{**usual, **values}), Modality.VOICE)


def test_no_evidence_is_an_empty_profile():
    assert profile_of([]) == AffectProfile()


def test_each_reading_goes_to_its_modality_and_the_rest_stays_missing():
    profile = profile_of([a_voice()])
    assert profile.voice == ModalityAffect(valence=None, arousal=0.4)
    assert profile.face is None
    assert profile.words is None


def test_expressions_are_averaged_by_how_long_they_lasted():
    happy = ExpressionReading(scores={"joy": 0.9}, valence=0.8, arousal=0.4)
    plain = ExpressionReading(scores={"neutral": 0.9}, valence=0.0, arousal=0.0)
    profile = profile_of(
        [measured(happy, Modality.FACE, 0, 3), measured(plain, Modality.FACE, 3, 4)]
    )
    assert profile.face == ModalityAffect(valence=0.6, arousal=0.3)


def test_voice_cues_compare_with_the_speakers_own_usual_voice():
    shifted = {"f0_offset_st": -2.5, "f0_range_st": 2.0, "intensity_offset_db": -5}
    assert profile_of([a_voice(**shifted, rate_offset=0.7)]).voice_cues == (
        *("low_pitch", "monotone", "quiet", "slow"),
    )
    assert profile_of([a_voice(f0_median_hz=300.0)]).voice_cues == ()


def test_a_pitch_that_climbs_from_start_to_end_is_rising_and_one_that_drops_far_is_falling():
    def cues(slope, seconds):
        reading = a_voice(f0_slope_st_per_s=slope).reading
        return profile_of([measured(reading, Modality.VOICE, 0, seconds)]).voice_cues

    assert cues(2.0, 2.0) == ("rising",)
    assert cues(2.0, 1.0) == ()  # too short to climb three semitones
    assert cues(-4.5, 2.0) == ("falling",)
    assert cues(-2.0, 2.0) == ()  # statements fall so far as a rule


def test_no_voice_is_called_harsh_shaky_or_breathy_by_measurement():
    rough = a_voice(jitter=0.08, shimmer=0.3, hnr_db=3.0, intensity_offset_db=-6)
    assert profile_of([rough]).voice_cues == ("quiet",)


def test_what_the_engine_finds_expressed_counts_whatever_its_score():
    def categories(**fields):
        scores = {"grief": 0.08, "joy": 0.4}
        text = TextEmotionReading(scores=scores, valence=-0.2, arousal=0.0, language="en", **fields)
        return profile_of([measured(text, Modality.WORDS)]).text_categories

    assert categories(expressed=("grief",)) == ("grief",)
    assert categories() == ("joy",)


@pytest.mark.parametrize(("talking", "units"), [(False, ("AU12", "AU25")), (True, ("AU12",))])
def test_parted_lips_say_nothing_about_a_face_that_talks(talking, units):
    def unit(au):
        reading = ActionUnitReading(
            au=au, name="n", intensity=3, onset_s=0, apex_s=0.5, offset_s=1, cue="c"
        )
        return measured(reading, Modality.FACE)

    face = ExpressionReading(
        scores={"happiness": 0.6}, valence=0.5, arousal=0.3, while_speaking=talking
    )
    profile = profile_of([unit("AU25"), unit("AU12"), measured(face, Modality.FACE)])
    assert profile.action_units == units


def test_categories_of_a_voice_are_averaged_by_how_long_it_was_heard():
    class Tone(VoiceReading):
        """A reading that tells categories, as an engine for speech emotion does."""

        def quantities(self):
            return {"tone.angry": self.arousal, "tone.sad": 1 - self.arousal, "tone.arousal": 0.1}

    tones = [Tone(intensity_db=-20, arousal=a, valence=None, baseline="population") for a in (1, 0)]
    heard = [
        measured(tones[0], Modality.VOICE, 0, 3).model_copy(update={"reading": tones[0]}),
        measured(tones[1], Modality.VOICE, 3, 4).model_copy(update={"reading": tones[1]}),
    ]
    assert profile_of(heard).voice_categories == {"angry": 0.75, "sad": 0.25}


def test_faint_action_units_and_unlikely_categories_are_left_out():
    def unit(au, intensity):
        reading = ActionUnitReading(
            au=au, name="n", intensity=intensity, onset_s=0, apex_s=0.5, offset_s=1, cue="c"
        )
        return measured(reading, Modality.FACE)

    scores = {"joy": 0.7, "grief": 0.1, "no such category": 0.9}
    text = TextEmotionReading(scores=scores, valence=0.5, arousal=0.2, language="en")
    profile = profile_of([unit("AU12", 2.5), unit("AU4", 0.4), measured(text, Modality.WORDS)])
    assert profile.action_units == ("AU12",)
    assert profile.text_categories == ("joy",)
