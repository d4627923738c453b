"""One file from one address, gone on with where it was left.

Reads    an https address; what an earlier try left in ``part``
Returns  bytes so far, again and again, while ``part`` grows
Raises   ``PullError``, ``StorageError`` with the remedy; ``Refused`` where the server says no

What was written stays when this process is stopped or killed: the next call asks for the rest.
"""

import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from emer.tools.errors import PullError, StorageError
from emer.tools.models.entries import is_address
from emer.tools.models.network import no_connection

SILENCE_S: Final = 20.0
"""How long a server may say nothing."""
TRIES: Final = 3
"""How often a connection that ends in the middle is taken up again."""
PAUSE_S: Final = 1.0
CHUNK_BYTES: Final = 1 << 18
SPARE_BYTES: Final = 64 << 20
"""To be left free on the disk."""
_NO_WEIGHTS: Final = (b"<!doctype html", b"<html", b"version https://git-lfs")
AGAIN: Final = "Run the same command again; it goes on where it stopped."


class Refused(Exception):  # noqa: N818 - reads as what happened
    """The server said no."""

    def __init__(self, status: int, host: str) -> None:
        super().__init__(f"{host} answered {status}")
        self.status, self.host = status, host


class _Broken(Exception):  # noqa: N818 - reads as what happened
    """The connection could not be made, or ended too early."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where one file comes from, and what is known of it before."""

    url: str
    most_bytes: int
    """More is refused."""
    n_bytes: int | None = None
    content_known: bool = False
    """Whether its digest is known, so that a part of it cannot be of another file."""
    token: str | None = None
    """Told to this address only, not to where it redirects."""

    @property
    def host(self) -> str:
        """For people."""
        return urlsplit(self.url).netloc.rpartition("@")[2]


def fetch(source: Source, part: Path) -> Iterator[int]:
    """Fetch the file into ``part``; yield how many bytes are there.

    Raises:
        Refused: The server answered with an error.
        PullError: No connection, too large, of another size, or no file but a page.
        StorageError: The disk is full or cannot be written.
    """
    for left in reversed(range(TRIES + 1)):
        before = size_of(part)
        try:
            yield from _stream(source, part)
            break
        except _Broken as broken:
            if size_of(part) > before and left:
                time.sleep(PAUSE_S)
                continue
            if size_of(part):
                told = f"the connection to {source.host} ended too early ({broken})"
                raise PullError(told, remedy=AGAIN) from None
            raise no_connection(source.host, str(broken)) from None
    with part.open("rb") as file:
        begin = file.read(64).lstrip().lower()
    if begin.startswith(_NO_WEIGHTS):
        forget(part)
        raise _no_file(source)


def make_room(folder: Path, n_bytes: int) -> None:
    """Make ``folder``, and see that its disk has room.

    Raises:
        StorageError: It cannot be made or the disk has not enough.
    """
    import shutil

    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise unwritable(folder, error) from error
    if free < n_bytes + SPARE_BYTES:
        raise StorageError(
            f"{n_bytes / 1e6:,.0f} MB are needed at {folder} and {free / 1e6:,.0f} MB are free",
            remedy="Free some space, or choose another disk with HF_HOME and EMER_MODELS_DIR.",
        )


def unwritable(path: Path, error: OSError) -> StorageError:
    """Return the error for a disk that is full or not ours."""
    return StorageError(
        f"{path} cannot be written ({error.strerror or error})",
        remedy=f"Free some space or mend the permissions. {AGAIN}",
    )


def size_of(part: Path) -> int:
    """Return how many bytes are there."""
    try:
        return part.stat().st_size
    except OSError:
        return 0


def forget(part: Path) -> None:
    """Remove what was fetched."""
    for path in (part, _origin(part)):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _stream(source: Source, part: Path) -> Iterator[int]:
    have, validator = size_of(part), _validator(part)
    if have and not (source.content_known or validator):
        have = 0  # nobody knows what it is a part of
    if have and have == source.n_bytes:
        return
    if source.n_bytes is not None and have > source.n_bytes:
        have = 0
    with _answer(source, have, validator) as answer:
        have = _begin(answer, source, have)
        length = answer.headers.get("Content-Length")
        whole = have + int(length) if length and length.isdecimal() else None
        _check_size(source, whole)
        if not have:
            _note_origin(part, answer)
        try:
            file = part.open("ab" if have else "wb", buffering=0)
        except OSError as error:
            raise unwritable(part, error) from error
        with file:
            while chunk := _read(answer):
                have += len(chunk)
                if have > source.most_bytes:
                    forget(part)
                    raise _too_large(source)
                try:
                    left = memoryview(chunk)
                    while left:  # a disk that is about to be full takes a part without a word
                        left = left[file.write(left) :]
                except OSError as error:
                    raise unwritable(part, error) from error
                yield have
    if whole is not None and have < whole:
        raise _Broken(f"after {have:,} of {whole:,} bytes")
    if source.n_bytes is not None and have != source.n_bytes:
        raise _Broken(f"after {have:,} of {source.n_bytes:,} bytes")


def _answer(source: Source, have: int, validator: str) -> Any:  # noqa: ANN401 - urllib's own
    request = urllib.request.Request(source.url, headers={"User-Agent": "emer"})
    if source.token:
        request.add_unredirected_header("Authorization", f"Bearer {source.token}")
    if have:
        request.add_header("Range", f"bytes={have}-")
        if validator and not source.content_known:
            request.add_header("If-Range", validator)
    try:
        return urllib.request.build_opener(_Redirects).open(request, timeout=SILENCE_S)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code == 416 and have:
            return _answer(source, 0, "")
        raise Refused(error.code, source.host) from None
    except urllib.error.URLError as error:
        raise _Broken(str(error.reason)) from None
    except (OSError, http.client.HTTPException) as error:
        raise _Broken(str(error) or type(error).__name__) from None


def _read(answer: Any) -> bytes:  # noqa: ANN401 - urllib's own
    try:
        chunk: bytes = answer.read1(CHUNK_BYTES)
        return chunk
    except (OSError, http.client.HTTPException) as error:
        raise _Broken(str(error) or type(error).__name__) from None


def _begin(answer: Any, source: Source, have: int) -> int:  # noqa: ANN401 - urllib's own
    """Return from which byte on the answer goes."""
    kind = (answer.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if kind in ("text/html", "application/xhtml+xml"):
        raise _no_file(source)
    if answer.status != 206:
        return 0
    told = (answer.headers.get("Content-Range") or "").removeprefix("bytes ")
    if told.partition("-")[0] != str(have):
        raise PullError(
            f"{source.host} answered with another part of the file than was asked for",
            remedy="Tell the server's administrator; try again later.",
        )
    return have


def _check_size(source: Source, whole: int | None) -> None:
    if whole is None:
        return
    if source.n_bytes is not None and whole != source.n_bytes:
        raise PullError(
            f"{source.host} offers {whole:,} bytes where {source.n_bytes:,} are expected",
            remedy="The file was replaced at its source; do not use it before you know why.",
        )
    if whole > source.most_bytes:
        raise _too_large(source)


def _too_large(source: Source) -> PullError:
    return PullError(
        f"the file at {source.host} is larger than the {source.most_bytes:,} bytes allowed",
        remedy="If that is right, give its size in a models.toml of your own.",
    )


def _no_file(source: Source) -> PullError:
    return PullError(
        f"{source.host} answered with a page instead of the file",
        remedy="A proxy or a log-in may be in between; open the address in a browser to see.",
    )


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follow redirects, but never away from encryption."""

    def redirect_request(self, req: Any, *told: Any) -> Any:  # noqa: ANN401 - urllib's own
        """Return the request for the new address, the last of ``told``."""
        if req.full_url.startswith("https:") and not is_address(told[-1]):
            raise PullError(
                f"{urlsplit(req.full_url).netloc} redirects to an address without encryption",
                remedy="Fetch it from elsewhere.",
            )
        return super().redirect_request(req, *told)


def _origin(part: Path) -> Path:
    return part.with_name(f"{part.name}.from")


def _validator(part: Path) -> str:
    try:
        return _origin(part).read_text(encoding="latin-1").strip()
    except OSError:
        return ""


def _note_origin(part: Path, answer: Any) -> None:  # noqa: ANN401 - urllib's own
    """Keep what tells this version of the file apart from others of the same address."""
    tag = answer.headers.get("ETag") or ""
    told = answer.headers.get("Last-Modified") or "" if tag.startswith("W/") or not tag else tag
    try:
        if told:
            _origin(part).write_text(told, encoding="latin-1")
        else:
            _origin(part).unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(part, error) from error
