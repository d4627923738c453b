"""Look at a file before decoding it: what is in it, and is it safe and sensible to go on?

Reads    one local, regular file
Returns  ``MediaInfo``
Raises   ``MediaError`` with a remedy for everything that is not decodable media
Cost     one read of the file for its content hash (about 1 s per GB) and its headers
"""

import hashlib
import os
import stat
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from emer.tools.errors import MediaError
from emer.tools.media.info import AudioStream, MediaInfo, SubtitleStream, VideoStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    import av

MAX_PIXELS: Final = 8192 * 8192
MAX_DURATION_S: Final = 24 * 3600.0
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


def probe(path: Path) -> MediaInfo:
    """Describe the media file at ``path``.

    Raises:
        MediaError: It is missing, unreadable, not a regular file, not media, refers to other
            files, or is larger than the caps of this module.
    """
    size = _regular_file_size(path)
    with open_container(path) as container:
        info = _describe(container, path, size)
    return info.model_copy(update={"sha256": _sha256(path)})


@contextmanager
def open_container(path: Path) -> "Iterator[av.container.InputContainer]":
    """Open ``path`` for reading, by handle, so that the demuxer can follow no reference."""
    import av

    try:
        with path.open("rb") as handle:
            if handle.read(7) in {b"#EXTM3U", b"ffconca"}:
                raise MediaError(
                    f"{path.name} is a playlist, which points at other files",
                    remedy="Give the media file itself.",
                )
            handle.seek(0)
            with av.open(
                handle, mode="r", metadata_errors="replace", options={"protocol_whitelist": "file"}
            ) as container:
                yield container
    except av.FFmpegError as error:
        raise MediaError(
            f"{path.name} cannot be decoded ({_plain(error)})",
            remedy="Check that the file is complete and is audio, video or an image; "
            "re-exporting it as MP4 usually helps.",
        ) from error
    except PermissionError as error:
        raise MediaError(
            f"no permission to read {path.name}", remedy=f"Run: chmod u+r {path.name!r}"
        ) from error
    except OSError as error:
        raise MediaError(
            f"{path.name} cannot be read ({error.strerror or error})",
            remedy="Check the disk and the path.",
        ) from error


def _regular_file_size(path: Path) -> int:
    try:
        status = path.stat()
    except FileNotFoundError as error:
        raise MediaError(f"there is no file {path}", remedy="Check the path.") from error
    except PermissionError as error:
        raise MediaError(
            f"no permission to look into {path.parent}", remedy="Check the folder's permissions."
        ) from error
    except (OSError, ValueError) as error:
        raise MediaError(
            f"{path.name!r} is no usable path ({error})", remedy="Check it."
        ) from error
    if stat.S_ISDIR(status.st_mode):
        raise MediaError(
            f"{path} is a folder", remedy="Give one file; to analyse many, call it once for each."
        )
    if not stat.S_ISREG(status.st_mode):
        raise MediaError(
            f"{path.name} is a device, pipe or socket", remedy="Save the media to a file first."
        )
    if status.st_size == 0:
        raise MediaError(f"{path.name} is empty (0 bytes)", remedy="Copy or record it again.")
    if not os.access(path, os.R_OK):
        raise MediaError(
            f"no permission to read {path.name}", remedy=f"Run: chmod u+r {path.name!r}"
        )
    return status.st_size


def _describe(container: "av.container.InputContainer", path: Path, size: int) -> MediaInfo:
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
        raise MediaError(
            f"{path.name} holds neither sound nor picture",
            remedy="Give an audio, video or image file; subtitles are read beside their video.",
        )
    is_image = video is not None and audio is None and bool(names & IMAGE_CONTAINERS)
    declared_s = (container.duration or 0) / 1_000_000
    if declared_s > MAX_DURATION_S:
        raise MediaError(
            f"{path.name} says that it lasts {declared_s / 3600:.1f} h; the limit is "
            f"{MAX_DURATION_S / 3600:.0f} h",
            remedy="Cut it into parts, or re-export it if that length is wrong.",
        )
    return MediaInfo(
        name=path.name,
        sha256="",
        size_bytes=size,
        kind="image" if is_image else "video" if video else "audio",
        container=container.format.name,
        duration_s=0.0 if is_image else max(0.0, declared_s),
        origin_s=(container.start_time or 0) / 1_000_000,
        video=video,
        audio=audio,
        subtitles=tuple(
            SubtitleStream(index=s.index, codec=s.codec_context.name, language=s.language or None)
            for s in container.streams.subtitles
            if _decodable(s)
        ),
        notes=tuple(notes),
    )


def _video(
    container: "av.container.InputContainer", path: Path, notes: list[str]
) -> VideoStream | None:
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
    return VideoStream(
        index=stream.index,
        codec=context.name,
        width_px=width,
        height_px=height,
        rate_hz=float(rate) if rate else None,
        rotation_deg=rotation,
    )


def _rotation(
    container: "av.container.InputContainer", stream: "av.video.stream.VideoStream"
) -> int:
    """Return the display rotation of the first frame, a multiple of 90 degrees.

    Containers keep it beside the stream, decoders hand it on with each frame; PyAV shows only the
    latter, so one frame is decoded (and the container rewound by whoever reads it next).
    """
    import av

    try:
        frame = next(container.decode(stream), None)
    except av.FFmpegError:
        return 0
    return round((frame.rotation if frame is not None else 0) / 90) * 90 % 360


def _audio(container: "av.container.InputContainer", notes: list[str]) -> AudioStream | None:
    usable = [s for s in container.streams.audio if _decodable(s) and s.codec_context.sample_rate]
    if not usable:
        return None
    best = container.streams.best("audio")
    stream = best if best in usable else usable[0]
    if len(usable) > 1:
        notes.append(f"{len(usable)} sound streams; listened to stream {stream.index}")
    context = stream.codec_context
    return AudioStream(
        index=stream.index,
        codec=context.name,
        rate_hz=context.sample_rate,
        channels=context.channels,
    )


def _decodable(stream: "av.stream.Stream") -> bool:
    """Whether this build of the decoder library knows the stream's codec."""
    return getattr(stream, "codec_context", None) is not None


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _plain(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
