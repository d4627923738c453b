"""Read a subtitle file beside a clip. What it says is untrusted text, and so is its form.

Reads    one file of at most ``MAX_SIDECAR_BYTES``
Returns  ``RawCue`` values in the order of the file, and the hash of what was read
Cost     0.1 s to import, about 1 s per 5 MB

Runs in the decoder's process; see ``emer.tools.media.decoder``.
"""

import hashlib
import os
import re
from pathlib import Path
from typing import Final

from emer.tools.errors import MediaError
from emer.tools.media.container import open_file
from emer.tools.media.headers import LANGUAGE
from emer.tools.media.items import MAX_CUE_CHARS_READ, MAX_CUES, RawCue

MAX_SIDECAR_BYTES: Final = 5_000_000
"""24 hours of talk are about 3 MB."""
# Everything in it is bounded: what is searched was written by a stranger.
_VOICE_TAG: Final = re.compile(r"<v(?:\.[^ \t>]{1,80})?[ \t]{1,9}([^>]{1,80})>", re.IGNORECASE)
_MARK: Final = "\u241f"


def raw_cues(path: Path) -> tuple[list[RawCue], str]:
    """Read the subtitle file at ``path``; return its cues and the SHA-256 of its bytes.

    Raises:
        MediaError: It cannot be read, is too large, or is no subtitle format that we know.
    """
    import pysubs2

    raw = _bytes(path)
    try:
        parsed = pysubs2.SSAFile.from_string(_VOICE_TAG.sub(_mark_voice, _text_of(raw)))
    except (pysubs2.exceptions.Pysubs2Error, ValueError, KeyError, IndexError) as error:
        raise MediaError(
            f"{path.name} is no subtitle file that can be read",
            remedy="Save it as SRT or WebVTT in UTF-8.",
        ) from error
    if len(parsed) > MAX_CUES:
        raise MediaError(
            f"the subtitle file {path.name} holds more than {MAX_CUES} subtitles",
            remedy="Give a smaller one or move it away.",
        )
    tag = path.stem.rpartition(".")[2] if "." in path.stem else ""
    language = tag if LANGUAGE.fullmatch(tag) else None
    cues = []
    for event in parsed:
        if event.is_comment:
            continue
        name, mark, said = event.text.rpartition(_MARK)
        text = f"<v {name}>{said}" if mark else event.text
        cues.append(
            RawCue(
                text[:MAX_CUE_CHARS_READ],
                event.start / 1000,
                event.end / 1000,
                language,
                event.name[:MAX_CUE_CHARS_READ] or None,
            )
        )
    return cues, hashlib.sha256(raw).hexdigest()


def _bytes(path: Path) -> bytes:
    try:
        with open_file(path) as handle:
            size = os.fstat(handle.fileno()).st_size
            # it may have grown since it was measured
            raw = handle.read(MAX_SIDECAR_BYTES + 1)
    except OSError as error:
        raise MediaError(
            f"the subtitle file {path.name} cannot be read", remedy="Check its disk."
        ) from error
    if max(size, len(raw)) > MAX_SIDECAR_BYTES:
        raise MediaError(
            f"the subtitle file {path.name} is larger than {MAX_SIDECAR_BYTES // 10**6} MB",
            remedy="Give a smaller one or move it away.",
        )
    return raw


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
