"""What a question names: persons, clips, moments, emotions, movements, what to leave out.

Only the question is read. Persons and clips are named here as the user wrote them; ``references``
finds out whom and what they mean.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from emer.agent.chat.understanding.emotions import label_of

LeftOut = Literal["sound", "voice", "words", "picture"]
Way = Literal["later", "earlier"]
Modality = Literal["face", "voice", "words"]

_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_NAMED: Final = re.compile(
    r"(?<![A-Za-z0-9_])(?:P(\d{1,3})|(SPK_\d{1,3}|FACE_\d{1,4}))(?![A-Za-z0-9_])", re.I
)
_NUMBERED: Final = re.compile(
    r"\b(?:person|speaker|somebody|face) (?:no\. ?|number )?(\d{1,2}|one|two|three|four|five)\b"
    r"|\b(?:the )?(first|second|third|fourth|fifth) (?:person|speaker|one|voice|face)\b"
    r"|第?([一二三四五\d])(?:个|位|号)(?:人|说话人)|(?:说话人|人物)([一二三四五\d])",
    re.I,
)
_NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "first": 1, "second": 2, "third": 3,
    "fourth": 4, "fifth": 5, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5,
}  # fmt: skip
_PRONOUN: Final = re.compile(
    r"\b(she|her|hers|he|him|his)\b|\b(?:the |that |this )?(wom[ae]n|m[ae]n|girl|boy|lady|guy|gentleman"
    r"|child|kid|mother|father)\b|(她|他)(?!们)|(女人|男人|女士|(?<!谁)先生|女孩|男孩|女的|男的|孩子)",
    re.I,
)
_OTHER: Final = re.compile(
    r"\b(?:the |an)?other (?:one|person|speaker|guy|party|side)\b|\bthe other\b(?! (?:clip|video|file|recording))"
    r"|另(?:外)?(?:一)?(?:个|位)(?:人)?(?!视频|片段|录像)|对方|别人",
    re.I,
)
_BOTH: Final = re.compile(
    r"\bboth\b|\bthe two\b|\bthey\b|\bthem\b|\beach other\b|他们|她们|两(?:个)?人|双方|彼此", re.I
)
_CLIP: Final = re.compile(
    r"\b(?:clip|video|file|recording)s? (?:no\. ?|number )?(\d{1,2}|one|two|three|four|five)\b"
    r"|\b(?:the )?(first|second|third|fourth|fifth|last|other|next|same|previous) (?:clip|video|file|recording)\b"
    r"|第([一二三四五\d])(?:个|段|条|部)(?:视频|片段|录像|短片)|(另一|上一|下一|最后一)(?:个|段|条|部)(?:视频|片段|录像|短片)",
    re.I,
)
_LATER: Final = re.compile(
    r"\b(?:a (?:bit|little|moment|while|few seconds) |shortly |right |just )?(?:later|after(?:wards?| that| this| it)?)\b(?! (?:he|she|p\d|they|the|what|i|you))"
    r"|\bnext\b(?! (?:clip|video|file))|\band then\b|\bthen what\b|\bfurther on\b|\bsubsequently\b|\bwhat (?:follows|comes next)\b"
    r"|之后|后来|接着|接下来|然后|再往后|往后|晚一?点|稍后|随后",
    re.I,
)
_EARLIER: Final = re.compile(
    r"\b(?:a (?:bit|little|moment|while|few seconds) |shortly |right |just )?(?:earlier|before(?: that| this| it)?)\b(?! (?:he|she|p\d|they|the|what|i|you))|\bprior to that\b|\bpreviously\b|\bwhat came before\b"
    r"|之前|此前|前面|早一?点|稍早|先前",
    re.I,
)
_THERE: Final = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )\bthere\b|\b(?:then|at (?:that|this) (?:moment|point|time|second)|in that (?:moment|part|scene)|meanwhile|while that|during that|at the time)\b"
    r"|那(?:时候?|里|儿|一刻|个时候|段时间)|这(?:时候?|里|一刻)|当时|同时",
    re.I,
)
_CONNECTOR: Final = re.compile(
    r"^\W*(?:and|but|or|so|ok(?:ay)?|now|then|also|what about|how about|what of|and what about|and how about|same for|likewise)\b"
    r"|^\W*(?:那么?|还有|以及|而|那边|换成|同样)|呢\W*$",
    re.I,
)
_MORE: Final = re.compile(
    r"^\W*(?:more|go on|continue|what else|anything else|and\W*more|tell me more|the rest|keep going|more detail\w*)\W*$"
    r"|^\W*(?:继续|还有(?:呢|吗|别的吗)?|更多|详细(?:点|一点|说说)?|接着说)\W*$",
    re.I,
)
QUOTED: Final = re.compile(
    r"[\"“「『]([^\"”」』]{2,80})[\"”」』]|(?<![A-Za-z])'([^']{2,80})'(?![A-Za-z])"
)
_MENTION: Final = re.compile(
    r"\bthe (?:words?|phrase|name) ([A-Za-z][\w'-]{1,40})\b(?= (?:was|is|were|ever|come|comes|appear|used|mentioned|said|fall|falls|spoken|being)|\W*$)"
    r"|\b(?:say|says|said) (?:the word|the phrase) ([A-Za-z][\w' -]{1,40}?)\W*$"
    r"|\b(?:is|was|were|are) (?:the |a |an |any |his |her |their )?([A-Za-z][\w'-]{1,40}) (?:ever )?(?:mentioned|brought up|named|talked about)\b"
    r"|\b(?:say|says|said) (?:any|some)thing (?:about|of) (?:the |a |an |his |her |their )?([A-Za-z][\w' -]{1,40}?)\W*$"
    r"|\b(?:parts?|moments?|bits?|scenes?|talk\w*|speak\w*|spoke|convers\w+|discuss\w*) (?:\w+ ){0,3}?(?:about|of|on) (?:the |a |an |his |her |their |my )?((?!it\b|this\b|that\b|them\b|him\b|her\b|what\b|P\d)[A-Za-z][\w' -]{2,40}?)\W*$"
    r"|\bdiscuss(?:es|ed|ing)? (?:the |a |an |his |her |their )?((?!it\b|this\b|that\b)[A-Za-z][\w' -]{2,40}?)\W*$"
    r"|\bmention(?:s|ed)? (?:the |a |an |his |her |their )?([A-Za-z][\w' -]{1,40}?)\W*$"
    r"|\b(?:how often|how many times) (?:does|do|did|is|was) .{0,20}\b(?:say|said|use|mention)s? ([A-Za-z][\w' -]{1,40}?)\W*$"
    r"|\bwho (?:says?|said) ([A-Z][\w'-]{1,40})\W*$",
    re.I,
)
_FOREIGN: Final = re.compile(
    r"(?<![A-Za-z])(?!AU ?\d)[A-Za-z][A-Za-z'\u2019 -]{1,60}(?![A-Za-z0-9])"
)
_SAYS: Final = re.compile(r"说|讲|提|词|字|话")
_SOUND: Final = re.compile(
    r"\b(?:sounds?|audio|hear\w*|muted?|deaf|muting|silent)\b|声音|音频|静音|听(?!起来)", re.I
)
_VOICE: Final = re.compile(r"\b(?:voices?|tone|intonation)\b|语气|嗓音|语调", re.I)
_WORDS: Final = re.compile(
    r"\b(?:words|text|transcript|subtitles|language)\b|文字|话|字幕|语言|台词", re.I
)
_PICTURE: Final = re.compile(
    r"\b(?:pictures?|images?|video|faces?|see\w*|blind|look\w*)\b|画面|图像|视频|脸|面部|表情|看(?!文字|字幕|台词|话)",
    re.I,
)
_ONLY: Final = re.compile(r"\b(?:only|just|solely)\b|只", re.I)
_SHOWS: Final = (
    ("laughter", re.compile(r"\blaugh\w*|\bgiggl\w*|\bchuckl\w*|大笑|笑声|笑出声", re.I)),
    ("smile", re.compile(r"\bsmil\w+|\bgrin\w*|微?笑", re.I)),
    ("frown", re.compile(r"\bfrown\w*|皱眉", re.I)),
    ("raised brows", re.compile(r"\b(?:rais\w+ .{0,12}(?:eye)?brows?|(?:eye)?brows? .{0,10}rais\w+)\b|(?:扬|挑|抬)(?:起)?眉", re.I)),
    ("music", re.compile(r"\bmusic\b|音乐", re.I)),
    ("raised voice", re.compile(r"\brais\w+ .{0,8}voices?\b|\b(?:shout|yell|scream)\w*|\b(?:get|become|speak|talk|turn)\w* (?:\w+ )?loud\w*|\bloude(?:r|st)\b|声音(?:更|最)大|提高(?:了)?(?:声音|嗓门|音量)|大(?:喊|叫|吼|声)|喊叫", re.I)),
    ("crying", re.compile(r"\b(?:cry|cries|cried|crying|sob\w*|weep\w*|tears?|tearful)\b|哭", re.I)),
    ("conflict", re.compile(r"\bcontradict\w*|\bconflict\w*|\bdisagree\w*|\bmixed (?:signals?|feelings?)\b|\bnot (?:fit|match|go) together\b|矛盾|不一致|冲突", re.I)),
    ("shift", re.compile(r"\b(?:mood|emotion\w*|it|tone|this|that|everything)? ?(?:chang\w+|shift\w*|swings?|turning points?|tip\w*)\b|变化|转变|转折", re.I)),
    ("reaction", re.compile(r"\breact\w*|反应", re.I)),
)  # fmt: skip
_UNIT: Final = re.compile(r"\bAU ?0?(\d{1,2})\b|动作单元 ?(\d{1,2})", re.I)
_SPEAKS: Final = re.compile(
    r"\b(?:speaks?|spoke|speaking|talks?|talked|talking|says? (?:some|any)thing)\b|说话|讲话|开口",
    re.I,
)
_MODALITIES: Final[tuple[tuple[Modality, re.Pattern[str]], ...]] = (
    ("face", re.compile(r"\b(?:faces?|facial|expressions?|smiles?)\b|表情|脸|面部", re.I)),
    ("voice", re.compile(r"\b(?:voices?|tone|intonation|sounds?)\b|声音|嗓音|语气|语调", re.I)),
    ("words", re.compile(r"\b(?:words?|wording|says?|said)\b|话|措辞|用词|文字", re.I)),
)
_POINTS: Final = re.compile(
    r"\b(?:that(?! (?:p\d|spk|he|she|they|it|the|there|you|i)\b|\w)|this|it|so|these|those)\b|这|那|此",
    re.I,
)
_OVERALL: Final = re.compile(
    r"\b(?:overall|in general|generally|altogether|as a whole|all in all|the whole (?:clip|video|thing))\b|总体|整体|总的|整个",
    re.I,
)
_TOGETHER: Final = re.compile(r"\bboth\b|\btogether\b|\bat the same time\b|同时|一起", re.I)
_INTENSE: Final = re.compile(
    r"\b(?:more|most) (?:agitated|excited|worked up|intense|emotional|dramatic|extreme|heated)\b|\bstrongest\b|[更最](?:激动|强烈|激烈|情绪化)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Slots:
    """What one question names."""

    language: Literal["en", "zh"]
    names: tuple[str, ...] = ()
    """Persons by name, as reports have them: P1, SPK_01; ``#2``: the second."""
    pronoun: str | None = None
    """A word that points at one person and says nothing measured of them: her, the man."""
    by_looks: bool = False
    """That word is one for looks, not for whom the talk is about: the woman."""
    other: bool = False
    both: bool = False
    clip: str | None = None
    """``2``, ``last``, ``other``, ``next``, ``previous`` or ``same``."""
    way: Way | None = None
    there: bool = False
    connector: bool = False
    more: bool = False
    contains: str | None = None
    left_out: LeftOut | None = None
    label: str | None = None
    """An emotion, as the table of labels has it."""
    label_said: str | None = None
    """The same as the user wrote it."""
    shows_said: str | None = None
    """The movement or event as the user wrote it."""
    shows: str | None = None
    """A movement, a sound, or ``conflict``, ``shift``, ``reaction``."""
    speaks: bool = False
    named: tuple[Modality, ...] = ()
    """Face, voice and words, as far as it names them."""
    points: bool = False
    """It points at what was said before: that, it, this."""
    overall: bool = False
    together: bool = False
    by_phrase: bool = False
    """The emotion is not named but told of: lose one's temper."""
    intense: bool = False


def slots_of(text: str) -> Slots:
    """Return what ``text`` names."""
    quoted = QUOTED.search(text)
    said, label, by_phrase = label_of(text)
    shows, shows_said = _shows(text)
    pronoun, clip = _PRONOUN.search(text), _CLIP.search(text)
    return Slots(
        language="zh" if _CHINESE.search(text) else "en",
        names=_names(text),
        pronoun=pronoun.group().strip() if pronoun else None,
        by_looks=bool(pronoun and not (pronoun[1] or pronoun[3])), other=bool(_OTHER.search(text)), both=bool(_BOTH.search(text)),
        clip=_clip(clip) if clip else None,
        way="later" if _LATER.search(text) else "earlier" if _EARLIER.search(text) else None,
        there=bool(_THERE.search(text)), connector=bool(_CONNECTOR.search(text)),
        more=bool(_MORE.search(text)),
        contains=next((g for g in quoted.groups() if g), None) if quoted else _mentioned(text),
        left_out=_left_out(text), label=label, label_said=said, shows=shows, shows_said=shows_said,
        speaks=bool(_SPEAKS.search(text)),
        named=tuple(name for name, pattern in _MODALITIES if pattern.search(text)),
        together=bool(_TOGETHER.search(text)), by_phrase=by_phrase,
        points=bool(_POINTS.search(text)), overall=bool(_OVERALL.search(text)),
        intense=bool(_INTENSE.search(text)),
    )  # fmt: skip


def _mentioned(text: str) -> str | None:
    """Return the words that somebody may have mentioned."""
    if _CHINESE.search(text):
        return _foreign(text)
    found = _MENTION.search(text)
    return next(g for g in found.groups() if g).strip() if found else None


def _foreign(text: str) -> str | None:
    """Return the words of another language that a Chinese question asks after."""
    found = _FOREIGN.search(_NAMED.sub(" ", text))
    return found.group().strip() if found and _SAYS.search(text) else None


def _names(text: str) -> tuple[str, ...]:
    found = [(m.start(), f"P{int(m[1])}" if m[1] else m[2].upper()) for m in _NAMED.finditer(text)]
    for m in _NUMBERED.finditer(text):
        word = next(g for g in m.groups() if g)
        found.append((m.start(), f"#{_NUMBERS.get(word.lower()) or int(word)}"))
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def _clip(match: "re.Match[str]") -> str:
    word = next(g for g in match.groups() if g).lower()
    if word in {"另一", "上一", "下一", "最后一"}:
        return {"另一": "other", "上一": "previous", "下一": "next", "最后一": "last"}[word]
    number = _NUMBERS.get(word)
    return str(number) if number else word


def _left_out(text: str) -> LeftOut | None:
    heard, seen = bool(_SOUND.search(text)), bool(_PICTURE.search(text))
    toned, read = bool(_VOICE.search(text)), bool(_WORDS.search(text))
    if _ONLY.search(text):  # what stays is named, not what goes
        return "picture" if (heard or toned or read) and not seen else "sound" if seen else None
    if heard:
        return "sound"
    if toned:
        return "voice"
    if seen:
        return "picture"
    return "words" if read else None


def _shows(text: str) -> tuple[str | None, str | None]:
    """Return the movement or event that is named, and as it is written."""
    unit = _UNIT.search(text)
    if unit:
        return f"AU{int(next(g for g in unit.groups() if g))}", unit.group()
    for name, pattern in _SHOWS:
        if found := pattern.search(text):
            return name, found.group()
    return None, None
