"""Follow faces over time: join the detections of consecutive pictures to tracks.

Reads    the faces of each sampled picture, in time order
Returns  per picture the tracks that were seen, with a smoothed box
Cost     nothing beside the detector; one look at its points per track and picture

A new face must be detected surely, show its points, and be detected surely in the next picture too;
a face that is followed is found by its points, or detected weakly. A hard cut ends every track.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from emer.tools.face_detection import Detection, overlap, shared_px
from emer.tools.face_points import Face
from emer.tools.media.faces import Box

LOST_S: Final = 1.0
"""Not seen for longer, a face has gone."""
MISSES_OVERLOOKED: Final = 2
"""A face not seen in this many pictures is still taken to be there when mouths are watched."""
KEPT_S: Final = 4.0
"""A face that comes back to the place where it was lost within this time keeps its track."""
LEAST_IOU: Final = 0.2
RETURN_IOU: Final = 0.4
"""Between detection and expected box, to be the same face; when it was gone for a while."""
BELIEVED_HITS: Final = 2
"""Sure detections in successive searches that make a track: what is mistaken for a face rarely is so
twice. Points do not count here, for they follow a badge on a cap as they follow a face."""
INSIDE: Final = 0.5
"""Share of a detection that may lie inside a face that is already known."""
STEADY: Final = 0.35
"""Weight of a detection that lies where it was expected; it rises with the distance, so that a
resting box does not tremble and a moving one does not lag."""
BRISK: Final = 6.0
VELOCITY_WEIGHT: Final = 0.5
LONGEST_COAST_S: Final = 0.4
"""A face is not expected to keep its speed for longer than this."""

LIKE_SIZE: Final = 1.4
BACKED_IOU: Final = 0.5
"""Between detection and the box that follows from points, to agree; else points are sought anew."""

SEARCH_EVERY_S: Final = 0.4
"""So often the whole picture is searched: for new faces, and whether those that are followed are
faces still. In between their points are enough."""
SEARCH_FINELY_EVERY_S: Final = 2.0
"""The search for small faces costs a multiple; once found, they are followed cheaply."""


class Sight(Protocol):
    """One picture, as the follower may look at it."""

    def find(self, finely: bool) -> Sequence[Detection]:
        """Search the whole picture, for small faces too if told so, best first."""

    def point(self, found: Detection) -> Face:
        """Look for the points of a face that was found so."""

    def again(self, face: Face) -> Face | None:
        """Look for the points of a face about where they should be."""


@dataclass(slots=True)
class Track:
    """One face as it is followed."""

    number: int
    box: Box
    seen_s: float
    """Time of the last sighting."""
    latest: Face
    """As it was seen last; ``box`` is smoothed."""
    hits: int
    """How often it was detected surely."""
    misses: int = 0
    """Pictures since the last sighting."""
    velocity: tuple[float, float] = (0.0, 0.0)
    confirmed: bool = False

    def expected(self, time_s: float) -> Box:
        """Return where the face should be at ``time_s``."""
        left, top = (v + step for v, step in zip(self.box[:2], self._coasted(time_s), strict=True))
        return Box(left, top, self.box.width, self.box.height)

    def sought(self, time_s: float) -> Face:
        """Return the face as it was seen last, where it should be at ``time_s``."""
        return self.latest.shifted(*self._coasted(time_s))

    def _coasted(self, time_s: float) -> tuple[float, float]:
        coast_s = min(time_s - self.seen_s, LONGEST_COAST_S)
        return self.velocity[0] * coast_s, self.velocity[1] * coast_s


class FaceFollower:
    """Joins detections to tracks."""

    def __init__(self, sure: float, *, one_picture: bool = False) -> None:
        """Begin.

        Args:
            sure: Score from which a detection may begin or confirm a track.
            one_picture: Believe a face at its first sighting.
        """
        self._sure = sure
        self._needed = 1 if one_picture else BELIEVED_HITS
        self._tracks: list[Track] = []
        self._born = 0
        self._searched_s = float("-inf")
        self._searched_finely_s = float("-inf")

    @property
    def tracks(self) -> list[Track]:
        """Tracks that may be seen again."""
        return list(self._tracks)

    @property
    def boxes(self) -> dict[int, Box]:
        """Last box of each face that is taken to be in the picture, by track number."""
        return {t.number: t.box for t in self._tracks if t.misses <= MISSES_OVERLOOKED}

    def cut(self) -> None:
        """End every track: the next picture shows another place."""
        self._tracks.clear()
        self._searched_s = self._searched_finely_s = float("-inf")

    def step(self, time_s: float, sight: Sight) -> list[Track]:
        """Take in one picture.

        Args:
            time_s: Later than in the call before.
            sight: The picture; the whole of it is searched only when a face may be new or lost.

        Returns:
            The tracks that were seen in it, confirmed or not.
        """
        self._tracks = [t for t in self._tracks if not _gone(t, time_s)]
        seen: list[Track] = []
        for track in self._tracks:
            if (face := self._again(track, time_s, sight)) and not _taken(face, seen):
                self._take(track, face, time_s)
                seen.append(track)
        if self._must_search(time_s, seen):
            self._search(time_s, sight, seen)
        for track in self._tracks:
            track.misses = 0 if track in seen else track.misses + 1
        return seen

    def _search(self, time_s: float, sight: Sight, seen: list[Track]) -> None:
        """Search the whole picture; ``seen`` gains faces found, and loses what is none any more."""
        self._searched_s = time_s
        finely = time_s - self._searched_finely_s >= SEARCH_FINELY_EVERY_S - 1e-3
        finely = finely or self._doubted  # as they were found
        self._searched_finely_s = time_s if finely else self._searched_finely_s
        found = sight.find(finely)
        seen[:] = [t for t in seen if self._backed(t, found)]
        lost = [t for t in self._tracks if t not in seen]
        free = [d for d in found if not _taken(d, seen)]
        for track, detection in self._pairs(lost, free, time_s):
            face, sure = sight.point(detection), detection.score >= self._sure
            if sure or face.places is not None:
                self._take(track, face, time_s)
                track.hits += sure
                seen.append(track)
        for track in self._tracks:
            track.confirmed = track.confirmed or track.hits >= self._needed
        self._tracks = [t for t in self._tracks if t.confirmed or t in seen]
        for detection in free:
            if detection.score >= self._sure and not _taken(detection, seen):
                seen.extend(self._begun(sight.point(detection), time_s, seen))

    @staticmethod
    def _again(track: Track, time_s: float, sight: Sight) -> Face | None:
        """Return the face of a track by its points, if it may be one still."""
        if track.misses:  # the detector saw none there: points alone do not bring it back
            return None
        face = sight.again(track.sought(time_s))
        if face is None or _likeness(track, face.box, time_s) < LEAST_IOU:
            return None
        return face

    def _must_search(self, time_s: float, seen: list[Track]) -> bool:
        lost = [t for t in self._tracks if t not in seen]
        due = time_s - self._searched_s >= SEARCH_EVERY_S - 1e-3
        return due or not seen or self._doubted or any(t.misses < 2 for t in lost)

    @property
    def _doubted(self) -> bool:
        return any(not t.confirmed for t in self._tracks)

    def _backed(self, track: Track, found: Sequence[Detection]) -> bool:
        """Whether the detector too sees a face that was followed; if so, its score is noted."""
        own = [d.score for d in found if overlap(d.box, track.latest.box) >= BACKED_IOU]
        if not own or not (track.confirmed or max(own) >= self._sure):
            return False
        track.latest = replace(track.latest, score=max(own))
        track.hits += max(own) >= self._sure
        return True

    def _begun(self, face: Face, time_s: float, seen: Sequence[Track]) -> list[Track]:
        """Begin a track, unless this is no face, or one that is known already."""
        if face.places is None or _taken(face, seen):
            return []
        self._born += 1
        track = Track(self._born, face.box, time_s, face, hits=1, confirmed=self._needed <= 1)
        self._tracks.append(track)
        return [track]

    def _pairs(
        self, tracks: Sequence[Track], found: Sequence[Detection], time_s: float
    ) -> list[tuple[Track, Detection]]:
        """Join each track with at most one detection, the closest pairs first."""
        likely = []
        for track in tracks:
            away = _away(track, time_s)
            for detection in found:
                shared = _likeness(track, detection.box, time_s)
                sure = detection.score >= self._sure
                believed = sure or (track.confirmed and not away)
                if shared >= (RETURN_IOU if away else LEAST_IOU) and believed:
                    likely.append((shared, track, detection))
        likely.sort(key=lambda p: (-p[0], p[1].number))
        pairs: list[tuple[Track, Detection]] = []
        for _, track, detection in likely:
            if all(track is not t and detection is not d for t, d in pairs):
                pairs.append((track, detection))
        return pairs

    @staticmethod
    def _take(track: Track, face: Face, time_s: float) -> None:
        _move(track, face.box, time_s)
        track.seen_s, track.latest = time_s, face


def _likeness(track: Track, box: Box, time_s: float) -> float:
    """Return how well ``box`` fits where a track should be or was, 0..1.

    A head that is shaken may jump by its own width from one picture to the next; it keeps its size.
    """
    shared = max(overlap(track.expected(time_s), box), overlap(track.box, box))
    if track.misses or not 1 / LIKE_SIZE <= box.width / track.box.width <= LIKE_SIZE:
        return shared
    right = box.left + box.width / 2 - track.box.left - track.box.width / 2
    down = box.top + box.height / 2 - track.box.top - track.box.height / 2
    return max(shared, LEAST_IOU) if max(abs(right), abs(down)) < track.box.width else shared


def _inside(a: Box, b: Box) -> float:
    return shared_px(a, b) / min(a.width * a.height, b.width * b.height)


def _gone(track: Track, time_s: float) -> bool:
    # at least two pictures: where pictures are rare, one miss is not proof
    return track.misses >= 2 and time_s - track.seen_s > KEPT_S


def _away(track: Track, time_s: float) -> bool:
    return track.misses >= 2 and time_s - track.seen_s > LOST_S


def _taken(detection: Detection | Face, seen: Sequence[Track]) -> bool:
    return any(_inside(detection.box, t.box) > INSIDE for t in seen)


def _move(track: Track, found: Box, time_s: float) -> None:
    expected = track.expected(time_s)
    off = max(
        abs(found.left + found.width / 2 - expected.left - expected.width / 2),
        abs(found.top + found.height / 2 - expected.top - expected.height / 2),
        abs(found.width - expected.width),
    )
    weight = min(1.0, STEADY + BRISK * max(0.0, off / found.width - 0.05))
    box = Box(*(e + weight * (f - e) for e, f in zip(expected, found, strict=True)))
    lapse_s = max(time_s - track.seen_s, 1e-3)
    speeds = (
        (box.left + box.width / 2 - track.box.left - track.box.width / 2) / lapse_s,
        (box.top + box.height / 2 - track.box.top - track.box.height / 2) / lapse_s,
    )
    keep = 1 - VELOCITY_WEIGHT
    track.velocity = (
        keep * track.velocity[0] + VELOCITY_WEIGHT * speeds[0],
        keep * track.velocity[1] + VELOCITY_WEIGHT * speeds[1],
    )
    track.box = box
