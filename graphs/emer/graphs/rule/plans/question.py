"""What a question is about, by rules: its topics, the stretch of time and the persons it names.

Reads    the user's question in English or Chinese, and how long the clip is
Returns  an ``Inquiry``; a question that no rule understands is about everything
Cost     microseconds

Only the question is read. Nothing that was said or shown in the media reaches these rules.
"""

import re
from dataclasses import dataclass
from typing import Final, Literal

from emer.tools import taxonomy
from emer.tools.findings import TimeSpan

Topic = Literal[
    "words", "speakers", "voice", "face", "sincerity", "reaction", "words_emotion", "emotion",
    "scene", "screen_text", "media",
]  # fmt: skip

_GENERAL: Final = re.compile(
    r"\b(what('s| is| was)? (happen\w*|going on|this|shown)|describ\w*|summar\w*|tell me|everything"
    r"|overall|analy[sz]\w*|explain|how (is|are|was|were|does|do|did)|account|overview|who shows)\b"
    r"|总结|概括|描述|发生了什么|分析|讲讲|怎么样|怎样|如何|说明",
    re.I,
)
AROUND_S: Final = 3.0
"""A moment that is asked about stands for this much before and after it."""
END_SHARE: Final = 0.2
END_S: Final = (5.0, 60.0)
"""'At the end' is the last fifth, but no less and no more than this many seconds."""

_TOPICS: Final[tuple[tuple[Topic, re.Pattern[str]], ...]] = (
    ("sincerity", re.compile(
        r"\b(fak\w*|pretend\w*|sincer\w*|genuin\w*|insincer\w*|mean(s|t)? it|forced|hid(e|es|ing)"
        r"|mask\w*|sarcas\w*|iron(y|ic)\w*|honest\w*|lying|posed?)\b"
        r"|假|装(出|作|的)|真心|真诚|讽刺|反话|掩饰|强颜", re.I)),
    ("reaction", re.compile(
        r"\b(react\w*|respon(d|ds|se)|listen\w*|take(s|n)? it|took it)\b|反应|回应|听到", re.I)),
    ("face", re.compile(
        r"\b(smil\w*|grin\w*|frown\w*|face|facial|eyebrows?|brows?|wink\w*|look(s|ing)? "
        r"(like|sad|happy|angry|scared|afraid|worried|surprised|tired|tense)|expression"
        r"|action units?|AU ?\d+)\b|笑|皱眉|表情|脸|眉", re.I)),
    ("voice", re.compile(
        r"\b(voice|tone|sounds?|pitch|loud\w*|quiet\w*|shout\w*|whisper\w*|intonation|prosody)\b"
        r"|声音|语气|语调|音量|音调|大声|小声", re.I)),
    ("words_emotion", re.compile(
        r"\b((are|is|were) (\w+ ){1,3}(words|wording|text|message) \w+|sentiment of the (words|text)"
        r"|choice of words|what do the words express)\b|用词|措辞|话里", re.I)),
    ("words", re.compile(
        r"\b(what (was|is|were|did|does|do)\b.*\b(said|say|says|saying|tell|telling|talk\w* about)"
        r"|transcri\w*|subtitles?|which words|verbatim|quote)\b|说了什么|说什么|讲了什么|台词|字幕|原话", re.I)),
    ("speakers", re.compile(
        r"\b(how many (people|persons|speakers|voices|faces)|who (speaks|spoke|is speaking|talks"
        r"|is talking|is (there|here|on screen|in (it|the \w+)))|is anyone|anybody)\b"
        r"|几个人|多少人|谁在说|谁说话|有谁", re.I)),
    ("scene", re.compile(
        r"\b(scene cuts?|how many (cuts|shots)|lighting|brightness|how (bright|dark)|colou?rs?"
        r"|colou?rful|camera)\b|镜头|光线|亮度|颜色|画面", re.I)),
    ("screen_text", re.compile(
        r"\bon[- ]?screen (text|words|writing)|\b(text|writing|letters) (\w+ ){0,3}(on|in) (the )?"
        r"(screen|picture|image|video|frame)|\b(is|was|are|were) written\b"
        r"|\b(sign|caption|title|banner|screen|poster)s? (say|says|read|reads|show|shows)\b"
        r"|屏幕上|画面(上|里|中)的?(字|文字)|写着|标题(是|写)", re.I)),
    ("media", re.compile(
        r"\b(how long is|duration|resolution|frame rate|frames per second|codec|file size"
        r"|has (it |the \w+ )?(sound|audio|subtitles))\b|多长|时长|分辨率|帧率", re.I)),
    ("emotion", re.compile(
        r"\b(feel\w*|felt|emotion\w*|mood|affect\w*|why)\b|情绪|感受|心情|感觉|为什么", re.I)),
)  # fmt: skip
_EMOTION_WORD: Final = re.compile(
    r"\b(happy|sad|angr\w*|anger|afraid|fear\w*|scared|upset|cry\w*|laugh\w*|joy\w*|worr\w*"
    r"|anxious|nervous|disgust\w*|surpris\w*|contempt\w*|stress\w*|calm|bored|proud|asham\w*"
    r"|jealous|hurt|love\w*|hate\w*|tense|friendly|tired)\b"
    r"|高兴|开心|难过|伤心|生气|愤怒|害怕|紧张|焦虑|惊讶|厌恶",
    re.I,
)
"""Asks about emotion, unless the question says in which clue to look for it."""

_EMOTIONAL: Final[frozenset[Topic]] = frozenset(
    {"sincerity", "reaction", "face", "voice", "words_emotion", "emotion"}
)
_CLOCK: Final = re.compile(r"(?<![\d:])(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d(?:\.\d+)?)(?![\d:])")
_SECONDS: Final = re.compile(
    r"(?<![\d:.])(\d+(?:\.\d+)?) ?(?:s|secs?|seconds?)\b|第? ?(\d+(?:\.\d+)?) ?秒"
    r"|\bsecond (\d+(?:\.\d+)?)\b",
    re.I,
)
_MINUTES: Final = re.compile(
    r"(?<![\d:.])(\d+(?:\.\d+)?) ?(?:mins?|minutes?)\b|第? ?(\d+(?:\.\d+)?) ?分钟"
    r"|\bminute (\d+(?:\.\d+)?)\b",
    re.I,
)
_END: Final = re.compile(
    r"\b(at|towards?|near|in|by) the (very )?(end|last\b.*|close)|\b(last|final) (words?|part|scene"
    r"|moments?|sentence|line|thing)\b|\bfinally\b|\bends? (up )?(with|on)\b|最后|结尾|末尾|结束",
    re.I,
)
_START: Final = re.compile(
    r"\b(at|in|from|near) the (very )?(beginning|start|opening)|\b(first) (words?|part|scene"
    r"|moments?|sentence|line|thing)\b|\bat first\b|\binitially\b|开头|开始|起初|一开始",
    re.I,
)
_MIDDLE: Final = re.compile(r"\b(in|around) the middle\b|\bhalfway\b|中间|中段", re.I)
_PERSON: Final = re.compile(r"(?<![A-Za-z0-9])[Pp](\d{1,3})(?![A-Za-z0-9])")
_LOOKS: Final = re.compile(
    r"\b(wom[ae]n|m[ae]n|girl|boy|lady|guy|gentleman|child|kid|mother|father|she|he|her|him)\b"
    r"|女|男|她|他|孩子",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What one question asks for."""

    topics: frozenset[Topic]
    """Empty: no rule understood it, or there is no question; it may turn on anything."""
    window: TimeSpan | None
    """The stretch it is about; ``None``: all of it."""
    place: Literal["start", "middle", "end", "moment"] | None
    """How the stretch was named; ``None``: not at all."""
    persons: tuple[str, ...]
    """Persons by the names that reports give them: P1, P2, ..."""
    by_looks: bool
    """It tells a person apart by looks or sex, which nothing here measures."""
    families: tuple[str, ...] = ()
    """Families of the emotion words in it, e.g. ``anger``."""
    is_general: bool = False
    """It asks for an account as such."""
    beyond: bool = False
    """Every moment that it names lies outside the part."""

    @property
    def is_emotional(self) -> bool:
        """Whether any clue of emotion bears on it."""
        return not self.topics or bool(self.topics & _EMOTIONAL)


def inquiry(question: str | None, part: TimeSpan) -> Inquiry:
    """Parse ``question``; times in it count from the media's start, places within ``part``."""
    text = question or ""
    topics = frozenset(topic for topic, pattern in _TOPICS if pattern.search(text))
    if _EMOTION_WORD.search(text) and not topics & {"voice", "face", "words_emotion"}:
        topics |= {"emotion"}
    window, place = _window(text, part)
    return Inquiry(
        topics=topics,
        window=window,
        place=place,
        persons=tuple(dict.fromkeys(f"P{int(n)}" for n in _PERSON.findall(text))),
        by_looks=bool(_LOOKS.search(text)),
        families=_families(text),
        is_general=not text.strip() or bool(_GENERAL.search(text)),
        beyond=bool(moments(text)) and window is None,
    )


def _families(text: str) -> tuple[str, ...]:
    """Return the families of the emotion words that a question names."""
    words = [taxonomy.find(word) for word in re.findall(r"[A-Za-z]+", text)]
    chinese = [x for x in taxonomy.LABELS.values() if len(x.zh) > 1 and x.zh in text]
    return tuple(dict.fromkeys(x.family for x in (*words, *chinese) if x is not None))


def moments(question: str) -> list[float]:
    """Return the moments that a question names, in seconds from the media's start."""
    found = [
        (match.start(), int(h or 0) * 3600 + int(m) * 60 + float(s))
        for match in _CLOCK.finditer(question)
        for h, m, s in [match.groups()]
    ]
    rest = _CLOCK.sub(lambda m: " " * len(m.group()), question)
    for pattern, unit_s in ((_SECONDS, 1.0), (_MINUTES, 60.0)):
        for match in pattern.finditer(rest):
            number = next(float(g) for g in match.groups() if g is not None)
            found.append((match.start(), number * unit_s))
    return [seconds for _, seconds in sorted(found)]


def _window(
    text: str, part: TimeSpan
) -> tuple[TimeSpan | None, Literal["start", "middle", "end", "moment"] | None]:
    named = moments(text)
    asked = [m for m in named if part.start_s - AROUND_S <= m <= part.end_s + AROUND_S]
    short_s = min(part.duration_s, min(END_S[1], max(END_S[0], END_SHARE * part.duration_s)))
    if asked:
        first, last = asked[0], asked[-1] if len(asked) == 2 else asked[0]
        pad_s = AROUND_S if first == last else 0.0
        return _inside(min(first, last) - pad_s, max(first, last) + pad_s, part), "moment"
    if named:
        return None, "moment"
    if _END.search(text):
        return _inside(part.end_s - short_s, part.end_s, part), "end"
    if _START.search(text):
        return _inside(part.start_s, part.start_s + short_s, part), "start"
    if _MIDDLE.search(text):
        middle_s = (part.start_s + part.end_s) / 2
        return _inside(middle_s - short_s / 2, middle_s + short_s / 2, part), "middle"
    return None, None


def _inside(start_s: float, end_s: float, part: TimeSpan) -> TimeSpan | None:
    first, last = max(part.start_s, start_s), min(part.end_s, end_s)
    return TimeSpan(start_s=round(first, 3), end_s=round(last, 3)) if last > first else None
