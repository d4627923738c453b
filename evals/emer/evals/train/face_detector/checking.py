"""Train and test by folds: what a network says of people that it never saw."""

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from emer.evals.accuracy.face_matching import Compared, compare, threshold_for
from emer.evals.train.face_detector.card import card
from emer.evals.train.face_detector.material import Faces, Shown
from emer.evals.train.face_detector.people import N_FOLDS
from emer.tools.face_detection import (
    FINE_PX,
    NETWORK,
    SEARCH_PX,
    TOOL,
    Detection,
    FaceDetector,
)
from emer.tools.networks import load

MOST_FALSE: Final = 0.005
"""False faces per picture that the threshold for a sure face allows: half of what may be."""
WEAK_SHARE: Final = 0.7
"""Of that threshold: where a face is expected."""
EVERYTHING: Final = {"sure": 0.05, "weak": 0.05}
"""Scores below are not looked at."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trial:
    """One picture that a network was not trained on."""

    shown: Shown
    fold: int
    """Of the network that was tested."""
    compared: Compared


def settings(sure: float) -> dict[str, float]:
    """Return the thresholds that are stored beside the network."""
    return {"sure": round(sure, 4), "weak": round(sure * WEAK_SHARE, 4)}


def trials_of(detector: FaceDetector, fold: int, pictures: Sequence[Shown]) -> list[Trial]:
    """Show pictures to a detector that tells every candidate."""
    return [Trial(one, fold, compare(one.faces, faces_in(detector, one))) for one in pictures]


def candidate(onnx: bytes, thresholds: dict[str, float]) -> FaceDetector:
    """Return the detector with a network that is not shipped."""
    from emer.evals.train.saving import save

    with tempfile.TemporaryDirectory() as folder:
        save(NETWORK, onnx, card("not measured", "none"), thresholds, Path(folder))
        return FaceDetector(load(TOOL, NETWORK, folder=Path(folder)))


def faces_in(detector: FaceDetector, one: Shown) -> Faces:
    """Return what the detector finds at the size that the product uses."""
    grey = np.asarray(cv2.cvtColor(one.bgr, cv2.COLOR_BGR2GRAY), np.uint8)
    areas_px = FINE_PX if one.photo else SEARCH_PX
    return as_faces(detector.find(grey, areas_px=areas_px))


def as_faces(found: Sequence[Detection]) -> Faces:
    """Return detections as rows of numbers."""
    rows = [[*d.box, *d.points.ravel(), d.score] for d in found]
    return np.array(rows, np.float32).reshape(-1, 15)


def cross_validated(pictures: Sequence[Shown], tell: Tell) -> tuple[list[Trial], list[bytes]]:
    """Train one network per fold on the others' pictures and show it those of its own.

    Pictures of no fold are shown to every network.

    Returns:
        What was found, and the graph of each fold.
    """
    from emer.evals.train.face_detector.export import onnx_of
    from emer.evals.train.face_detector.sources import Source, weights
    from emer.evals.train.face_detector.training import trained

    found: list[Trial] = []
    graphs: list[bytes] = []
    for fold in range(N_FOLDS):
        rest = [one for one in pictures if one.fold not in {fold, None}]
        tell(f"fold {fold}: training on {len(rest)} pictures")
        net = trained([Source.of(one) for one in rest], weights(rest), say=tell)
        graphs.append(onnx_of(net))
        own = [p for p in pictures if p.fold in {fold, None}]
        found += trials_of(candidate(graphs[-1], EVERYTHING), fold, own)
    return found, graphs


def thresholds(found: Sequence[Trial]) -> NDArray[np.float64]:
    """Return the threshold of each fold, chosen on the people of the others only."""
    return np.array(
        [
            threshold_for(
                [t.compared for t in found if t.fold != fold and t.shown.fold is not None],
                MOST_FALSE,
            )
            for fold in range(N_FOLDS)
        ]
    )


def shipped_threshold(found: Sequence[Trial]) -> float:
    """Return the threshold for the network that is trained on everybody."""
    return threshold_for([t.compared for t in found if t.shown.fold is not None], MOST_FALSE)
