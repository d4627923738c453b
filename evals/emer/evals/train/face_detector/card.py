"""The model card of the face detector; figures are filled in by the command that measured them."""

from datetime import UTC, datetime
from typing import Any

PURPOSE = (
    "Finds faces in a picture and says where, with five points; the pass follows them over time."
)


def card(metrics: str, calibration: str) -> dict[str, Any]:
    """Return every field of ``ModelCard`` but the revision."""
    return {
        "name": "face-grids",
        "purpose": PURPOSE,
        "inputs": "grey picture, 0..255, made smaller to 160x90 and 320x180 pixels of area (for "
        "photos, and once in two seconds, to 640x360 too), sides padded to multiples of 32",
        "outputs": "Boxes from brow to chin in pixels, eye centres, tip of the nose, corners of the "
        "mouth, score 0..1; the pass makes of them tracks, 192x192 RGB crops with both eyes in a "
        "fixed place, and mouth motion in full luma per second",
        "licence": "Apache-2.0",
        "commercial_use": True,
        "source": "own network (137 thousand parameters), anchor-free like FCOS (Tian et al. 2019), "
        "distilled from YuNet (Wu, Peng & Yu 2023)",
        "trained_on": "scenes composed of frames of 22 clips and of 73 photos (from MIT and Apache-2.0 "
        "repositories), with YuNet's boxes and points as targets; nobody labelled anything",
        "metrics": metrics,
        "split": "three folds that share no person, clip or photo; the shipped weights were trained on "
        "all with the same recipe",
        "calibration": calibration,
        "training": "python -m emer.evals.train face_detector --data DATA --out FOLDER",
        "date": datetime.now(UTC).date().isoformat(),
        "limits": (
            "What YuNet overlooks or takes for a face, it was taught to overlook or take for one.",
            "About 50 people in all; how recall depends on skin tone, age or head covering was not "
            "measured.",
            "Faces turned so far that one eye is hidden, tilted by more than 40 degrees or covered by "
            "more than a third are often lost, and are not aligned by their eyes.",
            "Faces below 40 px in a 1280 px picture are found only now and then.",
            "A track is no identity: after a cut the same person gets a new one.",
        ),
    }  # fmt: skip
