"""Faces of a clip, detected by YuNet: the network that taught our own detector.

Reads    what ``face_tracks`` reads
Returns  what ``face_tracks`` returns; only the detector differs, following and filing are the same
Cost     3 ms for a search of a whole picture on one core, 10 ms for small faces too
Source   Wu, Peng & Yu 2023, doi:10.1007/s11633-023-1423-y; run by OpenCV's ``FaceDetectorYN``
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

import numpy as np

from emer.tools.errors import ToolUnavailable
from emer.tools.face_detection import Detection
from emer.tools.face_tracks import FaceTracks
from emer.tools.findings import ModelCard
from emer.tools.media.faces import Box
from emer.tools.model_engine import ModelEngine

if TYPE_CHECKING:
    from numpy.typing import NDArray

SURE: Final = 0.7
WEAK: Final = 0.4
"""Scores from which a face may stand alone, and from which it is believed where one is expected."""
SAME_IOU: Final = 0.3
MOST: Final = 200
"""Candidates of one picture."""


class YuNet:
    """The detector; for one thread at a time."""

    sure: float = SURE
    in_colour: bool = True
    """Measured: of 112 faces of 75 photos 78 in 100 are found in colour, 73 in grey."""

    def __init__(self, file: Path) -> None:
        """Load it.

        Raises:
            ToolUnavailable: The file holds something else.
        """
        import cv2

        try:
            self._network = cv2.FaceDetectorYN.create(
                str(file), "", (320, 320), WEAK, SAME_IOU, MOST
            )
        except cv2.error as error:
            raise ToolUnavailable(
                "faces", f"{file.name} cannot be loaded as YuNet ({error.func or 'OpenCV'})",
                remedy="Run: emer models pull yunet.",
            ) from error  # fmt: skip

    def find(self, rgb: "NDArray[np.uint8]", /, *, areas_px: Sequence[int]) -> list[Detection]:
        """Search the whole picture once, at the largest of the given sizes, best first."""
        import cv2

        height, width = rgb.shape[:2]
        scale = min(1.0, float(np.sqrt(max(areas_px) / (height * width))))
        size = [max(1, round(side * scale)) for side in (width, height)]
        small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA) if scale < 1.0 else rgb
        self._network.setInputSize((small.shape[1], small.shape[0]))
        _, found = self._network.detect(np.ascontiguousarray(small[:, :, ::-1]))
        if found is None:
            return []
        back = np.array([width / small.shape[1], height / small.shape[0]])
        told = found[np.isfinite(found).all(axis=1)].astype(np.float64)
        told[:, :14] *= np.tile(back, 7)
        told = told[np.argsort(-told[:, 14], kind="stable")]
        return [
            Detection(Box(*map(float, row[:4])), float(min(1.0, row[14])), row[4:14].reshape(5, 2))
            for row in told
            if min(row[2:4]) > 0
        ]


class YuNetFaces(ModelEngine, FaceTracks):
    """Finds faces with YuNet and follows them while the clip is decoded."""

    engine: ClassVar[str] = "yunet"
    card: ModelCard
    networks: ClassVar[tuple[str, ...]] = ()
    rank: ClassVar[int] = 20
    cost: ClassVar[float] = 0.12
    packages: ClassVar[tuple[str, ...]] = ()
    on_cpu: ClassVar[bool] = True
    purpose: ClassVar[str] = (
        "Says when which face is visible and where, and cuts faces out upright."
    )
    inputs: ClassVar[str] = (
        "RGB pictures sampled a few times a second, made smaller to 320x180 or 640x360 pixels of area; "
        "8-bit luma of every decoded picture"
    )
    outputs: ClassVar[str] = (
        "box from brow to chin in pixels of the upright picture, score 0..1, not calibrated; 192x192 "
        "RGB crops with both eyes in a fixed place; mouth motion in full luma per second"
    )

    def detector(self) -> YuNet:
        """Load the detector anew: it is for one thread at a time.

        Raises:
            ToolUnavailable: It is missing or something else.
        """
        place = self.found()
        folder = place.folder
        name = place.entry.files[0].path if place.entry else "face_detection_yunet.onnx"
        return YuNet(folder / name if folder.is_dir() else folder)
