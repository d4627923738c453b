"""Open a file for decoding: one regular file, by handle, so that nothing else is ever read.

Reads    one local, regular file
Returns  its handle and the open container
Raises   ``MediaError`` with a remedy for everything that is not decodable media
Cost     the file's headers

What the media library says of a file is for its own developers: ``why`` says it for people.

Runs in the decoder's process; see ``emer.tools.media.decoder``.
"""

import errno
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
NOTHING_ELSE: Final = {"protocol_whitelist": "none"}
"""No protocol is called so: what is read comes by handle, and no file or address besides."""


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
            handle, mode="r", metadata_errors="replace", options=NOTHING_ELSE
        ) as container:
            yield container
    except MemoryError:
        raise  # FFmpeg's own is both
    except (av.FFmpegError, OSError) as error:
        if is_of_disk(error):
            raise _unreadable(path, error) from error
        raise MediaError(
            f"{path.name} cannot be decoded: {why(error)}",
            remedy="Check that the file is complete and is audio, video or an image; "
            "re-exporting it as MP4 usually helps.",
        ) from error


@contextmanager
def open_file(path: Path) -> Iterator[BinaryIO]:
    """Open the regular file at ``path``; nothing else is opened, and nothing is waited for.

    Raises:
        MediaError: There is none, or it is empty or not readable.
    """
    try:
        _check(path.stat(), path)  # opening a device may already do something
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    except PermissionError as error:
        raise _forbidden(path) from error
    except ValueError as error:
        raise MediaError(
            f"no file can be called {path.name}: a zero byte ends a name",
            remedy="Check where the path comes from.",
        ) from error
    except OSError as error:
        raise _unopened(path, error) from error
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


def _unopened(path: Path, error: OSError) -> MediaError:
    if error.errno == errno.ENOENT and path.is_symlink():
        return MediaError(
            f"{path.name} is a link to {os.readlink(path)}, which is not there",
            remedy="Give the file itself, or mend the link.",
        )
    if error.errno == errno.ENOENT:
        return MediaError(f"there is no file {path}", remedy="Check the path.")
    if error.errno == errno.ENOTDIR:
        place = next((p for p in path.parents if p.is_file()), path.parent)
        return MediaError(
            f"there is no file {path}: {place.name} is a file, not a folder",
            remedy="Check the path.",
        )
    if error.errno == errno.ELOOP:
        return MediaError(
            f"{path.name} is a link that leads back to itself", remedy="Give the file itself."
        )
    if error.errno == errno.ENAMETOOLONG:
        name = path.name if len(path.name) <= _LONG_NAME else f"{path.name[:_LONG_NAME]}..."
        return MediaError(
            f"the path of {name} is longer than the system allows",
            remedy="Give the file a shorter name, or move it to a folder with a shorter path.",
        )
    return _unreadable(path, error)


def _unreadable(path: Path, error: Exception) -> MediaError:
    return MediaError(
        f"{path.name} cannot be read from its disk ({why(error)})",
        remedy="Check the disk and its connection, or copy the file to another disk.",
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


def is_of_disk(error: Exception) -> bool:
    """Whether an error met while reading is the disk's or the network's, not the file's.

    The library's own errors are the file's; a place that no file has is what a damaged header asks
    to read from.
    """
    import av

    return not isinstance(error, av.FFmpegError) and getattr(error, "errno", 0) != errno.EINVAL


def why(error: Exception) -> str:
    """Return the reason for an error of the media library or the system, as a clause."""
    import av

    if is_of_disk(error):
        return (getattr(error, "strerror", None) or type(error).__name__).lower()
    for kind, clause in _CLAUSES:
        if isinstance(error, getattr(av, kind)):
            return clause
    return "its headers contradict themselves"


_LONG_NAME: Final = 80
_CLAUSES: Final = (
    ("InvalidDataError", "it is damaged, or of a kind that is not known here"),
    ("EOFError", "it ends before there is anything to show"),
    ("PatchWelcomeError", "it uses a part of its format that is not known here"),
    ("OSError", "it breaks off in the middle"),
    ("LookupError", "it needs a decoder that is not there"),
)
"""What the library's errors mean for a file; others (``invalid argument``, ``operation not
permitted``) come of numbers that do not fit."""
