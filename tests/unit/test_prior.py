"""How what people would make of a display bears on a reading."""

import pytest
from tests.descriptions import load, read

from emer.graphs.rule.readings.prior import LEAST, MOST, lifts, prior_of, six_of
from emer.graphs.tasks.facts import Fact, SegmentFacts
from emer.tools.findings import Modality

FACE = ("expression", Modality.FACE, "face.")
VOICE = ("speech_emotion", Modality.VOICE, "tone.")
WORDS = ("text_emotion", Modality.WORDS, "text.")


def segment(*signs):
    """A segment with scored categories of some kinds of evidence."""
    facts = tuple(
        Fact(
            evidence=f"E-{i}", tool=kind, kind=kind, modality=modality, subject="P1",
            start_s=0, end_s=2, score=None,
            quantities={f"{prefix}{c}": s for c, s in scores.items()},
        )
        for i, ((kind, modality, prefix), scores) in enumerate(signs)
    )  # fmt: skip
    return SegmentFacts(
        id="S1", subject="P1", role="speaking", start_s=0, end_s=2, facts=facts, modalities=(),
        agreement=(),
    )  # fmt: skip


def test_one_modality_alone_leaves_nothing_to_weigh():
    assert prior_of(segment((FACE, {"happiness": 0.9}))) == {}
    assert prior_of(segment()) == {}


def test_scores_that_say_next_to_nothing_are_no_answer():
    assert prior_of(segment((FACE, {"happiness": 0.9}), (WORDS, {"joy": 0.01}))) == {}


def test_face_and_words_that_agree_strengthen_each_other():
    agreed = prior_of(segment((FACE, {"happiness": 0.9}), (WORDS, {"joy": 0.8})))
    torn = prior_of(segment((FACE, {"happiness": 0.9}), (WORDS, {"grief": 0.8})))
    assert sum(agreed.values()) == pytest.approx(1.0, abs=0.01)
    assert agreed["happiness"] > torn["happiness"]
    assert torn["sadness"] > agreed["sadness"]


def test_categories_of_other_sets_are_read_by_their_meaning():
    assert six_of("ravdess8", {"happy": 0.5, "calm": 0.2, "surprised": 0.3}) == {
        "happiness": 0.5, "neutral": 0.2,
    }  # fmt: skip
    assert six_of("goemotions28", {"annoyance": 0.7, "anger": 0.6})["anger"] == 1.0


def test_a_voice_with_categories_takes_part():
    heard = prior_of(segment((VOICE, {"angry": 0.9}), (WORDS, {"neutral": 0.6})))
    assert heard["anger"] == max(v for k, v in heard.items() if k != "neutral")


def test_lifts_are_bounded_and_nothing_is_lifted_without_a_prior():
    assert lifts({}) == {}
    found = lifts(
        {"happiness": 1.0, "sadness": 0.0, "anger": 0.0, "fear": 0, "disgust": 0, "neutral": 0}
    )
    assert set(found.values()) <= {LEAST, MOST}
    assert found["joy"] == MOST
    assert found["grief"] == LEAST


def test_a_described_clip_with_a_scored_face_and_words_gets_a_prior():
    item = next(
        i for i in load("dev.json")
        if any(e["who"] == i["target"]["who"] for e in i["expressions"]) and i["target"]["utterance"]
    )  # fmt: skip
    assert sum(read(item).reading.prior.values()) == pytest.approx(1.0, abs=0.01)
