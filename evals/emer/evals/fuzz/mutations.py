"""The ways in which a file is damaged or made to lie; each a function of bytes and chance.

Reads    a ``Material``: the bytes of one seed, their pieces, and another seed's bytes
Returns  the mutated bytes, the same ones for the same random numbers; never longer than twice
         the seed and ``MAX_GROWTH`` bytes
"""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from emer.evals.fuzz.fields import fields, lie, patched, with_checksums
from emer.evals.fuzz.structure import Piece, pieces

MAX_GROWTH: Final = 1_000_000
_HEAD: Final = 1024


@dataclass(frozen=True, slots=True)
class Material:
    """What a mutation works on."""

    data: bytes
    parts: list[Piece]
    family: str
    other: bytes
    """Another seed's bytes, for chimeras."""
    round: int
    """How often this mutation has met this seed before."""


def material(data: bytes, family: str, other: bytes, number: int) -> Material:
    """Look at the bytes of a seed once."""
    return Material(data, pieces(data, family), family, other, number)


def _bit_flips(m: Material, rng: random.Random) -> bytes:
    return _flipped(m.data, rng, 0, len(m.data), rng.choice((1, 4, 16, 64, 256)))


def _header_flips(m: Material, rng: random.Random) -> bytes:
    damaged = _flipped(m.data, rng, 0, min(_HEAD, len(m.data)), rng.choice((1, 2, 8, 32)))
    return with_checksums(damaged, m.parts, m.family) if rng.random() < 0.5 else damaged


def _body_flips(m: Material, rng: random.Random) -> bytes:
    """Damage what the decoders read and spare what the demuxers read."""
    biggest = sorted(m.parts, key=lambda p: p.end - p.body)[-12:]
    part = rng.choice(biggest)
    damaged = _flipped(
        m.data, rng, part.body, max(part.body + 1, part.end), rng.choice((2, 16, 128))
    )
    return with_checksums(damaged, m.parts, m.family)


def _flipped(data: bytes, rng: random.Random, first: int, end: int, n: int) -> bytes:
    whole = bytearray(data)
    for _ in range(n if first < min(end, len(whole)) else 0):
        whole[rng.randrange(first, min(end, len(whole)))] ^= 1 << rng.randrange(8)
    return bytes(whole)


def _truncated(m: Material, rng: random.Random) -> bytes:
    """Cut at a structural place; every round of this seed takes another one."""
    places = sorted(
        {
            p
            for part in m.parts
            for p in (part.start, part.body, (part.body + part.end) // 2, part.end - 1)
        }
        - {0, len(m.data)}
    )
    if not places:
        return m.data[: len(m.data) // 2]
    random.Random(len(m.data)).shuffle(places)
    return m.data[: places[m.round % len(places)]]


def _sized(m: Material, rng: random.Random) -> bytes:
    """Write a wrong size into a piece's header."""
    sized = [p for p in m.parts if p.size_bytes]
    if not sized:
        return _header_flips(m, rng)
    part = rng.choice(sized[:40] if rng.random() < 0.7 else sized)
    body = part.end - part.body
    top = (1 << 8 * part.size_bytes) - 1
    size = rng.choice(
        (0, 1, 7, 8, body - 1, body + 1, 2 * body, len(m.data), top, top >> 1, top - 8)
    )
    size = max(0, size) & top
    if part.order == "vint":
        mark = 1 << 7 * part.size_bytes
        return patched(
            m.data, part.size_at, (mark | size & mark - 1).to_bytes(part.size_bytes, "big")
        )
    order = "little" if part.order == "little" else "big"
    return patched(m.data, part.size_at, size.to_bytes(part.size_bytes, order))  # type: ignore[arg-type]


def _retyped(m: Material, rng: random.Random) -> bytes:
    """Give a piece another one's type, or one that nobody knows."""
    part, twin = rng.choice(m.parts), rng.choice(m.parts)
    kind = twin.kind if rng.random() < 0.6 else rng.randbytes(len(part.kind))
    at = m.data.find(part.kind, part.start, part.start + 8) if part.kind else -1
    damaged = patched(m.data, max(part.start, at), kind[: len(part.kind)])
    return with_checksums(damaged, m.parts, m.family)


def _lying(m: Material, rng: random.Random) -> bytes:
    """Let one header field say what cannot be."""
    found = fields(m.data, m.parts, m.family)
    if not found:
        return _header_flips(m, rng)
    names = sorted({f.name for f in found})
    name = names[m.round % len(names)]
    data = lie(m.data, rng.choice([f for f in found if f.name == name]), rng)
    return with_checksums(data, m.parts, m.family)


def _much_lying(m: Material, rng: random.Random) -> bytes:
    """Let several header fields lie at once."""
    found = fields(m.data, m.parts, m.family)
    data = m.data
    for field in rng.sample(found, min(len(found), rng.randint(2, 8))):
        data = lie(data, field, rng)
    return with_checksums(data, m.parts, m.family) if found else _header_flips(m, rng)


def _removed(m: Material, rng: random.Random) -> bytes:
    part = rng.choice(m.parts)
    return m.data[: part.start] + m.data[part.end :]


def _duplicated(m: Material, rng: random.Random) -> bytes:
    part = rng.choice(m.parts)
    piece = m.data[part.start : part.end]
    times = min(rng.choice((1, 2, 50)), 1 + MAX_GROWTH // max(1, len(piece)))
    return m.data[: part.end] + piece * times + m.data[part.end :]


def _inserted(m: Material, rng: random.Random) -> bytes:
    at = rng.choice(m.parts).start
    stuff = rng.choice(
        (bytes(64), rng.randbytes(rng.randint(1, 4096)), m.other[:4096], b"\xff" * 64)
    )
    return m.data[:at] + stuff + m.data[at:]


def _shuffled(m: Material, rng: random.Random) -> bytes:
    """Bring outermost pieces into another order."""
    outer, reached = [], 0
    for part in m.parts:
        if part.start >= reached:
            outer.append(m.data[part.start : part.end])
            reached = part.end
    if len(outer) < 3:  # the interesting pieces lie inside of one
        inner = [p for p in m.parts if p.end < len(m.data) and p.start > 0]
        if len(inner) < 2:
            return m.data[len(m.data) // 2 :] + m.data[: len(m.data) // 2]
        a, b = sorted(rng.sample(inner, 2), key=lambda p: p.start)
        if a.end > b.start:
            return m.data[: a.start] + m.data[b.start : b.end] + m.data[a.start :]
        return m.data[: a.start] + m.data[b.start : b.end] + m.data[a.end : b.start] + m.data[a.start : a.end] + m.data[b.end :]  # fmt: skip
    fixed = outer[: rng.randint(0, 1)]
    moved = outer[len(fixed) :]
    rng.shuffle(moved)
    return b"".join(fixed + moved)


def _swapped(m: Material, rng: random.Random) -> bytes:
    """Hand the packets of one stream to another."""
    pairs = {
        "mp4": ((b"vide", b"soun"),), "riff": ((b"00dc", b"01wb"), (b"vids", b"auds")),
    }  # fmt: skip
    if m.family == "matroska":
        whole = bytearray(m.data)
        for part in m.parts:
            if part.kind == b"\xa3" and part.body < len(whole):
                whole[part.body] = 0x81 if whole[part.body] != 0x81 else 0x82
        return bytes(whole)
    if m.family == "mpegts":
        whole = bytearray(m.data)
        for part in m.parts:
            if part.kind in {b"\x01\x00", b"\x01\x01"}:
                whole[part.start + 2] ^= 1
        return bytes(whole)
    if m.family not in pairs:
        return _chimera(m, rng)
    a, b = rng.choice(pairs[m.family])
    exchanged = re.sub(b"|".join((a, b)), lambda found: b if found[0] == a else a, m.data)
    return exchanged if exchanged != m.data else _chimera(m, rng)


def _chimera(m: Material, rng: random.Random) -> bytes:
    """Join the head of one file to the tail of another."""
    cut, tail = rng.randrange(1, len(m.data) + 1), m.other[rng.randrange(len(m.other) + 1) :]
    return m.data[:cut] + tail[:MAX_GROWTH]


def _blanked(m: Material, rng: random.Random) -> bytes:
    """Overwrite a stretch with zeros, ones or noise, as a broken disk does."""
    first = rng.randrange(len(m.data) or 1)
    length = min(len(m.data) - first, rng.choice((16, 512, 4096, len(m.data) // 2)))
    noise = rng.choice((bytes(length), b"\xff" * length, rng.randbytes(length)))
    return patched(m.data, first, noise)


def _trailing(m: Material, rng: random.Random) -> bytes:
    return m.data + rng.choice((bytes(100_000), rng.randbytes(50_000), m.data[:MAX_GROWTH]))


MUTATIONS: Final[dict[str, Callable[[Material, random.Random], bytes]]] = {
    "untouched": lambda m, _: m.data,
    "bit flips": _bit_flips,
    "header flips": _header_flips,
    "body flips": _body_flips,
    "truncated": _truncated,
    "wrong size": _sized,
    "wrong type": _retyped,
    "lying field": _lying,
    "lying fields": _much_lying,
    "removed": _removed,
    "duplicated": _duplicated,
    "inserted": _inserted,
    "shuffled": _shuffled,
    "swapped streams": _swapped,
    "chimera": _chimera,
    "blanked": _blanked,
    "trailing": _trailing,
    "wrong extension": lambda m, _: m.data,
}
"""By name; ``wrong extension`` changes the name only, and whoever writes the file sees to it."""
ONCE: Final = frozenset({"untouched", "wrong extension"})
"""Mutations without chance: one round shows all they can do."""
OFTEN: Final = {"truncated": 4, "lying field": 4, "body flips": 2, "wrong size": 2}
"""How often in a round those are tried that have many places to strike at."""
