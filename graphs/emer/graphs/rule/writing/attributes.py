"""What is said, how the voice sounds and how the face moves: attributes, in physical terms.

Thresholds say from where on something is worth a word; they are assumptions unless noted.
"""

from typing import Final, NamedTuple

from emer.graphs.affect import LOW_SNR_DB
from emer.graphs.rule.language import direction_word
from emer.graphs.rule.language.tables import Wording
from emer.graphs.rule.writing.moment import Moment
from emer.graphs.rule.writing.movements import face_moves
from emer.graphs.rule.writing.wording import (
    Phrase,
    contains,
    cut,
    ended,
    equals,
    printed,
    quote,
    value,
)
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.tasks.facts import Fact
from emer.tools.findings import Modality


class Standout(NamedTuple):
    """From where on a quantity of the voice stands out, and from where on it does so much."""

    quantity: str
    up: float | None
    down: float | None
    much_up: float | None
    much_down: float | None
    decimals: int
    signed: bool


RELATIVE: Final = (
    Standout("voice.intensity_offset_db", 2.5, -2.5, 6.0, -6.0, 1, True),
    Standout("voice.f0_offset_st", 1.5, -1.5, 5.0, -5.0, 1, True),
    Standout("voice.rate_offset", 1.2, 0.83, 1.4, 0.7, 2, False),
)
"""Compared with the same speaker's other utterances."""
ABSOLUTE: Final = (
    # acted speech measures 3.6 to 12 semitones of range (5th to 95th percentile of two corpora)
    Standout("voice.f0_range_st", 11.0, 4.0, None, None, 1, False),
    Standout("voice.longest_pause_s", 1.0, None, None, None, 1, False),
    Standout("voice.pause_ratio", 0.35, None, None, None, 2, False),
    # two spreads above the middle of `emer.tools.vocal_dimensions.NORMS`
    Standout("voice.jitter", 0.043, None, None, None, 3, False),
)
PAUSES: Final = frozenset({"voice.longest_pause_s", "voice.pause_ratio"})
LOUDNESS: Final = "voice.intensity_offset_db"
NOISE_CHANGES: Final = frozenset({LOUDNESS, "voice.jitter"})
"""Not told of a voice in noise, which changes them first."""


def attributes(here: Moment, told: frozenset[str]) -> list[ClaimDraft]:
    """Return what is said and done in one segment.

    Args:
        here: The segment.
        told: Evidence of movements that a reaction tells of; it is not told twice.
    """
    drafts = [_said(here), face_moves(here, told)]
    return [d for d in drafts if d is not None]


def _said(here: Moment) -> ClaimDraft | None:
    if here.segment.role != "speaking":
        return None
    tail, parts = _voice(here)
    spoken = here.said()
    frame = "said" if spoken else "spoke"
    slots = {"who": here.who, "tail": tail}
    if spoken:
        text, fact = spoken
        slots["quote"] = quote(text)
        parts = [Phrase(slots["quote"], (contains(fact, cut(text)),)), *parts]
    if not parts:
        return None
    if _off_screen(here):
        frame += "_unseen"
    sentence = ended(here.words.say(frame, **slots), here.words.frames["stop"])
    return here.claim("attribute", sentence, parts)


def _off_screen(here: Moment) -> bool:
    """Whether the speaker is not in the picture, as far as faces were looked for."""
    person = here.persons.get(here.segment.subject)
    if person is None or person.unseen_speech_s <= 0:
        return False
    if any(f.modality is Modality.FACE for f in here.segment.facts):
        return False
    others_seen = any(p.face_tracks for p in here.persons.values())
    return here.faces_read if person.face_tracks else others_seen


def _voice(here: Moment) -> tuple[str, list[Phrase]]:
    """Say what stands out in a voice, compared with the same speaker and in absolute terms."""
    for fact in here.facts("voice"):
        noise = value(fact, "voice.snr_db")
        noisy = noise is not None and noise < LOW_SNR_DB
        relative = [p for s in RELATIVE if (p := _standout(fact, s, here.words, noisy))]
        absolute = _absolute(fact, here.words, noisy)
        if not relative and not absolute:
            continue
        text = ""
        if relative:
            text += here.words.say("relative", items=here.words.chained([p.text for p in relative]))
        if absolute:
            text += here.words.say("absolute", items=here.words.chained([p.text for p in absolute]))
        parts = [*relative, *absolute]
        if noisy and noise is not None:
            shown = here.words.say("noisy", n=printed(noise, 1))
            parts.append(Phrase(shown, (equals(fact, "voice.snr_db", 1),)))
            text += shown
        return text, parts
    return "", []


def _absolute(fact: Fact, words: Wording, noisy: bool) -> list[Phrase]:
    found: list[Phrase] = []
    paused = False
    for standout in ABSOLUTE:
        if standout.quantity in PAUSES and paused:
            continue  # a long pause makes a large share of pauses; one of them is enough
        if phrase := _standout(fact, standout, words, noisy):
            found.append(phrase)
            paused = paused or standout.quantity in PAUSES
    return found


def _standout(fact: Fact, standout: Standout, words: Wording, noisy: bool) -> Phrase | None:
    quantity, up, down, much_up, much_down, decimals, signed = standout
    number = value(fact, quantity)
    if number is None or (noisy and quantity in NOISE_CHANGES):
        return None
    above, below = up is not None and number >= up, down is not None and number <= down
    if not above and not below:
        return None
    much = (above and much_up is not None and number >= much_up) or (
        below and much_down is not None and number <= much_down
    )
    shown = words.voice[quantity].format(
        degree=words.voice["much"] if much else "",
        direction=direction_word(quantity, number, words.language) if _has_sides(quantity) else "",
        n=printed(number, decimals, signed=signed),
    )
    return Phrase(shown, (equals(fact, quantity, decimals),))


def _has_sides(quantity: str) -> bool:
    return "offset" in quantity or quantity == "voice.f0_range_st"
