"""Each named pattern: the evidence that makes it, and the change of one clue that unmakes it."""

import time

import pytest
from tests.descriptions import read

from emer.graphs.nodes.facts import parts as parts_of
from emer.graphs.rule.readings.grounds import PHRASES, phrases
from emer.graphs.rule.readings.lexicon import PURPOSES, named_kinds, turns_of_phrase
from emer.graphs.rule.readings.patterns import PATTERNS, Clues, named_pattern, ranked
from emer.graphs.rule.readings.shades import PALETTES, SHADES
from emer.tools.taxonomy import LABELS

PLAIN_VOICE = {
    "arousal": 0.0, "valence": None, "f0_offset_st": 0.0, "f0_range_st": 5.0,
    "intensity_offset_db": 0.0, "rate_offset": 1.0, "pause_ratio": 0.08, "jitter": 0.011,
    "shimmer": 0.05, "hnr_db": 15.0, "snr_db": 28.0, "baseline": "own_utterances",
}  # fmt: skip


def says(text, valence, arousal=0.1, **scores):
    expressed = [c for c, s in scores.items() if s >= 0.2]
    return text, {"valence": valence, "arousal": arousal, "scores": scores, "expressed": expressed}


def sounds(**fields):
    return {**PLAIN_VOICE, **fields}


def shows(*units, valence=0.0, **scores):
    return list(units), valence, scores or {"neutral": 0.7}


def clip(said, voice=None, face=None):
    """Describe one utterance, 1 to 4 s, with voice and face if they are given."""
    (text, words), (units, valence, scores) = said, face or ([], 0.0, {})
    return {
        "id": "t", "pattern": "", "labels": [], "not": [], "duration_s": 6.0,
        "utterances": [{"who": "A", "start_s": 1.0, "end_s": 4.0, "text": text, "words": words,
                        "voice": voice}],
        "faces": [{"who": "A", "start_s": 0, "end_s": 6, "speaking_score": 0.9}] if face else [],
        "action_units": [
            {"who": "A", "au": au, "intensity": i, "onset_s": 1.0, "apex_s": 2.5, "offset_s": 5.2}
            for au, i in units
        ],
        "expressions": [{"who": "A", "start_s": 1.0, "end_s": 4.2, "scores": scores,
                         "valence": valence, "arousal": 0.0, "while_speaking": True}]
        if face else [],
        "target": {"who": "A", "utterance": 0},
    }  # fmt: skip


def found(*parts):
    return read(clip(*parts)).reading.pattern


def clues_of(*parts):
    result = read(clip(*parts))
    return next(
        Clues.of(s) for p in parts_of(result.state) for s in p if s.id == result.reading.segment
    )


PRAISE = says("Oh, great work. Just brilliant.", 0.6, 0.3, admiration=0.55, joy=0.12)
NEWS = says("I passed. They gave me the scholarship.", 0.5, 0.3, joy=0.4, excitement=0.2)
INSULT = says("You are a hopeless cook, you know that?", -0.45, 0.3, annoyance=0.4, disapproval=0.2)
CIVIL = says("Thank you. Would you kindly wait outside?", 0.2, 0.0, gratitude=0.3, neutral=0.3)
CALM = says(
    "It's all fine. There is nothing to worry about.", 0.3, -0.1, approval=0.35, caring=0.15
)
SORROW = says("I miss him every single day.", -0.5, 0.0, sadness=0.5, love=0.15)
BRUSH = says("If you say so. Some people never learn.", -0.2, 0.0, disapproval=0.3, annoyance=0.15)
GLAD = says("I'm so happy for you, really.", 0.7, 0.3, joy=0.5)
SORRY = says("I apologise for being late.", -0.3, 0.0, remorse=0.6)
SORRY_ZH = says("真的很抱歉。", -0.3, 0.0, remorse=0.6)
GREETING = says("How lovely to see you.", 0.65, 0.3, joy=0.45, admiration=0.25)

DRAWL = sounds(arousal=-0.2, f0_offset_st=-2.2, f0_range_st=2.2, rate_offset=0.75,
               intensity_offset_db=0.5, valence=-0.2)  # fmt: skip
FLAT = sounds(arousal=-0.5, f0_offset_st=-2.0, f0_range_st=2.2, rate_offset=0.8,
              intensity_offset_db=-4.0, pause_ratio=0.35)  # fmt: skip
LIVELY = sounds(arousal=0.5, valence=0.4, f0_offset_st=3.0, f0_range_st=10.0, rate_offset=1.1,
                intensity_offset_db=2.5)  # fmt: skip
PRESSED = sounds(arousal=0.45, valence=-0.35, f0_range_st=3.2, intensity_offset_db=3.8,
                 rate_offset=0.86, hnr_db=11.5)  # fmt: skip
SHAKY = sounds(arousal=0.4, valence=-0.2, f0_offset_st=2.8, rate_offset=1.22, jitter=0.024,
               shimmer=0.095, hnr_db=10.5, pause_ratio=0.25)  # fmt: skip
BREAKING = sounds(arousal=-0.1, valence=-0.25, jitter=0.025, shimmer=0.1, hnr_db=10.2,
                  pause_ratio=0.35, longest_pause_s=0.9)  # fmt: skip
DRAINED = sounds(arousal=-0.4, valence=-0.3, intensity_offset_db=-3.5, f0_range_st=2.8)

STILL = shows(neutral=0.8)
BROAD = shows(("AU6", 2.8), ("AU12", 3.4), valence=0.6, happiness=0.7, neutral=0.15)
MOUTH = shows(("AU12", 2.6), ("AU16", 1.6), valence=0.2, happiness=0.45, neutral=0.35)
TEARFUL = shows(("AU6", 2.2), ("AU12", 2.8), ("AU1", 2.8), ("AU4", 1.8), ("AU15", 1.8),
                valence=0.1, happiness=0.45, sadness=0.3)  # fmt: skip
HARD = shows(("AU4", 2.6), ("AU7", 2.2), ("AU24", 2.6), valence=-0.4, anger=0.45, neutral=0.35)
TUCKED = shows(("AU14", 3.2), ("AU10", 1.6), valence=-0.35, contempt=0.5, neutral=0.3)
WRINKLED = shows(("AU12", 2.2), ("AU9", 2.8), ("AU10", 2.4), valence=-0.25, disgust=0.44,
                 happiness=0.16, neutral=0.3)  # fmt: skip
DROOPING = shows(("AU1", 2.8), ("AU15", 2.6), valence=-0.5, sadness=0.6, neutral=0.25)
FRIGHT = shows(("AU1", 2.6), ("AU2", 1.8), ("AU4", 2.2), ("AU20", 2.0), valence=-0.3, fear=0.4,
               neutral=0.35)  # fmt: skip

MADE = [
    ("sarcasm", PRAISE, DRAWL, STILL),
    ("sarcasm", PRAISE, DRAWL, TUCKED),
    ("flat_good_news", NEWS, FLAT, STILL),
    ("teasing", INSULT, LIVELY, BROAD),
    ("contempt", BRUSH, DRAWL, TUCKED),
    ("polite_anger", CIVIL, PRESSED, HARD),
    ("anxiety_under_calm_words", CALM, SHAKY, FRIGHT),
    ("smiling_through_tears", SORROW, BREAKING, TEARFUL),
    ("masking", GLAD, DRAINED, MOUTH),
    ("masking", GREETING, sounds(), WRINKLED),
    ("polite_anger", SORRY, PRESSED, HARD),
    ("polite_anger", SORRY_ZH, PRESSED, HARD),
    ("polite_anger", SORRY, PRESSED, None),
]


@pytest.mark.parametrize(("name", "words", "voice", "face"), MADE)
def test_a_pattern_is_found_by_its_evidence(name, words, voice, face):
    assert found(words, voice, face) == name


UNMADE = [
    ("sarcasm", PRAISE, LIVELY, STILL),
    ("flat_good_news", NEWS, LIVELY, BROAD),
    ("teasing", INSULT, sounds(), HARD),
    ("contempt", BRUSH, DRAWL, BROAD),
    ("polite_anger", CIVIL, sounds(), STILL),
    ("anxiety_under_calm_words", CALM, sounds(), STILL),
    ("smiling_through_tears", SORROW, BREAKING, shows(("AU1", 3.0), ("AU15", 3.0), valence=-0.6,
                                                      sadness=0.65)),
    ("masking", GLAD, LIVELY, BROAD),
    ("masking", GREETING, LIVELY, BROAD),
    ("polite_anger", SORRY, DRAINED, DROOPING),
    ("polite_anger", SORRY_ZH, BREAKING, DROOPING),
    ("polite_anger", SORRY, sounds(), STILL),
    ("flat_good_news", NEWS, FLAT, BROAD),
]  # fmt: skip


@pytest.mark.parametrize(("name", "words", "voice", "face"), UNMADE)
def test_it_is_gone_when_one_clue_changes_sides(name, words, voice, face):
    assert found(words, voice, face) != name


def test_near_patterns_part_where_the_field_parts_them():
    assert found(PRAISE, DRAWL, STILL) == "sarcasm"
    assert found(NEWS, FLAT, STILL) == "flat_good_news"
    assert found(GLAD, DRAINED, MOUTH) == "masking"
    assert found(SORROW, DRAINED, TEARFUL) == "smiling_through_tears"
    assert found(INSULT, sounds(), TUCKED) == "contempt"
    assert found(INSULT, sounds(), BROAD) == "teasing"
    assert found(CALM, SHAKY) == "anxiety_under_calm_words"
    assert found(CIVIL, PRESSED) == "polite_anger"


def test_a_pattern_says_what_speaks_for_and_against_it_and_by_which_evidence():
    pattern = named_pattern(clues_of(PRAISE, DRAWL, MOUTH))
    assert pattern.name == "sarcasm"
    assert {"words_positive", "voice_drawl"} <= {g.name for g in pattern.speaks_for}
    assert "smile" in {g.name for g in pattern.speaks_against}
    for ground in (*pattern.speaks_for, *pattern.speaks_against):
        assert ground.evidence
        assert ground.name in PHRASES
        assert 0 < ground.strength <= 1


def test_a_broad_smile_speaks_against_flat_good_news():
    still, smiling = (clues_of(NEWS, FLAT, face) for face in (STILL, BROAD))
    by = [{p.name: p.strength for p in ranked(c)}["flat_good_news"] for c in (still, smiling)]
    assert by[1] < 0.5 * by[0]


def test_strength_follows_the_evidence():
    slight = shows(("AU14", 1.2), valence=-0.1, contempt=0.18, neutral=0.6)
    weak, strong = clues_of(BRUSH, sounds(), slight), clues_of(BRUSH, DRAWL, TUCKED)
    by = [{p.name: p.strength for p in ranked(c)}["contempt"] for c in (weak, strong)]
    assert 0 < by[0] < by[1]


def test_without_any_clue_there_is_no_pattern():
    assert named_pattern(Clues()) is None


def test_a_voice_by_itself_makes_no_pattern():
    for voice in (DRAWL, FLAT, LIVELY, PRESSED, SHAKY, BREAKING):
        assert read(clip((None, None), voice)).reading.abstained


def test_a_talking_smile_without_a_transcript_masks_nothing():
    few = shows(("AU12", 2.6), valence=0.2, happiness=0.28, neutral=0.3)
    assert read(clip((None, None), DRAINED, few)).reading.pattern != "masking"


def test_a_noisy_voice_speaks_less_for_a_pattern():
    clean, noisy = (
        clues_of(CIVIL, {**PRESSED, "snr_db": snr}).strength("voice_loud") for snr in (30.0, 4.0)
    )
    assert noisy < 0.5 * clean


def test_a_rough_voice_is_not_nervous_by_itself():
    rough = sounds(jitter=0.03, shimmer=0.14, hnr_db=8.0)
    assert found(CALM, rough, STILL) != "anxiety_under_calm_words"


def test_chinese_words_are_read_for_their_purpose():
    assert "calm" in turns_of_phrase("没事的，小手术，很快就好")
    assert "civil" in turns_of_phrase("麻烦您稍等一下")
    assert "wishes" in turns_of_phrase("恭喜你")
    assert named_kinds("我好累") == {"fatigue"}


@pytest.mark.parametrize(
    ("purpose", "text"),
    [
        ("irony", "Oh wonderful, just what I needed"),
        ("civil", "With all due respect, may I finish"),
        ("calm", "Don’t worry, it’s nothing"),  # noqa: RUF001 - as subtitles write it
        ("news", "We finally got the house"),
        ("wishes", "Congratulations, well deserved"),
        ("dismissive", "Whatever. If you say so"),
        ("mock", "You call that dancing, you clown"),
        ("loss", "I'm going to miss you"),
    ],
)
def test_turns_of_phrase_show_their_purpose(purpose, text):
    assert purpose in PURPOSES
    assert turns_of_phrase(text)[purpose] >= 0.6
    assert purpose not in turns_of_phrase("The train leaves at nine from platform two.")


def test_no_text_makes_the_search_slow():
    hostile = ("i've just really " * 200, "a" * 100_000, "you are so " * 5000, "最" * 50_000)
    for text in hostile:
        begun = time.perf_counter()
        turns_of_phrase(text)
        named_kinds(text)
        assert time.perf_counter() - begun < 0.5


def test_every_pattern_has_words_to_choose_from_and_all_are_labels():
    assert {d.name for d in PATTERNS} == set(PALETTES)
    for words in PALETTES.values():
        assert set(words) <= set(LABELS)
    for shades in SHADES.values():
        assert {s.label for s in shades} <= set(LABELS)


def test_definitions_speak_of_grounds_that_have_a_phrase():
    for d in PATTERNS:
        for weights in (*d.core, d.cues, d.against):
            assert set(weights) <= set(PHRASES)
            assert all(0 < w <= 1 for w in weights.values())


CORNERS = [
    shows(("AU12", 4.6), valence=0.6, happiness=0.8),
    shows(("AU12", 2.2), valence=0.2, happiness=0.3),
    shows(("AU1", 2.0), ("AU12", 3.0), ("AU25", 4.0), valence=0.2, neutral=0.6),
    shows(valence=0.6, happiness=0.8),
    shows(valence=0.2, happiness=0.4),
]
"""Smiles of which no engine says whether the cheeks take part."""
OF_CHEEKS = {"felt_smile", "mouth_smile"}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("face", CORNERS)
@pytest.mark.parametrize("said", [PRAISE, NEWS, INSULT, CIVIL, CALM, SORROW, GLAD])
def test_nobody_speaks_of_cheeks_that_were_not_measured(said, face, language):
    place = 1 if language == "zh" else 0
    never = {PHRASES[name][place] for name in OF_CHEEKS}
    for voice in (None, LIVELY, DRAINED, BREAKING):
        clues = clues_of(said, voice, face)
        assert not OF_CHEEKS & set(clues.grounds)
        told = [g for p in ranked(clues) for g in (*p.speaks_for, *p.speaks_against)]
        reading = read(clip(said, voice, face), language=language).reading
        text = [*phrases(told, language), reading.reason, *reading.speaks_for]
        assert not any(words in line for words in never for line in text)


def test_an_unsettled_smile_still_weighs_as_half_felt():
    open_, felt = (clues_of(GLAD, LIVELY, face) for face in (CORNERS[2], BROAD))
    assert 0 < open_.strength("felt_smile") < felt.strength("felt_smile")
    assert open_.strength("mouth_smile") > 0


def test_cheeks_are_spoken_of_where_they_were_measured():
    assert "felt_smile" in clues_of(GLAD, LIVELY, BROAD).grounds
    assert "mouth_smile" in clues_of(GLAD, LIVELY, MOUTH).grounds


def test_a_strong_smile_is_told_as_broad():
    assert "broad_smile" in clues_of(GLAD, LIVELY, CORNERS[0]).grounds
    assert "broad_smile" not in clues_of(GLAD, LIVELY, CORNERS[2]).grounds


@pytest.mark.parametrize(
    "face",
    [
        shows(("AU4", 3.2), ("AU12", 2.0), valence=-0.4, anger=0.5),
        shows(("AU4", 4.0), ("AU7", 2.5), ("AU23", 2.0), ("AU12", 2.5), valence=-0.3, neutral=0.6),
        shows(("AU12", 2.0), ("AU14", 3.4), valence=-0.3, contempt=0.45),
    ],
)
def test_insults_with_an_angry_or_contemptuous_face_are_no_teasing(face):
    found = {p.name: p.strength for p in ranked(clues_of(INSULT, LIVELY, face))}
    assert found["teasing"] == 0.0


def test_pitch_falls_only_where_it_falls_more_than_in_any_statement():
    usual, steep = (
        clues_of(NEWS, sounds(f0_slope_st_per_s=slope), STILL) for slope in (-3.3, -10.0)
    )
    assert "voice_falling" not in usual.grounds
    assert steep.strength("voice_falling") > 0.5


def test_one_measure_of_roughness_is_no_unsteady_voice():
    one = sounds(jitter=0.03, shimmer=0.04, hnr_db=16.0)
    assert clues_of(NEWS, one, STILL).strength("voice_shaky") < 0.15
    assert clues_of(NEWS, SHAKY, STILL).strength("voice_shaky") > 0.5
