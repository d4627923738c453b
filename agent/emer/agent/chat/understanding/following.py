"""Whether a question goes on from the one before, and which are asked at once: by rules, English and Chinese."""

import re
from typing import Final

from emer.agent.chat.understanding.kinds import Kind, kind_of
from emer.agent.chat.understanding.slots import Slots
from emer.graphs.rule.plans.question import inquiry, moments
from emer.tools.findings import TimeSpan

_PARTS: Final = re.compile(
    r"(?<=[?？])\s*(?=\S)|[,;，；]\s*(?:and |并且|而且)?(?=(?:who|what|when|why|how|where|which|is|does|谁|什么|为什么|怎么|哪|有))"
    r"|\s+and (?=(?:who|what|when|why|how|where)\b)",
    re.I,
)

_WORD: Final = re.compile(r"[A-Za-z0-9'\u2019]+")

_SHORT_WORDS: Final = 5

_SHORT_CHINESE: Final = 8

OF_MOMENT: Final[frozenset[Kind]] = frozenset(
    {"why", "why_not", "sure", "moment", "cases", "without", "sincere", "reaction", "intensity",
     "decisive", "against", "method"}
)  # fmt: skip
"""Kinds that, asked barely, are about what the last answer pointed at."""

OF_FILE: Final[frozenset[Kind]] = frozenset(
    {
        "length",
        "media",
        "people",
        "scene",
        "help",
        "greeting",
        "inner",
        "language",
        "quality",
        "overlap",
    }
)
"""Kinds that are about the clip as such: they take nobody and no moment from before."""


_BARE: Final[frozenset[Kind]] = OF_MOMENT | {"when", "who"}
"""Kinds that say too little by themselves: what they leave open is as it was."""

_GOES_ON: Final[frozenset[Kind]] = frozenset(
    {"why", "why_not", "sure", "without", "intensity", "decisive", "against"}
)
"""Of them, those that go on from what was said even where they name an emotion."""

_NAMED: Final = re.compile(
    r"\b(?:P\d+|SPK_\d+|FACE_\d+|AU ?\d+|\d+(?::\d+)*(?:\.\d+)?(?:s|sec|seconds?|min|minutes?)?)\b",
    re.I,
)

_EMPTY: Final = re.compile(
    r"a|about|after|afterwards|again|and|another|at|be|before|bit|but|by|clip|clips"
    r"|earlier|else|face|faces|fifth|file|first|for|fourth|from|how|in|is|it|just|last"
    r"|later|little|moment|more|next|no|not|now|of|ok|okay|on|one|ones|or|other|others|out"
    r"|part|people|person|picture|please|point|previous|right|same|scene|second|seconds"
    r"|shortly|so|somebody|sound|speaker|speakers|that|the|their|them|then|there|they"
    r"|third|this|time|to|too|two|video|videos|voice|was|well|were|what|with|without|words"
    r"|years|yes|both|each|else|either|smiling|smile|smiles|frowning|frown|laughing"
    r"|laughter|crying|conflict|conflicts|shift|reaction|really|minute|minutes|emotion"
    r"|emotions|audio|image|without|text",
    re.I,
)
"""Words that name nothing beyond what slots hold."""

_EMPTY_CHINESE: Final = frozenset(
    "那么呢她他它们的和与在第个人位秒分钟吗了还有以及而换成另外一二三四五片段视频录像之后来接着然前早点晚稍这里时候是又再也不没去掉声音画面话语你我这那谁人都到往里么点会儿刚才当同其余位"
)


_OF_ALL: Final = re.compile(r"\b(?:works?|functions?|operates?|made|analy[sz]ed)\b|工作|运作", re.I)


def parts_of(question: str) -> list[str]:
    """Return the questions that are asked at once: "How long is it, and who speaks?".

    What only adds a word to the question before it (", and when?") is no question of its own.
    """
    parts = [p.strip() for p in _PARTS.split(question) if p.strip()]
    kinds = [kind_of(p) for p in parts]
    whole = all(
        kind is not None and not (kind in _BARE and is_bare(part))
        for kind, part in zip(kinds, parts, strict=True)
    )
    return parts if len(set(kinds)) == len(parts) > 1 and whole else [question]


def has_person(slots: Slots) -> bool:
    """Whether a question names or points at somebody."""
    return bool(slots.names or slots.pronoun or slots.other or slots.both)


def follows_on(text: str, slots: Slots, kind: Kind | None) -> bool:
    """Whether a question takes something from the one before."""
    if slots.more or slots.connector or slots.there or (slots.way and not moments(text)):
        return True
    if kind in OF_FILE or slots.overall:
        return False
    if kind == "method" and (not slots.points or _OF_ALL.search(text)):
        return False  # "how does this work"
    other = slots.shows not in {None, "conflict"}
    if kind in OF_MOMENT and slots.points and not (slots.label or other or slots.names):
        return True  # "how sure are you about that"
    if kind == "sincere" and len(slots.named) > 1:
        return False  # "do face and voice agree" says what it wants
    named = has_person(slots) or slots.clip or slots.label or slots.shows or slots.left_out
    if kind is None:
        return bool(named or moments(text)) and not _says_more(text, slots)
    places = inquiry(text, TimeSpan(start_s=0.0, end_s=1e6)).place
    if kind not in _BARE or slots.names or places or not is_short(text):
        return False
    if kind in {"who", "when", "moment"} and not is_bare(text, 3):
        return False  # "which moments are emotional" says what it wants
    return kind in _GOES_ON or not (slots.label or slots.shows)


def _says_more(text: str, slots: Slots) -> bool:
    """Whether there is more in a text than what it names: then it is a question of its own."""
    for known in (slots.pronoun, slots.label_said, slots.contains):
        text = text.replace(known, " ") if known else text
    text = _NAMED.sub(" ", text)
    words = [w for w in _WORD.findall(text) if not _EMPTY.fullmatch(w)]
    chinese = [c for c in text if "\u4e00" <= c <= "\u9fff" and c not in _EMPTY_CHINESE]
    return bool(words) or bool(chinese)


def is_bare(text: str, words: int = 2) -> bool:
    """Whether a question is next to nothing but its question word."""
    n = sum("\u4e00" <= c <= "\u9fff" for c in text)
    return n <= words + 1 if n else len(_WORD.findall(text)) <= words


def is_short(text: str) -> bool:
    """Whether a question has few words."""
    n = sum("\u4e00" <= c <= "\u9fff" for c in text)
    return n <= _SHORT_CHINESE if n else len(_WORD.findall(text)) <= _SHORT_WORDS
