"""The file that an overlay is written to: H.264 (else MPEG-4) and AAC in MP4.

Reads    pictures, one per tick of a steady clock, and blocks of 16 kHz mono sound
Returns  nothing; ``path`` is whole once the film is closed without an error
Cost     encoding, 3 to 10 ms a picture of 1280x720 on one core
"""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from emer.tools.media.items import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

FASTEST_HZ: Final = 30
SLOWEST_HZ: Final = 10
"""Boxes, clock and captions move on even where the clip's pictures stand for long."""
COMMON_RATES: Final = tuple(
    Fraction(n, d)
    for n, d in ((10, 1), (12, 1), (25, 2), (15, 1), (16, 1), (18, 1), (20, 1), (24_000, 1001),
                 (24, 1), (25, 1), (30_000, 1001), (30, 1))
)  # fmt: skip
SOUND_FRAME: Final = 1024
SOUND_BITS: Final = 64_000


def steady_rate(rate_hz: float | None) -> Fraction:
    """Return the pictures per second of a film of a clip with ``rate_hz`` on average.

    A clip that runs at a common rate, or at a multiple of one, is shown picture by picture; one
    whose rate varies gets ``FASTEST_HZ``.
    """
    if rate_hz is None or not 0.01 <= rate_hz <= 1000:
        return Fraction(FASTEST_HZ)
    wanted = rate_hz
    while wanted < SLOWEST_HZ * 0.99:
        wanted += rate_hz
    parts = 1
    while wanted / parts > FASTEST_HZ * 1.005:
        parts += 1
    nearest = min(COMMON_RATES, key=lambda r: abs(r - wanted / parts))
    return nearest if abs(nearest / (wanted / parts) - 1) < 0.005 else Fraction(FASTEST_HZ)


class Film:
    """An open film; see ``filmed``."""

    def __init__(
        self, container: "av.container.OutputContainer", width: int, height: int, rate: Fraction,
        *, sound: bool,
    ) -> None:  # fmt: skip
        self._container = container
        self.rate = rate
        self._picture = _picture_stream(container, width, height, rate)
        self._sound = _sound_stream(container) if sound else None
        self._n_pictures = 0
        self._n_samples = 0
        self._left = np.zeros(0, np.int16)

    @property
    def length_s(self) -> float:
        """Seconds of pictures so far."""
        return float(self._n_pictures / self.rate)

    def show(self, rgb: "NDArray[np.uint8]") -> None:
        """Append one picture, shape ``(height, width, 3)``, for one tick."""
        import av
        import cv2

        # eight times as fast as the encoder library's own conversion
        planes = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = self._n_pictures, 1 / self.rate
        self._n_pictures += 1
        self._container.mux(self._picture.encode(frame))

    def play(self, samples: "NDArray[np.int16]") -> None:
        """Append sound, shape ``(n,)``; the first sample is heard at second 0."""
        if self._sound is None:
            return
        waiting = np.concatenate((self._left, samples))
        whole = len(waiting) // SOUND_FRAME * SOUND_FRAME
        for first in range(0, whole, SOUND_FRAME):
            self._encode(waiting[first : first + SOUND_FRAME])
        self._left = waiting[whole:]

    def finish(self) -> None:
        """Write what the encoders still hold."""
        if self._sound is not None:
            if len(self._left):
                self._encode(self._left)
            self._container.mux(self._sound.encode(None))
        self._container.mux(self._picture.encode(None))

    def _encode(self, samples: "NDArray[np.int16]") -> None:
        import av

        assert self._sound is not None
        wave = (samples.astype(np.float32) / 32768).reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, self._n_samples
        frame.time_base = Fraction(1, SAMPLE_RATE_HZ)
        self._n_samples += len(samples)
        self._container.mux(self._sound.encode(frame))


@contextmanager
def filmed(
    path: Path, width: int, height: int, rate: Fraction, *, sound: bool, title: str, about: str
) -> Iterator[Film]:
    """Give a film that is written to ``path``.

    Args:
        path: A file that may be overwritten.
        width: Pixels, even.
        height: Pixels, even.
        rate: Pictures per second.
        sound: There will be some.
        title: For the file's own description.
        about: Likewise.

    Raises:
        OSError: It cannot be written, for instance because the disk is full.
    """
    import av

    # by its full path as a file: a colon in a folder's name would be read as a protocol
    place = f"file:{path.absolute()}"
    try:
        with av.open(place, "w", format="mp4", options={"movflags": "+faststart"}) as container:
            container.metadata.update({"title": title, "comment": about})
            film = Film(container, width, height, rate, sound=sound)
            yield film
            film.finish()
    except av.FFmpegError as error:
        raise OSError(error.errno, error.strerror or str(error)) from error


def _picture_stream(
    container: "av.container.OutputContainer", width: int, height: int, rate: Fraction
) -> "av.VideoStream":
    import av

    name = "libx264" if "libx264" in av.codecs_available else "mpeg4"
    stream = cast("av.VideoStream", container.add_stream(name, rate=rate))
    stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
    context = stream.codec_context
    context.time_base = 1 / rate
    # said, not left to guesses, which go by size: BT.601, limited range, as ``show`` converts
    context.colorspace, context.color_range = 6, 1
    if name == "libx264":
        context.options = {"preset": "superfast", "crf": "21"}
    else:
        context.bit_rate = max(500_000, width * height * 4)
    return stream


def _sound_stream(container: "av.container.OutputContainer") -> "av.AudioStream":
    stream = container.add_stream("aac", rate=SAMPLE_RATE_HZ, layout="mono")
    stream.bit_rate = SOUND_BITS
    return stream
