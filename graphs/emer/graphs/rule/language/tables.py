"""What a language must provide so that explanations can be written in it: tables, no grammar code.

Every word that an explanation prints outside of quotations, numbers and names stands in one of
these tables, so the vocabulary that verification allows is read off them and cannot drift.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Final

from emer.graphs.report import Language
from emer.tools.findings import Modality

SLOT: Final = re.compile(r"\{[^{}]*\}")
"""Where a template is filled in: a number, a quotation, a person, or another phrase."""


@dataclass(frozen=True, slots=True)
class Movement:
    """One action unit in words."""

    name: str
    """Its FACS name."""
    phrase: str
    """What a face does, as a predicate; ``{degree}`` is filled with a degree."""


@dataclass(frozen=True, slots=True)
class Wording:
    """All words of one language. Texts are templates with named slots (``str.format``)."""

    language: Language
    directions: Mapping[str, tuple[str, str]]
    """Per quantity the word for a value above its middle and the one for a value below."""
    degrees: tuple[str, str, str]
    """Before a direction: slight, plain, marked."""
    movement_degrees: tuple[str, str, str]
    """Inside a movement: slight, plain, strong."""
    intensities: tuple[str, str, str]
    """Before an emotion label: slight, plain, strong."""
    ungraded: re.Pattern[str]
    """Labels that the strongest degree does not go with; they take the plain one."""
    joints: Mapping[str, str]
    """How phrases are put together: ``and``, ``or``, ``comma``, ``semicolon``, ``but`` …"""
    frames: Mapping[str, str]
    """Sentences and clauses."""
    voice: Mapping[str, str]
    """What stands out in a voice, by quantity."""
    modalities: Mapping[Modality, str]
    """Face, voice and words as they are spoken of: ``the face``."""
    movements: Mapping[str, Movement]
    """By FACS id."""
    patterns: Mapping[str, str]
    """How face, voice and words stand to each other, by pattern; empty: not worth a word."""
    grounds: Mapping[str, str]
    """What speaks for or against a reading, by name (see ``emer.graphs.rule.readings.grounds``)."""
    neutral: str
    """What a value near its middle is called."""

    def say(self, frame: str, **slots: str) -> str:
        """Fill a sentence or clause."""
        return self.frames[frame].format(**slots)

    def listed(self, items: list[str], *, last: str = "and") -> str:
        """Join items with commas and a final joint."""
        if len(items) < 2:
            return "".join(items)
        return self.joints[last].join((self.joints["comma"].join(items[:-1]), items[-1]))

    def chained(self, items: list[str]) -> str:
        """Join predicates and clauses, which some languages do otherwise than nouns."""
        if len(items) < 2:
            return "".join(items)
        return self.joints["also"].join((self.joints["next"].join(items[:-1]), items[-1]))

    def templates(self) -> Iterator[str]:
        """Yield every text of every table."""
        for field in fields(self):
            if field.name != "language":
                yield from _texts(getattr(self, field.name))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Movement):
        yield from (value.name, value.phrase)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
