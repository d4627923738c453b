"""How well persons are told apart, on faces that are not part of the usual face.

Photos of one person were taken years apart and bound what can be hoped for; the first and the last
third of a clip stand for a person who left and came back. Half of the persons in the photos serve to
choose a threshold, which is then judged on the other half, and the other way round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from emer.evals.train.face_likeness.material import Crop, Face, Material
from emer.tools.face_looks import Look, alike, look_of
from emer.tools.networks import Network

FALSE_MATCHES: Final = 0.01
"""Share of pairs of different persons that may lie above a threshold chosen on half of them."""
THIRDS: Final = (0.35, 0.65)
SHORT: Final = 5
"""Pictures of a short appearance: one second."""
APART_S: Final = 3.0

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The measure over pairs of one person's and of different persons' sightings."""

    same: Floats
    apart: Floats

    def auc(self) -> float:
        """Return the chance that one person's pair is more alike than two persons' pair."""
        return float(np.mean(self.same[:, None] > self.apart[None, :]))

    def found(self, at: float) -> int:
        """Return how many of one person's pairs reach ``at``."""
        return int(np.sum(self.same >= at))

    def false(self, at: float) -> int:
        """Return how many pairs of different persons reach ``at``."""
        return int(np.sum(self.apart >= at))


@dataclass(frozen=True, slots=True)
class Half:
    """A threshold chosen on half of the persons, and the pairs of the other half."""

    threshold: float
    others: Pairs


@dataclass(frozen=True, slots=True)
class Pieces:
    """Sightings of one second within clips."""

    per_clip: list[Floats]
    """Of each clip that is long enough: pairs some seconds apart."""
    apart: Floats
    """Pairs of different persons, one drawn for every two clips."""


def looks(face: Face, net: Network, first: float = 0.0, last: float = 1.0) -> list[Look]:
    """Describe a face between two shares of its time."""
    n = len(face.crops)
    among = range(int(n * first), max(int(n * first) + 1, round(n * last)))
    return [look_of(c, net) for c in face.picked(among)]


def photos(material: Material, net: Network) -> tuple[Pairs, tuple[Half, Half]]:
    """Compare photos of persons, and choose a threshold on either half of the persons."""
    own = [(material.persons[f.name], looks(f, net)) for f in material.named]
    names = sorted({person for person, _ in own})
    halves = [set(names[i::2]) for i in (0, 1)]
    rows = [(a[0], b[0], alike(a[1], b[1])) for a, b in combinations(own, 2)]

    def among(persons: set[str]) -> Pairs:
        within = [(a == b, s) for a, b, s in rows if {a, b} <= persons]
        return Pairs(*(np.array([s for y, s in within if y is yes]) for yes in (True, False)))

    one, other = (
        Half(float(np.quantile(among(choose).apart, 1.0 - FALSE_MATCHES)), among(test))
        for choose, test in (halves, halves[::-1])
    )
    return among(set(names)), (one, other)


def thirds(faces: Sequence[Face], net: Network) -> Pairs:
    """Compare the first with the last third of clips."""
    early = [looks(f, net, 0.0, THIRDS[0]) for f in faces]
    late = [looks(f, net, THIRDS[1], 1.0) for f in faces]
    return Pairs(
        np.array([alike(a, b) for a, b in zip(early, late, strict=True)]),
        np.array([alike(early[i], late[j]) for i, j in _strangers(faces)]),
    )


def pieces(faces: Sequence[Face], net: Network) -> Pieces:
    """Compare sightings of one second within clips, and across them."""
    own = [_pieces(f, net) for f in faces]
    again = [
        np.array([alike(a, b) for (s, a), (t, b) in combinations(one, 2) if t - s >= APART_S])
        for one in own
    ]
    rng = np.random.default_rng(0)
    apart = [
        alike(own[i][rng.integers(len(own[i]))][1], own[j][rng.integers(len(own[j]))][1])
        for i, j in _strangers(faces)
        if own[i] and own[j]
    ]
    return Pieces([one for one in again if len(one)], np.array(apart))


def _strangers(faces: Sequence[Face]) -> list[tuple[int, int]]:
    n = range(len(faces))
    return [(i, j) for i in n for j in n if faces[i].person != faces[j].person]


def _pieces(face: Face, net: Network) -> list[tuple[float, list[Look]]]:
    return [
        (
            float(face.times_s[i]),
            [look_of(c, net) for c in face.picked(range(i, i + SHORT))],
        )
        for i in range(0, len(face.crops) - SHORT + 1, SHORT)
    ]


def disturbed(faces: Sequence[Face], net: Network) -> dict[str, Floats]:
    """Compare thirds of clips of which the later one was changed in several ways."""
    early = [looks(f, net, 0.0, THIRDS[0]) for f in faces]
    late = [
        [changed(c) for c in f.picked(range(int(len(f.crops) * THIRDS[1]), len(f.crops)))]
        for f in faces
    ]
    return {
        way: np.array([
            alike(a, [look_of(c[way], net) for c in crops])
            for a, crops in zip(early, late, strict=True)
        ])
        for way in late[0][0]
    }  # fmt: skip


def changed(crop: Crop) -> dict[str, Crop]:
    """Return a picture as another light, lens or codec might have given it."""
    import cv2

    unit, ramp = crop / 255.0, np.linspace(0.4, 1.6, crop.shape[1])[None, :, None]
    small = cv2.resize(crop, (32, 32), interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", crop, [cv2.IMWRITE_JPEG_QUALITY, 30])
    seen: dict[str, Crop] = {
        "darker (gamma 2)": np.asarray(255 * unit**2, np.uint8),
        "brighter (gamma 0.5)": np.asarray(255 * unit**0.5, np.uint8),
        "lit from the side (0.4 to 1.6)": np.asarray(np.clip(crop * ramp, 0, 255), np.uint8),
        "32 pixels wide": np.asarray(cv2.resize(small, crop.shape[:2]), np.uint8),
        "JPEG quality 30": np.asarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), np.uint8),
        "mirrored": np.ascontiguousarray(crop[:, ::-1]),
    }
    return seen


def together(faces: Sequence[Face], net: Network) -> Floats:
    """Compare faces that were found in one photo."""
    own = [(f.name, looks(f, net)) for f in faces]
    return np.array([alike(a[1], b[1]) for a, b in combinations(own, 2) if a[0] == b[0]])
