"""Faces of clips and photos, cut out as the product does, and who is who among them."""

import csv
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from emer.tools.errors import EmerError
from emer.tools.face_looks import N_TRIES, chosen, edges
from emer.tools.face_tracks import FaceTracks
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe

RATE_HZ: Final = 5.0
ENDINGS: Final = frozenset({".mp4", ".mov", ".jpg", ".png"})
PAIRED: Final = "deepface_tests"
"""Folder of photos with tables of who is who."""
TABLES: Final = ("face-recognition-pivot.csv", "master.csv")
SAME_PERSON: Final = {
    "pyfeat/noface_face.mov": "pyfeat/face_noface.mov",
    "pyfeat/single_face.mp4": "pyfeat/face_noface.mov",
}
"""Clips that show the person of another clip."""
SAME_PHOTO: Final = ("face_classification/test_image.jpg", "deepface_tests/img11_reflection.jpg")
"""Photos that are copies of others."""

Mean = NDArray[np.float32]
"""How edges run in a usual face, shape ``(N_BLOCKS, N_VALUES // N_BLOCKS)``."""
Crop = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Face:
    """One face of one clip or photo."""

    name: str
    still: bool
    times_s: NDArray[np.float64]
    crops: NDArray[np.uint8]
    """Shape ``(n, CROP_PX, CROP_PX, 3)``."""
    aligned: "NDArray[np.bool_]"

    @property
    def person(self) -> str:
        """Who it is, as far as clips go."""
        return SAME_PERSON.get(self.name, self.name)

    def picked(self, among: Sequence[int] | None = None) -> list[Crop]:
        """Choose pictures as the specialist does, by default among all."""
        among = range(len(self.crops)) if among is None else among
        good = [i for i in among if self.aligned[i]] or list(among)
        return [self.crops[i] for i in chosen(good)]


@dataclass(frozen=True, slots=True)
class Material:
    """All faces at hand, by what they serve for."""

    films: list[Face]
    """Faces of clips."""
    named: list[Face]
    """The first face of each photo of which the tables say who it is."""
    groups: list[Face]
    """Faces of the other photos with tables beside them."""
    rest: list[Face]
    """Faces of photos that nobody named."""
    persons: dict[str, str]
    """One name for the person of each photo that is named."""


def material(data: Path) -> Material:
    """Cut out every face of every clip and photo.

    Raises:
        EmerError: There are no clips, or the tables of who is who are missing.
    """
    faces = [face for path in _files(data) for face in _faces(path)]
    persons = persons_of(data / "faces" / PAIRED)
    films = [f for f in faces if not f.still]
    if not films:
        raise EmerError(f"there is no clip in {data / 'video'}", remedy="Give the folder of data.")
    first = {f.name: f for f in reversed([f for f in faces if f.name in persons])}
    return Material(
        films,
        list(first.values())[::-1],
        [f for f in faces if f.still and f.name not in persons],
        [f for f in faces if f.still and not f.name.startswith(f"{PAIRED}/")],
        persons,
    )


def _files(data: Path) -> Iterator[Path]:
    for path in sorted([*(data / "video").glob("*/*"), *(data / "faces").glob("*/*")]):
        if path.suffix in ENDINGS and f"{path.parent.name}/{path.name}" not in SAME_PHOTO:
            yield path


def _faces(path: Path) -> Iterator[Face]:
    info = probe(path)
    with tempfile.TemporaryDirectory() as folder:
        clip, _, _ = take_in(
            path, info, Path(folder), rate_hz=RATE_HZ, watchers={"faces": FaceTracks()}
        )
        if clip.faces is None:
            return
        for track in clip.faces.tracks:
            samples = clip.faces.samples(track)
            yield Face(
                f"{path.parent.name}/{path.name}",
                info.kind == "image",
                samples.times_s,
                np.concatenate([c for _, c in clip.faces.crops(track)]),
                samples.aligned,
            )


def persons_of(folder: Path) -> dict[str, str]:
    """Return per photo one name for its person, as the tables of equal pairs say.

    Raises:
        EmerError: A table is missing.
    """
    leader: dict[str, str] = {}

    def of(photo: str) -> str:
        while leader.setdefault(photo, photo) != photo:
            photo = leader[photo]
        return photo

    for table in TABLES:
        try:
            text = (folder / table).read_text(encoding="utf-8")
        except OSError as error:
            raise EmerError(
                f"{folder / table} cannot be read ({error.strerror})",
                remedy="Give the folder of data sets with --data.",
            ) from error
        for row in csv.DictReader(text.splitlines()):
            one, other = (row[c].strip().rpartition("/")[2] for c in ("file_x", "file_y"))
            same = (row.get("decision") or row.get("Decision") or "").strip() == "Yes"
            leader[of(one)] = of(other) if same else of(one)
    return {f"{folder.name}/{photo}": of(photo) for photo in leader}


def mean_of(faces: Sequence[Face]) -> Mean:
    """Average looks and their mirror images, every face counting with up to four pictures."""
    crops = [crop for face in faces for crop in face.picked()]
    both = [c for crop in crops for c in (crop, np.ascontiguousarray(crop[:, ::-1]))]
    return np.asarray(np.mean([edges(c)[N_TRIES // 2] for c in both], axis=0), np.float32)
