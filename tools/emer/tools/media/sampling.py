"""From decoded frames to what is looked at and listened to: sampled pictures, one gapless track.

Reads    frames of the decoder, in its order
Returns  ``Frame``, ``Luma`` and ``SoundBlock`` values on the media's clock

Runs in the decoder's process; see ``emer.tools.media.decoder``.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.media.items import (
    MAX_SIDE_PX,
    SAMPLE_RATE_HZ,
    Frame,
    Luma,
    PassReport,
    SoundBlock,
    Source,
)

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

MAX_SILENCE_FILLED_S: Final = 3600.0
_8BIT_PLANAR: Final = ("yuv4", "yuvj4", "nv12", "nv21", "gray")


class Pictures:
    """Turns decoded video frames into sampled pictures."""

    def __init__(
        self,
        source: Source,
        rate_hz: float,
        first_s: float,
        end_s: float,
        report: PassReport,
        *,
        luma: bool,
    ) -> None:
        self._source = source
        self._step_s = 1.0 / rate_hz
        self._first_s, self._end_s = first_s, end_s
        self._due_s = first_s
        self._report = report
        self._luma = luma
        self._previous_s = -1.0
        self.done = source.video is None

    def see(self, frame: "av.VideoFrame") -> Iterator[Frame | Luma]:
        """Take in one decoded picture and yield what is wanted of it."""
        time_s = self._time_of(frame)
        if time_s >= self._end_s:
            self.done = True
            return
        self._report.n_frames_decoded += 1
        self._report.last_s = max(self._report.last_s, time_s)
        if time_s < self._first_s - 1e-6:
            return
        turns = round(frame.rotation / 90) % 4
        if self._luma and _has_8bit_luma(frame):
            yield Luma(time_s, np.rot90(_luma_of(frame), turns))
        if time_s >= self._due_s - 1e-3:
            # the next picture is due at the next tick of the grid, however late this one came
            ticks = int((time_s - self._first_s + 1e-3) / self._step_s) + 1
            self._due_s = self._first_s + ticks * self._step_s
            self._report.n_frames_sampled += 1
            yield upright_rgb(frame, time_s, turns)

    def _time_of(self, frame: "av.VideoFrame") -> float:
        rate = self._source.rate_hz or 25.0
        if frame.time is None:
            time_s = self._previous_s + 1.0 / rate if self._previous_s >= 0 else 0.0
        else:
            time_s = max(0.0, frame.time - self._source.origin_s)
        self._previous_s = time_s
        return time_s


def _has_8bit_luma(frame: "av.VideoFrame") -> bool:
    """Whether the first plane is luma, one byte per pixel (10-bit formats have two)."""
    name = frame.format.name
    return name.startswith(_8BIT_PLANAR) and frame.format.components[0].bits == 8


def _luma_of(frame: "av.VideoFrame") -> "NDArray[np.uint8]":
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    return rows[: frame.height, : frame.width]


def upright_rgb(
    frame: "av.VideoFrame", time_s: float, turns: int, max_side_px: int = MAX_SIDE_PX
) -> Frame:
    """Convert one picture; what is returned may be a view that ends with the frame after it."""
    shrink = max(1.0, max(frame.width, frame.height) / max_side_px)
    width, height = max(1, round(frame.width / shrink)), max(1, round(frame.height / shrink))
    plane = frame.reformat(width=width, height=height, format="rgb24").planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)
    rgb = rows[:height, : 3 * width].reshape(height, width, 3)
    return Frame(time_s, np.rot90(rgb, turns) if turns else rgb, frame.width / width)


class Sound:
    """Turns decoded audio frames into a gapless 16 kHz mono track on the media's clock."""

    TOLERANCE_S: Final = 0.05

    def __init__(self, source: Source, first_s: float, end_s: float, report: PassReport) -> None:
        import av

        self._resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE_HZ)
        self._layout: tuple[str, str, int] | None = None
        self._source = source
        self._first_s, self._end_s = first_s, end_s
        self._next = round(first_s * SAMPLE_RATE_HZ)
        self._last = None if end_s == float("inf") else round(end_s * SAMPLE_RATE_HZ)
        self._report = report
        self._place: int | None = None
        self.done = source.audio is None

    def hear(self, frame: "av.AudioFrame") -> Iterator[SoundBlock]:
        """Take in one decoded stretch and yield what follows the block before."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._layout:  # some streams change their format on the way
            if self._layout is not None:
                yield from self.finish()
            self._resampler = type(self._resampler)("s16", "mono", SAMPLE_RATE_HZ)
            self._layout = shape
        if frame.time is not None:
            start = round((frame.time - self._source.origin_s) * SAMPLE_RATE_HZ)
            expected = self._place
            if expected is None or abs(start - expected) > self.TOLERANCE_S * SAMPLE_RATE_HZ:
                self._place = start
        elif self._place is None:
            self._place = 0
        assert self._place is not None
        length = round(frame.samples * SAMPLE_RATE_HZ / frame.sample_rate)
        place = self._place
        self._place += length
        for part in self._resampler.resample(frame):
            yield from self._put(place, part)

    def finish(self) -> Iterator[SoundBlock]:
        """Flush what the resampler still holds."""
        if self._layout is None:
            return
        for part in self._resampler.resample(None):
            yield from self._put(self._next, part)
        self._layout = None

    def _put(self, place: int, part: "av.AudioFrame") -> Iterator[SoundBlock]:
        samples = part.to_ndarray().reshape(-1).astype(np.int16, copy=False)
        tolerance = self.TOLERANCE_S * SAMPLE_RATE_HZ
        if place - self._next > tolerance:
            yield from self._silence(place - self._next)
        elif self._next - place > tolerance or (place < 0 and not self._report.n_samples):
            # time ran backwards, or the codec's run-in lies before second 0: keep what is new
            samples = samples[self._next - place :]
        if self._last is not None and self._next + len(samples) >= self._last:
            samples = samples[: max(0, self._last - self._next)]
            self.done = True
        if len(samples):
            yield self._block(samples)

    def _silence(self, n: int) -> Iterator[SoundBlock]:
        n = min(n, int(MAX_SILENCE_FILLED_S * SAMPLE_RATE_HZ))
        if self._last is not None:
            n = min(n, max(0, self._last - self._next))
        while n > 0:
            chunk = min(n, SAMPLE_RATE_HZ)
            yield self._block(np.zeros(chunk, np.int16))
            n -= chunk

    def _block(self, samples: "NDArray[np.int16]") -> SoundBlock:
        block = SoundBlock(self._next / SAMPLE_RATE_HZ, samples)
        self._next += len(samples)
        self._report.n_samples += len(samples)
        self._report.last_s = max(self._report.last_s, self._next / SAMPLE_RATE_HZ)
        return block
