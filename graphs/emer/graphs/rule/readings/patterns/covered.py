"""Something is covered: masking, polite anger, anxiety under calm words.

Source   display rules and masking smiles: Ekman & Friesen 1982, "Felt, false, and miserable
         smiles"; leakage in the upper face and the voice: Ekman & Friesen 1969. Fearful voices are
         high and quick, anxious ones uneven: Juslin & Laukka 2003, table 7; Laukka et al. 2008.
         Anger held back: lips pressed and tightened, lids and brows, Ekman 2003. An apology is a
         ritual that politeness asks for: Goffman 1971, "Remedial interchanges". Disgust behind a
         smile: Ekman & Friesen 1974, "Detecting deception from the body or face".
"""

from typing import Final

from emer.graphs.rule.readings.patterns.weighing import Definition

MASKING_SMILE: Final = Definition(
    "masking",
    core=(
        {"mouth_smile": 1.0, "smile": 0.7},
        {
            "sad_face": 1.0, "inner_brows": 0.6, "angry_face": 0.7, "afraid_face": 0.6,
            "disgusted_face": 0.9, "tense_face": 0.5, "voice_subdued": 0.75, "voice_tense": 0.5,
            "voice_negative": 0.55, "voice_shaky": 0.2, "words_negative": 0.35,
        },
    ),
    cues={
        "mouth_smile": 0.5, "smile": 0.2, "sad_face": 0.55, "inner_brows": 0.3, "angry_face": 0.35,
        "afraid_face": 0.2, "disgusted_face": 0.5, "tense_face": 0.3, "voice_subdued": 0.45,
        "voice_negative": 0.35, "voice_tense": 0.25, "voice_shaky": 0.2, "says_calm": 0.3,
        "says_wishes": 0.25,
        "eyes_down": 0.15, "controlled_smile": 0.2,
    },
    against={
        "felt_smile": 0.55, "voice_warm": 0.35, "contempt_face": 0.35, "words_admitting": 0.35,
        "words_sad": 0.55, "says_nostalgia": 0.3,
        "says_mock": 0.15, "says_loss": 0.2, "afraid_face": 0.2, "voice_nervous": 0.65,
        "voice_aroused": 0.25, "says_news": 0.2, "words_missing": 0.4,
    },
)  # fmt: skip
MASKING_DENIAL: Final = Definition(
    "masking",
    core=(
        {"says_calm": 1.0, "words_soothing": 0.4, "words_plain": 0.2},
        {"sad_face": 1.0, "inner_brows": 0.4, "voice_subdued": 0.55, "voice_shaky": 0.3},
    ),
    cues={
        "sad_face": 0.65, "inner_brows": 0.3, "voice_subdued": 0.4, "voice_shaky": 0.3,
        "voice_negative": 0.25, "voice_pauses": 0.15, "says_calm": 0.35, "eyes_down": 0.2,
        "tense_face": 0.2, "smile": 0.2,
    },
    against={
        "felt_smile": 0.55, "voice_warm": 0.4, "contempt_face": 0.4, "angry_face": 0.4,
        "words_admitting": 0.6, "words_negative": 0.4, "afraid_face": 0.4, "voice_harsh": 0.5,
        "voice_nervous": 0.1, "says_news": 0.2, "says_irony": 0.1,
    },
)  # fmt: skip
POLITE_ANGER: Final = Definition(
    "polite_anger",
    core=(
        {"says_civil": 1.0, "words_polite": 0.75, "words_plain": 0.5},
        {"angry_face": 1.0, "voice_harsh": 1.0, "voice_tense": 0.4, "tense_face": 0.3},
    ),
    cues={
        "angry_face": 0.75, "voice_harsh": 0.7, "voice_loud": 0.25, "voice_pressed": 0.25,
        "tense_face": 0.3, "says_civil": 0.35, "voice_tense": 0.25, "lowered_brows": 0.15,
    },
    against={
        "words_negative": 0.65, "felt_smile": 0.5, "afraid_face": 0.5, "sad_face": 0.4,
        "inner_brows": 0.35, "words_effusive": 0.5, "voice_shaky": 0.35, "voice_nervous": 0.2,
        "voice_warm": 0.4, "contempt_face": 0.3, "voice_subdued": 0.3, "words_vulnerable": 0.5,
        "mouth_smile": 0.25, "words_pondering": 0.4, "says_calm": 0.25,
        "says_determination": 0.5,
    },
)  # fmt: skip
ANGRY_APOLOGY: Final = Definition(
    "polite_anger",
    core=(
        {"says_apology": 1.0},
        {"angry_face": 1.0, "voice_harsh": 1.0, "voice_tense": 0.3},
    ),
    cues={
        "angry_face": 0.75, "voice_harsh": 0.7, "voice_loud": 0.3, "voice_pressed": 0.2,
        "tense_face": 0.2, "voice_tense": 0.2, "lowered_brows": 0.15,
    },
    against={
        "sad_face": 0.6, "inner_brows": 0.4, "afraid_face": 0.5, "voice_shaky": 0.5,
        "voice_nervous": 0.4, "voice_subdued": 0.5, "voice_quiet": 0.4, "voice_warm": 0.4,
        "felt_smile": 0.5, "smile": 0.3, "eyes_down": 0.3, "says_loss": 0.3,
    },
)  # fmt: skip
ANXIETY_UNDER_CALM_WORDS: Final = Definition(
    "anxiety_under_calm_words",
    core=(
        {"says_calm": 1.0, "words_soothing": 0.75, "words_plain": 0.3},
        {"afraid_face": 1.0, "voice_nervous": 1.0, "tense_face": 0.5, "inner_brows": 0.5},
    ),
    cues={
        "afraid_face": 0.65, "voice_nervous": 0.75, "tense_face": 0.35, "inner_brows": 0.3,
        "raised_brows": 0.15, "says_calm": 0.35, "voice_tense": 0.2, "eyes_down": 0.05,
    },
    against={
        "words_negative": 0.6, "words_vulnerable": 0.6, "angry_face": 0.45, "voice_harsh": 0.3,
        "felt_smile": 0.6, "mouth_smile": 0.15, "voice_warm": 0.4, "voice_subdued": 0.4,
        "sad_face": 0.2, "contempt_face": 0.4, "words_effusive": 0.35, "voice_loud": 0.15,
    },
)  # fmt: skip
