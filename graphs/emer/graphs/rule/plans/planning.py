"""Which specialists a question needs, where they should look, and what fits the budget, by rules.

Without a question: all that can run. Only the question and typed facts decide; nothing that was
said or shown in the media is read.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from emer.graphs.rule.plans.question import Inquiry, Topic, inquiry
from emer.graphs.tasks.planning import Plan, PlanTask, ToolChoice, ToolOffer
from emer.tools.findings import Modality, TimeSpan

_AFFECT: Final = (
    "text_emotion", "voice_affect", "speech_emotion", "voice_dimensions", "vocal_events",
    "expression", "action_units", "active_speaker", "face_likeness",
)  # fmt: skip
TOOLS: Final[Mapping[Topic, tuple[tuple[str, ...], str]]] = {
    "words": (("asr", "utterances"), "what was said"),
    "speakers": (("utterances", "active_speaker", "face_likeness"), "who is there and speaks"),
    "voice": (
        ("voice_affect", "speech_emotion", "voice_dimensions", "vocal_events"),
        "how a voice sounds",
    ),
    "face": (("expression", "action_units", "face_likeness"), "what a face shows"),
    "sincerity": (_AFFECT, "whether face, voice and words fit together"),
    "reaction": (_AFFECT, "how somebody takes what is said"),
    "words_emotion": (("text_emotion",), "what the words express"),
    "emotion": (_AFFECT, "an emotion, which any clue may show"),
    "scene": (("visual_attributes",), "the picture as such"),
    "screen_text": (("on_screen_text",), "text in the picture"),
    "media": ((), "the file as such, which is known already"),
}
"""Per topic the tools that answer it (what they need comes with them), and what is asked."""

VALUE: Final = (
    "asr", "utterances", "text_emotion", "voice_affect", "speech_emotion", "faces", "expression",
    "action_units", "active_speaker", "face_likeness", "voice_dimensions", "vocal_events",
    "visual_attributes", "on_screen_text",
)  # fmt: skip
"""What is worth most within a budget, first: words carry most of an emotion (AffectGPT, table 6:
text alone beats sound alone and faces alone), then the voice, which is cheap."""


def plan(task: PlanTask) -> Plan:
    """Choose tools: what the question needs, with everything those need, as far as it can run."""
    part = TimeSpan(start_s=task.start_s, end_s=task.end_s)
    asked = inquiry(task.question, part)
    offers = {offer.tool: offer for offer in task.tools}
    wanted, reason = _wanted(task, asked)
    needed = with_needs(wanted, offers)
    choices = [_choice(task, offer, needed, reason) for offer in task.tools]
    choices = _within_budget(task, asked, choices, offers)
    window = asked.window
    return Plan(
        choices=choices,
        start_s=window.start_s if window else None,
        end_s=window.end_s if window else None,
    )


def with_needs(wanted: Iterable[str], offers: Mapping[str, ToolOffer]) -> set[str]:
    """Return ``wanted`` and all that they need, as far as it is offered."""
    needed: set[str] = set()
    queue = [tool for tool in wanted if tool in offers]
    while queue:
        tool = queue.pop()
        if tool not in needed:
            needed.add(tool)
            queue.extend(n for n in offers[tool].needs if n in offers)
    return needed


def _wanted(task: PlanTask, asked: Inquiry) -> tuple[set[str], str]:
    everything = {offer.tool for offer in task.tools}
    if not task.question:
        return everything, "no question was asked: look at all"
    if asked.beyond:
        return set(), "the moment that is asked about lies outside the analysed part"
    if not asked.topics:
        return everything, "the question may turn on any clue"
    wanted = {tool for topic in asked.topics for tool in TOOLS[topic][0]}
    if asked.persons or asked.by_looks:
        # whoever is meant must be told apart from the others
        wanted |= {"diarization"} if wanted else set()
    # topics of a stranger's tools are not known here: they join where emotion is asked about
    known = {t for tools, _ in TOOLS.values() for t in tools}
    infrastructure = {n for offer in task.tools for n in offer.needs}
    if asked.topics & {"emotion", "sincerity"}:
        wanted |= everything - known - infrastructure
    about = " and ".join(TOOLS[t][1] for t in TOOLS if t in asked.topics)
    return wanted, f"the question asks {about}"


def _choice(task: PlanTask, offer: ToolOffer, needed: set[str], reason: str) -> ToolChoice:
    if not offer.can_run:
        return ToolChoice(tool=offer.tool, use=False, reason="it cannot run here")
    if offer.tool not in needed:
        return ToolChoice(tool=offer.tool, use=False, reason=f"{reason}; this adds nothing to it")
    if offer.modality in {Modality.FACE, Modality.SCENE} and not task.has_picture:
        return ToolChoice(tool=offer.tool, use=False, reason="there is no picture")
    if offer.modality is Modality.VOICE and not task.has_sound and "asr" not in offer.needs:
        return ToolChoice(tool=offer.tool, use=False, reason="there is no sound")
    return ToolChoice(tool=offer.tool, use=True, reason=reason)


def _within_budget(
    task: PlanTask, asked: Inquiry, choices: list[ToolChoice], offers: Mapping[str, ToolOffer]
) -> list[ToolChoice]:
    """Give up the least valuable tools, with what only they need, until the rest is affordable."""
    if task.budget_s is None:
        return choices
    chosen = {c.tool for c in choices if c.use}
    kept: set[str] = set()
    spent_s = 0.0
    for tool in sorted(chosen, key=lambda t: (_place(t, asked), t)):
        closure = {t for t in with_needs({tool}, offers) if t in chosen} - kept
        cost_s = sum(offers[t].cost_s for t in closure)
        if spent_s + cost_s <= task.budget_s:
            kept |= closure
            spent_s += cost_s
    dropped = "the budget of {:.1f} s does not stretch to it (about {:.1f} s more)"
    return [
        c
        if not c.use or c.tool in kept
        else ToolChoice(
            tool=c.tool,
            use=False,
            reason=dropped.format(
                task.budget_s,
                sum(offers[t].cost_s for t in with_needs({c.tool}, offers) - kept),
            ),
        )
        for c in choices
    ]


def _place(tool: str, asked: Inquiry) -> int:
    """Return how early a tool is bought: first what the question names, then by value."""
    named = {t for topic in asked.topics - {"emotion", "sincerity"} for t in TOOLS[topic][0]}
    place = VALUE.index(tool) if tool in VALUE else len(VALUE)
    return place - (len(VALUE) + 1 if tool in named else 0)
