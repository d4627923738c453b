"""Small pictures for the page: faces at the height of a movement, else the whole picture.

Each picture is in the page once, however much evidence it belongs to; how many there are and how
large they are is bounded.
"""

import base64
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.agent.exports.fixed_words import fixed_words
from emer.agent.exports.material import Material
from emer.agent.exports.page.axis import thinned
from emer.graphs.report import Report, Segment
from emer.graphs.rule.writing.wording import at
from emer.tools.errors import StorageError
from emer.tools.findings import Evidence, TimeSpan
from emer.tools.media.faces import FaceStore
from emer.tools.readings import (
    ActionUnitReading,
    FaceTrackReading,
    LikenessReading,
    SpeakingFaceReading,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_FACES: Final = 240
MAX_FRAMES: Final = 60
FACE_PX: Final = 112
FRAME_PX: Final = 256
QUALITY: Final = 72
"""Of JPEG: about 4 KB a face, 8 KB a frame."""
NEAR_S: Final = 0.75
"""A face is shown that was seen at most so far from the moment asked for."""
_ALMOST_S: Final = 1e-4
_STAGES: Final = (
    "disagreement", "emotion", "reaction", "shift", "cause", "expression", "attribute", "whole"
)  # fmt: skip
"""Whose evidence is pictured first, if not all can be."""

Place = tuple[str, int]
"""Track and number of a sample."""


@dataclass(slots=True)
class Pictures:
    """The pictures of a page and what they belong to."""

    urls: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """What each shows, for those who do not see it."""
    of_evidence: dict[str, list[int]] = field(default_factory=dict)
    of_segment: dict[str, int] = field(default_factory=dict)
    of_person: dict[str, int] = field(default_factory=dict)

    def add(self, rgb: "NDArray[np.uint8]", text: str) -> int:
        """Take a picture in and return its number."""
        import cv2

        _, jpeg = cv2.imencode(
            ".jpg", np.ascontiguousarray(rgb[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
        )
        self.urls.append("data:image/jpeg;base64," + base64.b64encode(jpeg.tobytes()).decode())
        self.texts.append(text)
        return len(self.urls) - 1


def pictures(material: Material) -> Pictures:
    """Return the pictures that can be had of the clip; none without it.

    Raises:
        MediaError: The clip cannot be decoded any more.
    """
    found = Pictures()
    if material.media is None or material.report.media.video is None:
        return found
    report = material.report
    if faces := material.faces:
        # a working file that somebody else removed costs pictures, not the page
        with contextlib.suppress(StorageError):
            _face_pictures(found, report, faces)
    _portraits(found, report)
    told = {c.segment for c in report.explanation.claims}
    bare = [s for s in report.explanation.segments if s.id not in found.of_segment]
    _frame_pictures(found, material, [s for s in bare if s.id in told])
    return found


def _face_pictures(found: Pictures, report: Report, faces: FaceStore) -> None:
    times = {track: faces.samples(track).times_s for track in faces.tracks}
    persons = {m: p.id for p in report.subjects for m in p.members}
    wanted: dict[Place, list[str]] = {}
    for evidence in _by_weight(report):
        for track, at_s in _moments(evidence):
            place = _nearest(times, track, at_s)
            if place is not None:
                wanted.setdefault(place, []).append(evidence.id)
    for track, sample in _bounded(list(wanted)):
        at_s = float(times[track][sample])
        span = TimeSpan(start_s=max(0.0, at_s - _ALMOST_S), end_s=at_s + _ALMOST_S)
        for _, crops in faces.crops(track, span):
            number = found.add(
                _small(crops[0]), _face_text(persons.get(track, track), at_s, report)
            )
            for owner in wanted[track, sample]:
                found.of_evidence.setdefault(owner, []).append(number)
    known = {e.id: e for e in report.evidence}
    for segment in report.explanation.segments:
        own = [n for i in _face_first(segment, known) for n in found.of_evidence.get(i, ())]
        if own:
            found.of_segment[segment.id] = own[0]


def _face_text(who: str, at_s: float, report: Report) -> str:
    t = fixed_words(report.explanation.language)
    if report.media.kind == "image":
        return t("picture.face", who=who)
    return t("picture.face_at", who=who, time=at(at_s))


def _portraits(found: Pictures, report: Report) -> None:
    """Choose each person's face: from the middle of the longest time it is seen, if it is there."""
    for person in report.subjects:
        own = [e for e in report.evidence if e.subject in person.members]
        seen = [e for e in own if isinstance(e.reading, FaceTrackReading)]
        longest = sorted(seen, key=lambda e: -e.duration_s)
        numbers = [n for e in [*longest, *own] for n in found.of_evidence.get(e.id, ())]
        if numbers:
            found.of_person[person.id] = numbers[0]


def _bounded(places: Sequence[Place]) -> list[Place]:
    """Keep the weightier half of the bound as it comes, and spread the rest over the clip."""
    if len(places) <= MAX_FACES:
        return list(places)
    first, rest = places[: MAX_FACES // 2], places[MAX_FACES // 2 :]
    return [*first, *thinned(rest, MAX_FACES - len(first))]


def _by_weight(report: Report) -> Iterable[Evidence]:
    """Return all evidence, that of weighty claims first, spread over the clip within a stage."""
    known = {e.id: e for e in report.evidence}
    order: dict[str, None] = {}
    for stage in _STAGES:
        own = [c for c in report.explanation.claims if c.stage == stage]
        for claim in [*thinned(own, MAX_FACES // 4), *own]:
            order |= dict.fromkeys(claim.evidence)
    return [known[i] for i in [*order, *(i for i in known if i not in order)] if i in known]


def _moments(evidence: Evidence) -> list[tuple[str, float]]:
    """Return which faces to show of a piece of evidence, and when."""
    reading, middle_s = evidence.reading, (evidence.start_s + evidence.end_s) / 2
    match reading:
        case ActionUnitReading():
            return [(evidence.subject, reading.apex_s)]
        case SpeakingFaceReading() | FaceTrackReading():
            return [(reading.track, middle_s)]
        case LikenessReading():
            return [(reading.other, evidence.start_s), (reading.track, middle_s)]
    return [(evidence.subject, middle_s)] if evidence.modality == "face" else []


def _nearest(times: "dict[str, NDArray[np.float64]]", track: str, at_s: float) -> Place | None:
    own = times.get(track)
    if own is None or not len(own):
        return None
    sample = int(np.abs(own - at_s).argmin())
    return (track, sample) if abs(own[sample] - at_s) <= NEAR_S else None


def _face_first(segment: Segment, known: Mapping[str, Evidence]) -> list[str]:
    """Order a segment's evidence of the face: the strongest movement with its apex inside first."""
    units: list[tuple[float, str]] = []
    others: list[str] = []
    for i in segment.face:
        reading = known[i].reading if i in known else None
        if not isinstance(reading, ActionUnitReading):
            others.append(i)
        elif segment.start_s <= reading.apex_s <= segment.end_s:
            units.append((-reading.intensity, i))
    return [*(i for _, i in sorted(units)), *others]


def _frame_pictures(found: Pictures, material: Material, segments: Sequence[Segment]) -> None:
    """Show the whole picture where no face was found."""
    t = fixed_words(material.report.explanation.language)
    chosen = thinned(segments, MAX_FRAMES)
    by_time: dict[float, list[Segment]] = {}
    for segment in chosen:
        by_time.setdefault((segment.start_s + segment.end_s) / 2, []).append(segment)
    for at_s, frame in material.pictures(sorted(by_time), max_side_px=FRAME_PX):
        number = found.add(frame.rgb, t("picture.whole", time=at(at_s)))
        for segment in by_time[at_s]:
            found.of_segment[segment.id] = number


def _small(crop: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    import cv2

    resized = cv2.resize(crop, (FACE_PX, FACE_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(resized, np.uint8)
