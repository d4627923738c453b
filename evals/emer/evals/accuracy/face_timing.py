"""How long one picture of 1280x720 takes each detector: processor time on one thread."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from emer.evals.accuracy.face_haar import CLIP_AREA_PX, Haar
from emer.evals.tables import Table
from emer.evals.train.face_detector.material import TEACHER, Shown
from emer.tools.face_detection import FINE_PX, FaceDetector

N_PICTURES: Final = 40
WIDTH_PX, HEIGHT_PX = 1280, 720
REGIME: Final = (
    "Pictures of 1280x720 made of frames of the clips, in bytes; the cost of making them smaller is "
    "in. Detectors take turns on each picture; median of the thread's processor time, one thread, "
    "on this machine, whose load also counts: compare within the table only."
)


def timing(data: Path, haar: Haar, ours: FaceDetector, pictures: Sequence[Shown]) -> Table:
    """Return milliseconds per picture."""
    teacher: Any = cv2.FaceDetectorYN.create(str(data / TEACHER), "", (WIDTH_PX, HEIGHT_PX))
    detectors: dict[str, Callable[[NDArray[np.uint8]], object]] = {
        "Haar cascade": lambda bgr: haar.faces(_grey(bgr), CLIP_AREA_PX),
        "YuNet at full size": teacher.detect,
        "ours": lambda bgr: ours.find(_grey(bgr)),
        "ours, for small faces": lambda bgr: ours.find(_grey(bgr), areas_px=FINE_PX),
    }
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    spent: dict[str, list[float]] = {name: [] for name in detectors}
    try:
        for one in pictures[:: max(1, len(pictures) // N_PICTURES)]:
            bgr = cv2.resize(one.bgr, (WIDTH_PX, HEIGHT_PX)).astype(np.uint8, copy=False)
            for name, detect in detectors.items():
                begun_s = time.thread_time()
                detect(bgr)
                spent[name].append(1000.0 * (time.thread_time() - begun_s))
    finally:
        cv2.setNumThreads(threads)
    rows = tuple((name, len(times), float(np.median(times))) for name, times in spent.items())
    return Table("faces.speed", "Time per picture", REGIME, ("detector", "pictures", "ms"), rows)


def _grey(bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY), np.uint8)
