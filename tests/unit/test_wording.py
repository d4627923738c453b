"""The tables of words: complete in every language, free of double meanings, the same both ways."""

import re
import string
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.findings import action_unit, voice

from emer.graphs.rule.language import (
    DIRECTIONS,
    MIDDLES,
    WORDINGS,
    direction_word,
    meanings,
    vocabulary,
    wording,
)
from emer.graphs.rule.writing.wording import at, capital, cut, during, ended, printed, quote, side
from emer.tools.findings import Modality
from emer.tools.taxonomy import LABELS

LANGUAGES = list(WORDINGS)
TABLES = (
    "directions",
    "joints",
    "frames",
    "voice",
    "modalities",
    "movements",
    "patterns",
    "grounds",
)
TOLD_PATTERNS = {
    "sarcasm", "masking", "smiling_through_tears", "polite_anger", "teasing", "flat_good_news",
    "contempt", "anxiety_under_calm_words",
}  # fmt: skip
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=300)


def slots(template):
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("table", TABLES)
def test_every_language_has_the_same_entries(table):
    entries = {tuple(sorted(getattr(w, table))) for w in WORDINGS.values()}
    assert len(entries) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translated_sentence_tells_nothing_that_the_english_one_does_not(language):
    for name, frame in wording(language).frames.items():
        assert slots(frame) <= slots(wording("en").frames[name]) | {"who"}, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_frame_is_one_that_something_says(language):
    templates = list(wording(language).templates())
    assert set(wording(language).frames.values()) <= set(templates)
    names = {f.name for f in fields(wording(language))}
    assert set(TABLES) < names


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_named_pattern_has_words_and_each_its_own(language):
    patterns = wording(language).patterns
    shown = [patterns[name] for name in TOLD_PATTERNS]
    assert all(shown)
    assert len(set(shown)) == len(shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_modality_that_is_compared_has_a_name(language):
    assert set(wording(language).modalities) == {Modality.FACE, Modality.VOICE, Modality.WORDS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_two_sides_of_a_quantity_have_different_words(language):
    assert all(up != down for up, down in DIRECTIONS[language].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_for_a_side_leads_back_to_its_quantity_and_side(language):
    for quantity in DIRECTIONS[language]:
        middle = MIDDLES.get(quantity, 0.0)
        for off, sign in ((0.5, 1), (-0.5, -1)):
            word = direction_word(quantity, middle + off, language)
            assert (quantity, sign) in meanings(language)[word]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_for_a_side_means_the_same_side_of_everything(language):
    for word, sides in meanings(language).items():
        assert len({sign for _, sign in sides}) == 1, word


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_for_sides_occur_in_no_other_template_but_phrases_of_grounds(language):
    words = wording(language)
    sides = {w for pair in words.directions.values() for w in pair}
    names = {m.name for m in words.movements.values()}  # 'lower lip depressor' is never printed
    own = {*sides, *names, *words.grounds.values()}
    for template in set(words.templates()) - own:
        for word in sides:
            edge = r"\b" if word.isascii() else ""
            assert not re.search(f"{edge}{word}{edge}", template), (word, template)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_template_but_phrases_of_grounds_names_an_emotion(language):
    words = wording(language)
    everyday = {"positive", "negative"}  # labels too, but here the two sides of valence
    names = {LABELS[x].zh if language == "zh" else x for x in LABELS} - everyday
    for template in set(words.templates()) - set(words.grounds.values()):
        for name in names:
            edge = r"\b" if name.isascii() else ""
            assert not re.search(f"{edge}{name}{edge}", template), (name, template)


def test_the_vocabulary_is_what_the_templates_print():
    assert {"pulls", "louder", "comes", "possibly", "semitones"} <= vocabulary("en")
    assert {"who", "quote", "degree"} & vocabulary("en") <= {"who"}  # names of slots are not words
    assert "嘴角" in vocabulary("zh")
    assert "更大" in vocabulary("zh")
    assert not any("{" in w or " " in w for language in LANGUAGES for w in vocabulary(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_usual_action_units_have_names_and_movements(language):
    usual = [1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 17, 18, 20, 22, 23, 24, 25, 26, 28, 43, 45]
    movements = wording(language).movements
    assert {f"AU{n}" for n in usual} <= set(movements)
    assert len({m.name for m in movements.values()}) == len(movements)
    assert len({m.phrase for m in movements.values()}) == len(movements)


def test_names_of_action_units_are_those_of_the_engine():
    from emer.tools.facs_table import TABLE

    assert {u.au: wording("en").movements[u.au].name for u in TABLE} == {
        u.au: u.name for u in TABLE
    }


def test_lists_are_joined_as_the_language_does():
    assert wording("en").listed(["a", "b", "c"]) == "a, b and c"
    assert wording("en").listed(["a", "b"], last="or") == "a or b"
    assert wording("zh").listed(["甲", "乙", "丙"]) == "甲、乙和丙"
    assert wording("zh").chained(["甲", "乙"]) == "甲，乙"
    assert wording("en").listed(["a"]) == "a"


def test_times_are_written_as_minutes_and_seconds():
    assert at(65.44) == "1:05.4"
    assert during(0, 599.96) == "0:00.0-10:00.0"


def test_a_long_quotation_is_cut_between_words_and_says_so():
    shown = quote("word " * 100)
    assert len(shown) < 150
    assert shown.endswith("word…”")


def test_a_quotation_loses_no_more_than_the_stop_that_ends_it():
    assert quote("I am sorry.") == "“I am sorry”"
    assert quote("Are you?") == "“Are you?”"
    assert quote("真的吗？") == "“真的吗？”"
    assert quote("好的。") == "“好的”"


def test_a_sentence_that_ends_with_a_closed_quotation_takes_no_stop():
    assert ended("P1 says “Are you?”", ".") == "P1 says “Are you?”"
    assert ended("P1 says “Well”", ".") == "P1 says “Well”."


@given(texts)
def test_what_is_quoted_was_said_to_the_letter_and_fits_on_one_line(text):
    shown = cut(text)
    assert shown in " ".join(text.split())
    assert shown == " ".join(shown.split())
    assert len(shown) <= 141


def test_values_have_a_degree_and_a_side_and_near_zero_neither():
    for language, neutral in (("en", "neutral"), ("zh", "中性")):
        assert side(0.05, "face.valence", wording(language)) == ("", neutral)
    words = wording("en")
    assert side(-0.2, "face.valence", words) == ("slightly ", "negative")
    assert side(0.4, "voice.arousal", words) == ("", "aroused")
    assert side(-0.7, "voice.arousal", words) == ("markedly ", "subdued")


def test_numbers_are_printed_as_they_are_asserted():
    assert printed(0.456, 2, signed=True) == "+0.46"
    assert printed(-0.001, 2, signed=True) == "0.00"
    assert printed(2.25, 1) == "2.2"
    assert capital("the words") == "The words"


def test_facts_of_the_engines_have_the_quantities_that_are_told():
    told = voice("SPK_01", 1, 4, 0.1, 0.1, intensity_offset_db=1, f0_offset_st=1, rate_offset=1,
                 f0_range_st=1, pause_ratio=0.1, longest_pause_s=1, jitter=0.01)  # fmt: skip
    measured = told.reading.quantities()
    assert set(wording("en").voice) - {"much"} <= set(measured)
    assert {q for q in DIRECTIONS["en"] if q.startswith("voice.")} <= set(measured)
    assert "au.AU12" in action_unit("FACE_01", 0, 1).reading.quantities()
