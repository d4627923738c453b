"""Subtitle cues: embedded text tracks and sidecar files. What they say is untrusted text.

Reads    packets of an embedded text track; ``clip.srt``, ``clip.en.srt``, ``clip.vtt`` ...
Returns  ``Cue`` values in time order, markup removed, control characters removed
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from emer.tools.errors import MediaError
from emer.tools.findings import Spanned
from emer.tools.media.info import MediaInfo

if TYPE_CHECKING:
    import av

SIDECAR_SUFFIXES: Final = (".srt", ".vtt", ".ass", ".ssa")
MAX_SIDECAR_BYTES: Final = 20_000_000
MAX_CUE_CHARS: Final = 2_000
_VOICE_TAG: Final = re.compile(r"<v(?:\.[^ \t>]+)?[ \t]+([^>]{1,80})>", re.IGNORECASE)
_MARK: Final = "\u241f"
_MARKUP: Final = re.compile(r"<[^>]{0,200}>|\{\\[^}]{0,200}\}")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


class Cue(Spanned):
    """One subtitle: what is said in a span, and by whom if the subtitle says so."""

    text: str
    named_speaker: str | None = None
    language: str | None = None
    origin: Literal["subtitle_track", "sidecar"]


def clean(raw: str) -> str:
    """Return ``raw`` as one line of visible text: no markup, no control or bidi characters."""
    text = _MARKUP.sub("", raw.replace("\\N", " ").replace("\\n", " ").replace("\\h", " "))
    shown = "".join(" " if c.isspace() else c for c in text)
    visible = "".join(c for c in shown if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"})
    return " ".join(visible.split())[:MAX_CUE_CHARS]


def cue_of(packet: "av.packet.Packet[av.stream.Stream]", info: MediaInfo) -> Iterator[Cue]:
    """Decode one packet of an embedded text track; picture subtitles yield nothing."""
    if packet.pts is None or not packet.time_base or not packet.size:
        return
    start_s = float(packet.pts * packet.time_base) - info.origin_s
    length_s = float((packet.duration or 0) * packet.time_base)
    language = next((s.language for s in info.subtitles if s.index == packet.stream.index), None)
    for shown in packet.decode():
        for rect in getattr(shown, "rects", ()) or (shown,):
            raw = getattr(rect, "dialogue", b"") or getattr(rect, "text", b"")
            text = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else str(raw)
            yield from _cue(text, start_s, start_s + (length_s or 2.0), language, "subtitle_track")


def sidecars(path: Path) -> list[Path]:
    """Return the subtitle files beside the media at ``path``, best match first."""
    try:
        beside = sorted(path.parent.iterdir())
    except OSError:
        return []
    found = [
        p
        for p in beside
        if p.suffix.lower() in SIDECAR_SUFFIXES
        and (p.stem == path.stem or p.stem.startswith(f"{path.stem}."))
        and p.is_file()
    ]
    return sorted(found, key=lambda p: (len(p.stem), SIDECAR_SUFFIXES.index(p.suffix.lower())))


def read_sidecar(path: Path) -> list[Cue]:
    """Read one subtitle file.

    Raises:
        MediaError: It is too large or no subtitle format that we know.
    """
    import pysubs2

    try:
        if path.stat().st_size > MAX_SIDECAR_BYTES:
            raise MediaError(
                f"the subtitle file {path.name} is larger than {MAX_SIDECAR_BYTES // 10**6} MB",
                remedy="Give a smaller one or move it away.",
            )
        raw = path.read_bytes()
    except OSError as error:
        raise MediaError(
            f"the subtitle file {path.name} cannot be read", remedy="Check its permissions."
        ) from error
    try:
        parsed = pysubs2.SSAFile.from_string(_VOICE_TAG.sub(_mark_voice, _text_of(raw)))
    except (pysubs2.exceptions.Pysubs2Error, ValueError, KeyError, IndexError) as error:
        raise MediaError(
            f"{path.name} is no subtitle file that can be read",
            remedy="Save it as SRT or WebVTT in UTF-8.",
        ) from error
    tag = path.stem.rpartition(".")[2] if "." in path.stem else ""
    language = tag if _LANGUAGE.fullmatch(tag) else None
    cues: list[Cue] = []
    for event in parsed:
        if event.is_comment:
            continue
        name, mark, said = event.text.rpartition(_MARK)
        text = f"<v {name}>{said}" if mark else event.text
        start_s, end_s = event.start / 1000, event.end / 1000
        cues.extend(_cue(text, start_s, end_s, language, "sidecar", event.name or None))
    return sorted(cues, key=lambda c: (c.start_s, c.end_s))


def _mark_voice(tag: "re.Match[str]") -> str:
    """Keep the name of a WebVTT voice tag, which the parser would drop, before a mark."""
    return f"{tag.group(1)}{_MARK}"


def _text_of(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _cue(
    raw: str,
    start_s: float,
    end_s: float,
    language: str | None,
    origin: Literal["subtitle_track", "sidecar"],
    named: str | None = None,
) -> Iterator[Cue]:
    if match := _VOICE_TAG.search(raw):
        named = match.group(1)
    text = clean(raw)
    start_s = max(0.0, start_s)
    if text and end_s > start_s:
        yield Cue(
            start_s=round(start_s, 3),
            end_s=round(end_s, 3) if round(end_s, 3) > round(start_s, 3) else start_s + 0.001,
            text=text,
            named_speaker=clean(named) or None if named else None,
            language=language,
            origin=origin,
        )
