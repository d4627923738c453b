"""Why a segment is read as it is: sentences and short phrases from grounds, English or Chinese."""

from collections.abc import Iterable, Sequence
from typing import Final

from emer.graphs.report import Agreement, Language
from emer.graphs.rule.readings.grounds import Ground, phrases
from emer.graphs.rule.readings.patterns import Clues, Pattern
from emer.graphs.tasks.facts import ModalityFact
from emer.tools import taxonomy
from emer.tools.findings import Modality

MAX_PHRASES: Final = 4
MIN_TOLD: Final = 0.25
"""Grounds weaker than this are not told beside a label."""
_SENTENCES: Final = {
    "nothing_there": ("no face, voice or words could be read here", "这里读不到表情、声音或话语"),
    "voice_alone": (
        "the voice alone does not tell which emotion it is", "单凭声音分不清是哪种情绪"
    ),
    "too_thin": ("{which} alone: too little to go by", "只有{which}，依据太少"),
    "one_only": ("only {which} could be read", "只读得到{which}"),
    "unmarked": ("nothing marked shows in {which}", "{which}都没有明显的情绪"),
    "unmarked_face": (
        "nothing marked among the movements that are measured", "测到的动作里没有明显的表情"
    ),
    "unmarked_beside": (
        "nothing marked shows in {which}, nor in the face among the movements that are measured",
        "{which}没有明显的情绪，脸上测到的动作里也没有",
    ),
    "side_by_side": (
        "signs of {one} and of {other} stand side by side", "{one}和{other}的迹象同时出现"
    ),
    "sound_beside": (
        "{sound} beside {lean} words: whose it is, and which of the two counts, cannot be told",
        "{sound}，而话语{lean}：分不清声音是谁的，也分不清该以哪一方为准",
    ),
    "weak": ("{which}: too little for any one emotion", "{which}：不足以说是哪一种情绪"),
    "agree": ("{which}: no clear contradiction", "{which}之间没有明显矛盾"),
    "conflict": ("{one} and {other} lean to opposite sides in {axis}", "{one}和{other}的{axis}相反"),
    "against": ("{speaks_for}; against it: {against}", "{speaks_for}；不利的是：{against}"),
    "doubted": (
        "{which} was concluded and did not hold when it was judged again", "“{which}”的判断复核时未成立"
    ),
    "expresses": ("the words express {kind}", "话语表达{kind}"),
    "shows": ("the face shows {kind}", "脸上显出{kind}"),
}  # fmt: skip
_MODALITIES: Final = {
    Modality.WORDS: ("the words", "话语"), Modality.VOICE: ("the voice", "声音"),
    Modality.FACE: ("the face", "面部"), Modality.SCENE: ("the scene", "画面"),
}  # fmt: skip
_AXES: Final = {"valence": ("valence", "愉悦度"), "arousal": ("arousal", "激动程度")}
_JOINTS: Final = {"en": (", ", " and "), "zh": ("、", "和")}
_UNTOLD: Final = frozenset({"words_plain", "words_polite", "words_soothing", "words_glad"})
"""Grounds that say something beside a pattern only."""


def told(sentence: str, language: Language, **slots: str) -> str:
    """Return one of the sentences above."""
    english, chinese = _SENTENCES[sentence]
    return (chinese if language == "zh" else english).format(**slots)


def of_pattern(pattern: Pattern, language: Language) -> tuple[str, list[str], list[str]]:
    """Return the reason for a named pattern, what speaks for it and what against."""
    speaks_for = phrases(pattern.speaks_for, language)
    against = phrases(pattern.speaks_against, language)
    reason = _listed(speaks_for[:MAX_PHRASES], language)
    if against:
        reason = told(
            "against", language, speaks_for=reason, against=_listed(against[:2], language)
        )
    return reason, speaks_for, against


def of_congruent(clues: Clues, label: str, language: Language) -> str:
    """Return the reason where nothing contradicts: what each modality contributes."""
    speaks_for, against = bearing(clues, label, language)
    if not speaks_for:
        return told("agree", language, which=named(clues.present, language))
    reason = _listed(speaks_for[:MAX_PHRASES], language)
    if not against:
        return reason
    return told("against", language, speaks_for=reason, against=_listed(against[:2], language))


def of_mixed(conflicts: Iterable[Agreement], language: Language) -> str:
    """Return which modalities contradict each other, and on what."""
    place = 1 if language == "zh" else 0
    return "; ".join(
        told(
            "conflict", language,
            one=_MODALITIES[a.pair[0]][place], other=_MODALITIES[a.pair[1]][place],
            axis=_AXES[a.dimension or "valence"][place],
        )
        for a in conflicts
    )  # fmt: skip


def of_sound(sound: Ground, *, negative: bool, language: Language) -> str:
    """Return that a sound and the words go different ways, and that neither is preferred."""
    lean = ("negative", "偏消极") if negative else ("positive", "偏积极")
    return told(
        "sound_beside", language, sound=phrases([sound], language)[0],
        lean=lean[1 if language == "zh" else 0],
    )  # fmt: skip


def of_thin(present: Sequence[ModalityFact], language: Language) -> str:
    """Return that only so much could be read."""
    sentence = "one_only" if len(present) == 1 else "too_thin"
    return told(sentence, language, which=named(present, language))


def of_unmarked(present: Sequence[ModalityFact], language: Language) -> str:
    """Return that nothing marked shows; of a face, only as far as its movements are measured."""
    others = [m for m in present if m.modality is not Modality.FACE]
    if len(others) == len(present):
        return told("unmarked", language, which=named(present, language))
    if not others:
        return told("unmarked_face", language)
    return told("unmarked_beside", language, which=named(others, language))


def of_weak(
    present: Sequence[ModalityFact], contested: tuple[str, str] | None, language: Language
) -> str:
    """Return that what could be read carries no emotion, or which two contest each other."""
    if contested is None:
        return told("weak", language, which=named(present, language))
    one, other = (taxonomy.category_word(kind, language) for kind in contested)
    return told("side_by_side", language, one=one, other=other)


def bearing(clues: Clues, label: str, language: Language) -> tuple[list[str], list[str]]:
    """Return what speaks for a label and what against it, as short phrases."""
    place = taxonomy.LABELS[label]
    speaks_for: list[str] = []
    against: list[str] = []
    for category, strength in sorted(clues.categories.items(), key=lambda kv: (-kv[1], kv[0])):
        if category == "neutral" or strength < MIN_TOLD:
            continue
        kind = taxonomy.category_word(category, language)
        side = taxonomy.category_affect("goemotions28", category).valence * place.valence
        (against if side < -0.05 else speaks_for).append(told("expresses", language, kind=kind))
    for ground in sorted(clues.grounds.values(), key=lambda g: (-g.strength, g.name)):
        if ground.modality is Modality.WORDS or ground.name in _UNTOLD:
            continue
        side = _sides(ground, place)
        if ground.strength < MIN_TOLD or side == 0.0:
            continue
        (speaks_for if side > 0 else against).extend(phrases([ground], language))
    return list(dict.fromkeys(speaks_for))[:6], list(dict.fromkeys(against))[:4]


_VALENCE: Final = {
    "voice_positive": 1, "voice_negative": -1, "voice_warm": 1, "voice_tense": -1, "voice_harsh": -1,
    "voice_nervous": -1, "smile": 1,
    "felt_smile": 1, "broad_smile": 1, "lasting_smile": 1, "sad_face": -1, "angry_face": -1, "afraid_face": -1, "disgusted_face": -1,
    "contempt_face": -1, "inner_brows": -1, "tense_face": -1, "voice_shaky": -1,
}  # fmt: skip
_AROUSAL: Final = {
    "voice_aroused": 1, "voice_loud": 1, "voice_high": 1, "voice_fast": 1, "voice_subdued": -1,
    "voice_quiet": -1, "voice_slow": -1, "voice_low": -1, "eyes_down": -1, "surprised_face": 1,
    "raised_brows": 1,
}  # fmt: skip


def _sides(ground: Ground, label: taxonomy.Label) -> float:
    """Return whether a ground speaks for a label (positive), against it, or neither (0)."""
    if ground.name in _VALENCE:
        return _VALENCE[ground.name] * label.valence if abs(label.valence) >= 0.15 else 0.0
    if ground.name in _AROUSAL:
        return _AROUSAL[ground.name] * label.arousal if abs(label.arousal) >= 0.15 else 0.0
    return 0.0


def named(present: Sequence[ModalityFact], language: Language) -> str:
    """List modalities as they are spoken of."""
    return _listed(
        [_MODALITIES[m.modality][1 if language == "zh" else 0] for m in present], language
    )


def _listed(items: list[str], language: Language) -> str:
    comma, last = _JOINTS[language]
    if len(items) < 2:
        return "".join(items)
    if language == "zh":
        return comma.join(items)
    return last.join((comma.join(items[:-1]), items[-1]))
