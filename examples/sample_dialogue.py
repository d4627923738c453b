"""What is said, shown and seen in the sample clip: the one place that knows the script.

Reads    nothing
Returns  ``LINES`` and the timed ``Plan`` that sound, pictures, subtitles and ground truth share
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

RATE_HZ: Final = 25
"""Pictures per second; every time of the plan is a whole number of pictures."""
NOTICE: Final = (
    "Synthetic speech and animation. Not the words or expressions of the pictured persons."
)

Person = Literal["A", "B"]
Look = Literal["neutral", "smile", "no_smile", "displeased", "angry", "worried"]


@dataclass(frozen=True, slots=True)
class Manner:
    """How a line is spoken, in the synthesiser's own units."""

    name: str
    words_per_min: int
    pitch: int
    """0..99; what it means in Hz depends on the voice."""
    pitch_range: int
    """0..99; 0 is monotone."""
    level_db: float
    """Level of the spoken parts, relative to full scale."""
    mouth: float
    """How far the mouth opens at the loudest syllables; 1 is usual."""


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance with what its voice and its face are meant to express."""

    speaker: Person
    text: str
    manner: Manner
    face: Look
    pause_s: float
    """Silence after it."""
    words_say: str
    """What the words alone express."""
    agreement: Literal["agree", "conflict"]
    off_screen: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the clip, ``[start_s, end_s)``."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line with its place in the clip."""

    span: Span
    line: Line


@dataclass(frozen=True, slots=True)
class Shot:
    """A stretch without a cut."""

    span: Span
    visible: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A look that a face takes on and holds; the way into it takes ``RAMP_S``."""

    span: Span
    person: Person
    look: Look


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole clip on one clock."""

    duration_s: float
    spoken: tuple[Spoken, ...]
    shots: tuple[Shot, ...]
    looks: tuple[Shown, ...]
    silence: Span

    @property
    def cuts_s(self) -> tuple[float, ...]:
        """Times of the hard cuts."""
        return tuple(shot.span.start_s for shot in self.shots[1:])


VOICES: Final[dict[Person, str]] = {"A": "en-us+linda", "B": "en+grandma"}
"""Voice variants that the synthesiser carries: A higher and American, B lower and British. Neither
has breath in it: the synthesiser draws that from the clock, and no two clips would be alike."""

A_USUAL: Final = Manner("usual", 165, 42, 45, -23.0, 0.9)
A_LIVELY: Final = Manner("lively: higher, faster, wide range", 195, 62, 90, -19.0, 1.15)
A_SOFT: Final = Manner("soft: a little lower and quieter", 165, 36, 35, -25.0, 0.8)
B_USUAL: Final = Manner("usual", 165, 30, 30, -23.0, 0.9)
B_FLAT: Final = Manner("flat: low, slow, quiet, monotone", 118, 10, 0, -31.0, 0.6)
B_SHARP: Final = Manner("sharp: louder, faster, higher", 205, 44, 55, -17.5, 1.3)
B_LIVELY: Final = Manner("lively: higher, faster, wide range", 190, 54, 75, -19.0, 1.15)

LEAD_IN_S: Final = 0.8
PAUSE_S: Final = 0.96
"""Between two lines; long enough that a speech detector hears them apart."""
SILENCE_S: Final = 2.6
"""The wordless stretch before the last but one line; the listener's smile grows in it."""
TAIL_S: Final = 1.0

LINES: Final[tuple[Line, ...]] = (
    Line(
        "A", "I got the job in Lisbon! I am so happy, I can hardly sit still.",
        A_LIVELY, "smile", PAUSE_S, "joy, excitement", "agree",
    ),
    Line(
        "B", "That is wonderful news. I am so happy for you.",
        B_FLAT, "no_smile", PAUSE_S, "joy", "conflict",
    ),
    Line(
        "A", "You do not look happy. What is the matter?",
        A_USUAL, "worried", PAUSE_S, "curiosity, worry", "agree",
    ),
    Line(
        "B", "You cancelled our trip without asking me! That makes me really angry.",
        B_SHARP, "angry", PAUSE_S, "anger, annoyance", "agree",
    ),
    Line(
        "B", "We planned it for a year, and the tickets are paid.",
        B_USUAL, "displeased", PAUSE_S, "neutral", "agree", off_screen=True,
    ),
    Line(
        "A", "I am sorry. Come and visit me in June, the flight is on me.",
        A_SOFT, "worried", SILENCE_S, "remorse, caring", "agree",
    ),
    Line(
        "B", "I would love that! Thank you, that is so kind of you.",
        B_LIVELY, "smile", PAUSE_S, "love, gratitude", "agree",
    ),
    Line(
        "A", "Good, then it is settled. I will call them tomorrow.",
        A_USUAL, "smile", TAIL_S, "approval", "agree",
    ),
)  # fmt: skip

FLAT, ASKS, SHARP, UNSEEN, SORRY, THANKS, LAST = 1, 2, 3, 4, 5, 6, 7
"""Places in ``LINES`` that shots and reactions hang on."""


def on_grid(time_s: float) -> float:
    """Return ``time_s`` moved to the nearest picture."""
    return round(round(time_s * RATE_HZ) / RATE_HZ, 3)


def plan(durations_s: Sequence[float]) -> Plan:
    """Lay the dialogue out in time.

    Args:
        durations_s: Length of the sound of each of ``LINES``, in seconds.
    """
    spoken: list[Spoken] = []
    now_s = LEAD_IN_S
    for line, length_s in zip(LINES, durations_s, strict=True):
        end_s = on_grid(now_s + length_s + 0.5 / RATE_HZ)
        spoken.append(Spoken(Span(on_grid(now_s), end_s), line))
        now_s = end_s + line.pause_s
    end_s = on_grid(now_s)
    silence = Span(spoken[SORRY].span.end_s, spoken[THANKS].span.start_s)
    return Plan(
        end_s, tuple(spoken), _shots(spoken, end_s), _looks(spoken, silence, end_s), silence
    )


def _shots(spoken: Sequence[Spoken], end_s: float) -> tuple[Shot, ...]:
    away_s = on_grid(spoken[UNSEEN].span.start_s - 0.36)
    back_s = on_grid(spoken[SORRY].span.start_s - 0.24)
    return (
        Shot(Span(0.0, away_s), ("A", "B")),
        Shot(Span(away_s, back_s), ("A",)),
        Shot(Span(back_s, end_s), ("A", "B")),
    )


def _looks(spoken: Sequence[Spoken], silence: Span, end_s: float) -> tuple[Shown, ...]:
    """Return each face's looks; where none is listed it is neutral."""
    at = [s.span for s in spoken]
    back_s = at[SORRY].start_s
    warms_s = on_grid(silence.start_s + 0.5)
    # each face is neutral for about a third of the clip, so that its own neutral can be learnt
    return (
        Shown(Span(0.2, on_grid(at[FLAT].start_s + 0.8)), "A", "smile"),
        Shown(Span(on_grid(at[FLAT].end_s + 0.1), on_grid(at[ASKS].end_s + 0.2)), "A", "worried"),
        Shown(Span(on_grid(at[SHARP].end_s - 0.3), on_grid(back_s + 3.2)), "A", "worried"),
        Shown(Span(on_grid(at[THANKS].end_s - 1.0), end_s), "A", "smile"),
        Shown(
            Span(on_grid(at[FLAT].start_s - 0.3), on_grid(at[FLAT].end_s + 0.5)), "B", "no_smile"
        ),
        Shown(Span(on_grid(at[SHARP].start_s - 0.4), on_grid(at[SHARP].end_s + 0.3)), "B", "angry"),
        Shown(Span(on_grid(at[SHARP].end_s + 0.3), on_grid(back_s + 0.8)), "B", "displeased"),
        Shown(Span(warms_s, on_grid(at[LAST].start_s + 0.6)), "B", "smile"),
    )
