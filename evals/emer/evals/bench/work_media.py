"""Measured work on media: looping it, probing it, decoding it with and without watchers."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from emer.evals.bench.clock import Clock, Part

if TYPE_CHECKING:
    import av
    from av.packet import Packet
    from av.stream import Stream

    from emer.tools.media.info import MediaInfo


def looped(source: str, target: str, seconds: float) -> list[Part]:
    """Write ``source``, again and again, to ``target`` until it lasts ``seconds``; no re-encoding.

    Returns:
        One part whose ``media_s`` is how long it became and whose ``amount`` is its height in
        pixels (0: sound only).
    """
    import av

    with av.open(source) as first, av.open(target, "w") as out, Clock() as clock:
        kept = [s for s in (first.streams.best("video"), first.streams.best("audio")) if s]
        subtitles = [s for s in first.streams.subtitles if getattr(s, "codec_context", None)]
        outputs = {s.index: _like(out, s) for s in [*kept, *subtitles[:1]]}
        for packet in _packets(source, list(outputs), seconds):
            packet.stream = outputs[packet.stream.index]
            out.mux(packet)
        pictures = first.streams.best("video")
        height = pictures.codec_context.height if isinstance(pictures, av.VideoStream) else 0
    from emer.tools.media.probe import probe

    return [clock.part("looped", media_s=probe(Path(target)).duration_s, amount=height)]


def _like(out: "av.container.OutputContainer", stream: "Stream") -> "Stream":
    made: Stream = out.add_stream_from_template(stream)
    return made


def _packets(source: str, indices: list[int], seconds: float) -> "Iterator[Packet[Any]]":
    """Yield the packets of one stream after another round, each round later than the last."""
    import av

    shift_s = earliest_s = 0.0
    while shift_s < seconds:
        ends_s = shift_s
        with av.open(source) as container:
            chosen = [s for s in container.streams if s.index in indices]
            for packet in container.demux(*chosen):
                if packet.dts is None or packet.pts is None or packet.time_base is None:
                    continue
                base = packet.time_base
                shift = round(shift_s / base)
                start_s = float(packet.pts * base) + shift_s
                if start_s >= seconds:
                    continue
                ends_s = max(ends_s, start_s + float((packet.duration or 0) * base))
                earliest_s = min(earliest_s, float(packet.dts * base))
                packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                yield packet
        if ends_s <= shift_s:
            raise ValueError("nothing in this file can be copied")
        # decoding begins before the first picture or sound is due: these lie before second 0
        shift_s = ends_s - earliest_s


def probed(path: str) -> list[Part]:
    """Describe the file, its content hash included."""
    with Clock() as clock:
        info = _info(path)
    return [clock.part("probe", media_s=info.duration_s, whole=True)]


def decoded(path: str, rate_hz: float, sound: bool, pictures: bool, name: str) -> list[Part]:
    """Run the decoding pass and look at nothing."""
    from emer.tools.media.decode import PassReport, stream

    info, report = _info(path), PassReport()
    with Clock() as clock:
        for _ in stream(
            Path(path), info, rate_hz=rate_hz, sound=sound, pictures=pictures, report=report
        ):
            pass
    return [_with_pictures(clock, name, report.n_frames_sampled, info.duration_s)]


def taken_in(
    path: str, rate_hz: float, workspace: str, watchers: list[str] | None, name: str
) -> list[Part]:
    """Take the clip in, as an analysis does, with all watchers (``None``) or those named."""
    from emer.agent.engines import chosen_engines
    from emer.agent.settings import Settings
    from emer.tools.media.intake import take_in
    from emer.tools.specialist import PassSpecialist

    eyes = {
        tool: s
        for tool, s in chosen_engines(Settings())[0].items()
        if isinstance(s, PassSpecialist) and (watchers is None or tool in watchers)
    }
    folder = Path(workspace)
    folder.mkdir(exist_ok=True)
    info = _info(path)
    with Clock() as clock:
        _, report, _ = take_in(Path(path), info, folder, rate_hz=rate_hz, watchers=eyes)
    return [_with_pictures(clock, name, report.n_frames_sampled, info.duration_s)]


def floor(path: str, rate_hz: float, name: str) -> list[Part]:
    """Decode with PyAV alone to the same pictures and the same sound: what nobody can undercut."""
    import av
    import numpy  # noqa: F401 - PyAV imports it with the first picture: that is not decoding

    from emer.tools.media.decode import MAX_SIDE_PX

    with Clock() as clock, av.open(path) as container:
        streams = [
            s for s in (container.streams.best("video"), container.streams.best("audio")) if s
        ]
        for s in streams:
            if isinstance(s, av.VideoStream):
                s.thread_type = "AUTO"
        resampler = av.AudioResampler("s16", "mono", 16_000)
        due_s, n, last_s = 0.0, 0, 0.0
        for frame in container.decode(*streams):
            if not isinstance(frame, av.AudioFrame | av.VideoFrame):
                continue
            last_s = max(last_s, frame.time or 0.0)
            if isinstance(frame, av.AudioFrame):
                for block in resampler.resample(frame):
                    block.to_ndarray()
            elif (frame.time or 0.0) >= due_s - 1e-3:
                due_s = (int(((frame.time or 0.0) + 1e-3) * rate_hz) + 1) / rate_hz
                _small(frame, MAX_SIDE_PX)
                n += 1
    return [_with_pictures(clock, name, n, _info(path).duration_s)]


def _small(frame: "av.VideoFrame", max_side_px: int) -> None:
    shrink = max(1.0, max(frame.width, frame.height) / max_side_px)
    width, height = round(frame.width / shrink), round(frame.height / shrink)
    frame.reformat(width=width, height=height, format="rgb24").to_ndarray()


def _info(path: str) -> "MediaInfo":
    from emer.tools.media.probe import probe

    return probe(Path(path))


def _with_pictures(clock: Clock, name: str, n_pictures: int, media_s: float) -> Part:
    counted = {"amount": n_pictures, "unit": "pictures"} if n_pictures else {}
    return clock.part(name, media_s=media_s, whole=True, **counted)


JOBS: dict[str, Callable[..., list[Part]]] = {
    "looped": looped, "probed": probed, "decoded": decoded, "taken_in": taken_in, "floor": floor,
}  # fmt: skip
