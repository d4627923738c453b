"""Whether a text that a model wrote carries something out: an address, a path, code, its own orders.

A model that reads hostile words may repeat what it should keep, or smuggle it into a sentence that a
page or a viewer would fetch. What is told of people needs none of this, so none of it is printed.
"""

import codecs
import re
import unicodedata
from functools import cache
from typing import Final

from emer.graphs.prompts import PARTS, part
from emer.graphs.report import Claim

RUN: Final = 5
"""Words in a row that a text may not share with what the model was told."""
_SECRETS: Final = (
    (
        re.compile(
            r"[a-z][a-z0-9+.-]{1,9}://|\bwww\.\w|\]\s*\(|!\[|\bdata:\w|\bmailto:"
            r"|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|io|dev|app|example|test|invalid|ru|cn|xyz)\b"
            r"|\b\d{1,3}(?:\.\d{1,3}){3}\b|\S@\w+\.\w",
            re.I,
        ),
        "it holds an address",
    ),
    (
        re.compile(r"(?:^|[\s\"'=(:])(?:~|\.{1,2})?/[\w.-]+/[\w./-]*|[A-Za-z]:\\\w|\\\\\w|\.\./", re.I),
        "it holds a path",
    ),
    (
        re.compile(r"[{}]|</?[a-z!]|```|<\||\[/?(?:inst|system)\]|\w+\([\"'\w/]*\)\s*;?$", re.I),
        "it holds code",
    ),
    (re.compile(r"[A-Za-z0-9+/=_-]{32,}"), "it holds a coded text"),
    (re.compile(r"(?:(?<!\S)[^\W\d_]\s+){6,}"), "it is spelled letter by letter"),
)  # fmt: skip
SPEAKS: Final = "it speaks for itself or to a reader"
_SPEAKS: Final = re.compile(r"\b(?:I|I['\u2019]m|[Mm]y|[Ww]e|[Oo]ur|[Yy]ou|[Yy]ours?)\b|我|你|您")
_WORD: Final = re.compile(r"[^\W_]+")


def leak_in(text: str, *, quotes: tuple[str, ...] = (), spoken: bool = False) -> str | None:
    """Return why a text of a model is not printed; ``None`` if it may be.

    Args:
        text: What the model wrote.
        quotes: What it quotes of the clip; that is told as said, and may hold anything.
        spoken: It renders what somebody says, who may speak for themselves and to others.
    """
    own = unicodedata.normalize("NFKC", text)
    for quote in sorted(quotes, key=len, reverse=True):
        own = own.replace(unicodedata.normalize("NFKC", quote), " ")
    for pattern, why in _SECRETS:
        if pattern.search(own):
            return why
    for version in (own, codecs.encode(own, "rot13"), own[::-1]):
        if not _runs(version).isdisjoint(_told()):
            return "it repeats what the model was told to do"
    return SPEAKS if not spoken and _SPEAKS.search(own) else None


def leak_of(claim: Claim) -> str | None:
    """Return why the text of a claim is not printed, quotations apart; ``None`` if it may be."""
    quotes = tuple(a.value for a in claim.assertions if isinstance(a.value, str))
    why = leak_in(claim.text, quotes=quotes)
    return f"its text is not about a person: {why}" if why else None


def withheld(text: str, most: int, *, quotes: tuple[str, ...] = ()) -> str:
    """Return ``text`` for the record of what was refused, or what is said in its place."""
    why = leak_in(text, quotes=quotes)
    if why:
        return f"(a text of {len(text)} characters, withheld: {why})"
    return text if len(text) <= most else f"{text[: most - 3].rstrip()}..."


def reason_of(why: str, most: int) -> str:
    """Return why something was refused, for the record; it may repeat names that a model made up."""
    leak = leak_in(why)
    return withheld(why, most) if leak not in {None, SPEAKS} else why[:most]


def _runs(text: str) -> set[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


@cache
def _told() -> frozenset[tuple[str, ...]]:
    return frozenset(run for name in PARTS for run in _runs(part(name).text))
