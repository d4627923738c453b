"""Cut a clip into the stretches on which people are compared: utterances and quiet windows."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from emer.tools.findings import Spanned, TimeSpan

MAX_WINDOW_S: Final = 5.0
MIN_WINDOW_S: Final = 1.5
"""Quiet stretches shorter than this are pauses, not windows."""


def quiet_windows(span: TimeSpan, speech: Sequence[Spanned]) -> list[TimeSpan]:
    """Return the stretches of ``span`` in which nobody speaks, none longer than 5 s."""
    windows: list[TimeSpan] = []
    reached_s = span.start_s
    for spoken in [*sorted(speech, key=lambda s: s.start_s), None]:
        end_s = span.end_s if spoken is None else min(spoken.start_s, span.end_s)
        if end_s - reached_s >= MIN_WINDOW_S or (not speech and end_s > reached_s):
            windows += _pieces(reached_s, end_s)
        if spoken is not None:
            reached_s = max(reached_s, spoken.end_s)
    return windows


def windows_of(span: TimeSpan, utterances: Sequence[Spanned]) -> list[TimeSpan]:
    """Return every utterance's span and every quiet window, in time order, each once."""
    spans = {u.span for u in utterances} | set(quiet_windows(span, utterances))
    return sorted(spans, key=lambda s: (s.start_s, s.end_s))


def _pieces(start_s: float, end_s: float) -> list[TimeSpan]:
    n = max(1, math.ceil((end_s - start_s) / MAX_WINDOW_S))
    step_s = (end_s - start_s) / n
    edges = [round(start_s + i * step_s, 3) for i in range(n)] + [end_s]
    return [TimeSpan(start_s=a, end_s=b) for a, b in pairwise(edges) if b > a]
