"""From a question and what was said before to what is to be answered.

Reads    the question in English or Chinese, the focus of the conversation, the report of the clip
Returns  ``Asked``, or ``Unclear`` with what to ask back
Cost     well below a millisecond
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from emer.agent.chat.understanding.amount import sentences_wanted
from emer.agent.chat.understanding.anchors import Found, find, stretch_beside
from emer.agent.chat.understanding.asked import Asked, Draft, Focus, Stretch, Unclear
from emer.agent.chat.understanding.following import (
    OF_FILE,
    follows_on,
    has_person,
    is_bare,
    is_short,
)
from emer.agent.chat.understanding.kinds import Kind, beside_kind, kind_of
from emer.agent.chat.understanding.leftover import BROAD, TOLD_OF, asks_for_nothing, leftover
from emer.agent.chat.understanding.order import FIRST, nearest_of, placed_in_order
from emer.agent.chat.understanding.pairs import pair_of
from emer.agent.chat.understanding.references import Persons, clip_of, persons_of
from emer.agent.chat.understanding.relative import Anchor, contrast, split
from emer.agent.chat.understanding.slots import Slots, slots_of
from emer.agent.chat.understanding.spelling import mended, plain
from emer.agent.chat.understanding.stretches import stretch_of
from emer.agent.chat.understanding.topics import topic_of
from emer.graphs.report import Language, Report
from emer.graphs.rule.plans.question import inquiry, moments
from emer.tools import taxonomy
from emer.tools.findings import SCENE, TimeSpan

MAX_CHARS: Final = 2000
"""Of one question."""
_LABELLED: Final[frozenset[Kind]] = frozenset((
    "who", "when", "moment", "why", "why_not", "feels", "across", "compare", "sure", "sincere",
    "face", "voice", "words", "change", "intensity", "decisive", "against", "method",
))  # fmt: skip
"""Kinds that may turn on an emotion."""
OF_NOBODY: Final[frozenset[Kind]] = frozenset({"greeting", "inner", "method", "language", "help"})
"""Kinds for which it does not matter whom a pronoun means."""
_ANYBODY: Final = re.compile(r"\b(?:any|some)(?:one|body)\b|\bwho\b|有人|谁", re.I)
_OF_ONE: Final[frozenset[Kind]] = frozenset({"feels", "who", "when", "moment", "why", "intensity"})
_BESIDE: Final = re.compile(
    r"\b(?:of|at|with|about|to|towards?|against|from|by) (P\d+|SPK_\d+)\b", re.I
)
_DOES: Final = re.compile(
    r"\bdoing\b|\bdo\W*$|\bup to\b|(?:做|干)(?:了|着|些)*(?:什么|啥|嘛)", re.I
)
_LASTS: Final = re.compile(r"\bhow long\b|多久", re.I)
_AFFECTS: Final = re.compile(r"\b(?:affect|influenc|impact|effect)\w*|影响", re.I)
_REACTS: Final = re.compile(r"\breact\w*|\brespon(?:d|s)\w*|反应|回应", re.I)
_OF_EVENT: Final[frozenset[Kind]] = frozenset({"sincere", "voice"})
"""Kinds that are about the moment in which a named emotion is shown."""
_PAIRED: Final[frozenset[Kind]] = frozenset({"compare", "feels", "happened", "change", "who"})
"""Kinds that compare where two stretches are named."""


def draft(text: str, focus: Focus, names: Sequence[str]) -> Draft | Unclear:
    """Read what can be read without a report: the kind of question and the clip.

    Args:
        text: The question.
        focus: What the conversation is about.
        names: File names of the clips.
    """
    text = plain(" ".join(text.split())[:MAX_CHARS])
    found = _draft(text, focus, names)
    if isinstance(found, Unclear) and found.why == "not_understood":
        again = mended(text)
        if again != text:
            better = _draft(again, focus, names)
            if isinstance(better, Draft):
                return better._replace(remarks=(f"spelling|{again}", *better.remarks))
    return found


def _draft(text: str, focus: Focus, names: Sequence[str]) -> Draft | Unclear:
    text, anchor = _relative(text)
    slots, kind = slots_of(text), kind_of(text)
    kind = _sharper(kind, text, slots, anchor)
    if slots.more and focus.kind is not None:
        kind = None  # "tell me more" is more of the same
    if kind == "cases":
        slots = replace(slots, way=None)  # "seen something like this before"
    if _ANYBODY.search(text):
        slots = replace(slots, other=False)  # "does somebody thank the other"
    clip = clip_of(slots, text, focus, names)
    if isinstance(clip, Unclear):
        return clip
    follows = follows_on(text, slots, kind)
    if _is_of_another(kind, slots, focus):
        follows = False
    if kind is None:
        kind, follows = _kind_of_what_is_named(text, slots, anchor, follows=follows)
    left = _left(text, kind, slots)
    empty = kind in BROAD and not (slots.label or slots.shows or slots.contains or slots.speaks)
    lost = empty and (left or (not follows and asks_for_nothing(text, kind, slots)))
    if (kind is None and not follows) or (lost and kind != "happened"):
        return Unclear(why="not_understood", language=slots.language)
    if kind is None and focus.kind is None:
        named = slots.label or slots.shows
        kind = "feels" if has_person(slots) else "who" if named else None
        if kind is None:
            return Unclear(why="no_focus", language=slots.language)
    moved = clip != focus.clip and focus.kind is not None
    remarks = _taken(slots, kind, left)
    topic = topic_of(text) if kind == "inner" else None
    return Draft(text, slots, kind, follows, clip, moved, anchor, remarks, topic)


def _sharper(kind: Kind | None, text: str, slots: Slots, anchor: Anchor | None) -> Kind | None:
    """Return the kind that a question has by what it names beside its question word."""
    named = slots.label or slots.shows
    if named and (kind == "length" or (kind == "feels" and _LASTS.search(text))):
        return "when"  # "how long was P2 angry"
    if kind == "who" and named and FIRST.search(text):
        return "when"  # who is first is told by time
    if kind in {"people", "who"} and anchor is not None and anchor.near and not named:
        return "said"  # "who spoke right before that"
    return kind


def _kind_of_what_is_named(
    text: str, slots: Slots, anchor: Anchor | None, *, follows: bool
) -> tuple[Kind | None, bool]:
    """Return what a question without a rule asks for, by what it names, and if it still goes on."""
    if anchor is not None and slots.contains is None:
        return "happened", follows  # "and after the laugh", whatever is asked of it
    whole = not slots.connector and not is_bare(text)
    if slots.label and (whole or not follows):
        return ("feels" if has_person(slots) else "who"), False  # "was P2 angry the whole time"
    if slots.names and not follows and _DOES.search(text) and not leftover(text, slots):
        return "happened", False  # "what was P3 doing"
    return None, follows


def _left(text: str, kind: Kind | None, slots: Slots) -> list[str]:
    """Return the words of a question that nothing takes up, its kind included."""
    if kind is None or kind not in TOLD_OF or slots.more:
        return []
    return leftover(text if kind in BROAD else beside_kind(text, kind), slots)


def _taken(slots: Slots, kind: Kind | None, left: Sequence[str]) -> tuple[str, ...]:
    """Return how a question was taken, where that is not all of it."""
    said = []
    if left and slots.language == "en":
        said.append(f"left_out|{' '.join(left)}")
    if slots.by_phrase and slots.label and kind in _LABELLED:
        label = taxonomy.label_word(slots.label, slots.language)
        said.append(f"sense|{slots.label_said} → {label}")
    if (
        slots.together
        and kind in {"who", "when", "moment", "face"}
        and (slots.label or slots.shows)
    ):
        said.append("each|")
    return tuple(said)


def _is_of_another(kind: Kind | None, slots: Slots, focus: Focus) -> bool:
    """Whether a question names another emotion than the last one did, and nothing else of it."""
    if kind not in {"why", "sure", "intensity", "decisive", "against"} or not slots.label:
        return False
    return slots.label != focus.label and not (slots.connector or slots.there or slots.pronoun)


def _relative(text: str) -> tuple[str, Anchor | None]:
    """Return the question itself and what it is put relative to."""
    kind = kind_of(text)
    against = contrast(text) if kind == "why_not" else None
    if against is not None:
        asked, beside = against
        return f"Why not {slots_of(asked).label_said}" if slots_of(text).language == "en" else (
            f"为什么不是{slots_of(asked).label_said}"
        ), Anchor(beside, "at", near=False, slots=slots_of(beside), must=False)
    if kind in {"without", "reaction", "inner", "method", "moment", "why"}:
        return text, None
    main, anchor = split(text)
    if anchor is not None and anchor.side == "at":
        asks = kind_of(main)
        if asks == "when" or (
            asks is None and not (has_person(slots_of(main)) or slots_of(main).label)
        ):
            return text, None
    return main, anchor


def resolve(read: Draft, focus: Focus, report: Report) -> Asked | Unclear:
    """Settle what a question means, on the clip that it is about."""
    slots, follows = read.slots, read.follows
    kind = read.kind or focus.kind
    assert kind is not None
    part = TimeSpan(start_s=report.run.span[0], end_s=report.run.span[1])
    own = inquiry(read.text, part)
    if own.beyond:
        return _beyond(slots, part)
    own = placed_in_order(own, read, kind, part)
    before = focus.model_copy(update=_OTHER_CLIP) if read.moved else focus
    window = stretch_of(read, own, before, part)
    if isinstance(window, Unclear):
        return window
    remarks = list(read.remarks)
    if read.anchor is not None:
        placed = _placed(read.anchor, report, part, kind, slots.language)
        if isinstance(placed, Unclear):
            return placed
        if placed is not None:
            window, told = placed
            remarks.append(told)
    event = _event(read, kind, window, report)
    if event is not None:
        window = event.start_s, event.end_s
        if event.subject != SCENE:
            slots = replace(slots, names=(event.subject,))
        remarks.append(f"at|{event.told}")
    if kind == "said" and slots.names and not slots.both:
        slots = replace(slots, names=slots.names[:1])  # whose words, before to whom or after what
    if len(slots.names) > 1 and kind in _OF_ONE and (beside := _BESIDE.findall(read.text)):
        kept = tuple(n for n in slots.names if n not in {b.upper() for b in beside})
        slots = replace(slots, names=kept or slots.names)  # "is P2 jealous of P1"
    if kind == "reaction" and not slots.both:
        slots = replace(slots, names=_who_reacts(read.text, slots.names))
    if kind in OF_NOBODY and not slots.names:
        slots = replace(slots, pronoun=None, other=False, both=False)
    whom = persons_of(slots, report, before, read.kind, follows=follows and kind not in OF_FILE)
    asked = _asked(read, kind, before, window, whom if isinstance(whom, Persons) else Persons(()))
    asked = asked.model_copy(update={"remarks": (*remarks, *asked.remarks)})
    pair = pair_of(read.text, part) if read.anchor is None and kind in _PAIRED else None
    if read.anchor is not None and kind == "change" and window and window[0] > part.start_s:
        pair = (part.start_s, window[0]), window  # "did P2 change after that"
    if pair is not None:
        paired = {"kind": "compare", "window": pair[0], "other_window": pair[1]}
        return asked.model_copy(update=paired) if isinstance(whom, Persons) else whom
    named = moments(read.text)
    if len(named) == 1 and not slots.way and own.window is not None:
        asked = asked.model_copy(update={"at_s": named[0]})
    if isinstance(whom, Unclear):
        # what is answered to the question back is put to this question
        return whom.model_copy(update={"focus": asked.focus(before.around, 0)})
    return asked


def _who_reacts(text: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return whose reaction is asked for: "P1 apologises, how does P2 react" asks for P2's."""
    if _AFFECTS.search(text):
        return names[-1:]  # "does P1 affect P2"
    word = _REACTS.search(text)
    before = [n for n in names if word and n in text[: word.start()].upper()]
    return tuple(before[-1:]) or names[:1]


def _beyond(slots: Slots, part: TimeSpan) -> Unclear:
    options = (f"{part.start_s:.1f}", f"{part.end_s:.1f}")
    return Unclear(why="beyond", language=slots.language, options=options)


def _event(read: Draft, kind: Kind, window: Stretch | None, report: Report) -> Found | None:
    """Return the moment that a question names by what is shown in it: the apology, the anger."""
    slots = read.slots
    if kind not in _OF_EVENT or window is not None or read.anchor is not None or not slots.label:
        return None
    anchor = Anchor(slots.label_said or slots.label, "at", near=False, slots=slots, must=False)
    return find(anchor, report, slots.language)


def _placed(
    anchor: Anchor, report: Report, part: TimeSpan, kind: Kind, language: Language
) -> tuple[Stretch, str] | Unclear | None:
    """Return the stretch that is meant and how that was taken, or why there is none."""
    found = find(anchor, report, language)
    if found is None:
        word = Unclear(why="no_anchor", language=language, word=anchor.text)
        return word if anchor.must else None
    stretch = stretch_beside(anchor, found, part, said=kind == "said")
    if stretch is None:
        return Unclear(why="nothing_beside", language=language, word=found.told)
    return stretch, f"{anchor.side}|{found.told}"


_OTHER_CLIP: Final = {"persons": (), "window": None, "around": None, "pointed": None, "told": 0}
"""What means nothing in another clip."""


def _asked(read: Draft, kind: Kind, before: Focus, window: Stretch | None, whom: Persons) -> Asked:
    slots, follows = read.slots, read.follows
    named = slots.label or slots.shows
    # "why not?" after "Who is angry?" does not ask why not angry
    keeps = follows and kind in _LABELLED and (kind != "why_not" or read.kind is None) and not named
    # "what did P2 feel after that" asks anew
    keeps = keeps and (
        read.kind is None or kind not in {"feels", "face", "voice", "words"} or is_short(read.text)
    )
    nearest = nearest_of(kind, read)
    return Asked(
        text=read.text, topic=read.topic, named=slots.named, intense=slots.intense,
        nearest=nearest, language=slots.language, kind=kind, clip=read.clip,
        every_clip=kind == "across" or (follows and read.kind is None and before.every_clip and slots.clip is None),
        persons=whom.ids, window=window,
        label=slots.label if kind in _LABELLED and slots.label else before.label if keeps else None,
        label_said=slots.label_said if slots.label else before.label_said if keeps else None,
        shows=slots.shows or (before.shows if keeps else None),
        left_out=slots.left_out or (before.left_out if follows and kind == "without" else None),
        contains=slots.contains or (before.contains if follows and read.kind is None else None),
        speaks=slots.speaks, skip=before.told if slots.more else 0, most=sentences_wanted(read.text),
        remarks=(f"{whom.remark}|{whom.word}",) if whom.remark else (), follows=follows,
    )  # fmt: skip
