"""Which specialists a question needs, by rules. Without a question: all that can run.

Only the question and typed facts decide; nothing that was said or shown in the media is read.
"""

import re
from typing import Final

from emer.graphs.tasks import Plan, PlanTask, ToolChoice, ToolOffer
from emer.tools.findings import Modality

# A question that asks for one of these and for nothing emotional needs only those tools.
_NARROW: Final = (
    (
        re.compile(
            r"\b(what (was|is|were|did|does|do)\b.*\b(said|say|saying)|transcri|subtitle)", re.I
        ),
        ("asr", "utterances"),
        "what was said",
    ),
    (
        re.compile(
            r"\b(how many (people|speakers|voices)|who (speaks|spoke|is speaking|talks))\b", re.I
        ),
        ("utterances", "faces", "active_speaker"),
        "who speaks",
    ),
)
_EMOTIONAL: Final = re.compile(
    r"\b(feel|felt|emotion|mood|happy|sad|angr|afraid|fear|upset|smil|laugh|cry|fak|mean it|sincere"
    r"|sarcas|why|how (is|does|did|do|was)|tone|sound|look|expression|react)",
    re.I,
)


def plan(task: PlanTask) -> Plan:
    """Choose tools: what the question needs, with everything those need, as far as it can run."""
    wanted, reason = _wanted(task)
    offers = {offer.tool: offer for offer in task.tools}
    needed = _with_needs(wanted, offers)
    return Plan(choices=[_choice(task, offer, needed, reason) for offer in task.tools])


def _wanted(task: PlanTask) -> tuple[set[str], str]:
    question = task.question or ""
    if question and not _EMOTIONAL.search(question):
        for pattern, tools, about in _NARROW:
            if pattern.search(question):
                return set(tools), f"the question asks {about}"
    return {offer.tool for offer in task.tools}, (
        "the question may turn on any clue" if question else "no question was asked: look at all"
    )


def _with_needs(wanted: set[str], offers: dict[str, ToolOffer]) -> set[str]:
    needed: set[str] = set()
    queue = [tool for tool in wanted if tool in offers]
    while queue:
        tool = queue.pop()
        if tool not in needed:
            needed.add(tool)
            queue.extend(n for n in offers[tool].needs if n in offers)
    return needed


def _choice(task: PlanTask, offer: ToolOffer, needed: set[str], reason: str) -> ToolChoice:
    if offer.tool not in needed:
        return ToolChoice(tool=offer.tool, use=False, reason=f"{reason}; this adds nothing to it")
    if offer.problem is not None:
        return ToolChoice(tool=offer.tool, use=False, reason=f"cannot run here: {offer.problem}")
    if offer.modality in {Modality.FACE, Modality.SCENE} and not task.has_picture:
        return ToolChoice(tool=offer.tool, use=False, reason="there is no picture")
    if offer.modality is Modality.VOICE and not task.has_sound and "asr" not in offer.needs:
        return ToolChoice(tool=offer.tool, use=False, reason="there is no sound")
    return ToolChoice(tool=offer.tool, use=True, reason=reason)
