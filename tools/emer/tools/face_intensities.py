"""How strongly a face makes each movement in every sampled picture, not only in whole events.

Reads    the aligned crops of one face track
Returns  per action unit an intensity 0..5 for every sample
Cost     that of ``action_units``, anew
Source   the same signals, neutral and scale as the events of ``action_units``
"""

from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.action_units import FEWEST, SHORTEST_S, STRONGEST
from emer.tools.face_landmarks import landmarks
from emer.tools.facial_events import step_of
from emer.tools.facial_movements import TOLD, rise
from emer.tools.facs_table import CREDIBLE, signals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from emer.tools.media.faces import FaceStore

UNITS: Final = CREDIBLE
"""FACS ids of the action units whose intensity is told, e.g. ``AU12``."""


def intensities(faces: "FaceStore", track: str) -> "dict[str, NDArray[np.float64]]":
    """Return the intensity of each of ``UNITS`` in every sample of ``track``.

    Values are the rise over the face's own neutral on the scale of the events (0..5), 0 where the
    face is at or below its neutral. They rise and fall also where no event was found, because
    they were not clear or long enough; noise is part of them.

    Args:
        faces: The faces of a clip.
        track: One of its tracks.

    Returns:
        FACS id to an array of shape ``(n,)``, ``n`` as in ``faces.samples(track)``; NaN
        throughout where the face is seen too briefly to know its neutral.

    Raises:
        ToolUnavailable: The weights are missing or damaged.
        StorageError: A working file was changed while in use.
    """
    times_s = faces.samples(track).times_s
    n = len(times_s)
    if n < FEWEST or times_s[-1] - times_s[0] + step_of(times_s) < SHORTEST_S:
        return {au: np.full(n, np.nan) for au in UNITS}
    seen = signals(landmarks(crops for _, crops in faces.crops(track, wide=True)))
    return {
        au: np.clip(STRONGEST * rise(au, times_s, signal) / TOLD[au].full, 0, STRONGEST)
        for au, signal in seen.items()
    }
