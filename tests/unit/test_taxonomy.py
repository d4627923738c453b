"""The table from category sets to open-vocabulary labels holds together."""

import csv
import itertools
import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emer.tools.taxonomy import (
    CATEGORY_SETS,
    LABELS,
    REGIONS,
    category_affect,
    category_word,
    find,
    label_word,
    labels_for,
    nearest,
    region,
)

EVERY_CATEGORY = [(name, c) for name, categories in CATEGORY_SETS.items() for c in categories]
EMOTIONAL = [(s, c) for s, c in EVERY_CATEGORY if c not in {"neutral", "even"}]
ON_PLANE = st.floats(-1, 1)
UNSIGNED = 0.15
"""Within this distance of 0 a value has no sign: surprise is neither good nor bad."""


def agrees(one, other):
    return one * other > 0 or min(abs(one), abs(other)) <= UNSIGNED


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("ravdess8", 8),
        ("iemocap4", 4),
        ("emotion2vec9", 7),
        ("voice8", 8),
        ("crema_d6", 6),
        ("fer7", 7),
        ("goemotions28", 28),
        ("basic", 8),
    ],
)
def test_every_set_has_its_categories_once(name, size):
    assert len(set(CATEGORY_SETS[name])) == len(CATEGORY_SETS[name]) == size


def test_the_vocabulary_is_wide_enough_for_nuance():
    assert len(LABELS) >= 120
    assert len({label.family for label in LABELS.values()}) >= 12


def test_the_vocabulary_cannot_be_changed():
    with pytest.raises(TypeError):
        LABELS["happy"] = LABELS["sad"]


def test_every_label_lies_on_the_plane():
    assert all(-1 <= x.valence <= 1 and -1 <= x.arousal <= 1 for x in LABELS.values())


@pytest.mark.parametrize(("name", "category"), EMOTIONAL)
def test_a_category_maps_to_labels_of_its_own_sign(name, category):
    words = labels_for(name, category)
    assert words
    valence, arousal = category_affect(name, category)
    for label in (LABELS[word] for word in words):
        assert agrees(label.valence, valence), label
        assert agrees(label.arousal, arousal), label


@pytest.mark.parametrize("name", sorted(set(CATEGORY_SETS) - {"affect_regions"}))
def test_neutral_is_no_emotion(name):
    assert labels_for(name, "neutral") == ()
    assert category_affect(name, "neutral") == (0, 0)


def test_calm_is_not_neutral():
    assert labels_for("ravdess8", "calm")[0] == "calm"


def test_the_same_emotion_has_the_same_labels_in_every_set():
    named = [("ravdess8", "angry"), ("fer7", "angry"), ("crema_d6", "anger"), ("basic", "anger")]
    assert len({labels_for(*one) for one in named}) == 1


def test_different_categories_of_a_set_have_different_best_labels():
    for name, categories in CATEGORY_SETS.items():
        best = [labels_for(name, c)[0] for c in categories if labels_for(name, c)]
        assert len(set(best)) == len(best), name


def test_an_unknown_set_or_category_is_an_error():
    for name, category in [("plutchik", "joy"), ("fer7", "contempt"), ("affect_regions", "joy")]:
        with pytest.raises(KeyError):
            labels_for(name, category)


def test_opposites_are_mutual_and_differ_in_sign():
    paired = [label for label in LABELS.values() if label.opposite]
    assert len(paired) >= 60
    for label in paired:
        other = LABELS[label.opposite]
        assert other.opposite == label.word
        assert label.valence * other.valence < 0 or label.arousal * other.arousal < 0, label


def test_no_form_belongs_to_two_labels():
    forms = [form for x in LABELS.values() for form in (x.word, *x.forms)]
    assert len(set(forms)) == len(forms)


def test_a_word_is_found_by_any_form_and_case():
    assert find(" Sadness").word == "sad"
    assert find("ANGRY").word == "angry"
    assert find("Taken  Aback").word == "taken aback"
    assert find("spaghetti") is None


@given(ON_PLANE, ON_PLANE)
def test_every_point_lies_in_exactly_one_region(valence, arousal):
    assert [r for r in REGIONS if r.holds(valence, arousal)] == [region(valence, arousal)]


def test_regions_cover_at_least_nine_places_and_name_labels_inside_them():
    assert len(REGIONS) >= 9
    for place in REGIONS:
        for word in place.labels:
            assert LABELS[word].valence == pytest.approx(
                min(max(LABELS[word].valence, place.valence[0]), place.valence[1])
            )
            assert LABELS[word].arousal == pytest.approx(
                min(max(LABELS[word].arousal, place.arousal[0]), place.arousal[1])
            )


@pytest.mark.parametrize(
    ("valence", "arousal", "name"),
    [
        (0, 0, "even"),
        (-0.6, 0.5, "tense"),
        (0.8, 0.9, "elated"),
        (1, -1, "calm"),
        (-5, -5, "gloomy"),
    ],
)
def test_known_places_have_known_names(valence, arousal, name):
    assert region(valence, arousal).name == name


@given(ON_PLANE, ON_PLANE, st.integers(1, 10))
def test_the_nearest_labels_come_closest_first(valence, arousal, n):
    found = nearest(valence, arousal, n=n)
    assert len(found) == n
    distances = [math.dist((valence, arousal), x.affect) for x in found]
    assert distances == sorted(distances)
    others = [math.dist((valence, arousal), x.affect) for x in set(LABELS.values()) - set(found)]
    assert min(others) >= distances[-1]


def test_a_label_is_nearest_to_itself():
    for label in LABELS.values():
        twins = [x for x in LABELS.values() if x.affect == label.affect]
        assert label in nearest(*label.affect, n=len(twins))


def test_nearest_keeps_to_the_words_it_is_given():
    found = nearest(-0.6, 0.6, among=["happy", "calm", "afraid", "afraid"], n=2)
    assert [x.word for x in found] == ["afraid", "happy"]
    with pytest.raises(KeyError):
        nearest(0, 0, among=["spaghetti"])


@pytest.mark.parametrize("bad", list(itertools.product([math.nan, math.inf], [0.0])))
def test_a_point_must_be_finite(bad):
    for ask in (nearest, region):
        with pytest.raises(ValueError, match="finite"):
            ask(*bad)


@pytest.mark.parametrize("table", ["emotion_forms.csv", "emotion_forms_2025.csv"])
def test_every_word_is_known_to_the_official_metric(shared_data, table):
    with (shared_data / "emer" / table).open(encoding="utf-8", newline="") as file:
        known = {row["form"] for row in csv.DictReader(file)}
    ours = {form for x in LABELS.values() for form in (x.word, *x.forms)}
    assert sorted(ours - known) == []


def test_every_label_and_category_has_a_chinese_word_of_its_own():
    shown = [label_word(word, "zh") for word in LABELS]
    assert len(set(shown)) == len(shown)
    assert all(re.fullmatch(r"[\u4e00-\u9fff]+", word) for word in shown)
    for name, categories in CATEGORY_SETS.items():
        words = [category_word(c, "zh") for c in categories]
        assert all(re.fullmatch(r"[\u4e00-\u9fff]+", word) for word in words), name
        assert len(set(words)) == len(words), name


def test_a_label_is_found_by_its_chinese_word():
    for word, label in LABELS.items():
        assert find(label.zh) is not None
        assert find(label_word(word, "zh")).word == word


def test_english_words_are_the_labels_and_categories_themselves():
    assert all(label_word(word, "en") == word for word in LABELS)
    assert category_word("disapproval", "en") == "disapproval"


def test_an_unknown_word_keeps_its_name():
    assert label_word("spaghetti", "zh") == "spaghetti"
    assert category_word("mild_panic", "zh") == "mild panic"
