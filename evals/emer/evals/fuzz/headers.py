"""Headers that lie: WAV and PNG files whose sizes, rates and counts cannot be.

Reads    nothing
Returns  names and makers of the files; ``wav`` and ``png`` also make honest ones
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Final

from emer.evals.fuzz.encoding import buzz

_RATES: Final = (0, 1, 2, 7, 8000, 22_050, 384_000, 10**6, 10**9, 2**31 - 1, 2**32 - 1)
_CHANNELS: Final = (0, 2, 3, 8, 63, 64, 65, 255, 256, 1024, 65_535)
_BITS: Final = (0, 1, 4, 12, 20, 24, 32, 64, 65_535)
_CODECS: Final = (0, 2, 3, 6, 7, 0x11, 0x31, 0x50, 0x55, 0x161, 0xFFFE, 0xFFFF)
_LENGTHS: Final = (0, 1, 2**31, 2**32 - 1, 2**32 - 2, 16_001)
_SIZES: Final = (
    (1, 100_000), (100_000, 1), (65_535, 65_535), (8192, 8192), (8193, 8193), (2**31 - 1, 1),
    (0, 0), (2**31, 2), (20_000, 3000),
)  # fmt: skip
_SAMPLES: Final = {"nan": 0x7FC00000, "inf": 0x7F800000, "denormal": 1}
Named = tuple[str, Callable[[], bytes]]


def wav(
    *, samples: bytes | None = None, codec: int = 1, channels: int = 1, rate: int = 16_000,
    bits: int = 16, align: int | None = None, declared: int | None = None, riff: int | None = None,
) -> bytes:  # fmt: skip
    """Return a WAV file whose header says what is asked for, true or not."""
    if samples is None:
        samples = (buzz(1.0, 16_000) * 32767).astype("<i2").tobytes()
    align = channels * bits // 8 if align is None else align
    head = struct.pack(
        "<HHIIHH", codec, channels & 0xFFFF, rate & 0xFFFFFFFF, (rate * align) & 0xFFFFFFFF,
        align & 0xFFFF, bits & 0xFFFF,
    )  # fmt: skip
    size = len(samples) if declared is None else declared
    body = b"WAVEfmt " + struct.pack("<I", len(head)) + head
    body += b"data" + struct.pack("<I", size & 0xFFFFFFFF) + samples
    return b"RIFF" + struct.pack("<I", (len(body) if riff is None else riff) & 0xFFFFFFFF) + body


def png(width: int, height: int, rows: bytes = b"", bits: int = 8, colours: int = 2) -> bytes:
    """Return a PNG file that says how large it is and holds ``rows``, enough or not."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    head = struct.pack(">IIBBBBB", width, height, bits, colours, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(k, b) for k, b in parts)


def wav_headers() -> Iterator[Named]:
    """Name and make WAV files that lie."""
    yield from ((f"wav-rate-{n}.wav", partial(wav, rate=n)) for n in _RATES)
    yield from ((f"wav-channels-{n}.wav", partial(wav, channels=n)) for n in _CHANNELS)
    yield from ((f"wav-bits-{n}.wav", partial(wav, bits=n)) for n in _BITS)
    yield from ((f"wav-align-{n}.wav", partial(wav, align=n)) for n in (0, 1, 3, 65_535))
    yield from ((f"wav-codec-{n}.wav", partial(wav, codec=n)) for n in _CODECS)
    for size, riff in product(_LENGTHS, (None, 0, 2**32 - 1)):
        yield f"wav-data-{size}-{riff}.wav", partial(wav, declared=size, riff=riff)
    for name, sample in _SAMPLES.items():
        samples = struct.pack("<I", sample) * 16_000
        yield f"wav-all-{name}.wav", partial(wav, samples=samples, codec=3, bits=32)


def picture_sizes() -> Iterator[Named]:
    """Name and make PNG files that are larger than they are, or unpack to much more."""
    for width, height in _SIZES:
        yield f"png-{width}x{height}.png", partial(png, width, height)
    # 192 MB from 190 kB
    yield "png-bomb.png", lambda: png(8000, 8000, bytes(24_001) * 8000)
