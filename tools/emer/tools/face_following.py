"""Follow faces over time: join the detections of consecutive pictures to tracks.

Reads    the faces detected in each sampled picture, in time order
Returns  per picture the tracks that were seen, with a smoothed box
Cost     nothing beside the detector; one local search per track that the detector missed

A new face must be detected surely and be seen again within ``LOST_S``; a face that is followed
may be detected weakly. A hard cut ends every track.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from emer.tools.face_detection import Detection
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
BELIEVED_NEIGHBOURS: Final = 25
"""Hits of the cascade, over at least two pictures, that make a track; measured: false faces that
come back have about 7 a picture, true ones 30."""
INSIDE: Final = 0.5
"""Share of a detection that may lie inside a face that is already known."""
STEADY: Final = 0.35
"""Weight of a detection that lies where it was expected; it rises with the distance, so that a
resting box does not tremble and a moving one does not lag."""
BRISK: Final = 6.0
VELOCITY_WEIGHT: Final = 0.5
LONGEST_COAST_S: Final = 0.4
"""A face is not expected to keep its speed for longer than this."""

SEARCH_EVERY_S: Final = 1.0
"""Faces that are followed need no search of the whole picture, which is the dearest step; this
often it is searched for new ones all the same. Measured on 22 clips: at 0.5 s not one face more."""

SEARCH_FINELY_EVERY_S: Final = 2.0
"""The search for small faces costs a multiple; once found, they are followed cheaply."""

Find = Callable[[bool], Sequence[Detection]]
Search = Callable[[Box], Detection | None]


@dataclass(slots=True)
class Track:
    """One face as it is followed."""

    number: int
    box: Box
    first_s: float
    seen_s: float
    """Time of the last sighting."""
    score: float
    neighbours: int
    """Of all its detections together."""
    hits: int = 1
    misses: int = 0
    """Pictures since the last sighting."""
    velocity: tuple[float, float] = (0.0, 0.0)
    confirmed: bool = False

    def expected(self, time_s: float) -> Box:
        """Return where the face should be at ``time_s``."""
        coast_s = min(time_s - self.seen_s, LONGEST_COAST_S)
        left = self.box.left + self.velocity[0] * coast_s
        top = self.box.top + self.velocity[1] * coast_s
        return Box(left, top, self.box.width, self.box.height)


class FaceFollower:
    """Joins detections to tracks."""

    def __init__(self, *, one_picture: bool = False) -> None:
        """Begin; with ``one_picture`` a face is believed at its first sighting."""
        self._one_picture = one_picture
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

    def step(self, time_s: float, find: Find, search: Search) -> list[Track]:
        """Take in one picture.

        Args:
            time_s: Later than in the call before.
            find: Searches the whole picture, for small faces too if told so; called only when a
                face may be new or lost.
            search: Looks around a box in which a face is expected.

        Returns:
            The tracks that were seen in it, confirmed or not.
        """
        self._tracks = [t for t in self._tracks if not _gone(t, time_s)]
        seen: list[Track] = []
        for track in self._tracks:
            again = None if _away(track, time_s) else search(track.expected(time_s))
            if again is None or _taken(again, seen):
                continue
            if overlap(again.box, track.expected(time_s)) >= LEAST_IOU:
                _take(track, again, time_s)
                seen.append(track)
        lost = [t for t in self._tracks if t not in seen]
        if self._must_search(time_s, seen, lost):
            self._searched_s = time_s
            finely = time_s - self._searched_finely_s >= SEARCH_FINELY_EVERY_S - 1e-3
            self._searched_finely_s = time_s if finely else self._searched_finely_s
            free = [d for d in find(finely) if not _taken(d, seen)]
            for track, detection in _pairs(lost, free, time_s):
                _take(track, detection, time_s)
                seen.append(track)
            for detection in free:
                if detection.sure and not _taken(detection, seen):
                    seen.append(self._begin(detection, time_s))
        for track in self._tracks:
            track.misses = 0 if track in seen else track.misses + 1
            track.confirmed = track.confirmed or self._believed(track)
        return seen

    def _must_search(self, time_s: float, seen: list[Track], lost: list[Track]) -> bool:
        due = time_s - self._searched_s >= SEARCH_EVERY_S - 1e-3
        return due or not seen or any(t.misses < 2 for t in lost)

    def _believed(self, track: Track) -> bool:
        if self._one_picture:
            return True
        return track.hits >= 2 and track.neighbours >= BELIEVED_NEIGHBOURS

    def _begin(self, detection: Detection, time_s: float) -> Track:
        self._born += 1
        track = Track(
            self._born, detection.box, time_s, time_s, detection.score, detection.neighbours
        )
        self._tracks.append(track)
        return track


def overlap(a: Box, b: Box) -> float:
    """Return intersection over union, 0..1."""
    shared = _shared(a, b)
    return shared / (a.width * a.height + b.width * b.height - shared)


def _inside(a: Box, b: Box) -> float:
    return _shared(a, b) / min(a.width * a.height, b.width * b.height)


def _shared(a: Box, b: Box) -> float:
    across = min(a.left + a.width, b.left + b.width) - max(a.left, b.left)
    down = min(a.top + a.height, b.top + b.height) - max(a.top, b.top)
    return max(0.0, across) * max(0.0, down)


def _gone(track: Track, time_s: float) -> bool:
    # at least two pictures: where pictures are rare, one miss is not proof
    away_s = time_s - track.seen_s
    return track.misses >= 2 and away_s > (KEPT_S if track.confirmed else LOST_S)


def _away(track: Track, time_s: float) -> bool:
    return track.misses >= 2 and time_s - track.seen_s > LOST_S


def _taken(detection: Detection, seen: Sequence[Track]) -> bool:
    return any(_inside(detection.box, t.box) > INSIDE for t in seen)


def _pairs(
    tracks: Sequence[Track], found: Sequence[Detection], time_s: float
) -> list[tuple[Track, Detection]]:
    """Join each track with at most one detection, the closest pairs first."""
    likely = []
    for track in tracks:
        away = _away(track, time_s)
        expected = track.expected(time_s)
        for detection in found:
            shared = overlap(expected, detection.box)
            if shared >= (RETURN_IOU if away else LEAST_IOU) and (detection.sure or not away):
                likely.append((shared, track, detection))
    likely.sort(key=lambda p: (-p[0], p[1].number))
    pairs: list[tuple[Track, Detection]] = []
    for _, track, detection in likely:
        if all(track is not t and detection is not d for t, d in pairs):
            pairs.append((track, detection))
    return pairs


def _take(track: Track, detection: Detection, time_s: float) -> None:
    expected, found = track.expected(time_s), detection.box
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
    track.box, track.seen_s, track.score = box, time_s, detection.score
    track.hits += 1
    track.neighbours += detection.neighbours
