"""Average faces for ``emer.tools.face_looks`` and judge it: ``python -m emer.evals.train.face_likeness``.

Reads    ``--data``: a folder with ``video/`` (one person a clip), and ``faces/`` (photos; those of
         ``deepface_tests`` with tables of which two show one person)
Returns  ``--out``: the mean look that the specialist takes off; a table on standard output
Cost     half a minute on one core
Source   own work

Photos of one person were taken years apart and bound what can be hoped for; the first and the last
third of a clip stand for a person who left and came back. Persons on whom a figure is measured are
not part of the mean that it is measured with. Half of the persons in the photos serve to choose
the threshold, which is then judged on the other half, and the other way round.
"""

import argparse
import csv
import hashlib
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from emer.tools.face_likeness import ALIKE_AT, LOOKS, WORTH, chosen, likeness
from emer.tools.face_looks import N_TRIES, Look, alike, edges, look_of
from emer.tools.face_tracks import FaceTracks
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe

RATE_HZ: Final = 5.0
PAIRED: Final = "deepface_tests"
"""Folder of photos with tables of who is who."""
TABLES: Final = ("face-recognition-pivot.csv", "master.csv")
FALSE_MATCHES: Final = 0.01
"""Share of pairs of different persons that may lie above the chosen threshold."""
THIRDS: Final = (0.35, 0.65)
SHORT: Final = 5
"""Pictures of a short appearance: one second."""
APART_S: Final = 3.0
SAME_PERSON: Final = {
    "pyfeat/noface_face.mov": "pyfeat/face_noface.mov",
    "pyfeat/single_face.mp4": "pyfeat/face_noface.mov",
}
"""Clips that show the person of another clip."""
SAME_PHOTO: Final = ("face_classification/test_image.jpg", "deepface_tests/img11_reflection.jpg")
"""Photos that are copies of others."""
NO_FACE: Final = {("deepface_tests/img22.jpg", 1), ("deepface_tests/img44.jpg", 1)}
"""False finds of the detector."""

Mean = NDArray[np.float32]
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


def collect(data: Path) -> list[Face]:
    """Cut out every face of every clip and photo."""
    found = []
    for path in sorted([*(data / "video").glob("*/*"), *(data / "faces").glob("*/*")]):
        name = f"{path.parent.name}/{path.name}"
        if path.suffix not in {".mp4", ".mov", ".jpg", ".png"} or name in SAME_PHOTO:
            continue
        info = probe(path)
        with tempfile.TemporaryDirectory() as folder:
            clip, _, _ = take_in(
                path, info, Path(folder), rate_hz=RATE_HZ, watchers={"faces": FaceTracks()}
            )
            for i, track in enumerate(clip.faces.tracks if clip.faces else ()):
                assert clip.faces is not None
                if (name, i) in NO_FACE:
                    continue
                samples = clip.faces.samples(track)
                crops = np.concatenate([c for _, c in clip.faces.crops(track)])
                found.append(
                    Face(name, info.kind == "image", samples.times_s, crops, samples.aligned)
                )
    return found


def persons_of(folder: Path) -> dict[str, str]:
    """Return per photo one name for its person, as the tables of equal pairs say."""
    leader: dict[str, str] = {}

    def of(photo: str) -> str:
        while leader.setdefault(photo, photo) != photo:
            photo = leader[photo]
        return photo

    for table in TABLES:
        with (folder / table).open(encoding="utf-8") as rows:
            for row in csv.DictReader(rows):
                one, other = (row[c].strip().rpartition("/")[2] for c in ("file_x", "file_y"))
                same = (row.get("decision") or row.get("Decision") or "").strip() == "Yes"
                leader[of(one)] = of(other) if same else of(one)
    return {f"{folder.name}/{photo}": of(photo) for photo in leader}


def mean_of(faces: Sequence[Face]) -> Mean:
    """Average looks and their mirror images, every face counting with up to four pictures."""
    crops = [c for f in faces for c in picked(f, range(len(f.crops)))]
    both = [c for crop in crops for c in (crop, np.ascontiguousarray(crop[:, ::-1]))]
    return np.asarray(np.mean([edges(c)[N_TRIES // 2] for c in both], axis=0), np.float32)


def picked(face: Face, among: Sequence[int]) -> list[Crop]:
    """Choose pictures as the specialist does."""
    good = [i for i in among if face.aligned[i]] or list(among)
    return [face.crops[i] for i in chosen(good)]


def looks(face: Face, mean: Mean, first: float = 0.0, last: float = 1.0) -> list[Look]:
    """Describe a face between two shares of its time."""
    n = len(face.crops)
    among = range(int(n * first), max(int(n * first) + 1, round(n * last)))
    return [look_of(c, mean) for c in picked(face, among)]


def photos(faces: Sequence[Face], persons: dict[str, str], mean: Mean) -> None:
    """Judge on photos, chosen on one half of the persons and tested on the other."""
    own = [(persons[f.name], looks(f, mean)) for f in faces]
    names = sorted({persons[f.name] for f in faces})
    halves = [set(names[i::2]) for i in (0, 1)]
    rows = [(a[0], b[0], alike(a[1], b[1])) for a, b in combinations(own, 2)]
    _say(f"photos: {len(own)} of {len(names)} persons")
    for choose, test in (halves, halves[::-1]):
        known = np.array([s for a, b, s in rows if a != b and {a, b} <= choose])
        threshold = float(np.quantile(known, 1.0 - FALSE_MATCHES))
        others = [(a == b, s) for a, b, s in rows if {a, b} <= test]
        same, apart = (np.array([s for y, s in others if y is yes]) for yes in (True, False))
        _say(
            f"  chosen on half: {threshold:.3f}; other half, {len(same)} + {len(apart)} pairs: "
            f"AUC {auc(same, apart):.3f}, found {np.mean(same >= threshold):.2f}, "
            f"false {np.mean(apart >= threshold):.4f}; at {ALIKE_AT}: {np.mean(same >= ALIKE_AT):.2f}, "
            f"{np.mean(apart >= ALIKE_AT):.4f}"
        )
    same, apart = (np.array([s for a, b, s in rows if (a == b) is yes]) for yes in (True, False))
    _table("all photos", same, apart)


def clips(faces: Sequence[Face], mean: Mean) -> None:
    """Judge on clips: their thirds, and pieces of a second."""
    person = [SAME_PERSON.get(f.name, f.name) for f in faces]
    early = [looks(f, mean, 0.0, THIRDS[0]) for f in faces]
    late = [looks(f, mean, THIRDS[1], 1.0) for f in faces]
    same = np.array([alike(a, b) for a, b in zip(early, late, strict=True)])
    pairs = [(i, j) for i in range(len(faces)) for j in range(len(faces)) if person[i] != person[j]]
    apart = np.array([alike(early[i], late[j]) for i, j in pairs])
    _table(f"thirds of {len(faces)} clips of {len(set(person))} persons", same, apart)
    pieces = [_pieces(f, mean) for f in faces]
    again = [
        [alike(a, b) for (s, a), (t, b) in combinations(own, 2) if t - s >= APART_S]
        for own in pieces
    ]
    rng = np.random.default_rng(0)
    drawn = [
        alike(pieces[i][a][1], pieces[j][b][1])
        for i, j in pairs
        if pieces[i] and pieces[j]
        for a, b in [(rng.integers(len(pieces[i])), rng.integers(len(pieces[j])))]
    ]
    for at in (0.5, 0.9):
        per_clip = [np.mean([likeness(s) >= at for s in own]) for own in again if own]
        false = np.mean([likeness(s) >= at for s in drawn])
        _say(
            f"  pieces of 1 s: likeness {at}: {np.mean(per_clip):.3f} of pairs {APART_S:.0f} s apart "
            f"found (mean over {len(per_clip)} clips, least {min(per_clip):.2f}), false {false:.4f} "
            f"of {len(drawn)}"
        )


def changed(crop: Crop) -> dict[str, Crop]:
    """Return a picture as another light, lens or codec might have given it."""
    import cv2

    unit, ramp = crop / 255.0, np.linspace(0.4, 1.6, crop.shape[1])[None, :, None]
    small = cv2.resize(crop, (32, 32), interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, 30])
    seen: dict[str, Crop] = {
        "as it is": crop,
        "darker (gamma 2)": np.asarray(255 * unit**2, np.uint8),
        "brighter (gamma 0.5)": np.asarray(255 * unit**0.5, np.uint8),
        "lit from the side (0.4 to 1.6)": np.asarray(np.clip(crop * ramp, 0, 255), np.uint8),
        "32 pixels wide": np.asarray(cv2.resize(small, crop.shape[:2]), np.uint8),
        "JPEG quality 30": np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8),
        "mirrored": np.ascontiguousarray(crop[:, ::-1]),
    }
    return seen


def disturbed(faces: Sequence[Face], mean: Mean) -> None:
    """Judge on thirds of clips of which the later one was changed."""
    early = [looks(f, mean, 0.0, THIRDS[0]) for f in faces]
    late = [
        [changed(c) for c in picked(f, range(int(len(f.crops) * THIRDS[1]), len(f.crops)))]
        for f in faces
    ]
    for way in late[0][0]:
        again = [[look_of(c[way], mean) for c in crops] for crops in late]
        own = [likeness(alike(a, b)) for a, b in zip(early, again, strict=True)]
        _say(f"  later third {way}: found {np.mean(np.array(own) >= WORTH):.3f}")


def _pieces(face: Face, mean: Mean) -> list[tuple[float, list[Look]]]:
    n = len(face.crops)
    starts = range(0, n - SHORT + 1, SHORT)
    return [
        (
            float(face.times_s[i]),
            [look_of(c, mean) for c in picked(face, range(i, i + SHORT))],
        )
        for i in starts
    ]


def auc(same: NDArray[np.float64], apart: NDArray[np.float64]) -> float:
    """Return the chance that one person's pair is more alike than two persons' pair."""
    return float(np.mean(same[:, None] > apart[None, :]))


def _table(title: str, same: NDArray[np.float64], apart: NDArray[np.float64]) -> None:
    if not len(same):
        same = np.array([np.nan])
    _say(f"{title}: {len(same)} + {len(apart)} pairs, AUC {auc(same, apart):.3f}")
    for at in (0.5, 0.9):
        found, false = (np.mean([likeness(s) >= at for s in v]) for v in (same, apart))
        _say(f"  likeness {at}: found {found:.3f}, false {false:.4f}")


def fitted(same: NDArray[np.float64], apart: NDArray[np.float64]) -> tuple[float, float]:
    """Fit slope and threshold of a logistic curve, both kinds of pairs counting alike."""
    x = np.concatenate([same, apart])
    y = np.concatenate([np.ones(len(same)), np.zeros(len(apart))])
    w = np.concatenate([np.full(len(v), 0.5 / len(v)) for v in (same, apart)])
    slope, offset = 10.0, -3.0
    for _ in range(100):
        p = 1.0 / (1.0 + np.exp(-(slope * x + offset)))
        step = np.array([w @ ((p - y) * x), w @ (p - y)])
        curve = w * p * (1.0 - p)
        bend = np.array([[curve @ (x * x), curve @ x], [curve @ x, curve.sum()]])
        slope, offset = np.array([slope, offset]) - np.linalg.solve(bend + 1e-9 * np.eye(2), step)
    return float(slope), float(-offset / slope)


def main(arguments: list[str] | None = None) -> None:
    """Judge with means of other persons, then average all faces that bear no name."""
    parser = argparse.ArgumentParser(prog="emer.evals.train.face_likeness", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    faces = collect(options.data)
    persons = persons_of(options.data / "faces" / PAIRED)
    named = [f for f in faces if f.name in persons]
    named = list({f.name: f for f in reversed(named)}.values())[::-1]
    films = [f for f in faces if not f.still]
    rest = [f for f in faces if f.still and not f.name.startswith(f"{PAIRED}/")]
    groups = [f for f in faces if f.still and f.name not in persons]
    _say(f"{LOOKS} pictures a face at most; {len(films)} clips, {len(rest)} photos in the mean")
    photos(named, persons, mean_of([*films, *rest]))
    others = mean_of([*named, *rest])
    clips(films, others)
    disturbed(films, others)
    together = mean_of([*films, *named])
    own = [(f.name, looks(f, together)) for f in groups]
    apart = np.array([alike(a[1], b[1]) for a, b in combinations(own, 2) if a[0] == b[0]])
    _table("different persons of one photo", np.array([]), apart)
    early, late = (
        [looks(f, others, *part) for f in films] for part in ((0.0, THIRDS[0]), (THIRDS[1], 1.0))
    )
    same = np.array([alike(a, b) for a, b in zip(early, late, strict=True)])
    slope, middle = fitted(same, np.array([alike(a, b) for a, b in combinations(early, 2)]))
    _say(f"logistic curve of clips: slope {slope:.1f}, middle {middle:.3f}")
    np.savez(options.out, usual=mean_of([*films, *rest]).astype(np.float16))
    _say(f"sha256 {hashlib.sha256(options.out.read_bytes()).hexdigest()}")


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
