"""The action units that can be told from ``face_cues``, and the rules that make events of them.

Reads    the signals of one face over time
Returns  events, each with its rise over the face's own neutral
Cost     microseconds a sample
Source   thresholds measured by ``emer.evals.train.face_au``; names: Ekman, Friesen & Hager 2002
"""

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from emer.tools.face_cues import SMILE_LEVEL
from emer.tools.facial_events import NOISES, Event, above_neutral, events, noise_of, smoothed

if TYPE_CHECKING:
    from numpy.typing import NDArray

SMILE_LEAST: Final = 0.15
"""A mouth below this level of a smile does not look like one, whatever it did before; measured:
0.2 % of the frames below it are clear smiles for the teacher."""
SMILE_HELD: Final = 0.5
"""A neutral above this level is itself a smile; measured: 94 % of the frames above are."""


class Movement(NamedTuple):
    """One action unit that can be told, and how."""

    name: str
    cue: str
    threshold: float
    """Rise over the own neutral that makes an event, in units of ``face_cues``. Measured on
    persons that the model had not seen: see the card."""
    full: float
    """Rise that counts as intensity 5: the 99th percentile of the teacher's."""
    r: float
    """Median correlation with the teacher within a clip, on unseen persons."""
    neutral: float
    """Percentile of the signal that counts as the own neutral."""
    trembles: bool = True
    """Whether fast change is noise; for parting lips it is the movement itself."""
    disguised: bool = False
    """Whether a smile moves the cue too, so that the neutral must be taken from sober pictures."""


TOLD: Final[dict[str, Movement]] = {
    "AU1": Movement(
        "inner brow raiser", "inner brows higher above the eyes", 0.15, 0.62, 0.76, 30,
        disguised=True,
    ),
    "AU2": Movement(
        "outer brow raiser", "outer brows higher above the eyes", 0.15, 0.54, 0.79, 30,
        disguised=True,
    ),
    "AU5": Movement("upper lid raiser", "eyes opened wider", 0.10, 0.33, 0.79, 30, disguised=True),
    "AU12": Movement(
        "lip corner puller", "mouth drawn wider, its corners higher,", 0.20, 0.89, 0.83, 30
    ),
    "AU25": Movement("lips part", "lips further apart", 0.06, 0.36, 0.82, 30, trembles=False),
    "AU43": Movement("eye closure", "upper lids lower over the eyes", 0.20, 0.69, 0.87, 50),
}  # fmt: skip
NOT_TOLD: Final = (
    "AU4 brow lowerer", "AU6 cheek raiser", "AU7 lid tightener", "AU9 nose wrinkler",
    "AU10 upper lip raiser", "AU14 dimpler", "AU15 lip corner depressor", "AU16 lower lip depressor",
    "AU17 chin raiser", "AU18 lip pucker", "AU20 lip stretcher", "AU22 lip funneler",
    "AU23 lip tightener", "AU24 lip pressor", "AU26 jaw drop", "AU28 lip suck", "AU45 blink",
)  # fmt: skip


def movement_events(
    au: str,
    times_s: "NDArray[np.float64]",
    signal: "NDArray[np.float64]",
    smile: "NDArray[np.float64]",
    strictness: float = 1.0,
) -> list[tuple[Event, float, float]]:
    """Find the events of one movement, each with its rise at the apex and the threshold.

    Args:
        au: One of ``TOLD``.
        times_s: Sample times, shape ``(n,)``.
        signal: Its signal from ``face_cues.movements``, shape ``(n,)``.
        smile: The level of a smile, shape ``(n,)``.
        strictness: Multiplies the threshold.
    """
    told = TOLD[au]
    threshold = told.threshold * strictness
    if told.trembles:
        threshold = max(threshold, NOISES * noise_of(signal))
    above = rise(au, times_s, signal, smile)
    found = events(times_s, above, threshold)
    if au == "AU12":
        found = [e for e in found if smile[e.first : e.last + 1].max() >= SMILE_LEAST]
    return [(e, float(above[e.apex]), threshold) for e in found]


def rise(
    au: str,
    times_s: "NDArray[np.float64]",
    signal: "NDArray[np.float64]",
    smile: "NDArray[np.float64]",
) -> "NDArray[np.float64]":
    """Return how far one movement is above the face's own neutral, shape ``(n,)``.

    Args:
        au: One of ``TOLD``; ``TOLD[au].full`` is the rise that counts as intensity 5.
        times_s: Sample times, shape ``(n,)``.
        signal: Its signal from ``face_cues.movements``, shape ``(n,)``.
        smile: The level of a smile, shape ``(n,)``.
    """
    told = TOLD[au]
    resting = smile < SMILE_LEVEL if told.disguised else None
    above = above_neutral(times_s, smoothed(times_s, signal), told.neutral, resting)
    if au == "AU12":
        above += _held_smile(smile - above_neutral(times_s, smile, told.neutral))
    return above


def _held_smile(neutral: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Return what the own neutral hides of a smile that is held for most of the time."""
    return np.where(neutral >= SMILE_HELD, neutral, 0.0)
