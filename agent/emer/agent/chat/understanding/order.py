"""First, last, the beginning and the end: where they name a place in the clip, and where an order."""

import re
from dataclasses import replace
from typing import Final, Literal

from emer.agent.chat.understanding.asked import Draft
from emer.agent.chat.understanding.kinds import Kind
from emer.graphs.rule.plans.question import Inquiry, inquiry, moments
from emer.tools.findings import TimeSpan

FIRST: Final = re.compile(r"\bfirst\b|\bearliest\b|最先|最早|首先|谁先", re.I)
_EARLIEST: Final = re.compile(
    r"\bfirst\b(?! (?:person|speaker|one|voice|face|clip|part|half|of all))|\bearliest\b|最先|最早|谁先|首先",
    re.I,
)
_ONE_LINE: Final = re.compile(
    r"\b(?:first|opening|last|final|closing) (?:sentence|line|thing|remark|utterance|statement|words?)\b"
    r"|(?:最后|第)一句(?:话)?|最后(?:说|讲)|开头第一句",
    re.I,
)
_ENDS: Final = re.compile(
    r"\b(?:does|did) .{1,24}\b(?:(?P<end>end|finish|close)|start|begin|open)\W*$|\bhappens first\b",
    re.I,
)
_STARTS: Final[frozenset[Kind]] = frozenset({"when", "who", "change"})
_BEGINS: Final = re.compile(
    r"(?:开始|结束)的?[吗呢？?]?\W*$|什么时候(?:开始|结束)|\b(?:start|begin|end|stop)s?\W*$|^\W*(?:when|who) (?:starts?|begins?|ends?|stops?)\b",
    re.I,
)


def placed_in_order(own: Inquiry, read: Draft, kind: Kind, part: TimeSpan) -> Inquiry:
    """Return what a question says of where, with "first", "last" and "end" taken as they are meant."""
    if kind in _STARTS and own.place in {"start", "end"} and _BEGINS.search(read.text):
        return replace(own, window=None)  # "when does it start" names no place
    if kind == "said" and nearest_of(kind, read) and not moments(read.text):
        return replace(own, window=None)  # the last words, however early they are
    if kind == "happened" and own.window is None and (place := _ENDS.search(read.text)):
        return inquiry("at the end" if place["end"] else "at the start", part)
    return own


def nearest_of(kind: Kind, read: Draft) -> Literal["first", "last"] | None:
    """Return which of what is found is asked for, if not all of it."""
    if kind in {"who", "when"} and (read.slots.label or read.slots.shows):
        return "first" if _EARLIEST.search(read.text) else None
    if kind != "said":
        return None
    if read.anchor is not None and read.anchor.near:
        return "first" if read.anchor.side == "after" else "last"
    found = _ONE_LINE.search(read.text)
    if found is None:
        return None
    return "last" if re.match(r"last|final|closing|最后", found.group(), re.I) else "first"
