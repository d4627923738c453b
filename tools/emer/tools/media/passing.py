"""One streaming pass over a clip: sound, sampled pictures and subtitle cues, on one clock.

Reads    a probed file
Returns  an iterator of ``SoundBlock``, ``Frame``, ``Luma`` and ``RawCue``, about in time order
Cost     dominated by video decoding; only the sampled frames are converted to RGB
Memory   flat with length: nothing is kept here

Times come from the container (variable frame rates keep their true times); a frame without a
time stamp gets the one that its place in the stream implies. Damage inside the stream is skipped
and counted in ``PassReport``, so that what can be seen is seen.

Runs in the decoder's process; see ``emer.tools.media.decoder``.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from emer.tools.errors import MediaError
from emer.tools.media.container import (
    DECODER_OPTIONS,
    change_since,
    container_in,
    open_container,
    open_file,
    stamp_of,
    why,
)
from emer.tools.media.items import (
    MAX_CUE_CHARS_READ,
    MAX_CUES,
    MAX_DURATION_S,
    MAX_SIDE_PX,
    SAMPLE_RATE_HZ,
    Frame,
    Luma,
    PassReport,
    RawCue,
    SoundBlock,
    Source,
    Stamp,
)
from emer.tools.media.sampling import Pictures, Sound, upright_rgb

if TYPE_CHECKING:
    import av

Item = SoundBlock | Frame | Luma | RawCue

SEEK_S: Final = 3.0
"""Pictures wanted further apart than this are sought, not decoded up to."""
BLOCK_S: Final = 0.25
"""Sound is handed on in blocks of about this length."""
MAX_CUES_CHARS: Final = 5_000_000
"""More text of all subtitles of a clip is not read."""


def stream(
    path: Path,
    source: Source,
    *,
    rate_hz: float,
    report: PassReport,
    span: tuple[float, float] | None = None,
    sound: bool = True,
    pictures: bool = True,
    luma: bool = False,
    stamp: Stamp | None = None,
    beat: Callable[[], None] = lambda: None,
) -> Iterator[Item]:
    """Decode ``path`` once; the arguments are those of ``emer.tools.media.decode.stream``.

    Args:
        path: The file that ``source`` describes.
        source: What to decode of it.
        rate_hz: Sampled pictures per second.
        report: Filled while the pass runs.
        span: Start and end in seconds; default: all.
        sound: Yield the soundtrack and the subtitle cues.
        pictures: Yield sampled pictures; they and ``Luma`` are views that end with the item.
        luma: Also yield the brightness of every decoded picture.
        stamp: Of the file when it was probed, if known.
        beat: Called while the work goes on.

    Raises:
        MediaError: Nothing at all could be decoded.
    """
    with open_file(path) as handle:
        before = stamp or stamp_of(handle)
        with container_in(handle, path) as container:
            streams = _chosen(container, source, sound=sound, pictures=pictures)
            if not streams:
                return
            first_s, end_s = span or (0.0, float("inf"))
            if first_s > 0:
                container.seek(int((source.origin_s + first_s) * 1_000_000), backward=True)
            eyes = Pictures(source, rate_hz, first_s, end_s, report, luma=luma)
            ears = Sound(source, first_s, end_s, report)
            ears.done |= not sound
            yield from _in_blocks(_demux(container, streams, eyes, ears, source, report, beat))
        if change := change_since(before, handle, path):
            report.changed = True
            report.notes.append(change)
    if not report.n_frames_decoded and not report.n_samples and span is None:
        raise MediaError(
            f"nothing in {source.name} can be decoded",
            remedy="The file is damaged or cut off; copy or export it again.",
        )


def pictures_at(
    path: Path,
    source: Source,
    times_s: Sequence[float],
    *,
    max_side_px: int = MAX_SIDE_PX,
    beat: Callable[[], None] = lambda: None,
) -> Iterator[tuple[float, Frame]]:
    """Yield, for each of ``times_s`` (ascending), the picture that is shown at that time.

    Raises:
        MediaError: The file cannot be opened.
    """
    import av

    with open_container(path) as container:
        stream = next((s for s in container.streams.video if s.index == source.video), None)
        if stream is None:
            return
        stream.thread_type = "AUTO"
        stream.codec_context.options = DECODER_OPTIONS
        frames, reached_s = container.decode(stream), -1.0
        for time_s in times_s:
            if time_s - reached_s > SEEK_S and source.kind != "image":
                container.seek(int((source.origin_s + time_s) * 1_000_000), backward=True)
                frames = container.decode(stream)
            shown = None
            with suppress(av.FFmpegError):
                for frame in frames:
                    beat()
                    reached_s = max(0.0, (frame.time or 0.0) - source.origin_s)
                    shown = frame
                    if reached_s >= time_s - 1e-3:
                        break
            if shown is not None:
                turns = round(shown.rotation / 90) % 4
                yield time_s, upright_rgb(shown, reached_s, turns, max_side_px)


def _chosen(
    container: "av.container.InputContainer", source: Source, *, sound: bool, pictures: bool
) -> "list[av.stream.Stream]":
    wanted: set[int | None] = set()
    if pictures:
        wanted.add(source.video)
    if sound:  # what is said, too, may come without a soundtrack
        wanted.update({source.audio, *source.languages})
    chosen = [s for s in container.streams if s.index in wanted]
    for s in container.streams.video:
        if s in chosen:
            s.thread_type = "AUTO"
            s.codec_context.options = DECODER_OPTIONS
    return chosen


def _demux(
    container: "av.container.InputContainer",
    streams: "list[av.stream.Stream]",
    eyes: Pictures,
    ears: Sound,
    source: Source,
    report: PassReport,
    beat: Callable[[], None],
) -> Iterator[Item]:
    import av
    from av.subtitles.stream import SubtitleStream

    packets = container.demux(*streams)
    n_cues = n_chars = 0
    while not (eyes.done and ears.done):
        beat()
        try:
            packet = next(packets, None)
        except MemoryError:
            raise
        except (av.FFmpegError, OSError) as error:
            report.damage()
            report.stopped = f"reading it failed: {why(error)}"
            break
        if packet is None:
            break
        if report.last_s > MAX_DURATION_S:
            report.notes.append(f"what lies after {MAX_DURATION_S / 3600:.0f} h was left out")
            break
        try:
            if isinstance(packet.stream, SubtitleStream):
                for cue in _cues(packet, source):
                    n_cues, n_chars = n_cues + 1, n_chars + len(cue.text)
                    if n_cues <= MAX_CUES and n_chars <= MAX_CUES_CHARS:
                        yield cue
                continue
            frames = packet.decode()
        except MemoryError:
            raise
        except av.FFmpegError:
            report.damage()
            continue
        for frame in frames:
            if isinstance(frame, av.VideoFrame):
                yield from eyes.see(frame)
            elif isinstance(frame, av.AudioFrame):
                yield from ears.hear(frame)
    if n_cues > MAX_CUES or n_chars > MAX_CUES_CHARS:
        report.notes.append(f"of {n_cues} subtitles only the first were read: they are too many")
    yield from ears.finish()


def _cues(packet: "av.packet.Packet[av.stream.Stream]", source: Source) -> Iterator[RawCue]:
    """Decode one packet of an embedded text track; picture subtitles yield nothing."""
    if packet.pts is None or not packet.time_base or not packet.size:
        return
    start_s = float(packet.pts * packet.time_base) - source.origin_s
    length_s = float((packet.duration or 0) * packet.time_base)
    language = source.languages.get(packet.stream.index)
    for shown in packet.decode():
        for rect in getattr(shown, "rects", ()) or (shown,):
            raw = getattr(rect, "dialogue", b"") or getattr(rect, "text", b"")
            text = raw[:MAX_CUE_CHARS_READ]
            text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
            if text:
                yield RawCue(text, start_s, start_s + (length_s or 2.0), language)


def _in_blocks(items: Iterator[Item]) -> Iterator[Item]:
    """Join the decoder's small stretches of sound, for which a message each would be dear."""
    held: list[SoundBlock] = []
    n = 0
    for item in items:
        if isinstance(item, SoundBlock):
            held.append(item)
            n += len(item.samples)
        if n >= BLOCK_S * SAMPLE_RATE_HZ or (n and isinstance(item, Frame)):
            yield _joined(held)
            held, n = [], 0
        if not isinstance(item, SoundBlock):
            yield item
    if n:
        yield _joined(held)


def _joined(blocks: list[SoundBlock]) -> SoundBlock:
    if len(blocks) == 1:
        return blocks[0]
    return SoundBlock(blocks[0].start_s, np.concatenate([b.samples for b in blocks]))
