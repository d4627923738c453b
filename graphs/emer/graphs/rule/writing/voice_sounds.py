"""How the voice of a moment sounds: aroused, pleasant, dominant, and like which category."""

from typing import Final

from emer.graphs.affect import AT_REST as AT_REST_VOICE
from emer.graphs.rule.writing.moment import RATED, Moment, placing
from emer.graphs.rule.writing.scores import MIN_AROUSAL, Scored, leans, scored
from emer.graphs.rule.writing.wording import Phrase, value
from emer.graphs.tasks.facts import Fact
from emer.graphs.tones import clear_tone
from emer.tools import taxonomy

MIN_DOMINANCE: Final = 0.35
MIN_VOICE_VALENCE: Final = 0.35
"""Voices carry valence weakly: only a marked one is told."""
TONES: Final = taxonomy.CATEGORY_SETS["ravdess8"]
TONE_APART: Final = 0.8
"""What a voice is heard as is not told if it places its arousal so far from its measured prosody."""


def voice(here: Moment, own: str) -> Phrase | None:
    """Say how the voice sounds: where it lies, and what it is clearly heard as."""
    placed, heard = _voice_placed(here, own), voice_heard_as(here)
    if heard is None:
        return placed
    part = scored(here, heard, "tone")
    frame = "voice_like" if placed is None else "voice_like_too"
    text = here.words.say(frame, own=own, found=part.text)
    if placed is None:
        return Phrase(text, part.assertions)
    return Phrase(placed.text + text, (*placed.assertions, *part.assertions))


def voice_heard_as(here: Moment) -> Scored | None:
    """Return the category that a voice clearly sounds like; none for a calm or neutral one."""
    best: Scored | None = None
    for fact in here.facts("speech_emotion"):
        named = {c: s for c in TONES if (s := value(fact, f"tone.{c}")) is not None}
        told = clear_tone(named, fact.score)
        if told is None or told in AT_REST_VOICE or _apart(here, fact):
            continue
        if best is None or named[told] > best.score:
            best = Scored(told, named[told], fact)
    return best


def _apart(here: Moment, heard: Fact) -> bool:
    """Whether the measured prosody of a voice contradicts what it is heard as."""
    said = value(heard, "tone.arousal")
    measured = [a for f in here.facts("voice") if (a := value(f, "voice.arousal")) is not None]
    return said is not None and any(abs(said - a) >= TONE_APART for a in measured)


def _voice_placed(here: Moment, own: str) -> Phrase | None:
    for fact in here.facts(RATED) or here.facts("voice"):
        if phrase := _on_plane(here, own, fact):
            return _with_dominance(here, phrase, fact)
        if (held := _held(fact)) is not None:
            return leans(here, "voice_sounds", own, fact, "tone.dominance", held)
    return None


def _held(fact: Fact) -> float | None:
    """Return the dominance of a voice where raters' would be marked."""
    held = value(fact, "tone.dominance") if fact.kind == RATED else None
    return held if held is not None and abs(held) >= MIN_DOMINANCE else None


def _with_dominance(here: Moment, told: Phrase, fact: Fact) -> Phrase:
    held = _held(fact)
    if held is None:
        return told
    also = leans(here, "voice_also", "", fact, "tone.dominance", held)
    return Phrase(told.text + also.text, (*told.assertions, *also.assertions))


def _on_plane(here: Moment, own: str, fact: Fact) -> Phrase | None:
    aroused, pleasant = placing(fact, "arousal"), placing(fact, "valence")
    arousal, valence = value(fact, aroused), value(fact, pleasant)
    marked = valence is not None and abs(valence) >= MIN_VOICE_VALENCE
    if arousal is not None and abs(arousal) >= MIN_AROUSAL:
        phrase = leans(here, "voice_sounds", own, fact, aroused, arousal)
        if not marked or valence is None:
            return phrase
        frame = "voice_also" if _held(fact) is None else "voice_next"
        also = leans(here, frame, "", fact, pleasant, valence)
        return Phrase(phrase.text + also.text, (*phrase.assertions, *also.assertions))
    if marked and valence is not None:
        return leans(here, "voice_sounds", own, fact, pleasant, valence)
    return None
