"""What models of others hear counts in the graph: dimensions before prosody, other sets of categories."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.findings import VOICE, evidence, said, voice, words
from tests.telling import LANGUAGES, told

from emer.graphs.affect import affect_of, trust_in
from emer.graphs.nodes.intake import known_gaps
from emer.tools.findings import Modality, TimeSpan
from emer.tools.readings import SpeechEmotionReading, VocalEventReading, VoiceDimensionsReading

SPAN = TimeSpan(start_s=1.0, end_s=4.0)
signed = st.floats(-1, 1, allow_nan=False).map(lambda x: round(x, 3))
unit = st.floats(0, 1, allow_nan=False).map(lambda x: round(x, 3))


def rated(arousal, valence, score=0.9):
    reading = VoiceDimensionsReading(arousal=arousal, valence=valence, dominance=0.1)
    return evidence("voice_dimensions", VOICE, "SPK_01", 1, 4, reading, score)


def four(score=0.9, **scores):
    reading = SpeechEmotionReading(category_set="iemocap4", scores=scores, adapted_from=0)
    return evidence("speech_emotion", VOICE, "SPK_01", 1, 4, reading, score)


def event(name="laughter"):
    reading = VocalEventReading(event=name, loudest=0.8, n_windows=1)
    return evidence("vocal_events", VOICE, "scene", 1, 4, reading, 0.8)


def test_where_raters_would_place_a_voice_goes_before_what_prosody_makes_of_it():
    found = affect_of(
        Modality.VOICE, [voice("SPK_01", 1, 4, 0.8, -0.5), rated(0.2, 0.3, score=1.0)], SPAN
    )
    assert (found.arousal, found.valence) == (pytest.approx(0.2), pytest.approx(0.3))
    assert found.trust == trust_in(Modality.VOICE)
    assert len(found.evidence) == 2


def test_the_less_a_sound_may_be_trusted_the_less_its_dimensions_count():
    assert affect_of(Modality.VOICE, [rated(0.2, 0.3, 0.1)], SPAN).trust < 0.6 * trust_in(VOICE)


def test_categories_of_another_set_speak_for_the_labels_of_theirs():
    found = affect_of(Modality.VOICE, [four(angry=0.8, sad=0.1, neutral=0.1, happy=0.0)], SPAN)
    assert "angry" in found.support
    assert found.arousal is None


def test_a_sound_that_is_no_word_places_nobody():
    assert affect_of(Modality.VOICE, [event()], SPAN) is None


@given(st.sampled_from(LANGUAGES), signed, signed, signed, signed, unit, unit)
@settings(max_examples=30, deadline=None)
def test_every_claim_about_them_survives_verification(
    language, arousal, valence, a_voice, v_words, angry, trust
):
    found = told(
        [
            said("SPK_01", 1, 4, "That is fine."),
            words("SPK_01", 1, 4, v_words, 0.1, joy=0.6),
            voice("SPK_01", 1, 4, a_voice, 0.0),
            rated(arousal, valence),
            four(trust, angry=angry, happy=round(1 - angry, 3)),
            event(),
        ],
        language,
    )
    # a label that all values contradict is all that may be refused
    assert all("contradicts" in w or "does not hold" in w for w in found.refused.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_marked_place_is_told_with_the_number_of_the_model(language):
    found = told(
        [said("SPK_01", 1, 4, "No."), voice("SPK_01", 1, 4, 0.0), rated(0.7, -0.6)], language
    )
    asserted = {a.quantity: a.value for c in found.claims for a in c.assertions}
    assert asserted["tone.arousal"] == 0.7
    assert asserted["tone.valence"] == -0.6
    assert "voice.arousal" not in asserted


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_disagreement_with_them_is_part_of_the_whole(language):
    found = told(
        [
            said("SPK_01", 1, 4, "How wonderful."), words("SPK_01", 1, 4, 0.8, 0.3, joy=0.8),
            rated(0.6, -0.9, 1.0),
        ],
        language,
    )  # fmt: skip
    disagreement = found.claim("disagreement")
    assert {a.quantity for a in disagreement.assertions} == {"text.valence", "tone.valence"}
    assert any(c.stage == "whole" for c in found.claims)


def test_what_only_an_extra_brings_is_missed_with_its_remedy_and_told_once():
    from types import SimpleNamespace

    from emer.tools.errors import ToolUnavailable

    problem = ToolUnavailable("x", "torch is not installed", remedy="Install it.")
    context = SimpleNamespace(
        unavailable={"vocal_events": problem}, specialists={},
        request=SimpleNamespace(question="why?"),
    )  # fmt: skip
    gaps = known_gaps(context, SimpleNamespace(video=None, audio=None), SPAN)
    assert [g.remedy for g in gaps if g.tool == "vocal_events"] == ["Install it."]
    context.unavailable.clear()
    gaps = known_gaps(context, SimpleNamespace(video=None, audio=None), SPAN)
    assert [g.code for g in gaps if g.tool == "vocal_events"] == ["not_looked_at"]
