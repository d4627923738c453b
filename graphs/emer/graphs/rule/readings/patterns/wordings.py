"""Grounds in the words: what they express, and the turns of phrase that show their purpose."""

from collections.abc import Iterator, Mapping
from typing import Final

from emer.graphs.facial_units import either, ramp
from emer.graphs.rule.readings.grounds import Ground
from emer.graphs.rule.readings.lexicon import named_kinds, turns_of_phrase
from emer.graphs.tasks.facts import ModalityFact, SegmentFacts
from emer.tools import taxonomy
from emer.tools.findings import Modality
from emer.tools.taxonomy import CATEGORY_SETS

LEAST: Final = 0.05
"""A category score below this says nothing; one from ``CLEAR`` on says all that words can."""
CLEAR: Final = 0.55
UNEXPRESSED: Final = 0.6
"""What is left of a category that stays below the engine's own threshold."""
NAMED: Final = 0.7
"""How clear it is that words bring up a kind of feeling if a turn of phrase does."""
_NAMED: Final = frozenset({"determination", "envy", "nostalgia", "boredom"})
"""Kinds that explain what a face or voice would else be taken for."""
_GROUNDS: Final[Mapping[str, Mapping[str, float]]] = {
    "words_praise": {
        "admiration": 1.0, "approval": 0.7, "love": 0.7, "gratitude": 0.5, "excitement": 0.6,
        "joy": 0.6, "caring": 0.5, "amusement": 0.4, "optimism": 0.4, "pride": 0.4,
        "surprise": 0.2,
    },
    "words_glad": {
        "joy": 1.0, "excitement": 1.0, "relief": 1.0, "pride": 0.9, "gratitude": 0.6,
        "optimism": 0.6, "love": 0.5, "approval": 0.5, "admiration": 0.5, "surprise": 0.3,
        "realization": 0.2,
    },
    "words_sad": {"sadness": 1.0, "grief": 1.0, "disappointment": 0.6, "remorse": 0.6},
    "words_tender": {
        "love": 1.0, "caring": 0.7, "gratitude": 0.8, "grief": 0.7, "sadness": 0.6, "pride": 0.6,
        "joy": 0.5, "admiration": 0.4, "relief": 0.6, "desire": 0.3,
    },
    "words_critical": {
        "annoyance": 1.0, "disapproval": 1.0, "anger": 0.8, "disgust": 0.7, "disappointment": 0.4,
        "amusement": 0.25, "confusion": 0.2,
    },
    "words_polite": {
        "gratitude": 1.0, "approval": 0.7, "caring": 0.7, "neutral": 0.5, "optimism": 0.35,
        "desire": 0.5, "admiration": 0.4, "realization": 0.4, "curiosity": 0.4, "remorse": 0.3,
    },
    "words_soothing": {
        "approval": 0.8, "optimism": 1.0, "relief": 0.8, "caring": 0.8, "neutral": 0.6,
        "joy": 0.5, "gratitude": 0.3, "realization": 0.3, "excitement": 0.3, "admiration": 0.2,
    },
    "words_vulnerable": {
        "nervousness": 1.0, "fear": 1.0, "embarrassment": 1.0, "remorse": 0.9, "sadness": 0.9,
        "grief": 1.0, "disappointment": 0.6,
    },
    "words_afraid": {"nervousness": 1.0, "fear": 1.0},
    "words_pondering": {"confusion": 1.0, "curiosity": 0.8, "realization": 0.5},
    "words_angry": {"anger": 1.0, "disgust": 0.4},
    "words_amused": {"amusement": 1.0},
    "words_admitting": {
        "nervousness": 1.0, "fear": 1.0, "embarrassment": 1.0, "sadness": 1.0, "grief": 1.0,
        "remorse": 0.8, "disappointment": 1.0, "anger": 0.9, "annoyance": 0.8, "disgust": 0.8,
        "disapproval": 0.5, "confusion": 0.3,
    },
}  # fmt: skip


def category_strengths(segment: SegmentFacts, words: ModalityFact | None) -> dict[str, float]:
    """Return how clearly the words express each category, 0..1; what says nothing is left out."""
    if words is None:
        return {}
    found: dict[str, float] = {}
    for fact in segment.facts:
        if fact.kind != "text_emotion":
            continue
        expressed = str(fact.quantities.get("text.expressed", "")).split()
        for category in CATEGORY_SETS["goemotions28"]:
            score = fact.quantities.get(f"text.{category}")
            if isinstance(score, float | int):
                clear = ramp(score, LEAST, CLEAR) ** 0.75
                clear *= 1.0 if category in expressed else UNEXPRESSED
                found[category] = max(found.get(category, 0.0), clear)
    if not any(f.kind == "text_emotion" for f in segment.facts):
        found = _by_labels(words)
    return {category: round(s, 4) for category, s in found.items() if s > 0.0}


def _by_labels(words: ModalityFact) -> dict[str, float]:
    """Read categories off the labels that they support, where their scores are not given."""
    return {
        category: words.support.get(labels[0], 0.0)
        for category in CATEGORY_SETS["goemotions28"]
        if (labels := taxonomy.labels_for("goemotions28", category))
    }


def words_grounds(segment: SegmentFacts, words: ModalityFact | None) -> Iterator[Ground]:
    """Yield what the words of ``segment`` are grounds for."""
    if segment.role != "speaking":
        return
    spoken = [f for f in segment.facts if f.kind == "utterance" and f.quantities.get("words.text")]
    for fact in spoken[:1]:
        text = str(fact.quantities["words.text"])
        for purpose, clear in turns_of_phrase(text).items():
            yield Ground(f"says_{purpose}", clear, Modality.WORDS, (fact.evidence,))
        for kind in sorted(named_kinds(text) & _NAMED):
            yield Ground(f"says_{kind}", NAMED, Modality.WORDS, (fact.evidence,))
    if words is None:
        if not spoken:
            cited = tuple(f.evidence for f in segment.facts if f.kind in {"utterance", "voice"})
            yield Ground("words_missing", 1.0, Modality.WORDS, cited)
        return
    expressed = category_strengths(segment, words)

    def ground(name: str, strength: float) -> Ground:
        return Ground(name, round(min(1.0, strength), 4), Modality.WORDS, words.evidence)

    for name, weights in _GROUNDS.items():
        yield ground(name, either(*(w * expressed.get(c, 0.0) for c, w in weights.items())))
    valence = words.valence or 0.0
    yield ground("words_positive", ramp(valence, 0.05, 0.45))
    yield ground("words_negative", ramp(-valence, 0.05, 0.45))
    yield ground("words_plain", 1.0 - ramp(abs(valence), 0.1, 0.4))
    yield ground("words_effusive", ramp(valence, 0.45, 0.75))
