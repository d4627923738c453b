"""What a segment has to be read by: face, voice, words. Words are read in the light of the others.

Told by the kind of the evidence, not by the specialist that found it: an utterance holds words,
whoever cut it out of the sound.
"""

from typing import Final

from emer.graphs.report import Branch
from emer.graphs.tasks.facts import Fact, SegmentFacts

FACE: Final = frozenset({"expression", "action_unit"})
VOICE: Final = frozenset({"voice", "speech_emotion", "voice_dimensions", "vocal_event"})
"""Sounds around somebody are heard with their voice."""
WORDS: Final = frozenset({"utterance", "text_emotion"})
_BRANCHES: Final[dict[tuple[bool, bool, bool], Branch]] = {
    (True, True, True): "V+A+T", (False, True, True): "A+T", (True, False, True): "V+T",
    (False, False, True): "T", (True, True, False): "V+A", (True, False, False): "V",
    (False, True, False): "A", (False, False, False): "none",
}  # fmt: skip
"""By whether there is a face, a voice, words."""


def branch_of(segment: SegmentFacts) -> Branch:
    """Return what there is in a segment; words count from any text on, scored or not."""
    kinds = {f.kind for f in segment.facts}
    said = any(_text(f) for f in segment.facts)
    return _BRANCHES[bool(kinds & FACE), bool(kinds & VOICE), said]


def _text(fact: Fact) -> str:
    text = fact.quantities.get("words.text")
    return text.strip() if isinstance(text, str) else ""
