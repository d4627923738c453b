"""Where in time answers were lost."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from emer.tools.findings import TimeSpan
from emer.tools.hosting.items import Lost

if TYPE_CHECKING:
    from numpy.typing import NDArray


def lost_spans(
    times_s: "NDArray[np.float64]", answers: Sequence[object], within: TimeSpan
) -> list[tuple[TimeSpan, Lost]]:
    """Return every stretch of samples without answers, with the reason of its first.

    Args:
        times_s: Of the samples, rising, ``(n,)``.
        answers: One per sample; those that are ``Lost`` count.
        within: What the spans may not leave.
    """
    step_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 0.2
    found: list[tuple[TimeSpan, Lost]] = []
    before: Lost | None = None
    for time_s, answer in zip(times_s.tolist(), answers, strict=True):
        if not isinstance(answer, Lost):
            before = None
            continue
        start_s = max(within.start_s, time_s)
        if before is not None:
            start_s, answer = found.pop()[0].start_s, before
        end_s = max(start_s + 1e-3, min(within.end_s, time_s + step_s))
        found.append((TimeSpan(start_s=start_s, end_s=end_s), answer))
        before = answer
    return found
