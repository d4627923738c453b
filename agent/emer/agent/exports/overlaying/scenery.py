"""What belongs to a moment of a clip: faces with their movements, who speaks, what is said.

Reads    a report, and the boxes of its face tracks where they are at hand
Returns  ``Scenery``, which answers ``at(time_s)``; about 20 microseconds an answer
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, NamedTuple, TypeVar

from emer.agent.exports.lettering import shown
from emer.agent.exports.overlaying.tracks import Path
from emer.agent.exports.timeline.contents import LEAST_INTENSITY
from emer.graphs.report import Report
from emer.graphs.tones import clear_tone
from emer.tools.findings import SCENE
from emer.tools.media.faces import Box, FaceStore
from emer.tools.readings import ActionUnitReading, SpeechEmotionReading, VocalEventReading

LONGEST_NAME: Final = 16
LONGEST_SAID: Final = 2_000
MAX_LABELS: Final = 2
MAX_CAPTIONS: Final = 2
MAX_UNITS: Final = 5
MAX_FACES: Final = 12
MAX_SOUNDS: Final = 3
_GRID_S: Final = 2.0
_MAX_CELLS: Final = 200_000


class Unit(NamedTuple):
    """An action unit at a moment."""

    name: str
    level: float
    """0..5, rising from onset to apex and falling to offset."""
    peak: float


class Sighting(NamedTuple):
    """A face at a moment."""

    track: str
    person: str
    color: int
    """Number of the person's colour."""
    box_px: Box
    """In pixels of the upright original."""
    speaks: bool
    labels: str
    units: tuple[Unit, ...]


class Caption(NamedTuple):
    """What somebody says at a moment."""

    person: str
    color: int
    text: str | None
    """``None``: there is no transcript."""
    labels: str
    absence: str
    """Why no box is named as the speaker's; empty: one is."""
    share: float
    """How much of the utterance has passed, 0..1."""
    conflict: str = ""
    """Which of face, voice and words disagree now; empty: none."""
    tone: str = ""
    """What the voice clearly sounds like, with its score; empty: nothing."""


class Moment(NamedTuple):
    """Everything to be seen at one time."""

    faces: tuple[Sighting, ...]
    captions: tuple[Caption, ...]
    sounds: str = ""
    """Sounds that are not words, with their scores; empty: none."""


class _Utterance(NamedTuple):
    start_s: float
    end_s: float
    subject: str
    text: str | None


class _Named(NamedTuple):
    start_s: float
    end_s: float
    text: str


class _Movement(NamedTuple):
    start_s: float
    end_s: float
    apex_s: float
    name: str
    peak: float

    def level(self, time_s: float) -> float:
        """Return the intensity at a moment within."""
        if time_s <= self.apex_s:
            run_s, gone_s = self.apex_s - self.start_s, time_s - self.start_s
        else:
            run_s, gone_s = self.end_s - self.apex_s, self.end_s - time_s
        return self.peak * min(1.0, max(0.0, gone_s / run_s)) if run_s > 0 else self.peak


_Item = TypeVar("_Item", _Utterance, _Named, _Movement)


class _Calendar(Generic[_Item]):
    """Finds what is on at a moment among many things, by cells of time."""

    def __init__(self, items: Iterable[_Item]) -> None:
        self._cells: dict[int, list[_Item]] = defaultdict(list)
        self._long: list[_Item] = []
        for item in sorted(items, key=lambda i: (i[0], i[1])):
            first, last = int(item[0] / _GRID_S), int(item[1] / _GRID_S)
            if last - first > _MAX_CELLS:
                self._long.append(item)
                continue
            for cell in range(first, last + 1):
                self._cells[cell].append(item)

    def at(self, time_s: float) -> list[_Item]:
        """Return what is on, in order of its begin."""
        near = [*self._long, *self._cells.get(int(time_s / _GRID_S), ())]
        return [i for i in near if i[0] <= time_s < i[1]]


@dataclass(slots=True)
class _Person:
    name: str
    color: int
    tracks: tuple[str, ...] = ()
    labels: _Calendar[_Named] = field(default_factory=lambda: _Calendar(()))
    conflicts: _Calendar[_Named] = field(default_factory=lambda: _Calendar(()))


class Scenery:
    """What a report says, by time."""

    def __init__(self, report: Report, faces: FaceStore | None) -> None:
        """Prepare ``report``; without ``faces`` there are no boxes."""
        self._still = report.media.kind == "image"
        self._persons = {
            p.id: _Person(shown(p.id, longest=LONGEST_NAME), i, p.face_tracks)
            for i, p in enumerate(report.subjects)
        }
        self._owner = {m: p.id for p in report.subjects for m in p.members}
        named: dict[str, list[_Named]] = defaultdict(list)
        for label in report.labels:
            text = shown(label.shown, longest=40)
            text = shown(label.label, longest=40) if text.startswith("[") else text
            told = f"{text} {label.score:.2f}"
            named[label.subject].append(_Named(label.start_s, label.end_s, told))
        for subject, labels in named.items():
            self._of(subject).labels = _Calendar(labels)
        clashes: dict[str, list[_Named]] = defaultdict(list)
        for a in report.agreement:
            if a.verdict == "conflict":
                pair = f"{a.pair[0].value} \u2260 {a.pair[1].value}"
                clashes[a.subject].append(_Named(a.start_s, a.end_s, pair))
        for subject, own in clashes.items():
            self._of(subject).conflicts = _Calendar(own)
        self._said = _Calendar(
            _Utterance(
                u.start_s, u.end_s, u.subject,
                None if u.text is None else shown(u.text, longest=LONGEST_SAID),
            )
            for u in report.utterances
        )  # fmt: skip
        self._moves = _movements(report)
        self._sounds = _Calendar(
            _Named(e.start_s, e.end_s, f"{e.reading.event} {e.reading.loudest:.2f}")
            for e in report.evidence if isinstance(e.reading, VocalEventReading)
        )  # fmt: skip
        self._tones: dict[str, _Calendar[_Named]] = _tones(report, self._owner)
        step_s = 1.0 / max(report.run.rate_hz, 0.1)
        self._paths = (
            {t: Path.through(faces.samples(t), step_s) for t in faces.tracks} if faces else {}
        )

    @property
    def n_faces(self) -> int:
        """How many face tracks there are."""
        return len(self._paths)

    def at(self, time_s: float) -> Moment:
        """Return what is to be seen at ``time_s``."""
        said = self._said.at(time_s)
        speaking = {self._owner.get(u.subject, u.subject) for u in said}
        faces = [s for t in self._paths if (s := self._sighting(t, time_s, speaking)) is not None]
        # the largest first: where room is short, they are the ones to be told of
        faces.sort(key=lambda s: (-s.box_px.width * s.box_px.height, s.track))
        seen = {s.person for s in faces}
        captions = [self._caption(u, time_s, seen) for u in said[-MAX_CAPTIONS:]]
        heard = self._sounds.at(time_s)
        sounds = ", ".join(dict.fromkeys(s.text for s in heard[-MAX_SOUNDS:]))
        return Moment(tuple(faces[:MAX_FACES]), tuple(captions), sounds)

    def _of(self, subject: str) -> _Person:
        person_id = self._owner.get(subject, subject)
        if person_id not in self._persons:
            name = "somebody" if subject == SCENE else shown(subject, longest=LONGEST_NAME)
            self._persons[person_id] = _Person(name, len(self._persons))
        return self._persons[person_id]

    def _sighting(self, track: str, time_s: float, speaking: set[str]) -> Sighting | None:
        box = self._paths[track].at(time_s)
        if box is None:
            return None
        person_id = self._owner.get(track, track)
        own = self._of(track)
        units = [
            Unit(m.name, m.peak if self._still else m.level(time_s), m.peak)
            for m in self._moves[track].at(time_s)
            if (m.peak if self._still else m.level(time_s)) >= LEAST_INTENSITY
        ] if track in self._moves else []  # fmt: skip
        units.sort(key=lambda u: (-u.peak, u.name))
        return Sighting(
            track=track, person=own.name, color=own.color, box_px=box,
            speaks=person_id in speaking, labels=self._labels(own, time_s),
            units=tuple(units[:MAX_UNITS]),
        )  # fmt: skip

    def _caption(self, said: _Utterance, time_s: float, seen: set[str]) -> Caption:
        own = self._of(said.subject)
        share = (time_s - said.start_s) / max(said.end_s - said.start_s, 1e-9)
        labels = self._labels(own, time_s)
        absence = (
            "" if own.name in seen else "not in the picture" if own.tracks else "no face linked"
        )
        conflict = ", ".join(dict.fromkeys(c.text for c in own.conflicts.at(time_s)))
        tones = self._tones.get(self._owner.get(said.subject, said.subject))
        tone = ", ".join(t.text for t in tones.at(time_s)[:1]) if tones else ""
        return Caption(own.name, own.color, said.text, labels, absence, share, conflict, tone)

    def _labels(self, own: _Person, time_s: float) -> str:
        return ", ".join(label.text for label in own.labels.at(time_s)[:MAX_LABELS])


def _tones(report: Report, owner: dict[str, str]) -> dict[str, _Calendar[_Named]]:
    found: dict[str, list[_Named]] = defaultdict(list)
    for e in report.evidence:
        scores = e.reading.scores if isinstance(e.reading, SpeechEmotionReading) else {}
        name = clear_tone(scores, e.score)
        if name is not None:
            told = f"voice: {shown(name, longest=24)} {scores[name]:.2f}"
            found[owner.get(e.subject, e.subject)].append(_Named(e.start_s, e.end_s, told))
    return {subject: _Calendar(own) for subject, own in found.items()}


def _movements(report: Report) -> dict[str, _Calendar[_Movement]]:
    moves: dict[str, list[_Movement]] = defaultdict(list)
    tracks: dict[str, Sequence[str]] = {p.id: p.face_tracks for p in report.subjects}
    for e in report.evidence:
        unit = e.reading
        if not isinstance(unit, ActionUnitReading):
            continue
        onset, apex, offset = sorted((unit.onset_s, unit.apex_s, unit.offset_s))
        name = shown(f"{unit.au} {unit.name}", longest=40)
        move = _Movement(onset, max(offset, onset + 1e-3), apex, name, unit.intensity)
        for track in tracks.get(e.subject, (e.subject,)):
            moves[track].append(move)
    return {track: _Calendar(own) for track, own in moves.items()}
