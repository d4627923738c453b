"""Sounds that are not words, as attributes of a moment: what is heard, when, and never whose."""

from typing import Final

from emer.graphs.rule.writing.moment import Moment
from emer.graphs.rule.writing.wording import Phrase, during, equals, printed, value
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.tasks.facts import Fact
from emer.tools.findings import SCENE

KIND: Final = "vocal_event"
MAX_TOLD: Final = 3
_FRAMES: Final = {"speaking": "heard_speaking", "listening": "heard_listening"}


def sounds(here: Moment, told: set[str]) -> ClaimDraft | None:
    """Return what is heard around one segment, the surest first.

    Args:
        here: The segment.
        told: Evidence of sounds that were told of before, as they may lie under a whole clip;
            added to.
    """
    found = [
        (name, score, fact)
        for fact in here.facts(KIND)
        if (name := str(fact.quantities.get("event.name", ""))) and fact.evidence not in told
        and (score := value(fact, f"event.{name}")) is not None
        and f"event_{name}" in here.words.frames
    ]  # fmt: skip
    found.sort(key=lambda item: (-item[1], item[2].start_s, item[0]))
    parts = [_heard(here, *item) for item in found[:MAX_TOLD]]
    if not parts:
        return None
    told |= {fact.evidence for _, _, fact in found[:MAX_TOLD]}
    unknown = here.segment.subject == SCENE
    frame = "heard" if unknown else _FRAMES.get(here.segment.role, "heard")
    text = here.words.say(frame, who=here.who, sounds=here.words.chained([p.text for p in parts]))
    return here.claim("attribute", text, parts, about=[] if unknown else [SCENE])


def _heard(here: Moment, name: str, score: float, fact: Fact) -> Phrase:
    text = here.words.say(
        "event", sound=here.words.frames[f"event_{name}"], n=printed(score, 2),
        time=during(fact.start_s, fact.end_s),
    )  # fmt: skip
    return Phrase(text, (equals(fact, f"event.{name}", 2),))
