"""Which kinds of feeling the clues of a segment carry, and how far.

A kind is carried by words (their categories, or because they name it) and by the face; the voice
says how well its arousal and valence go with that, and never brings up a kind of its own: prosody
alone does not tell which emotion it is. Where the other modalities show nothing, or the opposite,
a kind is carried less far.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from emer.graphs.facial_units import either, ramp
from emer.graphs.rule.readings.lexicon import named_kinds
from emer.graphs.rule.readings.patterns import Clues
from emer.graphs.rule.readings.prior import lifts
from emer.graphs.tasks.facts import ModalityFact
from emer.tools import taxonomy
from emer.tools.findings import Modality

SOCIAL: Final = 0.78
"""What is left of categories that are as often courtesy as feeling."""
_COURTESIES: Final = frozenset(
    {"gratitude", "approval", "caring", "optimism", "curiosity", "realization", "desire"}
)
_FACES: Final[Mapping[str, Mapping[str, float]]] = {
    "joy": {"felt_smile": 0.85, "smile": 0.45, "broad_smile": 0.2, "lasting_smile": 0.2},
    "amusement": {"felt_smile": 0.5},
    "sadness": {"sad_face": 0.9}, "anger": {"angry_face": 0.9}, "fear": {"afraid_face": 0.9},
    "disgust": {"disgusted_face": 0.9}, "contempt": {"contempt_face": 0.85},
    "surprise": {"surprised_face": 0.75},
    "annoyance": {"angry_face": 0.5}, "nervousness": {"afraid_face": 0.5, "tense_face": 0.4},
    "grief": {"sad_face": 0.5}, "disappointment": {"sad_face": 0.5}, "remorse": {"sad_face": 0.35},
    "embarrassment": {"controlled_smile": 0.45},
    "fatigue": {"eyes_down": 0.3}, "boredom": {"eyes_down": 0.25},
    "curiosity": {"raised_brows": 0.25}, "confusion": {"lowered_brows": 0.3},
}  # fmt: skip
"""What of the face goes with a kind. Only the first rows bring a kind up by themselves."""
BROUGHT_UP: Final = frozenset(
    {
        "joy", "sadness", "anger", "fear", "disgust", "contempt", "surprise", "embarrassment",
        "boredom", "fatigue",
    }
)  # fmt: skip
_DROOPING: Final = frozenset({"boredom", "fatigue"})
_PLACES: Final[Mapping[str, str]] = {
    "fatigue": "exhausted", "boredom": "bored", "nostalgia": "nostalgic", "envy": "envious",
    "calm": "relaxed", "loneliness": "lonely", "hurt": "hurt", "helplessness": "helpless",
    "determination": "determined", "overload": "overwhelmed", "awe": "in awe",
    "suspicion": "suspicious", "longing": "wistful", "impatience": "impatient",
    "contempt": "contemptuous", "shyness": "shy", "defence": "defensive",
}  # fmt: skip
"""Kinds that are no category of the words' set, and the label that gives their place."""
CONTESTS: Final = 0.15
"""How far a kind has to be carried to contest another one."""
SIDE_BY_SIDE: Final = 0.55
"""Share of the better one that it needs."""
APART: Final = 0.4
"""Distance on the plane from which two kinds are not shades of one feeling."""
BORNE_BY_SMILE: Final = 0.9
"""What an even voice leaves of joy beside a broad or lasting smile: people smile in silence."""
NAMED: Final = 0.5
"""How far words carry a kind that only a turn of phrase names."""


def place_of(kind: str) -> taxonomy.Affect:
    """Return where a kind lies on valence and arousal."""
    if kind in _PLACES:
        return taxonomy.LABELS[_PLACES[kind]].affect
    return taxonomy.category_affect("goemotions28", kind)


def carried(clues: Clues) -> dict[str, float]:
    """Return every kind that the clues bring up, and how far they carry it, 0..1."""
    named = named_kinds(clues.text)
    names = {*clues.categories, *_FACES, *named} - {"neutral"}
    lift = lifts(clues.prior)
    found = {kind: min(1.0, _carried(kind, clues, named) * lift.get(kind, 1.0)) for kind in names}
    return {kind: round(strength, 4) for kind, strength in found.items() if strength > 0.0}


def contested(clues: Clues) -> tuple[str, str] | None:
    """Return the two kinds that stand side by side; ``None`` if one leads or none shows."""
    categories = taxonomy.CATEGORY_SETS["goemotions28"]
    kinds = {k: s for k, s in carried(clues).items() if k in categories and s >= CONTESTS}
    best = sorted(kinds, key=lambda k: (-kinds[k], k))
    if not best:
        return None
    first = place_of(best[0])
    for other in best[1:]:
        apart = math.dist(first, place_of(other)) >= APART
        if apart and kinds[other] >= SIDE_BY_SIDE * kinds[best[0]]:
            return best[0], other
    return None


def _carried(kind: str, clues: Clues, named: frozenset[str]) -> float:
    said = clues.categories.get(kind, 0.0) * (SOCIAL if kind in _COURTESIES else 1.0)
    if kind in named:
        said = either(said, NAMED * _ready(kind, clues))
    faced = either(*(w * clues.strength(g) for g, w in _FACES.get(kind, {}).items()))
    if kind in _DROOPING and clues.words is not None:
        # heavy lids and a drowsy voice, over words that are not glad: no one of them would do
        drooping = math.sqrt(clues.strength("eyes_down") * clues.strength("voice_subdued"))
        glad = max(clues.strength("words_positive"), clues.strength("smile"))
        faced = either(faced, 0.75 * drooping * (1.0 - glad))
    if said == 0.0 and kind not in BROUGHT_UP:
        return 0.0
    if kind not in BROUGHT_UP:  # the face bears out what the words bring up, no further than that
        faced *= 0.6 * min(1.0, said / 0.35)
    joint = either(0.9 * said, 0.9 * faced)
    beside_voice = _beside_voice(kind, clues)
    if kind == "joy" and not clues.strength("voice_negative"):
        smiled = max(clues.strength("broad_smile"), clues.strength("lasting_smile"))
        beside_voice = max(beside_voice, BORNE_BY_SMILE * smiled)
    return joint * beside_voice * _beside_face(kind, clues, said, faced) * (
        _beside_words(kind, clues, said)
    )  # fmt: skip


def _ready(kind: str, clues: Clues) -> float:
    """Return how far words that do not sound like a kind may still bring it up."""
    valence = place_of(kind).valence
    words = clues.words.valence if clues.words and clues.words.valence is not None else 0.0
    return 1.0 - ramp(-valence * words, 0.02, 0.2)


def _beside_voice(kind: str, clues: Clues) -> float:
    """Return what the voice leaves of a kind: an even one little of any, a fitting one all."""
    voice = clues.voice
    if voice is None or voice.arousal is None:
        return 0.9
    place = place_of(kind)
    distance = voice.arousal - place.arousal
    # calm feelings are spoken calmly: what is not far from the kind's own arousal fits
    near = math.exp(-((distance / 0.55) ** 2))
    marked = max(ramp(abs(voice.arousal), 0.06, 0.35), ramp(abs(voice.valence or 0.0), 0.1, 0.4))
    unsteady = max(clues.strength("voice_shaky"), clues.strength("voice_pauses"))
    marked = max(marked, 0.7 * unsteady)
    opposed = ramp(-place.valence * (voice.valence or 0.0), 0.05, 0.25)
    return (0.57 + marked * (0.13 + 0.3 * near)) * (1.0 - 0.2 * opposed)


def _beside_face(kind: str, clues: Clues, said: float, faced: float) -> float:
    if clues.face is None or faced >= 0.3 or said == 0.0:
        return 1.0
    still = 0.12 * clues.strength("still_face")
    opposed = ramp(-place_of(kind).valence * (clues.face.valence or 0.0), 0.05, 0.3)
    return (1.0 - still) * (1.0 - 0.3 * opposed)


def _beside_words(kind: str, clues: Clues, said: float) -> float:
    words = clues.words
    if words is None or said > 0.1:
        return 1.0
    plain = 0.15 * ramp(0.2 - abs(words.valence or 0.0), 0.0, 0.1)
    other = 0.25 * ramp(max(clues.categories.values(), default=0.0), 0.3, 0.8)
    opposed = ramp(-place_of(kind).valence * (words.valence or 0.0), 0.05, 0.3)
    return (1.0 - plain) * (1.0 - other) * (1.0 - 0.35 * opposed)


def shown_affect(present: tuple[ModalityFact, ...]) -> taxonomy.Affect:
    """Return how pleasant and how aroused somebody comes across, both -1..1.

    Words and face tell the valence, the voice tells the arousal. A mean lies nearer to the middle
    than what it is the mean of, which is made up for.
    """
    valence = _mean([(_VALENCE_WEIGHTS[m.modality], m.valence) for m in present])
    arousal = _mean([(_AROUSAL_WEIGHTS[m.modality], m.arousal) for m in present])
    return taxonomy.Affect(*(max(-1.0, min(1.0, 1.25 * x)) for x in (valence, arousal)))


_VALENCE_WEIGHTS: Final = {
    Modality.WORDS: 1.0, Modality.FACE: 0.8, Modality.VOICE: 0.3, Modality.SCENE: 0.0
}  # fmt: skip
_AROUSAL_WEIGHTS: Final = {
    Modality.WORDS: 0.5, Modality.FACE: 0.35, Modality.VOICE: 1.0, Modality.SCENE: 0.0
}  # fmt: skip


def _mean(weighed: Sequence[tuple[float, float | None]]) -> float:
    known = [(w, x) for w, x in weighed if x is not None]
    total = sum(w for w, _ in known)
    return sum(w * x for w, x in known) / total if total else 0.0
