"""What a text may say that somebody does, and the quantities that would have to be measured.

A language model writes freely; these words of its text are held against its assertions. An empty
requirement means that nothing measures this: a text that says it is refused. Alternatives within
a requirement are separated by ``|`` and are starts of quantities' names.
"""

import re
from typing import Final, NamedTuple

from emer.graphs.report import Claim


class Observable(NamedTuple):
    """Words for one thing that can be seen or heard."""

    words: "re.Pattern[str]"
    measured: tuple[str, ...]


def _row(words: str, measured: str = "") -> Observable:
    found = tuple(name for name in measured.split("|") if name)
    return Observable(re.compile(words, re.IGNORECASE), found)


OBSERVABLES: Final = (
    _row(r"\b(smil|grin|smirk)\w*|微笑|笑容|含笑|咧嘴", "au.AU12|face.happiness"),
    _row(r"\b(laugh|chuckl|giggl)\w*|大笑|笑出声|笑声", "event.laughter"),
    _row(
        r"\b(cr(y|ies|ied|ying)|weep\w*|wept|sob\w*|tears?|tearful\w*)\b"
        r"|哭|流泪|眼泪|泪水|抽泣",
        "event.crying",
    ),
    _row(r"\bfrown\w*|\bscowl\w*|皱眉", "au.AU4"),
    _row(r"\b(eye)?brows?\b|眉", "au.AU1|au.AU2|au.AU4"),
    _row(r"\bwid(e|ens?|ened) (the |his |her |their )?eyes|eyes wide|睁大", "au.AU5"),
    _row(r"\bnose\b|鼻", "au.AU9|au.AU11"),
    _row(r"\b(jaw|mouth|lips?)\b|嘴|唇|下颌", "au.AU"),
    _row(r"\bblink\w*|眨眼", "au.AU45|au.AU46"),
    _row(
        r"\b(shout|yell|scream|holler)\w*|喊|吼|叫嚷|尖叫",
        "voice.intensity|event.shout|event.scream",
    ),
    _row(r"\bwhisper\w*|\bmurmur\w*|\bmutter\w*|低语|耳语|喃喃|低声", "voice.intensity|event.whisper"),
    _row(r"\b(trembl|quiver|shak|quaver)\w*|发颤|颤抖|发抖", "voice.jitter|voice.shimmer"),
    _row(
        r"\b(paus|hesitat|falter|stammer|stutter)\w*"
        r"|停顿|结巴|吞吞吐吐",
        "voice.pause|voice.longest_pause",
    ),
    _row(r"\b(hoarse|breathy|husky)\b|沙哑|气声", "voice.hnr|voice.shimmer|voice.jitter"),
    _row(r"\b(sigh|gasp|sniff|groan|cough|snort)\w*|叹气|叹息|倒吸|抽鼻|呻吟|咳嗽", "event."),
    _row(
        r"\b(nod|shrug|gestur|wav(e|es|ed|ing)\b|point(s|ed|ing)?\b(?! (different|the same)))\w*"
        r"|点头|耸肩|手势|挥手|摇头",
    ),
    _row(r"\b(hands?|fists?|arms?|fingers?|shoulders?|legs?|feet)\b|双手|拳头|手臂|手指|肩膀"),
    _row(
        r"\b(posture|lean(s|ing|ed)? (back|forward|in|away)|slump\w*|sitting|standing up)\b"
        r"|坐姿|站姿|身体前倾|后仰",
    ),
    _row(
        r"\b(gaze\w*|star(es|ing)|glanc\w*|looks? away|eye contact|glar(es|ing))\b"
        r"|目光|凝视|盯|瞪|眼神|避开视线",
    ),
    _row(r"\b(blush\w*|flush\w*|pale|sweat\w*|perspir\w*)\b|脸红|苍白|出汗"),
    _row(r"\b(kiss|hug|embrac|touch(es|ing))\w*|拥抱|亲吻|接吻"),
    _row(r"\b(walk|run|jump|danc|leav|enter)(s|ing|ed)\b|走开|跑开|跳舞|离开房间"),
    _row(
        r"\b(man|woman|boy|girl|male|female|child|elderly|teenage\w*|young|old)\b"
        r"|男人|女人|男性|女性|男孩|女孩|老人|孩子|年轻",
    ),
    _row(
        r"\b(feels?|felt|thinks?|thought|believes?|wants?|intends?|knows?|realizes?|lies(?!\s+(?:semitones?|dB|Hz|at|about|around|between|below|above|within|near|well))"
        r"|lying|lied)\b"
        r"|内心|心里|心想|以为|想要|打算|说谎|撒谎",
    ),
    _row(r"\b(music|applause|cheer(s|ing))\b|音乐|掌声|欢呼", "event."),
    _row(r"\btranslat\w*|译文|翻译", "text.translated_from"),
    _row(r"\b(audience|crowd(s|ed)?)\b|观众|人群"),
    _row(
        r"\b(office|kitchen|bedroom|bathroom|classroom|hospital|restaurant|caf[eé]|church|street"
        r"|outdoors|indoors|at (home|work|school))\b|办公室|厨房|卧室|教室|医院|餐厅|教堂|街上|户外|室内",
    ),
    _row(
        r"\b(by nature|personalit\w+|narciss\w*|psychopath\w*|sociopath\w*|neurotic\w*|introvert\w*"
        r"|extrovert\w*|bipolar|autis\w*|schizo\w*|disorder|liars?|manipulat\w*)\b"
        r"|天生|人格|性格|自恋|神经质|内向|外向|躁郁|自闭|骗子|操纵",
    ),
    _row(r"\bfor the (\w+ )?time\b|\b(twice|once more)\b|第[一二三四五六七八九十\d]+次"),
    _row(r"\b(dark|bright|dim|colou?rful)\w*|昏暗|明亮|色彩", "scene."),
    _row(
        r"\bmonoton\w*|\bflat(ly)? (voice|tone|delivery)"
        r"|单调|平直",
        "voice.f0_range|voice.arousal",
    ),
    _row(r"\bpitch\b|音调|声调", "voice.f0"),
    _row(r"\b(loud|soft)(ly|ness)?\b|\bvolume\b|音量|响亮", "voice.intensity"),
    _row(r"\b(fast|quick|slow|hurried)(ly)?\b|\bpace\b|语速", "voice.rate"),
)  # fmt: skip

_COUNTS: Final = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "dozen": 12, "hundred": 100, "twice": 2, "thrice": 3, "double": 2, "triple": 3,
    "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10,
}  # fmt: skip
_COUNT: Final = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|dozen|hundred|twice|thrice|double|triple)\b"
    r"|([两二三四五六七八九十])(?=次|倍|秒|个|句|人)",
    re.IGNORECASE,
)


def observed_problem(claim: Claim, prose: str) -> str | None:
    """Return the first thing that a text says was seen or heard, but does not assert.

    Args:
        claim: The claim.
        prose: Its text without quotations, and without words that are accounted for.
    """
    asserted = [a.quantity for a in claim.assertions]
    for row in OBSERVABLES:
        found = row.words.search(prose)
        if found and not any(q.startswith(row.measured) for q in asserted if row.measured):
            why = "which it does not assert" if row.measured else "which nothing here measures"
            return f"its text says '{found.group().strip()}', {why}"
    values = {a.value for a in claim.assertions if not isinstance(a.value, str)}
    for found in _COUNT.finditer(prose):
        if _COUNTS[found.group().casefold()] not in values:
            return f"its text gives the number '{found.group()}', which it does not assert"
    return None
