"""Pitch and loudness of each person's speech, as lines for the timeline.

Reads    the soundtrack, utterance by utterance
Returns  at most ``MAX_POINTS`` points an utterance; nothing beyond ``MAX_SPEECH_S`` of speech
Cost     about a hundredth of the speech's length
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.agent.exports.page.charts import Points
from emer.tools.findings import TimeSpan, Utterance
from emer.tools.pitch import STEP_S, PitchTrack, track_pitch
from emer.tools.prosody import SOUNDING_DB

if TYPE_CHECKING:
    from emer.tools.media.soundtrack import Soundtrack

MAX_SPEECH_S: Final = 3_600.0
"""Speech of a clip that contours are drawn of; the rest of a longer clip has none."""
MAX_PIECE_S: Final = 30.0
MAX_POINTS: Final = 150
MIN_STEP: Final = 2
"""Frames per point at least: 20 ms is finer than a line on a screen shows."""


@dataclass(slots=True)
class Contours:
    """One person's voice over the clip."""

    pitch: list[Points] = field(default_factory=list)
    """Voiced stretches: seconds and Hz."""
    loudness: list[Points] = field(default_factory=list)
    """Utterances: seconds and dB relative to full scale."""


def contours(sound: "Soundtrack", utterances: Sequence[Utterance]) -> dict[str, Contours]:
    """Return the contours per person; persons without sound are left out."""
    found: dict[str, Contours] = {}
    left_s = MAX_SPEECH_S
    for said in sorted(utterances, key=lambda u: u.start_s):
        left_s -= said.duration_s
        if left_s < 0:
            break
        own = found.setdefault(said.subject, Contours())
        step = max(MIN_STEP, int(np.ceil(said.duration_s / STEP_S / MAX_POINTS)))
        first_s = said.start_s
        while first_s < said.end_s:
            piece = TimeSpan(start_s=first_s, end_s=min(first_s + MAX_PIECE_S, said.end_s))
            _add(own, track_pitch(sound.read(piece)), piece.start_s, step)
            first_s += MAX_PIECE_S
    return {who: c for who, c in found.items() if c.loudness}


def _add(own: Contours, track: PitchTrack, start_s: float, step: int) -> None:
    n = len(track) // step
    if not n:
        return
    times = start_s + (np.arange(n) + 0.5) * step * STEP_S
    level = track.level_db[: n * step].reshape(n, step).max(axis=1)
    own.loudness.append(tuple(zip(times.tolist(), level.tolist(), strict=True)))
    f0 = track.f0_hz[: n * step].reshape(n, step)
    # breath and room between words have a pitch for the tracker, but nobody hears it
    heard = level > float(np.percentile(track.level_db, 99)) - SOUNDING_DB
    voiced = np.isfinite(f0).any(axis=1) & heard
    edges = np.flatnonzero(np.diff(voiced.astype(np.int8), prepend=0, append=0))
    for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        if b - a < 2:
            continue
        hz = np.nanmedian(f0[a:b], axis=1)
        own.pitch.append(tuple(zip(times[a:b].tolist(), hz.tolist(), strict=True)))
