"""Points, shapes and action units of faces against MediaPipe's face landmarker, their teacher.

Reads    the teacher's labels of clips, ``DATA/labels/face_landmarks`` (see ``LABELS``)
"""

import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.evals.accuracy import face_certainty
from emer.evals.accuracy.face_signals import Signals, signals_of
from emer.evals.accuracy.face_whole import whole
from emer.evals.accuracy.subjects import Tell
from emer.evals.statistics import bootstrap
from emer.evals.tables import Cell, Estimate, Table
from emer.evals.train.face_detector.people import clip_fold
from emer.evals.train.face_landmarks.command import MEASURED
from emer.evals.train.face_landmarks.judging import (
    GROUPS,
    MOVES,
    Judged,
    agreement,
    correlation,
    judge,
)
from emer.evals.train.face_landmarks.material import Labelled, seen
from emer.evals.train.face_landmarks.mesh import HELD_OUT, LIVE, PHOTO
from emer.tools import face_detection, face_landmarks, facs_table
from emer.tools.errors import EmerError
from emer.tools.face_detection import FaceDetector
from emer.tools.facial_events import Event
from emer.tools.facial_movements import movement_events
from emer.tools.networks import Network, load

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LABELS: Final = Path("labels") / "face_landmarks"
FEWEST: Final = 8
N_FOLLOWED: Final = 60
DETECTORS: Final = Path("labels") / "face_detector"
"""Where training keeps the detectors of its folds; see ``face_detector.command``."""
_PERSONS: Final = (
    f"Persons that training never saw ({', '.join(HELD_OUT)}), at every second frame, each by itself; "
    "found and aligned in the whole picture by our own detector and points"
)


def measure(data: Path, *, folds: bool = False, tell: Tell = lambda _: None) -> list[Table]:
    """Return the tables.

    Args:
        data: Folder of data sets, with the teacher's labels in ``LABELS``.
        folds: Measure the network that was trained without ``HELD_OUT``, on these; else the
            shipped one, which has seen every person at hand.
        tell: Gets a line now and then.

    Raises:
        EmerError: Labels or the measured network are missing.
    """
    everything = seen(data / LABELS)
    clips = everything.part(everything.persons != PHOTO)
    held = clips.part(np.isin(clips.persons, HELD_OUT))
    net = measured_network(data, folds=folds)
    regime = f"{_PERSONS}." if folds else f"Shipped weights, which HAVE SEEN everybody. {_PERSONS}."
    tell(f"{len(held.crops)} pictures")
    found = whole(data, net, held, partial(_detector, data) if folds else lambda _: FaceDetector())
    judged = agreement(found.said, held.part(found.rows))
    tell("action units in the product's own pass")
    followed = [
        signals_of(data / "video" / str(clip), net, held.part(held.clips == clip))
        for clip in np.unique(held.clips)
    ]
    return [
        _points(judged, judge(net, held), len(held.crops), regime),
        _shapes(judged, regime),
        _units(followed, regime),
        *face_certainty.tables(followed, f"{regime.split(', at every')[0]}."),
        _cost(net, held),
    ]


def measured_network(data: Path, *, folds: bool) -> Network:
    """Return the network that never saw ``HELD_OUT``, or the shipped one.

    Raises:
        EmerError: The former is missing.
    """
    if not folds:
        return load("action_units", face_landmarks.NAME)
    folder = data / LABELS / MEASURED
    if not folder.is_dir():
        raise EmerError(
            f"there is no network in {folder} that was trained without the persons held out",
            remedy="Train it: python -m emer.evals.train face_landmarks --labels "
            f"{data / LABELS}, which leaves it there.",
        )
    return load("action_units", face_landmarks.NAME, folder=folder)


def _detector(data: Path, clip: str) -> FaceDetector:
    """Return the detector that was trained without the person of a clip."""
    folder = data / DETECTORS / f"fold_{clip_fold(clip.rpartition('.')[0])}"
    if not folder.is_dir():
        raise EmerError(
            f"there is no face detector in {folder} that was trained without the persons held out",
            remedy="Train it: python -m emer.evals.train face_detector --data DATA --kept "
            f"{data / DETECTORS}",
        )
    return FaceDetector(load("faces", face_detection.NETWORK, folder=folder))


def _points(judged: Judged, told: Judged, n: int, regime: str) -> Table:
    """Tell how far points are off; ``told``: where YuNet said where eyes, nose and mouth are."""
    errors = 100.0 * judged.errors
    rows: list[tuple[Cell, ...]] = []
    for clip in (*np.unique(judged.clips), ""):
        own = judged.clips == clip if clip else np.ones(len(errors), np.bool_)
        error: Cell = float(errors[own].mean())
        if not clip:
            error = bootstrap(_mean, errors, groups=judged.clips, unit="persons")
        yaw, pitch = (float(v) for v in judged.angles[own].mean(axis=0))
        rows.append((str(clip) or "all", int(own.sum()), error, yaw, pitch))
    there = bootstrap(_mean, 100.0 * told.errors, groups=told.clips, unit="persons")
    yaw, pitch = (float(v) for v in told.angles.mean(axis=0))
    rows.append(("all, begun where YuNet puts eyes, nose and mouth", n, there, yaw, pitch))
    regime = f"{regime} A face was found in {len(errors)} of {n} pictures."
    columns = ("clip", "pictures", "error, % of outer eye distance", "yaw°", "pitch°")
    return Table(
        "face.points", "Points and head pose: mean distance to the teacher's", regime,
        columns, tuple(rows),
    )  # fmt: skip


def _shapes(judged: Judged, regime: str) -> Table:
    every = np.array(
        [[judged.within[s].get(str(c), np.nan) for s in LIVE] for c in np.unique(judged.clips)]
    )
    rows: list[tuple[Cell, ...]] = [("mean over shapes", over_shapes(every), None)]
    for group, starts in GROUPS.items():
        own = [i for i, shape in enumerate(LIVE) if shape.startswith(starts)]
        rows.append((f"{group} (mean)", over_shapes(every[:, own]), None))
    for shape in LIVE:
        by_clip = np.array(list(judged.within[shape].values()))
        if len(by_clip):
            rows.append((shape, over_clips(by_clip), float(by_clip.min())))
    regime = (
        f"Correlation with the teacher within a clip, mean over clips in which the shape moves "
        f"(standard deviation {MOVES} or more). {regime} Intervals: 95 %, over clips."
    )
    return Table(
        "face.shapes", "Shapes: correlation within a clip", regime,
        ("shape", "r", "worst clip"), tuple(rows),
    )  # fmt: skip


def _units(followed: Sequence[Signals], regime: str) -> Table:
    """Compare each action unit's signal with the teacher's."""
    found: dict[str, list[tuple[float, float]]] = {}
    events: dict[str, NDArray[np.int64]] = {}
    for _, times_s, ours, theirs in followed:
        for au in facs_table.CREDIBLE:
            counts = counted_events(au, times_s, ours[au], theirs[au])
            events[au] = events.get(au, np.zeros(4, np.int64)) + counts
        others = list(theirs)
        for au, signal in theirs.items():
            if len(signal) < FEWEST or signal.std() < MOVES:
                continue
            rest = np.column_stack([theirs[o] for o in others if o != au])
            found.setdefault(au, []).append(
                (correlation(ours[au], signal), _partial(ours[au], signal, rest))
            )
    rows: list[tuple[Cell, ...]] = []
    for unit in facs_table.TABLE:
        by_clip = np.array(found.get(unit.au, []))
        about: tuple[Cell, ...] = (unit.au, unit.name, unit.standing, None, None, None)
        if len(by_clip):
            r, partial = by_clip.T
            middles = (float(np.median(r)), float(np.median(partial)))
            about = (unit.au, unit.name, unit.standing, over_clips(r), *middles)
        right, said, met, true = events.get(unit.au, np.zeros(4, np.int64)).tolist()
        told = (f"{right} of {said}", f"{met} of {true}") if unit.au in events else (None, None)
        rows.append((*about, *told, facs_table.formula(unit), unit.why))
    regime = (
        "The product's own pass (detector, eyes, crops, 5 pictures a second) against the teacher's "
        f"nearest frame. Partial: with the three action units held constant that go most with it. "
        "Right: our events during which the teacher's own signal reaches half the threshold; found: "
        "the teacher's events that one of ours overlaps. Thresholds were set before, as a quarter of "
        "the teacher's range; what is credible was decided with a look at these figures, and so was the "
        "share of the smile that is taken off AU10. "
        f"{regime.split(', at every')[0]}."
    )
    return Table(
        "face.units", "Action units in the product: correlation within a clip", regime,
        ("au", "name", "standing", "mean r", "median r", "median partial r", "events right",
         "events found", "measured as", "why not"), tuple(rows),
    )  # fmt: skip


def counted_events(
    au: str, times_s: "Floats", ours: "Floats", theirs: "Floats"
) -> "NDArray[np.int64]":
    """Count our events that are right, all of ours, the teacher's that are found, all of its."""
    said, true, faint = (
        [event for event, _, _ in movement_events(au, times_s, signal, strictness)]
        for signal, strictness in ((ours, 1.0), (theirs, 1.0), (theirs, 0.5))
    )
    right = sum(any(_overlap(e, other) for other in faint) for e in said)
    met = sum(any(_overlap(e, other) for other in said) for e in true)
    return np.array([right, len(said), met, len(true)])


def _overlap(one: Event, other: Event) -> bool:
    return one.first <= other.last and other.first <= one.last


def _partial(ours: "Floats", theirs: "Floats", rest: "Floats") -> float:
    """Return the correlation with the three most alike of ``rest`` held constant."""
    alike = [abs(correlation(theirs, column)) for column in rest.T]
    held = np.column_stack([rest[:, np.argsort(alike)[-3:]], np.ones(len(theirs))])
    left = [y - held @ np.linalg.lstsq(held, y, rcond=None)[0] for y in (ours, theirs)]
    return correlation(*left)


def _cost(net: Network, faces: Labelled) -> Table:
    crops, places = faces.crops[:1], faces.rough[:1].astype(np.float64)
    times_ms = []
    for _ in range(60):
        start = time.process_time()
        face_landmarks.look(net, crops, places)
        times_ms.append(1e3 * (time.process_time() - start))
    begun_s = time.process_time()
    followed = faces.crops[: 3 * N_FOLLOWED : 3]  # of one clip, at about 5 pictures a second
    face_landmarks.landmarks(followed, net)
    each_ms = 1e3 * (time.process_time() - begun_s) / len(followed)
    rows = (
        ("two looks, one thread", float(np.median(times_ms[10:]))),
        ("followed from picture to picture", each_ms),
    )
    return Table(
        "face.cost", "Cost of points and shapes", "One face at a time; processor time: median of 50 pictures, and mean over 60.",
        ("what", "ms per face and picture"), rows,
    )  # fmt: skip


def over_shapes(by_clip: "Floats") -> Estimate:
    """Return the mean over shapes of their means over clips; NaN where a shape does not move."""
    import warnings

    def mean(rows: "Floats") -> float:
        with warnings.catch_warnings():  # a shape may move in no clip of a resample
            warnings.simplefilter("ignore", RuntimeWarning)
            return float(np.nanmean(np.nanmean(rows, axis=0)))

    return bootstrap(mean, by_clip, unit="clips")


def over_clips(values: "Floats") -> Estimate:
    """Return the mean over clips."""
    return bootstrap(_mean, values, unit="clips")


def _mean(values: "Floats") -> float:
    return float(np.mean(values))
