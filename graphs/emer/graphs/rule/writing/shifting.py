"""How one person changes from then to now, and what may have brought it about."""

from collections.abc import Mapping, Sequence
from typing import Final

from emer.graphs.report import Shift, Trigger
from emer.graphs.rule.writing.moment import KINDS, RATED, Moment, placing
from emer.graphs.rule.writing.movements import doing, intensity, unit_of
from emer.graphs.rule.writing.reactions import MAX_MOVES, spoken_by
from emer.graphs.rule.writing.wording import (
    SHORT_QUOTE,
    Phrase,
    at,
    contains,
    cut,
    ended,
    equals,
    evidence_of,
    printed,
    quote,
    side,
    value,
)
from emer.graphs.tasks.explaining import ClaimDraft
from emer.graphs.tasks.facts import Fact, SegmentFacts
from emer.tools.findings import Modality

TURNS: Final = {
    Modality.WORDS: "words_turn",
    Modality.FACE: "face_turns",
    Modality.VOICE: "voice_turns",
}


def shifts(
    here: Moment,
    found: Sequence[Shift],
    segments: Mapping[str, SegmentFacts],
    claims: Sequence[ClaimDraft],
) -> list[ClaimDraft]:
    """Tell how somebody changed, and what may have brought it about as a claim of its own.

    Args:
        here: The segment in which the shifts end.
        found: The shifts.
        segments: Those that they can come from, by id.
        claims: Those drafted so far.
    """
    drafts: list[ClaimDraft] = []
    for change in found:
        before = segments.get(change.from_segment)
        turned = _turn(here, change, before, claims) if before else None
        if before is None or turned is None:
            continue
        text, parts = turned
        span = (before.start_s, max(here.segment.end_s, before.end_s))
        premises = _premises(here.segment.id, before.id, parts, claims)
        drafts.append(here.claim("shift", text, parts, rests_on=premises, span=span))
        cause = _trigger(here, change.trigger) if change.trigger else None
        if cause and _lies_in(cause[1], span, here) and not _is_same(cause[1], parts, here):
            place = len(claims) + len(drafts) - 1
            text, own, about = cause
            # it is told of this person as well: what changed is cited with what came before it
            parts = [*own, *parts]
            drafts.append(
                here.claim(
                    "shift", text, parts, about=about, rests_on=[place], hypothesis=True, span=span
                )
            )
        break  # the widest one; they come in that order
    return drafts


def _lies_in(cause: list[Phrase], span: tuple[float, float], here: Moment) -> bool:
    cited = [f for i in evidence_of(cause) if (f := here.known.get(i))]
    return all(f.start_s < span[1] and f.end_s > span[0] for f in cited)


def _is_same(cause: list[Phrase], turned: list[Phrase], here: Moment) -> bool:
    """Whether the cause would be the words whose own change is told: that explains nothing."""
    of_words = all(a.quantity.startswith("text.") for p in turned for a in p.assertions)
    said = {f.evidence for f in here.facts("utterance")}
    return of_words and bool(evidence_of(cause)) and evidence_of(cause) <= said


def _premises(
    now: str, before: str, parts: list[Phrase], claims: Sequence[ClaimDraft]
) -> list[int]:
    """Return the places of the claims that a change follows from: what was told of its ends."""
    found = []
    for place, claim in enumerate(claims):
        bearing = claim.stage in {"expression", "disagreement"}
        if claim.segment in {now, before} and (bearing or _is_past(claim, before)):
            found.append(place)
    return [place for place in found if _cited(claims[place]) & evidence_of(parts)]


def _is_past(claim: ClaimDraft, before: str) -> bool:
    return claim.stage == "emotion" and claim.segment == before


def grounded(
    claims: Sequence[ClaimDraft], segments: Mapping[str, SegmentFacts]
) -> list[ClaimDraft]:
    """Return the claims, each possible cause resting also on what was told of its evidence."""
    found = list(claims)
    for place, cause in enumerate(claims):
        if not cause.hypothesis:
            continue
        persons = {segments[cause.segment].subject, *cause.about}
        told = [
            i
            for i, c in enumerate(claims)
            if c.stage in {"attribute", "reaction"}
            and _cited(c) & _cited(cause)
            and segments[c.segment].subject in persons
        ]
        found[place] = cause.model_copy(update={"rests_on": [*cause.rests_on, *told]})
    return found


def _cited(claim: ClaimDraft) -> frozenset[str]:
    return frozenset(i for a in claim.assertions for i in a.evidence)


def _turn(
    here: Moment, found: Shift, before: SegmentFacts, claims: Sequence[ClaimDraft]
) -> tuple[str, list[Phrase]] | None:
    """Return the change in the modality that shows it widest, of what was told of both ends."""
    told = {"expression", "disagreement"}
    ends = {before.id, here.segment.id}
    own = [_cited(c) for c in claims if c.segment in ends and c.stage in told]
    cited = frozenset[str]().union(*own)
    options = []
    for modality in TURNS:
        then = _reading(before, modality, found.dimension, found.before, cited)
        now = _reading(here.segment, modality, found.dimension, found.after, cited)
        if then is None or now is None or then[1].kind != now[1].kind:
            continue
        if (now[0] - then[0]) * (found.after - found.before) > 0:
            options.append((abs(now[0] - then[0]), modality, then, now))
    if not options:
        return None
    _, modality, then, now = max(options, key=lambda o: o[0])
    quantity = placing(now[1], found.dimension)
    degree, direction = side(now[0], quantity, here.words)
    before_degree, was = side(then[0], quantity, here.words)
    if direction == was:
        return None  # more or less of the same is no turn
    text = here.words.say(
        TURNS[modality], own=here.own, degree=degree, direction=direction,
        n=printed(now[0], 2, signed=True), before_degree=before_degree, before=was,
        m=printed(then[0], 2, signed=True), time=at(before.start_s),
        dimension=here.words.frames[found.dimension],
    )  # fmt: skip
    asserted = (equals(now[1], quantity, 2), equals(then[1], quantity, 2))
    return text, [Phrase(text, asserted)]


def _reading(
    segment: SegmentFacts, modality: Modality, dimension: str, stated: float, cited: frozenset[str]
) -> tuple[float, Fact] | None:
    found = [
        (v, f)
        for f in segment.facts
        if (f.kind == KINDS[modality] or (modality is Modality.VOICE and f.kind == RATED))
        and f.evidence in cited and (v := value(f, placing(f, dimension))) is not None
    ]  # fmt: skip
    return min(found, key=lambda item: abs(item[0] - stated), default=None)


def _trigger(here: Moment, trigger: Trigger) -> tuple[str, list[Phrase], list[str]] | None:
    """Return the possible cause as a sentence, what it asserts, and whom else it is about."""
    about = [] if trigger.subject == here.segment.subject else [trigger.subject]
    other = here.name(trigger.subject)
    if trigger.kind == "cut":
        return here.words.frames["trigger_cut"], [], []  # of the picture, not of a person
    if trigger.kind == "face_of_other":
        units = [
            (au, f)
            for i in trigger.evidence
            if (f := here.known.get(i)) and f.kind == "action_unit" and (au := unit_of(f))
        ]
        parts = [Phrase(_moved(here, au, f), (intensity(au, f),)) for au, f in units[:MAX_MOVES]]
        if not parts:
            return None
        moves = here.words.chained([p.text for p in parts])
        return here.words.say("trigger_face", other=other, moves=moves), parts, about
    spoken = spoken_by(here, trigger.evidence, trigger.subject)
    if spoken is None:
        return None
    words, fact = spoken
    shown = quote(words, SHORT_QUOTE)
    parts = [Phrase(shown, (contains(fact, cut(words, SHORT_QUOTE)),))]
    frame = "trigger_words"
    if trigger.kind == "own_words":
        now = any(f.evidence == fact.evidence for f in here.segment.facts)
        frame = "trigger_here" if now else "trigger_own"
    sentence = here.words.say(frame, who=here.who, other=other, quote=shown)
    return ended(sentence, here.words.frames["stop"]), parts, about


def _moved(here: Moment, au: str, fact: Fact) -> str:
    strength = printed(value(fact, f"au.{au}") or 0.0, 1)
    phrase = doing(here.words, au, fact, smile=True)
    return here.words.say("movement_untimed", phrase=phrase, au=au, n=strength)
