"""From turns to utterances, and from both persons and utterances to segments.

A segment is one person during one utterance, spoken or heard, or during one quiet window. Sounds
that are not words are nobody's in particular: they are put beside whoever speaks meanwhile, else
beside one of those who are there.
"""

from collections import defaultdict
from typing import Any, Final

from emer.graphs.people.persons import link_persons
from emer.graphs.report import Segment
from emer.graphs.state import State
from emer.graphs.timeline import Timeline
from emer.graphs.windows import windows_of
from emer.tools.findings import (
    SCENE,
    Evidence,
    Modality,
    Person,
    Spanned,
    TimeSpan,
    Utterance,
    select,
)
from emer.tools.readings import UtteranceReading

MIN_SEEN: Final = 0.3
"""Share of a segment in which a face must be visible to be part of it."""
SAYS_NOTHING: Final = frozenset(
    {
        "face_track", "likeness", "speaker_turn", "speech", "words", "on_screen_text",
        "vocal_event", "translation",
    }
)  # fmt: skip
"""Kinds that tell who is there and when, but not how somebody is."""


def align(state: State) -> dict[str, Any]:
    """Link persons, list utterances, and cut the clip into segments."""
    evidence = sorted(state.get("evidence", {}).values(), key=lambda e: (e.start_s, e.end_s, e.id))
    spoken = select(evidence, kind="utterance")
    persons = link_persons(evidence)
    owner = {member: p.id for p in persons for member in p.members}
    utterances = [_utterance(i, e, owner) for i, e in enumerate(spoken, start=1)]
    segments = _segments(state["span"], evidence, persons, utterances)
    return {"persons": persons, "utterances": utterances, "segments": segments}


def _utterance(i: int, evidence: Evidence, owner: dict[str, str]) -> Utterance:
    reading = evidence.reading
    assert isinstance(reading, UtteranceReading), "selected by kind"
    return Utterance(
        id=f"U{i}",
        start_s=evidence.start_s,
        end_s=evidence.end_s,
        subject=owner.get(evidence.subject, SCENE),
        speaker=reading.speaker,
        text=reading.text,
        language=reading.language,
        evidence=(evidence.id, *reading.words_evidence),
    )


def _segments(
    span: TimeSpan, evidence: list[Evidence], persons: list[Person], utterances: list[Utterance]
) -> list[Segment]:
    """Cut segments: every utterance for who speaks it, and every window for who is seen in it."""
    windows = windows_of(span, utterances)
    drafts: list[tuple[Spanned, str, Utterance | None, bool]] = [
        (u, u.subject, u, True) for u in utterances
    ]
    faces = Timeline(select(evidence, kind="face_track"))
    said = Timeline(select(evidence, kind="utterance"))
    heard_in = {u.span: u for u in reversed(utterances)}
    owner = {track: p for p in persons for track in p.face_tracks}
    for window in windows:
        seen_s: dict[str, float] = defaultdict(float)
        speakers = {e.subject for e in said.overlapping(window)}
        for e in faces.overlapping(window):
            person = owner[e.subject]
            if person.speaker not in speakers:  # a speaker's own utterance is a segment already
                seen_s[person.id] += e.overlap_s(window)
        drafts += [
            (window, person, heard_in.get(window), False)
            for person, s in seen_s.items()
            if s >= MIN_SEEN * window.duration_s
        ]
    drafts.sort(key=lambda d: (d[0].start_s, d[0].end_s, not d[3], d[1]))
    members = {p.id: p.members for p in persons}
    timeline = Timeline(evidence)
    segments = [
        _segment(f"S{i}", *draft, timeline, members.get(draft[1], frozenset({SCENE})))
        for i, draft in enumerate(drafts, start=1)
    ]
    return _beside(segments, evidence)


def _beside(segments: list[Segment], evidence: list[Evidence]) -> list[Segment]:
    """Put every sound that is nobody's beside all who speak meanwhile, else beside one person."""
    around: dict[str, list[str]] = defaultdict(list)
    for e in select(evidence, kind="vocal_event"):
        here = [s for s in segments if s.overlaps(e)]
        speaking = [s for s in here if s.role == "speaking"]
        for s in speaking or here[:1]:
            around[s.id].append(e.id)
    return [
        s.model_copy(update={"around": tuple(around[s.id])}) if s.id in around else s
        for s in segments
    ]


def _segment(
    name: str,
    place: Spanned,
    subject: str,
    heard: Utterance | None,
    speaks: bool,
    timeline: Timeline,
    members: frozenset[str],
) -> Segment:
    own = [e for e in timeline.overlapping(place) if e.subject in members]

    def of(modality: Modality) -> tuple[str, ...]:
        return tuple(
            e.id for e in own if e.modality is modality and e.reading.kind not in SAYS_NOTHING
        )

    return Segment(
        id=name,
        start_s=place.start_s,
        end_s=place.end_s,
        subject=subject,
        role="speaking" if speaks else "listening" if heard else "silent",
        utterance=heard.id if heard else None,
        face=of(Modality.FACE),
        voice=of(Modality.VOICE) if speaks else (),
        words=of(Modality.WORDS) if speaks else (),
    )
