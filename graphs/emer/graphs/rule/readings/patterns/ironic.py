"""Words that are not meant as they stand: sarcasm, contempt, teasing.

Source   sarcasm is slower, lower and flatter than sincere speech, or exaggerated: Rockwell 2000,
         "Lower, slower, louder"; Cheang & Pell 2008, "The sound of sarcasm"; its face is blank or
         hostile: Attardo et al. 2003. Contempt: the tightened lip corner of one side, Ekman &
         Friesen 1986. Teasing: an attack with off-record markers of play, Keltner et al. 2001,
         "Just teasing".
"""

from typing import Final

from emer.graphs.rule.readings.patterns.weighing import Definition

SARCASM: Final = Definition(
    "sarcasm",
    core=(
        {"words_positive": 1.0, "words_praise": 0.6, "says_irony": 0.25},
        {"words_praise": 0.9, "words_effusive": 0.6, "says_irony": 0.5},
    ),
    cues={
        "angry_face": 0.7, "contempt_face": 0.8, "disgusted_face": 0.3, "lowered_brows": 0.2,
        "eyes_down": 0.15, "raised_brows": 0.1,
        "voice_drawl": 0.65, "voice_exaggerated": 0.55, "voice_negative": 0.45,
        "voice_harsh": 0.5, "voice_low": 0.15,
    },
    against={
        "felt_smile": 0.5, "smile": 0.2, "voice_warm": 0.6, "voice_quiet": 0.5, "voice_subdued": 0.4, "says_news": 0.4,
        "sad_face": 0.5, "afraid_face": 0.5, "inner_brows": 0.25, "says_calm": 0.35,
        "voice_nervous": 0.35, "says_civil": 0.2, "says_determination": 0.35, "still_face": 0.15, "says_loss": 0.3,
        "voice_even": 0.2,
    },
)  # fmt: skip
CONTEMPT: Final = Definition(
    "contempt",
    core=({"contempt_face": 1.0, "says_dismissive": 0.45, "words_critical": 0.15},),
    cues={
        "contempt_face": 0.85, "says_dismissive": 0.4, "words_critical": 0.3, "voice_drawl": 0.35,
        "voice_even": 0.1, "disgusted_face": 0.2, "eyes_down": 0.1, "voice_low": 0.1,
        "voice_negative": 0.1,
    },
    against={
        "words_positive": 0.55, "words_effusive": 0.5, "felt_smile": 0.6, "smile": 0.25,
        "sad_face": 0.4, "afraid_face": 0.5, "voice_warm": 0.5, "angry_face": 0.15,
        "words_vulnerable": 0.7, "controlled_smile": 0.2, "words_pondering": 0.2,
        "says_envy": 0.5, "says_boredom": 0.3,
    },
)  # fmt: skip
TEASING: Final = Definition(
    "teasing",
    core=(
        {"words_critical": 1.0, "words_negative": 0.8, "says_mock": 0.4},
        {"felt_smile": 1.0, "smile": 0.7, "voice_warm": 0.9, "words_amused": 0.4},
    ),
    cues={
        "felt_smile": 0.8, "smile": 0.4, "voice_warm": 0.6, "words_amused": 0.4, "says_mock": 0.4,
        "voice_wide": 0.15, "raised_brows": 0.1, "sound_laughter": 0.3,
    },
    against={
        "angry_face": 0.7, "contempt_face": 0.55, "disgusted_face": 0.5, "sad_face": 0.5,
        "voice_negative": 0.45, "voice_harsh": 0.5, "tense_face": 0.25, "words_vulnerable": 0.6,
        "voice_shaky": 0.3, "mouth_smile": 0.2, "words_positive": 0.4, "words_angry": 0.5,
        "still_face": 0.5, "voice_loud": 0.25,
    },
    barred_by={"angry_face": 0.3, "lowered_brows": 0.6, "contempt_face": 0.4},
)  # fmt: skip
