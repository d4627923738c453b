"""Every query, once: its name, what it can be told, what it answers. All doors are made from here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from emer.agent.queries.account import AccountAnswer, AccountArgs, account
from emer.agent.queries.answer import Answer
from emer.agent.queries.args import Args, NoArgs, Some
from emer.agent.queries.basics import (
    GapsAnswer,
    MediaAnswer,
    PeopleAnswer,
    gaps,
    media,
    people,
)
from emer.agent.queries.cases import CasesAnswer, cases
from emer.agent.queries.compare import CompareAnswer, CompareArgs, compare
from emer.agent.queries.evidence import EvidenceAnswer, EvidenceArgs, evidence
from emer.agent.queries.moments import MomentsAnswer, MomentsArgs, moments
from emer.agent.queries.timeline import TimelineAnswer, timeline
from emer.agent.queries.transcript import TranscriptAnswer, TranscriptArgs, transcript
from emer.agent.queries.why import WhyAnswer, WhyArgs, why
from emer.agent.queries.without import WithoutAnswer, WithoutArgs, without
from emer.graphs.report import Report


@dataclass(frozen=True, slots=True)
class Query:
    """One question that can be put to a finished report."""

    name: str
    ask: Callable[[Report, Any], Answer]
    """Takes the report and its ``args``; raises ``QueryError`` for what does not exist."""
    args: type[Args]
    answer: type[Answer]
    description: str
    """One sentence, for people and for models that choose a tool."""


_ALL: Final = (
    Query("people", people, NoArgs, PeopleAnswer,
          "Who is in the clip: each person's voice and faces, for how long, and how surely linked."),
    Query("transcript", transcript, TranscriptArgs, TranscriptAnswer,
          "What was said, by whom and when; can search for words."),
    Query("timeline", timeline, Some, TimelineAnswer,
          "Who shows what when: emotion words with scores per segment, or why none can be named."),
    Query("account", account, AccountArgs, AccountAnswer,
          "The explanation: verified claims from the summary down to single observations."),
    Query("moments", moments, MomentsArgs, MomentsAnswer,
          "Where an emotion, a facial movement, a sound, a conflict, a shift or a reaction is "
          "shown most."),
    Query("why", why, WhyArgs, WhyAnswer,
          "Why a moment is read as it is, or why not as something else: claims, agreement of face, "
          "voice and words, what speaks against, and other readings."),
    Query("compare", compare, CompareArgs, CompareAnswer,
          "Two people, or two stretches of time, side by side."),
    Query("without", without, WithoutArgs, WithoutAnswer,
          "What would be read without the sound, the tone of voice, the words or the picture."),
    Query("evidence", evidence, EvidenceArgs, EvidenceAnswer,
          "What was measured, by id, stretch, person or kind, with model, score and values."),
    Query("cases", cases, Some, CasesAnswer,
          "Similar annotated cases: analogies, never evidence about the clip."),
    Query("gaps", gaps, Some, GapsAnswer,
          "What could not be measured, where and why, and what would help."),
    Query("media", media, NoArgs, MediaAnswer,
          "What the file is: length, picture, sound, subtitles, and which part was analysed."),
)  # fmt: skip
QUERIES: Final[Mapping[str, Query]] = MappingProxyType({q.name: q for q in _ALL})
"""By name, in the order in which they are offered."""
