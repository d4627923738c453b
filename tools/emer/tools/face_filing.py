"""File the faces of a pass: cut them out upright, keep them until they are believed.

Reads    sampled pictures with the tracks that were seen in each
Returns  a ``FaceStore`` whose tracks are named in order of first appearance
Cost     about 1 ms a face on one core; the crops of a face that is not believed yet are in memory
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from emer.tools.face_alignment import EyeMemory, aligned_crop
from emer.tools.media.faces import Box, FaceStore, FaceWriter
from emer.tools.media.items import Frame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Points = NDArray[np.float64]


class Seen(NamedTuple):
    """One track in one picture."""

    number: int
    box: Box
    """In pixels of the upright original picture."""
    score: float
    eyes: "Points | None"
    """Centres, shape ``(2, 2)`` (x, y), the picture's left one first; in the same pixels. ``None``:
    not told."""
    believed: bool


class Moved(NamedTuple):
    """How much a mouth moved up to one picture, see ``MouthMotion``."""

    number: int
    time_s: float
    energy: float


@dataclass(slots=True)
class _Face:
    """What is remembered about one face that is followed."""

    eyes: EyeMemory = field(default_factory=EyeMemory)
    waiting: "list[tuple[float, Box, NDArray[np.uint8], bool, float]]" = field(default_factory=list)
    """Samples of a face that is not believed yet."""


class FaceFiler:
    """Files one pass."""

    def __init__(self, path: Path) -> None:
        """Write the crops to ``path``."""
        self._writer = FaceWriter(path)
        self._faces: dict[int, _Face] = {}
        self._believed: set[int] = set()

    def file(
        self,
        frame: Frame,
        seen: Sequence[Seen],
        alive: frozenset[int],
        moved: Sequence[Moved],
    ) -> None:
        """Take in one sampled picture.

        Args:
            frame: The picture.
            seen: The tracks that were seen in it.
            alive: Numbers of all tracks that may be seen again; others are forgotten.
            moved: Mouths up to this picture.

        Raises:
            OSError: The crops cannot be written.
        """
        self._file_motion(moved)
        for one in seen:
            face = self._faces.setdefault(one.number, _Face())
            box = times(one.box, 1.0 / frame.scale)
            found = None if one.eyes is None else one.eyes / frame.scale
            eyes, aligned = face.eyes.place(box, found)
            crop = aligned_crop(frame.rgb, eyes)
            face.waiting.append((frame.time_s, one.box, crop, aligned, one.score))
            if one.believed:
                self._write(one.number, face)
        self._faces = {n: face for n, face in self._faces.items() if n in alive}

    def close(self, moved: Sequence[Moved], *, believe_all: bool) -> FaceStore:
        """Finish; ``moved`` came after the last picture, ``believe_all`` keeps waiting faces too."""
        self._file_motion(moved)
        if believe_all:
            for number, face in self._faces.items():
                self._write(number, face)
        wide = max(2, len(str(len(self._believed))))  # names sort as they were given
        names = {str(n): f"FACE_{i:0{wide}d}" for i, n in enumerate(sorted(self._believed), 1)}
        return self._writer.close(names=names)

    def _file_motion(self, moved: Sequence[Moved]) -> None:
        for number, time_s, energy in moved:
            self._writer.add_motion(str(number), time_s, energy)

    def _write(self, number: int, face: _Face) -> None:
        self._believed.add(number)
        for time_s, box, crop, aligned, score in face.waiting:
            self._writer.add(str(number), time_s, box, crop, aligned=aligned, score=score)
        face.waiting.clear()


def times(box: Box, factor: float) -> Box:
    """Scale a box from one picture's pixels to another's."""
    return Box(*(v * factor for v in box))
