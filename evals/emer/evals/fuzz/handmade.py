"""Files that no mutation leads to: playlists, other kinds of files, headers without a body.

Reads    nothing
Returns  ``Handmade`` values: a name, bytes, and what must come of them
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Final, Literal

from emer.evals.fuzz.headers import picture_sizes, png, wav, wav_headers

Expected = Literal["any", "refused", "decoded"]
CANARY: Final = "canary.wav"
"""A sound file beside every case; who decodes it through a playlist has followed a reference."""


@dataclass(frozen=True, slots=True)
class Handmade:
    """One file from nothing."""

    name: str
    group: str
    content: Callable[[], bytes]
    expected: Expected = "any"
    sidecars: tuple[tuple[str, Callable[[], bytes]], ...] = ()
    """Further files beside it: endings (``.srt``) and contents."""


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


def _nested(kind: bytes, depth: int) -> bytes:
    # from the inside out; each layer knows its size
    whole = bytearray()
    for i in range(depth):
        whole[:0] = struct.pack(">I", 8 * (i + 1)) + kind
    return bytes(whole)


def _deep_elements(depth: int) -> bytes:
    head = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webmB\x87\x81\x02B\x85\x81\x02"
    return head + b"\x18S\x80g\xff" + b"\x12T\xc3g\xff" + b"\x67\xc8\xff" * depth


def _noise(chance: int, n_bytes: int) -> bytes:
    return Random(chance).randbytes(n_bytes)


def _playlists() -> Iterator[Handmade]:
    hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{CANARY}\n#EXT-X-ENDLIST\n"
    concat = f"ffconcat version 1.0\nfile {CANARY}\n"
    texts = {
        "m3u8": hls,
        "m3u8-web": hls.replace(CANARY, "http://127.0.0.1:9/a.ts"),
        "m3u8-spaced": " \n" + hls,
        "m3u8-bom": "\ufeff" + hls,
        "m3u8-file": hls.replace(CANARY, "file:///etc/passwd"),
        "m3u8-key": hls.replace(
            "#EXTINF", '#EXT-X-KEY:METHOD=AES-128,URI="file:///etc/hostname"\n#EXTINF'
        ),
        "m3u": f"#EXTM3U\n{CANARY}\n",
        "m3u-bare": f"{CANARY}\n",
        "pls": f"[playlist]\nFile1={CANARY}\nVersion=2\n",
        "ffconcat": concat,
        "ffconcat-spaced": "\n" + concat,
        "concat-bare": f"file '{CANARY}'\n",
        "mpd": f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><AdaptationSet mimeType="audio/wav"><Representation id="a" bandwidth="1"><BaseURL>{CANARY}</BaseURL></Representation></AdaptationSet></Period></MPD>',
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=a\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n",
        "xspf": f'<?xml version="1.0"?><playlist xmlns="http://xspf.org/ns/0/"><trackList><track><location>{CANARY}</location></track></trackList></playlist>',
        "asx": f'<asx version="3.0"><entry><ref href="{CANARY}"/></entry></asx>',
        "ram": "rtsp://127.0.0.1:9/a.rm\n",
        "imf": '<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"><Id>urn:uuid:0</Id></CompositionPlaylist>',
        "smil": f'<smil><body><audio src="{CANARY}"/></body></smil>',
        "url": f"[InternetShortcut]\nURL=file:{CANARY}\n",
        "strm": f"file:{CANARY}\n",
        "avs": f'WavSource("{CANARY}")\n',
        "vpy": "import vapoursynth\n",
    }
    for name, text in texts.items():
        for ending in (".mp4", "." + name.partition("-")[0]):
            yield Handmade(f"{name}{ending}", "playlist", text.encode, "refused")


def _no_media() -> Iterator[Handmade]:
    srt = b"1\n00:00:00,000 --> 00:00:01,000\nHello\n"
    contents: dict[str, bytes] = {
        "svg.mp4": b'<svg xmlns="http://www.w3.org/2000/svg"><image href="canary.wav"/></svg>',
        "html.mp4": b"<!doctype html><video src=canary.wav></video>",
        "pdf.mp4": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n",
        "text.mp4": b"This is not a film.\n" * 50,
        "text.wav": b"just words",
        "json.mp4": b'{"a": [1, 2, 3]}',
        "zeros.mp4": bytes(100_000),
        "zeros.wav": bytes(100_000),
        "ones.mp4": b"\xff" * 100_000,
        "one-byte.mp4": b"x",
        "empty.mp4": b"",
        "empty.png": b"",
        "archive.mp4": b"PK\x03\x04" + bytes(26) + b"42.zip",
        "archive.zip": b"PK\x05\x06" + bytes(18),
        "gzip.mp4": b"\x1f\x8b\x08" + bytes(100),
        "tar.mp4": b"clip.mp4".ljust(257, b"\0") + b"ustar\0" + bytes(249) + bytes(1024),
        "elf.mp4": b"\x7fELF" + bytes(200),
        "script.mp4": b"#!/bin/sh\nexit 1\n",
        "srt.mp4": srt,
        "words.srt": srt,
        "lrc.mp3": b"[00:01.00]la la\n[00:02.00]la\n",
        "ffmetadata.mp4": b";FFMETADATA1\ntitle=x\n",
        "ansi.mp4": b"\x1b[31mred\x1b[0m" * 200,
        "utf16.mp4": "no film".encode("utf-16"),
        "bom.mp4": b"\xef\xbb\xbf",
        "sqlite.mp4": b"SQLite format 3\0" + bytes(4096),
        "pickle.wav": b"\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00\x8c\x02os\x94.",
        "riff.wav": b"RIFF",
        "riff-wave.wav": b"RIFF\xff\xff\xff\xffWAVE",
        "ftyp.mp4": _box(b"ftyp", b"isom\0\0\2\0isomiso2"),
        "moov.mp4": _box(b"ftyp", b"isom\0\0\2\0") + _box(b"moov", b""),
        "mdat.mp4": _box(b"ftyp", b"isom\0\0\2\0") + _box(b"mdat", bytes(5000)),
        "ebml.webm": b"\x1aE\xdf\xa3\x80",
        "ogg.ogg": b"OggS" + bytes(23),
        "flac.flac": b"fLaC\x80\0\0\x22" + bytes(34),
        "id3.mp3": b"ID3\x03\0\0\x7f\x7f\x7f\x7f",
        "id3-only.mp3": b"ID3\x03\0\0\0\0\0\0",
        "png.png": b"\x89PNG\r\n\x1a\n",
        "jpeg.jpg": b"\xff\xd8\xff\xd9",
        "gif.gif": b"GIF89a\1\0\1\0\0\0\0;",
        "bmp.bmp": b"BM" + bytes(52),
        "deep-boxes.mp4": _box(b"ftyp", b"isom\0\0\2\0") + _nested(b"moov", 3000),
        "deep-udta.mp4": _box(b"ftyp", b"isom\0\0\2\0") + _box(b"moov", _nested(b"udta", 3000)),
        "deep-tags.webm": _deep_elements(5000),
        "svg-gz.svgz": b"\x1f\x8b\x08\0" + bytes(20),
    }
    for name, content in contents.items():
        yield Handmade(name, "no media", partial(bytes, content), "refused")
    for i in range(12):
        name = f"random-{i}{('.mp4', '.wav', '.mkv', '.mp3')[i % 4]}"
        yield Handmade(name, "random", partial(_noise, i, 1 << (4 + i)))


def _lying() -> Iterator[Handmade]:
    yield from (Handmade(name, "wav header", make) for name, make in wav_headers())
    yield from (Handmade(name, "picture size", make) for name, make in picture_sizes())
    grey = partial(png, 64, 64, bytes(65 * 64), colours=0)
    yield Handmade("png-grey.png", "picture size", grey, "decoded")


def _sidecars() -> Iterator[Handmade]:
    cue = "{n}\n{a} --> {b}\n{text}\n\n"
    line = cue.format(n=1, a="00:00:00,100", b="00:00:00,900", text="Hello.")

    def many(n: int) -> bytes:
        return b"".join(
            f"{i}\n00:{i // 60 % 60:02}:{i % 60:02},000 --> 00:{i // 60 % 60:02}:{i % 60:02},900\nl {i}\n\n".encode()
            for i in range(n)
        )

    texts: dict[str, Callable[[], bytes]] = {
        "plain.srt": line.encode,
        "empty.srt": lambda: b"",
        "binary.srt": partial(_noise, 1, 50_000),
        "zeros.srt": lambda: bytes(100_000),
        "many.srt": lambda: many(50_000),
        "long.srt": lambda: line.replace("Hello.", "word " * 400_000).encode(),
        "too-large.srt": lambda: b"x" * 21_000_000,
        "backwards.srt": lambda: (
            cue.format(n=1, a="00:00:09,000", b="00:00:01,000", text="No")
        ).encode(),
        "negative.srt": lambda: cue.format(
            n=1, a="-00:00:09,000", b="00:00:01,000", text="No"
        ).encode(),
        "far.srt": lambda: cue.format(
            n=1, a="99999:00:00,000", b="99999:00:09,000", text="No"
        ).encode(),
        "surrogates.srt": lambda: line.replace("Hello", "\\ud800 \U0001f600").encode(),
        "utf16.srt": lambda: line.encode("utf-16"),
        "escapes.srt": lambda: line.replace("Hello", "\x1b]0;x\x07\u202e\x00").encode(),
        "tags.srt": lambda: line.replace("Hello", "<" * 20_000).encode(),
        "braces.ass": lambda: (
            b"[Script Info]\n[Events]\nFormat: Layer, Start, End, Text\nDialogue: 0,0:00:00.00,0:00:01.00,"
            + b"{\\" * 20_000
        ),
        "no-format.ass": lambda: b"[Events]\nDialogue: 0,x,y,z\n",
        "vtt.vtt": lambda: b"WEBVTT\n\n00:00.000 --> 00:01.000\n<v " + b"A" * 9000 + b">Hi\n",
        "no-header.vtt": lambda: b"00:00.000 --> 00:01.000\nHi\n",
        "style.vtt": lambda: (
            b"WEBVTT\n\nSTYLE\n::cue{background:url(http://127.0.0.1:9/)}\n\n00:00.000 --> 00:01.000\nHi\n"
        ),
        "times.vtt": lambda: (
            b"WEBVTT\n\n" + b"1:1:1:1:1 --> 9999999999999999999:00.000\nHi\n\n" * 20
        ),
        "lines.srt": lambda: b"\n" * 1_000_000,
    }
    for name, text in texts.items():
        stem, _, ending = name.rpartition(".")
        yield Handmade(
            f"sidecar-{stem}-{ending}.wav", "sidecar", wav, "decoded", ((f".{ending}", text),)
        )


def handmade() -> list[Handmade]:
    """Return all of them, always in the same order."""
    return [*_playlists(), *_no_media(), *_lying(), *_sidecars()]
