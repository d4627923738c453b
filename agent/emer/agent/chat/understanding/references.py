"""Whom and which clip a question means, given what was said before.

Nothing here measures sex, age or looks: a word such as "her" stands for somebody only if there is
nobody else whom it could mean, and that is said. Else it is asked back.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from emer.agent.chat.understanding.asked import Focus, Unclear
from emer.agent.chat.understanding.kinds import Kind
from emer.agent.chat.understanding.slots import Slots
from emer.graphs.report import Report

ABOUT_ALL: Final[frozenset[Kind]] = frozenset(
    {"said", "people", "happened", "who", "when", "moment"}
)
"""Kinds that can be answered for everybody where nobody can be told apart."""
AT_WHOM: Final[frozenset[Kind]] = frozenset(
    {"why", "why_not", "sure", "moment", "sincere", "face", "voice", "words"}
)
"""Kinds that, asked further, are about whom the last answer pointed at."""


class Persons(NamedTuple):
    """Whom a question means."""

    ids: tuple[str, ...]
    """Empty: anybody."""
    remark: str = ""
    """Name of the sentence that says how it was taken; filled with ``word`` and ``who``."""
    word: str = ""


def persons_of(
    slots: Slots, report: Report, focus: Focus, kind: Kind | None, *, follows: bool
) -> Persons | Unclear:
    """Find out whom a question means."""
    everybody = tuple(p.id for p in report.subjects)
    if slots.names:
        return _named(slots, report, everybody)
    named = focus.persons or ((focus.pointed,) if focus.pointed else ())
    before = tuple(p for p in named if p in everybody)
    if slots.other or slots.pronoun:
        # "and her?" is somebody else; in a whole question it is whom the talk is about
        return _pointed_at(slots, everybody, before, kind, follows=follows and kind is None)
    if slots.both and len(everybody) == 2 and not follows:
        return Persons(everybody)
    # at whom an answer pointed is asked about further only where the question points there itself
    kept = before if focus.persons or kind in AT_WHOM else ()
    return Persons(kept if follows else ())


def _named(slots: Slots, report: Report, everybody: tuple[str, ...]) -> Persons | Unclear:
    found = []
    for name in slots.names:
        number = int(name[1:]) if name.startswith("#") else 0
        if 0 < number <= len(everybody):
            found.append(everybody[number - 1])
            continue
        person = next(
            (p.id for p in report.subjects if name in {m.upper() for m in p.members}), None
        )
        if person is None:
            shown = f"P{number}" if number else name
            return Unclear(
                why="no_such_person", language=slots.language, word=shown, options=everybody
            )
        found.append(person)
    return Persons(tuple(dict.fromkeys(found)))


def _pointed_at(
    slots: Slots,
    everybody: tuple[str, ...],
    before: tuple[str, ...],
    kind: Kind | None,
    *,
    follows: bool,
) -> Persons | Unclear:
    if not everybody:
        return Unclear(why="nobody_here", language=slots.language)
    word = slots.pronoun or ("另一位" if slots.language == "zh" else "the other one")
    if len(everybody) == 1 and not slots.other:
        return Persons(everybody, "only_one", word)
    others = tuple(p for p in everybody if p not in before)
    if before and (follows or slots.other):
        if len(others) == 1:
            return Persons(others, "the_other", word)
    elif len(before) == 1 and not slots.by_looks:
        return Persons(before, "of_whom", word)
    elif kind in ABOUT_ALL and not slots.other:
        return Persons((), "by_looks", word)
    return Unclear(
        why="which_person", language=slots.language, word=word,
        options=(others or everybody) if before and follows else everybody,
    )  # fmt: skip


def clip_of(slots: Slots, text: str, focus: Focus, names: Sequence[str]) -> int | Unclear:
    """Find out which clip a question is about: its number, from 1.

    Args:
        slots: What it names.
        text: The question.
        focus: What was talked about.
        names: File names of the clips, in order.
    """
    folded = text.casefold()
    for number, name in enumerate(names, 1):
        stem = name.rsplit(".", 1)[0].casefold()
        if name.casefold() in folded or (len(stem) > 3 and stem in folded):
            return number
    if slots.clip is None:
        return min(focus.clip, len(names))
    if slots.clip == "same":
        return focus.clip
    number = _counted(slots.clip, focus.clip, len(names))
    if 1 <= number <= len(names):
        return number
    return Unclear(
        why="no_such_clip", language=slots.language, word=slots.clip, options=tuple(names)
    )


def _counted(word: str, now: int, n: int) -> int:
    if word.isdecimal():
        return int(word)
    if word == "other":
        return (3 - now) if n == 2 else 0
    return {"last": n, "next": now + 1, "previous": now - 1}.get(word, 0)
