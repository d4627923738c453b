"""Where headers state lengths, sizes, rates and counts, and what a liar would write there.

Reads    the bytes and pieces of a file
Returns  ``Field`` values, and bytes with a lie in one of them; checksums are mended where a
         reader would otherwise stop at them
"""

import random
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

from emer.evals.fuzz.structure import Piece

Order = Literal["big", "little"]


@dataclass(frozen=True, slots=True)
class Field:
    """A number in a header."""

    at: int
    size: int
    order: Order
    name: str
    is_float: bool = False


_Spots = tuple[tuple[int, int, str], ...]
_BOXES: Final[dict[bytes, _Spots]] = {
    b"mvhd": ((12, 4, "scale"), (16, 4, "duration"), (0, 1, "version")),
    b"mdhd": ((12, 4, "scale"), (16, 4, "duration"), (0, 1, "version")),
    b"tkhd": ((20, 4, "duration"), (12, 4, "track"), (76, 4, "width"), (80, 4, "height"),
              (40, 4, "matrix"), (44, 4, "matrix")),
    b"elst": ((4, 4, "count"), (8, 4, "duration"), (12, 4, "start"), (16, 4, "speed")),
    b"stsd": ((4, 4, "count"), (8, 4, "size"), (32, 2, "width"), (34, 2, "height"),
              (24, 2, "channels"), (26, 2, "bits"), (32, 4, "rate")),
    b"stts": ((4, 4, "count"), (8, 4, "count"), (12, 4, "delta")),
    b"ctts": ((4, 4, "count"), (8, 4, "count"), (12, 4, "offset")),
    b"stsc": ((4, 4, "count"), (8, 4, "chunk"), (12, 4, "samples"), (16, 4, "entry")),
    b"stsz": ((4, 4, "size"), (8, 4, "count"), (12, 4, "size"), (16, 4, "size")),
    b"stco": ((4, 4, "count"), (8, 4, "place")),
    b"stss": ((4, 4, "count"), (8, 4, "number")),
    b"tfdt": ((4, 4, "time"),), b"trun": ((4, 4, "count"), (8, 4, "place"), (12, 4, "delta")),
    b"tfhd": ((4, 4, "track"), (8, 4, "place")), b"hdlr": ((8, 4, "kind"),),
}  # fmt: skip
_FLOATS: Final = frozenset(bytes.fromhex(i) for i in ("4489", "b5", "78b5", "23314f"))
_ELEMENTS: Final = {
    bytes.fromhex(i): name
    for i, name in {
        "4489": "duration", "2ad7b1": "scale", "b0": "width", "ba": "height", "b5": "rate",
        "78b5": "rate", "9f": "channels", "6264": "bits", "23e383": "step", "e7": "time",
        "9b": "duration", "d7": "track", "83": "kind", "86": "codec", "23314f": "speed",
        "56aa": "delay", "56bb": "preroll", "54b0": "width", "54ba": "height", "b3": "time",
        "53ac": "place", "f1": "place", "4254": "compression", "7ba9": "name", "9a": "interlaced",
    }.items()
}  # fmt: skip
_CHUNKS: Final[dict[bytes, _Spots]] = {
    b"fmt ": ((0, 2, "codec"), (2, 2, "channels"), (4, 4, "rate"), (8, 4, "rate"), (12, 2, "align"),
              (14, 2, "bits"), (20, 4, "mask")),
    b"avih": ((0, 4, "step"), (4, 4, "rate"), (16, 4, "count"), (24, 4, "streams"), (32, 4, "width"),
              (36, 4, "height")),
    b"strh": ((20, 4, "scale"), (24, 4, "rate"), (28, 4, "start"), (32, 4, "duration"),
              (44, 4, "size"), (4, 4, "codec")),
    b"strf": ((0, 4, "size"), (4, 4, "width"), (8, 4, "height"), (12, 4, "bits"), (2, 2, "channels")),
    b"idx1": ((8, 4, "place"), (12, 4, "size"), (24, 4, "place")),
    b"VP8X": ((0, 1, "flags"), (4, 3, "width"), (7, 3, "height")), b"VP8 ": ((6, 2, "width"), (8, 2, "height")),
    b"ANMF": ((0, 3, "x"), (6, 3, "width"), (12, 3, "duration")),
}  # fmt: skip
_AIFF: Final[dict[bytes, _Spots]] = {
    b"COMM": ((0, 2, "channels"), (2, 4, "count"), (6, 2, "bits"), (8, 2, "rate"), (10, 4, "rate"))
}
_PNG: Final[dict[bytes, _Spots]] = {
    b"IHDR": ((0, 4, "width"), (4, 4, "height"), (8, 1, "bits"), (9, 1, "colours")),
    b"acTL": ((0, 4, "count"), (4, 4, "plays")),
    b"fcTL": ((4, 4, "width"), (8, 4, "height"), (12, 4, "x"), (20, 2, "delay"), (22, 2, "delay")),
}
_FLAC: Final[dict[bytes, _Spots]] = {
    b"\x00": (
        (0, 2, "block"),
        (2, 2, "block"),
        (10, 3, "rate"),
        (12, 1, "channels"),
        (13, 5, "count"),
    )
}
_FIXED: Final[dict[str, tuple[_Spots, Order]]] = {
    "gif": (((6, 2, "width"), (8, 2, "height"), (10, 1, "flags")), "little"),
    "bmp": (((2, 4, "size"), (10, 4, "place"), (14, 4, "size"), (18, 4, "width"), (22, 4, "height"),
             (26, 2, "planes"), (28, 2, "bits"), (30, 4, "compression"), (46, 4, "colours")), "little"),
    "au": (((4, 4, "place"), (8, 4, "size"), (12, 4, "codec"), (16, 4, "rate"), (20, 4, "channels")),
           "big"),
    "flv": (((4, 1, "flags"), (5, 4, "size"), (17, 3, "time")), "big"),
}  # fmt: skip
_TABLES: Final[dict[str, tuple[dict[bytes, _Spots], Order]]] = {
    "mp4": (_BOXES, "big"), "riff": (_CHUNKS, "little"), "aiff": (_AIFF, "big"),
    "png": (_PNG, "big"), "flac": (_FLAC, "big"),
}  # fmt: skip


def fields(data: bytes, parts: Sequence[Piece], family: str) -> list[Field]:
    """Return the numbers in the headers of a file whose ``parts`` are known."""
    return [f for f in _found(data, parts, family) if f.at + f.size <= len(data)]


def _found(data: bytes, parts: Sequence[Piece], family: str) -> Iterator[Field]:
    spots, order = _FIXED.get(family, ((), "big"))
    yield from (Field(at, size, order, name) for at, size, name in spots)
    table, order = _TABLES.get(family, ({}, "big"))
    for part in parts:
        for at, size, name in table.get(part.kind, ()):
            if part.body + at + size <= part.end:
                yield Field(part.body + at, size, order, name)
        if family == "matroska" and part.kind in _ELEMENTS and 1 <= part.end - part.body <= 8:
            size = part.end - part.body
            is_float = part.kind in _FLOATS and size in {4, 8}
            yield Field(part.body, size, "big", _ELEMENTS[part.kind], is_float)
        elif family == "matroska" and part.kind == b"\xa3":
            yield Field(part.body + 1, 2, "big", "time")
            yield Field(part.body + 3, 1, "big", "lacing")
        elif family == "ogg":
            yield Field(part.start + 6, 8, "little", "time")
            yield Field(part.start + 5, 1, "little", "flags")
        elif family == "jpeg" and part.kind[1:] in {b"\xc0", b"\xc2"}:
            yield from (
                Field(part.body + a, s, "big", "size") for a, s in ((0, 1), (1, 2), (3, 2), (5, 1))
            )
    if family == "tiff":
        yield from _tiff(data)


def _tiff(data: bytes) -> Iterator[Field]:
    order: Order = "little" if data[:2] == b"II" else "big"
    yield Field(4, 4, order, "place")
    at = int.from_bytes(data[4:8], order)
    for entry in range(at + 2, at + 2 + 12 * int.from_bytes(data[at : at + 2], order), 12):
        yield Field(entry + 2, 2, order, "kind")
        yield Field(entry + 4, 4, order, "count")
        yield Field(entry + 8, 4, order, "value")


_FLOAT_LIES: Final = (0.0, -1.0, float("nan"), float("inf"), float("-inf"), 1e38, 1e-38, 3.6e7, 1e9)


def lie(data: bytes, field: Field, rng: random.Random) -> bytes:
    """Return ``data`` with a number in ``field`` that cannot be true."""
    if field.is_float:
        code = ">f" if field.size == 4 else ">d"
        return patched(data, field.at, struct.pack(code, rng.choice(_FLOAT_LIES)))
    top = (1 << 8 * field.size) - 1
    lies = [0, 1, 2, 255, top, top >> 1, (top >> 1) + 1, top - 1, 65_535, 100_000, 10**6, 10**9]
    lies += [36_000_000, int.from_bytes(data[field.at : field.at + field.size], field.order) * 1000]
    number = rng.choice(lies) & top
    return patched(data, field.at, number.to_bytes(field.size, field.order))


def patched(data: bytes, at: int, new: bytes) -> bytes:
    """Return ``data`` with ``new`` written over it at ``at``."""
    return data[:at] + new + data[at + len(new) :]


def with_checksums(data: bytes, parts: Sequence[Piece], family: str) -> bytes:
    """Return ``data`` with the checksums of its pieces made right again."""
    whole = bytearray(data)
    for part in parts:
        if family == "png" and part.end - part.start >= 12 and part.end <= len(whole):
            crc = zlib.crc32(whole[part.start + 4 : part.end - 4])
            whole[part.end - 4 : part.end] = crc.to_bytes(4, "big")
        elif family == "ogg" and part.end <= len(whole):
            whole[part.start + 22 : part.start + 26] = bytes(4)
            crc = _ogg_crc(bytes(whole[part.start : part.end]))
            whole[part.start + 22 : part.start + 26] = crc.to_bytes(4, "little")
    return bytes(whole)


@cache
def _ogg_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte << 24
        for _ in range(8):
            crc = (crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)
        table.append(crc & 0xFFFFFFFF)
    return tuple(table)


def _ogg_crc(page: bytes) -> int:
    table, crc = _ogg_table(), 0
    for byte in page:
        crc = (crc << 8 & 0xFFFFFFFF) ^ table[(crc >> 24) ^ byte]
    return crc
