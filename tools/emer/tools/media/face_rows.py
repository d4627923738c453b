"""The numbers of the faces of a clip: per track in memory, per column in a file."""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(slots=True)
class FaceRows:
    """One track as it grows: number by number, so that it stays small in memory."""

    times_s: "array[float]"
    boxes_px: "array[float]"
    aligned: "array[int]"
    scores: "array[float]"
    offsets: "array[int]"
    motion_times_s: "array[float]"
    motion: "array[float]"

    @classmethod
    def empty(cls) -> "FaceRows":
        """Return a track without samples."""
        return cls(
            array("d"), array("f"), array("b"), array("f"), array("q"), array("d"), array("f")
        )


COLUMNS: Final = {
    "times_s": ("d", 1), "boxes_px": ("f", 4), "aligned": ("b", 1), "scores": ("f", 1),
    "offsets": ("q", 2), "motion_times_s": ("d", 1), "motion": ("f", 1),
}  # fmt: skip
"""Fields of ``FaceRows``: type code, numbers per sample."""


def joined(rows: list[FaceRows], name: str) -> "NDArray[np.generic]":
    """Return one column of all tracks, one after the other."""
    code, _ = COLUMNS[name]
    column: NDArray[np.generic] = np.frombuffer(b"".join(getattr(r, name) for r in rows), code)
    return column


def split(kept: "Mapping[str, NDArray[np.generic]]") -> dict[str, FaceRows]:
    """Return the numbers of each track from what ``joined`` made of all.

    Raises:
        KeyError: A column is missing.
        ValueError: One is not what was written.
    """
    tracks = [str(track) for track in kept["tracks"]]
    lengths = {False: kept["n_samples"].tolist(), True: kept["n_motion"].tolist()}
    rows = {track: FaceRows.empty() for track in tracks}
    for name, (code, width) in COLUMNS.items():
        numbers = kept[name]
        counts = [width * n for n in lengths[name.startswith("motion")]]
        whole = numbers.ndim == 1 and numbers.dtype == code and len(counts) == len(tracks)
        if not whole or min(counts, default=0) < 0 or sum(counts) != len(numbers):
            raise ValueError(f"{name} is not what was written")
        first = 0
        for track, n in zip(tracks, counts, strict=True):
            getattr(rows[track], name).frombytes(numbers[first : first + n].tobytes())
            first += n
    return rows
