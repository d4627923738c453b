"""How the page comes to its clip: inside the page, beside it, or chosen by the reader."""

import base64
import hashlib
import os
from pathlib import Path
from typing import Final, Literal, NamedTuple
from urllib.parse import quote

from emer.agent.exports.material import Material
from emer.tools.errors import MediaError
from emer.tools.media.info import MediaInfo

EMBED_BYTES: Final = 3_000_000
"""Clips up to this size are put into the page, which they make a third larger than they are."""
MAX_STEPS_UP: Final = 2
"""A larger clip is linked if it lies below the page's folder or so many folders above it."""
PICTURE_PX: Final = 1_280
"""Long side of a picture that is too large to be put in as it is."""
TYPES: Final = {
    ".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/mp4", ".webm": "video/webm",
    ".mkv": "video/x-matroska", ".avi": "video/x-msvideo", ".ogv": "video/ogg",
    ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".wav": "audio/wav",
    ".flac": "audio/flac", ".ogg": "audio/ogg", ".oga": "audio/ogg", ".opus": "audio/ogg",
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp",
    ".bmp": "image/bmp", ".gif": "image/gif",
}  # fmt: skip
"""A film in a MOV file is called MP4: browsers play what is in it under no other name."""


class Clip(NamedTuple):
    """What the page knows of its media file."""

    kind: Literal["video", "audio", "image"]
    type: str
    """MIME type."""
    link: str = ""
    """Relative address, quoted; empty if there is none."""
    data: str = ""
    """The file in base64; empty if it is not in the page."""
    codecs: str = ""


def clip(material: Material, folder: Path) -> Clip:
    """Decide how a page in ``folder`` comes to its clip.

    Raises:
        MediaError: The file cannot be read, or is not the one that was analysed.
    """
    info = material.report.media
    bare = Clip(info.kind, _type(info), codecs=_codecs(info))
    path = material.media
    if path is None:
        return bare
    if (content := _content(path, info)) is not None:
        return bare._replace(data=base64.b64encode(content).decode())
    if info.kind == "image":
        return _smaller(material, bare)
    return bare._replace(link=_link(path, folder))


def _content(path: Path, info: MediaInfo) -> bytes | None:
    """Return a small file's bytes, ``None`` for a large one; make sure that it is the clip."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= EMBED_BYTES else None
    except OSError as error:
        raise MediaError(
            f"{path.name} cannot be read ({error.strerror or error})",
            remedy="Mend its permissions, or write the page without it.",
        ) from error
    digest = hashlib.sha256(content).hexdigest() if content is not None else info.sha256
    if size != info.size_bytes or digest != info.sha256:
        raise MediaError(
            f"{path.name} is not the file that was analysed",
            remedy="Give the same file, or analyse this one.",
        )
    return content


def _type(info: MediaInfo) -> str:
    guess = TYPES.get(Path(info.name).suffix.lower(), "")
    return guess if guess.startswith((f"{info.kind}/", "video/")) else f"{info.kind}/mp4"


def _codecs(info: MediaInfo) -> str:
    streams = (info.video, info.audio)
    return " and ".join(s.codec for s in streams if s is not None)


def _link(path: Path, folder: Path) -> str:
    """Return the address of ``path`` seen from ``folder``; empty if it is far away."""
    try:
        relative = os.path.relpath(path.resolve(), folder.resolve())
    except ValueError:  # another drive
        return ""
    parts = Path(relative).parts
    if parts.count("..") > MAX_STEPS_UP:
        return ""
    address = "/".join(quote(part, safe="") for part in parts)
    return address if parts[0] == ".." else f"./{address}"


def _smaller(material: Material, bare: Clip) -> Clip:
    import cv2
    import numpy as np

    for _, frame in material.pictures([0.0], max_side_px=PICTURE_PX):
        _, jpeg = cv2.imencode(".jpg", np.ascontiguousarray(frame.rgb[:, :, ::-1]))
        data = base64.b64encode(jpeg.tobytes()).decode()
        return bare._replace(type="image/jpeg", data=data)
    return bare
