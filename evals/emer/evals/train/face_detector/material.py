"""Pictures with the teacher's faces: frames of clips, and photos.

Reads    clips, photos and YuNet (``yunet_n_640_640.onnx``), which is run at several sizes
Returns  pictures, each with boxes, five points and score of every face the teacher saw
Cost     about 4 minutes for 22 clips and 80 photos on one core
Source   Wu, Peng & Yu 2023, YuNet: A Tiny Millisecond-level Face Detector
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from emer.evals.train.face_detector.people import clip_fold, photo_fold
from emer.tools.media.decode import Frame, stream
from emer.tools.media.probe import probe

TEACHER: Final = Path("weights") / "yunet" / "yunet_n_640_640.onnx"
RATE_HZ: Final = 5.0
LARGEST_PHOTO_PX: Final = 1600
SURE: Final = 0.7
"""The teacher's score from which a face is one; between ``DOUBTFUL`` and this it is neither."""
DOUBTFUL: Final = 0.3
HALF_FROM_PX: Final = 480
QUARTER_FROM_PX: Final = 960
"""Pictures at least this long are shown to the teacher at half and at a quarter of their size too:
it overlooks faces that fill a large picture."""
LARGEST_PX: Final = 300.0
"""It was made for faces up to this size (says OpenCV's zoo of models). Of larger ones it takes parts
for faces, so they are asked of a smaller view; the smallest view answers for all sizes."""
TWICE_UP_TO_PX: Final = 1000
SAME_FACE: Final = 0.4

Picture = NDArray[np.uint8]
Faces = NDArray[np.float32]
"""Shape ``(n, 15)``: left, top, width, height, five points (x, y: the picture's left eye, right
eye, nose tip, left and right corner of the mouth), score."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture and what the teacher sees in it."""

    name: str
    bgr: Picture
    faces: Faces
    fold: int | None
    """``None``: trains nothing."""
    photo: bool
    time_s: float = 0.0
    """In its clip."""
    scale: float = 1.0
    """By which it must be enlarged to have the clip's own size."""


class Teacher:
    """YuNet at several sizes."""

    def __init__(self, data: Path) -> None:
        """Load it from ``data``."""
        self._net = cv2.FaceDetectorYN.create(
            str(data / TEACHER), "", (320, 320), DOUBTFUL, 0.3, 5000
        )

    def faces(self, bgr: Picture, *, still: bool) -> Faces:
        """Return all faces with a score of ``DOUBTFUL`` or more, best first."""
        long_px = max(bgr.shape[:2])
        sizes = [1.0]
        sizes += [0.5] if long_px > HALF_FROM_PX else []
        sizes += [0.25] if still and long_px > QUARTER_FROM_PX else []
        if still:
            sizes.append(2.0 if long_px <= TWICE_UP_TO_PX else 1.5)
        views = [self._at(bgr, size, any_size=size == min(sizes)) for size in sizes]
        return merged(np.concatenate(views))

    def _at(self, bgr: Picture, size: float, *, any_size: bool) -> Faces:
        method = cv2.INTER_AREA if size < 1.0 else cv2.INTER_CUBIC
        view = bgr if size == 1.0 else cv2.resize(bgr, None, fx=size, fy=size, interpolation=method)
        self._net.setInputSize((view.shape[1], view.shape[0]))
        found: Any = self._net.detect(view)[1]
        faces = np.zeros((0, 15), np.float32) if found is None else found.copy()
        if not any_size:
            faces = faces[faces[:, 2:4].max(axis=1) <= LARGEST_PX]
        faces[:, :14] /= size
        return faces


def merged(faces: Faces) -> Faces:
    """Keep of overlapping faces the surest, best first."""
    kept: list[NDArray[np.float32]] = []
    for face in sorted(faces, key=lambda f: -float(f[14])):
        if all(float(iou(face[None, :4], other[None, :4])[0, 0]) < SAME_FACE for other in kept):
            kept.append(face)
    return np.stack(kept) if kept else np.zeros((0, 15), np.float32)


def iou(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return intersection over union of boxes ``(n, 4)`` and ``(m, 4)``, shape ``(n, m)``."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, :2] + a[:, None, 2:4], b[None, :, :2] + b[None, :, 2:4])
    shared = np.prod(np.maximum(0.0, high - low), axis=2)
    whole = np.prod(a[:, None, 2:4], axis=2) + np.prod(b[None, :, 2:4], axis=2) - shared
    return np.asarray(shared / np.maximum(whole, 1e-6), np.float32)


def shown(data: Path) -> Iterator[Shown]:
    """Yield every sampled picture of the clips, then every photo, with the teacher's faces."""
    teacher = Teacher(data)
    for path in sorted((data / "video").rglob("*.m*")):
        name = f"{path.parent.name}/{path.stem}"
        fold = clip_fold(name)
        for i, frame in enumerate(frames(path)):
            bgr = np.ascontiguousarray(frame.rgb[:, :, ::-1])
            faces = teacher.faces(bgr, still=False)
            yield Shown(f"{name}#{i}", bgr, faces, fold, False, frame.time_s, frame.scale)
    for path in sorted((data / "faces").rglob("*")):
        if path.suffix.lower() in {".jpg", ".jpeg", ".png"}:
            bgr = photo(path)
            faces = teacher.faces(bgr, still=True)
            yield Shown(path.stem, bgr, faces, photo_fold(path.stem), photo=True)


def frames(path: Path) -> Iterator[Frame]:
    """Yield the sampled pictures of a clip as the product sees them."""
    for item in stream(path, probe(path), rate_hz=RATE_HZ, sound=False):
        if isinstance(item, Frame):
            yield item


def photo(path: Path) -> Picture:
    """Return a photo of at most ``LARGEST_PHOTO_PX``, in OpenCV's order."""
    bgr = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if bgr is None:
        raise ValueError(f"{path} is no picture")
    shrink = min(1.0, LARGEST_PHOTO_PX / max(bgr.shape[:2]))
    if shrink < 1.0:
        bgr = cv2.resize(bgr, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    return bgr.astype(np.uint8, copy=False)
