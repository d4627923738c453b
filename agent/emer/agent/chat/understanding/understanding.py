"""From a question and what was said before to what is to be answered.

Reads    the question in English or Chinese, the focus of the conversation, the report of the clip
Returns  ``Asked``, or ``Unclear`` with what to ask back
Cost     well below a millisecond
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from emer.agent.chat.understanding.asked import Asked, Draft, Focus, Stretch, Unclear
from emer.agent.chat.understanding.following import OF_FILE, follows_on, has_person
from emer.agent.chat.understanding.kinds import Kind, kind_of
from emer.agent.chat.understanding.references import Persons, clip_of, persons_of
from emer.agent.chat.understanding.slots import slots_of
from emer.agent.chat.understanding.stretches import stretch_of
from emer.graphs.report import Report
from emer.graphs.rule.plans.question import inquiry, moments
from emer.tools.findings import TimeSpan

MAX_CHARS: Final = 2000
"""Of one question."""
_LABELLED: Final[frozenset[Kind]] = frozenset((
    "who", "when", "moment", "why", "why_not", "feels", "across", "compare", "sure", "sincere",
    "face", "voice", "words", "change",
))  # fmt: skip
"""Kinds that may turn on an emotion."""


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
    follows = follows_on(text, slots, kind)
    if kind is None and not follows and slots.label:
        kind = "feels" if has_person(slots) else "who"  # "was P2 angry the whole time"
    if kind is None and not follows:
        return Unclear(why="not_understood", language=slots.language)
    if kind is None and focus.kind is None:
        named = slots.label or slots.shows
        kind = "feels" if has_person(slots) else "who" if named else None
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
    window = stretch_of(read, own, before, part)
    if isinstance(window, Unclear):
        return window
    if kind == "said" and slots.names and not slots.both:
        slots = replace(slots, names=slots.names[:1])  # whose words, before to whom or after what
    whom = persons_of(slots, report, before, read.kind, follows=follows and kind not in OF_FILE)
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
