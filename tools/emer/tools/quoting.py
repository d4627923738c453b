"""Text from outside, made fit to be quoted: what every word of a media file passes before use.

Reads    words of a transcript, subtitles, text in a picture, cases, errors, other models' answers
Returns  one line of bounded length, of characters that a reader sees as they are written
Cost     microseconds for plain text

Nothing here judges what a text says. What is taken out hides text from people but not from language
models (tag characters, variation selectors, zero-width and private-use characters), reorders it
(bidirectional overrides) or controls what shows it (control characters).
"""

import unicodedata
from collections.abc import Iterable
from typing import Final, TypeVar

from pydantic import BaseModel

MAX_CHARS: Final = 2_000
"""Of one quoted text. Two minutes of fast speech; no utterance is so long."""
MAX_MARKS: Final = 3
"""Combining marks on one letter; more are stacked to hide what is under them."""
CUT: Final = "\N{HORIZONTAL ELLIPSIS}"

_UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})

Value = TypeVar("Value", bound=BaseModel)


def quoted(text: str, most: int = MAX_CHARS) -> str:
    """Return ``text`` on one line, NFC, without what cannot be seen, at most ``most`` characters."""
    if text.isascii() and text.isprintable() and len(text) <= most:
        return " ".join(text.split())
    # a flood need not be read to its end to be cut
    spaced = (" " if c.isspace() else c for c in text[: 4 * most])
    seen = "".join(_without_stacks(c for c in spaced if not _is_unseen(c)))
    line = " ".join(unicodedata.normalize("NFC", seen).split())
    if len(line) <= most and len(text) <= 4 * most:
        return line
    return line[: most - 1].rstrip() + CUT


def with_quoted_texts(value: Value) -> Value:
    """Return a frozen value, every text in it fit to be quoted; itself if they all were."""
    made = {name: _quoted(getattr(value, name)) for name in type(value).model_fields}
    changed = {n: new for n, new in made.items() if new != getattr(value, n)}
    return value.model_copy(update=changed) if changed else value


def _quoted(part: object) -> object:
    if isinstance(part, str):
        # an enumeration's members are our own words
        return quoted(part) if type(part) is str else part
    if isinstance(part, BaseModel):
        return with_quoted_texts(part)
    if isinstance(part, tuple) and any(isinstance(x, str | BaseModel) for x in part):
        return tuple(_quoted(x) for x in part)
    return part


def _is_unseen(character: str) -> bool:
    code = ord(character)
    # variation selectors are marks by category, and can carry a byte each
    selects = 0xFE00 <= code <= 0xFE0F or 0xE0100 <= code <= 0xE01EF
    return selects or unicodedata.category(character) in _UNSEEN


def _without_stacks(characters: Iterable[str]) -> Iterable[str]:
    marks = 0
    for c in characters:
        marks = marks + 1 if unicodedata.combining(c) else 0
        if marks <= MAX_MARKS:
            yield c
