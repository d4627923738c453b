"""Faces of a clip on disk: per track and sample a box, an aligned crop, and mouth motion.

The face tracker writes while the pass runs; whoever looks at faces reads track by track and span
by span. Crops are JPEG files in one blob (about 10 KB each), so an hour of one face at 5 pictures
a second takes about 180 MB of disk and no memory.
"""

import shutil
import weakref
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emer.tools.errors import StorageError
from emer.tools.findings import Spanned
from emer.tools.media.face_rows import COLUMNS, FaceRows, joined, split

if TYPE_CHECKING:
    from typing import BinaryIO

    from numpy.typing import NDArray

CROP_PX: Final = 128
"""Crops are squares of this side."""
WIDE_PX: Final = 192
"""Side of a crop with what surrounds it: chin, brows and hair of any face, however it turns."""
CLOSE: Final = (slice(16, 144), slice(32, 160))
"""Rows and columns of the crop within its surroundings; multiples of what JPEG codes together, so
that the crop is the same with and without them, but for the colours at its rim."""
EYE_ROW: Final = 0.40
"""Height of both eye centres in an aligned crop, as a share of its side."""
EYE_COLUMNS: Final = (0.30, 0.70)
"""Columns of the eye centres (the picture's left one first), as shares of the crop's side."""
EYES_PX: Final = tuple(
    (CLOSE[1].start + column * CROP_PX - 0.5, CLOSE[0].start + EYE_ROW * CROP_PX - 0.5)
    for column in EYE_COLUMNS
)
"""Where the eye centres are in a crop with surroundings (x, y)."""
JPEG_QUALITY: Final = 92
BLOB, INDEX = "faces.jpegs", "faces.npz"
"""Names of the two files of a saved store: crops, and everything else."""


class Box(NamedTuple):
    """A rectangle in pixels of the upright original picture."""

    left: float
    top: float
    width: float
    height: float


class FaceSamples(NamedTuple):
    """One track's samples in time order, n of them."""

    times_s: "NDArray[np.float64]"
    """Shape ``(n,)``."""
    boxes_px: "NDArray[np.float32]"
    """Shape ``(n, 4)``: left, top, width, height."""
    aligned: "NDArray[np.bool_]"
    """Shape ``(n,)``: whether both eyes were found; else the crop follows the box alone."""
    scores: "NDArray[np.float32]"
    """Shape ``(n,)``: detector score, 0..1, not calibrated."""


class MouthMotion(NamedTuple):
    """How much the mouth region changes between consecutive pictures of the full video rate."""

    times_s: "NDArray[np.float64]"
    """Shape ``(m,)``."""
    energy: "NDArray[np.float32]"
    """Shape ``(m,)``: mean absolute luma change in the mouth region, after the shift of the whole
    face is taken out, minus half of what then still changes in the upper face; per second, in
    units of full luma; may be negative."""


class FaceWriter:
    """Collects samples of all tracks while the pass runs; only numbers stay in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._blob: BinaryIO = path.open("wb")
        # a pass that is given up half-way closes nothing itself
        weakref.finalize(self, self._blob.close)
        self._rows: dict[str, FaceRows] = {}

    def add(
        self,
        track: str,
        time_s: float,
        box: Box,
        crop: "NDArray[np.uint8]",
        *,
        aligned: bool,
        score: float,
    ) -> None:
        """File one sample.

        Args:
            track: Whose.
            time_s: When.
            box: Where.
            crop: RGB, ``(WIDE_PX, WIDE_PX, 3)``, or ``(CROP_PX, CROP_PX, 3)`` without what
                surrounds it.
            aligned: Whether both eyes were found.
            score: Of the detector, 0..1.
        """
        import cv2

        bgr = np.ascontiguousarray(crop[:, :, ::-1])
        _, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        rows = self._rows.setdefault(track, FaceRows.empty())
        rows.offsets.extend((self._blob.tell(), len(jpeg)))
        self._blob.write(jpeg.tobytes())
        rows.times_s.append(time_s)
        rows.boxes_px.extend(box)
        rows.aligned.append(aligned)
        rows.scores.append(score)

    def add_motion(self, track: str, time_s: float, energy: float) -> None:
        """File one value of mouth motion."""
        rows = self._rows.setdefault(track, FaceRows.empty())
        rows.motion_times_s.append(time_s)
        rows.motion.append(energy)

    def close(self, *, names: dict[str, str] | None = None) -> "FaceStore":
        """Finish; ``names`` renames tracks (key: as added), those not in it are forgotten."""
        self._blob.close()
        kept = self._rows if names is None else {}
        for old, new in (names or {}).items():
            if old in self._rows:
                kept[new] = self._rows[old]
        return FaceStore(self._path, kept)


class FaceStore:
    """Read access to the faces of a clip."""

    def __init__(self, path: Path, rows: dict[str, FaceRows]) -> None:
        self._path = path
        self._rows = rows

    @property
    def tracks(self) -> list[str]:
        """Names of the tracks, in order."""
        return sorted(self._rows)

    def renamed(self, names: Mapping[str, str]) -> "FaceStore":
        """Return a store of the tracks in ``names``, under their new names."""
        rows = {new: self._rows[old] for old, new in names.items() if old in self._rows}
        return FaceStore(self._path, rows)

    def save(self, folder: Path) -> None:
        """Write the faces to ``BLOB`` and ``INDEX`` in ``folder``, which must hold neither.

        Raises:
            OSError: They cannot be written.
        """
        rows = list(self._rows.values())
        columns = {name: joined(rows, name) for name in COLUMNS}
        with self._path.open("rb") as source, (folder / BLOB).open("xb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
        with (folder / INDEX).open("xb") as index:
            np.savez(
                index,
                tracks=np.array(list(self._rows), np.str_),
                n_samples=np.array([len(r.times_s) for r in rows], np.int64),
                n_motion=np.array([len(r.motion) for r in rows], np.int64),
                allow_pickle=False,
                **columns,
            )

    @classmethod
    def open(cls, folder: Path) -> "FaceStore":
        """Open what ``save`` wrote.

        Raises:
            StorageError: The files are missing or not what was written.
        """
        try:
            # the numbers are read by their types: nothing that a file holds is executed
            with (folder / INDEX).open("rb") as index, np.load(index, allow_pickle=False) as kept:
                rows = split(kept)
            n_bytes = (folder / BLOB).stat().st_size
            for own in rows.values():
                ends = np.array(own.offsets, np.int64).reshape(-1, 2)
                if len(ends) and (ends.min() < 0 or ends.sum(axis=1).max() > n_bytes):
                    raise ValueError("crops lie beyond the end of their file")
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise StorageError(
                f"the faces in {folder} cannot be read ({error})",
                remedy="Remove them and decode the clip again.",
            ) from error
        return cls(folder / BLOB, rows)

    def samples(self, track: str) -> FaceSamples:
        """Return all samples of ``track``."""
        rows = self._rows[track]
        return FaceSamples(
            np.array(rows.times_s, np.float64),
            np.array(rows.boxes_px, np.float32).reshape(-1, 4),
            np.array(rows.aligned, np.bool_),
            np.array(rows.scores, np.float32),
        )

    def mouth_motion(self, track: str) -> MouthMotion:
        """Return the mouth motion of ``track``; empty for still pictures."""
        rows = self._rows[track]
        return MouthMotion(
            np.array(rows.motion_times_s, np.float64), np.array(rows.motion, np.float32)
        )

    def crops(
        self, track: str, span: Spanned | None = None, *, batch: int = 64, wide: bool = False
    ) -> "Iterator[tuple[NDArray[np.float64], NDArray[np.uint8]]]":
        """Yield times ``(b,)`` and RGB crops ``(b, CROP_PX, CROP_PX, 3)``, at most ``batch`` each.

        Args:
            track: Whose.
            span: When; the whole time by default.
            batch: How many at once.
            wide: Crops with what surrounds them, ``(b, WIDE_PX, WIDE_PX, 3)``; where none was
                filed, the rim is repeated.
        """
        import cv2

        side_px = WIDE_PX if wide else CROP_PX
        rows = self._rows[track]
        times = np.array(rows.times_s, np.float64)
        chosen = np.arange(len(times))
        if span is not None:
            chosen = chosen[(times >= span.start_s) & (times < span.end_s)]
        with self._path.open("rb") as blob:
            for first in range(0, len(chosen), batch):
                picked = chosen[first : first + batch]
                crops = np.empty((len(picked), side_px, side_px, 3), np.uint8)
                for i, sample in enumerate(picked):
                    offset, length = rows.offsets[2 * sample], rows.offsets[2 * sample + 1]
                    blob.seek(offset)
                    jpeg = np.frombuffer(blob.read(length), np.uint8)
                    bgr = cv2.imdecode(jpeg, cv2.IMREAD_COLOR)
                    if bgr is None:
                        raise StorageError(
                            f"the working file {self._path.name} was changed while in use",
                            remedy="Leave the working folder alone and run again.",
                        )
                    crops[i] = _cut(bgr[:, :, ::-1].astype(np.uint8, copy=False), wide=wide)
                yield times[picked], crops


def _cut(crop: "NDArray[np.uint8]", *, wide: bool) -> "NDArray[np.uint8]":
    """Return a filed crop with or without its surroundings."""
    whole = len(crop) == WIDE_PX
    if whole and not wide:
        return crop[CLOSE]
    if wide and not whole:
        rims = [(part.start, WIDE_PX - part.stop) for part in CLOSE]
        return np.pad(crop, [*rims, (0, 0)], mode="edge")
    return crop
