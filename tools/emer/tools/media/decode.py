"""One streaming pass over a clip: sound, sampled pictures and subtitle cues, on one clock.

Reads    a probed file
Returns  an iterator of ``SoundBlock``, ``Frame``, ``Luma`` and ``Cue``, about in time order
Cost     dominated by video decoding; only the sampled frames are converted to RGB
Memory   flat with length: nothing is kept here

Times come from the container (variable frame rates keep their true times); a frame without a
time stamp gets the one that its place in the stream implies. Damage inside the stream is skipped
and counted in ``PassReport``, so that what can be seen is seen.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.errors import MediaError
from emer.tools.findings import Spanned
from emer.tools.media.info import MediaInfo
from emer.tools.media.probe import open_container
from emer.tools.media.subtitles import Cue, cue_of

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

SAMPLE_RATE_HZ: Final = 16_000
MAX_SIDE_PX: Final = 1280
"""Pictures are scaled down to this long side before anybody looks at them."""
SEEK_S: Final = 3.0
"""Pictures wanted further apart than this are sought, not decoded up to."""
MAX_SILENCE_FILLED_S: Final = 3600.0
_8BIT_PLANAR: Final = ("yuv4", "yuvj4", "nv12", "nv21", "gray")


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


@dataclass(frozen=True, slots=True)
class Luma:
    """Brightness of a picture, sampled or not, at full size: free to look at, dear to convert."""

    time_s: float
    grey: "NDArray[np.uint8]"
    """Shape ``(height, width)``, upright, a view that is valid until the next item is asked for."""


@dataclass(slots=True)
class PassReport:
    """What a pass met on its way; complete once the iterator is exhausted."""

    last_s: float = 0.0
    n_frames_decoded: int = 0
    n_frames_sampled: int = 0
    n_samples: int = 0
    n_damaged: int = 0
    damaged_at_s: list[float] = field(default_factory=list)


def stream(
    path: Path,
    info: MediaInfo,
    *,
    rate_hz: float,
    span: Spanned | None = None,
    sound: bool = True,
    pictures: bool = True,
    luma: bool = False,
    report: PassReport | None = None,
) -> Iterator[SoundBlock | Frame | Luma | Cue]:
    """Decode ``path`` once.

    Args:
        path: The file that ``info`` describes.
        info: From ``probe``.
        rate_hz: Sampled pictures per second; fewer if the video has fewer.
        span: Only this stretch; decoding starts at the key frame before it. Default: all.
        sound: Yield the soundtrack and the subtitle cues (if there are any).
        pictures: Yield sampled pictures (if there are any).
        luma: Also yield the brightness of every decoded picture, each before the sampled
            picture of the same time.
        report: Filled while the pass runs.

    Raises:
        MediaError: Nothing at all could be decoded.
    """
    report = report if report is not None else PassReport()
    with open_container(path) as container:
        streams = _chosen(container, info, sound=sound, pictures=pictures)
        if not streams:
            return
        first_s, end_s = (span.start_s, span.end_s) if span else (0.0, float("inf"))
        if first_s > 0:
            container.seek(int((info.origin_s + first_s) * 1_000_000), backward=True)
        eyes = _Pictures(info, rate_hz, first_s, end_s, report, luma=luma)
        ears = _Sound(info, first_s, end_s, report)
        yield from _demux(container, streams, eyes, ears, info, report)
    if not report.n_frames_decoded and not report.n_samples and span is None:
        raise MediaError(
            f"nothing in {info.name} can be decoded",
            remedy="The file is damaged or cut off; copy or export it again.",
        )


def pictures_at(
    path: Path, info: MediaInfo, times_s: Sequence[float], *, max_side_px: int = MAX_SIDE_PX
) -> Iterator[tuple[float, Frame]]:
    """Yield, for each of ``times_s``, the picture that is shown at that time.

    Args:
        path: The file that ``info`` describes.
        info: From ``probe``; it has a picture.
        times_s: In ascending order. Those at which nothing can be decoded are left out.
        max_side_px: Long side of the pictures at most.
    """
    import av

    with open_container(path) as container:
        stream = next(
            s for s in container.streams.video if info.video and s.index == info.video.index
        )
        stream.thread_type = "AUTO"
        frames, reached_s = container.decode(stream), -1.0
        for time_s in times_s:
            if time_s - reached_s > SEEK_S and info.kind != "image":
                container.seek(int((info.origin_s + time_s) * 1_000_000), backward=True)
                frames = container.decode(stream)
            shown = None
            with suppress(av.FFmpegError):
                for frame in frames:
                    reached_s = max(0.0, (frame.time or 0.0) - info.origin_s)
                    shown = frame
                    if reached_s >= time_s - 1e-3:
                        break
            if shown is not None:
                turns = round(shown.rotation / 90) % 4
                yield time_s, _upright_rgb(shown, reached_s, turns, max_side_px)


def _chosen(
    container: "av.container.InputContainer", info: MediaInfo, *, sound: bool, pictures: bool
) -> "list[av.stream.Stream]":
    wanted: set[int] = set()
    if pictures and info.video:
        wanted.add(info.video.index)
    if sound and info.audio:
        wanted.add(info.audio.index)
    if sound:  # what is said, too, may come without a soundtrack
        wanted.update(s.index for s in info.subtitles)
    chosen = [s for s in container.streams if s.index in wanted]
    for s in container.streams.video:
        if s in chosen:
            s.thread_type = "AUTO"
    return chosen


def _demux(
    container: "av.container.InputContainer",
    streams: "list[av.stream.Stream]",
    eyes: "_Pictures",
    ears: "_Sound",
    info: MediaInfo,
    report: PassReport,
) -> Iterator[SoundBlock | Frame | Luma | Cue]:
    import av
    from av.subtitles.stream import SubtitleStream

    packets = container.demux(*streams)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:
            report.n_damaged += 1
            break
        if packet is None:
            break
        try:
            if isinstance(packet.stream, SubtitleStream):
                yield from cue_of(packet, info)
                continue
            frames = packet.decode()
        except av.FFmpegError:
            report.n_damaged += 1
            if len(report.damaged_at_s) < 100:
                report.damaged_at_s.append(round(report.last_s, 3))
            continue
        for frame in frames:
            if isinstance(frame, av.VideoFrame):
                yield from eyes.see(frame)
            elif isinstance(frame, av.AudioFrame):
                yield from ears.hear(frame)
        if eyes.done and ears.done:
            break
    yield from ears.finish()


class _Pictures:
    """Turns decoded video frames into sampled pictures."""

    def __init__(
        self,
        info: MediaInfo,
        rate_hz: float,
        first_s: float,
        end_s: float,
        report: PassReport,
        *,
        luma: bool,
    ) -> None:
        self._info = info
        self._step_s = 1.0 / rate_hz
        self._first_s, self._end_s = first_s, end_s
        self._due_s = first_s
        self._report = report
        self._luma = luma
        self._previous_s = -1.0
        self.done = info.video is None

    def see(self, frame: "av.VideoFrame") -> Iterator[Frame | Luma]:
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
            yield _upright_rgb(frame, time_s, turns)

    def _time_of(self, frame: "av.VideoFrame") -> float:
        rate = (self._info.video and self._info.video.rate_hz) or 25.0
        if frame.time is None:
            time_s = self._previous_s + 1.0 / rate if self._previous_s >= 0 else 0.0
        else:
            time_s = max(0.0, frame.time - self._info.origin_s)
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


def _upright_rgb(
    frame: "av.VideoFrame", time_s: float, turns: int, max_side_px: int = MAX_SIDE_PX
) -> Frame:
    shrink = max(1.0, max(frame.width, frame.height) / max_side_px)
    width, height = max(1, round(frame.width / shrink)), max(1, round(frame.height / shrink))
    rgb = frame.reformat(width=width, height=height, format="rgb24").to_ndarray()
    rgb = rgb.astype(np.uint8, copy=False)
    upright = np.ascontiguousarray(np.rot90(rgb, turns)) if turns else rgb
    return Frame(time_s, upright, frame.width / width)


class _Sound:
    """Turns decoded audio frames into a gapless 16 kHz mono track on the media's clock."""

    TOLERANCE_S: Final = 0.05

    def __init__(self, info: MediaInfo, first_s: float, end_s: float, report: PassReport) -> None:
        import av

        self._resampler = av.AudioResampler("s16", "mono", SAMPLE_RATE_HZ)
        self._layout: tuple[str, str, int] | None = None
        self._info = info
        self._first_s, self._end_s = first_s, end_s
        self._next = round(first_s * SAMPLE_RATE_HZ)
        self._last = None if end_s == float("inf") else round(end_s * SAMPLE_RATE_HZ)
        self._report = report
        self._place: int | None = None
        self.done = info.audio is None

    def hear(self, frame: "av.AudioFrame") -> Iterator[SoundBlock]:
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._layout:  # some streams change their format on the way
            if self._layout is not None:
                yield from self.finish()
            self._resampler = type(self._resampler)("s16", "mono", SAMPLE_RATE_HZ)
            self._layout = shape
        if frame.time is not None:
            start = round((frame.time - self._info.origin_s) * SAMPLE_RATE_HZ)
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
