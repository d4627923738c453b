"""What annotation files are made of: marks on tiers, in whole milliseconds, as plain lines.

Annotation programs know neither overlaps within a tier nor times below a millisecond, and each
has characters that it cannot hold. What is common to all of them is settled here.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "words",
    "label",
    "pattern",
    "verdict",
    "unit",
    "reaction",
    "shift",
    "shot",
    "gap",
    "point",
    "tone",
    "rating",
    "sound",
    "quoted",
]

_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates: unclosed, they turn around what stands beside them."""
_HIDDEN: Final = frozenset({"Cc", "Cs"})


@dataclass(frozen=True, slots=True)
class Mark:
    """One annotation as it is read back from a file; a point if it ends where it starts."""

    tier: str
    start_s: float
    end_s: float
    text: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One annotation to be written."""

    start_s: float
    end_s: float
    """Not read for points."""
    text: str
    value: str = ""
    """A number that belongs to it, such as an intensity."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Annotations of one kind."""

    name: str
    kind: Kind
    entries: tuple[Entry, ...] = ()
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """An annotation in whole milliseconds."""

    start_ms: int
    end_ms: int
    text: str
    value: str = ""


def line(text: str) -> str:
    """Return ``text`` as one line that every annotation format can hold.

    Line breaks and runs of blanks become one blank; control characters, halves of characters,
    what XML forbids, and marks that turn the direction of neighbouring text are left out.
    Everything else stays: scripts, emoji and their joiners, brackets, quotes.
    """
    blank = "".join(" " if c.isspace() else c for c in text)
    return " ".join("".join(c for c in blank if _visible(c)).split())


def _visible(char: str) -> bool:
    if char in _BIDI or unicodedata.category(char) in _HIDDEN:
        return False
    return (ord(char) & 0xFFFE) != 0xFFFE  # U+FFFE, U+FFFF and their like are no characters


def milliseconds(start_s: float, end_s: float) -> tuple[int, int]:
    """Return a span in whole milliseconds, at least one long."""
    start_ms = max(0, round(start_s * 1000))
    return start_ms, max(start_ms + 1, round(end_s * 1000))


def placed(entries: Iterable[Entry]) -> list[Placed]:
    """Return annotations in time order, times in milliseconds, texts as plain lines."""
    found = [
        Placed(*milliseconds(e.start_s, e.end_s), line(e.text), line(e.value)) for e in entries
    ]
    return sorted(found, key=lambda p: (p.start_ms, p.end_ms, p.text))


def lanes(entries: Sequence[Placed]) -> list[list[Placed]]:
    """Spread annotations in time order over as few rows as it takes for none to overlap.

    Returns:
        At least one row, which may be empty.
    """
    rows: list[list[Placed]] = [[]]
    for entry in entries:
        free = next((r for r in rows if not r or r[-1].end_ms <= entry.start_ms), None)
        if free is None:
            rows.append([entry])
        else:
            free.append(entry)
    return rows


def lane_name(name: str, number: int) -> str:
    """Return the name of the row ``number`` (from 0) of a tier: the further ones are numbered."""
    return name if number == 0 else f"{name} ({number + 1})"


def unique(name: str, taken: set[str]) -> str:
    """Return ``name`` as a tier's name that is not in ``taken``, and add it there."""
    base = line(name) or "tier"
    found, number = base, 2
    while found in taken:
        found, number = f"{base} #{number}", number + 1
    taken.add(found)
    return found
