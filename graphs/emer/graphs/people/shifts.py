"""How what a person shows changes from one segment to a later one, like compared with like.

Words are compared with words and a face with a face, both in valence; a voice with the same voice in
arousal, where it is reliable. What another modality shows at the same two times must not say the
opposite. What came just before, see ``triggers``, is a hypothesis and is marked as such.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, NamedTuple

from emer.graphs.nodes.agreement import modalities_of
from emer.graphs.people.triggers import MARKED, Before
from emer.graphs.report import Segment, Shift, Trigger
from emer.tools.findings import Evidence, Modality, Person, Utterance
from emer.tools.readings import (
    ActionUnitReading,
    ExpressionReading,
    TextEmotionReading,
    VoiceReading,
)

MIN_SHIFT: Final = 0.5
"""Distance on -1..1 from which a change is told: that from which opposite signs are a conflict
between modalities, too. An assumption."""
MIN_TOGETHER: Final = 0.35
"""Likewise of all modalities that can be compared, weighed by their trust."""
MIN_TRUST: Final = 0.3
"""Of both readings. A voice in noise without a usual level of its own stays below it."""
LEANS: Final = 0.15
"""Valence that counts as positive or negative, as where modalities are compared."""
LATEST_S: Final = 30.0
"""Segments further apart than this are not compared: too much lies between them."""

Dimension = Literal["valence", "arousal"]
Kind = tuple[Modality, bool]
"""What is comparable: a modality, and of a face whether its owner talked."""


class _Reading(NamedTuple):
    """What one modality shows in one segment."""

    segment: Segment
    evidence: Evidence
    value: float
    trust: float


class _Move(NamedTuple):
    """One modality in two segments."""

    before: _Reading
    after: _Reading

    @property
    def by(self) -> float:
        return self.after.value - self.before.value

    @property
    def trust(self) -> float:
        return min(self.before.trust, self.after.trust)


DIMENSION: Final[Mapping[Modality, Dimension]] = {
    Modality.WORDS: "valence",
    Modality.FACE: "valence",
    Modality.VOICE: "arousal",
}
"""In what a modality is compared: a voice tells little about valence, and a face built from few
movements little about arousal (see their cards)."""


def shifts(
    segments: Sequence[Segment],
    utterances: Sequence[Utterance],
    persons: Sequence[Person],
    evidence: dict[str, Evidence],
) -> list[Shift]:
    """Find at most one shift into every segment of every person, in time order."""
    before = Before(utterances, persons, evidence.values())
    last: dict[str, dict[Kind, _Reading]] = {}
    found: list[Shift] = []
    known = {p.id for p in persons}
    for segment in sorted(segments, key=lambda s: (s.start_s, s.end_s, s.id)):
        if segment.subject not in known:
            continue
        own = last.setdefault(segment.subject, {})
        current = dict(_readings(segment, evidence))
        moves = {
            kind: _Move(own[kind], reading)
            for kind, reading in current.items()
            if kind in own and _comparable(own[kind], reading)
        }
        if shift := _widest(moves, before, evidence):
            found.append(shift)
        own.update(current)
    return found


def _readings(segment: Segment, evidence: dict[str, Evidence]) -> Iterable[tuple[Kind, _Reading]]:
    """Yield what every trusted modality shows, each by the reading that covers most of it."""
    for modality, affect in modalities_of(segment, evidence).items():
        if affect.trust < MIN_TRUST:
            continue
        own = [evidence[i] for i in affect.evidence if i in evidence]
        held = [(e.overlap_s(segment), e.id, e, v) for e in own if (v := _value(e)) is not None]
        if held:
            _, _, chief, value = max(held, key=lambda h: h[:2])
            reading = chief.reading
            talks = isinstance(reading, ExpressionReading) and reading.while_speaking
            yield (modality, talks), _Reading(segment, chief, value, affect.trust)


def _value(evidence: Evidence) -> float | None:
    reading = evidence.reading
    if isinstance(reading, TextEmotionReading | ExpressionReading):
        return reading.valence
    return reading.arousal if isinstance(reading, VoiceReading) else None


def _comparable(before: _Reading, after: _Reading) -> bool:
    away_s = after.segment.start_s - before.segment.end_s
    return before.segment.start_s < after.segment.start_s and away_s <= LATEST_S


def _widest(
    moves: Mapping[Kind, _Move], before: Before, evidence: dict[str, Evidence]
) -> Shift | None:
    """Return the surest wide change among ``moves`` as a shift, with what came before it."""
    ranked = sorted(moves.items(), key=lambda m: (-abs(m[1].by) * m[1].trust, m[0]))
    for (modality, _), move in ranked:
        if abs(move.by) < MIN_SHIFT:
            continue
        alike = [
            m
            for (other, _), m in moves.items()
            if DIMENSION[other] == DIMENSION[modality] and m.before.segment == move.before.segment
        ]
        weight = sum(m.trust for m in alike)
        together = sum(m.by * m.trust for m in alike) / weight
        if together * move.by <= 0 or abs(together) < MIN_TOGETHER:
            continue
        trigger = before.of(
            move.after.segment, _change_s(move, evidence), by_words=modality is Modality.WORDS
        )
        if not _told(modality, move, trigger, backed=len(alike) > 1, evidence=evidence):
            continue
        supporting = [m for m in alike if m is not move and m.by * move.by > 0]
        return _shift(DIMENSION[modality], move, supporting, trigger, evidence)
    return None


def _change_s(move: _Move, evidence: dict[str, Evidence]) -> float:
    """Return when the change begins: with a movement of the face if it rests on one."""
    segment, reading = move.after.segment, move.after.evidence.reading
    if not isinstance(reading, ExpressionReading):
        return segment.start_s
    onsets = [
        r.onset_s
        for i in reading.basis
        if i in evidence and isinstance(r := evidence[i].reading, ActionUnitReading)
    ]
    inside = [o for o in onsets if segment.start_s <= o < segment.end_s]
    return min(inside, default=segment.start_s)


def _told(
    modality: Modality,
    move: _Move,
    trigger: Trigger | None,
    *,
    backed: bool,
    evidence: dict[str, Evidence],
) -> bool:
    """Whether a wide change is worth telling.

    Every strong word is followed by a plain one and every smile ends: of words the side must change
    (unless the face goes with them), and a face must come to show something, unless it ceases to
    just when somebody says the opposite.
    """
    first, then = move.before.value, move.after.value
    opposed = first * then < 0 and min(abs(first), abs(then)) >= LEANS
    if modality is Modality.VOICE or opposed:
        return True
    if modality is Modality.WORDS:
        return backed
    if abs(then) >= MARKED:
        return True
    said = [evidence[i].reading for i in (trigger.evidence if trigger else ()) if i in evidence]
    return any(isinstance(r, TextEmotionReading) and r.valence * first < -LEANS for r in said)


def _shift(
    dimension: Dimension,
    move: _Move,
    supporting: Sequence[_Move],
    trigger: Trigger | None,
    evidence: dict[str, Evidence],
) -> Shift:
    pairs = [move, *sorted(supporting, key=lambda m: -m.trust)]
    ids = [i for m in pairs for i in (m.before.evidence.id, m.after.evidence.id)]
    came = [evidence[i].start_s for i in (trigger.evidence if trigger else ()) if i in evidence]
    return Shift(
        start_s=min(move.before.segment.start_s, *came) if came else move.before.segment.start_s,
        end_s=move.after.segment.end_s,
        subject=move.after.segment.subject,
        from_segment=move.before.segment.id,
        to_segment=move.after.segment.id,
        dimension=dimension,
        before=move.before.value,
        after=move.after.value,
        trigger=trigger,
        evidence=tuple(dict.fromkeys(ids)),
    )
