"""Words with a checkable meaning, in English and Chinese: what they say about which quantity.

This is what verification understands of a text by itself, apart from any wording that wrote it.
Quantities are given by how their names start or end (see ``Reading.quantities``).
"""

# ruff: noqa: RUF001 - Chinese words

import re
from typing import Final, NamedTuple


class Direction(NamedTuple):
    """Words for a value above and below the middle of a quantity."""

    up: str
    down: str
    quantities: tuple[str, ...]
    """Endings of the quantities' names."""


DIRECTIONS: Final = (
    Direction(
        "positive|pleasant|积极|正面|正向", "negative|unpleasant|消极|负面|负向",
        (".valence",),
    ),
    Direction(
        "aroused|activated|激动|高昂|亢奋", "subdued|low-energy|deactivated|低沉|平缓",
        (".arousal",),
    ),
    Direction(
        "louder|loud|loudly|more loudly|raised|shouts|shouting|yells|yelling"
        "|更响|响亮|大声|更大声|大喊|大吼",
        "quieter|quiet|quietly|more quietly|softer|hushed|whispers|whispering|in a whisper"
        "|更轻|小声|轻声|更小声|低声|低语",
        ("voice.intensity_offset_db",),
    ),
    Direction(
        "higher|high-pitched|更高|偏高|升高", "lower|low-pitched|deeper|更低|偏低|降低",
        ("voice.f0_offset_st", ".valence", ".arousal"),
    ),
    Direction(
        "faster|quicker|更快|偏快|加快", "slower|更慢|偏慢|放慢", ("voice.rate_offset",),
    ),
    Direction(
        "rising", "falling",
        ("voice.f0_slope_st_per_s", "voice.intensity_offset_db", "voice.f0_offset_st", ".arousal"),
    ),
    Direction(
        "lively in pitch|varied|多变|起伏", "monotone|monotonous|单调|平直", ("voice.f0_range_st",),
    ),
)  # fmt: skip
"""Where the middle of a quantity lies, if not at 0, is the languages' to say (``MIDDLES``)."""

NEUTRAL: Final = "neutral|中性"
NEUTRAL_WITHIN: Final = 0.1
"""A valence or arousal called neutral lies this near to 0; on a side, no nearer."""

FAMILIES: Final = {
    "face": ("face.", "au."),
    "voice": ("voice.", "tone.", "event."),
    "words": ("text.", "words."),
}
"""Quantities of each modality."""
NOUNS: Final = {
    "face": r"face|facial|smile|脸|面部|面孔|笑容",
    "voice": r"voice|vocal|pitch|声音|嗓音|语音|语气|语调|音调|音量|语速",
    "words": r"words?|wording|text|(?<!说)话|言语|措辞|字句",
}
"""What each modality is called."""

FALLING: Final = re.compile(
    r"\b(below|under|drop\w*|lower\w*|fall\w*|fell|decreas\w*|less|down)\b|轻|小|低|慢|降|减", re.I
)
"""What says that a number printed without a sign is one below the middle."""
BEYOND: Final = re.compile(r"(below|under|低于)\s*$|(above|over|高于)\s*$", re.I)
"""What turns 'neutral' into a side: below it, above it."""

UNITS: Final = (
    (re.compile(r"\s*(dB|decibels?|分贝)"), re.compile(r"_db$")),
    (re.compile(r"\s*(semitones?|st\b|个?半音)"), re.compile(r"_st$")),
    (re.compile(r"\s*(Hz|hertz|赫兹?)"), re.compile(r"_hz$")),
    (re.compile(r"\s*(times|倍)"), re.compile(r"rate_offset$|mouth_motion$")),
    (re.compile(r"\s*(of|out of|/|满分)\s*5|\s*[（(]?\s*(满分|最高)\s*5"), re.compile(r"^au\.AU\d+$")),
    (re.compile(r"\s*(s|sec|seconds?)\b|\s*秒"), re.compile(r"_s$")),
)  # fmt: skip
"""A unit behind a number, and the quantities that are measured in it."""
UNIT_SAID: Final = ("_db", "_st", "_hz", "_s")
"""Endings of quantities that are never printed without their unit."""
TITLES: Final = (
    (re.compile(r"(valence|效价)\D{0,4}$", re.I), re.compile(r"\.valence$")),
    (re.compile(r"(arousal|唤醒度?)\D{0,4}$", re.I), re.compile(r"\.arousal$")),
    (re.compile(r"(dominance|支配度)\D{0,4}$", re.I), re.compile(r"\.dominance$")),
    (re.compile(r"(intensity|强度)\D{0,4}$", re.I), re.compile(r"^au\.AU\d+$")),
    (re.compile(r"jitter\D{0,4}$", re.I), re.compile(r"\.jitter$")),
)
"""The name of a quantity right before its number."""
SCORE: Final = re.compile(r"(score|分值|得分)\D{0,4}$", re.I)
"""What says that a number scores the category named last before it."""
FOR: Final = re.compile(r"\s*\)?\s*(for|in)\s+", re.I)
"""What leads from a score to the category that it scores."""
SIDED_UNIT: Final = re.compile(r"\s*(semitones?|st\b|个?半音)")
"""A unit of several quantities; the word for a side before it says of which."""

BOUND: Final = re.compile(
    r"\b(below|under|less than|fewer than|at most|no more than|up to|above|over|more than|at least"
    r"|no less than|beyond)\W{0,3}$|(低于|不到|不超过|至多|小于|少于|高于|超过|至少|大于|多于)\s*$",
    re.I,
)
"""What says that a number is a bound, and not what was measured."""
UNKNOWN: Final = re.compile(
    r"\bin the recording\b|录音中|\b(an?|the) (unidentified|unknown|unseen) (speaker|voice|person)\b"
    r"|(身份不明|未知)的?(说话人|声音|人)",
    re.I,
)
"""How texts speak of somebody who is no person of the report, and of what is around persons."""
DOUBT: Final = re.compile(
    r"\b(possibly|perhaps|maybe|may|might|could|likely|presumably)\b|可能|或许|也许|大概", re.I
)
"""What marks a hypothesis, and the other readings of an emotion."""
CAUSE: Final = re.compile(
    r"\b(because|due to|caus\w+|trigger\w*|owing to|as a result|made (him|her|them|P\d+))\b"
    r"|因为|由于|导致|引起|引发|使得", re.I,
)  # fmt: skip
"""What states a cause."""

DENIAL: Final = re.compile(
    r"\b(not|no|never|without|neither|nor|none|nobody|nothing|lacks?|lacking|absent|hardly|barely"
    r"|cannot|far from|fails? to)\b|\w+n['’]t\b|不|没|无|未|非|毫无|并非|缺乏",
    re.I,
)
DENIAL_SAID: Final = re.compile(
    r"\bno clue\b|\bcannot tell\b|\bnot only\b|\bdo(es)? not (agree|match|fit|contradict)\b"
    r"|不一致|不符|不矛盾|不过|不仅|不但|不同|非常|除非|无论|无从判断|不愉快",
    re.I,
)
"""Denials that deny nothing which was measured."""

FACS: Final = {
    "inner brow raiser": "AU1", "outer brow raiser": "AU2", "brow lowerer": "AU4",
    "upper lid raiser": "AU5", "cheek raiser": "AU6", "lid tightener": "AU7",
    "nose wrinkler": "AU9", "upper lip raiser": "AU10", "lip corner puller": "AU12",
    "dimpler": "AU14", "lip corner depressor": "AU15", "lower lip depressor": "AU16",
    "chin raiser": "AU17", "lip pucker": "AU18", "lip stretcher": "AU20", "lip funneler": "AU22",
    "lip tightener": "AU23", "lip pressor": "AU24", "lips part": "AU25", "jaw drop": "AU26",
    "mouth stretch": "AU27", "lip suck": "AU28", "eye closure": "AU43", "blink": "AU45",
    "wink": "AU46",
}  # fmt: skip
"""FACS names (Ekman, Friesen & Hager 2002) and their action units."""

EVERYDAY: Final = frozenset(
    {
        "positive", "negative", "content", "support", "supportive", "attention", "attentive",
        "pressure", "moved", "interest", "concern", "hope", "comfort", "focused", "alert",
        "critical", "serious", "distant", "warm", "cold", "approval", "acceptance", "absorbed",
        "composed", "realistic", "successful", "accomplished", "sorry", "mad", "numb", "uncertain",
        "uncertainty", "doubt", "正面", "负面", "支持", "成功", "严肃", "期待",
    }
)  # fmt: skip
"""Emotion words that have an everyday sense too; they count only where they are stated."""
