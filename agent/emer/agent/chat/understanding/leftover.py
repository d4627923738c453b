"""Words of a question that nothing here takes up: they show that it asks something else.

A rule that matches "when" or "who" alone would answer "when was this recorded" with emotions. What is
left of a question when all that was understood is taken away decides whether it was understood.
"""

import re
from typing import Final

from emer.agent.chat.understanding.kinds import Kind
from emer.agent.chat.understanding.slots import Slots
from emer.tools import taxonomy

BROAD: Final[frozenset[Kind]] = frozenset({"who", "when", "moment", "feels", "happened"})
"""Kinds whose rules say little: they ask for whatever else the question names."""
TOLD_OF: Final[frozenset[Kind]] = BROAD | frozenset(
    {"why", "why_not", "change", "reaction", "compare", "face", "voice", "intensity", "sincere"}
)
"""Kinds of which it is said what of the question was left out."""
_WORD: Final = re.compile(r"[A-Za-z][A-Za-z'\u2019-]*")
_KNOWN_TEXT: Final = """
three four five six seven eight nine ten timestamp timestamps instead explain
spoke talked compare compared news bad worse rank loud real tone match agree fake evidence trigger triggered answered replied smile smiling voices tones longer
a able about account across act acts actually affect afterwards again ago all along already
also am among an analyse analysis analyze and another any anybody anyone anything appear
appears are argue argues arguing argument around as ask at atmosphere away be became because
become becomes becoming been before began begin beginning begins behave behaves being best
better between bit both boy brief briefly bring but by call came can change changed changes
child clear clearest clearly clip clips close closer come comes coming conversation could d
day describe detail details dialogue did do does doing done dramatic during each earlier
early either else emotion emotional emotionally emotions emotive end ending ends entire ever
every everybody everyone everything exact exactly express expresses expression expressions
face faces father feel feeling feelings feels felt few fight fighting fights file files film
find first for from full gave general gentleman get gets getting girl gist give given gives
go goes going good got guy had happen happened happening happens hard has have having he
hear heard heated her here hers high him his how i if important in instance intense
interesting into is it its itself jump just kid kind know lady last later least less let
like likely line little ll long look looked looking looks lot m made main mainly make makes
man many matter maybe me mean men middle might minute minutes miss missed moment moments
mood moods more most mostly mother move much must my name named near negative next no nobody
nor not now obvious occur occurred occurs of off often okay on once one ones only or other
others out over overall overview own p part particular parts passage passages peak people
person picture piece place places play please point points positive possible pretty probably
quarrel quarrels quick quickly quite quote rather re react reacts read really recap
recording relevant report result results right rough roughly s said same saw say says scene
scenes second seconds see seek seem seemed seems seen sentence sentences set shift short
shortly should show showed showing shown shows side situation so some somebody someone
something sort sound sounds speak speaker speakers speaking speaks special spk spot stand
stands start started starting starts state still stood story strange strong stronger
strongest strongly such sudden suddenly sum summarise summarize summary t take takes talk
talking tell than that the their them themselves then there these they thing things think
third this those through throughout time timeline times to together told too toward towards
tune turn turned turns two under until unusual up us use ve very video videos voice walk
want was watch way ways we well went were what whatever when where which while who whole
whom whose why will with within without woman women word words worth would wrong yes yet you
your
"""
_KNOWN: Final = frozenset(_KNOWN_TEXT.split())
_KNOWN_CHINESE: Final = frozenset(
    "的了吗呢吧啊呀么嘛是有在不没都也还就又再很最更太这那哪谁什啥怎为何几多少个位人们他她它我你您和与跟把被给让对从到里中上下前后时候间刻"
    "点分秒钟段片视频录像内发生情绪感受觉心情状态怎样如表现看起来显得来去会能可以应该说话讲声音脸面笑哭生气高兴难过开始结束最初先第一二三四五"
    "总体整概括结描述介绍讲解析事故大意况主要气氛氛围场景全部所体请帮我告诉下一两双方彼此另外其他别人变化得出现展示找跳转播放显瞬地位置处明显强烈激动"
    "紧张害怕恐惧惊讶厌恶失望讽刺轻蔑感激尴尬无聊平静沮丧烦骄傲内疚羞愧放松喜悦悲伤愤怒乐快开伤苦忧郁焦虑担音乐掌叹争吵冲突反应用"
)


def leftover(text: str, slots: Slots) -> list[str]:
    """Return the words of a question that nothing takes up; of Chinese ones their characters."""
    for taken in (slots.label_said, slots.shows_said, slots.contains, slots.pronoun):
        text = text.replace(taken, " ") if taken else text
    if slots.language == "zh":
        left = [c for c in text if "\u4e00" <= c <= "\u9fff" and c not in _KNOWN_CHINESE]
        return left if len(left) > 1 else []
    words = [w.lower().replace("\u2019", "'") for w in _WORD.findall(text)]
    return [w for w in words if not is_known(w)]


_CUE: Final = re.compile(
    r"\b(?:emoti\w+|moods?|feel\w*|felt|atmosphere|happen\w*|occur\w*|goes|going|interesting|dramatic|intense"
    r"|heated|important|relevant|strong\w*|striking|unusual|best|clearest|peak|highlights?|look|looks|seems?|doing|wrong|matter)\b"
    r"|情绪|感受|心情|感觉|气氛|发生|激动|强烈|明显|精彩|重要|状态|表现|怎么样|如何|怎样|显得|看起来|最",
    re.I,
)


def asks_for_nothing(text: str, kind: Kind | None, slots: Slots) -> bool:
    """Whether a question of a broad kind says nothing of what it asks for: "what time is it"."""
    if kind not in {"when", "moment", "who"}:
        return False
    named = slots.names or slots.pronoun or slots.both or slots.other or slots.there
    return not named and not _CUE.search(text)


def is_known(word: str) -> bool:
    """Whether a word of a question needs nothing here to take it up."""
    parts = [p for p in re.split(r"['-]", word) if p]
    known = all(_names_something(p) for p in parts)
    return known or bool(re.fullmatch(r"n't|\w{1,2}|\w+n't|\w+(?:est|er)", word))


def _names_something(part: str) -> bool:
    bare = re.sub(r"(?:ing|ed|es|s)$", "", part)
    return any(w in _KNOWN or taxonomy.find(w) is not None for w in (part, bare, f"{bare}e"))
