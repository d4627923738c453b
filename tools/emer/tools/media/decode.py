"""One streaming pass over a clip: sound, sampled pictures and subtitle cues, on one clock.

Reads    a probed file, in the decoder's process, which may crash or hang without harm
Returns  an iterator of ``SoundBlock``, ``Frame``, ``Luma`` and ``Cue``, about in time order
Cost     dominated by video decoding, which runs ahead on a core of its own
Memory   flat with length: nothing is kept here; some pictures ahead are in shared memory

What can be decoded before a crash is kept, and ``PassReport`` says why it ends where it ends.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from emer.tools.findings import Spanned
from emer.tools.media.decoder_pool import lent, reason_of, said
from emer.tools.media.info import MediaInfo
from emer.tools.media.items import (
    COUNTERS,
    MAX_SIDE_PX,
    SAMPLE_RATE_HZ,
    Frame,
    Luma,
    PassReport,
    RawCue,
    SoundBlock,
    Source,
)
from emer.tools.media.probe import stamp_of_probed
from emer.tools.media.ring import Reader
from emer.tools.media.subtitles import Cue, cue_of
from emer.tools.worker import Message, WorkerStuck, WorkerTrouble

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

__all__ = [
    "MAX_SIDE_PX", "SAMPLE_RATE_HZ", "Frame", "Luma", "PassReport", "SoundBlock", "pictures_at",
    "source_of", "stream",
]  # fmt: skip


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
        ToolUnavailable: No decoder can be started.
    """
    report = report if report is not None else PassReport()
    request: dict[str, Any] = {
        "source": asdict(source_of(info)), "stamp": stamp_of_probed(path, info),
        "rate_hz": rate_hz, "span": (span.start_s, span.end_s) if span else None,
        "sound": sound, "pictures": pictures, "luma": luma,
    }  # fmt: skip
    with lent() as decoder:
        ring = decoder.ring
        try:
            with closing(decoder.ask("stream", path, **request)) as answers:  # type: ignore[type-var]
                for answer in answers:
                    _count(answer, report)
                    yield from _items(answer, ring)
        except WorkerTrouble as trouble:
            if not report.n_frames_decoded and not report.n_samples:
                raise said(trouble, path) from trouble
            report.damage()
            report.stopped = f"decoding {reason_of(trouble)}"
            report.loss = "timed_out" if isinstance(trouble, WorkerStuck) else "tool_failed"


def _count(answer: Message, report: PassReport) -> None:
    for name, value in zip(COUNTERS, answer.get("counters", ()), strict=False):
        setattr(report, name, value)
    report.damaged_at_s[:] = answer.get("damaged_at_s", report.damaged_at_s)
    for name, value in answer.get("report", {}).items():
        setattr(report, name, value)


def _items(answer: Message, ring: Reader) -> Iterator[SoundBlock | Frame | Luma | Cue]:
    if "cue" in answer:
        yield from cue_of(RawCue(**answer["cue"]), "subtitle_track")
    elif "luma" in answer:
        yield Luma(answer["luma"], _taken(answer, ring, np.uint8))
    elif "frame" in answer:
        yield Frame(answer["frame"], _taken(answer, ring, np.uint8), answer["scale"])
    elif "sound" in answer:
        yield SoundBlock(answer["sound"], _taken(answer, ring, np.int16))


def _taken(answer: Message, ring: Reader, dtype: "DTypeLike") -> "NDArray[Any]":
    """Return a copy, which whoever asked for it may keep, and give the room back."""
    array = ring.get(answer["place"], dtype).copy()
    ring.done(answer["place"])
    return array


def pictures_at(
    path: Path, info: MediaInfo, times_s: Sequence[float], *, max_side_px: int = MAX_SIDE_PX
) -> Iterator[tuple[float, Frame]]:
    """Yield, for each of ``times_s``, the picture that is shown at that time.

    Args:
        path: The file that ``info`` describes.
        info: From ``probe``; it has a picture.
        times_s: In ascending order. Those at which nothing can be decoded are left out.
        max_side_px: Long side of the pictures at most.

    Raises:
        MediaError: The file cannot be opened, or crashed or stalled the decoder at once.
        ToolUnavailable: No decoder can be started.
    """
    request: dict[str, Any] = {
        "source": asdict(source_of(info)), "times_s": [float(t) for t in times_s],
        "max_side_px": max_side_px,
    }  # fmt: skip
    n = 0
    with lent() as decoder:
        ring = decoder.ring
        try:
            with closing(decoder.ask("pictures", path, **request)) as answers:  # type: ignore[type-var]
                for answer in answers:
                    n += 1
                    rgb = _taken(answer, ring, np.uint8)
                    yield answer["at"], Frame(answer["frame"], rgb, answer["scale"])
        except WorkerTrouble as trouble:
            if not n:
                raise said(trouble, path) from trouble


def source_of(info: MediaInfo) -> Source:
    """Return what of ``info`` the decoder has to know."""
    return Source(
        name=info.name, kind=info.kind, origin_s=info.origin_s,
        video=info.video.index if info.video else None,
        rate_hz=info.video.rate_hz if info.video else None,
        audio=info.audio.index if info.audio else None,
        languages={s.index: s.language for s in info.subtitles},
    )  # fmt: skip
