"""Sizes, colours and marks of the timeline picture. Lengths are inches, text sizes points.

Colours are Okabe and Ito's, which colour-blind readers can tell apart; whatever a colour tells is
told by a marker, a line style or a hatch as well, so that a copy in grey stays readable.
"""

from dataclasses import dataclass
from typing import Final

WIDTH: Final = 10.0
MAX_HEIGHT: Final = 22.0
"""What would need more is drawn as an overview."""
DPI: Final = 200
MARGIN: Final = 0.2
GUTTER: Final = 1.45
"""Left of the time axis: names of persons and lanes."""
RIGHT: Final = 0.35

TITLE_PT: Final = 11.0
HEAD_PT: Final = 8.0
TEXT_PT: Final = 6.5
SMALL_PT: Final = 5.5

INK: Final = "#111111"
SOFT: Final = "#555555"
FAINT: Final = "#bbbbbb"
PAPER: Final = "#ffffff"
BAND: Final = "#f6f6f6"
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"

CHIP: Final = "#FBF3B0"
PALE: Final = "#BBD7EA"
CLASH: Final = "#8C2D6B"
BLANK: Final = "#c4c4c4"
UNITS: Final = SKY
SPEECH: Final = "#9a9a9a"
TONE: Final = "#F8DCCB"
SOUND: Final = "#EFD9E6"

CLASH_HATCH: Final = "////"
BLANK_HATCH: Final = "...."

MINUS, TIMES = "\u2212", "\u00d7"
"""The signs themselves: a hyphen is too short beside a plus, and an x is a letter."""


@dataclass(frozen=True, slots=True)
class Hand:
    """How one series of values is drawn."""

    name: str
    color: str
    marker: str
    line: str


HANDS: Final = {
    "face": Hand("face", BLUE, "o", "-"),
    "voice": Hand("voice", VERMILION, "^", "--"),
    "words": Hand("words", GREEN, "s", ":"),
    "raters": Hand("voice, as raters would place it", PURPLE, "D", "-."),
}
"""By modality; a voice as a model that learnt from raters places it has a hand of its own."""
PITCH: Final = Hand("pitch", BLACK, "D", "-")
LOUDNESS: Final = Hand("loudness", ORANGE, "v", "--")


def clock(seconds: float, *, tenths: bool = False) -> str:
    """Return ``seconds`` as m:ss or h:mm:ss."""
    units = round(seconds * 10) if tenths else round(seconds) * 10
    whole, tenth = divmod(max(0, units), 10)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    text = f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"
    return f"{text}.{tenth}" if tenths else text
