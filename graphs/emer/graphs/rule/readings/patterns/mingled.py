"""Two feelings at once, or one that fails to show: smiling through tears, flat good news.

Source   smiles blended with sadness: Ekman & Friesen 1982, "miserable smiles"; dimorphous
         expressions (tears of joy): Aragon et al. 2015; grief with laughter and its reception:
         Bonanno & Keltner 1997. Low, slow, quiet and monotone speech: Juslin & Laukka 2003.
"""

from typing import Final

from emer.graphs.rule.readings.patterns.weighing import Definition

SMILING_THROUGH_TEARS: Final = Definition(
    "smiling_through_tears",
    core=(
        {"smile": 1.0, "felt_smile": 1.0, "mouth_smile": 0.7},
        {
            "sad_face": 1.0, "inner_brows": 0.4, "voice_shaky": 0.3, "words_sad": 0.6,
            "says_loss": 0.2, "sound_crying": 0.7,
        },
    ),
    cues={
        "sad_face": 0.55, "inner_brows": 0.35, "voice_shaky": 0.4, "voice_pauses": 0.2,
        "words_sad": 0.45, "words_tender": 0.25, "felt_smile": 0.2, "says_loss": 0.25,
        "eyes_down": 0.15, "sound_crying": 0.45,
    },
    against={
        "says_calm": 0.35, "words_critical": 0.35, "angry_face": 0.5, "contempt_face": 0.35,
        "afraid_face": 0.2, "voice_tense": 0.2, "words_afraid": 0.4, "mouth_smile": 0.15,
        "voice_subdued": 0.15,
    },
)  # fmt: skip
FLAT_GOOD_NEWS: Final = Definition(
    "flat_good_news",
    core=(
        {"words_positive": 1.0, "says_news": 0.6},
        {"words_glad": 0.9, "says_news": 0.7},
        {"voice_subdued": 1.0, "voice_drawl": 0.35, "unmoved_face": 0.7},
    ),
    cues={
        "voice_subdued": 0.75, "voice_quiet": 0.3, "voice_drawl": 0.3, "voice_pauses": 0.2,
        "still_face": 0.35, "says_news": 0.3, "unmoved_face": 0.5, "eyes_down": 0.15,
    },
    against={
        "smile": 0.7, "felt_smile": 0.6, "voice_full": 0.4, "says_wishes": 0.35, "contempt_face": 0.7, "angry_face": 0.6,
        "disgusted_face": 0.6, "voice_warm": 0.6, "voice_tense": 0.4, "says_irony": 0.15,
        "says_calm": 0.35, "sad_face": 0.3, "inner_brows": 0.2, "voice_shaky": 0.25,
        "lowered_brows": 0.2,
    },
)  # fmt: skip
