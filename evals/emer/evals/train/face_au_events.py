"""How far the events of facial movements can be believed: against the teacher's own events.

Reads    predictions for persons that the model did not see, and the teacher's values
Returns  per movement the share of events that the teacher confirms, and of its events found
Cost     less than a second
Source   the rules of ``emer.tools.facial_movements``, at half the rate of the training pictures
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from emer.evals.train.face_teacher import TARGETS
from emer.tools.face_cues import SMILE_LEVEL
from emer.tools.facial_events import above_neutral, events, smoothed
from emer.tools.facial_movements import TOLD, movement_events

Array = NDArray[np.float64]

EVERY: Final = 2
"""Pictures left out in between, to come near the product's rate."""
CONFIRMED: Final = 0.1
CONFIRMED_LIPS: Final = 0.03
"""Rise of the teacher that confirms an event; twice of it makes an event of the teacher."""
_SMILE: Final = TARGETS.index("AU12")


def judged(predicted: list[Array], smiles: list[Array], true: list[Array], rate_hz: float) -> str:
    """Compare events per movement.

    Args:
        predicted: Per face, shape ``(n, len(TOLD))``, in the teacher's units.
        smiles: Per face, predicted level of a smile, shape ``(n,)``.
        true: Per face, the teacher's values, shape ``(n, len(TARGETS))``.
        rate_hz: Pictures per second.
    """
    lines = [f"{'unit':5} {'events':>6} {'right':>5} {'found':>6} {'of':>4}"]
    for column, (au, told) in enumerate(TOLD.items()):
        least = CONFIRMED_LIPS if au == "AU25" else CONFIRMED
        n = right = found = there = 0
        for p, s, t in zip(predicted, smiles, true, strict=True):
            signal, level, target = p[::EVERY, column], s[::EVERY], t[::EVERY]
            times_s = np.arange(len(signal)) * EVERY / rate_hz
            mine = [e for e, _, _ in movement_events(au, times_s, signal, level)]
            calm = smoothed(times_s, target[:, TARGETS.index(au)])
            resting = target[:, _SMILE] < SMILE_LEVEL if told.disguised else None
            rise = calm if au == "AU12" else above_neutral(times_s, calm, told.neutral, resting)
            theirs = events(times_s, rise, 2.0 * least)
            n += len(mine)
            right += sum(bool(rise[e.first : e.last + 1].max() >= least) for e in mine)
            there += len(theirs)
            found += sum(any(m.first <= e.last and m.last >= e.first for m in mine) for e in theirs)
        lines.append(f"{au:5} {n:6} {right / max(n, 1):5.2f} {found:6} {there:4}")
    return "\n".join(lines)
