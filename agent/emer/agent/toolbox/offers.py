"""Every tool, once: name, what it does, what it takes, what it answers. No door has a list of its own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, create_model

from emer.agent.guidance import Guidance, GuidanceArgs, guidance
from emer.agent.queries.args import Args, NoArgs
from emer.agent.queries.table import QUERIES, Query
from emer.agent.toolbox.analysis import (
    Analysis,
    AnalyzeArgs,
    Clips,
    OfClip,
    Picture,
    analyze,
    list_clips,
    picture,
    whole_report,
)
from emer.agent.toolbox.outcome import Outcome, about, told
from emer.graphs.report import Report

if TYPE_CHECKING:
    from emer.agent.toolbox.box import Asking, Toolbox

PREFIX: Final = "emer_"
"""Hosts have tools of their own; ours are known by this."""
_GUIDANCE: Final = Query(
    "guidance", guidance, GuidanceArgs, Guidance,
    "Before you reply to somebody: what they show, how strongly, a possible cause, a fitting kind of "
    "reply and why, and what is uncertain. Never the reply itself.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """One tool."""

    name: str
    description: str
    args: type[Args]
    result: type[BaseModel]
    do: "Callable[[Toolbox, Any, Asking], Outcome]"
    """Takes the box, its ``args``, and who asks."""


def _with_clip(query: Query) -> type[Args]:
    return create_model(
        f"{query.name.capitalize()}OfClip", __base__=(query.args, OfClip),
        __doc__=query.description,
    )  # fmt: skip


def _of_query(query: Query) -> Offer:
    def do(box: "Toolbox", asked: Any, asking: "Asking") -> Outcome:  # noqa: ANN401 - see ``args``
        held = box.report(asked.clip, asking)
        given = query.args(**asked.model_dump(exclude={"clip"}))
        answer = query.ask(held.report, given)
        return Outcome(told(answer, about(held.id, held.report)), answer)

    return Offer(
        f"{PREFIX}{query.name}", f"{query.description} {_FIRST}", _with_clip(query), query.answer, do
    )  # fmt: skip


_FIRST: Final = "A clip that was not analysed yet is analysed first, which takes a while."
_OWN: Final = (
    Offer(
        f"{PREFIX}clips", "Which clips may be analysed: names of files to give as clip.",
        NoArgs, Clips, list_clips,
    ),
    Offer(
        f"{PREFIX}analyze",
        "Analyse a video, sound file or picture: who shows which emotion when, with evidence. "
        "Returns a summary and the id by which the other tools tell more.",
        AnalyzeArgs, Analysis, analyze,
    ),
)  # fmt: skip
_LARGE: Final = (
    Offer(
        f"{PREFIX}timeline_picture", "The timeline of a clip as a picture (PNG).",
        OfClip, Picture, picture,
    ),
    Offer(
        f"{PREFIX}report",
        "The whole report of a clip under its versioned schema: large, for programs.",
        OfClip, Report, whole_report,
    ),
)  # fmt: skip
OFFERS: Final[Mapping[str, Offer]] = MappingProxyType(
    {
        o.name: o
        for o in (*_OWN, *map(_of_query, (_GUIDANCE, *QUERIES.values())), *_LARGE)
    }
)  # fmt: skip
"""By name, in the order in which they are offered."""
