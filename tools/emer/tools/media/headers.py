"""Describe a container before it is decoded, as plain values from which ``MediaInfo`` is built.

Reads    an open file: its headers, its first picture (for the rotation) and, once, all of it
Returns  a dict with the fields of ``MediaInfo``
Cost     about 1 s per GB for the content hash

Runs in the decoder's process; see ``emer.tools.media.decoder``.
"""

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from emer.tools.errors import MediaError
from emer.tools.media.container import DECODER_OPTIONS, change_since, container_in, stamp_of
from emer.tools.media.items import MAX_DURATION_S, MAX_PIXELS
from emer.tools.shown import as_text

if TYPE_CHECKING:
    import av

IMAGE_CONTAINERS: Final = frozenset(
    {"png_pipe", "jpeg_pipe", "webp_pipe", "bmp_pipe", "tiff_pipe", "image2", "jpegls_pipe"}
)
# Demuxers that read other files or the network on behalf of the one that was named.
REFERRING_CONTAINERS: Final = frozenset(
    {"hls", "concat", "dash", "sdp", "rtsp", "imf", "webm_dash"}
)
# Demuxers that would take any bytes for media.
GREEDY_CONTAINERS: Final = frozenset(
    {"tty", "lrc", "ffmetadata", "ansi", "bin", "xbin", "adf", "idf"}
)
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,4}")
_CHUNK_BYTES: Final = 1 << 20


def described(handle: BinaryIO, path: Path, beat: Callable[[], None]) -> dict[str, Any]:
    """Describe the media in ``handle``.

    Args:
        handle: From ``open_file``.
        path: Where it lies, for messages.
        beat: Called while the work goes on.

    Raises:
        MediaError: It is not media, refers to other files, or is larger than the caps.
    """
    before = stamp_of(handle)
    with container_in(handle, path) as container:
        facts = _describe(container, path, before.size_bytes)
    facts["sha256"] = _sha256(handle, beat)
    if change := change_since(before, handle, path):
        raise MediaError(
            f"{path.name} cannot be described: {change}",
            remedy="Wait until it is complete, then try again.",
        )
    return facts


def _describe(container: "av.container.InputContainer", path: Path, size: int) -> dict[str, Any]:
    names = set(container.format.name.split(","))
    if names & REFERRING_CONTAINERS:
        raise MediaError(
            f"{path.name} is a playlist, which points at other files",
            remedy="Give the media file itself.",
        )
    if names & GREEDY_CONTAINERS:
        raise MediaError(
            f"{path.name} is text or unknown data, not media",
            remedy="Give an audio, video or image file.",
        )
    notes: list[str] = []
    video = _video(container, path, notes)
    audio = _audio(container, notes)
    if video is None and audio is None:
        raise _nothing_to_show(container, path)
    is_image = video is not None and audio is None and bool(names & IMAGE_CONTAINERS)
    declared_s = (container.duration or 0) / 1_000_000
    if declared_s > MAX_DURATION_S:
        raise MediaError(
            f"{path.name} says that it lasts {declared_s / 3600:.1f} h; the limit is "
            f"{MAX_DURATION_S / 3600:.0f} h",
            remedy="Cut it into parts, or re-export it if that length is wrong.",
        )
    return {
        "name": as_text(path.name),
        "size_bytes": size,
        "kind": "image" if is_image else "video" if video else "audio",
        "container": container.format.name,
        "duration_s": 0.0 if is_image else max(0.0, declared_s),
        "origin_s": (container.start_time or 0) / 1_000_000,
        "video": video,
        "audio": audio,
        "subtitles": [
            {"index": s.index, "codec": s.codec_context.name, "language": _language(s)}
            for s in container.streams.subtitles
            if _decodable(s)
        ],
        "notes": notes,
    }


def _nothing_to_show(container: "av.container.InputContainer", path: Path) -> MediaError:
    """Say why no stream of the file can be looked at or listened to."""
    reasons = dict.fromkeys(_lack(s) for s in container.streams)
    said = "; ".join(r for r in reasons if r)
    return MediaError(
        f"{path.name} holds neither sound nor picture" + (f" to go by: {said}" if said else ""),
        remedy="It may be damaged: export it again as MP4, or as PNG if it is a still picture. "
        "Subtitles are read beside their video.",
    )


def _lack(stream: "av.stream.Stream") -> str:
    """Return why a stream is of no use; empty for one that is neither sound nor picture."""
    import av

    what = {"video": "pictures", "audio": "sound"}.get(stream.type)
    if what is None:
        return ""
    if not _decodable(stream):
        return f"its {what} cannot be decoded (of a kind that is not known here)"
    if stream.disposition & av.stream.Disposition.attached_pic:
        return "it has a cover picture, but no sound"
    missing = "size" if what == "pictures" else "sample rate"
    return f"its {what} cannot be decoded (of no known {missing})"


def _language(stream: "av.stream.Stream") -> str | None:
    """Return the language a stream declares, if it is one: tags hold whatever somebody wrote."""
    said = (stream.language or "")[:40]
    return said if LANGUAGE.fullmatch(said) else None


def _video(
    container: "av.container.InputContainer", path: Path, notes: list[str]
) -> dict[str, Any] | None:
    import av

    # a cover picture inside a music file is not something that happens over time
    moving = [
        s
        for s in container.streams.video
        if _decodable(s) and not s.disposition & av.stream.Disposition.attached_pic
    ]
    if not moving:
        return None
    stream = container.streams.best("video") or moving[0]
    if stream not in moving:
        stream = moving[0]
    if len(moving) > 1:
        notes.append(f"{len(moving)} video streams; looked at stream {stream.index}")
    context = stream.codec_context
    width, height = context.width, context.height
    if width < 1 or height < 1:
        notes.append("the video stream declares no picture size and was left out")
        return None
    if width * height > MAX_PIXELS:
        raise MediaError(
            f"{path.name} has pictures of {width}x{height} pixels, above the limit",
            remedy="Scale it down to 8192x8192 pixels or less.",
        )
    rotation = _rotation(container, stream)
    if rotation % 180:
        width, height = height, width
    rate = stream.average_rate
    return {
        "index": stream.index,
        "codec": context.name,
        "width_px": width,
        "height_px": height,
        "rate_hz": float(rate) if rate else None,
        "rotation_deg": rotation,
    }


def _rotation(
    container: "av.container.InputContainer", stream: "av.video.stream.VideoStream"
) -> int:
    """Return the display rotation of the first frame, a multiple of 90 degrees.

    Containers keep it beside the stream, decoders hand it on with each frame; PyAV shows only the
    latter, so one frame is decoded (and the container rewound by whoever reads it next).
    """
    import av

    stream.codec_context.options = DECODER_OPTIONS
    try:
        frame = next(container.decode(stream), None)
    except MemoryError:
        raise
    except av.FFmpegError:
        return 0
    return round((frame.rotation if frame is not None else 0) / 90) * 90 % 360


def _audio(container: "av.container.InputContainer", notes: list[str]) -> dict[str, Any] | None:
    usable = [s for s in container.streams.audio if _decodable(s) and s.codec_context.sample_rate]
    if not usable:
        return None
    best = container.streams.best("audio")
    stream = best if best in usable else usable[0]
    if len(usable) > 1:
        notes.append(f"{len(usable)} sound streams; listened to stream {stream.index}")
    context = stream.codec_context
    return {
        "index": stream.index,
        "codec": context.name,
        "rate_hz": context.sample_rate,
        "channels": context.channels,
    }


def _decodable(stream: "av.stream.Stream") -> bool:
    """Whether this build of the decoder library knows the stream's codec."""
    return getattr(stream, "codec_context", None) is not None


def _sha256(handle: BinaryIO, beat: Callable[[], None]) -> str:
    digest = hashlib.sha256()
    handle.seek(0)
    while chunk := handle.read(_CHUNK_BYTES):
        digest.update(chunk)
        beat()
    return digest.hexdigest()
