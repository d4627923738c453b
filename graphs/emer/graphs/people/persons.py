"""From detections to persons: which voice and which face tracks belong together, and how surely.

A voice and a face belong together when the mouth moves with the voice; two face tracks when they
look alike. The surest links are made first, and a link that would contradict what is linked already
is not made: nobody is in two places of the picture at once, nobody has two voices, and one voice
does not make one person of faces that look different. What cannot be linked stays a person of its
own; voices without a face are heard from off-screen.
"""

from bisect import bisect, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from emer.graphs.timeline import Timeline
from emer.tools.findings import SCENE, Evidence, Link, Person, Spanned, select
from emer.tools.readings import LikenessReading, SpeakingFaceReading

MIN_LINK: Final = 0.5
"""Mean speaking score from which a face is taken for the speaker's."""
SURE_LINK: Final = 0.7
SURE_LIKENESS: Final = 0.9
"""A sure likeness goes before any speaking link: of different persons hardly any are that alike,
while a mouth moves with somebody else's voice by chance, and quick dialogues come out as one voice.
Assumptions, set beside the cards of ``face_likeness``, ``active_speaker`` and ``diarization``."""
MIN_LIKENESS: Final = 0.5
UNLIKE: Final = 0.05
"""A face that is less like everybody before it is none of them: nine of ten pairs of different
persons are, one of forty of the same person (see the card of ``face_likeness``)."""
ODDS: Final = 3.0
"""A face that is like two persons is linked to one only if the odds for that one are so many times
those for the other."""
SILENT: Final = 0.2
SILENT_S: Final = 2.0
"""A face that rests while a voice is heard for so long is not the speaker's unless a sure link says
so: people are seen resting while their own voice tells a story."""
TOGETHER_S: Final = 0.2
"""Visible at once for longer than one sampled picture, two tracks are two persons."""
BRIEFLY_S: Final = 0.5
"""Shorter stretches of speech without the face are a face found late, not a voice off-screen."""


class _Candidate(NamedTuple):
    """A link that could be made."""

    rank: int
    """The surest kinds first."""
    link: Link


class _Match(NamedTuple):
    score: float
    shared_s: float
    evidence: tuple[str, ...]


@dataclass(slots=True)
class _Group:
    """What is linked so far."""

    speaker: str | None = None
    tracks: list[str] = field(default_factory=list)
    seen: list[tuple[float, float, str]] = field(default_factory=list)
    """Sightings of all tracks, in time order: start and end in seconds, and the track."""
    links: list[Link] = field(default_factory=list)


def link_persons(evidence: Sequence[Evidence]) -> list[Person]:
    """Join speakers and face tracks to persons, in order of first appearance."""
    heard, seen = _presence(evidence, "utterance"), _presence(evidence, "face_track")
    heard.pop(SCENE, None)
    matches = _matches(evidence)
    groups = {name: _Group(speaker=name) for name in heard}
    groups |= {
        name: _Group(tracks=[name], seen=[(e.start_s, e.end_s, name) for e in own])
        for name, own in seen.items()
    }
    speaking = [c for c in _speaking(matches) if {c.link.one, c.link.other} <= groups.keys()]
    alike = [c for c in _alike(evidence) if {c.link.one, c.link.other} <= groups.keys()]
    rivals, strangers = _rivals(alike), _strangers(evidence)
    for candidate in sorted([*speaking, *alike], key=_order):
        link = candidate.link
        one, other = groups[link.one], groups[link.other]
        if one is other or not _may_join(one, other, link, matches):
            continue
        if link.basis == "likeness" and _doubtful(link, rivals, groups):
            continue
        if link.basis == "speaking" and _differ(one, other, strangers):
            continue
        if len(one.tracks) < len(other.tracks):
            one, other = other, one
        groups |= dict.fromkeys(_join(one, other, link), one)
    looked = bool(seen) or any(e.reading.kind == "scene" for e in evidence)
    people = list({id(g): g for g in groups.values()}.values())
    people.sort(key=lambda g: _first(g, heard))
    return [_person(i, g, heard, looked=looked) for i, g in enumerate(people, start=1)]


def known_apart(one: Person | None, other: Person | None) -> bool:
    """Whether two persons cannot be one whose voice and face were not linked."""
    if one is None or other is None or one.id == other.id:
        return False
    voices = one.speaker is not None and other.speaker is not None
    return voices or bool(one.face_tracks and other.face_tracks)


def _presence(evidence: Iterable[Evidence], kind: str) -> dict[str, list[Evidence]]:
    by_subject: dict[str, list[Evidence]] = defaultdict(list)
    for e in select(evidence, kind=kind):
        by_subject[e.subject].append(e)
    return dict(by_subject)


def _matches(evidence: Sequence[Evidence]) -> dict[tuple[str, str], _Match]:
    """Return per speaker and track how well they move together in the speech that they share."""
    spoken = Timeline(e for e in select(evidence, kind="utterance") if e.subject != SCENE)
    weighed: dict[tuple[str, str], list[tuple[float, float, str]]] = defaultdict(list)
    for e in select(evidence, kind="speaking_face"):
        if not isinstance(e.reading, SpeakingFaceReading):
            continue
        for u in spoken.overlapping(e):
            shared_s = u.overlap_s(e)
            if shared_s > 0.5 * min(u.duration_s, e.duration_s):
                pair = (u.subject, e.reading.track)
                weighed[pair].append((e.reading.speaking_score, shared_s, e.id))
    return {
        pair: _Match(
            sum(s * w for s, w, _ in own) / sum(w for _, w, _ in own),
            sum(w for _, w, _ in own),
            tuple(dict.fromkeys(i for _, _, i in own)),
        )
        for pair, own in weighed.items()
    }


def _speaking(matches: dict[tuple[str, str], _Match]) -> list[_Candidate]:
    return [
        _Candidate(
            1 if m.score >= SURE_LINK else 3,
            Link(
                one=speaker, other=track, basis="speaking",
                score=round(min(1.0, m.score), 3), evidence=m.evidence,
            ),
        )
        for (speaker, track), m in matches.items()
        if m.score >= MIN_LINK
    ]  # fmt: skip


def _alike(evidence: Iterable[Evidence]) -> list[_Candidate]:
    return [
        _Candidate(
            0 if e.reading.likeness >= SURE_LIKENESS else 2,
            Link(
                one=e.reading.other, other=e.reading.track, basis="likeness",
                score=round(e.reading.likeness, 3), evidence=(e.id,),
            ),
        )
        for e in select(evidence, kind="likeness")
        if isinstance(e.reading, LikenessReading) and e.reading.likeness >= MIN_LIKENESS
    ]  # fmt: skip


def _order(candidate: _Candidate) -> tuple[int, float, str, str]:
    link = candidate.link
    return candidate.rank, -link.score, link.one, link.other


def _rivals(alike: Iterable[_Candidate]) -> dict[str, list[Link]]:
    """Return per face track everything that it is said to look like."""
    found: dict[str, list[Link]] = defaultdict(list)
    for candidate in alike:
        found[candidate.link.one].append(candidate.link)
        found[candidate.link.other].append(candidate.link)
    return found


def _strangers(evidence: Iterable[Evidence]) -> set[str]:
    """Return the face tracks that look like nobody who was seen before."""
    most: dict[str, float] = defaultdict(float)
    for e in select(evidence, kind="likeness"):
        if isinstance(e.reading, LikenessReading):
            most[e.reading.track] = max(most[e.reading.track], e.reading.likeness)
    return {track for track, likeness in most.items() if likeness < UNLIKE}


def _differ(one: _Group, other: _Group, strangers: set[str]) -> bool:
    """Whether a voice would make one person of faces that were compared and look different."""
    for own, others in ((one, other), (other, one)):
        begun = {track: start_s for start_s, _, track in reversed(own.seen) if track in strangers}
        if begun and others.seen and others.seen[0][0] < max(begun.values()):
            return True
    return False


def _may_join(
    one: _Group, other: _Group, link: Link, matches: dict[tuple[str, str], _Match]
) -> bool:
    """Whether a link contradicts nothing that is linked already."""
    if one.speaker is not None and other.speaker is not None:
        return False
    if _meet(one, other):
        return False
    if link.score >= (SURE_LIKENESS if link.basis == "likeness" else SURE_LINK):
        return True
    pairs = [(g.speaker, t) for g, h in ((one, other), (other, one)) for t in h.tracks]
    return not any(
        m.score < SILENT and m.shared_s >= SILENT_S
        for speaker, track in pairs
        if speaker is not None and (m := matches.get((speaker, track))) is not None
    )


def _doubtful(link: Link, rivals: dict[str, list[Link]], groups: dict[str, _Group]) -> bool:
    """Whether one of two linked faces looks nearly as much like somebody else."""
    for face, partner in ((link.one, link.other), (link.other, link.one)):
        for rival in rivals[face]:
            third = rival.other if rival.one == face else rival.one
            if groups[third] is groups[partner] or groups[third] is groups[face]:
                continue
            close = _odds(link.score) < ODDS * _odds(rival.score)
            if close and _apart(groups[third], groups[partner]):
                return True
    return False


def _apart(one: _Group, other: _Group) -> bool:
    """Whether two groups are surely two persons."""
    two_voices = one.speaker is not None and other.speaker is not None
    return two_voices or _meet(one, other)


def _odds(score: float) -> float:
    held = min(score, 0.999)
    return held / (1.0 - held)


def _join(one: _Group, other: _Group, link: Link) -> list[str]:
    """Put ``other`` into ``one``; returns the names of what was put there."""
    one.speaker = one.speaker or other.speaker
    one.tracks += other.tracks
    one.links += [*other.links, link]
    for sighting in other.seen:
        insort(one.seen, sighting)
    return other.tracks if other.speaker is None else [*other.tracks, other.speaker]


def _meet(one: _Group, other: _Group) -> bool:
    """Whether both are ever in the picture at once; costs little if one has few sightings."""
    few, many = sorted((one.seen, other.seen), key=len)
    for start_s, end_s, _ in few:
        # sightings of one group hardly overlap, so only the one before can reach into this one
        for other_start_s, other_end_s, _ in many[max(0, bisect(many, (start_s,)) - 1) :]:
            if other_start_s >= end_s:
                break
            if min(end_s, other_end_s) - max(start_s, other_start_s) > TOGETHER_S:
                return True
    return False


def _first(group: _Group, heard: dict[str, list[Evidence]]) -> tuple[float, bool, str]:
    starts = [e.start_s for e in heard.get(group.speaker or "", [])]
    starts += [start_s for start_s, _, _ in group.seen]
    return min(starts), group.speaker is None, group.speaker or min(group.tracks)


def _person(
    number: int, group: _Group, heard: dict[str, list[Evidence]], *, looked: bool
) -> Person:
    said = heard.get(group.speaker or "", [])
    links = sorted(group.links, key=lambda n: (n.basis != "speaking", n.one, n.other))
    return Person(
        id=f"P{number}",
        speaker=group.speaker,
        face_tracks=tuple(sorted(group.tracks)),
        links=tuple(links),
        link_score=min((n.score for n in links), default=None),
        heard_s=round(sum(s.duration_s for s in said), 3),
        seen_s=round(sum(end_s - start_s for start_s, end_s, _ in group.seen), 3),
        unseen_speech_s=round(_unseen_s(said, group.seen), 3) if looked else 0.0,
    )


def _unseen_s(said: Sequence[Spanned], seen: Sequence[tuple[float, float, str]]) -> float:
    """Return the seconds of ``said`` in which the face is out of the picture for a while."""
    total_s = 0.0
    for speech in said:
        reached_s = speech.start_s
        first = max(0, bisect(seen, (speech.start_s,)) - 1)
        for start_s, end_s, _ in [
            *seen[first : bisect(seen, (speech.end_s,))],
            (speech.end_s, 0.0, ""),
        ]:
            if start_s - reached_s >= BRIEFLY_S:
                total_s += start_s - reached_s
            reached_s = max(reached_s, end_s)
    return total_s
