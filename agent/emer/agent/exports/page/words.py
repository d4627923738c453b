"""How the page names things: quantities with units, relations, patterns, kinds, tools.

Names of quantities are those of ``Reading.quantities()``; one that is not listed is shown under
its own name, so that a new reading needs no change here. What things are called is the table of
fixed words to say, see ``emer.agent.exports.fixed_words``.
"""

import re
from typing import Final

from emer.agent.exports.fixed_words import Words, fixed_words
from emer.graphs.rule.language.zh_face import MOVEMENTS
from emer.graphs.rule.writing.wording import at
from emer.tools import taxonomy
from emer.tools.findings import SCENE
from emer.tools.readings import Quantity

MINUS: Final = "\u2212"
DASH: Final = "\u2013"
ENGLISH: Final = fixed_words("en")
KINDS: Final = ENGLISH.family("kind")
"""Kinds of evidence in English."""
_UNITS: Final[dict[str, str]] = {
    "utterance.speech_s": "s",
    "voice.f0_median_hz": "Hz",
    "voice.f0_offset_st": "semitones",
    "voice.f0_range_st": "semitones",
    "voice.f0_slope_st_per_s": "semitones/s",
    "voice.intensity_db": "dB of full scale",
    "voice.intensity_offset_db": "dB",
    "voice.intensity_range_db": "dB",
    "voice.rate_syllables_per_s": "syllables/s",
    "voice.rate_offset": "times",
    "voice.pause_ratio": "%",
    "voice.longest_pause_s": "s",
    "voice.jitter": "%",
    "voice.shimmer": "%",
    "voice.hnr_db": "dB",
    "voice.voiced_ratio": "%",
    "voice.snr_db": "dB",
    "face.height_px": "px",
    "speaking.mouth_motion": "times",
    "scene.brightness": "%",
    "scene.contrast": "%",
    "scene.motion": "per s",
}
_FAR: Final = 100
"""From here on numbers are printed without decimals."""
_UNIT: Final = re.compile(r"au\.(AU\d{1,2})(?:\.(onset|apex|offset)_s)?")
_DIMENSIONS: Final = frozenset({"valence", "arousal", "dominance"})


def during(start_s: float, end_s: float) -> str:
    """Write a span as it is read: m:ss.t, a dash, m:ss.t."""
    return f"{at(start_s)}{DASH}{at(end_s)}"


def tool_words(tool: str, t: Words = ENGLISH) -> str:
    """Say what a tool is for."""
    return t.named("tool", tool) or tool.replace("_", " ")


def missing_words(tool: str, t: Words = ENGLISH) -> str:
    """Say in two or three words what is missing where a tool left a gap."""
    return t.named("missing", tool) or t("missing_other", tool=tool.replace("_", " "))


def who(subject: str, t: Words = ENGLISH) -> str:
    """Return how a person is called."""
    return t("unknown_speaker") if subject == SCENE else subject


def pattern_words(pattern: str, t: Words = ENGLISH) -> str:
    """Return a pattern's name as words."""
    return t.named("pattern", pattern) or pattern.replace("_", " ")


def kind_words(kind: str, t: Words = ENGLISH) -> str:
    """Return what a kind of evidence is called."""
    return t.named("kind", kind) or kind


def event_words(event: str, t: Words = ENGLISH) -> str:
    """Return what a sound that is not a word is called."""
    return t.named("event", event) or event.replace("_", " ")


def unit_name(au: str, name: str, t: Words = ENGLISH) -> str:
    """Return what an action unit is called; ``name`` is its English name."""
    movement = MOVEMENTS.get(au)
    return movement.name if movement and t.language == "zh" else name


def quantity_words(quantity: str, t: Words = ENGLISH) -> tuple[str, str]:
    """Return the name of a quantity for readers, and its unit (may be empty, or 'signed')."""
    if (listed := t.named("quantity", quantity)) is not None:
        return listed, _UNITS.get(quantity, "")
    if found := _UNIT.fullmatch(quantity):
        unit, moment = found.groups()
        if moment:
            return t("quantity_of.moment", unit=unit, moment=t(f"quantity_of.{moment}")), "time"
        return t("quantity_of.intensity", unit=unit), "of 5"
    family, _, name = quantity.partition(".")
    if name in _DIMENSIONS:
        return t("quantity_of.signed", name=t(f"dimension.{name}")), "signed"
    if family in {"text", "face", "tone"}:
        return t("quantity_of.scored", name=taxonomy.category_word(name, t.language)), ""
    return quantity, ""


def value_words(quantity: str, value: Quantity, t: Words = ENGLISH) -> str:
    """Return a value with its unit, as it is printed."""
    _, unit = quantity_words(quantity, t)
    if isinstance(value, str):
        return event_words(value, t) if quantity == "event.name" else value
    if unit == "time":
        return at(value)
    sign = "" if unit == "signed" else t.named("unit", unit) or unit
    return f"{_number(quantity, unit, value)} {sign}".strip()


def _number(quantity: str, unit: str, value: float) -> str:
    if unit == "signed" or (("offset" in quantity or "slope" in quantity) and unit != "times"):
        number = f"{value:+.{1 if unit in {'semitones', 'dB'} else 2}f}"
        return number[1:] if not float(number) else number.replace("-", MINUS)
    if unit == "%":
        return f"{100 * value:.1f}"
    category = quantity.startswith(("text.", "face.", "tone.", "event."))
    category = category and ENGLISH.named("quantity", quantity) is None
    if (category or quantity.endswith(("score", ".likeness"))) and 0 <= value <= 1:
        return f"{value:.2f}"
    if unit.startswith(("semitones", "dB")):
        return f"{value:.1f}".replace("-", MINUS)
    number = f"{value:.0f}" if abs(value) >= _FAR else f"{value:.3g}"
    return number.replace("-", MINUS)


def relation_words(
    quantity: str, relation: str, value: Quantity, t: Words = ENGLISH
) -> tuple[str, str, str]:
    """Return an assertion as name, relation and value."""
    quoted = t("quoted", text=value) if isinstance(value, str) else value_words(quantity, value, t)
    family, _, axis = quantity.partition(".")
    name = t(f"dimension.{axis}") if axis in _DIMENSIONS else quantity_words(quantity, t)[0]
    if f"whose.{family}" in t:
        name = t(f"whose.{family}", name=name)
    return name, t.named("relation", relation) or relation, quoted
