"""How listeners take what is said: movements that begin in a face while somebody else speaks.

A movement counts that begins while an utterance is heard or just after it. One that began before
is no answer to it, and one that somebody makes while they talk themselves belongs to their talking.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, Literal

from emer.graphs.people.persons import known_apart
from emer.graphs.report import Reaction, Segment
from emer.graphs.timeline import Timeline
from emer.tools.findings import Evidence, Person, TimeSpan, Utterance, select
from emer.tools.readings import (
    ActionUnitReading,
    ExpressionReading,
    SpeakingFaceReading,
    TextEmotionReading,
)

AFTER_S: Final = 1.0
"""A reaction may come this long after the last word: most of what is heard is understood by then,
and later something else is going on. An assumption."""
LEAST_LATENCY_S: Final = 0.2
"""Faces answer to what is seen or heard after 0.3 to 0.4 s (Dimberg & Thunberg 1998); onsets are
told to one sampled picture of 0.2 s."""
MARKED: Final = 2.0
"""Intensity (0..5) from which a movement is told: traces (FACS level A) tell too little. An
assumption."""
AT_ONCE_S: Final = 0.5
"""Movements that begin within this time of the strongest belong to the same reaction."""
MAYBE_TALKING: Final = 0.35
"""Speaking score from which a face is not surely that of a listener; the card of ``active_speaker``
says how often shorter stretches mislead."""
LEANS: Final = 0.15
"""Valence that counts as positive or negative, as where modalities are compared."""
TELLS_NOTHING: Final = frozenset({"AU25", "AU26", "AU27", "AU43", "AU45", "AU46"})
"""Parted lips, a dropped jaw and closed eyes: breath, talk and blinks make them all the time."""


def reactions(
    segments: Sequence[Segment],
    utterances: Sequence[Utterance],
    persons: Sequence[Person],
    evidence: Iterable[Evidence],
) -> list[Reaction]:
    """Find at most one reaction for every segment in which somebody listens, in time order."""
    evidence = list(evidence)
    spoken = {u.id: u for u in utterances}
    by_id = {p.id: p for p in persons}
    owner = {member: p.id for p in persons for member in p.members}
    moves = Timeline(e for e in select(evidence, kind="action_unit") if is_telling(e))
    shown = Timeline(select(evidence, kind="expression"))
    words = Timeline(select(evidence, kind="text_emotion"))
    mouths = Timeline(select(evidence, kind="speaking_face"))
    said = Timeline(select(evidence, kind="utterance"))
    answers: dict[str, tuple[float, Segment, Evidence]] = {}
    for segment in segments:
        heard = spoken.get(segment.utterance or "")
        if segment.role != "listening" or heard is None or heard.subject == segment.subject:
            continue
        silent = is_silent(segment.subject, heard, mouths, owner)
        if silent is False:
            continue
        if silent is None and not known_apart(by_id.get(segment.subject), by_id.get(heard.subject)):
            continue
        for move in _begun(heard, moves):
            if owner.get(move.subject) != segment.subject or _talks(move, said, owner):
                continue
            # what began during two utterances answers the later one
            if move.id not in answers or answers[move.id][0] < heard.start_s:
                answers[move.id] = heard.start_s, segment, move
    answered: dict[str, tuple[Segment, list[Evidence]]] = {}
    for _, segment, move in answers.values():
        answered.setdefault(segment.id, (segment, []))[1].append(move)
    found = [
        _reaction(segment, spoken[segment.utterance or ""], own, shown, words, said, owner)
        for segment, own in answered.values()
    ]
    return sorted(found, key=lambda r: (r.start_s, r.subject, r.segment))


def is_telling(evidence: Evidence) -> bool:
    """Whether a movement is strong enough, and not one that breath, talk and blinks make."""
    reading = evidence.reading
    return (
        isinstance(reading, ActionUnitReading)
        and reading.intensity >= MARKED
        and reading.au not in TELLS_NOTHING
    )


def onset_s(evidence: Evidence) -> float:
    """Return when a movement begins, seconds."""
    reading = evidence.reading
    return reading.onset_s if isinstance(reading, ActionUnitReading) else evidence.start_s


def _strength(evidence: Evidence) -> float:
    reading = evidence.reading
    return reading.intensity if isinstance(reading, ActionUnitReading) else 0.0


def _begun(heard: Utterance, moves: Timeline) -> list[Evidence]:
    first_s, last_s = heard.start_s + LEAST_LATENCY_S, heard.end_s + AFTER_S
    near = moves.overlapping(TimeSpan(start_s=heard.start_s, end_s=last_s))
    return [e for e in near if first_s <= onset_s(e) <= last_s]


def is_silent(
    person: str, heard: Utterance, mouths: Timeline, owner: dict[str, str]
) -> bool | None:
    """Whether a person's mouth surely rests while something is heard; ``None`` if nobody looked.

    Links between voices and faces fail: a listener's mouth might be what is heard.
    """
    scores = [
        e.reading.speaking_score
        for e in mouths.overlapping(heard)
        if isinstance(e.reading, SpeakingFaceReading)
        and owner.get(e.reading.track) == person
        and e.overlap_s(heard) > 0.5 * min(e.duration_s, heard.duration_s)
    ]
    return max(scores) < MAYBE_TALKING if scores else None


def _talks(move: Evidence, said: Timeline, owner: dict[str, str]) -> bool:
    at_s = onset_s(move)
    instant = TimeSpan(start_s=at_s, end_s=at_s + 1e-3)
    own = owner.get(move.subject)
    return any(owner.get(u.subject) == own for u in said.overlapping(instant))


def _reaction(
    segment: Segment,
    heard: Utterance,
    moves: Sequence[Evidence],
    shown: Timeline,
    words: Timeline,
    said: Timeline,
    owner: dict[str, str],
) -> Reaction:
    chief = max(moves, key=lambda e: (_strength(e), -onset_s(e), e.id))
    own = [e for e in moves if abs(onset_s(e) - onset_s(chief)) <= AT_ONCE_S]
    own.sort(key=lambda e: (e is not chief, onset_s(e), e.id))
    latest_s = heard.end_s + AFTER_S
    place = TimeSpan(
        start_s=heard.start_s,
        end_s=max(heard.end_s, onset_s(chief) + 1e-3, min(chief.end_s, latest_s)),
    )
    face = _face(segment.subject, chief, place, shown, owner)
    text = _text(heard, words)
    face_valence = (
        face.reading.valence if face and isinstance(face.reading, ExpressionReading) else None
    )
    words_valence = (
        text.reading.valence if text and isinstance(text.reading, TextEmotionReading) else None
    )
    spoken = [e for e in said.overlapping(heard) if e.id in heard.evidence]
    ids = [e.id for e in (*own, face, text, *spoken) if e]
    return Reaction(
        start_s=place.start_s, end_s=place.end_s,
        subject=segment.subject, to=heard.subject, utterance=heard.id, segment=segment.id,
        latency_s=round(onset_s(chief) - heard.start_s, 3),
        relation=relation_of(face_valence, words_valence),
        face_valence=face_valence, words_valence=words_valence,
        evidence=tuple(dict.fromkeys(ids)),
    )  # fmt: skip


def relation_of(face: float | None, words: float | None) -> Literal["shares", "opposes", "unclear"]:
    """Say how the valence of a face stands to that of words, both -1..1 or unknown."""
    if face is None or words is None or min(abs(face), abs(words)) < LEANS:
        return "unclear"
    return "shares" if face * words > 0 else "opposes"


def _face(
    listener: str, move: Evidence, place: TimeSpan, shown: Timeline, owner: dict[str, str]
) -> Evidence | None:
    """Return the listener's expression that rests on the movement, if there is one."""
    own: dict[bool, list[Evidence]] = defaultdict(list)
    for e in shown.overlapping(place):
        if owner.get(e.subject) == listener and isinstance(e.reading, ExpressionReading):
            # one that is read off pictures rests on no movement: it goes with any at its time
            read_off = e.reading.category_set != "basic" and not e.reading.basis
            own[move.id in e.reading.basis or read_off].append(e)
    return max(own[True], key=lambda e: (e.overlap_s(move), e.id), default=None)


def _text(heard: Utterance, words: Timeline) -> Evidence | None:
    own = [e for e in words.overlapping(heard) if e.subject == heard.speaker]
    return max(own, key=lambda e: (e.overlap_s(heard), e.id), default=None)
