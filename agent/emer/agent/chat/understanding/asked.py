"""A question as it is understood, and what a conversation remembers of the last one."""

from typing import Literal, NamedTuple

from pydantic import Field

from emer.agent.chat.understanding.kinds import Kind
from emer.agent.chat.understanding.relative import Anchor
from emer.agent.chat.understanding.slots import LeftOut, Modality, Slots
from emer.agent.chat.understanding.topics import Topic
from emer.graphs.report import Language
from emer.tools.readings import Frozen

Stretch = tuple[float, float]
"""Seconds from the start of the clip: from, up to."""


class Focus(Frozen):
    """What the conversation is about, for the question that comes next."""

    clip: int = Field(default=1, ge=1, description="number of the clip, from 1")
    kind: Kind | None = None
    persons: tuple[str, ...] = ()
    window: Stretch | None = None
    around: Stretch | None = Field(default=None, description="where the last answer pointed")
    pointed: str | None = Field(default=None, description="at whom it pointed")
    label: str | None = None
    label_said: str | None = None
    shows: str | None = None
    left_out: LeftOut | None = None
    contains: str | None = None
    every_clip: bool = False
    told: int = Field(default=0, ge=0, description="sentences of it that were told")


class Asked(Frozen):
    """One question, resolved against the conversation and the clip it is about."""

    text: str
    language: Language
    kind: Kind
    clip: int = Field(ge=1)
    every_clip: bool = Field(default=False, description="it is put to each clip")
    persons: tuple[str, ...] = Field(default=(), description="P1, P2, ...; empty: anybody")
    window: Stretch | None = Field(default=None, description="empty: the whole part")
    at_s: float | None = Field(default=None, description="the one moment that it names")
    label: str | None = Field(default=None, description="the emotion that it names")
    label_said: str | None = None
    shows: str | None = Field(default=None, description="the movement or event that it names")
    left_out: LeftOut | None = None
    contains: str | None = Field(default=None, description="words that it quotes")
    speaks: bool = False
    topic: Topic | None = Field(default=None, description="what nothing here can tell")
    named: tuple[Modality, ...] = Field(
        default=(), description="face, voice, words: as it names them"
    )
    nearest: Literal["first", "last"] | None = Field(
        default=None, description="only the first or last that was said there"
    )
    intense: bool = Field(default=False, description="what is most intense comes first")
    other_window: Stretch | None = Field(
        default=None, description="the stretch that is set beside the first"
    )
    most: int | None = Field(default=None, ge=1, description="sentences that it asks for at most")
    skip: int = Field(default=0, ge=0, description="sentences that were told before")
    remarks: tuple[str, ...] = Field(default=(), description="how it was taken, where that matters")
    follows: bool = Field(default=False, description="it takes something from what was said before")

    def focus(self, around: Stretch | None, told: int, pointed: str | None = None) -> Focus:
        """Return what is remembered of it.

        Args:
            around: Where its answer pointed.
            told: How many sentences were told of it, those told before included.
            pointed: The person at whom it pointed.
        """
        return Focus(
            clip=self.clip, kind=self.kind, persons=self.persons, window=self.window,
            around=around, pointed=pointed, label=self.label, label_said=self.label_said, shows=self.shows,
            left_out=self.left_out, contains=self.contains, every_clip=self.every_clip, told=told,
        )  # fmt: skip


class Unclear(Frozen):
    """A question that cannot be put to a report: why, and what would help."""

    why: Literal[
        "not_understood", "which_person", "nobody_here", "no_such_person", "no_such_clip", "beyond", "no_focus",
        "no_anchor", "nothing_beside",
    ]  # fmt: skip
    language: Language
    word: str = Field(default="", description="the word in question, e.g. her, P7")
    options: tuple[str, ...] = Field(default=(), description="what it may mean")
    focus: Focus | None = Field(default=None, description="for the answer that asks back")


class Draft(NamedTuple):
    """A question before its clip has been looked at."""

    text: str
    slots: Slots
    kind: Kind | None
    follows: bool
    clip: int
    moved: bool
    """It is about another clip than the last one."""
    anchor: Anchor | None = None
    """What it is put relative to."""
    remarks: tuple[str, ...] = ()
    """How it was taken, where that matters."""
    topic: Topic | None = None
    """What nothing here can tell."""
