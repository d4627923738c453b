"""What a pass over a clip yields, and what it met. Plain values: this module imports numpy alone.

Decoding runs in a process of its own (``decoder``), which must start fast; what both sides speak
of is here.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SAMPLE_RATE_HZ: Final = 16_000
MAX_SIDE_PX: Final = 1280
"""Pictures are scaled down to this long side before anybody looks at them."""
MAX_PIXELS: Final = 8192 * 8192
MAX_DURATION_S: Final = 24 * 3600.0
MAX_CUES: Final = 50_000
"""Subtitles read from one clip: one every 1.7 s for 24 hours."""
MAX_CUE_CHARS_READ: Final = 8_000
"""More of one subtitle's text, markup included, is not read."""
COUNTERS: Final = ("last_s", "n_frames_decoded", "n_frames_sampled", "n_samples", "n_damaged")
"""Fields of ``PassReport`` that are told with every item."""


@dataclass(frozen=True, slots=True)
class SoundBlock:
    """A stretch of the 16 kHz mono soundtrack; blocks follow each other without holes."""

    start_s: float
    samples: "NDArray[np.int16]"
    """Shape ``(samples,)``."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One sampled picture, upright."""

    time_s: float
    rgb: "NDArray[np.uint8]"
    """Shape ``(height, width, 3)``, long side at most ``MAX_SIDE_PX``."""
    scale: float
    """Pixels of the upright original per pixel of ``rgb``, >= 1."""
    cut_s: float | None = None
    """Time of the last hard cut since the sampled picture before, if there was one."""


@dataclass(frozen=True, slots=True)
class Luma:
    """Brightness of a picture, sampled or not, at full size: cheap to get, unlike its colours."""

    time_s: float
    grey: "NDArray[np.uint8]"
    """Shape ``(height, width)``, upright."""
    cut: bool = False
    """Whether a hard cut lies between it and the picture before."""


@dataclass(frozen=True, slots=True)
class RawCue:
    """One subtitle as it stands in the file, with markup; untrusted text."""

    text: str
    start_s: float
    end_s: float
    language: str | None
    named_speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """What of a probed file the decoder has to know."""

    name: str
    kind: str
    origin_s: float
    video: int | None
    """Index of the stream to look at."""
    rate_hz: float | None
    audio: int | None
    """Index of the stream to listen to."""
    languages: dict[int, str | None]
    """Language of each subtitle stream, by index."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what it is noticed that a file was changed."""

    size_bytes: int
    mtime_ns: int


@dataclass(slots=True)
class PassReport:
    """What a pass met on its way; complete once the iterator is exhausted."""

    last_s: float = 0.0
    n_frames_decoded: int = 0
    n_frames_sampled: int = 0
    n_samples: int = 0
    n_damaged: int = 0
    damaged_at_s: list[float] = field(default_factory=list)
    stopped: str = ""
    """Why the pass ended before the file did; also counted in ``n_damaged``."""
    loss: Literal["", "timed_out", "tool_failed"] = ""
    """Whether it ended because the decoder stalled or crashed, which another try might not."""
    changed: bool = False
    """Whether the file was changed meanwhile: what was seen is not what was probed."""
    notes: list[str] = field(default_factory=list)
    """What else a reader should know: the file changed meanwhile, something was left out."""

    def damage(self) -> None:
        """Count one part that cannot be decoded, here."""
        self.n_damaged += 1
        if len(self.damaged_at_s) < 100:
            self.damaged_at_s.append(round(self.last_s, 3))
