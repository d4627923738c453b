"""Find the pieces that a media file consists of: boxes, elements, chunks, pages, packets.

Reads    the bytes of a file, sound or not: what makes no sense ends the walk
Returns  ``Piece`` values in the order of their starts; inner pieces follow the one around them
Cost     linear; at most ``MAX_PIECES`` pieces
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, Literal

MAX_PIECES: Final = 4_000
_EVEN: Final = 16
Order = Literal["big", "little", "vint", "none"]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece: a header from ``start``, a body from ``body``, the next piece from ``end``."""

    start: int
    body: int
    end: int
    kind: bytes
    """Its type as written, e.g. ``b"moov"``."""
    size_at: int = 0
    """Where its size is written, if it is."""
    size_bytes: int = 0
    order: Order = "none"


def pieces(data: bytes, family: str) -> list[Piece]:
    """Return the pieces of ``data``; equal parts if its structure is not known or not found."""
    walk = _WALKS.get(family)
    found = list(islice(walk(data), MAX_PIECES)) if walk else []
    return found or list(_even(data))


def _even(data: bytes) -> Iterator[Piece]:
    step = max(1, len(data) // _EVEN)
    for start in range(0, len(data), step):
        yield Piece(start, start, min(start + step, len(data)), b"part")


_BOXES: Final = frozenset(
    {
        b"moov",
        b"trak",
        b"mdia",
        b"minf",
        b"stbl",
        b"edts",
        b"udta",
        b"dinf",
        b"mvex",
        b"moof",
        b"traf",
    }
)


def _boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Piece]:
    end = len(data) if end is None else end
    while start + 8 <= end:
        size, body = int.from_bytes(data[start : start + 4], "big"), start + 8
        kind = data[start + 4 : start + 8]
        if size == 1:
            size, body = int.from_bytes(data[start + 8 : start + 16], "big"), start + 16
        last = end if size == 0 else start + size
        if not body <= last <= end:
            return
        yield Piece(start, body, last, kind, start, 4, "big")
        if kind in _BOXES:
            yield from _boxes(data, body, last)
        start = last


_MASTERS: Final = frozenset(
    bytes.fromhex(i) for i in ("18538067", "1549a966", "1654ae6b", "ae", "e0", "e1", "1f43b675", "a0",
                               "1c53bb6b", "bb", "b7", "1254c367", "7373", "67c8", "114d9b74", "4dbb",
                               "1a45dfa3", "1043a770", "45b9", "b6")
)  # fmt: skip


def _elements(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Piece]:
    end = len(data) if end is None else end
    while start + 2 <= end:
        n_kind = _vint_length(data[start])
        size_at = start + n_kind
        if not n_kind or size_at >= end:
            return
        n_size = _vint_length(data[size_at])
        body = size_at + n_size
        if not n_size or body > end:
            return
        size = int.from_bytes(data[size_at:body], "big") & ((1 << 7 * n_size) - 1)
        unknown = size == (1 << 7 * n_size) - 1
        last = end if unknown else body + size
        if last > end:
            return
        kind = data[start:size_at]
        yield Piece(start, body, last, kind, size_at, n_size, "vint")
        if kind in _MASTERS:
            yield from _elements(data, body, last)
        start = last


def _vint_length(first: int) -> int:
    return 9 - first.bit_length() if first else 0


def _chunks(data: bytes, order: Literal["big", "little"] = "little") -> Iterator[Piece]:
    """Walk RIFF (little) or IFF (big) chunks; lists hold chunks after a type of four bytes."""

    def walk(start: int, end: int) -> Iterator[Piece]:
        while start + 8 <= end:
            kind = data[start : start + 4]
            size = int.from_bytes(data[start + 4 : start + 8], order)
            body, last = start + 8, min(start + 8 + size, end)
            yield Piece(start, body, last, kind, start + 4, 4, order)
            if kind in {b"RIFF", b"LIST", b"FORM"}:
                yield from walk(body + 4, last)
            start = last + (size & 1)

    return walk(0, len(data))


def _pages(data: bytes) -> Iterator[Piece]:
    start = 0
    while data[start : start + 4] == b"OggS" and start + 27 <= len(data):
        body = start + 27 + data[start + 26]
        last = min(body + sum(data[start + 27 : body]), len(data))
        yield Piece(start, body, last, b"OggS", start + 26, 1, "big")
        start = last


def _flac(data: bytes) -> Iterator[Piece]:
    yield Piece(0, 4, 4, b"fLaC")
    start, last = 4, False
    while not last and start + 4 <= len(data):
        last = bool(data[start] & 128)
        end = start + 4 + int.from_bytes(data[start + 1 : start + 4], "big")
        yield Piece(
            start, start + 4, min(end, len(data)), data[start : start + 1], start + 1, 3, "big"
        )
        start = end
    yield from _synced(data, start, b"\xff\xf8")


def _tagged(data: bytes) -> Iterator[Piece]:
    start = 0
    if data[:3] == b"ID3":
        size = sum((data[6 + i] & 127) << 7 * (3 - i) for i in range(4))
        start = min(10 + size, len(data))
        yield Piece(0, 10, start, b"ID3", 6, 4, "big")
    yield from _synced(data, start, data[start : start + 2] or b"\xff")


def _synced(data: bytes, start: int, sign: bytes) -> Iterator[Piece]:
    while 0 <= start < len(data):
        following = data.find(sign, start + len(sign))
        end = following if following >= 0 else len(data)
        yield Piece(start, min(start + 4, end), end, sign)
        start = end


def _packets(data: bytes) -> Iterator[Piece]:
    for start in range(0, len(data) - 187, 188):
        kind = (int.from_bytes(data[start + 1 : start + 3], "big") & 0x1FFF).to_bytes(2, "big")
        yield Piece(start, start + 4, start + 188, kind)


def _png(data: bytes) -> Iterator[Piece]:
    yield Piece(0, 8, 8, b"sign")
    start = 8
    while start + 12 <= len(data):
        end = start + 12 + int.from_bytes(data[start : start + 4], "big")
        yield Piece(
            start, start + 8, min(end, len(data)), data[start + 4 : start + 8], start, 4, "big"
        )
        start = end


def _jpeg(data: bytes) -> Iterator[Piece]:
    yield Piece(0, 2, 2, data[:2])
    start = 2
    while start + 4 <= len(data) and data[start] == 0xFF:
        end = start + 2 + int.from_bytes(data[start + 2 : start + 4], "big")
        kind = data[start : start + 2]
        if kind == b"\xff\xda":  # the picture itself follows
            end = len(data) - 2
        yield Piece(start, start + 4, min(end, len(data)), kind, start + 2, 2, "big")
        start = end


def _flv(data: bytes) -> Iterator[Piece]:
    yield Piece(0, 9, 13, b"FLV", 5, 4, "big")
    start = 13
    while start + 11 <= len(data):
        end = start + 15 + int.from_bytes(data[start + 1 : start + 4], "big")
        yield Piece(
            start, start + 11, min(end, len(data)), data[start : start + 1], start + 1, 3, "big"
        )
        start = end


_WALKS: Final[dict[str, Callable[[bytes], Iterator[Piece]]]] = {
    "mp4": _boxes, "matroska": _elements, "riff": _chunks, "ogg": _pages, "flac": _flac,
    "mp3": _tagged, "adts": _tagged, "mpegts": _packets, "png": _png, "jpeg": _jpeg, "flv": _flv,
    "aiff": lambda data: _chunks(data, "big"),
}  # fmt: skip
