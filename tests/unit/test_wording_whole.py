"""How a person and a clip are summed up, and how the claims become prose."""

import pytest
from tests.findings import action_unit, expression, face_track, said, speaking, voice, words
from tests.telling import LANGUAGES, told

from emer.graphs.report import Alternative, SegmentReading
from emer.graphs.rule.writing.prose import MAX_MOMENTS, compose
from emer.graphs.rule.writing.wholes import sum_up
from emer.graphs.tasks.reading import ReadingDraft
from emer.graphs.verification.basis import Basis
from emer.graphs.verification.claims import refused


def utterances(*valences, speaker="SPK_01", start_s=0.0, every_s=3.0):
    """Return one utterance of 2 s per valence."""
    found = []
    for i, valence in enumerate(valences):
        place = start_s + i * every_s, start_s + i * every_s + 2
        category = "joy" if valence > 0 else "anger"
        found += [
            said(speaker, *place, f"So it is {i}"),
            words(speaker, *place, valence, 0.3, **{category: 0.6}),
        ]
    return found


def by_valence(segment):
    """Read happiness into positive words, anger into negative ones, nothing into others."""
    (m,) = segment.modalities or (None,)
    valence = m.valence if m else 0.0
    none = abs(valence) < 0.3
    label = "happy" if valence > 0 else "angry"
    return ReadingDraft(
        segment=segment.id, pattern="thin", abstained=none, reason="a plain remark", intensity=0.5,
        labels=[] if none else [Alternative(label=label, score=round(abs(valence), 2))],
    )  # fmt: skip


def wholes(*valences, language="en", **options):
    evidence = utterances(*valences)
    found = told(evidence, language, end_s=100, reading=by_valence, **options)
    return found, found.of("whole")


def test_one_moment_is_summed_up_with_its_time():
    found, whole = wholes(0.6)
    assert whole == ["Over the clip, P1 comes across as clearly happy (0:00.0)."]
    assert found.refused == {}


def test_moments_follow_each_other_in_order_and_the_same_in_a_row_are_one():
    found, whole = wholes(0.6, 0.7, -0.6, 0.5)
    assert whole == [
        "Over the clip, P1 comes across as clearly happy (0:00.0 and 0:03.0), then as clearly "
        "angry (0:06.0), later as clearly happy (0:09.0)."
    ]
    (claim,) = [c for c in found.claims if c.stage == "whole"]
    emotions = [c.id for c in found.claims if c.stage == "emotion"]
    assert list(claim.rests_on) == emotions
    assert claim.labels == ("happy", "angry")


def test_at_most_four_stretches_are_told_the_weightiest_ones():
    _, (text,) = wholes(0.9, -0.9, 0.8, -0.4, 0.7, -0.8)
    assert text.count(" as clearly ") == 4
    assert "0:09.0" not in text  # the weakest


def test_the_same_on_both_sides_of_what_was_left_out_is_told_once():
    _, (text,) = wholes(0.9, -0.9, 0.8, -0.4, 0.85)
    assert text.endswith(", later as clearly happy (0:06.0 and 0:12.0).")


def test_many_times_are_told_as_from_the_first_to_the_last():
    _, (text,) = wholes(*[0.6] * 5)
    assert "(from 0:00.0 to 0:12.0)" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_several_persons_are_summed_up_together_with_the_sharpest_disagreement(language):
    evidence = [
        *utterances(0.6),
        *utterances(0.7, speaker="SPK_02", start_s=3),
        voice("SPK_02", 3, 5, 0.1, -0.5),
    ]
    found = told(evidence, language, reading=first_modality_happy)
    clip = next(c for c in found.claims if c.about)
    assert clip.subject == "P1"
    assert clip.about == ("P2",)
    assert "0:03.0" in clip.text
    assert found.refused == {}


def first_modality_happy(segment):
    return ReadingDraft(
        segment=segment.id, pattern="congruent", abstained=False, reason="a test", intensity=0.5,
        labels=[Alternative(label="happy", score=0.6)],
    )  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_summaries_survive_verification(language):
    found, texts = wholes(0.9, -0.9, 0.8, -0.4, 0.7, -0.8, 0.0, language=language)
    assert texts
    assert found.refused == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["speaking", "silent"])
def test_labels_of_a_part_are_not_told_as_those_of_the_clip(language, role):
    found, _ = wholes(0.6, 0.0, 0.0, language=language)
    segments = [s.model_copy(update={"role": role}) for s in found.state["segments"]]
    drafts = [c for c in found.claims if c.stage != "whole"]
    (whole,) = sum_up(found.labels, drafts, first=99, language=language, segments=segments)
    assert ("In part of the clip only" if language == "en" else "仅在片段的部分时刻") in whole.text
    assert ("beginning at" in whole.text or "始于" in whole.text) is (role == "silent")
    basis = Basis.of_state(found.state, language=language, model="rule")
    assert refused([*drafts, whole], basis) == {}


def test_a_picture_has_no_times():
    evidence = [face_track("FACE_01", 0, 1), expression("FACE_01", 0, 1, 0.6, happiness=0.8),
                action_unit("FACE_01", 0, 1, intensity=4)]  # fmt: skip
    found = told(evidence, end_s=1.0, reading=first_modality_happy, still=True)
    assert found.of("whole") == ["P1 comes across as clearly happy."]
    assert "[" not in found.prose


def test_prose_begins_with_the_whole_and_then_goes_through_time():
    found, (whole,) = wholes(0.6, -0.6)
    first, second, third = found.prose.split("\n\n")
    assert first == whole
    assert second.startswith("[0:00.0-0:02.0] P1 says “So it is 0”.")
    assert third.startswith("[0:03.0-0:05.0] P1 says “So it is 1”.")


def test_prose_says_where_and_why_no_emotion_is_named():
    found, _ = wholes(0.6, 0.0)
    assert "In 1 of 2 moments of P1, no emotion is named." in found.prose
    assert "No emotion is named for P1: a plain remark." in found.prose
    nothing, _ = wholes(0.0, 0.0)
    assert nothing.prose.startswith("In none of the 2 moments of P1 is an emotion named.")


def test_people_at_the_same_time_share_a_paragraph():
    evidence = [
        *utterances(0.6),
        face_track("FACE_01", 0, 2), speaking("FACE_01", 0, 2, 0.1),
        expression("FACE_01", 0, 2, 0.6, happiness=0.8),
    ]  # fmt: skip
    found = told(evidence, reading=first_modality_happy)
    (paragraph,) = [p for p in found.prose.split("\n\n") if p.startswith("[0:00.0")]
    assert "P1's words" in paragraph
    assert "P2's face" in paragraph


@pytest.mark.parametrize("language", LANGUAGES)
def test_prose_of_a_long_clip_is_bounded_and_says_what_it_left_out(language):
    valences = [0.6 if i % 7 == 0 else 0.0 for i in range(60)]
    evidence = utterances(*valences)
    found = told(evidence, language, end_s=200, reading=by_valence)
    paragraphs = [p for p in found.prose.split("\n\n") if p.startswith("[")]
    assert len(paragraphs) == MAX_MOMENTS
    assert str(60 - MAX_MOMENTS) in found.prose.rsplit("\n\n", 1)[-1]
    named = [c for c in found.claims if c.stage == "emotion"]
    assert all(c.text in found.prose for c in named)  # the telling ones were kept


def test_prose_is_made_of_claims_segments_and_readings_alone():
    found, _ = wholes(0.6, 0.0)
    readings = [
        SegmentReading(segment=r.segment, pattern=r.pattern, abstained=r.abstained, reason=r.reason)
        for r in found.state["readings"]
    ]
    again = compose(found.claims, found.state["segments"], readings, "en")
    assert again == found.prose


def test_nothing_told_makes_no_prose():
    assert told([face_track("FACE_01", 0, 10)]).prose == ""
