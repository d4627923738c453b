"""From a question and what was said before to what is to be answered.

Reads    the question in English or Chinese, the focus of the conversation, the report of the clip
Returns  ``Asked``, or ``Unclear`` with what to ask back
Cost     well below a millisecond
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from emer.agent.chat.understanding.asked import Asked, Focus, Stretch, Unclear
from emer.agent.chat.understanding.kinds import Kind, kind_of
from emer.agent.chat.understanding.references import Persons, clip_of, persons_of
from emer.agent.chat.understanding.slots import Slots, slots_of
from emer.graphs.report import Report
from emer.graphs.rule.plans.question import Inquiry, inquiry, moments
from emer.tools.findings import TimeSpan

MAX_CHARS: Final = 2000
"""Of one question."""
STEP_S: Final = 5.0
"""'A bit later' is a stretch as long as the last one, but no shorter than this, and no longer than:"""
MAX_STEP_S: Final = 30.0
_SHORT_WORDS: Final = 5
_SHORT_CHINESE: Final = 8
_PARTS: Final = re.compile(
    r"(?<=[?？])\s*(?=\S)|[,;，；]\s*(?:and |并且|而且)?(?=(?:who|what|when|why|how|where|which|is|does|谁|什么|为什么|怎么|哪|有))"
    r"|\s+and (?=(?:who|what|when|why|how|where)\b)",
    re.I,
)
_WORD: Final = re.compile(r"[A-Za-z0-9'\u2019]+")
_OF_FILE: Final[frozenset[Kind]] = frozenset({"length", "media", "people", "scene", "help"})
"""Kinds that are about the clip as such: they take nobody and no moment from before."""
_OF_MOMENT: Final[frozenset[Kind]] = frozenset(
    {"why", "why_not", "sure", "moment", "cases", "without", "sincere", "reaction"}
)
"""Kinds that, asked barely, are about what the last answer pointed at."""
_BARE: Final[frozenset[Kind]] = _OF_MOMENT | {"when", "who"}
"""Kinds that say too little by themselves: what they leave open is as it was."""
_GOES_ON: Final[frozenset[Kind]] = frozenset({"why", "why_not", "sure", "without"})
"""Of them, those that go on from what was said even where they name an emotion."""
_NAMED: Final = re.compile(
    r"\b(?:P\d+|SPK_\d+|FACE_\d+|AU ?\d+|\d+(?::\d+)*(?:\.\d+)?(?:s|sec|seconds?|min|minutes?)?)\b",
    re.I,
)
_EMPTY: Final = frozenset(
    [
        "a",
        "about",
        "after",
        "afterwards",
        "again",
        "and",
        "another",
        "at",
        "be",
        "before",
        "bit",
        "but",
        "by",
        "clip",
        "clips",
        "earlier",
        "else",
        "face",
        "faces",
        "fifth",
        "file",
        "first",
        "for",
        "fourth",
        "from",
        "how",
        "in",
        "is",
        "it",
        "just",
        "last",
        "later",
        "little",
        "moment",
        "more",
        "next",
        "no",
        "not",
        "now",
        "of",
        "ok",
        "okay",
        "on",
        "one",
        "ones",
        "or",
        "other",
        "others",
        "out",
        "part",
        "people",
        "person",
        "picture",
        "please",
        "point",
        "previous",
        "right",
        "same",
        "scene",
        "second",
        "seconds",
        "shortly",
        "so",
        "somebody",
        "sound",
        "speaker",
        "speakers",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "they",
        "third",
        "this",
        "time",
        "to",
        "too",
        "two",
        "video",
        "videos",
        "voice",
        "was",
        "well",
        "were",
        "what",
        "with",
        "without",
        "words",
        "years",
        "yes",
        "both",
        "each",
        "else",
        "either",
        "smiling",
        "smile",
        "smiles",
        "frowning",
        "frown",
        "laughing",
        "laughter",
        "crying",
        "conflict",
        "conflicts",
        "shift",
        "reaction",
        "really",
        "minute",
        "minutes",
        "emotion",
        "emotions",
        "audio",
        "image",
        "without",
        "text",
    ]
)
"""Words that name nothing beyond what slots hold."""
_EMPTY_CHINESE: Final = frozenset(
    "那么呢她他它们的和与在第个人位秒分钟吗了还有以及而换成另外一二三四五片段视频录像之后来接着然前早点晚稍这里时候是又再也不没去掉声音画面话语"
)
_LABELLED: Final[frozenset[Kind]] = frozenset(
    {
        "who",
        "when",
        "moment",
        "why",
        "why_not",
        "feels",
        "across",
        "compare",
        "sure",
        "sincere",
        "face",
        "voice",
        "words",
        "change",
    }
)
"""Kinds that may turn on an emotion."""


def parts_of(question: str) -> list[str]:
    """Return the questions that are asked at once: "How long is it, and who speaks?".

    What only adds a word to the question before it (", and when?") is no question of its own.
    """
    parts = [p.strip() for p in _PARTS.split(question) if p.strip()]
    kinds = [kind_of(p) for p in parts]
    whole = all(
        kind is not None and not (kind in _BARE and _is_bare(part))
        for kind, part in zip(kinds, parts, strict=True)
    )
    return parts if len(set(kinds)) == len(parts) > 1 and whole else [question]


def _is_bare(text: str, words: int = 2) -> bool:
    n = sum("\u4e00" <= c <= "\u9fff" for c in text)
    return n <= words + 1 if n else len(_WORD.findall(text)) <= words


class Draft(NamedTuple):
    """A question before its clip has been looked at."""

    text: str
    slots: Slots
    kind: Kind | None
    follows: bool
    clip: int
    moved: bool
    """It is about another clip than the last one."""


def draft(text: str, focus: Focus, names: Sequence[str]) -> Draft | Unclear:
    """Read what can be read without a report: the kind of question and the clip.

    Args:
        text: The question.
        focus: What the conversation is about.
        names: File names of the clips.
    """
    text = " ".join(text.split())[:MAX_CHARS]
    slots, kind = slots_of(text), kind_of(text)
    clip = clip_of(slots, text, focus, names)
    if isinstance(clip, Unclear):
        return clip
    follows = _follows(text, slots, kind)
    if kind is None and not follows and slots.label:
        kind = "feels" if _has_person(slots) else "who"  # "was P2 angry the whole time"
    if kind is None and not follows:
        return Unclear(why="not_understood", language=slots.language)
    if kind is None and focus.kind is None:
        named = slots.label or slots.shows
        kind = "feels" if _has_person(slots) else "who" if named else None
        if kind is None:
            return Unclear(why="no_focus", language=slots.language)
    moved = clip != focus.clip and focus.kind is not None
    return Draft(text, slots, kind, follows, clip, moved)


def resolve(read: Draft, focus: Focus, report: Report) -> Asked | Unclear:
    """Settle what a question means, on the clip that it is about."""
    slots, follows = read.slots, read.follows
    kind = read.kind or focus.kind
    assert kind is not None
    part = TimeSpan(start_s=report.run.span[0], end_s=report.run.span[1])
    own = inquiry(read.text, part)
    if own.beyond:
        return Unclear(
            why="beyond", language=slots.language,
            options=(f"{part.start_s:.1f}", f"{part.end_s:.1f}"),
        )  # fmt: skip
    before = focus.model_copy(update=_OTHER_CLIP) if read.moved else focus
    window = _window(read, own, before, part)
    if isinstance(window, Unclear):
        return window
    if kind == "said" and slots.names and not slots.both:
        slots = replace(slots, names=slots.names[:1])  # whose words, before to whom or after what
    whom = persons_of(slots, report, before, read.kind, follows=follows and kind not in _OF_FILE)
    asked = _asked(read, kind, before, window, whom if isinstance(whom, Persons) else Persons(()))
    named = moments(read.text)
    if len(named) == 1 and not slots.way and own.window is not None:
        asked = asked.model_copy(update={"at_s": named[0]})
    if isinstance(whom, Unclear):
        # what is answered to the question back is put to this question
        return whom.model_copy(update={"focus": asked.focus(before.around, 0)})
    return asked


_OTHER_CLIP: Final = {"persons": (), "window": None, "around": None, "pointed": None, "told": 0}
"""What means nothing in another clip."""


def _asked(read: Draft, kind: Kind, before: Focus, window: Stretch | None, whom: Persons) -> Asked:
    slots, follows = read.slots, read.follows
    named = slots.label or slots.shows
    # "why not?" after "Who is angry?" does not ask why not angry
    keeps = follows and kind in _LABELLED and (kind != "why_not" or read.kind is None) and not named
    return Asked(
        text=read.text, language=slots.language, kind=kind, clip=read.clip,
        every_clip=kind == "across" or (follows and read.kind is None and before.every_clip and slots.clip is None),
        persons=whom.ids, window=window,
        label=slots.label if kind in _LABELLED and slots.label else before.label if keeps else None,
        label_said=slots.label_said if slots.label else before.label_said if keeps else None,
        shows=slots.shows or (before.shows if keeps else None),
        left_out=slots.left_out or (before.left_out if follows and kind == "without" else None),
        contains=slots.contains or (before.contains if follows and read.kind is None else None),
        speaks=slots.speaks, skip=before.told if slots.more else 0,
        remarks=(f"{whom.remark}|{whom.word}",) if whom.remark else (), follows=follows,
    )  # fmt: skip


def _has_person(slots: Slots) -> bool:
    return bool(slots.names or slots.pronoun or slots.other or slots.both)


def _follows(text: str, slots: Slots, kind: Kind | None) -> bool:
    """Whether a question takes something from the one before."""
    if slots.more or slots.connector or slots.there or (slots.way and not moments(text)):
        return True
    named = _has_person(slots) or slots.clip or slots.label or slots.shows or slots.left_out
    if kind is None:
        return bool(named or moments(text)) and not _says_more(text, slots)
    places = inquiry(text, TimeSpan(start_s=0.0, end_s=1e6)).place
    if kind not in _BARE or slots.names or places or not _is_short(text):
        return False
    if kind in {"who", "when", "moment"} and not _is_bare(text, 3):
        return False  # "which moments are emotional" says what it wants
    return kind in _GOES_ON or not (slots.label or slots.shows)


def _says_more(text: str, slots: Slots) -> bool:
    """Whether there is more in a text than what it names: then it is a question of its own."""
    for known in (slots.pronoun, slots.label_said, slots.contains):
        text = text.replace(known, " ") if known else text
    text = _NAMED.sub(" ", text)
    words = {w.lower() for w in _WORD.findall(text)} - _EMPTY
    chinese = [c for c in text if "\u4e00" <= c <= "\u9fff" and c not in _EMPTY_CHINESE]
    return bool(words) or len(chinese) > 2


def _is_short(text: str) -> bool:
    n = sum("\u4e00" <= c <= "\u9fff" for c in text)
    return n <= _SHORT_CHINESE if n else len(_WORD.findall(text)) <= _SHORT_WORDS


def _window(read: Draft, own: Inquiry, before: Focus, part: TimeSpan) -> Stretch | Unclear | None:
    slots = read.slots
    named = moments(read.text)
    if slots.way and len(named) == 1:
        later = slots.way == "later"
        bounds = (named[0], part.end_s) if later else (part.start_s, named[0])
        return _inside(*bounds, part) or Unclear(
            why="beyond", language=slots.language,
            options=(f"{part.start_s:.1f}", f"{part.end_s:.1f}"),
        )  # fmt: skip
    if own.window is not None:
        return own.window.start_s, own.window.end_s
    if not read.follows:
        return None
    kind = read.kind or before.kind
    last = before.window or before.around
    if slots.way:
        return _moved(slots, last, part) if last else None
    if kind in _OF_FILE:
        return None
    points = slots.there or (read.kind in _OF_MOMENT and read.kind is not None)
    return last if points else before.window


def _moved(slots: Slots, last: Stretch, part: TimeSpan) -> Stretch | Unclear:
    step_s = min(MAX_STEP_S, max(STEP_S, last[1] - last[0]))
    later = slots.way == "later"
    bounds = (last[1], last[1] + step_s) if later else (last[0] - step_s, last[0])
    return _inside(*bounds, part) or Unclear(
        why="beyond", language=slots.language, options=(f"{part.start_s:.1f}", f"{part.end_s:.1f}")
    )


def _inside(start_s: float, end_s: float, part: TimeSpan) -> Stretch | None:
    first, last = max(part.start_s, start_s), min(part.end_s, end_s)
    return (round(first, 3), round(last, 3)) if last - first > 0.05 else None
