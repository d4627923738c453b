"""Whether to look again, where and how closely, once first findings are there, by rules.

Reads    the question and typed facts: who was found where, which clues conflict, what is missing
Returns  at most one further look, with its reason; the first rule that applies decides
Cost     microseconds

A further look must be able to change the answer: it follows a contradiction, a hole where the
question looks, or a face that is asked about and was sampled coarsely.
"""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Final

from emer.graphs.rule.plans.planning import TOOLS, with_needs
from emer.graphs.rule.plans.question import Inquiry, inquiry
from emer.graphs.tasks.planning import LookDraft, Replan, ReplanTask, SegmentBrief
from emer.tools.findings import Modality, Spanned, TimeSpan

CLOSE_HZ: Final = 12.5
"""Pictures per second of a closer look: most movements of a face last 0.5 to 4 s, the brief ones
of interest 0.2 to 0.5 s (Ekman 2003), which 5 pictures a second show once or twice."""
CLOSE_S: Final = 10.0
"""A closer look is at no more than this."""
CONFLICT_AT: Final = 0.7
"""A conflict of this magnitude is worth a closer look without being asked for."""
SHARE: Final = 0.5
"""A closer look that nobody asked for may cost this share of what has been done, both as estimated:
what is looked at must not depend on how fast or busy a machine is, or on what was known already."""
SURE: Final = 0.7
"""Speaking score from which two faces contradict each other about one voice."""


def replan(task: ReplanTask) -> Replan:
    """Decide on the next look."""
    part = TimeSpan(start_s=task.plan.start_s, end_s=task.plan.end_s)
    asked = inquiry(task.question, part)
    for rule in _RULES:
        look = rule(task, asked)
        if look is not None:
            return Replan(look=look, reason=look.reason)
    return Replan(look=None, reason="nothing is missing or contradictory that a look could settle")


def _two_faces_of_one_voice(task: ReplanTask, asked: Inquiry) -> LookDraft | None:
    """One voice, but the mouths of two faces that are seen together move with it in turn."""
    if "diarization" not in task.tools_run or task.look > 1 or len(task.speaking) < 2:
        return None
    sure: dict[str, set[str]] = {}
    for fact in task.speaking:
        if fact.score >= SURE:
            sure.setdefault(fact.speaker, set()).add(fact.track)
    seen_with = {frozenset(pair) for pair in _seen_together(task)}
    torn = {
        speaker: {t for pair in combinations(sorted(tracks), 2) if frozenset(pair) in seen_with
                  for t in pair}
        for speaker, tracks in sure.items()
    }  # fmt: skip
    extra = sum(len(tracks) - 1 for tracks in torn.values() if tracks)
    if not extra:
        return None
    n = len({f.speaker for f in task.speaking}) + extra
    offers = {o.tool: o for o in task.plan.tools}
    after = {t for t in task.tools_run if "diarization" in with_needs({t}, offers)}
    return LookDraft(
        tools=sorted(after), start_s=task.plan.start_s, end_s=task.plan.end_s, n_speakers=n,
        reason=f"one voice was given to {extra + 1} faces that are seen together: the voices are "
        f"told apart again, as at least {n}",
    )  # fmt: skip


def _seen_together(task: ReplanTask) -> Sequence[tuple[str, str]]:
    """Return pairs of tracks that were compared during one utterance."""
    by_utterance: dict[tuple[float, float], set[str]] = {}
    for fact in task.speaking:
        by_utterance.setdefault((fact.start_s, fact.end_s), set()).add(fact.track)
    return [p for tracks in by_utterance.values() for p in combinations(sorted(tracks), 2)]


def _words_are_missing(task: ReplanTask, asked: Inquiry) -> LookDraft | None:
    """The question turns on words, and there are none: face and voice must do."""
    if not asked.topics & {"words_emotion"} or _has(task, Modality.WORDS, asked):
        return None
    others = {*TOOLS["voice"][0], *TOOLS["face"][0], "active_speaker"}
    return _added(
        task, others, "there are no words to go by: face and voice may tell what they would have"
    )


def _nothing_where_asked(task: ReplanTask, asked: Inquiry) -> LookDraft | None:
    """Nothing was found in the stretch that is asked about: look at the nearest one."""
    window = asked.window
    if window is None or task.look > 1 or not task.segments:
        return None
    speech_only = bool(asked.topics) and asked.topics <= {"words", "voice", "words_emotion"}
    usable = [s for s in task.segments if not speech_only or s.role == "speaking"]
    if not usable or any(_meets(s, window) for s in usable):
        return None
    nearest = min(usable, key=lambda s: _distance(s, window))
    offers = {o.tool: o for o in task.plan.tools}
    again = {t for t in task.tools_run if with_needs({t}, offers) - {t}}
    return LookDraft(
        tools=sorted(again),
        start_s=min(nearest.start_s, window.start_s), end_s=max(nearest.end_s, window.end_s),
        reason=f"nothing was found in {window.start_s:g} to {window.end_s:g} s, which is asked "
        f"about: the nearest is at {nearest.start_s:g} s",
    )  # fmt: skip


def _face_asked_about(task: ReplanTask, asked: Inquiry) -> LookDraft | None:
    """A face is asked about, at a moment: sample it closely there."""
    window = asked.window
    if window is None or not asked.topics & {"face", "sincerity", "reaction"}:
        return None
    if not _has(task, Modality.FACE, asked) or _rate_at(task, window) >= CLOSE_HZ:
        return None
    middle_s = (window.start_s + window.end_s) / 2
    half_s = min(CLOSE_S, window.duration_s) / 2
    return LookDraft(
        tools=_face_tools(task), start_s=middle_s - half_s, end_s=middle_s + half_s,
        rate_hz=CLOSE_HZ,
        reason=f"a face is asked about around {middle_s:g} s: looked at there with {CLOSE_HZ:g} "
        "pictures a second",
    )  # fmt: skip


def _conflict_with_a_face(task: ReplanTask, asked: Inquiry) -> LookDraft | None:
    """A face contradicts voice or words: see whether it does so when sampled closely."""
    if not asked.is_emotional or task.look > 1:
        return None
    strong = [
        c
        for c in task.conflicts
        if Modality.FACE in c.pair
        and c.magnitude >= CONFLICT_AT
        and c.duration_s <= CLOSE_S
        and (asked.window is None or c.overlaps(asked.window))
        and _rate_at(task, c) < CLOSE_HZ
    ]
    tools = _face_tools(task)
    if not strong or not tools:
        return None
    first = max(strong, key=lambda c: (c.magnitude, -c.start_s))
    draft = LookDraft(
        tools=tools, start_s=first.start_s, end_s=first.end_s, rate_hz=CLOSE_HZ,
        reason=f"{first.pair[0]} and {first.pair[1]} contradict each other at {first.start_s:g} s "
        f"(by {first.magnitude:.2f}): the face is looked at more closely there",
    )  # fmt: skip
    return draft if _affordable(task, first) else None


def _affordable(task: ReplanTask, place: Spanned) -> bool:
    """Whether a closer look costs little beside what has been done already."""
    costs = {o.tool: o.cost_s for o in task.plan.tools}
    watching, done = costs.get("faces", 0.0), sum(costs.get(t, 0.0) for t in task.tools_run)
    part_s = max(task.plan.end_s - task.plan.start_s, 1e-3)
    density = CLOSE_HZ / task.plan.rate_hz
    return watching / part_s * place.duration_s * density <= SHARE * max(watching, done)


def _face_tools(task: ReplanTask) -> list[str]:
    offers = {o.tool: o for o in task.plan.tools}
    wanted = {t for t in ("action_units", "expression") if t in offers and offers[t].can_run}
    return sorted(wanted & set(task.tools_run))


def _added(task: ReplanTask, tools: set[str], reason: str) -> LookDraft | None:
    offers = {o.tool: o for o in task.plan.tools if o.can_run}
    usable = {
        t for t in tools & set(offers)
        if (task.plan.has_picture or offers[t].modality is not Modality.FACE)
        and (task.plan.has_sound or offers[t].modality is not Modality.VOICE)
    }  # fmt: skip
    new = with_needs(usable, offers) - set(task.tools_run)
    if not new:
        return None
    return LookDraft(
        tools=sorted(new), start_s=task.plan.start_s, end_s=task.plan.end_s, reason=reason
    )


def _has(task: ReplanTask, modality: Modality, asked: Inquiry) -> bool:
    return any(
        modality in s.modalities
        for s in task.segments
        if asked.window is None or _meets(s, asked.window)
    )


def _meets(segment: SegmentBrief, window: TimeSpan) -> bool:
    return segment.start_s < window.end_s and window.start_s < segment.end_s


def _distance(segment: SegmentBrief, window: TimeSpan) -> float:
    return max(segment.start_s - window.end_s, window.start_s - segment.end_s, 0.0)


def _rate_at(task: ReplanTask, place: Spanned) -> float:
    return max(
        (look.rate_hz for look in task.looks if look.start_s <= place.start_s + 0.5 * (
            place.end_s - place.start_s) < look.end_s),
        default=task.plan.rate_hz,
    )  # fmt: skip


_RULES: Final[tuple[Callable[[ReplanTask, Inquiry], LookDraft | None], ...]] = (
    _two_faces_of_one_voice, _words_are_missing, _nothing_where_asked, _face_asked_about,
    _conflict_with_a_face,
)  # fmt: skip
