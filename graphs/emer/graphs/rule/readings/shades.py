"""The words for each kind of feeling, and what makes one of them the better choice.

A kind such as joy has many shades: their places on valence and arousal say how calm or excited
each is, and some go with a further clue: a second kind, a way of speaking, a movement of the face.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Shade(NamedTuple):
    """One word for a kind of feeling."""

    label: str
    along: tuple[str, ...] = ()
    """Kinds or grounds that go with it; without any of them it is a poorer choice."""


def _shades(*rows: str) -> tuple[Shade, ...]:
    """Read rows of ``label: with, with``; the first is the kind's plain word."""
    found = []
    for row in rows:
        label, _, along = row.partition(":")
        found.append(Shade(label.strip(), tuple(x.strip() for x in along.split(",") if x.strip())))
    return tuple(found)


SHADES: Final[Mapping[str, tuple[Shade, ...]]] = {
    "admiration": _shades(
        "admiring", "impressed: surprise, surprised_face", "in awe: awe", "respectful: gratitude",
        "fascinated: curiosity", "inspired: optimism, determination", "enthusiastic: excitement",
    ),
    "amusement": _shades(
        "amused", "entertained: approval", "playful: voice_wide, says_mock", "cheerful: joy",
        "light-hearted: relief",
    ),
    "anger": _shades(
        "angry", "furious: voice_loud, angry_face", "enraged: voice_loud", "outraged: disapproval",
        "indignant: disapproval, hurt", "hostile: disgust, contempt_face",
        "resentful: disappointment, envy", "bitter: sadness, disappointment", "betrayed: hurt",
        "frustrated: annoyance, impatience", "defensive: defence",
    ),
    "annoyance": _shades(
        "annoyed", "irritated: angry_face", "exasperated: voice_loud, overload",
        "frustrated: disappointment, helplessness", "impatient: impatience, voice_fast",
        "fed up: disgust, fatigue, boredom", "displeased: disapproval", "defensive: defence",
        "resentful: envy, hurt", "bored: boredom",
    ),
    "approval": _shades(
        "approving", "supportive: caring, optimism", "satisfied: pride, relief", "pleased: joy",
        "confident: optimism, determination", "impressed: admiration", "relaxed: calm",
    ),
    "caring": _shades(
        "caring", "compassionate: sadness, sad_face", "tender: love, voice_quiet",
        "sympathetic: remorse, sadness", "concerned: nervousness, fear, afraid_face, inner_brows",
        "supportive: optimism, approval", "affectionate: love, felt_smile",
    ),
    "confusion": _shades(
        "confused", "puzzled: curiosity, lowered_brows", "bewildered: surprise, nervousness",
        "uncertain: nervousness, voice_pauses", "hesitant: voice_pauses",
        "skeptical: disapproval, suspicion", "suspicious: suspicion", "perplexed: realization",
        "disbelieving: surprise", "disoriented: fear",
    ),
    "curiosity": _shades(
        "curious", "interested: approval", "intrigued: surprise, raised_brows",
        "fascinated: admiration, excitement, awe", "puzzled: confusion", "suspicious: suspicion",
        "attentive: voice_quiet", "eager: excitement",
    ),
    "desire": _shades(
        "eager: excitement, optimism", "wistful: sadness, longing, sad_face", "hopeful: optimism",
        "determined: determination", "envious: envy", "desirous", "impatient: impatience",
    ),
    "disappointment": _shades(
        "disappointed", "let down: hurt", "discouraged: helplessness", "disheartened: sadness",
        "dejected: sad_face", "dissatisfied: annoyance, disapproval", "regretful: remorse, longing",
        "envious: envy", "frustrated: annoyance", "hurt: hurt",
    ),
    "disapproval": _shades(
        "disapproving", "critical: annoyance", "indignant: anger", "skeptical: confusion, suspicion",
        "displeased: disappointment", "dismissive: says_dismissive", "defensive: defence",
        "distrustful: suspicion", "determined: determination",
    ),
    "disgust": _shades(
        "disgusted", "revolted: disgusted_face", "repulsed: disgusted_face", "appalled: anger, surprise",
        "averse", "fed up: annoyance",
    ),
    "embarrassment": _shades(
        "embarrassed", "ashamed: remorse, sadness, sad_face", "awkward: nervousness",
        "self-conscious: nervousness, eyes_down", "humiliated: anger, sadness",
        "flustered: voice_fast, surprise", "bashful: shyness, controlled_smile", "shy: shyness",
    ),
    "excitement": _shades(
        "excited", "thrilled: joy", "enthusiastic: admiration, approval", "eager: desire, optimism",
        "elated: joy, pride", "energetic: determination",
    ),
    "fear": _shades(
        "scared", "afraid: sad_face", "frightened: afraid_face", "terrified: voice_shaky",
        "panicked: voice_fast", "alarmed: surprise", "worried: nervousness, caring",
        "horrified: disgust", "helpless: helplessness", "anxious: nervousness",
    ),
    "gratitude": _shades(
        "grateful", "thankful: relief", "appreciative: admiration, approval",
        "touched: inner_brows, voice_shaky, surprise", "moved: sad_face, voice_shaky, love",
        "honored: pride", "relieved: relief",
    ),
    "grief": _shades(
        "grieving", "heartbroken: voice_shaky, love", "mournful: voice_quiet",
        "sorrowful: remorse", "lonely: loneliness", "nostalgic: nostalgia",
    ),
    "joy": _shades(
        "happy", "joyful: love", "delighted: surprise, admiration", "cheerful: amusement, voice_wide",
        "pleased: approval, words_plain", "content: calm, relief", "overjoyed: relief, surprise",
        "elated: excitement, pride", "excited: excitement", "proud: pride", "grateful: gratitude",
        "relieved: relief", "nostalgic: nostalgia", "affectionate: love", "hopeful: optimism",
        "peaceful: calm", "amused: amusement", "ecstatic: excitement",
    ),
    "love": _shades(
        "loving", "affectionate: felt_smile, joy", "tender: caring, voice_quiet", "warm: approval",
        "passionate: desire", "nostalgic: nostalgia", "wistful: sadness, longing",
        "grateful: gratitude", "admiring: admiration",
    ),
    "nervousness": _shades(
        "nervous", "anxious: fear, voice_shaky", "worried: caring, inner_brows", "tense: tense_face",
        "apprehensive: optimism, fear", "jittery: voice_fast", "uneasy: voice_pauses, confusion",
        "restless: impatience", "insecure: sadness, embarrassment", "overwhelmed: overload",
        "stressed: annoyance, overload", "hesitant: voice_pauses, confusion", "shy: shyness",
    ),
    "optimism": _shades(
        "hopeful", "optimistic", "encouraged: relief, gratitude", "confident: approval, pride",
        "determined: determination", "expectant: desire", "eager: excitement",
        "wistful: longing, sadness", "supportive: caring",
    ),
    "pride": _shades(
        "proud", "accomplished: relief, determination", "triumphant: excitement, voice_loud",
        "confident: optimism", "fulfilled: gratitude, calm", "honored: gratitude",
        "loving: love", "moved: voice_shaky, inner_brows",
    ),
    "realization": _shades(
        "thoughtful", "reflective: voice_slow, voice_pauses", "nostalgic: nostalgia",
        "pensive: sadness, sad_face", "contemplative: awe, calm", "surprised: surprise",
        "regretful: remorse", "wistful: longing",
    ),
    "relief": _shades(
        "relieved", "reassured: caring, approval", "comforted: love", "thankful: gratitude",
        "at ease: calm", "overjoyed: joy, excitement", "exhausted: fatigue",
    ),
    "remorse": _shades(
        "remorseful", "guilty: nervousness, sad_face, eyes_down", "apologetic: caring, gratitude",
        "regretful: disappointment, longing", "ashamed: embarrassment", "sorry: sadness",
    ),
    "sadness": _shades(
        "sad", "unhappy: disappointment, annoyance", "melancholic: voice_subdued, still_face",
        "sorrowful: grief, love", "dejected: disappointment", "heartbroken: grief, voice_shaky",
        "lonely: loneliness", "hurt: hurt", "helpless: helplessness", "distressed: fear, anger",
        "exhausted: fatigue", "nostalgic: nostalgia, love", "wistful: longing, desire",
        "hopeless: helplessness", "disappointed: disappointment", "bored: boredom",
        "overwhelmed: overload", "remorseful: remorse", "envious: envy",
    ),
    "surprise": _shades(
        "surprised", "astonished: voice_high", "amazed: admiration, joy, excitement, awe",
        "stunned: voice_pauses", "shocked: fear, anger, sadness, disgust", "startled: afraid_face",
        "disbelieving: confusion, disapproval", "in awe: awe, admiration", "speechless: voice_pauses",
        "taken aback: annoyance, lowered_brows", "delighted: joy",
    ),
    "contempt": _shades("contemptuous", "disdainful", "scornful: anger", "dismissive: still_face"),
    "fatigue": _shades(
        "exhausted: voice_subdued", "tired", "weary: sadness, sad_face", "sleepy: eyes_down",
    ),
    "boredom": _shades("bored", "listless: eyes_down", "fed up: annoyance", "disinterested"),
    "nostalgia": _shades(
        "nostalgic", "sentimental: love, gratitude", "wistful: sadness, longing", "reflective: realization",
    ),
    "envy": _shades("envious: admiration, desire", "jealous: anger, annoyance, fear"),
    "calm": _shades("calm", "peaceful: love, joy", "relaxed: approval", "serene", "content: joy"),
    "loneliness": _shades("lonely", "isolated"),
    "hurt": _shades("hurt", "betrayed: anger", "let down: disappointment", "rejected: sadness"),
    "helplessness": _shades("helpless", "powerless", "discouraged: disappointment"),
    "determination": _shades("determined", "motivated: optimism, excitement", "assertive: disapproval"),
    "overload": _shades("overwhelmed", "stressed: annoyance", "pressured: nervousness"),
    "awe": _shades("in awe", "fascinated: curiosity", "amazed: surprise, excitement"),
    "suspicion": _shades("suspicious", "wary: fear", "distrustful: anger", "skeptical: confusion"),
    "longing": _shades("wistful", "lonely: loneliness", "hopeful: optimism", "nostalgic: nostalgia"),
    "impatience": _shades("impatient", "restless: nervousness"),
    "shyness": _shades("shy", "bashful: controlled_smile", "hesitant: voice_pauses"),
    "defence": _shades("defensive", "aggrieved: hurt"),
}  # fmt: skip

PALETTES: Final[Mapping[str, Mapping[str, Mapping[str, float]]]] = {
    # per pattern: label, then what it owes to the pattern alone ("") and to further clues
    "sarcasm": {
        "sarcastic": {"": 0.9},
        "mocking": {"": 0.3, "contempt_face": 0.45, "voice_exaggerated": 0.4},
        "scornful": {"": 0.2, "contempt_face": 0.5, "disgusted_face": 0.4, "voice_negative": 0.1},
        "annoyed": {"": 0.45, "voice_drawl": 0.1, "lowered_brows": 0.2},
        "exasperated": {"": 0.2, "angry_face": 0.5, "voice_harsh": 0.4, "voice_loud": 0.1},
        "bitter": {"": 0.3, "voice_negative": 0.25, "sad_face": 0.35, "voice_subdued": 0.1},
        "angry": {"": 0.0, "angry_face": 0.6, "voice_harsh": 0.3, "voice_loud": 0.2},
        "irritated": {"": 0.25, "angry_face": 0.25, "voice_tense": 0.3, "tense_face": 0.15},
        "ironic": {"": 0.3, "felt_smile": 0.4, "mouth_smile": 0.25, "raised_brows": 0.25},
        "fed up": {"": 0.25, "eyes_down": 0.35, "voice_slow": 0.15, "voice_subdued": 0.2},
        "resentful": {"": 0.1, "words_tender": 0.15, "envy": 0.4, "hurt": 0.4},
        "skeptical": {"": 0.2, "approval": 0.3, "optimism": 0.35, "voice_monotone": 0.1},
        "dismissive": {"": 0.2, "says_dismissive": 0.4, "contempt_face": 0.15},
        "disappointed": {"": 0.15, "gratitude": 0.3, "sad_face": 0.4, "still_face": 0.1},
    },
    "contempt": {
        "contemptuous": {"": 0.8, "contempt_face": 0.15},
        "disdainful": {"": 0.45, "contempt_face": 0.2, "eyes_down": 0.3, "disgusted_face": 0.15},
        "scornful": {"": 0.3, "words_critical": 0.3, "disgusted_face": 0.3, "angry_face": 0.2},
        "dismissive": {"": 0.35, "says_dismissive": 0.45, "voice_drawl": 0.2, "words_plain": 0.1},
        "mocking": {"": 0.15, "smile": 0.35, "words_positive": 0.25, "words_amused": 0.3},
        "cynical": {"": 0.2, "voice_drawl": 0.15, "voice_subdued": 0.25, "words_negative": 0.1},
        "judgmental": {"": 0.2, "words_critical": 0.35, "voice_even": 0.1},
        "arrogant": {"": 0.2, "smile": 0.2, "pride": 0.4, "voice_warm": 0.1},
        "annoyed": {"": 0.2, "words_critical": 0.25, "angry_face": 0.3, "lowered_brows": 0.15},
        "disgusted": {"": 0.1, "disgusted_face": 0.6, "disgust": 0.3},
        "aloof": {"": 0.2, "still_face": 0.3, "voice_even": 0.15, "eyes_down": 0.15},
    },
    "teasing": {
        "teasing": {"": 0.85},
        "playful": {"": 0.5, "voice_warm": 0.2, "words_amused": 0.1, "voice_wide": 0.15},
        "amused": {"": 0.45, "felt_smile": 0.25, "words_amused": 0.3},
        "mischievous": {"": 0.35, "mouth_smile": 0.25, "raised_brows": 0.35},
        "affectionate": {"": 0.3, "words_tender": 0.4, "voice_quiet": 0.2, "voice_subdued": 0.3,
                         "felt_smile": 0.1},
        "light-hearted": {"": 0.35, "voice_warm": 0.2, "smile": 0.1},
    },
    "masking": {
        "sad": {"": 0.1, "sad_face": 0.5, "words_sad": 0.2, "voice_subdued": 0.2},
        "hurt": {"": 0.15, "sad_face": 0.3, "inner_brows": 0.2, "says_calm": 0.2, "hurt": 0.3},
        "disappointed": {"": 0.2, "sad_face": 0.25, "words_praise": 0.25, "voice_subdued": 0.2},
        "uneasy": {"": 0.25, "afraid_face": 0.3, "tense_face": 0.3, "voice_nervous": 0.2},
        "anxious": {"": 0.0, "afraid_face": 0.55, "voice_nervous": 0.4},
        "tense": {"": 0.2, "tense_face": 0.35, "voice_tense": 0.3},
        "irritated": {"": 0.0, "angry_face": 0.7, "voice_harsh": 0.3},
        "resentful": {"": 0.0, "angry_face": 0.5, "words_praise": 0.25, "envy": 0.3},
        "uncomfortable": {"": 0.2, "disgusted_face": 0.6, "tense_face": 0.1, "voice_pauses": 0.1},
        "embarrassed": {"": 0.0, "controlled_smile": 0.4, "eyes_down": 0.3, "embarrassment": 0.5},
        "envious": {"": 0.05, "envy": 0.5, "says_wishes": 0.4, "contempt_face": 0.2},
        "exhausted": {"": 0.0, "fatigue": 0.6, "eyes_down": 0.2, "voice_subdued": 0.2},
        "melancholic": {"": 0.05, "voice_subdued": 0.4, "sad_face": 0.2, "eyes_down": 0.2},
        "lonely": {"": 0.0, "loneliness": 0.7, "longing": 0.3},
        "distressed": {"": 0.0, "sad_face": 0.25, "afraid_face": 0.25, "voice_shaky": 0.4},
    },
    "polite_anger": {
        "irritated": {"": 0.7, "voice_aroused": 0.1},
        "angry": {"": 0.2, "angry_face": 0.45, "voice_loud": 0.3, "voice_aroused": 0.1},
        "annoyed": {"": 0.55, "voice_even": 0.2, "lowered_brows": 0.1},
        "frustrated": {"": 0.4, "voice_aroused": 0.15, "impatience": 0.2, "overload": 0.3},
        "indignant": {"": 0.3, "voice_loud": 0.25, "hurt": 0.3, "disapproval": 0.3},
        "impatient": {"": 0.2, "voice_fast": 0.5, "impatience": 0.4},
        "tense": {"": 0.3, "tense_face": 0.35, "voice_pressed": 0.15},
        "resentful": {"": 0.25, "voice_low": 0.25, "voice_drawl": 0.25, "approval": 0.2},
        "cold": {"": 0.15, "voice_drawl": 0.35, "voice_monotone": 0.25, "still_face": 0.2},
        "exasperated": {"": 0.25, "voice_loud": 0.25, "angry_face": 0.15, "fatigue": 0.2},
    },
    "anxiety_under_calm_words": {
        "anxious": {"": 0.6, "afraid_face": 0.2, "voice_shaky": 0.15},
        "nervous": {"": 0.55, "voice_nervous": 0.15, "tense_face": 0.15, "voice_high": 0.1},
        "worried": {"": 0.4, "inner_brows": 0.25, "caring": 0.4, "sad_face": 0.2},
        "tense": {"": 0.35, "tense_face": 0.45, "voice_tense": 0.25},
        "uneasy": {"": 0.4, "voice_pauses": 0.35, "voice_quiet": 0.2},
        "apprehensive": {"": 0.35, "raised_brows": 0.2, "optimism": 0.3},
        "stressed": {"": 0.25, "voice_fast": 0.3, "voice_loud": 0.25, "overload": 0.3},
        "jittery": {"": 0.1, "voice_fast": 0.45, "voice_shaky": 0.2},
        "afraid": {"": 0.0, "afraid_face": 0.6, "voice_high": 0.15},
        "hesitant": {"": 0.15, "voice_pauses": 0.35, "voice_slow": 0.2},
    },
    "smiling_through_tears": {
        "moved": {"": 0.6, "words_tender": 0.2, "voice_shaky": 0.1},
        "touched": {"": 0.35, "gratitude": 0.4, "words_glad": 0.2, "surprise": 0.2},
        "sad": {"": 0.0, "words_sad": 0.6, "words_negative": 0.25},
        "grieving": {"": 0.0, "grief": 0.7, "words_sad": 0.2, "says_loss": 0.2},
        "wistful": {"": 0.2, "says_loss": 0.25, "longing": 0.4, "words_sad": 0.1},
        "nostalgic": {"": 0.15, "nostalgia": 0.6, "says_loss": 0.2},
        "loving": {"": 0.2, "love": 0.6, "caring": 0.2},
        "proud": {"": 0.0, "pride": 0.9, "admiration": 0.2},
        "grateful": {"": 0.0, "gratitude": 0.85},
        "relieved": {"": 0.0, "relief": 0.9},
        "overjoyed": {"": 0.0, "words_glad": 0.4, "excitement": 0.4, "felt_smile": 0.15},
        "overwhelmed": {"": 0.25, "words_glad": 0.2, "surprise": 0.4, "voice_shaky": 0.2},
        "tender": {"": 0.2, "caring": 0.5, "voice_quiet": 0.2, "voice_subdued": 0.15},
        "hopeful": {"": 0.0, "optimism": 0.7},
    },
    "flat_good_news": {
        "reserved": {"": 0.4, "still_face": 0.2, "unmoved_face": 0.15},
        "indifferent": {"": 0.4, "voice_monotone": 0.2, "still_face": 0.2},
        "numb": {"": 0.2, "voice_subdued": 0.25, "voice_pauses": 0.25, "relief": 0.3},
        "exhausted": {"": 0.2, "eyes_down": 0.4, "voice_slow": 0.15, "fatigue": 0.5, "relief": 0.2},
        "weary": {"": 0.2, "voice_slow": 0.2, "voice_low": 0.25, "eyes_down": 0.1},
        "detached": {"": 0.35, "voice_monotone": 0.2, "voice_even": 0.1},
        "disappointed": {"": 0.05, "sad_face": 0.5, "voice_negative": 0.2},
        "melancholic": {"": 0.1, "sad_face": 0.35, "voice_quiet": 0.15, "longing": 0.3},
        "stunned": {"": 0.05, "surprise": 0.5, "surprised_face": 0.5, "voice_pauses": 0.2},
        "apathetic": {"": 0.2, "voice_subdued": 0.3},
        "hesitant": {"": 0.1, "tense_face": 0.4, "voice_pauses": 0.3},
        "distant": {"": 0.25, "voice_quiet": 0.2, "love": 0.3},
    },
}  # fmt: skip
