"""On what grounds a reading rests, in words: where face, voice and words lie, what speaks for it."""

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from emer.graphs.report import Assertion
from emer.graphs.rule.language import MIDDLES
from emer.graphs.rule.language.tables import Wording
from emer.graphs.rule.writing.face_shows import MIN_TOLD, categories_shown
from emer.graphs.rule.writing.moment import PREFIXES, RATED, Moment, placing
from emer.graphs.rule.writing.scores import FRAMES, MIN_AROUSAL
from emer.graphs.rule.writing.voice_sounds import MIN_VOICE_VALENCE, voice_heard_as
from emer.graphs.rule.writing.wording import (
    NEUTRAL,
    contains,
    cut,
    equals,
    printed,
    side,
    value,
)
from emer.graphs.rule.writing.words_express import categories_expressed
from emer.graphs.tasks.facts import Fact
from emer.graphs.verification.directions import sides_in
from emer.graphs.verification.lexicon import NOUNS
from emer.graphs.verification.scan import Scan
from emer.tools import taxonomy
from emer.tools.findings import Modality

MAX_FOR: Final = 3
MAX_AGAINST: Final = 2
ORDER: Final = (Modality.WORDS, Modality.VOICE, Modality.FACE)
VOICE: Final[Mapping[str, int]] = {
    "voice.arousal": 2, "voice.valence": 2, "voice.f0_offset_st": 1,
    "voice.intensity_offset_db": 1, "voice.rate_offset": 2, "voice.f0_range_st": 1,
    "voice.f0_slope_st_per_s": 1, "voice.pause_ratio": 2, "voice.jitter": 3,
}  # fmt: skip
"""What a voice's part in a reading can stand on, and the decimals that it is asserted with."""
_TONES: Final = tuple(f"tone.{c}" for c in taxonomy.CATEGORY_SETS["ravdess8"])
_PLANE: Final = frozenset({"face.valence", "face.arousal"})
_HOLDS: Final = {
    Modality.WORDS: "words_hold", Modality.FACE: "face_holds", Modality.VOICE: "voice_like",
}  # fmt: skip

_ALSO: Final = {True: "voice_also", False: "voice_besides"}
"""How a voice's arousal follows: on what was told of the voice alone, or of several together."""


class Bearing(NamedTuple):
    """What one modality contributes: its place on one dimension, or else a category."""

    modality: Modality
    dimension: str
    number: float
    fact: Fact
    category: str = ""
    """Named instead of the place, where that is near neutral."""

    @property
    def quantity(self) -> str:
        """What is asserted."""
        if self.category and self.modality is Modality.VOICE:
            return f"tone.{self.category}"
        if not self.category:
            return placing(self.fact, self.dimension)
        return f"{PREFIXES[self.modality]}.{self.category}"

    @property
    def asserted(self) -> Assertion:
        """The assertion behind it."""
        return equals(self.fact, self.quantity, 2)


def bearings(here: Moment, cited: frozenset[str]) -> list[Bearing]:
    """Return where the modalities lie, as far as claims told of it that cite this evidence."""
    found = [b for m in ORDER for b in _of_modality(here, m)]
    return [b for b in found if b.fact.evidence in cited]


def _of_modality(here: Moment, modality: Modality) -> list[Bearing]:
    """Return what a modality tells best: a voice arousal, the others valence."""
    if modality is not Modality.VOICE:
        leaning = here.leaning(modality, "valence")
        named = _category(here, modality)
        if named is not None and (leaning is None or abs(leaning[0]) < NEUTRAL):
            return [named]
        return [Bearing(modality, "valence", *leaning)] if leaning else []
    found = []
    for dimension, least in (("arousal", MIN_AROUSAL), ("valence", MIN_VOICE_VALENCE)):
        leaning = here.leaning(modality, dimension)
        if leaning is not None and abs(leaning[0]) >= least:
            found.append(Bearing(modality, dimension, *leaning))
    heard = voice_heard_as(here)
    if heard is not None and not any(b.dimension == "valence" for b in found):
        found.append(Bearing(modality, "", heard.score, heard.fact, heard.category))
    return found


def _category(here: Moment, modality: Modality) -> Bearing | None:
    best = (categories_expressed(here) if modality is Modality.WORDS else categories_shown(here))[
        :1
    ]
    if not best or best[0].category == "neutral":
        return None
    if modality is Modality.FACE and best[0].score < MIN_TOLD:
        return None
    return Bearing(modality, "", best[0].score, best[0].fact, best[0].category)


def placed(words: Wording, found: list[Bearing]) -> str:
    """Say where the modalities lie, those on the same side together, neutral ones last."""
    groups: dict[tuple[str, str], list[Bearing]] = {}
    for b in found:
        # categories are told one by one: each modality has its own way to show them
        key = ("", str(b.modality)) if b.category else (b.dimension, _direction(b, words))
        groups.setdefault(key, []).append(b)
    alone = {key for key, own in groups.items() if {b.modality for b in own} == {Modality.VOICE}}
    clauses, told, voiced = list[tuple[str, str]](), set[str](), ""
    # all that the voice says for itself comes together, its arousal last
    for key in sorted(groups, key=lambda g: (g[1] == words.neutral, g[0] == "arousal", g in alone)):
        own, (dimension, direction) = groups[key], key
        if voiced and key in alone and not own[0].category:
            before, text = clauses.pop()
            clauses.append((before, text + _further(words, own[0], voiced)))
            continue
        joint = "while" if dimension and dimension in told else "also"
        told.add(dimension)
        clause = _alone(words, own[0]) if len(own) == 1 else _together(words, own, direction)
        clauses.append((joint, clause))
        voiced = _ALSO[key in alone] if any(b.modality is Modality.VOICE for b in own) else ""
    return _chained(words, clauses)


def _further(words: Wording, b: Bearing, frame: str) -> str:
    """Add to a clause that told of the voice already."""
    degree, direction = side(b.number, b.quantity, words)
    return words.say(
        frame, own="", degree=degree, direction=direction,
        dimension=words.frames[b.dimension], n=printed(b.number, 2, signed=True),
    )  # fmt: skip


def _chained(words: Wording, clauses: list[tuple[str, str]]) -> str:
    """Join clauses, each by its own joint; of several "and" in a row only the last is said."""
    text = ""
    for place, (joint, clause) in enumerate(clauses):
        following = clauses[place + 1][0] if place + 1 < len(clauses) else ""
        if text:
            text += words.joints["next" if joint == following == "also" else joint]
        text += clause
    return text


def _direction(b: Bearing, words: Wording) -> str:
    return side(b.number, b.quantity, words)[1]


def _alone(words: Wording, b: Bearing) -> str:
    if b.category:
        frame = _HOLDS[b.modality]
        name = taxonomy.category_word(b.category, words.language)
        return words.say(frame, own=words.frames["same"], found=name)
    degree, direction = side(b.number, b.quantity, words)
    return words.say(
        FRAMES[b.modality], own=words.frames["same"], degree=degree, direction=direction,
        dimension=words.frames[b.dimension], n=printed(b.number, 2, signed=True),
    )  # fmt: skip


def _together(words: Wording, own: list[Bearing], direction: str) -> str:
    subjects = [
        words.say(
            "measured",
            modality=words.say("the", noun=words.modalities[b.modality]),
            dimension=words.frames[b.dimension],
            n=printed(b.number, 2, signed=True),
        )
        for b in own
    ]
    return words.say("are", subjects=words.listed(subjects), direction=direction)


def argued(here: Moment, asserted: list[Assertion]) -> str:
    """Say what speaks for the reading and against it, as far as it can be checked here.

    Of each modality the strongest ground is told; they come in that order.
    """
    reading = here.reading
    if reading is None:
        return ""
    favour = _kept(here.words, reading.speaks_for, asserted, MAX_FOR)
    against = _kept(here.words, reading.speaks_against, asserted, MAX_AGAINST)
    text = here.words.chained(favour)
    if favour and against:
        text += here.words.say("against", grounds=here.words.chained(against))
    return text


def _kept(words: Wording, phrases: list[str], asserted: list[Assertion], most: int) -> list[str]:
    names = {own: name for name, own in words.grounds.items()}
    kept: dict[Modality, str] = {}
    for phrase in phrases:
        modality = _modality(names.get(phrase, ""))
        if phrase in names and _is_carried(phrase, modality, asserted):
            kept.setdefault(modality, phrase)
    return list(kept.values())[:most]


def _modality(ground: str) -> Modality:
    prefix = ground.partition("_")[0]
    of = {
        "words": Modality.WORDS, "says": Modality.WORDS, "voice": Modality.VOICE,
        "sound": Modality.VOICE,
    }  # fmt: skip
    return of.get(prefix, Modality.FACE)


def _is_carried(phrase: str, modality: Modality, asserted: list[Assertion]) -> bool:
    """Whether every word for a side in a phrase is that of something asserted.

    A phrase with such a word must also name its modality, or it would be read as the one before.
    """
    sides = sides_in(Scan.of(phrase, ()))
    if sides and not re.search(NOUNS[str(modality)], phrase):
        return False
    return all(any(word.of(a.quantity) == _side(a) for a in asserted) for word in sides)


def _side(asserted: Assertion) -> int:
    number = asserted.value if not isinstance(asserted.value, str) else 0.0
    off = number - MIDDLES.get(asserted.quantity, 0.0)
    least = NEUTRAL if asserted.quantity.endswith((".valence", ".arousal")) else 0.0
    return 1 if off > least else -1 if off < -least else 0


def standing(here: Moment, cited: frozenset[str]) -> list[Assertion]:
    """Assert what the grounds of a reading stand on, of the evidence that claims cite."""
    found = [
        equals(f, f"text.{category}", 2)
        for f in here.facts("text_emotion")
        for category in str(f.quantities.get("text.expressed", "")).split()
        if value(f, f"text.{category}") is not None
    ]
    if said := here.said():
        found.append(contains(said[1], cut(said[0])))
    for fact in here.facts("voice"):
        found += [equals(fact, q, n) for q, n in VOICE.items() if value(fact, q) is not None]
    for fact in here.facts(RATED):
        found += [equals(fact, placing(fact, d), 2) for d in ("arousal", "valence")]
    for fact in here.facts("speech_emotion"):
        tones = {q: v for q in _TONES if (v := value(fact, q)) is not None}
        loudest = max(tones, key=lambda q: tones[q], default=None)
        found += [equals(fact, loudest, 2)] if loudest else []
    for fact in here.facts("expression"):
        scores = {q: v for q in fact.quantities if (v := value(fact, q)) is not None}
        best = max((q for q in scores if q not in _PLANE), key=lambda q: scores[q], default=None)
        found += [equals(fact, best, 2)] if best else []
    for fact in here.facts("action_unit"):
        found += [
            equals(fact, q, 1)
            for q in fact.quantities
            if q.startswith("au.AU") and "." not in q[3:]
        ]
    return [a for a in found if a.evidence[0] in cited]
