"""Face, voice and words pair by pair: when they agree, conflict, or one is missing."""

import pytest
from tests.findings import action_unit, expression, voice, words

from emer.graphs.nodes.agreement import agree, compare
from emer.graphs.report import Segment
from emer.tools.findings import Modality


def segment(*found, role="speaking"):
    by = {m: tuple(e.id for e in found if e.modality is m) for m in Modality}
    return Segment(
        id="S1", start_s=0.0, end_s=3.0, subject="P1", role=role, face=by[Modality.FACE],
        voice=by[Modality.VOICE], words=by[Modality.WORDS],
    )  # fmt: skip


def verdicts(*found, role="speaking"):
    compared = compare(segment(*found, role=role), {e.id: e for e in found})
    return {tuple(str(m) for m in a.pair): a for a in compared}


def said(valence, arousal=0.0, **scores):
    return words("SPK_01", 0, 3, valence, arousal, **scores)


def heard(arousal, valence=None, **fields):
    return voice("SPK_01", 0, 3, arousal, valence, **fields)


def shown(valence, **scores):
    return expression("FACE_01", 0, 3, valence, **scores)


def test_a_sad_face_over_glad_words_is_a_conflict_with_its_distance():
    found = verdicts(said(0.6, joy=0.6), shown(-0.5, sadness=0.6))[("face", "words")]
    assert found.verdict == "conflict"
    assert found.dimension == "valence"
    assert found.magnitude == pytest.approx(1.1)
    assert len(found.evidence) == 2


def test_clues_on_one_side_agree_and_say_how_far_apart_they_are():
    found = verdicts(said(0.6, joy=0.6), shown(0.5, happiness=0.6))[("face", "words")]
    assert found.verdict == "agree"
    assert found.magnitude == pytest.approx(0.1)


def test_agreement_is_told_on_the_dimension_where_the_two_lie_furthest_apart():
    found = verdicts(said(0.5, 0.6, joy=0.6), heard(0.1, 0.4))[("voice", "words")]
    assert (found.verdict, found.dimension) == ("agree", "arousal")
    assert found.magnitude == pytest.approx(0.5)


def test_what_could_not_be_read_is_missing():
    found = verdicts(said(0.6, joy=0.6))
    assert {a.verdict for a in found.values()} == {"missing"}
    assert len(found) == 3
    assert all(a.dimension is None for a in found.values())


@pytest.mark.parametrize(("valence", "verdict"), [(-0.3, "agree"), (-0.45, "conflict")])
def test_only_a_marked_valence_of_a_voice_contradicts(valence, verdict):
    found = verdicts(said(0.6, joy=0.6), heard(0.0, valence))[("voice", "words")]
    assert found.verdict == verdict


def test_a_voice_without_valence_is_compared_on_arousal():
    found = verdicts(said(0.6, 0.5, excitement=0.6), heard(-0.4))[("voice", "words")]
    assert (found.verdict, found.dimension) == ("conflict", "arousal")


def test_the_loudness_of_a_noisy_recording_contradicts_nobody():
    quiet = verdicts(said(0.6, 0.4, joy=0.6), heard(-0.22, snr_db=30))[("voice", "words")]
    noisy = verdicts(said(0.6, 0.4, joy=0.6), heard(-0.22, snr_db=4))[("voice", "words")]
    assert (quiet.verdict, noisy.verdict) == ("conflict", "agree")


def test_slightly_lively_words_do_not_contradict_a_soft_voice():
    found = verdicts(said(0.7, 0.25, love=0.6), heard(-0.3, 0.2))[("voice", "words")]
    assert found.verdict == "agree"


def test_the_arousal_of_a_face_is_guesswork_and_not_compared():
    lively = expression("FACE_01", 0, 3, 0.0, 0.9, surprise=0.6)
    assert verdicts(lively, heard(-0.6))[("face", "voice")].verdict == "missing"


def test_nothing_is_missing_of_a_listener_who_only_has_a_face():
    assert verdicts(shown(0.5, happiness=0.6), role="listening") == {}


def test_of_a_listener_two_modalities_are_compared_if_both_are_there():
    found = verdicts(shown(-0.6, sadness=0.6), said(0.6, joy=0.6), role="listening")
    assert {a.verdict for a in found.values()} == {"conflict"}
    assert list(found) == [("face", "words")]


def test_action_units_can_contradict_words_where_no_expression_was_told():
    sad = [action_unit("FACE_01", 0.2, 2.8, au=a, intensity=3.5) for a in ("AU1", "AU4", "AU15")]
    found = verdicts(said(0.6, joy=0.6), *sad)[("face", "words")]
    assert found.verdict == "conflict"
    assert {e.id for e in sad} <= set(found.evidence)


def test_every_segment_of_a_state_is_compared():
    glad, sad = said(0.6, joy=0.6), shown(-0.5, sadness=0.6)
    state = {"segments": [segment(glad, sad)], "evidence": {e.id: e for e in (glad, sad)}}
    assert len(agree(state)["agreement"]) == 3
