"""MediaPipe's landmarker as an engine: against MediaPipe itself, and our own network against it.

Reads    ``DATA/video``, ``DATA/weights/mediapipe``; MediaPipe's own labels of the clips,
         ``DATA/labels/face_landmarks`` (see ``evals.accuracy.face``)
"""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emer.evals.accuracy.face import (
    LABELS,
    counted_events,
    measured_network,
    over_clips,
    over_shapes,
)
from emer.evals.accuracy.face_signals import NEAR_S
from emer.evals.accuracy.subjects import Tell
from emer.evals.tables import Cell, Table
from emer.evals.train.face_landmarks.judging import GROUPS, MOVES, correlation
from emer.evals.train.face_landmarks.material import Labelled, seen
from emer.evals.train.face_landmarks.mesh import HELD_OUT, LIVE, PHOTO
from emer.tools import face_landmarks, facs_table
from emer.tools.action_units import Look
from emer.tools.action_units_blendshapes import BlendshapeActionUnits
from emer.tools.face_shapes import SHAPES
from emer.tools.face_tracks import FaceTracks
from emer.tools.loaders import landmarker
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.networks import Network, settings_of
from emer.tools.setup import Setup

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TASK: Final = Path("weights/mediapipe/face_landmarker.task")
FEWEST: Final = 8


class Both(NamedTuple):
    """One clip, by both networks at the same samples."""

    clip: str
    times_s: "Floats"
    theirs: Look
    ours: face_landmarks.Landmarks
    crop: "NDArray[np.uint8]"
    """The first of them."""
    rate_hz: float


def measure(data: Path, *, folds: bool = False, tell: Tell = lambda _: None) -> list[Table]:
    """Return the tables.

    Args:
        data: Folder of data sets.
        folds: Compare the network of ours that was trained without ``HELD_OUT``, on these clips;
            else the shipped one, which has seen every person at hand.
        tell: Gets a line now and then.

    Raises:
        EmerError: Labels, weights or the measured network are missing.
    """
    labels = seen(data / LABELS)
    clips = labels.part(labels.persons != PHOTO)
    if folds:
        clips = clips.part(np.isin(clips.persons, HELD_OUT))
    net = measured_network(data, folds=folds)
    engine = BlendshapeActionUnits()
    engine.set_up(Setup(models={"action_units.blendshapes": str(data / TASK)}))
    engine.ready()
    both = []
    for one in _looked(data, np.unique(clips.clips), engine, net):
        tell(f"{one.clip}: {len(one.times_s)} samples")
        both.append(one)
    whose = (
        "our network trained without these persons" if folds
        else "our shipped network, which HAS SEEN these clips"
    )  # fmt: skip
    return [
        _itself(both, clips),
        _shapes(both, whose),
        _units(both, whose),
        _cost(data, both[0].crop),
    ]


def _looked(
    data: Path, names: "NDArray[np.str_]", engine: BlendshapeActionUnits, net: Network
) -> Iterator[Both]:
    for name in names:
        path = data / "video" / str(name)
        info = probe(path)
        with tempfile.TemporaryDirectory() as folder:
            clip, _, _ = take_in(path, info, Path(folder), watchers={"faces": FaceTracks()})
            faces = clip.faces
            assert faces is not None
            track = max(faces.tracks, key=lambda t: len(faces.samples(t).times_s))
            theirs = engine.look(clip, faces, track)
            crops = np.concatenate([c for _, c in faces.crops(track, wide=True)])
        usual = np.repeat(face_landmarks.usual_places(net)[None], len(crops), axis=0)
        ours = face_landmarks.look(net, crops, usual)
        rate_hz = (info.video and info.video.rate_hz) or 25.0
        yield Both(str(name), theirs.times_s, theirs, ours, crops[0], rate_hz)


def _itself(both: list[Both], labels: Labelled) -> Table:
    """Compare with what MediaPipe says of the same frames."""
    live = [SHAPES.index(shape) for shape in LIVE]
    rows: list[tuple[Cell, ...]] = []
    every, off = [], []
    for one in both:
        own = labels.part(labels.clips == one.clip)
        at_s = own.frames / one.rate_hz
        nearest = np.abs(one.times_s[:, None] - at_s[None]).argmin(axis=1)
        kept = np.abs(at_s[nearest] - one.times_s) <= NEAR_S
        true = own.shapes[nearest[kept]][:, live].astype(np.float64)
        said = one.theirs.seen.shapes[kept]
        r = _within(said, true)
        apart = float(np.abs(said - true).mean())
        every.append(r)
        off.append(apart)
        rows.append((one.clip, int(kept.sum()), float(np.nanmean(r)), apart))
    everything = (over_shapes(np.array(every)), over_clips(np.array(off)))
    rows.append(("all", sum(int(str(row[1])) for row in rows), *everything))
    return Table(
        "landmarker.itself", "The engine's blendshapes against MediaPipe's own",
        "MediaPipe 0.10.21 on single frames, each searched for a face anew, at the frame nearest to "
        "each sample; the engine on the product's crops (5 a second, JPEG, 192 pixels), which look "
        "twice. r within a clip, mean over shapes that move in it (standard deviation "
        f"{MOVES} or more).",
        ("clip", "samples", "mean r", "mean difference"), tuple(rows),
    )  # fmt: skip


def _shapes(both: list[Both], whose: str) -> Table:
    every = np.array([_within(one.ours.shapes, one.theirs.seen.shapes) for one in both])
    rows: list[tuple[Cell, ...]] = [("mean over shapes", over_shapes(every), None)]
    for group, starts in GROUPS.items():
        own = [i for i, shape in enumerate(LIVE) if shape.startswith(starts)]
        rows.append((f"{group} (mean)", over_shapes(every[:, own]), None))
    for column, shape in enumerate(LIVE):
        known = every[~np.isnan(every[:, column]), column]
        if len(known):
            rows.append((shape, over_clips(known), float(known.min())))
    return Table(
        "landmarker.shapes", "Our network against the landmarker: shapes within a clip",
        f"The product's own crops, 5 a second; {whose}. Correlation within a clip, mean over clips in "
        f"which the shape moves (standard deviation {MOVES} or more). Intervals: 95 %, over clips.",
        ("shape", "r", "worst clip"), tuple(rows),
    )  # fmt: skip


def _units(both: list[Both], whose: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for unit in facs_table.TABLE:
        if unit.au not in facs_table.CREDIBLE:
            continue
        counts, r = np.zeros(4, np.int64), []
        for one in both:
            ours = facs_table.signals(one.ours)[unit.au]
            theirs = facs_table.signals(one.theirs.seen)[unit.au]
            if len(theirs) < FEWEST:
                continue
            counts += counted_events(unit.au, one.times_s, ours, theirs)
            if theirs.std() >= MOVES:
                r.append(correlation(ours, theirs))
        right, said, met, true = counts.tolist()
        mean = over_clips(np.array(r)) if r else None
        rows.append((unit.au, unit.name, mean, f"{right} of {said}", f"{met} of {true}"))
    return Table(
        "landmarker.units", "Action units: our network's events against the landmarker's",
        f"The same crops and rules for both; {whose}. Right: events of ours during which the "
        "landmarker's signal reaches half the threshold; found: its events that one of ours overlaps. "
        "Neither is human truth.",
        ("au", "name", "mean r", "events right", "events found"), tuple(rows),
    )  # fmt: skip


def _cost(data: Path, crop: "NDArray[np.uint8]") -> Table:
    points = list(settings_of("action_units", face_landmarks.NAME)["points"])
    model = landmarker.load({"file": str(data / TASK), "points": points})
    times_ms = []
    for _ in range(60):
        start = time.process_time()
        model.look(crop, landmarker.usual_square())
        times_ms.append(1e3 * (time.process_time() - start))
    return Table(
        "landmarker.cost", "Cost of the engine",
        "One face at a time; processor time, median of 50; the way to the engine's process is not in.",
        ("what", "ms per face and picture"),
        (("two looks, one thread", float(np.median(times_ms[10:]))),),
    )  # fmt: skip


def _within(said: "Floats", true: "Floats") -> "Floats":
    """Return r of every shape, NaN where it does not move."""
    pairs = zip(said.T, true.T, strict=True)
    return np.array([correlation(a, b) if b.std() >= MOVES else np.nan for a, b in pairs])
