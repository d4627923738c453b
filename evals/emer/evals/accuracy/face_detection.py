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
    MOST_FALSE,
    Trial,
    candidate,
    cross_validated,
    settings,
    shipped_threshold,
    thresholds,
    trials_of,
)
from emer.evals.train.face_detector.material import TEACHER, Shown, shown
from emer.evals.train.face_detector.people import TEST_ONLY
from emer.tools.errors import EmerError
from emer.tools.face_detection import FaceDetector

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLUMNS: Final = (
    "detector", "material", "pictures", "recall", "false faces per 100", "overlap", "points off",
)  # fmt: skip
RULES: Final = (
    "Reference: YuNet at several sizes, each asked for faces of up to 300 px, for which it was made; "
    "score at least 0.7, both sides at least 40 px. It is no human truth (in four frames it takes hands "
    "or a knee for a face). Found: overlap (IoU) at least 0.5. "
    "False: no face that YuNet gives 0.3 or more overlaps it by 0.3. Overlap: median over found faces. "
    "Points off: median over found faces of the mean distance of the five points, in eye distances. "
    "Single pictures, nothing followed over time. Intervals resample clips, or photos. "
)
SHIPPED: Final = (
    "Ours: the shipped network, which HAS SEEN all of these clips and photos but those with frames; "
    "--folds measures what it finds of people it never saw. "
)
LEFT_OUT: Final = (
    "Ours: three networks, each tested on clips and photos of people that it was not trained on, at a "
    "threshold chosen beforehand on the people of the other folds, the lowest with at most "
    f"{100 * MOST_FALSE:g} false faces in 100 pictures. The last stage of training was added after a look "
    "at such figures. "
)
BEFORE: Final = (
    f"Haar: the cascade that ours replaced, as it was used ({SURE_NEIGHBOURS} neighbours, a number chosen "
    "on these very clips), and with the number chosen as our threshold is with --folds."
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
    if folds:
        found, graphs = cross_validated(pictures, tell)
        ours = candidate(graphs[-1], settings(shipped_threshold(found)))
        limits = thresholds(found)
    else:
        ours = FaceDetector()
        found, limits = trials_of(ours, 0, pictures), np.array([ours.sure])
    haar = Haar()
    before = [Trial(p, p.fold or 0, compare(p.faces, haar.faces_in(p))) for p in pictures]
    rows = [
        *rows_of("ours", found, limits),
        *rows_of("Haar as used", before, np.array([SURE_NEIGHBOURS]), points=False),
        *rows_of("Haar by our rule", before, thresholds(before), points=False),
    ]
    regime = RULES + (LEFT_OUT if folds else SHIPPED) + BEFORE
    return [
        Table("faces.found", "Faces found", regime, COLUMNS, tuple(rows)),
        timing(data, haar, ours, pictures),
        passes(data, pictures, tell),
    ]


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
