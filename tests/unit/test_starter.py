"""The starter set: enough cases, each of its own, that say in numbers what they say in words."""

from collections import Counter
from itertools import combinations

import pytest

from emer.memory.case import STARTER, TEXT_CATEGORIES, clean
from emer.memory.embedding import ACTION_UNITS, embed, wording_similarity
from emer.memory.retrieval import TWIN
from emer.memory.starter import starter_set
from emer.tools.taxonomy import find

CASES = starter_set()[1]
NAMED = {
    *("sarcasm", "masking", "smiling_through_tears", "polite_anger", "teasing"),
    *("flat_good_news", "contempt", "anxiety_under_calm_words"),
}


def of(pattern):
    return [case for case in CASES if case.pattern == pattern]


def test_there_are_at_least_a_hundred_cases_all_curated():
    assert len(CASES) >= 100
    assert len({case.id for case in CASES}) == len(CASES)
    assert {(case.trust, case.provenance) for case in CASES} == {("curated", STARTER)}


@pytest.mark.parametrize("pattern", sorted(NAMED))
def test_every_named_pattern_has_five_cases_and_one_with_a_modality_missing(pattern):
    assert len(of(pattern)) >= 5
    assert any(None in (c.affect.face, c.affect.voice, c.affect.words) for c in of(pattern))


def test_no_other_pattern_names_are_in_use():
    assert {case.pattern for case in CASES} == {*NAMED, "congruent", "mixed"}


def test_ordinary_emotions_come_in_many_colours():
    labels = {label for case in of("congruent") for label in case.labels}
    assert labels >= {
        *("relieved", "proud", "grateful", "guilty", "bored", "nostalgic", "jealous", "in awe"),
        *("embarrassed", "confused", "hopeful", "exhausted", "lonely", "angry", "frightened"),
        *("disgusted", "surprised", "sad", "overjoyed", "tender", "envious", "suspicious"),
    }
    families = {find(label).family for label in labels}
    assert len(families) >= 18


def test_every_label_is_a_known_word_and_no_label_rules_the_set():
    labels = [label for case in CASES for label in case.labels]
    assert all(find(label) is not None for label in labels)
    assert len(set(labels)) >= 150
    assert Counter(case.labels[0] for case in CASES).most_common(1)[0][1] <= len(CASES) / 10


def test_some_cases_are_of_listeners_some_of_the_silent_and_some_are_chinese():
    perspectives = Counter(case.perspective for case in CASES)
    assert perspectives["listener"] >= 8
    assert perspectives["self"] >= 5
    assert Counter(case.language for case in CASES)["zh"] >= 10


def test_no_two_cases_are_alike():
    for field in ("situation", "explanation"):
        assert len({getattr(case, field) for case in CASES}) == len(CASES)
    said = [case for case in CASES if case.words]
    assert len({case.words for case in said}) == len(said)
    vectors = {case.id: embed(case.affect, case.words) for case in CASES}
    for one, other in combinations(CASES, 2):
        a, b = vectors[one.id], vectors[other.id]
        assert float(a @ b) < TWIN, (one.situation, other.situation)
        if one.words and other.words:
            assert wording_similarity(a, b) < 0.7, (one.words, other.words)


def test_every_explanation_weighs_something_against_something():
    for case in CASES:
        n_sentences = sum(case.explanation.count(mark) for mark in ".?!")
        assert 2 <= n_sentences <= 5, case.explanation
        assert 60 <= len(case.explanation) <= 400
        assert clean(case.explanation) == case.explanation


def test_what_is_missing_has_no_cues_left_behind():
    for case in CASES:
        affect = case.affect
        assert affect.face is not None or not affect.action_units, case.situation
        assert affect.voice is not None or not affect.voice_cues, case.situation
        assert affect.words is not None or not affect.text_categories, case.situation
        assert bool(case.words) == (affect.words is not None), case.situation
        assert set(affect.action_units) <= set(ACTION_UNITS)
        assert set(affect.text_categories) <= TEXT_CATEGORIES


def valence(point):
    return None if point is None else point.valence


def lowest(*points):
    return min(v for p in points if (v := valence(p)) is not None)


@pytest.mark.parametrize("pattern", ["sarcasm", "polite_anger", "anxiety_under_calm_words"])
def test_words_are_kinder_than_what_they_are_said_with(pattern):
    for case in of(pattern):
        gap = case.affect.words.valence - lowest(case.affect.face, case.affect.voice)
        assert gap > 0.3, case.situation


def test_sarcasm_praises_polite_anger_is_aroused_and_good_news_falls_flat():
    for case in of("sarcasm"):
        assert case.affect.words.valence >= 0.3, case.situation
    for case in of("polite_anger"):
        assert (case.affect.voice or case.affect.face).arousal >= 0.25, case.situation
        assert case.affect.words.valence < 0.5, case.situation
    for case in of("flat_good_news"):
        assert case.affect.words.valence > 0.3, case.situation
        assert (case.affect.voice or case.affect.face).arousal <= 0.2, case.situation


def test_teasing_smiles_at_hard_words_and_calm_words_are_aroused_elsewhere():
    for case in of("teasing"):
        warm = lowest(case.affect.face, case.affect.voice)
        assert warm - case.affect.words.valence > 0.5, case.situation
    for case in of("anxiety_under_calm_words"):
        others = [p for p in (case.affect.face, case.affect.voice) if p is not None]
        assert max(p.arousal for p in others) >= case.affect.words.arousal + 0.25, case.situation


def test_contempt_shows_in_one_lip_corner_and_tears_in_the_inner_brows():
    for case in of("contempt"):
        if case.affect.face is not None:
            assert {"AU10", "AU14"} & set(case.affect.action_units), case.situation
    for case in of("smiling_through_tears"):
        units = set(case.affect.action_units)
        assert "AU12" in units, case.situation
        assert {"AU1", "AU15", "AU17"} & units, case.situation


def test_congruent_modalities_do_not_pull_apart():
    for case in of("congruent"):
        points = (case.affect.face, case.affect.voice, case.affect.words)
        known = [v for p in points if (v := valence(p)) is not None]
        assert max(known) - min(known) <= 0.6, case.situation
        assert not (max(known) > 0.2 and min(known) < -0.2), case.situation
