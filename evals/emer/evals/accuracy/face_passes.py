"""Whole passes of the product: faces that were followed, against the teacher's of every picture."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from emer.evals.accuracy.face_matching import compare
from emer.evals.tables import Cell, Table
from emer.evals.train.face_detector.material import RATE_HZ, Shown
from emer.tools.face_tracks import FaceTracks
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe

REGIME: Final = (
    "The product's pass at 5 pictures a second with the shipped networks, which HAVE SEEN these very "
    "clips. A "
    "picture's faces are the boxes of all confirmed tracks at its time; rules as for faces "
    "found. Aligned by eyes: share of samples whose crop rests on detected eyes."
)
SAME_S: Final = 1e-3
COLUMNS: Final = (
    "clip", "pictures", "teacher's faces", "found", "false", "tracks", "aligned by eyes",
)  # fmt: skip


def passes(data: Path, pictures: Sequence[Shown], tell: Callable[[str], None]) -> Table:
    """Return one row per clip, and all together."""
    clips: dict[str, list[Shown]] = {}
    for one in pictures:
        if not one.photo:
            clips.setdefault(one.name.partition("#")[0], []).append(one)
    tell(f"passes over {len(clips)} clips")
    rows: list[tuple[Cell, ...]] = []
    counts = np.zeros(5, np.int64)
    for name, part in clips.items():
        (path,) = (data / "video").glob(f"{name}.*")
        row = _one(path, part)
        counts += row[:5]
        rows.append((name, *row))
    rows.append(("all", *map(int, counts), None))
    return Table("faces.passes", "Faces followed", REGIME, COLUMNS, tuple(rows))


def _one(path: Path, shown: Sequence[Shown]) -> tuple[int, int, int, int, int, float | None]:
    with tempfile.TemporaryDirectory() as folder:
        watchers = {"faces": FaceTracks()}
        clip, _, _ = take_in(path, probe(path), Path(folder), rate_hz=RATE_HZ, watchers=watchers)
        samples = [clip.faces.samples(t) for t in clip.faces.tracks] if clip.faces else []
    times_s = np.concatenate([np.zeros(0), *(s.times_s for s in samples)])
    rows = np.zeros((len(times_s), 15), np.float32)
    rows[:, :4] = np.concatenate([np.zeros((0, 4)), *(s.boxes_px for s in samples)])
    rows[:, 14] = 1.0
    rows[:, :4] /= shown[0].scale
    compared = [compare(p.faces, rows[np.abs(times_s - p.time_s) < SAME_S]) for p in shown]
    aligned = np.concatenate([np.zeros(0), *(s.aligned for s in samples)])
    return (
        len(shown),
        sum(len(c.best) for c in compared),
        sum(int((c.best > 0).sum()) for c in compared),
        sum(len(c.false) for c in compared),
        len(samples),
        float(aligned.mean()) if len(aligned) else None,
    )
