"""Open a file for decoding: one regular file, by handle, so that nothing else is ever read.

Reads    one local, regular file
Returns  its handle and the open container
Raises   ``MediaError`` with a remedy for everything that is not decodable media
Cost     the file's headers

Runs in the decoder's process; see ``emer.tools.media.decoder``.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from emer.tools.errors import MediaError
from emer.tools.media.items import MAX_PIXELS, Stamp

if TYPE_CHECKING:
    import av

# A decoder counts margins, too.
DECODER_OPTIONS: Final = {"max_pixels": str(MAX_PIXELS * 5 // 4)}


@contextmanager
def open_container(path: Path) -> "Iterator[av.container.InputContainer]":
    """Open ``path`` for reading, by handle, so that the demuxer can follow no reference.

    Raises:
        MediaError: It is missing, unreadable, not a regular file, or not media.
    """
    with open_file(path) as handle, container_in(handle, path) as container:
        yield container


@contextmanager
def container_in(handle: BinaryIO, path: Path) -> "Iterator[av.container.InputContainer]":
    """Open the media in ``handle``, which was opened by ``open_file``."""
    import av

    try:
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
    except MemoryError:
        raise  # FFmpeg's own is both
    except av.FFmpegError as error:
        raise MediaError(
            f"{path.name} cannot be decoded ({plain(error)})",
            remedy="Check that the file is complete and is audio, video or an image; "
            "re-exporting it as MP4 usually helps.",
        ) from error
    except OSError as error:
        raise _unreadable(path, error) from error


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """Open the regular file at ``path``; nothing else is opened, and nothing is waited for.

    Raises:
        MediaError: There is none, or it is empty or not readable.
    """
    try:
        _check(path.stat(), path)  # opening a device may already do something
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except FileNotFoundError as error:
        raise MediaError(f"there is no file {path}", remedy="Check the path.") from error
    except PermissionError as error:
        raise _forbidden(path) from error
    except (OSError, ValueError) as error:
        raise MediaError(
            f"{path.name!r} is no usable path ({error})", remedy="Check it."
        ) from error
    with open(descriptor, "rb") as handle:
        _check(os.fstat(descriptor), path)  # what is read is what was checked
        yield handle


def _check(status: os.stat_result, path: Path) -> None:
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


def _forbidden(path: Path) -> MediaError:
    try:
        path.stat()
    except OSError:
        return MediaError(
            f"no permission to look into {path.parent}", remedy="Check the folder's permissions."
        )
    return MediaError(f"no permission to read {path.name}", remedy=f"Run: chmod u+r {path.name!r}")


def _unreadable(path: Path, error: OSError) -> MediaError:
    return MediaError(
        f"{path.name} cannot be read ({error.strerror or error})",
        remedy="Check the disk and the path.",
    )


def stamp_of(handle: BinaryIO) -> Stamp:
    """Return by what a change of the open file would be noticed."""
    status = os.fstat(handle.fileno())
    return Stamp(status.st_size, status.st_mtime_ns)


def change_since(before: Stamp, handle: BinaryIO, path: Path) -> str:
    """Say what has happened to the file since ``before``; empty: nothing."""
    now = stamp_of(handle)
    if now.size_bytes < before.size_bytes:
        return "the file was cut short while it was read"
    if now != before:
        return "the file was changed while it was read"
    try:
        status = path.stat()
    except OSError:
        return "the file was removed while it was read"
    if Stamp(status.st_size, status.st_mtime_ns) != before:
        return "the file was replaced while it was read"
    return ""


def plain(error: Exception) -> str:
    """Return what an error of FFmpeg or the system says, in lower case."""
    return (getattr(error, "strerror", None) or str(error)).lower()
