"""Crops of faces with what a landmark network says of them: training material for movements.

Reads    clips and photos, and the MediaPipe face landmarker (``face_landmarker.task``)
Returns  the product's own crops, each with the teacher's targets of the same picture
Cost     about 0.1 s a picture; needs the package mediapipe, which is no dependency of emer
Source   https://ai.google.dev/edge/mediapipe/solutions/vision/face_landmarker
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import numpy as np
from numpy.typing import NDArray

from emer.tools.face_tracks import FaceTracks
from emer.tools.findings import Finding, Modality, ModelCard, TimeSpan
from emer.tools.media.decode import Frame, Luma
from emer.tools.media.faces import FaceSamples, FaceStore
from emer.tools.media.info import MediaInfo
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.specialist import Clip, PassSpecialist, Scope

BLENDSHAPES: Final = {
    "AU1": ("browInnerUp",),
    "AU2": ("browOuterUpLeft", "browOuterUpRight"),
    "AU4": ("browDownLeft", "browDownRight"),
    "AU5": ("eyeWideLeft", "eyeWideRight"),
    "AU7": ("eyeSquintLeft", "eyeSquintRight"),
    "AU10": ("mouthUpperUpLeft", "mouthUpperUpRight"),
    "AU12": ("mouthSmileLeft", "mouthSmileRight"),
    "AU14": ("mouthDimpleLeft", "mouthDimpleRight"),
    "AU15": ("mouthFrownLeft", "mouthFrownRight"),
    "AU16": ("mouthLowerDownLeft", "mouthLowerDownRight"),
    "AU17": ("mouthShrugLower",),
    "AU18": ("mouthPucker",),
    "AU20": ("mouthStretchLeft", "mouthStretchRight"),
    "AU22": ("mouthFunnel",),
    "AU24": ("mouthPressLeft", "mouthPressRight"),
    "AU26": ("jawOpen",),
    "AU28": ("mouthRollLower",),
    "AU43": ("eyeBlinkLeft", "eyeBlinkRight"),
}
"""The teacher's outputs that come nearest to each action unit, left and right averaged."""
TARGETS: Final = (*BLENDSHAPES, "AU25")
INNER_LIPS: Final = (13, 14)
OUTER_EYE_CORNERS: Final = (33, 263)
"""Landmarks whose distances give AU25, in the teacher's mesh of 478."""


@dataclass(frozen=True, slots=True)
class Track:
    """One face of one clip."""

    clip: str
    crops: NDArray[np.uint8]
    """Shape ``(n, CROP_PX, CROP_PX, 3)``."""
    targets: NDArray[np.float64]
    """Shape ``(n, len(TARGETS))``."""
    still: bool
    """Whether it comes from a photo."""


class Teacher:
    """A watcher that runs the landmark network on every sampled picture."""

    tool: ClassVar[str] = "teacher"
    engine: ClassVar[str] = "mediapipe"
    modality: ClassVar[Modality] = Modality.FACE
    card: ClassVar[ModelCard] = FaceTracks.card
    needs: ClassVar[tuple[str, ...]] = ()
    scope: ClassVar[Scope] = "clip"
    rank: ClassVar[int] = 0
    cost: ClassVar[float] = 0.1
    wants_luma: ClassVar[bool] = False

    def __init__(self, task: Path) -> None:
        from mediapipe.tasks.python import BaseOptions, vision

        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(task)),
            output_face_blendshapes=True,
            num_faces=4,
            min_face_detection_confidence=0.4,
        )
        self._network: Any = vision.FaceLandmarker.create_from_options(options)
        self.rows: list[tuple[float, NDArray[np.float64], NDArray[np.float64]]] = []

    def ready(self) -> None:
        """Nothing to check: the network is loaded."""

    def observe(
        self, clip: Clip, spans: Sequence[TimeSpan], known: Sequence[Finding]
    ) -> list[Finding]:
        """Find nothing: the teacher only writes ``rows``."""
        return []

    def watch(self, media: MediaInfo, span: TimeSpan, workspace: Path) -> "Teacher":
        """Forget the last clip."""
        self.rows = []
        return self

    def see(self, frame: Frame) -> None:
        """Keep time, middle of the face (pixels) and targets of every face in the picture."""
        import mediapipe

        height, width = frame.rgb.shape[:2]
        picture = mediapipe.Image(
            image_format=mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(frame.rgb)
        )
        seen = self._network.detect(picture)
        for mesh, shapes in zip(seen.face_landmarks, seen.face_blendshapes, strict=True):
            points = np.array([(p.x * width, p.y * height, p.z * width) for p in mesh])
            named = {s.category_name: float(s.score) for s in shapes}
            values = [float(np.mean([named[n] for n in ns])) for ns in BLENDSHAPES.values()]
            lips, eyes = (
                np.linalg.norm(points[a] - points[b]) for a, b in (INNER_LIPS, OUTER_EYE_CORNERS)
            )
            middle = points[:, :2].mean(axis=0) * frame.scale
            self.rows.append((frame.time_s, middle, np.array([*values, lips / eyes])))

    def glimpse(self, luma: Luma) -> None:
        """Ignore it."""

    def close(self, clip: Clip) -> tuple[list[Finding], FaceStore | None]:
        """Return nothing."""
        return [], None


def tracks_of(path: Path, teacher: Teacher, *, rate_hz: float) -> Iterator[Track]:
    """Yield the faces of one clip or photo, restricted to pictures in which the teacher saw them too."""
    info = probe(path)
    watchers: dict[str, PassSpecialist] = {"faces": FaceTracks(), "teacher": teacher}
    with tempfile.TemporaryDirectory() as folder:
        clip, _, _ = take_in(path, info, Path(folder), rate_hz=rate_hz, watchers=watchers)
        if clip.faces is None:
            return
        for name in clip.faces.tracks:
            samples = clip.faces.samples(name)
            crops = np.concatenate([c for _, c in clip.faces.crops(name)])
            pairs = [(i, t) for i in range(len(crops)) if (t := _match(samples, i, teacher))]
            if pairs:
                kept = [i for i, _ in pairs]
                targets = np.array([teacher.rows[row - 1][2] for _, row in pairs])
                yield Track(
                    f"{path.parent.name}/{path.name}", crops[kept], targets, info.kind == "image"
                )


def _match(samples: FaceSamples, i: int, teacher: Teacher) -> int:
    """Return 1 + the teacher's row whose face has its middle in box ``i``, 0 if there is none."""
    left, top, width, height = samples.boxes_px[i]
    for row, (time_s, (x, y), _) in enumerate(teacher.rows, 1):
        same_time = abs(time_s - samples.times_s[i]) < 1e-4
        if same_time and left < x < left + width and top < y < top + height:
            return row
    return 0
