"""What a timeline is made of: plain values with their places in time, seconds.

``contents`` fills them from a report; lanes and overviews draw them.
"""

from dataclasses import dataclass, field
from typing import NamedTuple


class Stretch(NamedTuple):
    """A place in time, seconds."""

    start_s: float
    end_s: float


class Said(NamedTuple):
    """An utterance."""

    start_s: float
    end_s: float
    text: str | None


class Chip(NamedTuple):
    """A label on a segment."""

    start_s: float
    end_s: float
    text: str
    score: float
    row: int
    """Of several labels on one segment, which it is."""


class Mark(NamedTuple):
    """A value that holds over a stretch."""

    start_s: float
    end_s: float
    series: str
    value: float


class Movement(NamedTuple):
    """One action unit from onset to offset, intensity 0..5 at the apex."""

    start_s: float
    apex_s: float
    end_s: float
    intensity: float


class Sound(NamedTuple):
    """Something heard that is not a word."""

    start_s: float
    end_s: float
    name: str
    score: float


class Clash(NamedTuple):
    """Two modalities in conflict."""

    start_s: float
    end_s: float
    text: str
    dimension: str


@dataclass(slots=True)
class Shown:
    """One person's share of the picture."""

    id: str
    about: list[str] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    affect: dict[str, list[Mark]] = field(default_factory=dict)
    """By dimension: 'valence', 'arousal', 'dominance'; the series are those of ``style.HANDS``."""
    tones: list[Chip] = field(default_factory=list)
    """The category that each utterance's voice scores highest in, all in row 0."""
    sounds: dict[str, list[Sound]] = field(default_factory=dict)
    """Sounds that are not words, by name."""
    screen: list[Said] = field(default_factory=list)
    """Text in the picture."""
    voice: list[Mark] = field(default_factory=list)
    """Series 'pitch' (semitones) and 'loudness' (dB), both against the person's own median."""
    absolute: list[Said] = field(default_factory=list)
    """Voices without an own median to be compared with, in words."""
    units: dict[str, list[Movement]] = field(default_factory=dict)
    unit_names: dict[str, str] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    """Expression categories, the highest score of each."""
    clashes: list[Clash] = field(default_factory=list)
    seen: list[Stretch] = field(default_factory=list)
    blanks: dict[str, list[Stretch]] = field(default_factory=dict)
    """By lane: where nothing was measured."""

    @property
    def weight(self) -> float:
        """How much there is to show; persons with most come first."""
        heard_s = sum(s.end_s - s.start_s for s in self.said)
        return heard_s + sum(s.end_s - s.start_s for s in self.seen) + len(self.chips)

    @property
    def n_items(self) -> int:
        """How many things would be drawn one by one."""
        return (
            len(self.said) + len(self.chips) + len(self.voice) + len(self.clashes)
            + len(self.tones) + len(self.screen) + sum(map(len, self.affect.values()))
            + sum(map(len, self.units.values())) + sum(map(len, self.sounds.values()))
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that is drawn."""

    persons: list[Shown]
    around: Shown | None
    """What is nobody's in particular: sounds, text in the picture; ``None`` if there is none."""
    others: list[str]
    """Persons for whom the picture has no room, those with most to show first."""
    start_s: float
    end_s: float
    still: bool
    cuts_s: list[float]

    @property
    def blocks(self) -> list[Shown]:
        """Everybody, and what is nobody's."""
        return [*self.persons, *([self.around] if self.around else [])]
