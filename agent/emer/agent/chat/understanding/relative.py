"""Questions that are put relative to something else in the clip: after P2 got angry, before the laugh.

Only the question is read; ``anchors`` finds the moment that it is put relative to.
"""

import re
from typing import Final, Literal, NamedTuple

from emer.agent.chat.understanding.slots import Slots, slots_of
from emer.graphs.rule.plans.question import moments as named_moments

Side = Literal["after", "before", "at"]
_NEAR: Final = r"(?P<near>(?:right|just|immediately|directly|shortly|straight|soon) )?"
_TRAILING: Final = re.compile(
    rf"^(?P<main>.*?\w.*?)[,\s]+{_NEAR}(?P<side>after|before|once|until|as soon as|when|while|during|following) (?P<anchor>.+?)\W*$",
    re.I,
)
_LEADING: Final = re.compile(
    rf"^\W*(?:and |but )?{_NEAR}(?P<side>after|before|once|until|as soon as|when|while|during|following) (?P<anchor>[^,]+?), *(?P<main>.+)$",
    re.I,
)
_CHINESE: Final = re.compile(
    r"^(?:在|当|等)?(?P<anchor>.{1,24}?)(?:(?P<near>刚|一|马上))?(?P<side>之后|以后|(?<!最)(?<!然)(?<!背)后(?!来|面)|之前|以前|(?<!面)前(?!面)|的时候|时(?!候|间|刻|长))(?:紧接着)?[，,]?(?P<main>.+)$"
)
_BEFORE: Final = frozenset({"before", "until", "之前", "以前", "前"})
_DURING: Final = frozenset({"when", "while", "during", "的时候", "时"})
_CONTRAST: Final = re.compile(
    r"^(?P<one>.+?)[,\s]+(?P<word>instead of|rather than|and not|but not|not)\s+(?P<other>.+)$"
    r"|^(?P<one_zh>.+?)(?P<word_zh>而不是|而非)(?P<other_zh>.+)$",
    re.I,
)
_POINTING: Final = re.compile(
    r"^\W*(?:it|that|this|these|those|then|them|now|(?:that|this|the) (?:sentence|moment|part|scene|point|time|bit)|那|这|这个|那个|它|此|那句话?|这句话?)\W*$",
    re.I,
)
_THIN: Final = re.compile(
    r"a|an|and|are|been|did|does|first|from|gets?|got|had|has|have|hear[ds]?|her|him|his|into|is|just|learn\w*|news|of|on|said|says?|she|spoke|talk\w*|tells?|than|that|the|their|them|they|told|was|were|with|you|your|he|to|in|at|it|about|mention\w*|word",
    re.I,
)
_WORD: Final = re.compile(r"[A-Za-z][\w'\u2019-]*")


_SAYING: Final = re.compile(r"\b(?:ask(?:s|ed)|said|says|told|tells|mention\w*)\b", re.I)


class Anchor(NamedTuple):
    """What a question is put relative to."""

    text: str
    side: Side
    near: bool
    slots: Slots
    must: bool
    """The question means nothing without it."""


def split(text: str) -> tuple[str, Anchor | None]:
    """Return the question itself and what it is put relative to, if it is."""
    pattern = _CHINESE if _is_chinese(text) else None
    found = pattern.match(text) if pattern else _LEADING.match(text) or _TRAILING.match(text)
    if found is None:
        return text, None
    said, main, word = found["anchor"].strip(), found["main"].strip(), found["side"].lower()
    slots = slots_of(said)
    if _POINTING.match(said) or named_moments(said) or (not _WORD.search(main) and not pattern):
        return text, None
    if word in _DURING:
        side: Side = "at"
    else:
        side = "before" if word in _BEFORE else "after"
    near = bool(found["near"])
    if side == "at" and _SAYING.search(said) and not slots.label:
        side, near = "after", True  # what is answered comes after what was asked
    if not (slots.label or slots.shows or slots.contains) and not _may_be_found(said, word, side):
        return text, None
    return main, Anchor(said, side, near, slots, must=True)


def _may_be_found(said: str, word: str, side: Side) -> bool:
    """Whether what names no emotion, movement or quotation says enough to be looked for."""
    if side == "at":
        return False
    if not _is_chinese(said):
        return bool(content_words(said)) and not _is_chinese(word)
    named = re.sub(r"[她他它你我们的了在是]|P\d+", "", said)
    return len(word) == 2 and len(re.findall(r"[\u4e00-\u9fff]", named)) >= 2


def contrast(text: str) -> tuple[str, str] | None:
    """Return what is asked about and what it is set against: "why angry and not sad" asks of sad."""
    found = _CONTRAST.match(text)
    if found is None:
        return None
    one = found["one"] or found["one_zh"]
    other = found["other"] or found["other_zh"]
    first, second = slots_of(one), slots_of(other)
    if first.label is None or second.label is None or first.label == second.label:
        return None
    asks_why = re.search(r"\bwhy\b|为(什么|何)|怎么", one, re.I)
    return (other, one) if asks_why else (one, other)


def content_words(text: str) -> tuple[str, ...]:
    """Return the words by which something that was said may be found, the longest first."""
    words = [w for w in _WORD.findall(text) if len(w) > 2 and not _THIN.fullmatch(w)]
    return tuple(
        sorted(
            (w for w in words if not re.fullmatch(r"P\d+|SPK_\d+", w, re.I)), key=len, reverse=True
        )
    )


def _is_chinese(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text))
