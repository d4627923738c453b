"""How the page names things: quantities with units, relations, stages, patterns, kinds, tools.

Names of quantities are those of ``Reading.quantities()``; one that is not listed is shown under
its own name, so that a new reading needs no change here.
"""

import re
from typing import Final

from emer.graphs.rule.writing.wording import at
from emer.tools.findings import SCENE
from emer.tools.readings import Quantity

MINUS: Final = "\u2212"
DASH: Final = "\u2013"
STAGES: Final = {
    "attribute": "Attributes",
    "expression": "Expressions",
    "disagreement": "Disagreement",
    "reaction": "Reaction",
    "shift": "Shift",
    "emotion": "Emotion",
    "cause": "Possible cause",
    "whole": "Summary",
}
"""Stages of the explanation in the order in which one rests on the other."""
STAGE_NOTES: Final = {
    "attribute": "what was measured and said",
    "expression": "what face, voice and words each show",
    "disagreement": "where they do not go together",
    "reaction": "to what somebody else said",
    "shift": "against earlier in the clip",
    "emotion": "what all of it together is taken for",
    "cause": "what may have set it off: a hypothesis",
}
UNKNOWN: Final = "unknown speaker"
"""Whoever said what no person could be linked to."""
TOOLS: Final = {
    "asr": "transcript",
    "diarization": "who speaks when",
    "speech_activity": "detection of speech",
    "utterances": "utterances",
    "faces": "detection of faces",
    "face_likeness": "likeness of faces",
    "active_speaker": "whose mouth goes with the voice",
    "action_units": "facial movements",
    "expression": "facial expression",
    "voice_affect": "tone of voice",
    "speech_emotion": "emotion in the voice",
    "voice_dimensions": "arousal and valence of the voice",
    "text_emotion": "emotion in the words",
    "translation": "translation of the words",
    "visual_attributes": "look of the picture",
    "gesture": "gestures and posture",
    "on_screen_text": "text in the picture",
    "vocal_events": "laughter, sighs and other sounds",
    "impression": "impression of another model",
}
"""What each tool is for; one that is not listed is shown under its own name."""
MISSING: Final = {
    "asr": "no transcript",
    "diarization": "speaker not known",
    "speech_activity": "no speech",
    "faces": "no face",
    "action_units": "face not measured",
    "expression": "face not read",
    "voice_affect": "voice not read",
    "speech_emotion": "emotion in the voice not read",
    "voice_dimensions": "arousal and valence of the voice not read",
    "text_emotion": "words not read",
    "translation": "words not translated",
}
"""What is written on the gap that a tool left."""
KINDS: Final = {
    "speech": "Speech heard",
    "speaker_turn": "Speaker turn",
    "words": "Transcript",
    "utterance": "Utterance",
    "voice": "Voice",
    "speech_emotion": "What the voice sounds like",
    "voice_dimensions": "Where raters would place the voice",
    "vocal_event": "Sound that is not a word",
    "face_track": "Face in the picture",
    "speaking_face": "Moving mouth while speech is heard",
    "likeness": "Likeness of two faces",
    "text_emotion": "What the words express",
    "translation": "Translation",
    "action_unit": "Facial movement",
    "expression": "Facial expression",
    "scene": "Look of the picture",
    "on_screen_text": "Text in the picture",
    "impression": "In another model's words",
}
RELATIONS: Final = {"eq": "=", "gt": ">", "ge": "≥", "lt": "<", "le": "≤", "contains": "contains"}
PATTERNS: Final = {
    "congruent": "face, voice and words go together",
    "mixed": "mixed clues",
    "thin": "few clues",
    "flat_good_news": "good news told flatly",
}
"""Patterns whose names do not read as words by themselves."""
TRIGGERS: Final = {
    "words_of_other": "after words of",
    "own_words": "with own words of",
    "face_of_other": "after a facial movement of",
    "cut": "after a cut",
}
MODALITIES: Final = {"face": "face", "voice": "voice", "words": "words", "scene": "scene"}

_NAMES: Final[dict[str, tuple[str, str]]] = {
    "speech.score": ("speech, detector score", ""),
    "turn.speaker": ("speaker", ""),
    "turn.n_speakers": ("speakers in the clip", ""),
    "words.text": ("words", ""),
    "impression.text": ("its words", ""),
    "words.n": ("number of words", ""),
    "utterance.speech_s": ("speech inside", "s"),
    "event.name": ("what was heard", ""),
    "tone.familiarity": ("likeness to the speech it was trained on", ""),
    "voice.f0_median_hz": ("pitch, median", "Hz"),
    "voice.f0_offset_st": ("pitch against own usual", "semitones"),
    "voice.f0_range_st": ("pitch range", "semitones"),
    "voice.f0_slope_st_per_s": ("pitch slope", "semitones/s"),
    "voice.intensity_db": ("loudness", "dB of full scale"),
    "voice.intensity_offset_db": ("loudness against own usual", "dB"),
    "voice.intensity_range_db": ("loudness range", "dB"),
    "voice.rate_syllables_per_s": ("speaking rate", "syllables/s"),
    "voice.rate_offset": ("rate against own usual", "times"),
    "voice.pause_ratio": ("share of pauses", "%"),
    "voice.longest_pause_s": ("longest pause", "s"),
    "voice.jitter": ("jitter", "%"),
    "voice.shimmer": ("shimmer", "%"),
    "voice.hnr_db": ("harmonics to noise", "dB"),
    "voice.voiced_ratio": ("voiced share", "%"),
    "voice.snr_db": ("speech over noise floor", "dB"),
    "face.track": ("face track", ""),
    "face.n_frames": ("pictures with this face", ""),
    "face.height_px": ("height of the face", "px"),
    "speaking.score": ("mouth goes with the voice, score", ""),
    "speaking.mouth_motion": ("mouth motion, ratio to silence", "times"),
    "likeness.score": ("likeness, score", ""),
    "text.expressed": ("expressed", ""),
    "text.cue": ("cue words", ""),
    "text.translated_from": ("read in translation from", ""),
    "translation.from": ("translated from", ""),
    "translation.to": ("translated into", ""),
    "au.name": ("name", ""),
    "scene.brightness": ("brightness", "%"),
    "scene.contrast": ("contrast", "%"),
    "scene.colourfulness": ("colourfulness (0 grey to about 110)", ""),
    "scene.motion": ("motion", "per s"),
    "scene.n_cuts": ("hard cuts", ""),
    "screen.text": ("text in the picture", ""),
    "screen.n_lines": ("lines of text", ""),
}
_FAR: Final = 100
"""From here on numbers are printed without decimals."""
_UNIT: Final = re.compile(r"au\.(AU\d{1,2})(?:\.(onset|apex|offset)_s)?")


def during(start_s: float, end_s: float) -> str:
    """Write a span as it is read: m:ss.t, a dash, m:ss.t."""
    return f"{at(start_s)}{DASH}{at(end_s)}"


def tool_words(tool: str) -> str:
    """Say what a tool is for."""
    return TOOLS.get(tool, tool.replace("_", " "))


def missing_words(tool: str) -> str:
    """Say in two or three words what is missing where a tool left a gap."""
    return MISSING.get(tool, f"no {tool.replace('_', ' ')}")


def who(subject: str) -> str:
    """Return how a person is called."""
    return UNKNOWN if subject == SCENE else subject


def pattern_words(pattern: str) -> str:
    """Return a pattern's name as words."""
    return PATTERNS.get(pattern, pattern.replace("_", " "))


def quantity_words(quantity: str) -> tuple[str, str]:
    """Return the name of a quantity for readers, and its unit (may be empty)."""
    if quantity in _NAMES:
        return _NAMES[quantity]
    if found := _UNIT.fullmatch(quantity):
        unit, moment = found.groups()
        return (f"{unit} {moment}", "time") if moment else (f"{unit} intensity", "of 5")
    family, _, name = quantity.partition(".")
    if name in {"valence", "arousal", "dominance"}:
        return f"{name} ({MINUS}1 to +1)", "signed"
    return (
        f"{name.replace('_', ' ')}, score" if family in {"text", "face", "tone"} else quantity
    ), ""


def value_words(quantity: str, value: Quantity) -> str:
    """Return a value with its unit, as it is printed."""
    _, unit = quantity_words(quantity)
    if isinstance(value, str):
        return value
    if unit == "time":
        return at(value)
    return f"{_number(quantity, unit, value)} {'' if unit == 'signed' else unit}".strip()


def _number(quantity: str, unit: str, value: float) -> str:
    if unit == "signed" or (("offset" in quantity or "slope" in quantity) and unit != "times"):
        number = f"{value:+.{1 if unit in {'semitones', 'dB'} else 2}f}"
        return number[1:] if not float(number) else number.replace("-", MINUS)
    if unit == "%":
        return f"{100 * value:.1f}"
    category = quantity.startswith(("text.", "face.", "tone.", "event.")) and quantity not in _NAMES
    if (category or quantity.endswith(("score", ".likeness"))) and 0 <= value <= 1:
        return f"{value:.2f}"
    if unit.startswith(("semitones", "dB")):
        return f"{value:.1f}".replace("-", MINUS)
    number = f"{value:.0f}" if abs(value) >= _FAR else f"{value:.3g}"
    return number.replace("-", MINUS)


def relation_words(quantity: str, relation: str, value: Quantity) -> tuple[str, str, str]:
    """Return an assertion as name, relation and value."""
    quoted = f"“{value}”" if isinstance(value, str) else value_words(quantity, value)
    family = quantity.partition(".")[0]
    name = quantity_words(quantity)[0].removesuffix(f" ({MINUS}1 to +1)")
    whose = {"text": "words: ", "face": "face: ", "voice": "voice: ", "tone": "voice: "}.get(
        family, ""
    )
    return f"{whose}{name}", RELATIONS.get(relation, relation), quoted
