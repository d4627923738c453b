"""Which kind of reply fits what somebody shows: by family of emotion, strength, side and contradictions.

Source   the kinds of reply are ours, in the spirit of the response intents of Welivita & Pu 2020
         (doi:10.18653/v1/2020.coling-main.429); nothing was fitted to data
"""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from emer.agent.queries.facts import Facts
from emer.graphs.report import Segment, Side
from emer.tools.readings import TextEmotionReading

ReplyAct = Literal[
    "acknowledge", "comfort", "reassure", "congratulate", "apologise", "clarify", "calm_down",
    "give_space", "continue", "none",
]  # fmt: skip
Polarity = Side | Literal["unknown"]
Degree = Literal["slight", "clear", "marked", "unknown"]

CLEAR: Final = 0.35
MARKED: Final = 0.65
"""Intensities (0..1) below ``CLEAR`` are slight, those from here on marked."""
AROUSED: Final = 0.5
COMPLAINTS: Final = frozenset({"annoyance", "disapproval", "disappointment", "anger"})
"""Categories of words that complain about something."""

ACTS: Final[dict[str, tuple[ReplyAct, str]]] = {
    "joy": ("acknowledge", "what is shown is glad"),
    "contentment": ("continue", "what is shown is at ease"),
    "hope": ("acknowledge", "what is shown looks ahead with confidence"),
    "pride": ("congratulate", "what is shown is pride"),
    "love": ("acknowledge", "what is shown is affection"),
    "esteem": ("acknowledge", "what is shown is thanks or respect"),
    "interest": ("continue", "what is shown is interest"),
    "composure": ("continue", "what is shown is composed"),
    "surprise": ("clarify", "something came unexpectedly"),
    "confusion": ("clarify", "something is not understood or not believed"),
    "fear": ("reassure", "what is shown is worry"),
    "shame": ("reassure", "what is shown is unease about oneself"),
    "sadness": ("comfort", "what is shown is sadness"),
    "fatigue": ("give_space", "what is shown is tiredness"),
    "indifference": ("give_space", "what is shown is distance"),
    "anger": ("acknowledge", "what is shown is annoyance"),
    "contempt": ("clarify", "what is shown is disdain or irony; what is behind it is open"),
    "disgust": ("acknowledge", "what is shown is aversion"),
    "envy": ("acknowledge", "what is shown is envy"),
}
"""Per family of emotion words the kind of reply that is least likely to be out of place."""


class Shown(NamedTuple):
    """What somebody's labels come to."""

    words: tuple[str, ...]
    families: tuple[str, ...]
    polarity: Polarity
    intensity: float | None
    arousal: float


def degree_of(intensity: float | None) -> Degree:
    """Say in a word how strongly something is shown."""
    if intensity is None:
        return "unknown"
    return "slight" if intensity < CLEAR else "clear" if intensity < MARKED else "marked"


def fitting_act(
    facts: Facts, segments: Sequence[Segment], total: Shown, *, conflicts: bool, weak: bool
) -> tuple[ReplyAct, str]:
    """Return the kind of reply that fits, and why."""
    if not segments:
        return "none", "nobody was heard or seen"
    if not total.words:
        if conflicts:
            return "clarify", "what is said and what is shown do not go together"
        if total.polarity == "neutral":
            return "continue", "nothing marked is shown"
        return "clarify", "the clues are too thin to name anything; an open question is safer"
    if total.polarity == "mixed":
        return "clarify", "what is shown points both ways"
    if conflicts and weak:
        return "clarify", "face, voice and words do not go together, and no word is well supported"
    family = total.families[0] if total.families else ""
    marked = degree_of(total.intensity) == "marked"
    complains = any(_complains(facts, s) for s in segments)
    if family == "anger" and marked and total.arousal >= AROUSED:
        return "calm_down", "what is shown is marked anger"
    if family in {"anger", "sadness", "disgust"} and complains and not conflicts:
        return "apologise", "the words complain; fitting if the matter is yours to answer for"
    if conflicts and total.polarity == "positive":
        return "clarify", "the words are brighter than face or voice, or the other way round"
    if family == "joy" and marked:
        return "congratulate", "what is shown is marked joy"
    return ACTS.get(family, ("acknowledge", "something is shown that has no rule of its own"))


def _complains(facts: Facts, segment: Segment) -> bool:
    readings = (facts.evidence[i].reading for i in segment.words if i in facts.evidence)
    return any(
        isinstance(r, TextEmotionReading) and bool(COMPLAINTS & set(r.expressed)) for r in readings
    )
