"""Faces followed as the product does, beside what the teacher says of the same moments."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emer.evals.train.face_landmarks.material import Labelled
from emer.evals.train.face_landmarks.mesh import LIVE
from emer.tools import face_landmarks, facs_table
from emer.tools.face_shapes import SHAPES
from emer.tools.face_tracks import FaceTracks
from emer.tools.media.intake import take_in
from emer.tools.media.probe import probe
from emer.tools.networks import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

NEAR_S: Final = 0.05
"""A sample of the product's pass is compared with the teacher's frame nearest in time, if it is so
near."""


class Signals(NamedTuple):
    """Action units of one clip's face over time."""

    clip: str
    times_s: "Floats"
    """Shape ``(n,)``."""
    ours: "dict[str, Floats]"
    """By FACS id, each ``(n,)``."""
    theirs: "dict[str, Floats]"
    """Likewise, by the same formulas from the teacher's shapes."""


def signals_of(path: Path, net: Network, own: Labelled) -> Signals:
    """Follow the face of one clip, and return its signals and the teacher's.

    Args:
        path: Of the clip.
        net: The network.
        own: What the teacher says of this clip.
    """
    info = probe(path)
    with tempfile.TemporaryDirectory() as folder:
        clip, _, _ = take_in(path, info, Path(folder), watchers={"faces": FaceTracks()})
        faces = clip.faces
        assert faces is not None
        samples = {track: faces.samples(track) for track in faces.tracks}
        track = max(samples, key=lambda t: len(samples[t].times_s))
        times_s = samples[track].times_s
        crops = np.concatenate([c for _, c in faces.crops(track, wide=True)])
    said = facs_table.every_signal(face_landmarks.landmarks(crops, net))
    rate_hz = (info.video and info.video.rate_hz) or 25.0
    at_s = own.frames / rate_hz
    nearest = np.abs(times_s[:, None] - at_s[None]).argmin(axis=1)
    kept = np.abs(at_s[nearest] - times_s) <= NEAR_S
    rows = nearest[kept]
    live = own.shapes[:, [SHAPES.index(shape) for shape in LIVE]].astype(np.float64)
    teacher = face_landmarks.Landmarks(
        own.points.astype(np.float64)[rows], own.angles[rows], live[rows], np.zeros(len(rows))
    )
    ours = {au: signal[kept] for au, signal in said.items()}
    return Signals(str(own.clips[0]), times_s[kept], ours, dict(facs_table.every_signal(teacher)))
