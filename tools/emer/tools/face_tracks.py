"""Faces of a clip: detected in the sampled pictures, followed over time, cut out upright.

Reads    sampled RGB pictures, and the brightness of every picture for cuts and moving mouths
Returns  one ``FaceTrackReading`` per stretch in which a face is visible (a face that left and came
         back has several, under one name), gaps for stretches without a face; boxes, aligned
         crops and mouth motion go to the clip's ``FaceStore``
Cost     about 16 ms a sampled picture and face, and 0.4 ms a decoded picture, of one core; memory
         holds numbers and a few pictures
Source   Viola & Jones 2001, Lienhart & Maydt 2002 (detector); the rest is own work
"""

from array import array
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

import numpy as np

from emer.tools.eye_detection import EYE_CASCADES
from emer.tools.face_detection import (
    FACE_CASCADE,
    SEARCH_AREA_PX,
    STILL_AREA_PX,
    Detection,
    FaceDetector,
    load_cascade,
)
from emer.tools.face_filing import FaceFiler, Moved, Seen, times
from emer.tools.face_following import FaceFollower
from emer.tools.face_sightings import Sightings, cut_to
from emer.tools.findings import (
    NOTHING_TRAINED,
    Finding,
    Gap,
    GapCode,
    Modality,
    ModelCard,
    TimeSpan,
)
from emer.tools.media.decode import Frame, Luma
from emer.tools.media.faces import Box, FaceStore
from emer.tools.media.info import MediaInfo
from emer.tools.media.lanes import Lane
from emer.tools.mouth_motion import MouthWatch
from emer.tools.specialist import Clip, Scope

CARD: Final = ModelCard(
    name="haar-face-tracks",
    revision="2",
    purpose="Says when which face is visible and where, and cuts faces out upright.",
    inputs="RGB pictures sampled a few times a second, long side at most 1280 px; 8-bit luma of "
    "every decoded picture",
    outputs="Box from brow to chin in pixels of the upright picture; 192x192 RGB crops with both "
    "eyes in a fixed place; detector score 0..1, not calibrated; mouth motion in full luma per "
    "second",
    licence="Apache-2.0 (the cascades, carried by OpenCV, under its licence)",
    commercial_use=True,
    source="Viola & Jones 2001, Rapid Object Detection using a Boosted Cascade of Simple Features; "
    "Lienhart & Maydt 2002, An Extended Set of Haar-like Features for Rapid Object Detection",
    trained_on="the cascades: frontal faces and eyes collected by their authors, not published; "
    "geometry of boxes and eyes: medians over 964 faces of 22 clips; following: nothing, a formula",
    metrics="Against faces of a neural detector (YuNet, score >= 0.7, >= 40 px, which is no human "
    "truth) in 1022 pictures of 22 clips at 5 per second, the same on which thresholds were chosen: "
    "99.4 of 100 found at IoU 0.5, no false face. 75 photos with 112 faces: 85 of 100 found, "
    "1 false. Eye centres: median distance 6.0 % of the eye distance",
    split="none: measured on the clips on which thresholds were chosen; photos were not chosen on",
    calibration="none: detector scores",
    training=f"{NOTHING_TRAINED} here; the cascades by their authors",
    limits=(
        "Faces turned sideways, tilted by more than about 20 degrees or half covered are lost.",
        "Small faces (below 60 px in a 1280 px picture) are looked for every two seconds only.",
        "Who comes in while somebody else is followed is found up to a second late.",
        "A track is no identity: after a cut the same person gets a new one.",
        "The data on which the cascades were trained is not documented; how recall depends on "
        "skin tone, age, glasses or head covering was not measured.",
        "Eyes that are closed or shaded are not found; the crop then follows the box.",
    ),
)


class FaceTracks:
    """Finds and follows faces while the clip is decoded."""

    tool: ClassVar[str] = "faces"
    engine: ClassVar[str] = "haar"
    modality: ClassVar[Modality] = Modality.FACE
    card: ClassVar[ModelCard] = CARD
    needs: ClassVar[tuple[str, ...]] = ()
    scope: ClassVar[Scope] = "clip"
    rank: ClassVar[int] = 10
    cost: ClassVar[float] = 0.12
    wants_luma: ClassVar[bool] = True

    def __init__(self, *, search_area_px: int = SEARCH_AREA_PX) -> None:
        """Choose how large pictures of a video are searched, in pixels of area."""
        self._search_area_px = search_area_px

    def ready(self) -> None:
        """Check that this OpenCV carries the cascades.

        Raises:
            ToolUnavailable: It does not.
        """
        load_cascade(FACE_CASCADE)
        for name, _ in EYE_CASCADES:
            load_cascade(name)

    def watch(self, media: MediaInfo, span: TimeSpan, workspace: Path) -> "FaceWatcher":
        """Begin to watch one pass; a still image is believed at first sight."""
        still = media.kind == "image"
        area_px = STILL_AREA_PX if still else self._search_area_px
        return FaceWatcher(workspace / "faces.jpegs", FaceDetector(search_area_px=area_px), still)

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Return what the pass found, cut to ``spans``; at least one finding per span."""
        if self.tool not in clip.found:
            return [_not_looked(clip, span) for span in spans if span.overlaps(clip.span)]
        return cut_to(spans, clip, engine=self.engine, card=self.card)


class FaceWatcher:
    """Watches one pass: follows faces in this thread, cuts them out in another."""

    def __init__(self, path: Path, detector: FaceDetector, still: bool) -> None:
        self._detector = detector
        self._follower = FaceFollower(one_picture=still)
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

        def find(finely: bool) -> list[Detection]:
            return [_scaled(d, scale) for d in self._detector.find(grey, finely=finely)]

        def search(box: Box) -> Detection | None:
            found = self._detector.find_near(grey, times(box, 1.0 / scale))
            return None if found is None else _scaled(found, scale)

        tracks = self._follower.step(frame.time_s, find, search)
        seen = [Seen(t.number, t.box, t.score, t.confirmed) for t in tracks]
        alive = frozenset(t.number for t in self._follower.tracks)
        self._mouths.follow(self._follower.boxes)
        moved, self._moved = self._moved, []
        self._filing.do(partial(self._filer.file, frame, grey, seen, alive, moved))

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


def _scaled(detection: Detection, factor: float) -> Detection:
    return detection._replace(box=times(detection.box, factor))


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
