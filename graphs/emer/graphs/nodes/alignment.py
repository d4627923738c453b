"""From detections to persons, from turns to utterances, and both to segments.

A speaker and a face track become one person when the face moves its mouth while that voice is
heard; how well they fit is the link's score. What cannot be linked stays a person of its own.
"""

from collections import defaultdict
from typing import Any, Final

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
from emer.tools.readings import SpeakingFaceReading, UtteranceReading

MIN_LINK: Final = 0.5
"""Mean speaking score from which a face is taken for the speaker's."""
MIN_SEEN: Final = 0.3
"""Share of a segment in which a face must be visible to be part of it."""


def align(state: State) -> dict[str, Any]:
    """Link persons, list utterances, and cut the clip into segments."""
    evidence = sorted(state.get("evidence", {}).values(), key=lambda e: (e.start_s, e.end_s, e.id))
    spoken = select(evidence, kind="utterance")
    persons = link_persons(evidence)
    owner = {member: p.id for p in persons for member in p.members}
    utterances = [_utterance(i, e, owner) for i, e in enumerate(spoken, start=1)]
    segments = _segments(state["span"], evidence, persons, utterances)
    return {"persons": persons, "utterances": utterances, "segments": segments}


def link_persons(evidence: list[Evidence]) -> list[Person]:
    """Join speakers and face tracks to persons, in order of first appearance."""
    heard, seen = _presence(evidence, "utterance"), _presence(evidence, "face_track")
    heard.pop(SCENE, None)
    links = _links(evidence)
    faces_of: dict[str, list[str]] = defaultdict(list)
    for (speaker, track), score in sorted(links.items(), key=lambda kv: (-kv[1], kv[0])):
        taken = {t for tracks in faces_of.values() for t in tracks}
        together = any(_meet(seen[track], seen[other]) for other in faces_of[speaker])
        if score >= MIN_LINK and track not in taken and not together:
            faces_of[speaker].append(track)
    groups: list[tuple[str | None, list[str]]] = [(s, sorted(faces_of[s])) for s in heard]
    linked = {t for _, tracks in groups for t in tracks}
    groups += [(None, [t]) for t in seen if t not in linked]

    def first(group: tuple[str | None, list[str]]) -> tuple[float, bool, str]:
        speaker, tracks = group
        spans = [*heard.get(speaker or "", []), *(s for t in tracks for s in seen[t])]
        return min(s.start_s for s in spans), speaker is None, speaker or tracks[0]

    return [
        Person(
            id=f"P{i}",
            speaker=speaker,
            face_tracks=tuple(tracks),
            link_score=_link_score(links, speaker, tracks),
            heard_s=round(sum(s.duration_s for s in heard.get(speaker or "", [])), 3),
            seen_s=round(sum(s.duration_s for t in tracks for s in seen[t]), 3),
        )
        for i, (speaker, tracks) in enumerate(sorted(groups, key=first), start=1)
    ]


def _presence(evidence: list[Evidence], kind: str) -> dict[str, list[Evidence]]:
    by_subject: dict[str, list[Evidence]] = defaultdict(list)
    for e in select(evidence, kind=kind):
        by_subject[e.subject].append(e)
    return dict(by_subject)


def _links(evidence: list[Evidence]) -> dict[tuple[str, str], float]:
    """Return per speaker and track the mean speaking score over the speech they share."""
    spoken = [e for e in select(evidence, kind="utterance") if e.subject != SCENE]
    weighed: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for e in select(evidence, kind="speaking_face"):
        if not isinstance(e.reading, SpeakingFaceReading):
            continue
        for u in spoken:
            shared_s = u.overlap_s(e)
            if shared_s > 0.5 * min(u.duration_s, e.duration_s):
                pair = (u.subject, e.reading.track)
                weighed[pair].append((e.reading.speaking_score, shared_s))
    return {
        pair: sum(s * w for s, w in scores) / sum(w for _, w in scores)
        for pair, scores in weighed.items()
    }


def _link_score(
    links: dict[tuple[str, str], float], speaker: str | None, tracks: list[str]
) -> float | None:
    if speaker is None or not tracks:
        return None
    return round(min(1.0, max(links[(speaker, t)] for t in tracks)), 3)


def _meet(left: list[Evidence], right: list[Evidence]) -> bool:
    return any(a.overlap_s(b) > 0.2 for a in left for b in right)


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
    for person in persons:
        for window in windows:
            nearby = faces.overlapping(window)
            seen_s = sum(e.overlap_s(window) for e in nearby if e.subject in person.members)
            if seen_s < MIN_SEEN * window.duration_s:
                continue
            talk = said.overlapping(window)
            if any(e.subject == person.speaker for e in talk):
                continue  # a speaker's own utterance is a segment already
            drafts.append((window, person.id, heard_in.get(window), False))
    drafts.sort(key=lambda d: (d[0].start_s, d[0].end_s, not d[3], d[1]))
    members = {p.id: p.members for p in persons}
    timeline = Timeline(evidence)
    return [
        _segment(f"S{i}", *draft, timeline, members.get(draft[1], frozenset({SCENE})))
        for i, draft in enumerate(drafts, start=1)
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
    kinds = {"face_track", "speaker_turn", "speech", "words"}

    def of(modality: Modality) -> tuple[str, ...]:
        return tuple(e.id for e in own if e.modality is modality and e.reading.kind not in kinds)

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
