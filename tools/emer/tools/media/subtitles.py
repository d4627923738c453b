"""Subtitle cues: embedded text tracks and sidecar files. What they say is untrusted text.

Reads    cues as the decoder's process found them; ``clip.srt``, ``clip.en.srt``, ``clip.vtt`` ...
Returns  ``Cue`` values in time order, markup removed, control characters removed
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Literal

from emer.tools.errors import MediaError
from emer.tools.findings import Spanned
from emer.tools.media.decoder_pool import lent, reason_of
from emer.tools.media.items import RawCue
from emer.tools.media.sidecar import MAX_SIDECAR_BYTES
from emer.tools.quoting import quoted
from emer.tools.worker import WorkerTrouble

SIDECAR_SUFFIXES: Final = (".srt", ".vtt", ".ass", ".ssa")
SIDECAR_S: Final = 15.0
"""A subtitle file that takes longer to read is given up."""
# Everything in these is bounded: what is searched was written by a stranger.
_VOICE_TAG: Final = re.compile(r"<v(?:\.[^ \t>]{1,80})?[ \t]{1,9}([^>]{1,80})>", re.IGNORECASE)
_MARKUP: Final = re.compile(r"<[^<>]{0,200}>|\{\\[^{}]{0,200}\}")


class Cue(Spanned):
    """One subtitle: what is said in a span, and by whom if the subtitle says so."""

    text: str
    named_speaker: str | None = None
    language: str | None = None
    origin: Literal["subtitle_track", "sidecar"]


def clean(raw: str) -> str:
    """Return ``raw`` as one line of visible text: no markup, no control or bidi characters."""
    text = _MARKUP.sub("", raw.replace("\\N", " ").replace("\\n", " ").replace("\\h", " "))
    return quoted(text)


def cue_of(raw: RawCue, origin: Literal["subtitle_track", "sidecar"]) -> Iterator[Cue]:
    """Yield what ``raw`` shows, cleaned; nothing if it shows nothing or takes no time."""
    named = raw.named_speaker
    if match := _VOICE_TAG.search(raw.text):
        named = match.group(1)
    text = clean(raw.text)
    start_s, end_s = max(0.0, raw.start_s), raw.end_s
    if text and end_s > start_s:
        yield Cue(
            start_s=round(start_s, 3),
            end_s=round(end_s, 3) if round(end_s, 3) > round(start_s, 3) else start_s + 0.001,
            text=text,
            named_speaker=clean(named) or None if named else None,
            language=raw.language,
            origin=origin,
        )


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


def content_of(sidecar: Path) -> bytes:
    """Return a subtitle file's bytes, to tell it from others; no more than would be read of it.

    Raises:
        OSError: It cannot be read.
    """
    with sidecar.open("rb") as file:
        return file.read(MAX_SIDECAR_BYTES + 1)


def read_sidecar(path: Path) -> list[Cue]:
    """Read one subtitle file, in the decoder's process.

    Raises:
        MediaError: It cannot be read, is too large (``sidecar.MAX_SIDECAR_BYTES``), takes longer
            than ``SIDECAR_S``, or is no subtitle format that we know.
    """
    try:
        with lent() as decoder:
            answers = list(decoder.ask("sidecar", path, limit_s=SIDECAR_S))
    except WorkerTrouble as trouble:
        raise MediaError(
            f"reading the subtitle file {path.name} {reason_of(trouble)}",
            remedy="Move it away, or save it anew as SRT or WebVTT in UTF-8.",
        ) from trouble
    raw = (RawCue(**fields) for answer in answers for fields in answer["cues"])
    cues = [cue for one in raw for cue in cue_of(one, "sidecar")]
    return sorted(cues, key=lambda c: (c.start_s, c.end_s))
