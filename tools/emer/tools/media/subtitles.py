"""Subtitle cues: embedded text tracks and sidecar files. What they say is untrusted text.

Reads    cues as the decoder's process found them; ``clip.srt``, ``clip.en.srt``, ``clip.vtt`` ...
Returns  ``Cue`` values in time order, markup removed, control characters removed
"""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Literal, NamedTuple

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


class Sidecar(NamedTuple):
    """What a subtitle file holds."""

    cues: list[Cue]
    sha256: str
    """Of the bytes that the cues were read from."""


def sidecars(path: Path) -> list[Path]:
    """Return the subtitle files beside the media at ``path``, best match first."""
    try:
        names = os.listdir(path.parent)
    except OSError:
        return []
    found = (path.parent / name for name in sidecar_names(path.name, names))
    return [p for p in found if p.is_file()]


def sidecar_names(media: str, names: Iterable[str]) -> list[str]:
    """Return which of the ``names`` of a folder's files name subtitles of ``media``, best first."""
    stem = Path(media).stem
    found = [
        p
        for p in map(Path, sorted(names))
        if p.suffix.lower() in SIDECAR_SUFFIXES
        and (p.stem == stem or p.stem.startswith(f"{stem}."))
    ]
    found.sort(key=lambda p: (len(p.stem), SIDECAR_SUFFIXES.index(p.suffix.lower())))
    return [p.name for p in found]


def content_of(sidecar: str | Path, folder: int | None = None) -> bytes:
    """Return a subtitle file's bytes, to tell it from others; no more than would be read of it.

    Args:
        sidecar: Its path, or its name in ``folder``.
        folder: Handle of the folder it lies in; then no link is followed.

    Raises:
        OSError: It cannot be read, or is no regular file.
    """
    how = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK  # a pipe would wait for a writer
    if folder is not None:
        how |= os.O_NOFOLLOW
    with open(os.open(sidecar, how, dir_fd=folder), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(f"{Path(sidecar).name} is no regular file")
        return file.read(MAX_SIDECAR_BYTES + 1)


def read_sidecar(path: Path) -> Sidecar:
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
    return Sidecar(sorted(cues, key=lambda c: (c.start_s, c.end_s)), answers[-1]["sha256"])
