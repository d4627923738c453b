"""Which emotion a question names, or tells of without naming it: English and Chinese."""

import re
from typing import Final

from emer.tools import taxonomy

_SYNONYMS: Final = {
    "mad": "angry", "cold": "distant", "icy": "distant", "aloof": "distant", "furious": "angry", "rage": "angry", "glad": "happy", "scared": "afraid",
    "upset": "distressed", "unhappy": "sad", "sorrow": "sad", "scornful": "contemptuous",
    "生气": "angry", "愤怒": "angry", "发火": "angry", "恼火": "annoyed", "高兴": "happy", "开心": "happy",
    "快乐": "happy", "难过": "sad", "伤心": "sad", "悲伤": "sad", "害怕": "afraid", "恐惧": "afraid",
    "紧张": "nervous", "焦虑": "anxious", "担心": "worried", "惊讶": "surprised", "吃惊": "surprised",
    "厌恶": "disgusted", "失望": "disappointed", "讽刺": "sarcastic", "轻蔑": "contemptuous",
    "感激": "grateful", "尴尬": "embarrassed", "无聊": "bored", "平静": "calm", "沮丧": "sad",
    "烦": "annoyed", "骄傲": "proud", "内疚": "guilty", "羞愧": "ashamed", "放松": "relaxed",
}  # fmt: skip


_PHRASES: Final = (
    (re.compile(r"\blos(?:e|es|ing|t) (?:(?:his|her|their|the) )?(?:temper|cool|it\b)|\bblow(?:s|n)? up\b|\bgets? (?:cross|mad)\b|\bsnap(?:s|ped|ping)?\b", re.I), "angry"),
    (re.compile(r"\bburst(?:s|ing)? into tears\b|\bbreaks? down\b", re.I), "sad"),
    (re.compile(r"\bapolog\w+|道歉|对不起|认错", re.I), "sorry"),
    (re.compile(r"\b(?:argu(?:e|es|ed|ing|ments?)|quarrel\w*|fight(?:s|ing)?|fought|bicker\w*)\b|吵架|争吵|吵起来", re.I), "angry"),
    (re.compile(r"\boutbursts?\b|\btantrum\w*|\b(?:explod|rant)(?:e?s|ed|ing)\b|大发雷霆", re.I), "angry"),
    (re.compile(r"\bcalm(?:s|ed|ing)? down\b|冷静下来|平静下来", re.I), "calm"),
    (re.compile(r"\bbad mood\b|心情(?:很)?(?:不好|差|糟)|情绪低落", re.I), "distressed"),
    (re.compile(r"\bgood mood\b|心情(?:很)?好", re.I), "happy"),
    (re.compile(r"\bcheers? up\b|\bin good spirits\b", re.I), "happy"),
    (re.compile(r"\btension\b|\bstressful\b", re.I), "tense"),
    (re.compile(r"\bthank(?:s|ed|ing)?\b|感谢|谢谢", re.I), "grateful"),
)  # fmt: skip
"""What people say for an emotion without naming it."""


_PLAIN: Final = frozenset(
    {
        "like",
        "mean",
        "kind",
        "well",
        "sure",
        "moved",
        "interest",
        "interested",
        "certain",
        "confidence",
    }
)
"""Words of the emotions' table that questions use for something else."""


def _forms(word: str) -> tuple[str, ...]:
    """Return a word, and what it compares if it is a comparative: angrier, saddest."""
    bare = re.sub(r"(er|est)$", "", word)
    if bare == word or len(bare) < 3:
        return (word,)
    return word, bare, f"{bare[:-1]}y", bare[:-1], f"{bare}e"


def label_of(text: str) -> tuple[str | None, str | None, bool]:
    """Return the emotion that is named, as written, as the table has it, and if by a paraphrase."""
    words = re.findall(r"[A-Za-z]+(?:-[A-Za-z]+)?", text)
    for word in words:
        lower = word.lower()
        for form in _forms(lower):
            known = taxonomy.find(_SYNONYMS.get(form, form))
            if known is not None and lower not in _PLAIN:
                return word, known.word, False
    for pattern, known_word in _PHRASES:
        if match := pattern.search(text):
            return match.group().strip(), known_word, True
    chinese = [(x.zh, x.word) for x in taxonomy.LABELS.values() if len(x.zh) > 1 and x.zh in text]
    chinese += [(zh, en) for zh, en in _SYNONYMS.items() if not zh.isascii() and zh in text]
    if chinese:
        said, word = max(chinese, key=lambda pair: len(pair[0]))
        known = taxonomy.find(word)
        return said, known.word if known else word, False
    return None, None, False
