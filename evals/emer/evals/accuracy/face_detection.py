"""Faces: how many the detector finds, what it takes for one, where, and how fast.

Reads    ``video/``, ``faces/`` and ``weights/yunet`` in the folder of data
Returns  tables against YuNet, which is a teacher and no human truth, beside the Haar cascade
Cost     about 6 minutes on one core, of which the teacher takes four; by folds half an hour more;
         2 GB of memory
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.accuracy.face_haar import SURE_NEIGHBOURS, Haar
from emer.evals.accuracy.face_matching import compare
from emer.evals.accuracy.face_passes import passes
from emer.evals.accuracy.face_timing import timing
from emer.evals.statistics import bootstrap
from emer.evals.tables import Cell, Table
from emer.evals.train.face_detector.checking import (
    Trial,
    cross_validated,
    thresholds,
)
from emer.evals.train.face_detector.material import TEACHER, Shown, shown
from emer.evals.train.face_detector.people import TEST_ONLY
from emer.tools.errors import EmerError

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLUMNS: Final = (
    "detector", "material", "pictures", "recall", "false faces per 100", "overlap", "points off",
)  # fmt: skip
RULES: Final = (
    "Reference: YuNet at several sizes, score at least 0.7, both sides at least 40 px; it is no human "
    "truth (in four frames it takes hands or a knee for a face). Found: overlap (IoU) at least 0.5. "
    "False: no face that YuNet gives 0.3 or more overlaps it by 0.3. Overlap: median over found faces. "
    "Points off: median over found faces of the mean distance of the five points, in eye distances. "
    "Single pictures, nothing followed over time. Intervals resample clips, or photos. "
)
SHIPPED: Final = (
    "Haar: the product's cascade, whose settings were chosen on these very clips. The network of our own "
    "that is to follow it is measured with --folds."
)
LEFT_OUT: Final = (
    "Three networks, each tested on clips and photos of people that it was not trained on, at a "
    "threshold chosen on the people of the other folds (at most 0.5 false faces in 100 pictures). "
    "Haar: its settings were chosen on these very clips."
)
KINDS: Final = ("clips", "photos", "photos with frames drawn around faces")


def measure(data: Path, *, folds: bool, tell: Callable[[str], None]) -> list[Table]:
    """Return the tables; see ``Measure``."""
    if not (data / TEACHER).is_file():
        raise EmerError(
            f"there is no {TEACHER} in {data}",
            remedy="Give with --data the folder that holds video/, faces/ and weights/yunet.",
        )
    pictures = []
    for one in shown(data):
        pictures.append(one)
        if len(pictures) % 200 == 0:
            tell(f"{len(pictures)} pictures labelled by the teacher")
    rows: list[tuple[Cell, ...]] = []
    ours = None
    if folds:
        found, ours = cross_validated(pictures, tell)
        rows += rows_of("ours", found, thresholds(found))
    haar = Haar()
    before = [Trial(p, 0, compare(p.faces, haar.faces_in(p))) for p in pictures]
    rows += rows_of("Haar cascade", before, np.array([SURE_NEIGHBOURS]), points=False)
    regime = RULES + (LEFT_OUT if folds else SHIPPED)
    tables = [Table("faces.found", "Faces found", regime, COLUMNS, tuple(rows))]
    tables.append(timing(data, haar, ours, pictures))
    return tables if folds else [*tables, passes(data, pictures, tell)]


def rows_of(
    detector: str, found: Sequence[Trial], limits: "NDArray[np.float64]", *, points: bool = True
) -> list[tuple[Cell, ...]]:
    """Return one row per kind of material.

    Args:
        detector: Its name.
        found: Pictures and what was found in them.
        limits: Score of a sure face for each fold.
        points: Whether it gives points.
    """
    rows = []
    for kind in KINDS:
        part = [t for t in found if kind_of(t.shown) == kind]
        if part:
            rows.append((detector, kind, len(part), *_figures(part, limits, points=points)))
    return rows


def kind_of(one: Shown) -> str:
    """Return what material a picture is."""
    if one.name in TEST_ONLY:
        return KINDS[2]
    return KINDS[1] if one.photo else KINDS[0]


def _figures(
    part: Sequence[Trial], limits: "NDArray[np.float64]", *, points: bool
) -> tuple[Cell, ...]:
    sure = [max(float(limits[t.fold % len(limits)]), 1e-6) for t in part]
    pairs = list(zip(part, sure, strict=True))
    groups = np.array([t.shown.name.partition("#")[0] for t in part])
    hits = np.array([(t.compared.best >= limit).sum() for t, limit in pairs], np.float64)
    faces = np.array([len(t.compared.best) for t in part], np.float64)
    false = np.array([(t.compared.false >= limit).sum() for t, limit in pairs], np.float64)
    unit = "photos" if part[0].shown.photo else "clips"
    found = np.concatenate([t.compared.best >= limit for t, limit in pairs])
    overlaps = np.concatenate([t.compared.overlaps for t in part])[found]
    off = np.concatenate([t.compared.off for t in part])[found]
    return (
        bootstrap(_share, hits, faces, groups=groups, unit=unit),
        bootstrap(_per_100, false, groups=groups, unit=unit),
        float(np.median(overlaps)) if len(overlaps) else None,
        float(np.median(off)) if points and len(off) else None,
    )


def _share(hits: "NDArray[np.float64]", faces: "NDArray[np.float64]") -> float:
    return float(hits.sum() / faces.sum()) if faces.sum() else float("nan")


def _per_100(false: "NDArray[np.float64]") -> float:
    return float(100.0 * false.mean())


def summary(found: Sequence[Trial], limits: "NDArray[np.float64]") -> str:
    """Return the figures of a test by folds as a sentence for the card."""
    told = []
    for _, kind, n, share, false, overlap, off in rows_of("ours", found, limits):
        told.append(
            f"{n} {'frames of clips' if kind == 'clips' else kind}: recall {share}, false faces per "
            f"100 pictures {false}, median overlap {overlap:.2f}, points {off:.3f} eye distances off"
        )
    return (
        "Against YuNet (score >= 0.7, >= 40 px; no human truth), single pictures, people left out, "
        f"threshold chosen on others, 95 % intervals. {'; '.join(told)}"
    )
