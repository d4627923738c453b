"""Write small clips with whatever encoders this build of the media library has.

Reads    a ``Recipe``
Returns  nothing; the file is written, the same bytes every time (one thread, no random ids)
Cost     milliseconds; about 0.3 s for the slow encoders
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    import av
    from numpy.typing import NDArray

    AnyStream = Any
    """Sound, pictures or text: which one, the codec's name decides while it runs."""

_ONE_THREAD: Final = {"threads": "1", "flags": "+bitexact"}
_LOSSY: Final = {
    "libx264": {"preset": "ultrafast", "x264-params": "keyint=8:threads=1"},
    "libx265": {"preset": "ultrafast", "x265-params": "pools=none:frame-threads=1:log-level=none"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "row-mt": "0"},
    "libsvtav1": {"preset": "12", "svtav1-params": "lp=1"},
    "vorbis": {"strict": "experimental"},
}


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make one small clip. Empty names of encoders: no such stream."""

    name: str
    suffix: str
    container: str
    video: str = ""
    audio: str = ""
    pixels: str = "yuv420p"
    width_px: int = 96
    height_px: int = 64
    n_pictures: int = 10
    rate_hz: Fraction = Fraction(10)
    sound_s: float = 1.0
    sound_rate_hz: int = 16_000
    layout: str = "mono"
    subtitles: str = ""
    cues: tuple[str, ...] = ()
    tags: dict[str, str] = field(default_factory=dict)
    n_sounds: int = 1
    cover: bool = False
    odd_sound: str = ""
    """``nan``, ``inf`` or ``huge``: what every tenth sample is; for float codecs."""
    swapped: bool = False
    """Packets of sound go into the stream of pictures and the other way round."""

    def encoders(self) -> tuple[str, ...]:
        """Name what it takes."""
        return tuple(n for n in (self.video, self.audio, "png" if self.cover else "") if n)


def can_make(recipe: Recipe) -> str:
    """Return the name of the encoder that is missing here; empty if there is none."""
    import av

    for name in recipe.encoders():
        try:
            av.codec.Codec(name, "w")
        except ValueError:
            return name
    return ""


def write(recipe: Recipe, path: Path) -> None:
    """Write the clip of ``recipe`` to ``path``.

    Raises:
        av.FFmpegError: The encoder or the container does not take it.
    """
    import av

    options = {"fflags": "+bitexact"}
    with av.open(str(path), "w", format=recipe.container, container_options=options) as container:
        container.metadata.update(recipe.tags)
        video = _video(container, recipe) if recipe.video else None
        sounds = [_audio(container, recipe) for _ in range(recipe.n_sounds if recipe.audio else 0)]
        cover = _cover(container) if recipe.cover else None
        texts = _texts(container, recipe) if recipe.subtitles else None
        container.start_encoding()
        aside = {id(video): sounds[0], id(sounds[0]): video} if recipe.swapped else {}
        if cover is not None:
            container.mux(cover.encode(_picture(0, 32, 32, "rgb24")))
            container.mux(cover.encode(None))
        for stream, packet in _packets(recipe, video, sounds):
            packet.stream = aside.get(id(stream)) or stream
            container.mux(packet)
        for number, said in enumerate(recipe.cues):
            container.mux(_cue(texts, number, said))


_SCRIPT: Final = (
    b"[Script Info]\nScriptType: v4.00+\n[V4+ Styles]\nFormat: Name\nStyle: Default\n"
    b"[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
)


def _video(container: "av.container.OutputContainer", recipe: Recipe) -> "av.video.VideoStream":
    options = {**_ONE_THREAD, **_LOSSY.get(recipe.video, {})}
    stream: av.video.VideoStream = container.add_stream(
        recipe.video, rate=recipe.rate_hz, options=options
    )  # type: ignore[assignment]
    stream.width, stream.height = recipe.width_px, recipe.height_px
    stream.pix_fmt = recipe.pixels
    return stream


def _audio(container: "av.container.OutputContainer", recipe: Recipe) -> "av.audio.AudioStream":
    options = {**_ONE_THREAD, **_LOSSY.get(recipe.audio, {})}
    stream: av.audio.AudioStream = container.add_stream(
        recipe.audio, rate=recipe.sound_rate_hz, layout=recipe.layout, options=options
    )  # type: ignore[assignment]
    if not recipe.audio.startswith("pcm"):
        stream.bit_rate = 64_000
    return stream


def _texts(container: "av.container.OutputContainer", recipe: Recipe) -> "AnyStream":
    stream: AnyStream = container.add_stream(recipe.subtitles)
    stream.time_base = Fraction(1, 1000)
    stream.codec_context.subtitle_header = _SCRIPT
    return stream


def _cover(container: "av.container.OutputContainer") -> "av.video.VideoStream":
    import av

    stream: av.video.VideoStream = container.add_stream("png", rate=1)
    stream.width, stream.height, stream.pix_fmt = 32, 32, "rgb24"
    stream.disposition = av.stream.Disposition.attached_pic
    return stream


def _cue(stream: "AnyStream", number: int, said: str) -> "av.Packet[AnyStream]":
    import av

    raw = said.encode()
    if stream.codec_context.name == "mov_text":
        raw = (len(raw) & 0xFFFF).to_bytes(2, "big") + raw
    elif stream.codec_context.name == "ass":
        raw = b"%d,0,Default,,0,0,0,,%s" % (number, raw)
    packet = av.Packet(raw)
    packet.stream, packet.time_base = stream, Fraction(1, 1000)
    packet.pts = packet.dts = 100 * number
    packet.duration = 90
    return packet


def _packets(
    recipe: Recipe, video: "av.video.VideoStream | None", sounds: "list[av.audio.AudioStream]"
) -> "Iterator[tuple[Any, av.Packet[Any]]]":
    if video is not None:
        for i in range(recipe.n_pictures):
            frame = _picture(i, recipe.width_px, recipe.height_px, recipe.pixels)
            frame.pts, frame.time_base = i, 1 / recipe.rate_hz
            yield from ((video, p) for p in video.encode(frame))
        yield from ((video, p) for p in video.encode(None))
    for stream in sounds:
        for block in _sound(recipe, len(stream.layout.channels)):
            yield from ((stream, p) for p in stream.encode(block))
        yield from ((stream, p) for p in stream.encode(None))


def _picture(number: int, width: int, height: int, pixels: str) -> "av.VideoFrame":
    """Draw a gradient with a disc that wanders from picture to picture."""
    import av

    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([x * 255 // max(1, width), y * 255 // max(1, height), x * 0 + 96], axis=-1)
    centre = width * (number % 8 + 1) // 10
    disc = (x - centre) ** 2 + (y - height // 2) ** 2 < (height // 4 + 1) ** 2
    rgb[disc] = (225, 180, 150)
    rgb = rgb.astype(np.uint8)
    if pixels == "pal8":
        levels = np.arange(256, dtype=np.uint8)
        palette = np.stack([np.full_like(levels, 255), levels, levels, levels], axis=-1)
        both: Any = (rgb[:, :, 0].copy(), palette)
        return av.VideoFrame.from_ndarray(both, format="pal8")
    return av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format=pixels)


def _sound(recipe: Recipe, n_channels: int) -> "Iterator[av.AudioFrame]":
    import av

    samples = buzz(recipe.sound_s, recipe.sound_rate_hz)
    odd = {"nan": np.nan, "inf": np.inf, "huge": 1e38}.get(recipe.odd_sound)
    if odd is not None:
        samples[::10] = odd
    for first in range(0, len(samples), 960):
        block = np.repeat(samples[first : first + 960], n_channels)[None]
        frame = av.AudioFrame.from_ndarray(block, format="flt", layout=recipe.layout)
        frame.rate, frame.pts = recipe.sound_rate_hz, first
        frame.time_base = Fraction(1, recipe.sound_rate_hz)
        yield frame


def buzz(length_s: float, rate_hz: int) -> "NDArray[np.float32]":
    """Return a sound with a few harmonics, float in [-0.6, 0.6], shape ``(samples,)``."""
    t = np.arange(round(length_s * rate_hz)) / max(1, rate_hz)
    sound = sum(0.3 / k * np.sin(2 * np.pi * 140 * k * t) for k in range(1, 5))
    return np.asarray(sound, np.float32)
