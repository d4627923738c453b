"""Grounds: what speaks for or against a reading, each with a strength, its evidence and a phrase.

Reads    nothing
Returns  phrases in English and Chinese; every ground that a rule can name has one in both
Cost     dictionary look-ups
"""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from emer.graphs.report import Language
from emer.tools.findings import Modality


class Ground(NamedTuple):
    """One thing that was observed in one modality of one segment."""

    name: str
    strength: float
    """0..1."""
    modality: Modality
    evidence: tuple[str, ...]


PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    # words: what they express
    "words_positive": ("the words are positive", "话语是正面的"),
    "words_negative": ("the words are negative", "话语是负面的"),
    "words_plain": ("the words are plain", "话语平淡"),
    "words_praise": ("the words praise", "话语在称赞"),
    "words_effusive": ("the words are effusive", "话语过分热情"),
    "words_glad": ("the words tell of something good", "话语说的是好事"),
    "words_sad": ("the words are sad", "话语悲伤"),
    "words_tender": ("the words are tender", "话语含着柔情"),
    "words_critical": ("the words criticise", "话语在批评"),
    "words_polite": ("the words are civil", "话语客气"),
    "words_soothing": ("the words sound composed", "话语显得镇定"),
    "words_vulnerable": ("the words admit worry, shame or sadness", "话语承认担心、羞愧或难过"),
    "words_pondering": ("the words ask or wonder", "话语在发问或思索"),
    "words_afraid": ("the words admit worry", "话语承认担心"),
    "words_angry": ("the words are angry", "话语带着怒气"),
    "words_amused": ("the words express amusement", "话语带着笑意"),
    "words_admitting": ("the words say themselves that something is wrong", "话语自己承认有事不对"),
    "words_missing": ("what is said is not known", "不知道说了什么"),
    # words: turns of phrase
    "says_irony": ("the praise is phrased as irony often is", "称赞的说法常见于反话"),
    "says_civil": ("polite turns of phrase", "用了客套的说法"),
    "says_apology": ("the words apologise", "话语在道歉"),
    "says_calm": ("the words say that all is well", "话里说一切都好"),
    "says_news": ("the words report a success or good luck", "话里报告了成功或好运"),
    "says_wishes": ("the words share in somebody else's luck", "话里在为别人的好事道贺"),
    "says_dismissive": ("the words brush something aside", "话里带着轻视"),
    "says_mock": ("an insult of the kind used in play", "用了打趣式的骂人话"),
    "says_loss": ("the words speak of parting, loss or memory", "话里说到离别、失去或往事"),
    "says_determination": ("the words tell of a resolve", "话里透着决心"),
    "says_envy": ("the words compare with somebody better off", "话里在和更走运的人相比"),
    "says_nostalgia": ("the words look back", "话里在回忆往事"),
    "says_boredom": ("the words tell of boredom", "话里透着无聊"),
    # voice
    "voice_even": ("the voice is even", "声音平稳"),
    "voice_aroused": ("the voice is aroused", "声音激动"),
    "voice_subdued": ("the voice is subdued", "声音低沉无力"),
    "voice_positive": ("the voice sounds pleasant", "声音听来愉快"),
    "voice_negative": ("the voice sounds unpleasant", "声音听来不快"),
    "voice_high": ("the voice is higher than usual", "声调比平时高"),
    "voice_low": ("the voice is lower than usual", "声调比平时低"),
    "voice_loud": ("the voice is louder than usual", "声音比平时大"),
    "voice_quiet": ("the voice is quieter than usual", "声音比平时小"),
    "voice_full": ("the voice is no quieter than usual", "声音不比平时小"),
    "voice_fast": ("the speech is hurried", "语速偏快"),
    "voice_slow": ("the speech is slow", "语速偏慢"),
    "voice_monotone": ("the pitch hardly moves", "音高几乎没有起伏"),
    "voice_wide": ("the pitch moves widely", "音高起伏很大"),
    "voice_falling": ("the pitch falls", "音高下降"),
    "voice_rising": ("the pitch rises", "音高上升"),
    "voice_pauses": ("the speech is broken by pauses", "说话断断续续"),
    "voice_shaky": ("the voice is unsteady", "声音发颤"),
    "voice_pressed": ("the voice is pressed", "声音紧绷"),
    "voice_tense": ("the voice is tense", "声音紧张"),
    "voice_harsh": ("the voice sounds angry rather than afraid", "声音更像生气而不是害怕"),
    "voice_nervous": ("the voice sounds nervous", "声音听来不安"),
    "voice_drawl": ("a slow, low or monotone delivery", "说得慢、低或没有起伏"),
    "voice_exaggerated": ("an exaggerated melody without warmth", "语调夸张却没有暖意"),
    "voice_warm": ("the voice is warm or lively", "声音温暖或活泼"),
    # sounds that are not words; whose they are is not told
    "sound_laughter": ("laughter is heard", "听得到笑声"),
    "sound_crying": ("crying is heard", "听得到哭声"),
    "sound_sigh": ("a sigh is heard", "听得到叹气声"),
    # face
    "smile": ("the face smiles", "脸上有笑容"),
    "felt_smile": ("cheeks and eyes take part in the smile", "笑时脸颊和眼睛也在动"),
    "mouth_smile": ("the smile stays in the mouth", "笑只停在嘴上"),
    "broad_smile": ("the smile is broad", "笑容明显"),
    "lasting_smile": ("the smile outlasts the speech", "话说完了笑容还在"),
    "controlled_smile": ("the smile is held back", "笑容被压住"),
    "inner_brows": ("the inner brows are raised", "眉头内侧上扬"),
    "sad_face": ("the face shows sadness", "脸上有悲伤"),
    "angry_face": ("the face shows anger", "脸上有怒意"),
    "afraid_face": ("the face shows fear", "脸上有恐惧"),
    "tense_face": ("the lips or the chin are tense", "嘴唇或下巴绷紧"),
    "contempt_face": (
        "a corner of the mouth or the upper lip shows contempt",
        "嘴角或上唇露出轻蔑",
    ),
    "disgusted_face": ("the face shows disgust", "脸上有厌恶"),
    "surprised_face": ("the face shows surprise", "脸上有惊讶"),
    "raised_brows": ("the brows are raised", "眉毛上扬"),
    "lowered_brows": ("the brows are drawn down", "眉头紧锁"),
    "eyes_down": ("the eyes are lowered or closed", "目光下垂或闭眼"),
    "unmoved_face": ("the face hardly moves while its owner talks", "说话时脸上几乎不动"),
    "still_face": ("the face hardly moves", "脸上几乎没有表情"),
}
"""English and Chinese, by name of the ground."""


def phrase(name: str, language: Language) -> str:
    """Return how a ground is told."""
    english, chinese = PHRASES[name]
    return chinese if language == "zh" else english


def phrases(grounds: Iterable[Ground], language: Language) -> list[str]:
    """Return how grounds are told, in their order, each phrase once."""
    return list(dict.fromkeys(phrase(g.name, language) for g in grounds))
