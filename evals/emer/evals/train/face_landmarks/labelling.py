"""Let the teacher label clips, photos and borrowed expressions: ``python -m ...labelling``.

Run it under a Python that has mediapipe 0.10.21, opencv and scipy; nothing else of emer's needs is
wanted there. It writes ``seen.npz`` (clips and photos) and ``borrowed.npz`` (faces that borrow
another's expression), about 2 GB, which training and measuring read.

Cost     30 to 90 ms a picture on one core
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from emer.evals.train.face_landmarks.mesh import (
    HELD_OUT,
    KEPT_EYES_PX,
    KEPT_GAP_PX,
    KEPT_PX,
    PHOTO,
    POINTS,
    TEMPLATE,
    angles_deg,
    five_of,
    person_of,
)
from emer.evals.train.face_landmarks.transfer import SIDE_PX, borrowed
from emer.tools.similarity import moved, similarity

Picture = NDArray[np.uint8]
Floats = NDArray[np.float64]

TASK: Final = Path("weights/mediapipe/face_landmarker.task")
DETECTOR: Final = Path("weights/yunet/yunet_n_640_640.onnx")
SEARCHED_PX: Final = 288
"""Long side of the picture in which clips' faces are looked for."""
PATCH_PX: Final = 384
MARGIN: Final = 0.6
"""Of a face's box on each side, in the patch that the teacher sees."""
SMALLEST_PX: Final = 40
FARTHEST: Final = 0.2
"""Detector and teacher disagree by more than this (in eye distances): not the same face."""
STEP: Final = 2
STEP_TALL: Final = 4
"""Every so many frames are labelled; fewer of clips taller than 1000 pixels."""
BASE_STEP: Final = 3
N_BORROWED: Final = 12_500
"""Faces with borrowed expressions."""
TURNED: Final = 0.28
"""Share of these whose heads are turned, too."""
LENT: Final = 0.3
"""Share of these that persons of ``HELD_OUT`` may be part of; kept from them in measured training."""
OF_PHOTOS: Final = 0.45
_EYE_GAPS: Final = (TEMPLATE - TEMPLATE[:2].mean(axis=0)) / (TEMPLATE[1, 0] - TEMPLATE[0, 0])


class Said(NamedTuple):
    """What the teacher says of one picture."""

    points_px: Floats
    """``(478, 3)``; depth in the same unit as x."""
    shapes: Floats
    """``(51,)``."""
    matrix: Floats
    """``(4, 4)``."""


class Teacher:
    """MediaPipe's face landmarker on single pictures."""

    def __init__(self, task: Path) -> None:
        import mediapipe
        from mediapipe.tasks.python import BaseOptions, vision

        self._mediapipe: Any = mediapipe
        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(task)),
            output_face_blendshapes=True,
            output_facial_transformation_matrixes=True,
            num_faces=1,
        )
        self._network: Any = vision.FaceLandmarker.create_from_options(options)

    def say(self, rgb: Picture) -> Said | None:
        """Return what it says of the one face in a picture."""
        image = self._mediapipe.Image(
            image_format=self._mediapipe.ImageFormat.SRGB, data=np.ascontiguousarray(rgb)
        )
        seen = self._network.detect(image)
        if not seen.face_landmarks:
            return None
        height, width = rgb.shape[:2]
        points = np.array(
            [(p.x * width, p.y * height, p.z * width) for p in seen.face_landmarks[0]]
        )
        shapes = np.array([c.score for c in seen.face_blendshapes[0]])[1:]
        return Said(points, shapes, np.array(seen.facial_transformation_matrixes[0]))


def kept_crop(rgb: Picture, said: Said) -> tuple[Picture, Floats]:
    """Return the crop that is kept, and the matrix that makes it."""
    import cv2

    target = np.array(KEPT_EYES_PX) + KEPT_GAP_PX * _EYE_GAPS
    matrix = similarity(five_of(said.points_px[list(POINTS), :2]), target)
    crop = cv2.warpAffine(rgb, matrix, (KEPT_PX, KEPT_PX), borderMode=cv2.BORDER_REPLICATE)
    return crop.astype(np.uint8, copy=False), matrix


def patch_of(rgb: Picture, box: Floats) -> tuple[Picture, Floats, float]:
    """Return a square around a face, ``PATCH_PX`` wide, its corner, and its scale."""
    import cv2

    middle, reach = box[:2] + box[2:] / 2, box[2:].max() * (0.5 + MARGIN)
    low, high = np.floor(middle - reach).astype(int), np.ceil(middle + reach).astype(int)
    height, width = rgb.shape[:2]
    part = rgb[max(0, low[1]) : high[1], max(0, low[0]) : high[0]]
    rims = (
        max(0, -low[1]), max(0, high[1] - height), max(0, -low[0]), max(0, high[0] - width),
    )  # fmt: skip
    part = cv2.copyMakeBorder(part, *rims, cv2.BORDER_REPLICATE).astype(np.uint8)
    scale = PATCH_PX / max(part.shape[:2])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    patch = cv2.resize(part, (PATCH_PX, PATCH_PX), interpolation=how).astype(np.uint8)
    return patch, low.astype(float), scale


def pictures(data: Path) -> Iterator[tuple[str, int, Picture, bool]]:
    """Yield name, frame number and RGB picture, and whether it is a photo."""
    import cv2

    for path in sorted((data / "video").glob("*/*")):
        video = cv2.VideoCapture(str(path))
        number = 0
        while (read := video.read())[0]:
            if number % (STEP_TALL if read[1].shape[0] > 1000 else STEP) == 0:
                yield (
                    f"{path.parent.name}/{path.name}",
                    number,
                    read[1][..., ::-1].astype(np.uint8),
                    False,
                )
            number += 1
    for path in sorted((data / "faces").glob("*/*")):
        if path.suffix not in {".jpg", ".png"} or (bgr := cv2.imread(str(path))) is None:
            continue
        scale = min(1.0, 1600 / max(bgr.shape[:2]))
        small = cv2.resize(bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        yield f"{PHOTO}/{path.parent.name}/{path.name}", 0, small[..., ::-1].astype(np.uint8), True


def found_faces(detector: Any, rgb: Picture, *, photo: bool) -> Floats:  # noqa: ANN401 - of OpenCV
    """Return boxes and five places ``(n, 14)``: all in a photo, the largest one in a clip."""
    import cv2

    scale = 1.0 if photo else min(1.0, SEARCHED_PX / max(rgb.shape[:2]))
    small = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[..., ::-1]
    detector.setInputSize((small.shape[1], small.shape[0]))
    _, found = detector.detect(np.ascontiguousarray(small))
    if found is None:
        return np.zeros((0, 14))
    faces: Floats = found[:, :14].astype(np.float64) / scale
    if photo:
        return faces[faces[:, 2] >= SMALLEST_PX]
    return faces[[int(np.argmax(faces[:, 2]))]]


class Rows:
    """Columns of an archive, filled row by row."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Any]] = {}

    def add(self, **row: Any) -> None:  # noqa: ANN401 - whatever an archive holds
        """Add one value to every column."""
        for name, value in row.items():
            self._rows.setdefault(name, []).append(value)

    def save(self, path: Path) -> int:
        """Write the archive and return how many rows it has."""
        columns = {name: np.array(values) for name, values in self._rows.items()}
        np.savez(path, allow_pickle=False, **columns)
        return len(next(iter(columns.values()), ()))


def label_seen(data: Path, out: Path, teacher: Teacher) -> list[tuple[Picture, Floats, str]]:
    """Label clips and photos; return the pictures that expressions are borrowed between."""
    import cv2

    detector = cv2.FaceDetectorYN.create(str(data / DETECTOR), "", (320, 320), 0.6, 0.3, 50)
    rows, bases, n = Rows(), [], 0
    shrink = SIDE_PX / PATCH_PX
    for clip, frame, rgb, photo in pictures(data):
        for face in found_faces(detector, rgb, photo=photo):
            patch, corner, scale = patch_of(rgb, face[:4])
            said = teacher.say(patch)
            if said is None:
                continue
            rough = (face[4:14].reshape(5, 2) - corner) * scale
            five = five_of(said.points_px[list(POINTS), :2])
            gap = float(np.linalg.norm(five[1] - five[0]))
            if np.abs(rough - five).mean() > FARTHEST * gap:
                continue
            crop, matrix = kept_crop(patch, said)
            points = moved(said.points_px[list(POINTS), :2], matrix)
            angles = angles_deg(said.matrix[None])[0]
            rows.add(
                crop=crop, points=points.astype("f4"), shapes=said.shapes.astype("f4"),
                angles=angles.astype("f4"), clip=clip, frame=frame, rough=moved(rough, matrix),
            )  # fmt: skip
            n += 1
            if photo or n % BASE_STEP == 0:
                small = cv2.resize(patch, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
                bases.append((small.astype(np.uint8), said.points_px * shrink, clip))
    sys.stderr.write(f"{rows.save(out / 'seen.npz')} pictures labelled\n")
    return bases


def label_borrowed(
    bases: list[tuple[Picture, Floats, str]], out: Path, teacher: Teacher, n: int, seed: int
) -> None:
    """Make faces with borrowed expressions and label them."""
    rng = np.random.default_rng(seed)
    who = np.array([person_of(clip) for _, _, clip in bases])
    persons = [p for p in sorted(set(who)) if p != PHOTO]
    seen = [p for p in persons if p not in HELD_OUT]
    held = [p for p in persons if p in HELD_OUT]
    rows = Rows()
    for _ in range(n):
        lent = bool(held) and rng.random() < LENT
        pool = persons if lent else seen
        owner = PHOTO if rng.random() < OF_PHOTOS else pool[rng.integers(len(pool))]
        lender = pool[rng.integers(len(pool))]
        if lent and owner == PHOTO:
            lender = held[rng.integers(len(held))]
        face, other = (bases[rng.choice(np.flatnonzero(who == p))] for p in (owner, lender))
        turned = bool(rng.random() < TURNED)
        picture = borrowed(rng, face[0], face[1], other[0], other[1], turned=turned)
        if (said := teacher.say(picture)) is None:
            continue
        crop, matrix = kept_crop(picture, said)
        rows.add(
            crop=crop, points=moved(said.points_px[list(POINTS), :2], matrix).astype("f4"),
            shapes=said.shapes.astype("f4"), angles=angles_deg(said.matrix[None])[0].astype("f4"),
            owner=owner, lender=lender,
        )  # fmt: skip
    sys.stderr.write(f"{rows.save(out / 'borrowed.npz')} borrowed expressions labelled\n")


def main() -> None:
    """Label everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of data sets")
    parser.add_argument("--out", type=Path, required=True, help="folder for the labels")
    parser.add_argument("--borrowed", type=int, default=N_BORROWED)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    teacher = Teacher(given.data / TASK)
    bases = label_seen(given.data, given.out, teacher)
    label_borrowed(bases, given.out, teacher, given.borrowed, seed=1)


if __name__ == "__main__":
    main()
