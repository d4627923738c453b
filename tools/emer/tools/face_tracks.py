"""Faces of a clip: detected in the sampled pictures, followed over time, cut out upright.

Reads    sampled RGB pictures, and the brightness of every picture for cuts and moving mouths
Returns  one ``FaceTrackReading`` per stretch in which a face is visible (a face that left and came
         back has several, under one name), gaps for stretches without a face; boxes, aligned
         crops and mouth motion go to the clip's ``FaceStore``
Cost     about 4 ms a sampled picture and 4 ms a face in it, and 0.4 ms a decoded picture, of one
         core; memory holds numbers and a few pictures
Source   own work; the detector is a network taught by YuNet (Wu, Peng & Yu 2023)
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from emer.tools.face_detection import (
    FINE_PX,
    NETWORK,
    SEARCH_PX,
    Detection,
    FaceDetector,
)
from emer.tools.face_filing import FaceFiler, Moved, Seen
from emer.tools.face_following import FaceFollower
from emer.tools.face_landmarks import NAME as LANDMARKS
from emer.tools.face_points import Face, FacePointer
from emer.tools.face_sightings import Sightings, cut_to
from emer.tools.findings import Finding, Gap, GapCode, Modality, ModelCard, TimeSpan
from emer.tools.media.decode import Frame, Luma
from emer.tools.media.faces import FaceStore
from emer.tools.media.info import MediaInfo
from emer.tools.media.lanes import Lane
from emer.tools.mouth_motion import MouthWatch
from emer.tools.networks import card_of, check
from emer.tools.specialist import Clip, Scope

if TYPE_CHECKING:
    from numpy.typing import NDArray

CODE: Final = 3
"""Raise it when following or filing changes what is found."""


class FaceTracks:
    """Finds and follows faces while the clip is decoded."""

    tool: ClassVar[str] = "faces"
    engine: ClassVar[str] = "grid"
    modality: ClassVar[Modality] = Modality.FACE
    card: ClassVar[ModelCard] = card_of(NETWORK, code=CODE)
    networks: ClassVar[tuple[str, ...]] = (NETWORK, LANDMARKS)
    needs: ClassVar[tuple[str, ...]] = ()
    scope: ClassVar[Scope] = "clip"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.12
    wants_luma: ClassVar[bool] = True

    def ready(self) -> None:
        """Check that its networks are there and unaltered.

        Raises:
            ToolUnavailable: One is not.
        """
        for name in self.networks:
            check(self.tool, name)

    def watch(self, media: MediaInfo, span: TimeSpan, workspace: Path) -> "FaceWatcher":
        """Begin to watch one pass; a still image is believed at first sight."""
        still = media.kind == "image"
        return FaceWatcher(workspace / "faces.jpegs", FaceDetector(), still=still)

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Return what the pass found, cut to ``spans``; at least one finding per span."""
        if self.tool not in clip.found:
            return [_not_looked(clip, span) for span in spans if span.overlaps(clip.span)]
        return cut_to(spans, clip, engine=self.engine, card=self.card)


class FaceWatcher:
    """Watches one pass: follows faces in this thread, cuts them out in another."""

    def __init__(self, path: Path, detector: FaceDetector, *, still: bool) -> None:
        self._detector = detector
        self._pointer = FacePointer()
        self._follower = FaceFollower(detector.sure, one_picture=still)
        self._mouths = MouthWatch()
        self._filer = FaceFiler(path)
        self._filing = Lane("face-filing")
        self._moved: list[Moved] = []
        self._times_s = array("d")
        self._picture_px = 1.0

    def glimpse(self, luma: Luma) -> None:
        """Look for moving mouths."""
        if luma.cut:
            self._mouths.follow({})
        moved = self._mouths.glimpse(luma)
        self._moved.extend(Moved(number, luma.time_s, energy) for number, energy in moved)

    def see(self, frame: Frame) -> None:
        """Detect and follow the faces of one sampled picture, and have them filed."""
        import cv2

        grey = cv2.cvtColor(frame.rgb, cv2.COLOR_RGB2GRAY).astype(np.uint8, copy=False)
        scale = frame.scale
        self._picture_px = grey.size * scale * scale
        self._times_s.append(frame.time_s)
        if frame.cut_s is not None:
            self._follower.cut()

        tracks = self._follower.step(
            frame.time_s, _Sight(self._detector, self._pointer, frame.rgb, grey, scale)
        )
        seen = [Seen(t.number, t.box, t.latest.score, t.latest.eyes, t.confirmed) for t in tracks]
        alive = frozenset(t.number for t in self._follower.tracks)
        self._mouths.follow(self._follower.boxes)
        moved, self._moved = self._moved, []
        self._filing.do(partial(self._filer.file, frame, seen, alive, moved))

    def close(self, clip: Clip) -> tuple[list[Finding], FaceStore | None]:
        """Name the tracks in order of first appearance and sum up."""
        with self._filing:
            self._filing.finish()
        # in a video of one picture nothing can be seen twice
        store = self._filer.close(self._moved, believe_all=len(self._times_s) == 1)
        sightings = Sightings(np.array(self._times_s), clip.span, clip.media)
        findings = sightings.findings(
            store, self._picture_px, engine=FaceTracks.engine, card=FaceTracks.card
        )
        return findings, store


@dataclass(frozen=True, slots=True, eq=False)
class _Sight:
    """One sampled picture; places go in and out in pixels of the original."""

    detector: FaceDetector
    pointer: FacePointer
    rgb: "NDArray[np.uint8]"
    grey: "NDArray[np.uint8]"
    scale: float

    def find(self, finely: bool) -> list[Detection]:
        areas_px = FINE_PX if finely else SEARCH_PX
        return [d.times(self.scale) for d in self.detector.find(self.grey, areas_px=areas_px)]

    def point(self, found: Detection) -> Face:
        return self.pointer.begin(self.rgb, found.times(1.0 / self.scale)).times(self.scale)

    def again(self, face: Face) -> Face | None:
        found = self.pointer.again(self.rgb, face.times(1.0 / self.scale))
        return None if found is None else found.times(self.scale)


def _not_looked(clip: Clip, span: TimeSpan) -> Gap:
    start_s, end_s = max(span.start_s, clip.span.start_s), min(span.end_s, clip.span.end_s)
    if clip.media.video is None:
        return Gap(
            tool=FaceTracks.tool, code=GapCode.NO_STREAM, start_s=start_s, end_s=end_s,
            reason="there is no picture, only sound",
        )  # fmt: skip
    return Gap(
        tool=FaceTracks.tool, code=GapCode.NOT_LOOKED_AT, start_s=start_s, end_s=end_s,
        reason="the pictures were not looked at while the clip was decoded",
        remedy="Run again with the tool 'faces' switched on.",
    )  # fmt: skip
